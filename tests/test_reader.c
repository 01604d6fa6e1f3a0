#include "base/reader.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/buffer.h"
#include "tests/rows.h"

#define TEXT "0123456789abcdef"

static const struct room_row {
    const char *name;
    size_t room;
    size_t reads; /* of TEXT, without the one that finds the end */
} rooms[] = {
    {"a byte at a time", 1, 16},    {"pieces", 5, 4},
    {"pieces that fit", 4, 4},      {"just all", 16, 1},
    {"more than there is", 100, 1},
};

/* Reads to the end, twice over it, and gives the number of reads that brought something. */
static size_t read_all(struct reader *reader, size_t room, struct buffer *out) {
    char piece[128];
    struct err err;
    size_t reads = 0;
    size_t length;

    do {
        assert_true(reader_read(reader, piece, room, &length, &err));
        assert_in_range(length, 0, room);
        buffer_append(out, (struct span){piece, length});
        reads += length > 0;
    } while (length > 0);
    assert_true(reader_read(reader, piece, room, &length, &err));
    assert_int_equal(length, 0);
    return reads;
}

static void test_span_reader(void **state) {
    const struct room_row *row = *state;
    struct span_reader reader;
    struct buffer text = {0};

    span_reader_init(&reader, SPAN(TEXT));
    assert_int_equal(read_all(&reader.reader, row->room, &text), row->reads);
    assert_true(span_equal(buffer_span(&text), SPAN(TEXT)));
    buffer_clear(&text);
}

static int file_of_text(void) {
    int descriptor = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, "skipped" TEXT, 23), 23);
    assert_int_equal(lseek(descriptor, 7, SEEK_SET), 7);
    return descriptor;
}

static void test_file_reader(void **state) {
    const struct room_row *row = *state;
    struct file_reader reader;
    struct buffer text = {0};
    int descriptor = file_of_text();

    file_reader_init(&reader, descriptor);
    assert_int_equal(read_all(&reader.reader, row->room, &text), row->reads);
    assert_true(span_equal(buffer_span(&text), SPAN(TEXT)));
    assert_int_equal(close(descriptor), 0); /* was left open */
    buffer_clear(&text);
}

static void test_an_empty_span_is_at_its_end(void **state) {
    struct span_reader reader;
    struct buffer text = {0};

    (void)state;
    span_reader_init(&reader, SPAN_NONE);
    assert_int_equal(read_all(&reader.reader, 10, &text), 0);
    buffer_clear(&text);
}

static void test_a_pipe_gives_what_there_is(void **state) {
    struct file_reader reader;
    struct buffer text = {0};
    int ends[2];
    char piece[64];
    struct err err;
    size_t length;

    (void)state;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    file_reader_init(&reader, ends[0]);
    assert_int_equal(write(ends[1], "abc", 3), 3);
    assert_true(reader_read(&reader.reader, piece, sizeof(piece), &length, &err));
    assert_int_equal(length, 3);
    close(ends[1]);
    assert_int_equal(read_all(&reader.reader, 10, &text), 0);
    close(ends[0]);
    buffer_clear(&text);
}

static void test_a_failure_is_told(void **state) {
    struct file_reader reader;
    struct err err = {0};
    char piece[8];
    size_t length = 42;
    int directory = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    (void)state;
    file_reader_init(&reader, directory);
    assert_false(reader_read(&reader.reader, piece, sizeof(piece), &length, &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
    assert_non_null(strstr(err.text, "Is a directory"));
    assert_int_equal(length, 42);
    close(directory);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_span_reader, rooms),          ROWS(test_file_reader, rooms),
        TEST(test_an_empty_span_is_at_its_end), TEST(test_a_pipe_gives_what_there_is),
        TEST(test_a_failure_is_told),
    };

    return rows_run("reader", all, ARRAY_LENGTH(all));
}
