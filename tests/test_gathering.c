/* collect/gathering.c: files that are committed together, and when. */
#include "tests/rows.h"

#include <pthread.h>

#include "base/limits.h"
#include "collect/gathering.h"
#include "tests/support_collect.h"
#include "tests/support_commits.h"
#include "tests/support_gate.h"

#define MANY 50

/* What one file was told. */
struct ticket {
    struct gathered *gathered;
    int told;
    int64_t receipt; /* id, 0: it failed */
    enum err_kind kind;
};

struct gathered {
    struct scratch_store scratch;
    struct commits commits;
    struct gathering *gathering;
    struct gate told; /* open */
    struct ticket tickets[MANY];
};

static void note(void *context, void *ticket, const struct receipt *receipt,
                 const struct err *err) {
    struct gathered *gathered = context;
    struct ticket *self = ticket;

    self->told++;
    self->receipt = receipt == NULL ? 0 : receipt->id;
    self->kind = receipt == NULL ? err->kind : ERR_NONE;
    gate_pass(&gathered->told);
}

static void open_gathered(struct gathered *gathered, size_t lanes) {
    struct err err;

    *gathered = (struct gathered){.told = gate_new()};
    gate_open(&gathered->told);
    scratch_open(&gathered->scratch);
    commits_watch(&gathered->commits, gathered->scratch.store);
    assert_true(
        gathering_open(gathered->scratch.store, lanes, note, gathered, &gathered->gathering, &err));
}

static void close_gathered(struct gathered *gathered) {
    gathering_close(gathered->gathering);
    scratch_close(&gathered->scratch);
}

/* What ingest_into says of these bytes. */
static bool add(struct gathered *gathered, struct ticket *ticket, struct span bytes,
                struct receipt *out, struct err *err) {
    struct arena arena = {0};
    struct span_reader reader;
    uint8_t sha256[SHA256_BYTES];

    sha256_of(bytes, sha256);
    span_reader_init(&reader, bytes);
    const struct ingest_input input = {
        .body = &reader.reader,
        .source = SPAN("s3://bucket/key"),
        .max_inflated = MIB,
        .sha256 = sha256,
        .etag = SPAN_NONE,
        .version_id = SPAN_NONE,
    };
    bool good = gathering_add(gathered->gathering, &input, ticket, &arena, out, err);
    arena_clear(&arena);
    return good;
}

static void add_file(struct gathered *gathered, int number) {
    struct receipt receipt;
    struct err err;

    assert_true(add(gathered, &gathered->tickets[number], log_file(number), &receipt, &err));
    assert_int_equal(receipt.id, 0);
}

static int64_t count_stored(struct gathered *gathered) {
    struct store_figures figures;
    struct err err;

    assert_true(store_measure(gathered->scratch.store, &figures, &err));
    return figures.events;
}

/* The clock may have committed some of them before. */
static void test_together(void **state) {
    struct gathered gathered;

    (void)state;
    open_gathered(&gathered, 2);
    for (int i = 0; i < MANY; i++)
        add_file(&gathered, i);
    gathering_flush(gathered.gathering);
    gate_wait_inside(&gathered.told, MANY);
    assert_in_range(commits_seen(&gathered.commits), 1, MANY / 2);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(gathered.tickets[i].told, 1);
        assert_int_equal(gathered.tickets[i].receipt, i + 1);
    }
    assert_int_equal(count_stored(&gathered), MANY);
    close_gathered(&gathered);
}

static void test_clock(void **state) {
    struct gathered gathered;

    (void)state;
    open_gathered(&gathered, 2);
    for (int i = 0; i < 2; i++) {
        add_file(&gathered, i);
        gate_wait_inside(&gathered.told, i + 1);
    }
    assert_int_equal(count_stored(&gathered), 2);
    close_gathered(&gathered);
}

static void test_nothing_to_flush(void **state) {
    struct gathered gathered;

    (void)state;
    open_gathered(&gathered, GATHERING_LANES);
    gathering_flush(gathered.gathering);
    assert_int_equal(commits_seen(&gathered.commits), 0);
    close_gathered(&gathered);
}

/* However small they are. */
static void test_enough(void **state) {
    static struct ticket tickets[2 * GATHERING_FILES];
    struct gathered gathered;
    struct receipt receipt;
    struct err err;

    (void)state;
    open_gathered(&gathered, 1);
    for (int i = 0; i < 2 * GATHERING_FILES; i++) {
        assert_true(add(&gathered, &tickets[i], log_file(i), &receipt, &err));
        assert_in_range(i + 1 - gate_inside(&gathered.told), 0, GATHERING_FILES - 1);
    }
    gathering_flush(gathered.gathering);
    gate_wait_inside(&gathered.told, 2 * GATHERING_FILES);
    close_gathered(&gathered);
}

