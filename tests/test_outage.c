/* collect/outage.c: it is not the object that fails. */
#include "collect/outage.h"
#include "tests/rows.h"

static const struct outage_row {
    const char *name;
    struct outage_question question; /* brought, tried, failed, many */
    bool outage;
} outages[] = {
    {"all fail since others came", {10000, 60000, 8, 8}, true},
    {"nothing ever came", {0, 60000, 8, 8}, false},
    {"another one came since", {70000, 60000, 8, 8}, false},
    {"few fail", {10000, 60000, 7, 8}, false},
};

static void test_outage(void **state) {
    const struct outage_row *row = *state;

    assert_int_equal(is_outage(&row->question), row->outage);
}

/* When it is looked at, what is seen, and for how long it lasts by then. */
static const struct look {
    int64_t at_ms;
    bool outage;
    int64_t lasts_ms;
} looks[] = {
    {500, true, 0},     {1500, true, 1000}, {2000, true, 1500},    {3000, false, 0},
    {4000, true, 1000}, {5000, true, 2000}, {605000, true, 62000}, {606000, true, 63000},
};

/* A process that stood still for ten minutes has not seen ten minutes without anything. */
static void test_outage_lasts(void **state) {
    struct outage_watch watch = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(looks); i++) {
        outage_look(&watch, looks[i].at_ms, looks[i].outage);
        assert_int_equal(watch.lasts_ms, looks[i].lasts_ms);
    }
}

int main(void) {
    const struct rows all[] = {ROWS(test_outage, outages), TEST(test_outage_lasts)};

    return rows_run("outage", all, ARRAY_LENGTH(all));
}
