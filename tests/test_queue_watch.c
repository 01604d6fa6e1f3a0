/* collect/queue_watch.c, queue_receiver.c, queue_keeper.c: when a message is deleted, and when not.
 * The threads (pthread) are those of the collector. */
#include "tests/rows.h"

#include <stdio.h>

#include "tests/support_collect.h"
#include "tests/support_fake_sqs.h"
#include "tests/support_patience.h"

struct listening {
    struct collecting collecting;
    struct fake_sqs *sqs;
    const char *queue;
};

static void start_listening(struct listening *listening) {
    struct collector_config config = collecting_config(&listening->collecting, 2);
    struct err err;

    listening->queue = fake_sqs_url(listening->sqs);
    config.queues = &listening->queue;
    config.queue_count = 1;
    if (!collector_start(&config, &listening->collecting.collector, &err))
        fail_msg("%s", err.text);
}

static void open_listening(struct listening *listening) {
    *listening = (struct listening){.sqs = fake_sqs_start()};
    collecting_open_store(&listening->collecting);
    start_listening(listening);
}

static void close_listening(struct listening *listening) {
    collecting_close(&listening->collecting);
    fake_sqs_stop(listening->sqs);
}

static void send_key(struct listening *listening, const char *bucket, const char *key) {
    char body[256];
    int length =
        snprintf(body, sizeof(body), "{\"s3Bucket\":\"%s\",\"s3ObjectKey\":[\"%s\"]}", bucket, key);

    fake_sqs_send(listening->sqs, (struct span){body, (size_t)length});
}

static struct collector_figures figures(struct listening *listening) {
    struct collector_figures figures;

    collector_measure(listening->collecting.collector, &figures);
    return figures;
}

static void wait_failed(struct listening *listening, int64_t count) {
    for (struct patience patience = {0}; figures(listening).messages_failed < count;)
        patience_nap(&patience, "a message that fails");
}

static bool deny(void *context, struct fake_connection *connection,
                 const struct fake_question *question) {
    const char *code = context;

    (void)question;
    fake_s3_refuse(connection, span_equal(span_of(code), SPAN("SlowDown")) ? 503 : 403, code);
    return true;
}

/* Messages that need nothing more: they are deleted, and this is what is left of them. */
static const struct done_row {
    const char *name;
    const char *body;
    size_t receipts;
    int64_t events;
    size_t failed; /* of the receipts */
} done[] = {
    {"one file", "{\"s3Bucket\":\"bucket\",\"s3ObjectKey\":[\"a0000.json\"]}", 1, 1, 0},
    {"several files",
     "{\"s3Bucket\":\"bucket\",\"s3ObjectKey\":[\"a0000.json\",\"a0001.json\",\"a0002.json\"]}", 3,
     3, 0},
    {"in an envelope of SNS",
     "{\"Type\":\"Notification\",\"TopicArn\":\"t\",\"Message\":\"{\\\"s3Bucket\\\":\\\"bucket\\\","
     "\\\"s3ObjectKey\\\":[\\\"a0000.json\\\"]}\"}",
     1, 1, 0},
    {"S3's own event",
     "{\"Records\":[{\"eventSource\":\"aws:s3\",\"eventName\":\"ObjectCreated:Put\",\"s3\":{"
     "\"bucket\":{\"name\":\"bucket\"},\"object\":{\"key\":\"a0001.json\"}}}]}",
     1, 1, 0},
    {"a deletion",
     "{\"Records\":[{\"eventSource\":\"aws:s3\",\"eventName\":\"ObjectRemoved:Delete\",\"s3\":{"
     "\"bucket\":{\"name\":\"bucket\"},\"object\":{\"key\":\"a0001.json\"}}}]}",
     0, 0, 0},
    {"a test message", "{\"Event\":\"s3:TestEvent\",\"Bucket\":\"bucket\"}", 0, 0, 0},
    {"a file that is gone", "{\"s3Bucket\":\"bucket\",\"s3ObjectKey\":[\"gone.json\"]}", 1, 0, 1},
    {"a file that cannot be read", "{\"s3Bucket\":\"bucket\",\"s3ObjectKey\":[\"broken.json\"]}", 1,
     0, 1},
    {"a good file and a bad one",
     "{\"s3Bucket\":\"bucket\",\"s3ObjectKey\":[\"broken.json\",\"a0000.json\"]}", 2, 1, 1},
};

