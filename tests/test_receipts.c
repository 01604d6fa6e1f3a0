/* store/receipts.c: what stays of an import beside its events. */
#include "tests/rows.h"

#include "tests/support_store.h"

/* ---- rejections ---- */

static void reject(struct import *import, int64_t index, struct span record) {
    struct rejection rejection = {index, index * 100, SPAN("eventTime is missing"), record};
    struct err err = {0};

    if (!import_reject(import, &rejection, &err))
        fail_msg("%s", err.text);
}

static void check_rejections(struct store *store, int64_t import, int64_t count) {
    struct rejection_page page = {.more = true};
    int64_t seen = 0;

    while (page.more) {
        struct arena arena = {0};
        struct err err = {0};
        if (!store_list_rejections(store, import, seen - 1, 7, &arena, &page, &err))
            fail_msg("%s", err.text);
        for (size_t i = 0; i < page.count; i++) {
            assert_int_equal(page.rejections[i].index, seen);
            assert_int_equal(page.rejections[i].offset, seen * 100);
            assert_true(span_equal(page.rejections[i].reason, SPAN("eventTime is missing")));
            assert_int_equal(page.rejections[i].record.data[0], '{');
            seen++;
        }
        arena_clear(&arena);
    }
    assert_int_equal(seen, count);
}

static void test_rejections(void **state) {
    struct scratch_store scratch;
    char *large = memory_new(1, 1000000);

    (void)state;
    large[0] = '{';
    scratch_open(&scratch);
    struct import *import = import_begin(scratch.store);
    for (int64_t i = 0; i < 20; i++) /* more than is kept in memory */
        reject(import, i, i % 2 == 0 ? SPAN("{}") : (struct span){large, 1000000});
    made_add(import, 0, 10);
    struct receipt receipt = made_commit(import, 0);
    assert_int_equal(receipt.rejected, 20);
    assert_int_equal(receipt.records, 30);
    assert_int_equal(receipt.inserted, 10);
    check_rejections(scratch.store, receipt.id, 20);
    scratch_reopen(&scratch);
    check_rejections(scratch.store, receipt.id, 20);
    scratch_close(&scratch);
    free(large);
}

/* What was written of an import that is given up goes; what another has stays. */
static void test_rejections_given_up(void **state) {
    struct scratch_store scratch;
    char *large = memory_new(1, 1000000);

    (void)state;
    large[0] = '{';
    scratch_open(&scratch);
    struct import *dropped = import_begin(scratch.store);
    struct import *kept = import_begin(scratch.store);
    for (int64_t i = 0; i < 20; i++) {
        reject(dropped, i, (struct span){large, 1000000});
        reject(kept, i, (struct span){large, 1000000});
    }
    import_abort(dropped);
    int64_t id = made_commit(kept, 0).id;
    check_rejections(scratch.store, id, 20);
    check_rejections(scratch.store, made_commit(import_begin(scratch.store), 1).id, 0);
    scratch_close(&scratch);
    free(large);
}

static void test_too_large_rejections(void **state) {
    struct scratch_store scratch;
    char *large = memory_new(1, LIMIT_RECORD_BYTES);
    struct rejection rejection = {0, 0, SPAN("not an object"), {large, (size_t)LIMIT_RECORD_BYTES}};
    struct err err = {0};

    (void)state;
    scratch_open(&scratch);
    struct import *import = import_begin(scratch.store);
    for (int64_t i = 0; i < LIMIT_REJECTED_BYTES / LIMIT_RECORD_BYTES; i++) {
        rejection.index = i;
        assert_true(import_reject(import, &rejection, &err));
    }
    assert_false(import_reject(import, &rejection, &err));
    assert_int_equal(err.kind, ERR_UNREADABLE);
    assert_non_null(strstr(err.text, "268435456"));
    import_abort(import);
    scratch_close(&scratch);
    free(large);
}

static void test_too_many_rejections(void **state) {
    struct scratch_store scratch;
    struct rejection rejection = {0, 0, SPAN("not an object"), SPAN("1")};
    struct err err = {0};

    (void)state;
    scratch_open(&scratch);
    struct import *import = import_begin(scratch.store);
    for (int64_t i = 0; i < LIMIT_REJECTED_PER_FILE; i++) {
        rejection.index = i;
        assert_true(import_reject(import, &rejection, &err));
    }
    assert_false(import_reject(import, &rejection, &err));
    assert_int_equal(err.kind, ERR_UNREADABLE);
    import_abort(import);
    scratch_close(&scratch);
}

/* ---- receipts ---- */

static void test_receipts(void **state) {
    struct scratch_store scratch;
    struct arena arena = {0};
    struct receipt_page page;
    struct receipt receipt;
    struct err err = {0};

    (void)state;
    scratch_open(&scratch);
    for (int64_t i = 0; i < 5; i++)
        import_range(scratch.store, i * 10, i * 10 + 10, 0);
    struct receipt_filter filter = {.before = INT64_MAX, .limit = 2, .parent = PARENT_ANY};
    assert_true(store_list_receipts(scratch.store, &filter, &arena, &page, &err));
    assert_int_equal(page.count, 2);
    assert_int_equal(page.receipts[0].id, 5);
    assert_true(page.more);
    filter.before = 2;
    assert_true(store_list_receipts(scratch.store, &filter, &arena, &page, &err));
    assert_int_equal(page.count, 1);
    assert_false(page.more);
    assert_true(store_get_receipt(scratch.store, 3, &arena, &receipt, &err));
    assert_true(span_equal(receipt.source, SPAN("test")));
    assert_int_equal(receipt.bytes, 10);
    assert_false(store_get_receipt(scratch.store, 6, &arena, &receipt, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_true(
        store_find_duplicate(scratch.store, made_facts(20, 30, 0).sha256, &arena, &receipt, &err));
    assert_int_equal(receipt.duplicate_of, 3);
    assert_true(
        store_find_duplicate(scratch.store, made_facts(20, 31, 0).sha256, &arena, &receipt, &err));
    assert_int_equal(receipt.id, 0);
    arena_clear(&arena);
    scratch_close(&scratch);
}

int main(void) {
    const struct rows all[] = {TEST(test_rejections), TEST(test_rejections_given_up),
                               TEST(test_too_large_rejections), TEST(test_too_many_rejections),
                               TEST(test_receipts)};

    return rows_run("receipts", all, ARRAY_LENGTH(all));
}
