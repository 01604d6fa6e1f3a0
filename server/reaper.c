#include "server/reaper.h"

#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/condition.h"
#include "base/memory.h"
#include "base/utc.h"
#include "handlers/service.h"
#include "server/parting.h"
#include "server/raw_answer.h"

/* How late anything here may be noticed. */
#define TICK_MS 100

/* Fast enough for a sender of 25 MB a second. */
#define PARTING_TICK_MS 10

#define NOT_MEASURED INT64_C(-1)

#define SLOW_BODY "the body came too slowly"

struct reaper {
    pthread_mutex_t lock; /* of everything below, and of the connections */
    pthread_cond_t woken;
    pthread_t thread;
    struct pace pace;
    struct connection *connections;
    int64_t count;
    bool stopping;
    struct partings partings; /* has a lock of its own */
};

/* Bytes that went through the socket and were acknowledged, both ways. */
static int64_t bytes_moved(int descriptor) {
    struct tcp_info info = {0};
    socklen_t length = sizeof(info);

    if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &length) != 0)
        return 0;
    return (int64_t)(info.tcpi_bytes_acked + info.tcpi_bytes_received);
}

static void set_deadline(struct reaper *reaper, struct connection *connection, int64_t now) {
    const struct pace *pace = &reaper->pace;
    int64_t wait = connection->served ? pace->idle_ms : pace->header_ms;

    connection->deadline_ms = now + (connection->phase == PHASE_WAITING ? wait : pace->transfer_ms);
    connection->moved = NOT_MEASURED;
    connection->ended = false;
}

static void cut(struct connection *connection, const char *why) {
    connection->cut = why;
    /* Not closed: the library still owns the descriptor. It sees the end and cleans up. */
    shutdown(connection->descriptor, SHUT_RDWR);
}

/* The library writes nothing while it receives a body, and cannot begin an answer as long as the
 * lock is held: reaper_enter stands before that. */
static void answer_slow_body(const struct connection *connection) {
    struct response response = {0};

    service_problem(&response, NULL, 408, "Request Timeout", SPAN(SLOW_BODY));
    (void)!raw_answer_send(&response, connection->descriptor);
    response_clear(&response);
}

/* Measures when the first tick finds the transfer, since most are over by then. */
static void check_transfer(struct reaper *reaper, struct connection *connection, int64_t now) {
    int64_t needed = reaper->pace.min_rate * reaper->pace.transfer_ms / 1000;
    bool begun = connection->moved != NOT_MEASURED;

    if (begun && now < connection->deadline_ms)
        return;
    int64_t moved = bytes_moved(connection->descriptor);
    if (!begun || moved - connection->moved >= needed) {
        connection->deadline_ms = now + reaper->pace.transfer_ms;
        connection->moved = moved;
        return;
    }
    if (connection->phase == PHASE_SENDING) {
        cut(connection, "the client read too slowly");
        return;
    }
    answer_slow_body(connection);
    cut(connection, SLOW_BODY);
}

static bool client_has_gone(const struct connection *connection) {
    struct pollfd client = {.fd = connection->descriptor, .events = POLLRDHUP};

    return poll(&client, 1, 0) > 0;
}

static bool has_unread(const struct connection *connection) {
    int unread = 0;

    return ioctl(connection->descriptor, FIONREAD, &unread) == 0 && unread > 0;
}

/* A client that sends half a request and leaves at once: the library reads what is there, and waits
 * for an event that came together with it. The second tick makes sure that it is not just at it. */
static void check_for_end(struct connection *connection) {
    if (!client_has_gone(connection) || has_unread(connection))
        return;
    if (connection->ended)
        shutdown(connection->descriptor, SHUT_RDWR);
    connection->ended = true;
}

static void check(struct reaper *reaper, struct connection *connection, int64_t now) {
    if (connection->cut != NULL)
        return;
    if (connection->phase == PHASE_WORKING) {
        if (client_has_gone(connection))
            atomic_store(&connection->cancel, true);
        return;
    }
    if (connection->phase != PHASE_SENDING)
        check_for_end(connection);
    if (connection->phase != PHASE_WAITING)
        check_transfer(reaper, connection, now);
    else if (now >= connection->deadline_ms && !has_unread(connection))
        cut(connection, "the request came too slowly"); /* what is unread waits for us */
}

