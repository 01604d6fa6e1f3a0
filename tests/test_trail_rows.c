/* store/trail_rows.c, retry_rows.c: what is remembered of trails that are followed. */
#include "tests/rows.h"

#include "store/collection.h"
#include "tests/support_commits.h"
#include "tests/support_stored.h"

static struct trail add(struct store *store, const char *bucket, const char *prefix,
                        bool configured, bool expect_added, struct arena *arena) {
    const struct trail wanted = {.bucket = span_of(bucket),
                                 .prefix = span_of(prefix),
                                 .from_ms = 1000,
                                 .configured = configured};
    struct trail trail;
    struct err err = {0};
    bool added;

    if (!store_add_trail(store, &wanted, arena, &trail, &added, &err))
        fail_msg("%s", err.text);
    assert_int_equal(added, expect_added);
    assert_true(span_equal(trail.bucket, wanted.bucket));
    assert_true(span_equal(trail.prefix, wanted.prefix));
    return trail;
}

static struct trail_list list(struct store *store, struct arena *arena) {
    struct trail_list all;
    struct err err = {0};

    if (!store_list_trails(store, arena, &all, &err))
        fail_msg("%s", err.text);
    return all;
}

/* ---- trails ---- */

static void test_added(void **state) {
    struct scratch_store scratch;
    struct arena arena = {0};

    (void)state;
    scratch_open(&scratch);
    assert_int_equal(list(scratch.store, &arena).count, 0);
    add(scratch.store, "b", "", false, true, &arena);
    add(scratch.store, "b", "p/", true, true, &arena);
    add(scratch.store, "c", "", false, true, &arena);
    scratch_reopen(&scratch);
    struct trail_list all = list(scratch.store, &arena);
    assert_int_equal(all.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(all.trails[i].id, i + 1);
        assert_int_equal(all.trails[i].configured, i == 1);
        assert_int_equal(all.trails[i].from_ms, 1000);
        assert_true(all.trails[i].created_ms > 1000);
        assert_null(all.trails[i].notes.data);
    }
    assert_true(span_equal(all.trails[1].bucket, SPAN("b")));
    assert_true(span_equal(all.trails[1].prefix, SPAN("p/")));
    arena_clear(&arena);
    scratch_close(&scratch);
}

/* Who asks for it, one after the other, and whether only the settings have in the end. */
static const struct again_row {
    const char *name;
    bool configured[2];
    bool in_the_end;
} agains[] = {
    {"two requests", {false, false}, false},
    {"a request, then the settings", {false, true}, false},
    {"the settings, then a request", {true, false}, false},
    {"the settings at every start", {true, true}, true},
};

static void test_added_again(void **state) {
    const struct again_row *row = *state;
    struct scratch_store scratch;
    struct arena arena = {0};

    scratch_open(&scratch);
    struct trail first = add(scratch.store, "b", "p/", row->configured[0], true, &arena);
    struct trail second = add(scratch.store, "b", "p/", row->configured[1], false, &arena);
    assert_int_equal(second.id, first.id);
    assert_int_equal(second.created_ms, first.created_ms);
    assert_int_equal(second.configured, row->in_the_end);
    assert_int_equal(list(scratch.store, &arena).count, 1);
    assert_int_equal(list(scratch.store, &arena).trails[0].configured, row->in_the_end);
    arena_clear(&arena);
    scratch_close(&scratch);
}

