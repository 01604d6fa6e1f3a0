/* An import of a prefix whose process is killed, at any moment and again and again: what goes on
 * from the disk loses nothing, brings nothing twice, and counts as if nothing had been. */
#include "tests/rows.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "tests/support_collect.h"

#define FILES 60
#define KILLS 6

/* A process that waits for its turn. They are forked before any thread is started. */
struct victim {
    pid_t process;
    int wake; /* where to write whom to talk to */
};

struct turn {
    char url[64];
    char directory[64];
    int64_t begin; /* the import has to be begun, too */
};

static _Noreturn void run_victim(int wake) {
    struct collecting collecting = {0};
    struct turn turn;
    struct err err;

    if (read(wake, &turn, sizeof(turn)) != (ssize_t)sizeof(turn))
        _exit(0);
    log_silence();
    fake_s3_use(turn.url);
    if (!store_open(turn.directory, &collecting.scratch.store, &err) ||
        !spool_place_open(&collecting.spools, turn.directory, &err))
        _exit(2);
    collecting_start(&collecting, 4);
    if (turn.begin)
        begin_prefix(&collecting, "f/");
    for (;;)
        pause();
}

static struct victim new_victim(void) {
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    pid_t process = fork();
    assert_true(process >= 0);
    if (process == 0) {
        close(ends[1]);
        run_victim(ends[0]);
    }
    close(ends[0]);
    return (struct victim){process, ends[1]};
}

/* Kills when so many objects have been asked for: before the answer, so that others are anywhere
 * between it and their commit. */
struct killer {
    struct fake_s3 *s3;
    pid_t process;
    size_t at;
};

static bool kill_in_time(void *context, struct fake_connection *connection,
                         const struct fake_question *question) {
    struct killer *killer = context;

    (void)connection;
    if (!question->list && fake_s3_all_gets(killer->s3) >= killer->at)
        kill(killer->process, SIGKILL);
    return false;
}

static void let_run_and_kill(struct collecting *collecting, struct victim *victim, bool begin) {
    struct killer killer = {collecting->s3, victim->process, fake_s3_all_gets(collecting->s3) + 7};
    struct turn turn = {.begin = begin};
    int status;

    snprintf(turn.url, sizeof(turn.url), "%s", fake_s3_url(collecting->s3));
    snprintf(turn.directory, sizeof(turn.directory), "%s", collecting->scratch.directory);
    fake_s3_fault(collecting->s3, kill_in_time, &killer);
    assert_int_equal(write(victim->wake, &turn, sizeof(turn)), sizeof(turn));
    assert_int_equal(waitpid(victim->process, &status, 0), victim->process);
    assert_true(WIFSIGNALED(status));
    fake_s3_fault(collecting->s3, NULL, NULL);
    close(victim->wake);
}

static void check_each_once(struct collecting *collecting, int64_t id) {
    struct receipt_page page = list_files(collecting, id, 0);

    assert_int_equal(page.count, FILES);
    for (size_t i = 0; i < page.count; i++) {
        for (size_t other = 0; other < i; other++)
            assert_false(span_equal(page.receipts[i].source, page.receipts[other].source));
    }
}

static void test_killed(void **state) {
    struct collecting collecting;
    struct victim victims[KILLS];
    struct err err;

    (void)state;
    for (int i = 0; i < KILLS; i++)
        victims[i] = new_victim();
    collecting_open_store(&collecting);
    store_close(collecting.scratch.store);
    put_files(collecting.s3, "f/", 0, FILES);
    for (int i = 0; i < FILES; i += 10) {
        char key[32];
        snprintf(key, sizeof(key), "f/%04d.json", i);
        fake_s3_put(collecting.s3, "bucket", key, SPAN("{"));
    }
    for (int i = 0; i < KILLS; i++)
        let_run_and_kill(&collecting, &victims[i], i == 0);

    assert_true(store_open(collecting.scratch.directory, &collecting.scratch.store, &err));
    collecting_start(&collecting, 4);
    struct receipt receipt = wait_over(&collecting, 1);
    assert_int_equal(receipt.status, IMPORT_DONE);
    assert_int_equal(receipt.progress.files_listed, FILES);
    assert_int_equal(receipt.progress.files_done, FILES - FILES / 10);
    assert_int_equal(receipt.progress.files_failed, FILES / 10);
    assert_int_equal(receipt.progress.inserted, FILES - FILES / 10);
    assert_int_equal(count_events(&collecting), FILES - FILES / 10);
    check_each_once(&collecting, 1);
    collecting_close(&collecting);
}

int main(void) {
    const struct rows all[] = {TEST(test_killed)};

    return rows_run("import_killed", all, ARRAY_LENGTH(all));
}
