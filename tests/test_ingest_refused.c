#include "tests/rows.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/limits.h"
#include "tests/drip_reader.h"
#include "tests/packing.h"
#include "tests/support_ingest.h"

#define TIME "\"eventTime\":\"2023-07-10T11:42:01Z\""
#define A    "{" TIME ",\"eventName\":\"A\"}"

static void test_long_source(void **state) {
    CLEANUP(fixture_close) struct fixture fixture;
    struct span_reader body;
    char source[LIMIT_SOURCE_BYTES + 2] = {0};

    (void)state;
    fixture_open(&fixture);
    memset(source, 'x', LIMIT_SOURCE_BYTES + 1);
    span_reader_init(&body, SPAN("[" A "]"));
    assert_false(import_reader(&fixture, &body.reader, source, NULL));
    assert_int_equal(fixture.err.kind, ERR_INVALID);
    assert_string_equal(fixture.err.text, "source must be at most 2048 bytes long");
    assert_nothing_stored(&fixture);
    assert_true(import_reader(&fixture, &body.reader, source + 1, NULL));
}

static void test_failing_body(void **state) {
    CLEANUP(fixture_close) struct fixture fixture;
    struct drip_reader body;

    (void)state;
    fixture_open(&fixture);
    drip_reader_init(&body, SPAN("[" A "," A "]"), 50);
    body.breaks = true;
    assert_false(import_reader(&fixture, &body.reader, "upload", NULL));
    assert_int_equal(fixture.err.kind, ERR_INTERNAL);
    assert_string_equal(fixture.err.text, "the pipe broke");
    assert_nothing_stored(&fixture);
}

static void test_max_inflated(void **state) {
    CLEANUP(fixture_close) struct fixture fixture;
    CLEANUP(buffer_clear) struct buffer body = {0};

    (void)state;
    gzip_append(&body, SPAN("[" A "]"));
    fixture_open(&fixture);
    fixture.max_inflated = (int64_t)strlen("[" A "]") - 1;
    assert_false(import_span(&fixture, buffer_span(&body)));
    assert_int_equal(fixture.err.kind, ERR_UNREADABLE);
    assert_non_null(strstr(fixture.err.text, "max-inflated"));
    assert_nothing_stored(&fixture);
    fixture.max_inflated++;
    assert_true(import_span(&fixture, buffer_span(&body)));
}

/* So many rejections, and events before and behind them, that some are written before the end. */
static void test_too_many_rejections(void **state) {
    CLEANUP(fixture_close) struct fixture fixture;
    CLEANUP(buffer_clear) struct buffer body = {0};

    (void)state;
    buffer_append_text(&body, A);
    for (int i = 0; i < LIMIT_REJECTED_PER_FILE; i++)
        buffer_append_text(&body, "0 ");
    size_t length = body.length;
    fixture_open(&fixture);
    buffer_append_text(&body, "1 ");
    assert_false(import_span(&fixture, buffer_span(&body)));
    assert_int_equal(fixture.err.kind, ERR_UNREADABLE);
    assert_int_equal(fixture.err.offset, length);
    assert_int_equal(fixture.err.index, LIMIT_REJECTED_PER_FILE + 1);
    assert_nothing_stored(&fixture);
    body.length = length;
    assert_true(import_span(&fixture, buffer_span(&body)));
    assert_int_equal(fixture.receipt.rejected, LIMIT_REJECTED_PER_FILE);
}

/* Many events, then damage: nothing of what was written before the end is ever seen. */
static void test_damage_behind_many(void **state) {
    CLEANUP(fixture_close) struct fixture fixture;
    CLEANUP(buffer_clear) struct buffer body = {0};

    (void)state;
    for (int i = 0; i < 40000; i++)
        buffer_append_format(&body, "{" TIME ",\"eventName\":\"%d\"}\n", i);
    buffer_append_text(&body, "{");
    fixture_open(&fixture);
    assert_false(import_span(&fixture, buffer_span(&body)));
    assert_int_equal(fixture.err.offset, body.length);
    assert_int_equal(fixture.err.index, 40000);
    assert_nothing_stored(&fixture);
    scratch_reopen(&fixture.scratch);
    assert_nothing_stored(&fixture);
}

/* ---- bad log files: tests/data/invalid ---- */

/* A folder there holds a log file, `body`, and `sentence`, what must be said of it. */
#define INVALID "tests/data/invalid"

struct folder {
    const char *name;
};

static struct span read_file(const char *folder, const char *name, struct arena *arena) {
    char path[512];
    struct buffer text = {0};
    struct file_reader reader;
    struct err err = {0};

    snprintf(path, sizeof(path), INVALID "/%s/%s", folder, name);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        fail_msg("%s is missing", path);
    file_reader_init(&reader, descriptor);
    assert_true(read_all(&reader.reader, &text, &err));
    close(descriptor);
    struct span copy = arena_copy(arena, buffer_span(&text));
    buffer_clear(&text);
    return copy;
}

static void test_invalid(void **state) {
    const struct folder *folder = *state;
    CLEANUP(arena_clear) struct arena arena = {0};
    CLEANUP(fixture_close) struct fixture fixture;
    struct span body = read_file(folder->name, "body", &arena);
    struct span sentence = span_trim(read_file(folder->name, "sentence", &arena));

    fixture_open(&fixture);
    fixture.max_inflated = 8 * MIB;
    assert_false(import_span(&fixture, body));
    assert_int_equal(fixture.err.kind, ERR_UNREADABLE);
    assert_string_equal(fixture.err.text, arena_format(&arena, "%.*s", SPAN_ARGS(sentence)).data);
    assert_nothing_stored(&fixture);
}

static int is_visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static struct rows invalid_rows(struct arena *arena) {
    struct dirent **entries;
    int count = scandir(INVALID, &entries, is_visible, alphasort);

    assert_true(count > 0);
    struct folder *folders = arena_new(arena, (size_t)count, sizeof(*folders));
    for (int i = 0; i < count; i++) {
        folders[i].name = arena_format(arena, "%s", entries[i]->d_name).data;
        free(entries[i]);
    }
    free(entries);
    return (struct rows){NULL, test_invalid, folders, (size_t)count, sizeof(*folders)};
}

int main(void) {
    CLEANUP(arena_clear) struct arena arena = {0};
    const struct rows all[] = {
        invalid_rows(&arena),    TEST(test_long_source),         TEST(test_failing_body),
        TEST(test_max_inflated), TEST(test_too_many_rejections), TEST(test_damage_behind_many),
    };

    return rows_run("ingest_refused", all, ARRAY_LENGTH(all));
}
