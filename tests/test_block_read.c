/* store/block_read.c: what is damaged is told, whatever was written into it. */
#include "tests/rows.h"

#include "store/block.h"
#include "tests/support_stored.h"

#define EVENTS 9000 /* enough for a block */

static const struct damage {
    const char *name;
    const char *sql;
} damages[] = {
    {"no rows", "UPDATE block SET rows = 0"},
    {"fewer than no rows", "UPDATE block SET rows = -1"},
    {"a row less", "UPDATE block SET rows = rows - 1"},
    {"more rows than a block has", "UPDATE block SET rows = 16385"},
    {"rows whose bytes are more than 2^64", "UPDATE block SET rows = 1 << 61"},
    {"another first time", "UPDATE block SET first_ms = first_ms - 1000"},
    {"a first time that no step leads back from", "UPDATE block SET first_ms = -1 << 63"},
    {"another last time", "UPDATE block SET last_ms = last_ms + 1000"},
    {"a dictionary that is not there", "UPDATE block SET dictionary = 7"},
    {"times that are cut", "UPDATE part SET bytes = substr(bytes, 1, 9) WHERE id & 63 = 40"},
    {"no hashes", "UPDATE part SET bytes = '' WHERE id & 63 = 41"},
    {"a slot beyond the rows",
     "UPDATE part SET bytes = x'ffff' || substr(bytes, 3)"
     " WHERE id & 63 = 42"},
    {"slots of another block", "UPDATE part SET bytes = bytes || bytes WHERE id & 63 = 42"},
    {"no accounts", "DELETE FROM part WHERE id & 63 = 0"},
    {"a chunk without frames", "UPDATE chunk SET bytes = x'00'"},
    {"frames that end behind their chunk",
     "UPDATE chunk SET bytes = x'ffffffff' ||"
     " substr(bytes, 5)"},
    {"no chunks", "DELETE FROM chunk"},
    {"a byte of the last records that is another one",
     "UPDATE chunk SET bytes = substr(bytes, 1, length(bytes) - 6) ||"
     " CASE substr(bytes, -6, 1) WHEN x'41' THEN x'42' ELSE x'41' END || substr(bytes, -5)"},
    {"a byte of the dictionary that is another one",
     "UPDATE dictionary SET bytes = substr(bytes, 1, length(bytes) - 100) ||"
     " CASE substr(bytes, -100, 1) WHEN x'41' THEN x'42' ELSE x'41' END || substr(bytes, -99)"},
};

/* A walk through all events in pages. */
static bool read_all(struct store *store, struct err *err) {
    struct query query = {.to_ms = INT64_MAX, .order = ORDER_OLDEST_FIRST, .limit = 1000};
    struct found_page page = {.more = true};
    bool good = true;

    query.from_ms = INT64_MIN;
    while (good && page.more) {
        struct arena arena = {0};
        good = store_find(store, &query, NULL, &arena, &page, err);
        if (good && page.count > 0)
            query.after = page.events[page.count - 1].position;
        query.resume = true;
        arena_clear(&arena);
    }
    return good;
}

static void test_damage(void **state) {
    const struct damage *row = *state;
    struct scratch_store scratch;
    struct err err = {0};

    scratch_open(&scratch);
    import_range(scratch.store, 0, EVENTS, 1);
    assert_true(read_all(scratch.store, &err));
    run_sql(&scratch, row->sql);
    scratch_reopen(&scratch);
    assert_false(read_all(scratch.store, &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
    scratch_close(&scratch);
}

int main(void) {
    const struct rows all[] = {ROWS(test_damage, damages)};
    return rows_run("block_read", all, ARRAY_LENGTH(all));
}
