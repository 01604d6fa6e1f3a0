#include "tests/rows.h"

#include "collect/retry_cause.h"

static const struct cause_row {
    const char *name;
    enum err_kind kind;
    const char *word;
} causes[] = {
    {"refused by S3", ERR_REMOTE, "refused"},
    {"a key that nobody can ask for", ERR_INVALID, "refused"},
    {"not there", ERR_ABSENT, "absent"},
    {"S3 is busy", ERR_BUSY, "unavailable"},
    {"too slow", ERR_TIMEOUT, "unavailable"},
    {"no room", ERR_NO_SPACE, "disk_full"},
    {"our mistake", ERR_INTERNAL, "internal"},
};

static void test_cause(void **state) {
    const struct cause_row *row = *state;
    const struct err err = {.kind = row->kind};
    enum retry_cause cause = retry_cause_of(&err);

    assert_string_equal(retry_cause_word(cause), row->word);
    assert_int_equal(retry_cause_from_word(span_of(row->word)), cause);
}

static void test_unknown_word(void **state) {
    (void)state;
    assert_int_equal(retry_cause_from_word(SPAN("whatever")), CAUSE_INTERNAL);
    assert_int_equal(retry_cause_from_word(SPAN("")), CAUSE_INTERNAL);
}

int main(void) {
    const struct rows all[] = {ROWS(test_cause, causes), TEST(test_unknown_word)};

    return rows_run("retry_cause", all, ARRAY_LENGTH(all));
}
