#include "tests/rows.h"

#include "aws/sqs.h"

#define PATH "/111122223333/logs"

static const struct queue_row {
    const char *name;
    const char *url;
    const char *origin; /* "": AWS's usual one */
    const char *region; /* "": not told */
} queues[] = {
    {"as AWS gives them", "https://sqs.eu-west-1.amazonaws.com" PATH, "", "eu-west-1"},
    {"in China", "https://sqs.cn-north-1.amazonaws.com.cn" PATH, "", "cn-north-1"},
    {"as they were once", "https://eu-west-1.queue.amazonaws.com" PATH, "", "eu-west-1"},
    {"as they were at first", "https://queue.amazonaws.com" PATH, "", ""},
    {"by FIPS", "https://sqs-fips.us-east-1.amazonaws.com" PATH,
     "https://sqs-fips.us-east-1.amazonaws.com", "us-east-1"},
    {"dual-stack", "https://sqs.eu-west-1.api.aws" PATH, "https://sqs.eu-west-1.api.aws",
     "eu-west-1"},
    {"a VPC's own endpoint", "https://vpce-0f8-abc.sqs.eu-west-1.vpce.amazonaws.com" PATH,
     "https://vpce-0f8-abc.sqs.eu-west-1.vpce.amazonaws.com", "eu-west-1"},
    {"another server", "http://127.0.0.1:9324" PATH, "http://127.0.0.1:9324", ""},
    {"another server by name", "https://sqs.example.com/queue/logs", "https://sqs.example.com", ""},
    {"a queue that keeps the order", "https://sqs.eu-west-1.amazonaws.com/1/logs.fifo", "",
     "eu-west-1"},
};

static void test_queue(void **state) {
    const struct queue_row *row = *state;
    struct sqs_queue queue;
    struct err err;

    if (!sqs_queue_parse(span_of(row->url), &queue, &err))
        fail_msg("%s", err.text);
    assert_true(span_equal(queue.url, span_of(row->url)));
    assert_true(span_equal(queue.origin, span_of(row->origin)));
    assert_true(span_equal(queue.region, span_of(row->region)));
    assert_true(span_starts_with(queue.name, SPAN("logs")));
}

static const struct bad_row {
    const char *name;
    const char *url;
} bad[] = {
    {"nothing", ""},
    {"an ARN", "arn:aws:sqs:eu-west-1:111122223333:logs"},
    {"no scheme", "sqs.eu-west-1.amazonaws.com" PATH},
    {"another scheme", "ftp://sqs.eu-west-1.amazonaws.com" PATH},
    {"no host", "https://" PATH},
    {"no path", "https://sqs.eu-west-1.amazonaws.com"},
    {"no name", "https://sqs.eu-west-1.amazonaws.com/111122223333/"},
    {"no account", "https://sqs.eu-west-1.amazonaws.com/logs"},
    {"a query", "https://sqs.eu-west-1.amazonaws.com" PATH "?a"},
    {"a user", "https://u@sqs.eu-west-1.amazonaws.com" PATH},
    {"a space", "https://sqs.eu-west-1.amazonaws.com" PATH " "},
    {"a line end", "https://sqs.eu-west-1.amazonaws.com" PATH "\n"},
    {"a region that is none", "https://sqs.EU_WEST.amazonaws.com" PATH},
};

static void test_bad(void **state) {
    const struct bad_row *row = *state;
    struct sqs_queue queue;
    struct err err;

    assert_false(sqs_queue_parse(span_of(row->url), &queue, &err));
    assert_int_equal(err.kind, ERR_INVALID);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_queue, queues),
        ROWS(test_bad, bad),
    };

    return rows_run("sqs_queue", all, ARRAY_LENGTH(all));
}
