/* One queue that is listened to: its receiver, which is a thread, and its keeper, an item of the
 * agenda, share the messages that are held. */
#ifndef TRAILD_COLLECT_QUEUE_STATE_H
#define TRAILD_COLLECT_QUEUE_STATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "aws/sqs.h"
#include "collect/agenda.h"
#include "collect/delivery.h"
#include "collect/queue_watch.h"

/* So long is a message hidden at first, and anew each time half of it has passed. */
#define HIDDEN_SECONDS 300
#define HIDE_AGAIN_MS  (HIDDEN_SECONDS * INT64_C(1000) / 2)

/* Messages held at once: enough to keep the downloads busy while SQS is asked. */
#define MESSAGES_HELD 64

enum message_state {
    MESSAGE_FETCHING, /* its files are */
    MESSAGE_STORED,   /* to be deleted */
    MESSAGE_LEFT,     /* to be forgotten: SQS delivers it again */
};

struct queue_message {
    struct watched_queue *queue;
    struct delivery *delivery; /* whose arena holds id and handle */
    struct span id;
    struct span handle;
    enum message_state state;
    int64_t hide_again_ms; /* monotonic */
    int attempts;          /* to delete it */
    struct queue_message *next;
};

struct watched_queue {
    struct collector *collector;
    struct sqs_queue sqs;
    struct fetch_queue fetches;
    struct agenda_item keeper;
    pthread_t receiver;
    bool started;
    atomic_bool stopping;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct queue_message *messages; /* those held, and what follows, under the lock */
    size_t held;
    int64_t pause_ms;       /* of the next pause; 0: nothing fails */
    int64_t paused_till_ms; /* monotonic */
    struct queue_figures figures;
};

/* ---- queue_receiver.c ---- */

/* The thread's function; `context` is the queue. */
void *queue_receive_all(void *context);

/* ---- queue_keeper.c ---- */

/* Deletes what is stored, forgets what is left, hides what is still being fetched. */
void queue_keep(struct agenda_item *item, struct aws_channel *channel);

/* With the lock held. */
void queue_hold(struct watched_queue *queue, struct queue_message *message);

/* Of a message that is not held, or after all threads have ended. */
void queue_message_free(struct queue_message *message);

#endif
