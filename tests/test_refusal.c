/* aws/refusal.c: what is read from an answer. What a call makes of it is in test_call_refused.c. */
#include "tests/rows.h"

#include "aws/refusal.h"

#define XML_OF(code) "<Error><Code>" code "</Code></Error>"

static void read_answer(int status, const char *name, const char *value, const char *body,
                        struct arena *arena, struct refusal *out) {
    struct http_field field = {span_of(name), span_of(value)};
    const struct transport_answer answer = {
        .status = status, .fields = &field, .field_count = 1, .body = span_of(body)};

    refusal_read(&answer, arena, out);
}

static const struct cure_row {
    const char *name;
    int status;
    const char *body;
    enum cure cure;
} cures[] = {
    {"the code says more than the status", 503, XML_OF("InternalError"), CURE_WAIT},
    {"a code that nobody knows, of a request that is wrong", 400, XML_OF("Curious"), CURE_NONE},
    {"the same, and no status of a refusal", 404, XML_OF("Curious"), CURE_NONE},
    {"the same of too many requests", 429, XML_OF("Curious"), CURE_WAIT_LONGER},
    {"the same of a server that fails", 500, XML_OF("Curious"), CURE_WAIT},
    {"too many requests without a code", 429, "", CURE_WAIT_LONGER},
    {"no service without a code", 503, "", CURE_WAIT_LONGER},
    {"a failure without a code", 500, "", CURE_WAIT},
    {"a gateway without a code", 504, "", CURE_WAIT},
    {"too slow without a code", 408, "", CURE_WAIT},
    {"elsewhere without a code", 301, "", CURE_REGION},
    {"the last of the redirects", 399, "", CURE_REGION},
    {"nothing there without a code", 404, "", CURE_NOT_THERE},
    {"wrong without a code", 400, "", CURE_NONE},
    {"JSON with a namespace", 400, "{\"__type\":\"com.amazonaws.sqs#QueueDoesNotExist\"}",
     CURE_NOT_THERE},
    {"JSON without one", 400, "{\"__type\":\"ExpiredToken\"}", CURE_CREDENTIALS},
};

static void test_cure(void **state) {
    const struct cure_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct refusal refusal;

    read_answer(row->status, "server", "AmazonS3", row->body, &arena, &refusal);
    assert_int_equal(refusal.cure, row->cure);
    assert_int_equal(refusal.retry_after_ms, 0);
    assert_int_equal(refusal.server_ms, -1);
}

static const struct told_row {
    const char *name;
    const char *field;
    const char *value;
    int64_t retry_after_ms;
    int64_t server_ms;
} tolds[] = {
    {"seconds to wait", "retry-after", "7", 7000, -1},
    {"an hour", "retry-after", "3600", 3600000, -1},
    {"no longer than an hour", "retry-after", "9223372036854775807", 3600000, -1},
    {"a date to wait for, which AWS never gives", "retry-after", "Sun, 22 Nov 2026 21:07:51 GMT", 0,
     -1},
    {"less than no wait", "retry-after", "-7", 0, -1},
    {"their clock", "date", "Sun, 22 Nov 2026 21:07:51 GMT", 0, INT64_C(1795381671000)},
    {"a clock with more behind it", "date", "Sun, 22 Nov 2026 21:07:51 GMT+1", 0, -1},
    {"no clock", "date", "", 0, -1},
    {"a clock of many words", "date",
     "Sun, 22 Nov 2026 21:07:51 GMT                                        ", 0, -1},
};

static void test_told(void **state) {
    const struct told_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct refusal refusal;

    read_answer(503, row->field, row->value, "", &arena, &refusal);
    assert_int_equal(refusal.retry_after_ms, row->retry_after_ms);
    assert_int_equal(refusal.server_ms, row->server_ms);
}

static const struct word_row {
    const char *name;
    const char *body;
    const char *code;
    const char *message;
    const char *request_id;
} words[] = {
    {"S3", "<Error><Code>SlowDown</Code><Message>Less</Message><RequestId>R</RequestId></Error>",
     "SlowDown", "Less", "R"},
    {"STS",
     "<ErrorResponse><Error><Code>ExpiredToken</Code><Message>Old</Message></Error>"
     "<RequestId>R</RequestId></ErrorResponse>",
     "ExpiredToken", "Old", "R"},
    {"JSON", "{\"__type\":\"a#Gone\",\"message\":\"Not here\"}", "Gone", "Not here", ""},
    {"JSON of older services", " {\"__type\":\"Gone\",\"Message\":\"Not here\"}", "Gone",
     "Not here", ""},
    {"a page for people", "<html><body>502</body></html>", "", "", ""},
    {"no JSON after all", "{\"__type\":", "", "", ""},
};

static void test_words(void **state) {
    const struct word_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct refusal refusal;

    read_answer(400, "server", "x", row->body, &arena, &refusal);
    assert_true(span_equal(refusal.code, span_of(row->code)));
    assert_true(span_equal(refusal.message, span_of(row->message)));
    assert_true(span_equal(refusal.request_id, span_of(row->request_id)));
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_cure, cures),
        ROWS(test_told, tolds),
        ROWS(test_words, words),
    };

    return rows_run("refusal", all, ARRAY_LENGTH(all));
}
