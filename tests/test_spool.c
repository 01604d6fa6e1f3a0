#include "base/spool.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/rows.h"

struct fixture {
    char directory[64];
    struct spool_place place;
};

static struct fixture set_up(void) {
    struct fixture fixture = {.directory = "/tmp/traild-test-spool-XXXXXX"};
    struct err err;

    assert_non_null(mkdtemp(fixture.directory));
    assert_true(spool_place_open(&fixture.place, fixture.directory, &err));
    return fixture;
}

static size_t entries(const char *directory) {
    DIR *listing = opendir(directory);
    size_t count = 0;

    assert_non_null(listing);
    for (struct dirent *entry; (entry = readdir(listing)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(listing);
    return count;
}

/* Also: whatever happened, no memory stays reserved and no file stays behind. */
static void tear_down(struct fixture *fixture) {
    assert_int_equal(atomic_load(&fixture->place.memory_left), SPOOL_MEMORY_TOTAL);
    assert_int_equal(entries(fixture->place.directory), 0);
    assert_int_equal(rmdir(fixture->place.directory), 0);
    spool_place_close(&fixture->place);
    assert_int_equal(rmdir(fixture->directory), 0);
}

static char byte_at(size_t offset) {
    return (char)(offset * 7 + offset / 251);
}

static void add(struct spool *spool, size_t from, size_t length) {
    char *bytes = memory_new(length + 1, 1);
    struct err err;

    for (size_t i = 0; i < length; i++)
        bytes[i] = byte_at(from + i);
    assert_true(spool_add(spool, (struct span){bytes, length}, &err));
    free(bytes);
}

/* Reads all of it in pieces of an odd size, and gives how many bytes there were. */
static size_t read_back(struct spooled *upload) {
    char piece[1013];
    size_t total = 0;
    size_t length;
    struct err err;

    do {
        assert_true(reader_read(upload->reader, piece, sizeof(piece), &length, &err));
        for (size_t i = 0; i < length; i++)
            assert_int_equal(piece[i], byte_at(total + i));
        total += length;
    } while (length > 0);
    return total;
}

static const struct size_row {
    const char *name;
    size_t bytes;
    size_t piece;
    bool in_file;
} sizes[] = {
    {"nothing", 0, 1, false},
    {"one byte", 1, 1, false},
    {"small pieces", 3000, 17, false},
    {"all that memory takes", SPOOL_MEMORY_BYTES, 32768, false},
    {"one byte more", SPOOL_MEMORY_BYTES + 1, 32768, true},
    {"much in one piece", 3 * SPOOL_MEMORY_BYTES, 3 * SPOOL_MEMORY_BYTES, true},
    {"much in many pieces", 3 * SPOOL_MEMORY_BYTES, 10007, true},
};

static void test_size(void **state) {
    const struct size_row *row = *state;
    struct fixture fixture = set_up();
    struct sha256 sha256;
    uint8_t digest[SHA256_BYTES];
    struct spooled upload;
    struct spool spool;

    spool_init(&spool, &fixture.place);
    sha256_begin(&sha256);
    for (size_t at = 0; at < row->bytes; at += row->piece)
        add(&spool, at, row->bytes - at < row->piece ? row->bytes - at : row->piece);
    for (size_t i = 0; i < row->bytes; i++) {
        char byte = byte_at(i);
        sha256_add(&sha256, (struct span){&byte, 1});
    }
    sha256_end(&sha256, digest);
    assert_int_equal(spool.descriptor >= 0, row->in_file);
    spool_finish(&spool, &upload);
    assert_int_equal(upload.bytes, row->bytes);
    assert_memory_equal(upload.sha256, digest, SHA256_BYTES);
    assert_int_equal(read_back(&upload), row->bytes);
    spool_rewind(&spool);
    assert_int_equal(read_back(&upload), row->bytes);
    spool_clear(&spool);
    tear_down(&fixture);
}

/* However many bodies come at once, they take no more memory together than they may. */
static void test_memory_of_all_bodies(void **state) {
    static struct spool spools[100];
    struct fixture fixture = set_up();
    size_t in_files = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(spools); i++) {
        spool_init(&spools[i], &fixture.place);
        add(&spools[i], 0, 900000);
        in_files += spools[i].descriptor >= 0;
        assert_true(atomic_load(&fixture.place.memory_left) >= 0);
    }
    assert_true(in_files > 0 && in_files < ARRAY_LENGTH(spools));
    for (size_t i = 0; i < ARRAY_LENGTH(spools); i++) {
        struct spooled upload;
        spool_finish(&spools[i], &upload);
        assert_int_equal(read_back(&upload), 900000);
        spool_clear(&spools[i]);
    }
    tear_down(&fixture);
}

static void test_a_full_disk(void **state) {
    struct fixture fixture = set_up();
    struct rlimit before;
    struct spool spool;
    struct err err = {0};
    static char bytes[2 * SPOOL_MEMORY_BYTES];

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    struct rlimit small = {SPOOL_MEMORY_BYTES, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    spool_init(&spool, &fixture.place);
    bool good = spool_add(&spool, (struct span){bytes, sizeof(bytes)}, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(good);
    assert_true(spool.disk_full);
    assert_non_null(strstr(err.text, fixture.place.directory));
    spool_clear(&spool);
    tear_down(&fixture);
}

static const struct again_row {
    const char *name;
    size_t before;
    bool finished;
} agains[] = {
    {"nothing was there", 0, false},
    {"half of it was in memory", 500, false},
    {"more than all of it was in memory", 5000, false},
    {"much of it was in a file", 2 * SPOOL_MEMORY_BYTES, false},
    {"it had been finished in memory", 500, true},
    {"it had been finished in a file", 2 * SPOOL_MEMORY_BYTES, true},
};

static void test_beginning_again(void **state) {
    const struct again_row *row = *state;
    struct fixture fixture = set_up();
    struct spooled first;
    struct spooled again;
    struct spooled plain;
    struct spool spools[2];

    spool_init(&spools[0], &fixture.place);
    add(&spools[0], 1, row->before);
    if (row->finished)
        spool_finish(&spools[0], &first);
    spool_reset(&spools[0]);
    assert_int_equal(atomic_load(&fixture.place.memory_left), SPOOL_MEMORY_TOTAL);
    spool_init(&spools[1], &fixture.place);
    for (size_t i = 0; i < 2; i++)
        add(&spools[i], 0, 1000);
    assert_int_equal(spools[0].descriptor, -1);
    spool_finish(&spools[0], &again);
    spool_finish(&spools[1], &plain);
    assert_int_equal(again.bytes, 1000);
    assert_int_equal(read_back(&again), 1000);
    assert_memory_equal(again.sha256, plain.sha256, SHA256_BYTES);
    spool_clear(&spools[0]);
    spool_clear(&spools[1]);
    tear_down(&fixture);
}

static void test_giving_up_fails_the_reader(void **state) {
    struct fixture fixture = set_up();
    struct spooled upload;
    struct spool spool;
    struct err err = {0};
    size_t length;
    char byte;

    (void)state;
    spool_init(&spool, &fixture.place);
    add(&spool, 0, 10);
    spool_finish(&spool, &upload);
    assert_true(reader_read(upload.reader, &byte, 1, &length, &err));
    atomic_store(&fixture.place.abandon, true);
    assert_false(reader_read(upload.reader, &byte, 1, &length, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    spool_clear(&spool);
    tear_down(&fixture);
}

static void test_left_overs_are_removed(void **state) {
    struct fixture fixture = set_up();
    char path[128];
    struct err err;

    (void)state;
    snprintf(path, sizeof(path), "%s/body-Ab12cD", fixture.place.directory);
    close(open(path, O_CREAT | O_WRONLY, 0600));
    snprintf(path, sizeof(path), "%s/notes.txt", fixture.place.directory);
    close(open(path, O_CREAT | O_WRONLY, 0600));
    assert_int_equal(entries(fixture.place.directory), 2);
    spool_place_close(&fixture.place);
    assert_true(spool_place_open(&fixture.place, fixture.directory, &err));
    assert_int_equal(entries(fixture.place.directory), 1);
    assert_int_equal(unlink(path), 0);
    tear_down(&fixture);
}

static void test_no_place(void **state) {
    struct spool_place place = {0};
    struct err err = {0};

    (void)state;
    assert_false(spool_place_open(&place, "/nonexistent", &err));
    assert_non_null(strstr(err.text, "/nonexistent/tmp"));
    assert_null(place.directory);
    spool_place_close(&place);
}

static void test_clearing_what_was_never_used(void **state) {
    struct spool spool = {.descriptor = -1};

    (void)state;
    spool_clear(&spool);
    assert_int_equal(spool.descriptor, -1);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_size, sizes),
        TEST(test_memory_of_all_bodies),
        TEST(test_a_full_disk),
        ROWS(test_beginning_again, agains),
        TEST(test_giving_up_fails_the_reader),
        TEST(test_left_overs_are_removed),
        TEST(test_no_place),
        TEST(test_clearing_what_was_never_used),
    };

    return rows_run("spool", all, ARRAY_LENGTH(all));
}