static void test_bad_ones_stop_no_other(void **state) {
    struct gathered gathered;
    struct receipt receipt;
    struct err err;

    (void)state;
    open_gathered(&gathered, 1);
    add_file(&gathered, 0);
    assert_false(add(&gathered, &gathered.tickets[1], SPAN("{\"Records\":[{"), &receipt, &err));
    assert_int_equal(err.kind, ERR_UNREADABLE);
    add_file(&gathered, 2);
    gathering_flush(gathered.gathering);
    gate_wait_inside(&gathered.told, 2);
    assert_int_equal(gathered.tickets[1].told, 0);

    /* Known by its sum: nothing is gathered of it. */
    assert_true(add(&gathered, &gathered.tickets[3], log_file(0), &receipt, &err));
    assert_int_equal(receipt.duplicate_of, gathered.tickets[0].receipt);
    gathering_flush(gathered.gathering);
    assert_int_equal(gathered.tickets[3].told, 0);
    assert_int_equal(count_stored(&gathered), 2);
    close_gathered(&gathered);
}

static void test_commit_fails(void **state) {
    struct gathered gathered;

    (void)state;
    open_gathered(&gathered, 1);
    commits_fail(&gathered.commits, 1);
    add_file(&gathered, 0);
    gathering_flush(gathered.gathering);
    gate_wait_inside(&gathered.told, 1);
    assert_int_equal(gathered.tickets[0].receipt, 0);
    assert_int_equal(gathered.tickets[0].kind, ERR_INTERNAL);
    assert_int_equal(count_stored(&gathered), 0);
    add_file(&gathered, 0);
    gathering_flush(gathered.gathering);
    gate_wait_inside(&gathered.told, 2);
    assert_int_not_equal(gathered.tickets[0].receipt, 0);
    close_gathered(&gathered);
}

/* A lane is being committed: whoever comes goes on with the other one. */
static void *flush_all(void *argument) {
    gathering_flush(argument);
    return NULL;
}

static void test_slow_commit(void **state) {
    struct gathered gathered;
    pthread_t thread;

    (void)state;
    open_gathered(&gathered, 2);
    commits_hold(&gathered.commits);
    add_file(&gathered, 0);
    assert_int_equal(pthread_create(&thread, NULL, flush_all, gathered.gathering), 0);
    commits_wait_held(&gathered.commits);
    add_file(&gathered, 1);
    assert_int_equal(gate_inside(&gathered.told), 0);
    commits_release(&gathered.commits);
    pthread_join(thread, NULL);
    gathering_flush(gathered.gathering);
    gate_wait_inside(&gathered.told, 2);
    close_gathered(&gathered);
}

#define ADDERS 5

struct adder {
    struct gathered *gathered;
    const struct span *files;
    int first;
};

static void *add_some(void *argument) {
    struct adder *adder = argument;
    struct receipt receipt;
    struct err err;

    for (int i = adder->first; i < MANY; i += ADDERS) {
        if (!add(adder->gathered, &adder->gathered->tickets[i], adder->files[i], &receipt, &err))
            return argument;
        if (i % 3 == 0)
            gathering_flush(adder->gathered->gathering);
    }
    return NULL;
}

static void test_many_threads(void **state) {
    struct gathered gathered;
    struct adder adders[ADDERS];
    struct arena arena = {0};
    struct span files[MANY];
    pthread_t threads[ADDERS];
    void *failed;

    (void)state;
    open_gathered(&gathered, 2);
    for (int i = 0; i < MANY; i++)
        files[i] = arena_copy(&arena, log_file(i));
    for (int i = 0; i < ADDERS; i++) {
        adders[i] = (struct adder){&gathered, files, i};
        assert_int_equal(pthread_create(&threads[i], NULL, add_some, &adders[i]), 0);
    }
    for (int i = 0; i < ADDERS; i++) {
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    gathering_flush(gathered.gathering);
    gate_wait_inside(&gathered.told, MANY);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(gathered.tickets[i].told, 1);
    assert_int_equal(count_stored(&gathered), MANY);
    close_gathered(&gathered);
    arena_clear(&arena);
}

static void test_thread_refused(void **state) {
    struct gathered gathered;
    struct gathering *gathering;
    struct err err;

    (void)state;
    open_gathered(&gathered, 1);
    size_t stack = threads_refuse();
    assert_false(gathering_open(gathered.scratch.store, 1, note, NULL, &gathering, &err));
    threads_allow(stack);
    assert_int_equal(err.kind, ERR_INTERNAL);
    close_gathered(&gathered);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_together),
        TEST(test_clock),
        TEST(test_nothing_to_flush),
        TEST(test_enough),
        TEST(test_bad_ones_stop_no_other),
        TEST(test_commit_fails),
        TEST(test_slow_commit),
        TEST(test_many_threads),
        TEST(test_thread_refused),
    };

    return rows_run("gathering", all, ARRAY_LENGTH(all));
}
