/* collect/known_failures.c: what an import must not try again after a kill. */
#include "tests/rows.h"

#include "collect/known_failures.h"
#include "store/collection.h"
#include "tests/support_store.h"

static void add(struct store *store, int64_t parent, const char *source, const char *version) {
    const struct import_facts facts = {
        .source = span_of(source),
        .parent = parent,
        .version_id = span_of(version),
        .error = SPAN("for a test"),
    };
    struct arena CLEANUP(arena_clear) arena = {0};
    struct receipt receipt;
    struct err err;

    if (!store_add_failure(store, &facts, &arena, &receipt, &err))
        fail_msg("%s", err.text);
}

static const struct known_row {
    const char *name;
    const char *source;
    const char *version;
    bool known;
} knowns[] = {
    {"one that failed", "s3://b/a", NULL, true},
    {"one that did not", "s3://b/b", NULL, false},
    {"one of another import", "s3://b/other", NULL, false},
    {"the version that failed", "s3://b/c", "v1", true},
    {"another that failed", "s3://b/c", "v3", true},
    {"one that did not, of the same key", "s3://b/c", "v2", false},
    {"whatever version", "s3://b/c", NULL, true},
    {"a version where none was told", "s3://b/a", "v1", false},
    {"before all", "s3://a", NULL, false},
    {"behind all", "s3://c", NULL, false},
};

static void test_known(void **state) {
    const struct known_row *row = *state;
    struct known_failures failures;
    struct scratch_store scratch;
    struct err err;

    scratch_open(&scratch);
    add(scratch.store, 7, "s3://b/c", "v3");
    add(scratch.store, 7, "s3://b/a", NULL);
    add(scratch.store, 8, "s3://b/other", NULL);
    add(scratch.store, 7, "s3://b/c", "v1");
    assert_true(known_failures_read(scratch.store, 7, 100, &failures, &err));
    assert_int_equal(failures.count, 3);
    assert_int_equal(known_failures_hold(&failures, span_of(row->source), span_of(row->version)),
                     row->known);
    known_failures_clear(&failures);
    scratch_close(&scratch);
}

static void test_none(void **state) {
    struct known_failures failures;
    struct scratch_store scratch;
    struct err err;

    (void)state;
    scratch_open(&scratch);
    assert_true(known_failures_read(scratch.store, 7, 100, &failures, &err));
    assert_false(known_failures_hold(&failures, SPAN("s3://b/a"), SPAN_NONE));
    known_failures_clear(&failures);
    scratch_close(&scratch);
}

int main(void) {
    const struct rows all[] = {ROWS(test_known, knowns), TEST(test_none)};

    return rows_run("known_failures", all, ARRAY_LENGTH(all));
}