static void wait_for_tick(struct reaper *reaper) {
    if (reaper->connections == NULL && partings_is_empty(&reaper->partings)) {
        pthread_cond_wait(&reaper->woken, &reaper->lock);
        return;
    }
    int64_t tick_ms = partings_is_empty(&reaper->partings) ? TICK_MS : PARTING_TICK_MS;
    condition_wait_until(&reaper->woken, &reaper->lock, monotonic_ms() + tick_ms);
}

static void *watch(void *argument) {
    struct reaper *reaper = argument;

    pthread_mutex_lock(&reaper->lock);
    while (!reaper->stopping) {
        wait_for_tick(reaper);
        int64_t now = monotonic_ms();
        for (struct connection *each = reaper->connections; each != NULL; each = each->next)
            check(reaper, each, now);
        pthread_mutex_unlock(&reaper->lock);
        partings_drain(&reaper->partings, now);
        pthread_mutex_lock(&reaper->lock);
    }
    pthread_mutex_unlock(&reaper->lock);
    return NULL;
}

static void reaper_free(struct reaper *reaper) {
    partings_clear(&reaper->partings);
    pthread_cond_destroy(&reaper->woken);
    pthread_mutex_destroy(&reaper->lock);
    free(reaper);
}

bool reaper_start(const struct pace *pace, struct reaper **out, struct err *err) {
    struct reaper *reaper = memory_new(1, sizeof(*reaper));

    reaper->pace = *pace;
    pthread_mutex_init(&reaper->lock, NULL);
    condition_init(&reaper->woken);
    partings_init(&reaper->partings);
    int failure = pthread_create(&reaper->thread, NULL, watch, reaper);
    if (failure != 0) {
        reaper_free(reaper);
        return err_set(err, ERR_INTERNAL, "starting a thread: %s", strerror(failure));
    }
    *out = reaper;
    return true;
}

void reaper_stop(struct reaper *reaper) {
    if (reaper == NULL)
        return;
    pthread_mutex_lock(&reaper->lock);
    reaper->stopping = true;
    pthread_cond_signal(&reaper->woken);
    pthread_mutex_unlock(&reaper->lock);
    pthread_join(reaper->thread, NULL);
    reaper_free(reaper);
}

static void link_in(struct reaper *reaper, struct connection *connection) {
    connection->next = reaper->connections;
    connection->link = &reaper->connections;
    if (connection->next != NULL)
        connection->next->link = &connection->next;
    reaper->connections = connection;
    reaper->count++;
}

struct connection *reaper_add(struct reaper *reaper, int descriptor,
                              const struct sockaddr *client) {
    struct connection *connection = memory_new(1, sizeof(*connection));

    connection->descriptor = descriptor;
    socket_host_text(client, connection->client);
    pthread_mutex_lock(&reaper->lock);
    set_deadline(reaper, connection, monotonic_ms());
    link_in(reaper, connection);
    if (reaper->count == 1)
        pthread_cond_signal(&reaper->woken);
    pthread_mutex_unlock(&reaper->lock);
    return connection;
}

void reaper_remove(struct reaper *reaper, struct connection *connection) {
    pthread_mutex_lock(&reaper->lock);
    *connection->link = connection->next;
    if (connection->next != NULL)
        connection->next->link = connection->link;
    reaper->count--;
    if (connection->linger && connection->cut == NULL)
        partings_add(&reaper->partings, connection->descriptor, monotonic_ms());
    pthread_mutex_unlock(&reaper->lock);
    free(connection);
}

void reaper_enter(struct reaper *reaper, struct connection *connection, enum phase phase) {
    pthread_mutex_lock(&reaper->lock);
    connection->phase = phase;
    if (phase == PHASE_WAITING)
        connection->served = true;
    set_deadline(reaper, connection, monotonic_ms());
    pthread_mutex_unlock(&reaper->lock);
}

const char *reaper_cut(struct reaper *reaper, struct connection *connection) {
    pthread_mutex_lock(&reaper->lock);
    const char *why = connection->cut;
    pthread_mutex_unlock(&reaper->lock);
    return why;
}

int64_t reaper_count(struct reaper *reaper) {
    pthread_mutex_lock(&reaper->lock);
    int64_t count = reaper->count;
    pthread_mutex_unlock(&reaper->lock);
    return count;
}

void reaper_cancel_all(struct reaper *reaper) {
    pthread_mutex_lock(&reaper->lock);
    for (struct connection *each = reaper->connections; each != NULL; each = each->next) {
        atomic_store(&each->cancel, true);
        if (each->phase == PHASE_RECEIVING || each->phase == PHASE_SENDING)
            cut(each, "the service stopped");
    }
    pthread_mutex_unlock(&reaper->lock);
}
