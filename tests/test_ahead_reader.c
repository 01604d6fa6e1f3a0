#include "tests/rows.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "ingest/ahead_reader.h"
#include "tests/drip_reader.h"

#define FROM  AHEAD_FROM_BYTES
#define PIECE AHEAD_PIECE_BYTES

/* Text whose every byte tells its offset, given in drips; remembers who has read it. */
struct source {
    struct reader reader;
    size_t length;
    size_t drip;
    bool breaks; /* fails where the bytes end */
    size_t given;
    pthread_t reader_thread; /* the last one */
    _Atomic(size_t) reads;
};

static char byte_at(size_t offset) {
    return (char)('a' + offset % 23 + offset / PIECE % 3);
}

static bool source_read(struct reader *reader, char *out, size_t room, size_t *out_length,
                        struct err *err) {
    struct source *self = (struct source *)reader;
    size_t length = self->length - self->given;

    self->reader_thread = pthread_self();
    atomic_fetch_add(&self->reads, 1);
    if (length == 0 && self->breaks)
        return err_set(err, ERR_INTERNAL, "the pipe broke");
    if (length > self->drip)
        length = self->drip;
    if (length > room)
        length = room;
    for (size_t i = 0; i < length; i++)
        out[i] = byte_at(self->given + i);
    self->given += length;
    *out_length = length;
    return true;
}

static void source_init(struct source *source, size_t length, size_t drip, bool breaks) {
    *source =
        (struct source){.reader = {source_read}, .length = length, .drip = drip, .breaks = breaks};
}

/* Reads to the end in pieces of `room`; gives how much came before it, or before a failure. */
static size_t read_checked(struct reader *reader, size_t room, bool *out_good, struct err *err) {
    char *piece = memory_new(room, 1);
    size_t total = 0;
    size_t length = 1;

    *out_good = true;
    while (*out_good && length > 0) {
        *out_good = reader_read(reader, piece, room, &length, err);
        for (size_t i = 0; *out_good && i < length; i++)
            assert_int_equal(piece[i], byte_at(total + i));
        total += *out_good ? length : 0;
    }
    free(piece);
    return total;
}

static const struct row {
    const char *name;
    size_t length;
    size_t drip;
    size_t room;
    bool thread; /* whether one was started */
} rows[] = {
    {"nothing", 0, 1000, 1000, false},
    {"a little", 100, 7, 1000, false},
    {"just too little for a thread", FROM - 1, 65536, 65536, false},
    {"enough for a thread and no more", FROM, 65536, 65536, true},
    {"a byte for the thread", FROM + 1, 65536, 65536, true},
    {"a piece for the thread", FROM + PIECE, 65536, 65536, true},
    {"all pieces", FROM + AHEAD_PIECES *PIECE, 65536, 65536, true},
    {"the ring many times round", 50 * PIECE + 12345, 100000, 70000, true},
    {"a thread that reads more slowly", 20 * PIECE, 999, 1000000, true},
    {"a thread that is waited for", 20 * PIECE, 1000000, 999, true},
};

static void test_same_bytes(void **state) {
    const struct row *row = *state;
    struct source source;
    struct err err = {0};
    bool good;

    source_init(&source, row->length, row->drip, false);
    struct ahead_reader *ahead = ahead_reader_open(&source.reader);
    struct reader *reader = ahead_reader_reader(ahead);
    assert_int_equal(read_checked(reader, row->room, &good, &err), row->length);
    assert_true(good);
    assert_int_equal(read_checked(reader, row->room, &good, &err), 0); /* it stays at its end */
    assert_true(good);
    ahead_reader_close(ahead);
    assert_int_equal(pthread_equal(source.reader_thread, pthread_self()) == 0, row->thread);
}

/* All that stands before the failure comes first; and it fails again. */
static void test_failure(void **state) {
    const struct row *row = *state;
    struct source source;
    bool good;

    source_init(&source, row->length, row->drip, true);
    struct ahead_reader *ahead = ahead_reader_open(&source.reader);
    for (int i = 0; i < 2; i++) {
        struct err err = {0};
        size_t length = read_checked(ahead_reader_reader(ahead), row->room, &good, &err);
        assert_int_equal(length, i == 0 ? row->length : 0);
        assert_false(good);
        assert_string_equal(err.text, "the pipe broke");
        assert_int_equal(err.kind, ERR_INTERNAL);
    }
    ahead_reader_close(ahead);
}

/* Nobody wants the rest: the source is read no further than the pieces go. */
static void test_closed_before_the_end(void **state) {
    struct source source;
    char piece[4096];
    size_t length;
    size_t total = 0;
    struct err err = {0};

    (void)state;
    source_init(&source, 100 * PIECE, 65536, false);
    struct ahead_reader *ahead = ahead_reader_open(&source.reader);
    while (total < FROM + PIECE) {
        assert_true(reader_read(ahead_reader_reader(ahead), piece, sizeof(piece), &length, &err));
        total += length;
    }
    ahead_reader_close(ahead);
    assert_in_range(source.given, total, total + AHEAD_PIECES * PIECE);
    ahead_reader_close(NULL);
}

/* It does run ahead: the source comes to its end while nobody reads. */
static void test_reads_ahead(void **state) {
    struct source source;
    char *first = memory_new(FROM, 1);
    size_t length;
    struct err err = {0};

    (void)state;
    source_init(&source, FROM + 2 * PIECE, FROM, false);
    struct ahead_reader *ahead = ahead_reader_open(&source.reader);
    assert_true(reader_read(ahead_reader_reader(ahead), first, FROM, &length, &err));
    assert_int_equal(length, FROM);
    while (atomic_load(&source.reads) < 4) /* first, two pieces, the end */
        sched_yield();
    ahead_reader_close(ahead);
    assert_int_equal(source.given, source.length);
    free(first);
}

/* A stack larger than any address space. */
static void let_no_thread_start(pthread_attr_t *out_before) {
    pthread_attr_t huge;

    assert_int_equal(pthread_getattr_default_np(out_before), 0);
    assert_int_equal(pthread_attr_init(&huge), 0);
    assert_int_equal(pthread_attr_setstacksize(&huge, (size_t)1 << 47), 0);
    assert_int_equal(pthread_setattr_default_np(&huge), 0);
    pthread_attr_destroy(&huge);
}

static void test_without_a_thread(void **state) {
    pthread_attr_t before;
    struct source source;
    struct err err = {0};
    bool good;

    (void)state;
    let_no_thread_start(&before);
    source_init(&source, FROM + 20 * PIECE, 65536, false);
    struct ahead_reader *ahead = ahead_reader_open(&source.reader);
    size_t length = read_checked(ahead_reader_reader(ahead), 65536, &good, &err);
    ahead_reader_close(ahead);
    assert_int_equal(pthread_setattr_default_np(&before), 0);
    assert_true(good);
    assert_int_equal(length, source.length);
    assert_true(pthread_equal(source.reader_thread, pthread_self()));
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_same_bytes, rows), ROWS(test_failure, rows),    TEST(test_closed_before_the_end),
        TEST(test_reads_ahead),      TEST(test_without_a_thread),
    };

    return rows_run("ahead_reader", all, ARRAY_LENGTH(all));
}