static void test_notes(void **state) {
    struct scratch_store scratch;
    struct arena arena = {0};
    struct err err = {0};

    (void)state;
    scratch_open(&scratch);
    int64_t id = add(scratch.store, "b", "", false, true, &arena).id;
    assert_true(store_save_trail_notes(scratch.store, id, SPAN("{\"digests\":3}"), &err));
    scratch_reopen(&scratch);
    assert_true(span_equal(list(scratch.store, &arena).trails[0].notes, SPAN("{\"digests\":3}")));
    assert_false(store_save_trail_notes(scratch.store, id + 1, SPAN("{}"), &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    arena_clear(&arena);
    scratch_close(&scratch);
}

/* ---- places ---- */

static struct trail_place made_place(const char *folder, int64_t number) {
    return (struct trail_place){
        .folder = span_of(folder),
        .position = SPAN("the/last/key"),
        .delivered_ms = number,
        .newest_key = SPAN("the/newest/key"),
        .files_done = number + 1,
        .files_known = number + 2,
        .files_skipped = number + 3,
        .files_failed = number + 4,
        .swept_ms = number + 5,
    };
}

static void save_place(struct store *store, int64_t trail, const char *folder, int64_t number) {
    const struct trail_place place = made_place(folder, number);
    struct err err = {0};

    if (!store_save_place(store, trail, &place, SPAN_NONE, &err))
        fail_msg("%s", err.text);
}

static void expect_place(const struct trail_place *place, const char *folder, int64_t number) {
    const struct trail_place expected = made_place(folder, number);

    assert_true(span_equal(place->folder, expected.folder));
    assert_true(span_equal(place->position, expected.position));
    assert_true(span_equal(place->newest_key, expected.newest_key));
    assert_int_equal(place->delivered_ms, expected.delivered_ms);
    assert_int_equal(place->files_done, expected.files_done);
    assert_int_equal(place->files_known, expected.files_known);
    assert_int_equal(place->files_skipped, expected.files_skipped);
    assert_int_equal(place->files_failed, expected.files_failed);
    assert_int_equal(place->swept_ms, expected.swept_ms);
}

static struct trail_place_list list_places(struct store *store, int64_t trail,
                                           struct arena *arena) {
    struct trail_place_list all;
    struct err err = {0};

    if (!store_list_places(store, trail, arena, &all, &err))
        fail_msg("%s", err.text);
    return all;
}

static void test_places(void **state) {
    struct scratch_store scratch;
    struct arena arena = {0};

    (void)state;
    scratch_open(&scratch);
    int64_t first = add(scratch.store, "b", "", false, true, &arena).id;
    int64_t second = add(scratch.store, "c", "", false, true, &arena).id;
    save_place(scratch.store, first, "b/", 10);
    save_place(scratch.store, first, "a/", 20);
    save_place(scratch.store, first, "\xff/", 30);
    save_place(scratch.store, second, "b/", 40);
    save_place(scratch.store, first, "b/", 50); /* has come further */
    scratch_reopen(&scratch);
    struct trail_place_list all = list_places(scratch.store, first, &arena);
    assert_int_equal(all.count, 3);
    expect_place(&all.places[0], "a/", 20);
    expect_place(&all.places[1], "b/", 50);
    expect_place(&all.places[2], "\xff/", 30);
    all = list_places(scratch.store, second, &arena);
    assert_int_equal(all.count, 1);
    expect_place(&all.places[0], "b/", 40);
    arena_clear(&arena);
    scratch_close(&scratch);
}

/* ---- retries ---- */

static struct trail_retry made_retry(const char *key, int64_t next_ms) {
    return (struct trail_retry){
        .key = span_of(key),
        .etag = next_ms % 2 == 0 ? SPAN("tag") : SPAN_NONE,
        .bytes = next_ms + 1,
        .attempts = next_ms + 2,
        .next_ms = next_ms,
        .cause = SPAN("refused"),
        .reason = SPAN("s3://b/k: AccessDenied"),
    };
}

static void save_retry(struct store *store, int64_t trail, const char *key, int64_t next_ms) {
    const struct trail_retry retry = made_retry(key, next_ms);
    struct err err = {0};

    if (!store_save_retry(store, trail, &retry, &err))
        fail_msg("%s", err.text);
}

static int64_t count_retries(struct store *store, int64_t trail) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct trail_retry_list all;
    struct err err = {0};

    if (!store_list_retries(store, trail, INT64_MAX, INT64_MAX, 1000, &arena, &all, &err))
        fail_msg("%s", err.text);
    return (int64_t)all.count;
}

/* Keys of one letter each, in the order in which they are due. */
static void expect_due(struct store *store, int64_t trail, int64_t until_ms, int64_t beyond_ms,
                       size_t limit, const char *keys) {
    struct arena arena = {0};
    struct trail_retry_list all;
    struct err err = {0};

    assert_true(store_list_retries(store, trail, until_ms, beyond_ms, limit, &arena, &all, &err));
    assert_int_equal(all.count, strlen(keys));
    for (size_t i = 0; i < all.count; i++) {
        struct trail_retry expected = made_retry("?", all.retries[i].next_ms);
        assert_true(span_equal(all.retries[i].key, (struct span){keys + i, 1}));
        assert_true(span_equal(all.retries[i].etag, expected.etag));
        assert_int_equal(all.retries[i].etag.data == NULL, expected.etag.data == NULL);
        assert_int_equal(all.retries[i].bytes, expected.bytes);
        assert_int_equal(all.retries[i].attempts, expected.attempts);
        assert_true(span_equal(all.retries[i].cause, expected.cause));
        assert_true(span_equal(all.retries[i].reason, expected.reason));
    }
    arena_clear(&arena);
}

static void expect_retries(struct store *store, int64_t trail, int64_t until_ms, size_t limit,
                           const char *keys) {
    expect_due(store, trail, until_ms, INT64_MAX, limit, keys);
}

static void test_retries(void **state) {
    struct scratch_store scratch;
    struct arena arena = {0};
    struct err err = {0};

    (void)state;
    scratch_open(&scratch);
    int64_t first = add(scratch.store, "b", "", false, true, &arena).id;
    int64_t second = add(scratch.store, "c", "", false, true, &arena).id;
    save_retry(scratch.store, first, "a", 30);
    save_retry(scratch.store, first, "b", 11);
    save_retry(scratch.store, first, "c", 20);
    save_retry(scratch.store, first, "d", 40);
    save_retry(scratch.store, second, "e", 5);
    scratch_reopen(&scratch);
    expect_retries(scratch.store, first, INT64_MAX, 100, "bcad");
    expect_retries(scratch.store, first, 30, 100, "bca");
    expect_retries(scratch.store, first, INT64_MAX, 2, "bc");
    expect_retries(scratch.store, first, 10, 100, "");
    expect_due(scratch.store, first, 11, 30, 100, "bd");
    expect_due(scratch.store, first, 11, 29, 100, "bad");
    expect_due(scratch.store, first, 11, 19, 2, "bc");
    expect_due(scratch.store, first, 30, 10, 100, "bcad");
    save_retry(scratch.store, first, "b", 33); /* failed once more */
    expect_retries(scratch.store, first, INT64_MAX, 100, "cabd");
    assert_int_equal(count_retries(scratch.store, first), 4);
    assert_true(store_drop_retry(scratch.store, first, SPAN("a"), &err));
    assert_true(store_drop_retry(scratch.store, first, SPAN("e"), &err));
    expect_retries(scratch.store, first, INT64_MAX, 100, "cbd");
    assert_int_equal(count_retries(scratch.store, second), 1);
    arena_clear(&arena);
    scratch_close(&scratch);
}

/* Those of one trail, and only those that would be due later. */
static void test_hurried(void **state) {
    struct scratch_store scratch;
    struct arena arena = {0};
    struct err err = {0};

    (void)state;
    scratch_open(&scratch);
    int64_t first = add(scratch.store, "b", "", false, true, &arena).id;
    int64_t second = add(scratch.store, "c", "", false, true, &arena).id;
    save_retry(scratch.store, first, "a", 30);
    save_retry(scratch.store, first, "b", 10);
    save_retry(scratch.store, second, "c", 30);
    assert_true(store_hurry_retries(scratch.store, first, 20, &err));
    struct trail_retry_list all;
    assert_true(store_list_retries(scratch.store, first, 20, INT64_MAX, 100, &arena, &all, &err));
    assert_int_equal(all.count, 2);
    assert_int_equal(all.retries[0].next_ms, 10);
    assert_int_equal(all.retries[1].next_ms, 20);
    assert_int_equal(all.retries[1].attempts, made_retry("a", 30).attempts);
    expect_retries(scratch.store, second, 29, 100, "");
    arena_clear(&arena);
    scratch_close(&scratch);
}

/* ---- dropping ---- */

static void test_dropped(void **state) {
    const struct trail_place place = made_place("p/", 1);
    const struct trail_retry retry = made_retry("k", 1);
    struct scratch_store scratch;
    struct arena arena = {0};
    struct err err = {0};

    (void)state;
    scratch_open(&scratch);
    int64_t first = add(scratch.store, "b", "", false, true, &arena).id;
    int64_t second = add(scratch.store, "c", "", false, true, &arena).id;
    for (int64_t trail = first; trail <= second; trail++) {
        save_place(scratch.store, trail, "p/", 1);
        save_retry(scratch.store, trail, "k", 1);
    }
    assert_true(store_drop_trail(scratch.store, second, &err));
    assert_int_equal(list(scratch.store, &arena).count, 1);
    assert_int_equal(list_places(scratch.store, first, &arena).count, 1);
    assert_int_equal(list_places(scratch.store, second, &arena).count, 0);
    assert_int_equal(count_retries(scratch.store, first), 1);
    assert_int_equal(count_retries(scratch.store, second), 0);
    /* What is still under way for it finds that it has gone, and leaves nothing. */
    assert_false(store_save_place(scratch.store, second, &place, SPAN_NONE, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_false(store_save_retry(scratch.store, second, &retry, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_false(store_drop_trail(scratch.store, second, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_int_equal(list_places(scratch.store, second, &arena).count, 0);
    scratch_reopen(&scratch);
    assert_int_equal(add(scratch.store, "c", "", false, true, &arena).id, second + 1);
    arena_clear(&arena);
    scratch_close(&scratch);
}

/* ---- a disk that fails ---- */

static void test_disk_fails(void **state) {
    const struct trail wanted = {.bucket = SPAN("c"), .prefix = SPAN("")};
    const struct trail_place place = made_place("p/", 2);
    const struct trail_retry retry = made_retry("a", 2);
    struct scratch_store scratch;
    struct commits commits;
    struct arena arena = {0};
    struct err err = {0};
    struct trail trail;
    bool added;

    (void)state;
    scratch_open(&scratch);
    int64_t id = add(scratch.store, "b", "", true, true, &arena).id;
    save_place(scratch.store, id, "p/", 1);
    save_retry(scratch.store, id, "a", 4);
    commits_watch(&commits, scratch.store);
    commits_fail(&commits, 127);
    assert_false(store_add_trail(scratch.store, &wanted, &arena, &trail, &added, &err));
    assert_false(store_save_place(scratch.store, id, &place, SPAN_NONE, &err));
    assert_false(store_save_retry(scratch.store, id, &retry, &err));
    assert_false(store_drop_retry(scratch.store, id, SPAN("a"), &err));
    assert_false(store_hurry_retries(scratch.store, id, 3, &err));
    assert_false(store_save_trail_notes(scratch.store, id, SPAN("{}"), &err));
    assert_false(store_drop_trail(scratch.store, id, &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
    assert_int_equal(commits_seen(&commits), 7);
    struct trail_list all = list(scratch.store, &arena);
    assert_int_equal(all.count, 1);
    assert_null(all.trails[0].notes.data);
    struct trail_place_list places = list_places(scratch.store, id, &arena);
    assert_int_equal(places.count, 1);
    expect_place(&places.places[0], "p/", 1);
    expect_retries(scratch.store, id, INT64_MAX, 100, "a");
    expect_retries(scratch.store, id, 3, 100, "");
    arena_clear(&arena);
    scratch_close(&scratch);
}

/* Both or neither. */
static void test_notes_with_a_place(void **state) {
    struct scratch_store scratch;
    struct arena arena = {0};
    struct err err = {0};

    (void)state;
    scratch_open(&scratch);
    int64_t id = add(scratch.store, "b", "", false, true, &arena).id;
    const struct trail_place place = made_place("one/", 1);
    assert_true(store_save_place(scratch.store, id, &place, SPAN("{\"digest\":1}"), &err));
    save_place(scratch.store, id, "one/", 2);
    assert_true(span_equal(list(scratch.store, &arena).trails[0].notes, SPAN("{\"digest\":1}")));
    arena_clear(&arena);
    scratch_close(&scratch);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_added),      ROWS(test_added_again, agains),
        TEST(test_notes),      TEST(test_notes_with_a_place),
        TEST(test_places),     TEST(test_retries),
        TEST(test_hurried),    TEST(test_dropped),
        TEST(test_disk_fails),
    };

    return rows_run("trail_rows", all, ARRAY_LENGTH(all));
}
