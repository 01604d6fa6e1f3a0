/* aws/call.c, refusal.c: calls that are refused in all the ways AWS does. */
#include "tests/rows.h"

#include <pthread.h>

#include "aws/call.h"
#include "tests/support_aws_client.h"
#include "tests/support_refusals.h"

static const struct aws_call get = {.service = "s3",
                                    .method = "GET",
                                    .bucket = SPAN("bucket"),
                                    .path = SPAN("/a%20key"),
                                    .query = SPAN(""),
                                    .about = SPAN("s3://bucket/a key")};

static const struct call_row {
    const char *name;
    const char *answers[6];
    const char *attempts;
    size_t asked;
    enum err_kind kind; /* ERR_NONE: fine */
    const char *says;
} calls[] = {
    {"an answer", {FINE}, "3", 1, ERR_NONE, ""},
    {"no such key",
     {REFUSED("404 No", "NoSuchKey")},
     "3",
     1,
     ERR_ABSENT,
     "s3://bucket/a key: NoSuchKey: Why not (HTTP 404, request REQ1)"},
    {"no such bucket", {REFUSED("404 No", "NoSuchBucket")}, "3", 1, ERR_ABSENT, "NoSuchBucket"},
    {"no access",
     {REFUSED("403 No", "AccessDenied")},
     "3",
     1,
     ERR_REMOTE,
     "AccessDenied: Why not (HTTP 403, request REQ1), with credentials from environment"},
    {"a wrong secret",
     {REFUSED("403 No", "SignatureDoesNotMatch")},
     "3",
     1,
     ERR_REMOTE,
     "SignatureDoesNotMatch"},
    {"an archived object",
     {REFUSED("403 No", "InvalidObjectState")},
     "3",
     1,
     ERR_REMOTE,
     "InvalidObjectState"},
    {"a refusal that nobody knows", {REFUSED("400 No", "Curious")}, "3", 1, ERR_REMOTE, "Curious"},
    {"a request id of the head",
     {REFUSED_WITH("403 No", "x-amz-request-id: REQ2\r\n", "AccessDenied")},
     "3",
     1,
     ERR_REMOTE,
     "request REQ2"},
    {"no words at all",
     {"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"},
     "3",
     1,
     ERR_REMOTE,
     "the answer is not one of AWS's (HTTP 403)"},
    {"HTML of a proxy",
     {"HTTP/1.1 407 No\r\n" CLOSING "<html><p>go away</html>"},
     "3",
     1,
     ERR_REMOTE,
     "HTTP 407"},
    {"slow down, then fine", {REFUSED("503 Slow", "SlowDown"), FINE}, "3", 2, ERR_NONE, ""},
    {"500, then fine", {REFUSED("500 No", "InternalError"), FINE}, "3", 2, ERR_NONE, ""},
    {"502 of a proxy, then fine",
     {"HTTP/1.1 502 Bad\r\n" CLOSING "<html>", FINE},
     "3",
     2,
     ERR_NONE,
     ""},
    {"a timeout, then fine", {REFUSED("400 No", "RequestTimeout"), FINE}, "3", 2, ERR_NONE, ""},
    {"cut, cut, then fine", {CUT, CUT, FINE}, "3", 3, ERR_NONE, ""},
    {"cut too often", {CUT}, "2", 2, ERR_BUSY, "s3://bucket/a key: http://127.0.0.1"},
    {"500 too often",
     {REFUSED("500 No", "InternalError")},
     "2",
     2,
     ERR_BUSY,
     "InternalError: Why not (HTTP 500, request REQ1) (tried 2 times)"},
    {"slow down too often", {REFUSED("503 Slow", "SlowDown")}, "1", 1, ERR_BUSY, "SlowDown"},
    {"garbage, then fine", {"garbage\r\n" CLOSING, FINE}, "3", 2, ERR_NONE, ""},
    {"nothing but garbage", {"garbage\r\n" CLOSING}, "3", 3, ERR_REMOTE, "does not speak HTTP"},
    {"another region by a field",
     {REFUSED_WITH("301 Away", "x-amz-bucket-region: eu-west-1\r\n", "PermanentRedirect"), FINE},
     "1",
     2,
     ERR_NONE,
     ""},
    {"another region by a temporary redirect",
     {REFUSED_WITH("307 Away", "x-amz-bucket-region: eu-west-1\r\n", "TemporaryRedirect"), FINE},
     "1",
     2,
     ERR_NONE,
     ""},
    {"another region by the error",
     {"HTTP/1.1 400 No\r\n" CLOSING XML(
          "AuthorizationHeaderMalformed") "<Region>eu-west-1</Region></Error>",
      FINE},
     "1",
     2,
     ERR_NONE,
     ""},
    {"another region by HeadBucket",
     {REFUSED("301 Away", "PermanentRedirect"),
      "HTTP/1.1 301 Away\r\nx-amz-bucket-region: eu-west-1\r\n" CLOSING, FINE},
     "1",
     3,
     ERR_NONE,
     ""},
    {"a region that nobody tells",
     {REFUSED("301 Away", "PermanentRedirect"), "HTTP/1.1 301 Away\r\n" CLOSING},
     "3",
     2,
     ERR_REMOTE,
     "PermanentRedirect"},
    {"a region that is none",
     {REFUSED_WITH("301 Away", "x-amz-bucket-region: evil.example/\r\n", "PermanentRedirect"),
      "HTTP/1.1 301 Away\r\nx-amz-bucket-region: a@b\r\n" CLOSING},
     "3",
     2,
     ERR_REMOTE,
     "PermanentRedirect"},
    {"the region that it was asked in",
     {REFUSED_WITH("301 Away", "x-amz-bucket-region: us-east-1\r\n", "PermanentRedirect")},
     "3",
     1,
     ERR_REMOTE,
     "PermanentRedirect"},
    {"from region to region",
     {REFUSED_WITH("301 Away", "x-amz-bucket-region: eu-west-1\r\n", "PermanentRedirect"),
      REFUSED_WITH("301 Away", "x-amz-bucket-region: eu-west-2\r\n", "PermanentRedirect")},
     "3",
     2,
     ERR_REMOTE,
     "PermanentRedirect"},
    {"expired once", {REFUSED("400 No", "ExpiredToken"), FINE}, "1", 2, ERR_NONE, ""},
    {"expired for good",
     {REFUSED("400 No", "ExpiredToken")},
     "3",
     2,
     ERR_REMOTE,
     "(HTTP 400, request REQ1), with credentials from environment"},
    {"a clock that is off",
     {REFUSED_WITH("403 No", "Date: Fri, 02 Jan 2026 03:04:05 GMT\r\n", "RequestTimeTooSkewed"),
      FINE},
     "1",
     2,
     ERR_NONE,
     ""},
    {"a signature that does not match by a clock that is off",
     {REFUSED_WITH("403 No", "Date: Fri, 02 Jan 2026 03:04:05 GMT\r\n", "SignatureDoesNotMatch"),
      FINE},
     "1",
     2,
     ERR_NONE,
     ""},
    {"a clock that stays off",
     {REFUSED_WITH("403 No", "Date: Fri, 02 Jan 2026 03:04:05 GMT\r\n", "RequestTimeTooSkewed")},
     "3",
     2,
     ERR_REMOTE,
     "RequestTimeTooSkewed"},
    {"a clock of another kind",
     {REFUSED_WITH("403 No", "Date: yesterday\r\n", "RequestTimeTooSkewed")},
     "3",
     1,
     ERR_REMOTE,
     "RequestTimeTooSkewed"},
    {"what a terminal would obey is not shown",
     {"HTTP/1.1 403 No\r\n" CLOSING
      "<Error><Code>A&#10;B</Code><Message>\xc2\x9b\x7f\xc3\xa4</Message>"
      "</Error>"},
     "3",
     1,
     ERR_REMOTE,
     "A?B: ???\xc3\xa4 (HTTP 403)"},
};

