/* store/object_marks.c: which objects were imported, by whatever way they came. */
#include "tests/rows.h"

#include <pthread.h>
#include <stdio.h>

#include "store/collection.h"
#include "tests/support_commits.h"
#include "tests/support_stored.h"

#define BUCKET SPAN("trail-bucket")
#define FOLDER "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/22/"

/* ---- marks ---- */

struct object {
    const char *bucket;
    const char *key;
    const char *etag;
};

static struct object_mark mark_of(const struct object *object) {
    return object_mark_of(span_of(object->bucket), span_of(object->key), span_of(object->etag));
}

static const struct other_row {
    const char *name;
    struct object a;
    struct object b;
    bool one_folder;
} others[] = {
    {"another name", {"b", FOLDER "x", "e"}, {"b", FOLDER "y", "e"}, true},
    {"another content", {"b", FOLDER "x", "e"}, {"b", FOLDER "x", "f"}, true},
    {"another folder", {"b", "p/x", "e"}, {"b", "q/x", "e"}, false},
    {"another bucket", {"b", "p/x", "e"}, {"c", "p/x", "e"}, false},
    {"a folder in the bucket's name", {"b", "p/q/x", "e"}, {"b/p", "q/x", "e"}, false},
    {"a folder in another", {"b", "p/x", "e"}, {"b", "p/p/x", "e"}, false},
    {"no folder", {"b", "x", "e"}, {"b", "y", "e"}, true},
    {"a key that is a folder", {"b", "p/", "e"}, {"b", "p", "e"}, false},
    {"content and name changed over", {"b", "p/x", "e"}, {"b", "p/e", "x"}, true},
};

static void test_other_object(void **state) {
    const struct other_row *row = *state;
    struct object_mark a = mark_of(&row->a);
    struct object_mark b = mark_of(&row->b);

    assert_false(a.name == b.name && a.tag == b.tag);
    assert_true(a.tag != 0 && b.tag != 0);
    assert_int_equal(a.name >> 32 == b.name >> 32, row->one_folder);
    struct object_mark again = mark_of(&row->a);
    assert_true(again.name == a.name && again.tag == a.tag);
}

static void test_without_etag(void **state) {
    (void)state;
    assert_int_equal(object_mark_of(BUCKET, SPAN("a/b"), SPAN_NONE).tag, 0);
    assert_int_equal(object_mark_of(BUCKET, SPAN("a/b"), SPAN("")).tag, 0);
}

/* ---- what brings them into the store ---- */

/* The object `number` of a folder. */
static struct object_mark made_mark(int64_t number) {
    char key[128];

    snprintf(key, sizeof(key), FOLDER "%lld.json.gz", (long long)number);
    return object_mark_of(BUCKET, span_of(key), SPAN("d41d8cd98f00b204e9800998ecf8427e"));
}

static int64_t find_mark(struct store *store, struct object_mark mark) {
    int64_t import = -1;
    struct err err = {0};

    if (!store_find_objects(store, &mark, 1, &import, &err))
        fail_msg("%s", err.text);
    return import;
}

/* The file of events [from, to), as the object `number`. */
static struct receipt import_object(struct store *store, int64_t from, int64_t to, int64_t number) {
    struct import_facts facts = made_facts(from, to, 0);
    struct import *import = import_begin(store);
    struct arena arena = {0};
    struct receipt receipt;
    struct err err = {0};

    facts.object = made_mark(number);
    facts.etag = SPAN("d41d8cd98f00b204e9800998ecf8427e");
    facts.version_id = SPAN("v1");
    made_add(import, from, to);
    if (!import_commit(import, &facts, &arena, &receipt, &err))
        fail_msg("%s", err.text);
    assert_true(span_equal(receipt.etag, facts.etag));
    assert_true(span_equal(receipt.version_id, facts.version_id));
    arena_clear(&arena);
    return receipt;
}

static const struct way_row {
    const char *name;
    int64_t events; /* of each file */
} ways[] = {{"a few events", 10}, {"none", 0}, {"a block of its own", 9000}, {"more", 20000}};

