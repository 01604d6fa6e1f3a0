#include "bench/corpus/writer.h"

#include <stdio.h>
#include <unistd.h>

#include "base/buffer.h"
#include "tests/rows.h"

struct place {
    char folder[32];
    char path[64];
};

static struct place make_place(void) {
    struct place place = {.folder = "/tmp/traild-writer-XXXXXX"};

    assert_non_null(mkdtemp(place.folder));
    snprintf(place.path, sizeof(place.path), "%s/a/b/file", place.folder);
    return place;
}

static void remove_place(const struct place *place) {
    char path[64];

    unlink(place->path);
    snprintf(path, sizeof(path), "%s/a/b", place->folder);
    rmdir(path);
    snprintf(path, sizeof(path), "%s/a", place->folder);
    rmdir(path);
    assert_int_equal(rmdir(place->folder), 0);
}

/* zlib reads plain files as they are. */
static void read_file(const char *path, struct buffer *out) {
    gzFile file = gzopen(path, "rb");
    int length;

    assert_non_null(file);
    while ((length = gzread(file, buffer_reserve(out, 65536), 65536)) > 0)
        out->length += (size_t)length;
    assert_int_equal(length, 0);
    gzclose(file);
}

static void write_file(struct writer *writer, const char *path, struct span text) {
    struct err err = {0};

    assert_true(writer_open(writer, path, &err));
    assert_true(writer_add(writer, text, &err));
    assert_true(writer_add(writer, SPAN("end"), &err));
    assert_true(writer_close(writer, &err));
}

static const struct level_row {
    const char *name;
    int level;
    size_t length;
} levels[] = {
    {"plain", 0, 100},
    {"plain and large", 0, 300000},
    {"gzip", 6, 100},
    {"gzip of nothing", 6, 0},
    {"gzip and large", 1, 3000000},
    {"gzip, as small as it gets", 9, 70000},
};

static void test_what_is_written_is_read(void **state) {
    const struct level_row *row = *state;
    struct place place = make_place();
    struct buffer text = {0};
    struct buffer found = {0};
    struct writer writer;

    for (size_t i = 0; i < row->length; i++)
        buffer_append_byte(&text, (char)(i * i / 7));
    writer_init(&writer, row->level);
    write_file(&writer, place.path, SPAN("something else before"));
    write_file(&writer, place.path, buffer_span(&text));
    buffer_append_text(&text, "end");
    read_file(place.path, &found);
    assert_true(span_equal(buffer_span(&found), buffer_span(&text)));
    assert_int_equal(writer.read, text.length + 24);
    writer_clear(&writer);
    buffer_clear(&text);
    buffer_clear(&found);
    remove_place(&place);
}

static void test_a_gzip_has_no_time_in_it(void **state) {
    struct place place = make_place();
    struct writer writer;
    unsigned char head[10];

    (void)state;
    writer_init(&writer, 6);
    write_file(&writer, place.path, SPAN("text"));
    FILE *file = fopen(place.path, "rb");
    assert_int_equal(fread(head, 1, sizeof(head), file), sizeof(head));
    fclose(file);
    assert_memory_equal(head, "\x1f\x8b\x08\x00\x00\x00\x00\x00", 8);
    writer_clear(&writer);
    remove_place(&place);
}

static const struct refusal_row {
    const char *name;
    const char *path;
} refusals[] = {
    {"a folder that is a file", "/dev/null/file"},
    {"a folder", "/tmp"},
};

static void test_a_path_is_refused(void **state) {
    const struct refusal_row *row = *state;
    struct writer writer;
    struct err err = {0};

    writer_init(&writer, 0);
    assert_false(writer_open(&writer, row->path, &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
    assert_non_null(strstr(err.text, row->path));
    writer_clear(&writer);
}

static void test_a_full_disk_is_told(void **state) {
    struct writer writer;
    struct err err = {0};

    (void)state;
    writer_init(&writer, 6);
    assert_true(writer_open(&writer, "/dev/full", &err));
    (void)!writer_add(&writer, SPAN("text"), &err);
    assert_false(writer_close(&writer, &err));
    assert_non_null(strstr(err.text, "No space left"));
    writer_clear(&writer);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_what_is_written_is_read, levels),
        TEST(test_a_gzip_has_no_time_in_it),
        ROWS(test_a_path_is_refused, refusals),
        TEST(test_a_full_disk_is_told),
    };

    return rows_run("writer", all, ARRAY_LENGTH(all));
}
