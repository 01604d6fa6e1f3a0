/* collect/outage.c: it is not the object that fails. */
#include "collect/outage.h"
#include "tests/rows.h"

static const struct outage_row {
    const char *name;
    struct outage_question question; /* now, brought, tried, waiting, downloads */
    bool outage;
} outages[] = {
    {"all fail since others came", {100000, 10000, 60000, 8, 8}, true},
    {"nothing ever came", {100000, 0, 60000, 8, 8}, false},
    {"another one came since", {100000, 70000, 60000, 8, 8}, false},
    {"few fail", {100000, 10000, 60000, 7, 8}, false},
    {"nearly half an hour", {10000 + 1799999, 10000, 60000, 8000, 8}, true},
    {"half an hour", {10000 + 1800000, 10000, 60000, 8000, 8}, false},
};

static void test_outage(void **state) {
    const struct outage_row *row = *state;

    assert_int_equal(is_outage(&row->question), row->outage);
}

int main(void) {
    const struct rows all[] = {ROWS(test_outage, outages)};

    return rows_run("outage", all, ARRAY_LENGTH(all));
}
