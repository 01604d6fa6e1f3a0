/* collect/sns_inbox.c: what is believed, and what is answered when. The threads (pthread) are those
 * of the collector. */
#include "tests/rows.h"

#include <stdio.h>

#include "aws/sns.h"
#include "base/limits.h"
#include "base/utc.h"
#include "collect/sns_inbox.h"
#include "tests/support_collect.h"

#define FOLDER "tests/data/sns/"
#define SENT   INT64_C(1795334400000) /* 2026-11-22T08:00:00Z */
#define KEY    "a/1.json.gz"          /* of s3://logs, named by the messages of the folder */

/* Certificates by the last part of their URL; what else is asked for is a confirmation. */
struct files {
    struct sns_web web;
    _Atomic(int) confirmations;
};

static struct span file_bytes(const char *name, struct arena *arena) {
    const size_t room = 16384;
    char *bytes = arena_allocate(arena, room);
    FILE *file = fopen(arena_format(arena, FOLDER "%s%c", name, '\0').data, "rb");

    assert_non_null(file);
    struct span read = {bytes, fread(bytes, 1, room, file)};
    fclose(file);
    return read;
}

static bool get_file(struct sns_web *web, struct span url, struct arena *arena,
                     struct span *out_body, struct err *err) {
    struct files *files = (struct files *)web;
    bool certificate = span_ends_with(url, SPAN("-leaf.pem"));

    (void)err;
    files->confirmations += !certificate;
    *out_body = certificate ? file_bytes("leaf.pem", arena) : SPAN("<ok/>");
    return true;
}

static char *variable(const char *name) {
    static char bundle[] = FOLDER "root.pem";

    return strcmp(name, "AWS_CA_BUNDLE") == 0 ? bundle : fake_s3_variable(name);
}

struct posted {
    struct collecting collecting;
    struct files files;
    struct sns_inbox *inbox;
    struct sns_result result;
    struct err err;
};

static void open_posted(struct posted *posted, const char *topic, const char *allowed) {
    static const char *topics[1];
    static const char *allow[1];
    struct err err;

    *posted = (struct posted){.files = {.web = {.get = get_file}}};
    topics[0] = topic;
    allow[0] = allowed;
    collecting_open_store(&posted->collecting);
    struct collector_config config = collecting_config(&posted->collecting, 2);
    config.variable = variable;
    config.allow = allow;
    config.sns_topics = topics;
    config.sns_topic_count = 1;
    if (!collector_start(&config, &posted->collecting.collector, &err) ||
        !sns_inbox_open(posted->collecting.collector, &posted->files.web, &posted->inbox, &err))
        fail_msg("%s", err.text);
}

static void close_posted(struct posted *posted) {
    sns_inbox_close(posted->inbox);
    collecting_close(&posted->collecting);
}

static bool post(struct posted *posted, struct span body, int64_t patience_ms) {
    posted->err = (struct err){.kind = ERR_NONE};
    return sns_inbox_take(posted->inbox, body, SENT, monotonic_ms() + patience_ms, NULL,
                          &posted->collecting.arena, &posted->result, &posted->err);
}

static bool post_file(struct posted *posted, const char *name) {
    return post(posted, file_bytes(name, &posted->collecting.arena), 60000);
}

#define TOPIC "arn:aws:sns:eu-west-1:111122223333:logs"

static const struct taken_row {
    const char *name;
    const char *file;
    enum sns_outcome outcome;
    int confirmations;
    size_t receipts;
} taken[] = {
    {"a notification, version 1", "plain_1.json", SNS_STORED, 0, 1},
    {"a notification, version 2", "plain_2.json", SNS_STORED, 0, 1},
    {"a subscription", "subscription_1.json", SNS_CONFIRMED, 1, 0},
    {"the end of a subscription is not confirmed", "unsubscription.json", SNS_IGNORED, 0, 0},
};

static void test_taken(void **state) {
    const struct taken_row *row = *state;
    struct posted posted;

    open_posted(&posted, TOPIC, "logs");
    fake_s3_put(posted.collecting.s3, "logs", KEY, log_file(1));
    if (!post_file(&posted, row->file))
        fail_msg("%s", posted.err.text);
    assert_int_equal(posted.result.outcome, row->outcome);
    assert_int_equal(posted.result.objects, row->receipts);
    assert_int_equal(posted.files.confirmations, row->confirmations);
    assert_int_equal(list_files(&posted.collecting, -1, 0).count, row->receipts);
    assert_int_equal(count_events(&posted.collecting), row->receipts);
    close_posted(&posted);
}

static const struct refused_row {
    const char *name;
    const char *file;
    const char *topic;
    const char *allowed;
    enum err_kind kind;
    const char *says;
} refused[] = {
    {"another topic", "plain_2.json", TOPIC "2", "logs", ERR_FORBIDDEN, "--sns-topic"},
    {"a subscription of another topic", "subscription_2.json", TOPIC "2", "logs", ERR_FORBIDDEN,
     "topic " TOPIC " is not among"},
    {"a bucket that is not allowed", "plain_2.json", TOPIC, "other", ERR_FORBIDDEN, "--s3-allow"},
    {"a message that is no notification", "subject_2.json", TOPIC, "logs", ERR_INVALID, "no JSON"},
    {"no message of SNS", "leaf.pem", TOPIC, "logs", ERR_INVALID, "no message of SNS"},
};

