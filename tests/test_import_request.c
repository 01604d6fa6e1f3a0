/* collect/import_request.c: what was asked for comes back from the disk as it was. */
#include "tests/rows.h"

#include "base/limits.h"
#include "collect/import_request.h"

static const struct span accounts[] = {SPAN("111122223333"), SPAN("444455556666")};
static const struct span regions[] = {SPAN("eu-west-1")};

static const struct prefix_row {
    const char *name;
    struct span prefix;
    struct selection selection;
    const char *source;
} prefixes[] = {
    {"the whole bucket", SPAN(""), {.from_ms = -1, .to_ms = -1}, "s3://bucket/"},
    {"any bytes",
     SPAN("a b+%\"\\\303\244\377/"),
     {.from_ms = -1, .to_ms = -1},
     "s3://bucket/a b+%\"\\\303\244\377/"},
    {"a selection",
     SPAN("AWSLogs/"),
     {accounts, 2, regions, 1, 1000, 2000},
     "s3://bucket/AWSLogs/"},
};

static void test_prefix(void **state) {
    const struct prefix_row *row = *state;
    const struct import_request request = {
        .bucket = SPAN("bucket"), .prefix = row->prefix, .selection = row->selection};
    struct import_request read;
    struct arena arena = {0};
    struct err err;

    struct span text = import_request_write(&request, &arena);
    assert_true(import_request_read(text, &arena, &read, &err));
    assert_null(read.objects);
    assert_true(span_equal(read.bucket, request.bucket));
    assert_true(span_equal(read.prefix, request.prefix));
    assert_int_equal(read.selection.account_count, row->selection.account_count);
    for (size_t i = 0; i < read.selection.account_count; i++)
        assert_true(span_equal(read.selection.accounts[i], accounts[i]));
    assert_int_equal(read.selection.region_count, row->selection.region_count);
    assert_int_equal(read.selection.from_ms, row->selection.from_ms);
    assert_int_equal(read.selection.to_ms, row->selection.to_ms);
    assert_true(span_equal(import_request_source(&read, &arena), span_of(row->source)));
    assert_true(span_equal(import_request_kind(&read), SPAN("prefix")));
    arena_clear(&arena);
}

static void test_objects(void **state) {
    struct s3_object objects[] = {
        {SPAN("bucket"), SPAN("a \377%2f+\"\0x"), SPAN("v1"), SPAN("etag"), 17, -1, SPAN_NONE},
        {SPAN("other"), SPAN("key"), SPAN_NONE, SPAN_NONE, -1, -1, SPAN_NONE},
    };
    const struct import_request request = {.objects = objects, .count = 2};
    struct import_request read;
    struct arena arena = {0};
    struct err err;

    (void)state;
    struct span text = import_request_write(&request, &arena);
    assert_true(import_request_read(text, &arena, &read, &err));
    assert_int_equal(read.count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_true(span_equal(read.objects[i].bucket, objects[i].bucket));
        assert_true(span_equal(read.objects[i].key, objects[i].key));
        assert_true(span_equal(read.objects[i].version, objects[i].version));
        assert_true(span_equal(read.objects[i].etag, objects[i].etag));
        assert_int_equal(read.objects[i].bytes, objects[i].bytes);
    }
    assert_true(span_ends_with(import_request_source(&read, &arena), SPAN(" and 1 more")));
    assert_true(span_equal(import_request_kind(&read), SPAN("objects")));
    arena_clear(&arena);
}

static const struct bad_row {
    const char *name;
    const char *text;
} bad[] = {
    {"nothing", ""},
    {"no JSON", "{\"bucket\":"},
    {"no object", "[]"},
    {"no prefix", "{\"bucket\":\"b\"}"},
    {"no bucket", "{\"prefix\":\"b\",\"selection\":{}}"},
    {"a number", "{\"bucket\":1,\"prefix\":\"b\",\"selection\":{}}"},
    {"a broken escape", "{\"bucket\":\"%2\",\"prefix\":\"b\",\"selection\":{}}"},
    {"a broken selection", "{\"bucket\":\"b\",\"prefix\":\"\",\"selection\":{\"from\":\"x\"}}"},
    {"no objects", "{\"objects\":[]}"},
    {"an object without key", "{\"objects\":[{\"bucket\":\"b\",\"bytes\":1}]}"},
    {"an object that is none", "{\"objects\":[1]}"},
};

static void test_bad(void **state) {
    const struct bad_row *row = *state;
    struct import_request read;
    struct arena arena = {0};
    struct err err = {0};

    assert_false(import_request_read(span_of(row->text), &arena, &read, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    arena_clear(&arena);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_prefix, prefixes),
        TEST(test_objects),
        ROWS(test_bad, bad),
    };

    return rows_run("import_request", all, ARRAY_LENGTH(all));
}