static void test_done(void **state) {
    const struct done_row *row = *state;
    struct listening listening;

    open_listening(&listening);
    put_files(listening.collecting.s3, "a", 0, 3);
    fake_s3_put(listening.collecting.s3, "bucket", "broken.json", SPAN("{\"Records\":[{\"a\""));
    fake_sqs_send(listening.sqs, span_of(row->body));
    fake_sqs_wait_deleted(listening.sqs, 1);
    assert_int_equal(list_files(&listening.collecting, -1, 0).count, row->receipts);
    assert_int_equal(list_files(&listening.collecting, -1, 1U << IMPORT_FAILED).count, row->failed);
    assert_int_equal(count_events(&listening.collecting), row->events);
    assert_int_equal(figures(&listening).messages_received, 1);
    assert_int_equal(figures(&listening).messages_failed, 0);
    close_listening(&listening);
}

/* Messages that are not deleted, and leave no receipt. */
static const struct left_row {
    const char *name;
    const char *body;
    const char *code; /* what S3 says to all requests; NULL: what is asked for */
} left[] = {
    {"no notification", "hello", NULL},
    {"a log by mistake", "{\"eventName\":\"a\",\"eventID\":\"b\"}", NULL},
    {"a bucket that is not allowed", "{\"s3Bucket\":\"other\",\"s3ObjectKey\":[\"a\"]}", NULL},
    {"one of two is not allowed",
     "[{\"s3Bucket\":\"bucket\",\"s3ObjectKey\":[\"a0000.json\"]},"
     "{\"s3Bucket\":\"other\",\"s3ObjectKey\":[\"a\"]}]",
     NULL},
    {"S3 refuses", "{\"s3Bucket\":\"bucket\",\"s3ObjectKey\":[\"a0000.json\"]}", "AccessDenied"},
    {"S3 is busy", "{\"s3Bucket\":\"bucket\",\"s3ObjectKey\":[\"a0000.json\"]}", "SlowDown"},
};

static void test_left(void **state) {
    const struct left_row *row = *state;
    struct listening listening;

    open_listening(&listening);
    put_files(listening.collecting.s3, "a", 0, 1);
    if (row->code != NULL)
        fake_s3_fault(listening.collecting.s3, deny, (void *)(uintptr_t)row->code);
    fake_sqs_send(listening.sqs, span_of(row->body));
    wait_failed(&listening, 1);
    assert_int_equal(list_files(&listening.collecting, -1, 0).count, 0);
    assert_int_equal(fake_sqs_count(listening.sqs, "DeleteMessageBatch"), 0);
    close_listening(&listening);
}

static void test_left_message_is_done_later(void **state) {
    struct listening listening;

    (void)state;
    open_listening(&listening);
    put_files(listening.collecting.s3, "a", 0, 1);
    fake_s3_fault(listening.collecting.s3, deny, (void *)(uintptr_t) "SlowDown");
    send_key(&listening, "bucket", "a0000.json");
    wait_failed(&listening, 1);
    fake_s3_fault(listening.collecting.s3, NULL, NULL);
    fake_sqs_show_again(listening.sqs);
    fake_sqs_wait_deleted(listening.sqs, 1);
    assert_int_equal(count_events(&listening.collecting), 1);
    close_listening(&listening);
}