static void test_call(void **state) {
    const struct call_row *row = *state;
    struct aws_world world;
    struct transport_answer answer = {0};
    struct err err = {0};

    aws_world_open(&world, answer_and_close, (void *)(uintptr_t)row->answers, row->attempts);
    bool good = aws_call(world.channel, &get, &world.arena, &answer, &err);
    assert_int_equal(err.kind * !good, row->kind);
    assert_int_equal(good, row->kind == ERR_NONE);
    assert_int_equal(fake_http_count(world.server), row->asked);
    if (good)
        assert_true(span_equal(answer.body, SPAN("fine")));
    else
        assert_non_null(strstr(err.text, row->says));
    aws_world_close(&world);
}

static void test_json_refusal(void **state) {
    static const char *const answers[] = {
        "HTTP/1.1 400 No\r\nx-amzn-RequestId: REQ3\r\n" CLOSING
        "{\"__type\":\"com.amazonaws.sqs#QueueDoesNotExist\",\"message\":\"No such queue\"}",
        NULL};
    static const struct aws_call call = {.service = "sqs",
                                         .method = "POST",
                                         .path = SPAN("/"),
                                         .query = SPAN(""),
                                         .body = SPAN("{}"),
                                         .about = SPAN("the queue q")};
    struct aws_world world;
    struct transport_answer answer;
    struct err err = {0};

    (void)state;
    aws_world_open(&world, answer_and_close, (void *)(uintptr_t)answers, "1");
    assert_false(aws_call(world.channel, &call, &world.arena, &answer, &err));
    assert_int_equal(err.kind, ERR_ABSENT);
    assert_string_equal(err.text,
                        "the queue q: QueueDoesNotExist: No such queue (HTTP 400, request REQ3)");
    assert_true(signed_for(&world, 0, "/us-east-1/sqs/"));
    aws_world_close(&world);
}