static void test_import(void **state) {
    const struct way_row *row = *state;
    struct scratch_store scratch;

    trained_open(&scratch);
    struct receipt first = import_object(scratch.store, 0, row->events, 1);
    assert_int_equal(find_mark(scratch.store, made_mark(1)), first.id);
    assert_int_equal(find_mark(scratch.store, made_mark(2)), 0);
    struct receipt copy = import_object(scratch.store, 0, row->events, 2);
    assert_int_equal(copy.duplicate_of, first.id);
    assert_int_equal(find_mark(scratch.store, made_mark(2)), first.id);
    struct receipt other = import_object(scratch.store, 30000, 30001, 3);
    scratch_reopen(&scratch);
    assert_int_equal(find_mark(scratch.store, made_mark(1)), first.id);
    assert_int_equal(find_mark(scratch.store, made_mark(2)), first.id);
    assert_int_equal(find_mark(scratch.store, made_mark(3)), other.id);
    scratch_close(&scratch);
}

static void test_receipt_tells_the_object(void **state) {
    struct scratch_store scratch;
    struct arena arena = {0};
    struct receipt receipt;
    struct err err = {0};

    (void)state;
    trained_open(&scratch);
    int64_t id = import_object(scratch.store, 0, 10, 1).id;
    int64_t plain = import_range(scratch.store, 10, 20, 0).id;
    scratch_reopen(&scratch);
    assert_true(store_get_receipt(scratch.store, id, &arena, &receipt, &err));
    assert_true(span_equal(receipt.etag, SPAN("d41d8cd98f00b204e9800998ecf8427e")));
    assert_true(span_equal(receipt.version_id, SPAN("v1")));
    assert_null(receipt.error.data);
    assert_true(receipt.has_sha256);
    assert_false(receipt.has_progress);
    assert_true(store_get_receipt(scratch.store, plain, &arena, &receipt, &err));
    assert_null(receipt.version_id.data);
    arena_clear(&arena);
    scratch_close(&scratch);
}

#define GROUP_FILES 6

/* Objects of a group: the file of each, by number. Some are the same file. */
static const struct together_row {
    const char *name;
    int64_t files[GROUP_FILES];
    int64_t first[GROUP_FILES]; /* which object brings it */
} togethers[] = {
    {"all different", {0, 1, 2, 3, 4, 5}, {0, 1, 2, 3, 4, 5}},
    {"two the same", {0, 1, 2, 1, 4, 5}, {0, 1, 2, 1, 4, 5}},
    {"all the same", {7, 7, 7, 7, 7, 7}, {0, 0, 0, 0, 0, 0}},
};

static void join_object(struct import_group *group, int64_t file, int64_t number,
                        struct outcome *outcome) {
    struct import_facts facts = made_facts(file * 100, file * 100 + 100, 0);
    struct import *import = import_begin_in(group);
    struct err err = {0};

    *outcome = (struct outcome){0};
    facts.object = made_mark(number);
    made_add(import, file * 100, file * 100 + 100);
    if (!import_join(import, &facts, outcome, &err))
        fail_msg("%s", err.text);
}

/* Once the disk fails; the same once more. */
static void test_group(void **state) {
    const struct together_row *row = *state;
    struct outcome outcomes[GROUP_FILES];
    struct scratch_store scratch;
    struct commits commits;
    struct err err = {0};

    trained_open(&scratch);
    commits_watch(&commits, scratch.store);
    struct import_group *group = import_group_begin(scratch.store, note_outcome, NULL);
    for (int64_t i = 0; i < GROUP_FILES; i++)
        join_object(group, row->files[i], i, &outcomes[i]);
    commits_fail(&commits, 1);
    assert_false(import_group_commit(group, &err));
    for (int64_t i = 0; i < GROUP_FILES; i++)
        assert_int_equal(find_mark(scratch.store, made_mark(i)), 0);
    for (int64_t i = 0; i < GROUP_FILES; i++)
        join_object(group, row->files[i], i, &outcomes[i]);
    group_commit(group);
    import_group_abort(group);
    for (int64_t i = 0; i < GROUP_FILES; i++) {
        assert_true(outcomes[i].good);
        assert_int_equal(outcomes[i].receipt.id, outcomes[row->first[i]].receipt.id);
        assert_int_equal(find_mark(scratch.store, made_mark(i)), outcomes[i].receipt.id);
    }
    scratch_close(&scratch);
}

