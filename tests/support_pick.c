#include "tests/support_pick.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ingest/record.h"

void expect_text(struct span text, const char *expected) {
    if (expected == NULL) {
        assert_null(text.data);
        return;
    }
    assert_non_null(text.data);
    assert_int_equal(text.length, strlen(expected));
    assert_memory_equal(text.data, expected, text.length);
}

struct event expect_event(struct span record, struct arena *arena) {
    struct event event = {0};
    struct record_result result = record_pick(record, true, arena, &event);

    assert_int_equal(result.scan.status, SCAN_DONE);
    assert_null(result.reason);
    assert_true(result.is_event);
    return event;
}

void test_value(void **state) {
    const struct value_row *row = *state;
    struct arena arena = {0};
    const char *comma = row->members[0] != '\0' ? "," : "";
    struct span record = arena_format(&arena, "{" SAMPLE_TIME "%s%s}", comma, row->members);
    struct event event = expect_event(record, &arena);

    expect_text(event.value[row->attribute], row->expected);
    arena_clear(&arena);
}