static void test_a_long_key_keeps_its_ends(void **state) {
    static const char *const answers[] = {REFUSED("403 No", "AccessDenied"), NULL};
    struct aws_world world;
    struct aws_call call = get;
    struct transport_answer answer;
    struct err err = {0};
    char about[1000];

    (void)state;
    memset(about, 'x', sizeof(about));
    memcpy(about, "s3://bucket/first", 17);
    memcpy(about + sizeof(about) - 5, "/last", 5);
    aws_world_open(&world, answer_and_close, (void *)(uintptr_t)answers, "1");
    call.about = (struct span){about, sizeof(about)};
    assert_false(aws_call(world.channel, &call, &world.arena, &answer, &err));
    assert_non_null(strstr(err.text, "s3://bucket/first"));
    assert_non_null(strstr(err.text, "...xxx"));
    assert_non_null(strstr(err.text, "/last: AccessDenied: Why not (HTTP 403, request REQ1)"));
    aws_world_close(&world);
}

/* As S3 words it since it names the policy that is missing. */
static void test_a_long_message_keeps_its_ends(void **state) {
    static const char *const answers[] = {
        "HTTP/1.1 403 No\r\n" CLOSING
        "<Error><Code>AccessDenied</Code><Message>User: "
        "arn:aws:sts::111122223333:assumed-role/audit/i-0abcdef0123456789 is not authorized to "
        "perform: s3:GetObject on resource: \"arn:aws:s3:::bucket/a key\" because no "
        "identity-based policy allows the s3:GetObject action</Message>" XML_END,
        NULL};
    struct aws_world world;
    struct transport_answer answer;
    struct err err = {0};

    (void)state;
    aws_world_open(&world, answer_and_close, (void *)(uintptr_t)answers, "1");
    assert_false(aws_call(world.channel, &get, &world.arena, &answer, &err));
    assert_non_null(strstr(
        err.text, "AccessDenied: User: arn:aws:sts::111122223333:assumed-role/audit/i-0abc"));
    assert_non_null(strstr(err.text,
                           "because no identity-based policy allows the s3:GetObject "
                           "action (HTTP 403, request REQ1), with credentials from "
                           "environment"));
    aws_world_close(&world);
}

/* Nobody is let in to it, whoever asks. */
static void test_an_archived_object_blames_no_credentials(void **state) {
    static const char *const answers[] = {REFUSED("403 No", "InvalidObjectState"), NULL};
    struct aws_world world;
    struct transport_answer answer;
    struct err err = {0};

    (void)state;
    aws_world_open(&world, answer_and_close, (void *)(uintptr_t)answers, "1");
    assert_false(aws_call(world.channel, &get, &world.arena, &answer, &err));
    assert_string_equal(err.text,
                        "s3://bucket/a key: InvalidObjectState: Why not (HTTP 403, request REQ1)");
    aws_world_close(&world);
}

/* A session that has ended may begin again; keys that never were good will not be. */
static void test_expired_after_a_while(void **state) {
    static const char *const answers[] = {FINE, REFUSED("400 No", "ExpiredToken"), NULL};
    struct aws_world world;
    struct transport_answer answer;
    struct err err = {0};

    (void)state;
    aws_world_open(&world, answer_and_close, (void *)(uintptr_t)answers, "1");
    assert_true(aws_call(world.channel, &get, &world.arena, &answer, &err));
    assert_false(aws_call(world.channel, &get, &world.arena, &answer, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    assert_string_equal(err.text,
                        "s3://bucket/a key: ExpiredToken: Why not (HTTP 400, request "
                        "REQ1), with credentials from environment");
    assert_int_equal(fake_http_count(world.server), 3);
    aws_world_close(&world);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_an_archived_object_blames_no_credentials),
        ROWS(test_call, calls),
        TEST(test_expired_after_a_while),
        TEST(test_a_long_message_keeps_its_ends),
        TEST(test_json_refusal),
        TEST(test_a_long_key_keeps_its_ends),
    };

    return rows_run("call_refused", all, ARRAY_LENGTH(all));
}