static void test_marked_without_a_commit(void **state) {
    struct scratch_store scratch;
    struct commits commits;
    struct err err = {0};

    (void)state;
    trained_open(&scratch);
    import_range(scratch.store, 0, 10, 0);
    import_range(scratch.store, 10, 20, 0);
    commits_watch(&commits, scratch.store);
    assert_true(store_mark_object(scratch.store, made_mark(1), 1, &err));
    assert_int_equal(find_mark(scratch.store, made_mark(1)), 1);
    commits_fail(&commits, 1);
    assert_false(store_mark_object(scratch.store, made_mark(1), 2, &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
    assert_int_equal(find_mark(scratch.store, made_mark(1)), 1);
    assert_true(store_mark_object(scratch.store, made_mark(1), 2, &err));
    assert_int_equal(find_mark(scratch.store, made_mark(1)), 2);
    assert_true(store_mark_object(scratch.store, (struct object_mark){0}, 2, &err));
    assert_int_equal(find_mark(scratch.store, (struct object_mark){0}), 0);
    scratch_close(&scratch);
}

/* ---- pages ---- */

#define PAGE 1000

/* Of a page every other object is known, and every seventh has no ETag. */
static void test_page(void **state) {
    struct object_mark marks[PAGE];
    int64_t found[PAGE];
    struct scratch_store scratch;
    struct err err = {0};

    (void)state;
    scratch_open(&scratch);
    for (int64_t i = 0; i < PAGE; i += 2) {
        if (!store_mark_object(scratch.store, made_mark(i), i + 1, &err))
            fail_msg("%s", err.text);
    }
    for (int64_t i = 0; i < PAGE; i++)
        marks[i] = i % 7 == 0 ? (struct object_mark){0} : made_mark(i);
    memset(found, 0xff, sizeof(found));
    assert_true(store_find_objects(scratch.store, marks, PAGE, found, &err));
    for (int64_t i = 0; i < PAGE; i++)
        assert_int_equal(found[i], i % 7 == 0 || i % 2 == 1 ? 0 : i + 1);
    assert_true(store_find_objects(scratch.store, marks, 0, found, &err));
    scratch_close(&scratch);
}

/* ---- beside imports ---- */

#define OBJECTS 200

static void *import_all(void *context) {
    struct store *store = context;

    for (int64_t i = 0; i < OBJECTS; i++)
        import_object(store, i * 5, i * 5 + 5, i);
    return NULL;
}

/* What is known was imported: its receipt can be read. */
static void test_found_while_imports_go_on(void **state) {
    struct scratch_store scratch;
    struct arena arena = {0};
    struct receipt receipt;
    struct err err = {0};
    pthread_t thread;

    (void)state;
    trained_open(&scratch);
    assert_int_equal(pthread_create(&thread, NULL, import_all, scratch.store), 0);
    for (int64_t i = 0; i < OBJECTS;) {
        int64_t import = find_mark(scratch.store, made_mark(i));
        if (import == 0)
            continue;
        assert_int_equal(import, ++i);
        assert_true(store_get_receipt(scratch.store, import, &arena, &receipt, &err));
        arena_reset(&arena);
    }
    pthread_join(thread, NULL);
    arena_clear(&arena);
    scratch_close(&scratch);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_other_object, others),
        TEST(test_without_etag),
        ROWS(test_import, ways),
        TEST(test_receipt_tells_the_object),
        ROWS(test_group, togethers),
        TEST(test_marked_without_a_commit),
        TEST(test_page),
        TEST(test_found_while_imports_go_on),
    };

    return rows_run("object_marks", all, ARRAY_LENGTH(all));
}
