#include "server/access_log.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "tests/rows.h"

static const struct target_row {
    const char *name;
    const char *target;
    const char *shown;
} targets[] = {
    {"a path", "/v1/events", "/v1/events"},
    {"a query", "/v1/events?limit=2&action=a%20b", "/v1/events?limit=2&action=a%20b"},
    {"an empty query", "/v1/events?", "/v1/events?"},
    {"a parameter without a value", "/a?b&c=d", "/a?b&c=d"},
    {"an access key is a name, not a secret", "/a?access_key=AKIA1", "/a?access_key=AKIA1"},
    {"a token", "/a?token=secret", "/a?token=..."},
    {"a token in the middle", "/a?b=c&Token=secret&d=e", "/a?b=c&Token=...&d=e"},
    {"a signed link", "/a?X-Amz-Signature=abc&X-Amz-Date=1", "/a?X-Amz-Signature=...&X-Amz-Date=1"},
    {"two question marks", "/a?b=?&password=?", "/a?b=?&password=..."},
};

static void test_target(void **state) {
    const struct target_row *row = *state;
    struct buffer CLEANUP(buffer_clear) shown = {0};

    access_log_target(span_of(row->target), &shown);
    assert_true(span_equal(buffer_span(&shown), span_of(row->shown)));
}

static const struct level_row {
    const char *name;
    int status;
    enum log_level level;
} levels[] = {
    {"an answer", 200, LOG_INFO},
    {"a bad request", 400, LOG_INFO},
    {"a client that went away", 499, LOG_INFO},
    {"a failure of ours", 500, LOG_ERROR},
    {"an encoding that nobody has", 501, LOG_INFO},
    {"a full queue", 503, LOG_WARN},
    {"a version that nobody has", 505, LOG_INFO},
    {"a full disk", 507, LOG_ERROR},
};

static void test_level(void **state) {
    const struct level_row *row = *state;

    assert_int_equal(access_log_level(row->status), row->level);
}

int main(void) {
    const struct rows all[] = {ROWS(test_target, targets), ROWS(test_level, levels)};

    return rows_run("access_log", all, ARRAY_LENGTH(all));
}