static void test_not_deleted_before_it_is_stored(void **state) {
    struct listening listening;

    (void)state;
    open_listening(&listening);
    struct stall stall = {.s3 = listening.collecting.s3, .part = "slow", .gate = gate_new()};
    put_files(listening.collecting.s3, "slow", 5, 6);
    put_files(listening.collecting.s3, "a", 0, 1);
    fake_s3_fault(listening.collecting.s3, stall_some, &stall);
    send_key(&listening, "bucket", "slow0005.json");
    gate_wait_inside(&stall.gate, 1);
    send_key(&listening, "bucket", "a0000.json");
    fake_sqs_wait_deleted(listening.sqs, 1);
    assert_int_equal(count_events(&listening.collecting), 1);
    collecting_stop(&listening.collecting);
    assert_int_equal(fake_sqs_deleted(listening.sqs), 1);
    fake_sqs_wait_idle(listening.sqs);

    fake_s3_fault(listening.collecting.s3, NULL, NULL);
    fake_sqs_show_again(listening.sqs);
    start_listening(&listening);
    fake_sqs_wait_deleted(listening.sqs, 2);
    assert_int_equal(count_events(&listening.collecting), 2);
    close_listening(&listening);
}

static void test_delivered_twice_is_imported_once(void **state) {
    struct listening listening;

    (void)state;
    open_listening(&listening);
    put_files(listening.collecting.s3, "a", 0, 1);
    send_key(&listening, "bucket", "a0000.json");
    fake_sqs_wait_deleted(listening.sqs, 1);
    send_key(&listening, "bucket", "a0000.json");
    fake_sqs_wait_deleted(listening.sqs, 2);
    assert_int_equal(list_files(&listening.collecting, -1, 0).count, 1);
    assert_int_equal(count_events(&listening.collecting), 1);
    close_listening(&listening);
}

static const struct again_row {
    const char *name;
    const char *action;
    bool part;
} again[] = {
    {"deleting, as a whole", "DeleteMessageBatch", false},
    {"deleting, one by one", "DeleteMessageBatch", true},
    {"receiving", "ReceiveMessage", false},
};

static void test_again(void **state) {
    const struct again_row *row = *state;
    struct listening listening;

    open_listening(&listening);
    put_files(listening.collecting.s3, "a", 0, 1);
    fake_sqs_fail(listening.sqs, row->action, 1, row->part);
    send_key(&listening, "bucket", "a0000.json");
    fake_sqs_wait_deleted(listening.sqs, 1);
    assert_int_equal(count_events(&listening.collecting), 1);
    assert_in_range(fake_sqs_count(listening.sqs, row->action), 2, SIZE_MAX);
    close_listening(&listening);
}

static void test_many(void **state) {
    struct listening listening;
    char key[32];

    (void)state;
    open_listening(&listening);
    put_files(listening.collecting.s3, "a", 0, 200);
    for (int i = 0; i < 200; i++) {
        snprintf(key, sizeof(key), "a%04d.json", i);
        send_key(&listening, "bucket", key);
    }
    fake_sqs_wait_deleted(listening.sqs, 200);
    assert_int_equal(count_events(&listening.collecting), 200);
    assert_int_equal(fake_s3_all_gets(listening.collecting.s3), 200);
    close_listening(&listening);
}

static void test_wrong_url(void **state) {
    static const char *const queues[] = {"arn:aws:sqs:eu-west-1:1:logs"};
    struct collecting collecting;
    struct collector *collector = NULL;
    struct err err;

    (void)state;
    collecting_open_store(&collecting);
    struct collector_config config = collecting_config(&collecting, 2);
    config.queues = queues;
    config.queue_count = 1;
    assert_false(collector_start(&config, &collector, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.text, "--queue: arn:aws:sqs"));
    collecting_close(&collecting);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_done, done),
        ROWS(test_left, left),
        TEST(test_left_message_is_done_later),
        TEST(test_not_deleted_before_it_is_stored),
        TEST(test_delivered_twice_is_imported_once),
        ROWS(test_again, again),
        TEST(test_many),
        TEST(test_wrong_url),
    };

    return rows_run("queue_watch", all, ARRAY_LENGTH(all));
}
