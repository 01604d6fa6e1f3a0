#include "tests/rows.h"

#include <jansson.h>

#include "aws/sqs.h"
#include "tests/support_fake_http.h"
#include "tests/support_fake_s3.h"

/* "200 {}": what the server answers. */
static void answer_text(void *context, struct fake_connection *connection,
                        const struct fake_request *request) {
    const char *text = context;

    (void)request;
    fake_answer(connection, atoi(text), "Content-Type: application/x-amz-json-1.0\r\n",
                span_of(text + 4));
}

/* A queue of a server that gives one answer again and again. */
struct asked {
    struct fake_http *http;
    struct aws_client *client;
    struct aws_channel *channel;
    struct arena arena;
    struct sqs_queue queue;
};

static void open_asked(struct asked *asked, const char *answer) {
    struct err err;

    *asked = (struct asked){.http = fake_http_start(answer_text, (void *)(uintptr_t)answer)};
    struct span url = arena_format(&asked->arena, "%s/1/logs", fake_http_url(asked->http));
    assert_true(sqs_queue_parse(url, &asked->queue, &err));
    if (!aws_client_open(fake_s3_variable, &asked->client, &err))
        fail_msg("%s", err.text);
    asked->channel = aws_channel_open(asked->client);
}

static void close_asked(struct asked *asked) {
    aws_channel_close(asked->channel);
    aws_client_close(asked->client);
    fake_http_stop(asked->http);
    arena_clear(&asked->arena);
}

#define ANSWER(status, body) status " " body

static void check_request(struct asked *asked, const char *target, const char *body) {
    const struct fake_request *request = fake_http_request(asked->http, 0);
    json_auto_t *sent = json_loadb(request->body.data, request->body.length, 0, NULL);
    json_auto_t *expected = json_loads(body, 0, NULL);

    assert_true(span_equal(request->method, SPAN("POST")));
    assert_true(span_equal(request->target, SPAN("/")));
    assert_true(span_equal(fake_field(request, "x-amz-target"), span_of(target)));
    assert_true(
        span_equal(fake_field(request, "content-type"), SPAN("application/x-amz-json-1.0")));
    assert_true(span_starts_with(fake_field(request, "authorization"), SPAN("AWS4-HMAC-SHA256 ")));
    json_object_del(sent, "QueueUrl");
    if (!json_equal(sent, expected))
        fail_msg("%.*s", SPAN_ARGS(request->body));
}

static void test_receive(void **state) {
    const char *answer =
        ANSWER("200",
               "{\"Messages\":[{\"MessageId\":\"1\",\"ReceiptHandle\":\"h/1+\",\"Body\":"
               "\"a\\n\\u00e4\"},{\"MessageId\":\"2\",\"ReceiptHandle\":\"h2\","
               "\"Body\":\"\"}]}");
    struct asked asked;
    struct sqs_batch batch;
    struct err err;

    (void)state;
    open_asked(&asked, answer);
    if (!sqs_receive(asked.channel, &asked.queue, 300, NULL, &asked.arena, &batch, &err))
        fail_msg("%s", err.text);
    assert_int_equal(batch.count, 2);
    assert_true(span_equal(batch.messages[0].handle, SPAN("h/1+")));
    assert_true(span_equal(batch.messages[0].body, SPAN("a\n\xc3\xa4")));
    assert_true(span_equal(batch.messages[1].id, SPAN("2")));
    check_request(&asked, "AmazonSQS.ReceiveMessage",
                  "{\"MaxNumberOfMessages\":10,\"WaitTimeSeconds\":20,\"VisibilityTimeout\":300}");
    close_asked(&asked);
}

static const struct refusal_row {
    const char *name;
    const char *answer;
    enum err_kind kind; /* ERR_NONE: no messages */
    const char *says;
} refusals[] = {
    {"an empty queue", ANSWER("200", "{}"), ERR_NONE, ""},
    {"an empty list", ANSWER("200", "{\"Messages\":[]}"), ERR_NONE, ""},
    {"no messages but null", ANSWER("200", "{\"Messages\":null}"), ERR_NONE, ""},
    {"a page", ANSWER("200", "<html>"), ERR_REMOTE, "no JSON"},
    {"a list", ANSWER("200", "[]"), ERR_REMOTE, "no JSON object"},
    {"a message without a handle",
     ANSWER("200", "{\"Messages\":[{\"MessageId\":\"1\",\"Body\":\"\"}]}"), ERR_REMOTE,
     "without id, handle or body"},
    {"more messages than were asked for", ANSWER("200", "{\"Messages\":[1,2,3,4,5,6,7,8,9,10,11]}"),
     ERR_REMOTE, "more than 10"},
    {"a queue that is not there",
     ANSWER("400",
            "{\"__type\":\"com.amazonaws.sqs#QueueDoesNotExist\","
            "\"message\":\"The specified queue does not exist.\"}"),
     ERR_ABSENT, "QueueDoesNotExist"},
    {"a queue that is not for us",
     ANSWER("403",
            "{\"__type\":\"com.amazon.coral.service#AccessDeniedException\","
            "\"message\":\"not authorized\"}"),
     ERR_REMOTE, "AccessDenied"},
    {"a server that fails", ANSWER("500", ""), ERR_BUSY, "500"},
};

