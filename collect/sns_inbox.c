#include "collect/sns_inbox.h"

#include <stdlib.h>

#include "aws/client.h"
#include "aws/sns.h"
#include "base/condition.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/utc.h"
#include "collect/delivery.h"

/* The one who waits cannot be woken by his own `cancel`, so he looks at it. */
#define LOOK_EVERY_MS 20

struct sns_inbox {
    struct collector *collector;
    struct sns_verifier *verifier;
    struct sns_web *web; /* NULL: the network */
    struct fetch_queue queue;
    atomic_bool stopping;
    atomic_size_t under_way; /* messages, also those nobody waits for any more */
};

/* A message whose files are being fetched, of two owners: who waits for it, and its delivery. */
struct parcel {
    struct sns_inbox *inbox;
    pthread_mutex_t lock;
    pthread_cond_t told;
    bool ended;
    bool abandoned; /* nobody waits: who ends it frees it */
    struct delivery *delivery;
};

/* ---- the inbox ---- */

static bool check_topics(const struct collector_config *config, struct err *err) {
    struct arena CLEANUP(arena_clear) arena = {0};
    const char *names[SNS_CERTIFICATE_NAMES];

    for (size_t i = 0; i < config->sns_topic_count; i++) {
        if (sns_certificate_names(span_of(config->sns_topics[i]), &arena, names) == 0)
            return err_set(err, ERR_INVALID,
                           "--sns-topic %.200s is no topic's ARN, such as "
                           "arn:aws:sns:eu-west-1:111122223333:name",
                           config->sns_topics[i]);
    }
    return true;
}

bool sns_inbox_open(struct collector *collector, struct sns_web *web, struct sns_inbox **out,
                    struct err *err) {
    if (!check_topics(&collector->config, err))
        return false;
    struct sns_inbox *inbox = memory_new(1, sizeof(*inbox));
    inbox->collector = collector;
    inbox->web = web;
    inbox->verifier = sns_verifier_open(aws_client_ca_bundle(collector->client));
    fetch_queue_init(&inbox->queue, collector->fetcher);
    *out = inbox;
    return true;
}

void sns_inbox_interrupt(struct sns_inbox *inbox) {
    atomic_store(&inbox->stopping, true);
    fetch_queue_cancel(&inbox->queue);
}

void sns_inbox_close(struct sns_inbox *inbox) {
    if (inbox == NULL)
        return;
    fetch_queue_end(&inbox->queue);
    sns_verifier_close(inbox->verifier);
    free(inbox);
}

/* ---- waiting for the files ---- */

static void free_parcel(struct parcel *parcel) {
    atomic_fetch_sub(&parcel->inbox->under_way, 1);
    delivery_free(parcel->delivery);
    pthread_cond_destroy(&parcel->told);
    pthread_mutex_destroy(&parcel->lock);
    free(parcel);
}

static void parcel_ended(struct delivery *delivery) {
    struct parcel *parcel = delivery->context;

    pthread_mutex_lock(&parcel->lock);
    parcel->ended = true;
    bool abandoned = parcel->abandoned;
    pthread_cond_signal(&parcel->told);
    pthread_mutex_unlock(&parcel->lock);
    if (abandoned)
        free_parcel(parcel);
}

static struct parcel *new_parcel(struct sns_inbox *inbox) {
    struct parcel *parcel = memory_new(1, sizeof(*parcel));

    parcel->inbox = inbox;
    pthread_mutex_init(&parcel->lock, NULL);
    condition_init(&parcel->told);
    parcel->delivery = delivery_new(parcel_ended, parcel);
    atomic_fetch_add(&inbox->under_way, 1);
    return parcel;
}

static bool waits_on(const struct parcel *parcel, int64_t deadline_ms, const atomic_bool *cancel) {
    return !parcel->ended && monotonic_ms() < deadline_ms &&
           (cancel == NULL || !atomic_load(cancel));
}

/* False: it goes on alone, and the parcel is not the caller's any more. SNS delivers it again, and
 * by then its files are known. */
static bool wait_for(struct parcel *parcel, int64_t deadline_ms, const atomic_bool *cancel) {
    pthread_mutex_lock(&parcel->lock);
    while (waits_on(parcel, deadline_ms, cancel)) {
        int64_t look_ms = monotonic_ms() + LOOK_EVERY_MS;
        (void)condition_wait_until(&parcel->told, &parcel->lock,
                                   look_ms < deadline_ms ? look_ms : deadline_ms);
    }
    bool ended = parcel->ended;
    parcel->abandoned = !ended;
    pthread_mutex_unlock(&parcel->lock);
    return ended;
}

static bool judge(const struct delivery *delivery, struct sns_result *out, struct err *err) {
    if (delivery->unsettled > 0) {
        *err = delivery->err;
        return false;
    }
    *out = (struct sns_result){
        .outcome = SNS_STORED, .objects = (int64_t)delivery->notice.count, .what = SPAN_NONE};
    return true;
}