static void test_refused(void **state) {
    const struct refused_row *row = *state;
    struct posted posted;

    open_posted(&posted, row->topic, row->allowed);
    fake_s3_put(posted.collecting.s3, "logs", KEY, log_file(1));
    assert_false(post_file(&posted, row->file));
    if (posted.err.kind != row->kind || strstr(posted.err.text, row->says) == NULL)
        fail_msg("%d: %s", posted.err.kind, posted.err.text);
    assert_int_equal(posted.files.confirmations, 0);
    assert_int_equal(fake_s3_all_gets(posted.collecting.s3), 0);
    close_posted(&posted);
}

static void test_changed_message_is_refused(void **state) {
    struct posted posted;

    (void)state;
    open_posted(&posted, TOPIC, "logs");
    fake_s3_put(posted.collecting.s3, "logs", KEY, log_file(1));
    struct span body = file_bytes("plain_2.json", &posted.collecting.arena);
    char *key = memmem((char *)(uintptr_t)body.data, body.length, "1.json.gz", 9);
    *key = '2';
    assert_false(post(&posted, body, 60000));
    assert_int_equal(posted.err.kind, ERR_FORBIDDEN);
    assert_non_null(strstr(posted.err.text, "signature"));
    assert_int_equal(fake_s3_all_gets(posted.collecting.s3), 0);
    close_posted(&posted);
}

static void test_delivered_twice_is_imported_once(void **state) {
    struct posted posted;

    (void)state;
    open_posted(&posted, TOPIC, "logs");
    fake_s3_put(posted.collecting.s3, "logs", KEY, log_file(1));
    assert_true(post_file(&posted, "plain_1.json"));
    assert_true(post_file(&posted, "plain_2.json"));
    assert_int_equal(posted.result.outcome, SNS_STORED);
    assert_int_equal(list_files(&posted.collecting, -1, 0).count, 1);
    close_posted(&posted);
}

static bool refuse(void *context, struct fake_connection *connection,
                   const struct fake_question *question) {
    const char *code = context;

    (void)question;
    fake_s3_refuse(connection, span_equal(span_of(code), SPAN("AccessDenied")) ? 403 : 503, code);
    return true;
}

static const struct failing_row {
    const char *name;
    const char *code; /* of S3; NULL: there is no such key */
    enum err_kind kind;
    size_t receipts;
} failing[] = {
    {"a file that is gone is settled", NULL, ERR_NONE, 1},
    {"S3 is busy: to be delivered again", "SlowDown", ERR_BUSY, 0},
    {"S3 refuses: to be delivered again", "AccessDenied", ERR_REMOTE, 0},
};

static void test_failing(void **state) {
    const struct failing_row *row = *state;
    struct posted posted;

    open_posted(&posted, TOPIC, "logs");
    if (row->code != NULL)
        fake_s3_fault(posted.collecting.s3, refuse, (void *)(uintptr_t)row->code);
    assert_int_equal(post_file(&posted, "plain_2.json"), row->kind == ERR_NONE);
    assert_int_equal(posted.err.kind, row->kind);
    assert_int_equal(list_files(&posted.collecting, -1, 0).count, row->receipts);
    close_posted(&posted);
}

static void test_nobody_waits_for_ever(void **state) {
    struct posted posted;
    struct stall stall = {.part = "json", .gate = gate_new()};

    (void)state;
    open_posted(&posted, TOPIC, "logs");
    stall.s3 = posted.collecting.s3;
    fake_s3_put(posted.collecting.s3, "logs", KEY, log_file(1));
    fake_s3_fault(posted.collecting.s3, stall_some, &stall);
    assert_false(post(&posted, file_bytes("plain_2.json", &posted.collecting.arena), 0));
    assert_int_equal(posted.err.kind, ERR_TIMEOUT);
    /* It is given up when the inbox is closed, and nothing of it is leaked. */
    close_posted(&posted);
}

static void test_stopping(void **state) {
    struct posted posted;

    (void)state;
    open_posted(&posted, TOPIC, "logs");
    sns_inbox_interrupt(posted.inbox);
    assert_false(post_file(&posted, "plain_2.json"));
    assert_int_equal(posted.err.kind, ERR_BUSY);
    close_posted(&posted);
}

static void test_topics(void **state) {
    static const char *const topics[] = {"logs"};
    struct collecting collecting;
    struct collector *collector = NULL;
    struct err err;

    (void)state;
    collecting_open_store(&collecting);
    struct collector_config config = collecting_config(&collecting, 2);
    config.sns_topics = topics;
    config.sns_topic_count = 1;
    assert_false(collector_start(&config, &collector, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.text, "--sns-topic logs"));
    collecting_close(&collecting);
}

static void test_off(void **state) {
    struct collecting collecting;
    struct sns_result result;
    struct err err;

    (void)state;
    collecting_open(&collecting, 2);
    assert_false(collector_take_sns(collecting.collector, SPAN("{}"), 0, NULL, &collecting.arena,
                                    &result, &err));
    assert_int_equal(err.kind, ERR_FORBIDDEN);
    assert_non_null(strstr(err.text, "--sns-topic"));
    collecting_close(&collecting);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_taken, taken),
        ROWS(test_refused, refused),
        TEST(test_changed_message_is_refused),
        TEST(test_delivered_twice_is_imported_once),
        ROWS(test_failing, failing),
        TEST(test_nobody_waits_for_ever),
        TEST(test_stopping),
        TEST(test_topics),
        TEST(test_off),
    };

    return rows_run("sns_inbox", all, ARRAY_LENGTH(all));
}