static void test_refusal(void **state) {
    const struct refusal_row *row = *state;
    struct asked asked;
    struct sqs_batch batch = {.count = 1};
    struct err err = {0};

    open_asked(&asked, row->answer);
    assert_int_equal(
        sqs_receive(asked.channel, &asked.queue, 300, NULL, &asked.arena, &batch, &err),
        row->kind == ERR_NONE);
    close_asked(&asked);
    if (row->kind == ERR_NONE) {
        assert_int_equal(batch.count, 0);
        return;
    }
    if (err.kind != row->kind || strstr(err.text, row->says) == NULL ||
        strstr(err.text, "queue logs") == NULL)
        fail_msg("%d: %s", err.kind, err.text);
}

#define GOOD(id) "{\"Id\":\"" id "\"}"

static const struct batch_row {
    const char *name;
    const char *answer;
    const char *done; /* a digit for each of three */
    const char *why;
} batches[] = {
    {"all", "{\"Successful\":[" GOOD("0") "," GOOD("1") "," GOOD("2") "],\"Failed\":[]}", "111",
     ""},
    {"all, in another order", "{\"Successful\":[" GOOD("2") "," GOOD("0") "," GOOD("1") "]}", "111",
     ""},
    {"one is not",
     "{\"Successful\":[" GOOD("0") "," GOOD(
         "2") "],\"Failed\":[{\"Id\":\"1\",\"Code\":"
              "\"ReceiptHandleIsInvalid\",\"Message\":\"expired\",\"SenderFault\":true}]}",
     "101", "ReceiptHandleIsInvalid: expired"},
    {"one is not spoken of", "{\"Successful\":[" GOOD("0") "," GOOD("1") "]}", "110", ": "},
    {"none is", "{}", "000", ": "},
    {"others are spoken of", "{\"Successful\":[" GOOD("3") "," GOOD("-1") "," GOOD("x") ",{}]}",
     "000", ": "},
};

static void test_batch(void **state) {
    const struct batch_row *row = *state;
    const struct span handles[] = {SPAN("a"), SPAN("b"), SPAN("c\"")};
    struct arena CLEANUP(arena_clear) arena = {0};
    const char *answer = arena_format(&arena, "%s%s%c", ANSWER("200", ""), row->answer, '\0').data;
    struct sqs_results results;
    struct asked asked;
    struct err err;

    open_asked(&asked, answer);
    if (!sqs_delete(asked.channel, &asked.queue, handles, 3, NULL, &asked.arena, &results, &err))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(results.done[i], row->done[i] == '1');
    assert_int_equal(results.failed, 3 - results.done[0] - results.done[1] - results.done[2]);
    assert_true(span_equal(results.why, span_of(row->why)));
    check_request(&asked, "AmazonSQS.DeleteMessageBatch",
                  "{\"Entries\":[{\"Id\":\"0\",\"ReceiptHandle\":\"a\"},"
                  "{\"Id\":\"1\",\"ReceiptHandle\":\"b\"},"
                  "{\"Id\":\"2\",\"ReceiptHandle\":\"c\\\"\"}]}");
    close_asked(&asked);
}

static void test_hide(void **state) {
    const char *answer = ANSWER("200", "{\"Successful\":[" GOOD("0") "]}");
    const struct span handles[] = {SPAN("a")};
    struct sqs_results results;
    struct asked asked;
    struct err err;

    (void)state;
    open_asked(&asked, answer);
    assert_true(
        sqs_hide(asked.channel, &asked.queue, handles, 1, 60, NULL, &asked.arena, &results, &err));
    assert_int_equal(results.failed, 0);
    check_request(
        &asked, "AmazonSQS.ChangeMessageVisibilityBatch",
        "{\"Entries\":[{\"Id\":\"0\",\"ReceiptHandle\":\"a\",\"VisibilityTimeout\":60}]}");
    close_asked(&asked);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_receive),
        ROWS(test_refusal, refusals),
        ROWS(test_batch, batches),
        TEST(test_hide),
    };

    return rows_run("sqs", all, ARRAY_LENGTH(all));
}