static bool deliver(struct parcel *parcel, int64_t deadline_ms, const atomic_bool *cancel,
                    struct sns_result *out, struct err *err) {
    delivery_begin(parcel->delivery, &parcel->inbox->queue);
    if (!wait_for(parcel, deadline_ms, cancel))
        return err_set(err, ERR_TIMEOUT, "the files that the message names are not stored yet");
    bool good = judge(parcel->delivery, out, err);
    free_parcel(parcel);
    return good;
}

static bool take_notification(struct sns_inbox *inbox, const struct sns_message *message,
                              int64_t deadline_ms, const atomic_bool *cancel, struct arena *arena,
                              struct sns_result *out, struct err *err) {
    struct parcel *parcel = new_parcel(inbox);
    struct delivery *delivery = parcel->delivery;
    struct notice *notice = &delivery->notice;
    bool read =
        notice_read(message->message, &delivery->arena, notice, err) &&
        allow_list_check_objects(&inbox->collector->allow, notice->objects, notice->count, err);

    if (read && notice->count > 0)
        return deliver(parcel, deadline_ms, cancel, out, err);
    if (read)
        *out = (struct sns_result){
            .outcome = SNS_IGNORED, .objects = 0, .what = arena_copy(arena, span_of(notice->what))};
    free_parcel(parcel);
    return read;
}

/* ---- the message ---- */

static bool check_topic(const struct collector_config *config, struct span topic, struct err *err) {
    for (size_t i = 0; i < config->sns_topic_count; i++) {
        if (span_equal(topic, span_of(config->sns_topics[i])))
            return true;
    }
    return err_set(err, ERR_FORBIDDEN, "topic %.*s is not among those of --sns-topic",
                   SPAN_ARGS(span_head(topic, 300)));
}

static bool confirm(const struct sns_message *message, struct sns_web *web, struct arena *arena,
                    struct sns_result *out, struct err *err) {
    if (!sns_confirm(message, web, arena, err))
        return false;
    log_say(LOG_INFO, "confirmed a subscription", "topic", message->topic);
    *out = (struct sns_result){.outcome = SNS_CONFIRMED, .what = SPAN_NONE};
    return true;
}

static bool verify_by(struct sns_inbox *inbox, const struct sns_message *message,
                      struct sns_web *web, int64_t now_ms, struct arena *arena,
                      struct sns_result *out, struct err *err) {
    return sns_verify(inbox->verifier, message, web, now_ms, arena, err) &&
           (message->type != SNS_SUBSCRIPTION || confirm(message, web, arena, out, err));
}

static bool verify(struct sns_inbox *inbox, const struct sns_message *message, int64_t now_ms,
                   const atomic_bool *cancel, struct arena *arena, struct sns_result *out,
                   struct err *err) {
    struct sns_transport network;

    if (inbox->web != NULL)
        return verify_by(inbox, message, inbox->web, now_ms, arena, out, err);
    struct aws_channel *channel = aws_channel_open(inbox->collector->client);
    sns_transport_init(&network, aws_channel_transport(channel), cancel);
    bool good = verify_by(inbox, message, &network.web, now_ms, arena, out, err);
    aws_channel_close(channel);
    return good;
}

static bool dispatch(struct sns_inbox *inbox, const struct sns_message *message,
                     int64_t deadline_ms, const atomic_bool *cancel, struct arena *arena,
                     struct sns_result *out, struct err *err) {
    switch (message->type) {
    case SNS_NOTIFICATION:
        return take_notification(inbox, message, deadline_ms, cancel, arena, out, err);
    case SNS_SUBSCRIPTION:
        return true; /* it was confirmed */
    case SNS_UNSUBSCRIPTION:
        break;
    }
    log_say(LOG_WARN, "a subscription is over: no more messages from this topic", "topic",
            message->topic);
    *out = (struct sns_result){.outcome = SNS_IGNORED, .what = SPAN("the end of a subscription")};
    return true;
}

bool sns_inbox_take(struct sns_inbox *inbox, struct span body, int64_t now_ms, int64_t deadline_ms,
                    const atomic_bool *cancel, struct arena *arena, struct sns_result *out,
                    struct err *err) {
    struct sns_message message;

    if (atomic_load(&inbox->stopping))
        return err_set(err, ERR_BUSY, "the service is stopping");
    if (!sns_message_read(body, arena, &message, err) ||
        !check_topic(&inbox->collector->config, message.topic, err))
        return false;
    if (atomic_load(&inbox->under_way) >= LIMIT_SNS_DELIVERIES)
        return err_set(err, ERR_BUSY, "the files of %d messages are being fetched already",
                       LIMIT_SNS_DELIVERIES);
    return verify(inbox, &message, now_ms, cancel, arena, out, err) &&
           dispatch(inbox, &message, deadline_ms, cancel, arena, out, err);
}

/* ---- the door ---- */

bool collector_take_sns(struct collector *collector, struct span body, int64_t deadline_ms,
                        const atomic_bool *cancel, struct arena *arena, struct sns_result *out,
                        struct err *err) {
    if (collector->inbox == NULL)
        return err_set(err, ERR_FORBIDDEN,
                       "messages of SNS are not taken: name the topics with --sns-topic");
    return sns_inbox_take(collector->inbox, body, utc_now_ms(), deadline_ms, cancel, arena, out,
                          err);
}
