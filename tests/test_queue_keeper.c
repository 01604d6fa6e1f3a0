/* collect/queue_keeper.c: messages whose files take long stay hidden. The queue is made up, and so
 * is what it holds; the keeper's turns are taken by the test, beside a collector with its threads
 * (pthread). */
#include "tests/rows.h"

#include "base/utc.h"
#include "collect/queue_state.h"
#include "collect/state.h"
#include "tests/support_collect.h"
#include "tests/support_fake_sqs.h"

#define HIDE   "ChangeMessageVisibilityBatch"
#define DELETE "DeleteMessageBatch"

struct keeping {
    struct collecting collecting;
    struct fake_sqs *sqs;
    struct aws_channel *channel;
    struct watched_queue queue;
};

/* The agenda takes no turn: when it is due again is up to the test. */
static void no_turn(struct agenda_item *item, struct aws_channel *channel) {
    (void)item;
    (void)channel;
}

static void open_keeping(struct keeping *keeping) {
    struct err err;

    *keeping = (struct keeping){.sqs = fake_sqs_start()};
    collecting_open(&keeping->collecting, 1);
    keeping->channel = aws_channel_open(keeping->collecting.collector->client);
    keeping->queue =
        (struct watched_queue){.collector = keeping->collecting.collector, .keeper.run = no_turn};
    assert_true(sqs_queue_parse(span_of(fake_sqs_url(keeping->sqs)), &keeping->queue.sqs, &err));
    pthread_mutex_init(&keeping->queue.lock, NULL);
    pthread_cond_init(&keeping->queue.changed, NULL);
}

static void close_keeping(struct keeping *keeping) {
    agenda_remove(keeping->collecting.collector->agenda, &keeping->queue.keeper);
    while (keeping->queue.messages != NULL) {
        struct queue_message *message = keeping->queue.messages;
        keeping->queue.messages = message->next;
        queue_message_free(message);
    }
    pthread_cond_destroy(&keeping->queue.changed);
    pthread_mutex_destroy(&keeping->queue.lock);
    aws_channel_close(keeping->channel);
    collecting_close(&keeping->collecting);
    fake_sqs_stop(keeping->sqs);
}

/* A message that the made-up SQS has delivered once. */
static struct queue_message *hold(struct keeping *keeping, enum message_state state,
                                  int64_t hide_again_ms) {
    struct queue_message *message = memory_new(1, sizeof(*message));
    struct sqs_batch batch;
    struct err err;

    message->delivery = delivery_new(NULL, NULL);
    fake_sqs_send(keeping->sqs, SPAN("{}"));
    if (!sqs_receive(keeping->channel, &keeping->queue.sqs, HIDDEN_SECONDS, NULL,
                     &message->delivery->arena, &batch, &err))
        fail_msg("%s", err.text);
    assert_int_equal(batch.count, 1);
    message->queue = &keeping->queue;
    message->handle = batch.messages[0].handle;
    message->state = state;
    message->hide_again_ms = hide_again_ms;
    queue_hold(&keeping->queue, message);
    return message;
}

static void keep(struct keeping *keeping) {
    queue_keep(&keeping->queue.keeper, keeping->channel);
}

static void test_hidden_anew(void **state) {
    struct keeping keeping;

    (void)state;
    open_keeping(&keeping);
    int64_t now_ms = monotonic_ms();
    struct queue_message *due = hold(&keeping, MESSAGE_FETCHING, now_ms);
    struct queue_message *later = hold(&keeping, MESSAGE_FETCHING, INT64_MAX);
    keep(&keeping);
    assert_int_equal(fake_sqs_count(keeping.sqs, HIDE), 1);
    struct span asked = fake_sqs_last(keeping.sqs, HIDE);
    assert_non_null(strstr(asked.data,
                           "{\"Id\":\"0\",\"ReceiptHandle\":\"0 delivery 1\","
                           "\"VisibilityTimeout\":300}]"));
    assert_true(due->hide_again_ms >= now_ms + HIDE_AGAIN_MS);
    assert_true(later->hide_again_ms == INT64_MAX);
    keep(&keeping);
    assert_int_equal(fake_sqs_count(keeping.sqs, HIDE), 1);
    assert_int_equal(fake_sqs_count(keeping.sqs, DELETE), 0);
    assert_int_equal(keeping.queue.held, 2);
    close_keeping(&keeping);
}

static void test_more_than_one_request_takes(void **state) {
    struct keeping keeping;

    (void)state;
    open_keeping(&keeping);
    for (int i = 0; i < SQS_BATCH + 1; i++)
        hold(&keeping, MESSAGE_FETCHING, 0);
    keep(&keeping);
    assert_int_equal(fake_sqs_count(keeping.sqs, HIDE), 2);
    close_keeping(&keeping);
}

static const struct failing_row {
    const char *name;
    bool part;
} failing[] = {{"as a whole", false}, {"one by one", true}};

/* It is held, and hidden anew when its time has come again: asking at once would ask for ever. */
static void test_cannot_be_hidden(void **state) {
    const struct failing_row *row = *state;
    struct keeping keeping;

    open_keeping(&keeping);
    struct queue_message *message = hold(&keeping, MESSAGE_FETCHING, 0);
    fake_sqs_fail(keeping.sqs, HIDE, 1, row->part);
    keep(&keeping);
    assert_int_equal(fake_sqs_count(keeping.sqs, HIDE), 1);
    assert_int_equal(message->state, MESSAGE_FETCHING);
    assert_int_equal(keeping.queue.held, 1);
    message->hide_again_ms = 0;
    keep(&keeping);
    assert_int_equal(fake_sqs_count(keeping.sqs, HIDE), 2);
    close_keeping(&keeping);
}

static void test_deleted_at_once_and_left(void **state) {
    struct keeping keeping;

    (void)state;
    open_keeping(&keeping);
    hold(&keeping, MESSAGE_STORED, INT64_MAX);
    hold(&keeping, MESSAGE_LEFT, INT64_MAX);
    keep(&keeping);
    assert_int_equal(fake_sqs_deleted(keeping.sqs), 1);
    assert_int_equal(keeping.queue.figures.deleted, 1);
    assert_int_equal(keeping.queue.figures.failed, 1);
    assert_int_equal(keeping.queue.held, 0);
    assert_null(keeping.queue.messages);
    close_keeping(&keeping);
}

/* Then SQS delivers it again; until then it counts as held, so that no more are taken. */
static void test_never_deleted(void **state) {
    struct keeping keeping;

    (void)state;
    open_keeping(&keeping);
    struct queue_message *message = hold(&keeping, MESSAGE_STORED, INT64_MAX);
    fake_sqs_fail(keeping.sqs, DELETE, INT32_MAX, true);
    for (size_t asked = 1; asked <= 5; asked++) {
        assert_int_equal(keeping.queue.held, 1);
        keep(&keeping);
        assert_int_equal(fake_sqs_count(keeping.sqs, DELETE), asked);
        if (asked < 5)
            message->hide_again_ms = 0;
    }
    assert_int_equal(keeping.queue.held, 0);
    assert_int_equal(keeping.queue.figures.failed, 1);
    assert_int_equal(keeping.queue.figures.deleted, 0);
    close_keeping(&keeping);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_hidden_anew),
        TEST(test_more_than_one_request_takes),
        ROWS(test_cannot_be_hidden, failing),
        TEST(test_deleted_at_once_and_left),
        TEST(test_never_deleted),
    };

    return rows_run("queue_keeper", all, ARRAY_LENGTH(all));
}
