#include "aws/credential_cache.h"

#include <pthread.h>
#include <unistd.h>

#include "tests/rows.h"

#define MINUTE_MS INT64_C(60000)
#define THREADS   8

/* Gives what the test says, and counts. */
struct scripted {
    struct credential_source source;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int searches;
    int waiting; /* threads that are to be let go on */
    bool held;   /* searches wait until it is false */
    int64_t life_ms;
    int64_t now_ms;
    enum err_kind failure; /* ERR_NONE: it finds something */
};

static bool scripted_search(struct credential_source *source, struct arena *arena,
                            struct credentials *out, struct err *err) {
    struct scripted *scripted = (struct scripted *)source;

    pthread_mutex_lock(&scripted->lock);
    int number = ++scripted->searches;
    pthread_cond_broadcast(&scripted->changed);
    while (scripted->held)
        pthread_cond_wait(&scripted->changed, &scripted->lock);
    enum err_kind failure = scripted->failure;
    *out = (struct credentials){
        .access_key = arena_format(arena, "KEY%d", number),
        .secret = SPAN("secret"),
        .expires_ms =
            scripted->life_ms == INT64_MAX ? INT64_MAX : scripted->now_ms + scripted->life_ms,
        .origin = "test",
    };
    pthread_mutex_unlock(&scripted->lock);
    return failure == ERR_NONE || err_set(err, failure, "search %d", number);
}

static struct scripted make_scripted(int64_t life_ms) {
    return (struct scripted){
        .source = {scripted_search},
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .changed = PTHREAD_COND_INITIALIZER,
        .life_ms = life_ms,
    };
}

/* The number of the search that gave what is handed out at that moment; 0: it failed. */
static int number_at(struct credential_cache *cache, struct scripted *scripted, int64_t now_ms) {
    struct arena arena = {0};
    struct credentials found;
    struct err err = {0};
    int number = 0;

    scripted->now_ms = now_ms;
    if (credential_cache_get(cache, now_ms, &scripted->source, NULL, &arena, &found, &err)) {
        assert_true(span_equal(found.secret, SPAN("secret")));
        assert_null(found.token.data);
        assert_string_equal(found.origin, "test");
        number = found.access_key.data[3] - '0';
    }
    arena_wipe(&arena);
    return number;
}

static const struct life_row {
    const char *name;
    int64_t life_minutes; /* -1: for ever */
    int64_t kept_seconds; /* the last second at which nobody seeks anew */
} lives[] = {
    {"six hours", 360, 345 * 60 - 1},
    {"an hour", 60, 45 * 60 - 1},
    {"a quarter of an hour, the shortest that STS gives", 15, 11 * 60 + 14},
    {"expired already", 0, 59},
    {"expired long ago", -500, 59},
};

static void test_life(void **state) {
    const struct life_row *row = *state;
    struct scripted scripted = make_scripted(row->life_minutes * MINUTE_MS);
    struct credential_cache *cache = credential_cache_open();

    assert_int_equal(number_at(cache, &scripted, 0), 1);
    assert_int_equal(number_at(cache, &scripted, row->kept_seconds * 1000), 1);
    assert_int_equal(number_at(cache, &scripted, row->kept_seconds * 1000 + 1000), 2);
    credential_cache_close(cache);
}

static void test_those_for_ever_are_never_sought_again(void **state) {
    struct scripted scripted = make_scripted(INT64_MAX);
    struct credential_cache *cache = credential_cache_open();

    (void)state;
    assert_int_equal(number_at(cache, &scripted, 0), 1);
    assert_int_equal(number_at(cache, &scripted, INT64_C(253402300799999)), 1);
    credential_cache_close(cache);
}

static void test_refused_ones_are_sought_anew(void **state) {
    struct scripted scripted = make_scripted(INT64_MAX);
    struct credential_cache *cache = credential_cache_open();

    (void)state;
    assert_int_equal(number_at(cache, &scripted, 0), 1);
    credential_cache_refuse(cache, MINUTE_MS, SPAN("KEY9"));
    assert_int_equal(number_at(cache, &scripted, MINUTE_MS), 1);
    credential_cache_refuse(cache, MINUTE_MS, SPAN("KEY1"));
    assert_int_equal(number_at(cache, &scripted, MINUTE_MS), 2);
    credential_cache_refuse(cache, MINUTE_MS + 1, SPAN("KEY2"));
    assert_int_equal(number_at(cache, &scripted, MINUTE_MS + 1), 2);
    credential_cache_close(cache);
}

/* They may come back at any time, so each who asks seeks. */
static void test_refused_ones_are_not_used_when_nothing_else_is_found(void **state) {
    struct scripted scripted = make_scripted(60 * MINUTE_MS);
    struct credential_cache *cache = credential_cache_open();
    struct arena arena = {0};
    struct credentials found;
    struct err err = {0};

    (void)state;
    assert_int_equal(number_at(cache, &scripted, 0), 1);
    credential_cache_refuse(cache, MINUTE_MS, SPAN("KEY1"));
    scripted.failure = ERR_REMOTE;
    assert_false(
        credential_cache_get(cache, MINUTE_MS, &scripted.source, NULL, &arena, &found, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    assert_string_equal(err.text, "search 2");
    scripted.failure = ERR_NONE;
    assert_int_equal(number_at(cache, &scripted, MINUTE_MS), 3);
    credential_cache_close(cache);
}

static const struct failed_row {
    const char *name;
    enum err_kind failure;
    int64_t later_ms;
    int searches;
} failed[] = {
    {"none are there, at once", ERR_REMOTE, 0, 1},
    {"none are there, for ten seconds", ERR_REMOTE, 9999, 1},
    {"none were there ten seconds ago", ERR_REMOTE, 10000, 2},
    {"the clock goes back", ERR_REMOTE, -1, 2},
    {"what may pass", ERR_BUSY, 0, 2},
    {"the one who sought was cancelled", ERR_CANCELLED, 0, 2},
};

/* The next one hears why, or seeks again and finds some. */
static void test_failed(void **state) {
    const struct failed_row *row = *state;
    struct scripted scripted = make_scripted(60 * MINUTE_MS);
    struct credential_cache *cache = credential_cache_open();
    struct arena arena = {0};
    struct credentials found;
    struct err err = {0};

    scripted.failure = row->failure;
    assert_int_equal(number_at(cache, &scripted, MINUTE_MS), 0);
    scripted.failure = ERR_NONE;
    bool good = credential_cache_get(cache, MINUTE_MS + row->later_ms, &scripted.source, NULL,
                                     &arena, &found, &err);
    assert_int_equal(scripted.searches, row->searches);
    assert_int_equal(good, row->searches == 2);
    if (!good)
        assert_string_equal(err.text, "search 1");
    arena_wipe(&arena);
    credential_cache_close(cache);
}

static void test_a_failure_is_forgiven_until_the_end(void **state) {
    struct scripted scripted = make_scripted(60 * MINUTE_MS);
    struct credential_cache *cache = credential_cache_open();

    (void)state;
    assert_int_equal(number_at(cache, &scripted, 0), 1);
    scripted.failure = ERR_BUSY;
    assert_int_equal(number_at(cache, &scripted, 45 * MINUTE_MS), 1);
    assert_int_equal(scripted.searches, 2);
    assert_int_equal(number_at(cache, &scripted, 45 * MINUTE_MS + 29999), 1);
    assert_int_equal(scripted.searches, 2);
    assert_int_equal(number_at(cache, &scripted, 45 * MINUTE_MS + 30000), 1);
    assert_int_equal(scripted.searches, 3);
    assert_int_equal(number_at(cache, &scripted, 60 * MINUTE_MS - 1), 1);
    assert_int_equal(number_at(cache, &scripted, 60 * MINUTE_MS), 0);
    credential_cache_close(cache);
}

struct asker {
    pthread_t thread;
    struct credential_cache *cache;
    struct scripted *scripted;
    int64_t now_ms;
    atomic_bool cancel;
    bool good;
    struct err err;
    char key[8];
};

static void *ask(void *argument) {
    struct asker *asker = argument;
    struct arena arena = {0};
    struct credentials found;

    asker->good = credential_cache_get(asker->cache, asker->now_ms, &asker->scripted->source,
                                       &asker->cancel, &arena, &found, &asker->err);
    if (asker->good)
        memcpy(asker->key, found.access_key.data, found.access_key.length);
    arena_wipe(&arena);
    return NULL;
}

static void start(struct asker *asker, struct credential_cache *cache, struct scripted *scripted,
                  int64_t now_ms) {
    *asker = (struct asker){.cache = cache, .scripted = scripted, .now_ms = now_ms};
    assert_int_equal(pthread_create(&asker->thread, NULL, ask, asker), 0);
}

static void hold(struct scripted *scripted, bool held) {
    pthread_mutex_lock(&scripted->lock);
    scripted->held = held;
    pthread_cond_broadcast(&scripted->changed);
    pthread_mutex_unlock(&scripted->lock);
}

static void wait_for_search(struct scripted *scripted, int number) {
    pthread_mutex_lock(&scripted->lock);
    while (scripted->searches < number)
        pthread_cond_wait(&scripted->changed, &scripted->lock);
    pthread_mutex_unlock(&scripted->lock);
}

static void test_one_seeks_for_all(void **state) {
    struct scripted scripted = make_scripted(60 * MINUTE_MS);
    struct credential_cache *cache = credential_cache_open();
    struct asker askers[THREADS];

    (void)state;
    hold(&scripted, true);
    for (size_t i = 0; i < THREADS; i++)
        start(&askers[i], cache, &scripted, 0);
    wait_for_search(&scripted, 1);
    hold(&scripted, false);
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(askers[i].thread, NULL);
        assert_true(askers[i].good);
        assert_string_equal(askers[i].key, "KEY1");
    }
    assert_int_equal(scripted.searches, 1);
    credential_cache_close(cache);
}

static void test_others_go_on_while_one_renews(void **state) {
    struct scripted scripted = make_scripted(60 * MINUTE_MS);
    struct credential_cache *cache = credential_cache_open();
    struct asker first;
    struct asker late;

    (void)state;
    assert_int_equal(number_at(cache, &scripted, 0), 1);
    hold(&scripted, true);
    start(&first, cache, &scripted, 46 * MINUTE_MS);
    wait_for_search(&scripted, 2);
    struct arena arena = {0};
    struct credentials found;
    struct err err = {0};
    assert_true(
        credential_cache_get(cache, 49 * MINUTE_MS, &scripted.source, NULL, &arena, &found, &err));
    assert_true(span_equal(found.access_key, SPAN("KEY1")));
    arena_wipe(&arena);
    start(&late, cache, &scripted, 51 * MINUTE_MS);
    hold(&scripted, false);
    pthread_join(first.thread, NULL);
    pthread_join(late.thread, NULL);
    assert_string_equal(first.key, "KEY2");
    assert_true(late.good);
    assert_string_equal(late.key, "KEY2");
    credential_cache_close(cache);
}

static void test_one_who_waits_can_be_cancelled(void **state) {
    struct scripted scripted = make_scripted(60 * MINUTE_MS);
    struct credential_cache *cache = credential_cache_open();
    struct asker first;
    struct asker second;

    (void)state;
    hold(&scripted, true);
    start(&first, cache, &scripted, 0);
    wait_for_search(&scripted, 1);
    start(&second, cache, &scripted, 0);
    atomic_store(&second.cancel, true);
    pthread_join(second.thread, NULL);
    assert_false(second.good);
    assert_int_equal(second.err.kind, ERR_CANCELLED);
    hold(&scripted, false);
    pthread_join(first.thread, NULL);
    assert_true(first.good);
    credential_cache_close(cache);
}

/* Whether they came while the first one sought or just after. */
static void test_a_failure_is_told_to_all(void **state) {
    struct scripted scripted = make_scripted(60 * MINUTE_MS);
    struct credential_cache *cache = credential_cache_open();
    struct asker askers[THREADS];

    (void)state;
    scripted.failure = ERR_REMOTE;
    hold(&scripted, true);
    for (size_t i = 0; i < THREADS; i++)
        start(&askers[i], cache, &scripted, 0);
    wait_for_search(&scripted, 1);
    hold(&scripted, false);
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(askers[i].thread, NULL);
        assert_false(askers[i].good);
        assert_string_equal(askers[i].err.text, "search 1");
    }
    assert_int_equal(scripted.searches, 1);
    credential_cache_close(cache);
}

static void test_the_search_of_one_who_was_cancelled_fails_nobody(void **state) {
    struct scripted scripted = make_scripted(60 * MINUTE_MS);
    struct credential_cache *cache = credential_cache_open();
    struct asker first;
    struct asker second;

    (void)state;
    scripted.failure = ERR_CANCELLED;
    hold(&scripted, true);
    start(&first, cache, &scripted, 0);
    wait_for_search(&scripted, 1);
    start(&second, cache, &scripted, 0);
    pthread_mutex_lock(&scripted.lock);
    scripted.held = false;
    pthread_cond_broadcast(&scripted.changed);
    while (scripted.searches < 2)
        pthread_cond_wait(&scripted.changed, &scripted.lock);
    pthread_mutex_unlock(&scripted.lock);
    pthread_join(first.thread, NULL);
    pthread_join(second.thread, NULL);
    assert_int_equal(first.err.kind, ERR_CANCELLED);
    credential_cache_close(cache);
}

/* The checker of threads looks on. */
static void *ask_and_refuse(void *argument) {
    struct asker *asker = argument;

    for (int i = 0; i < 50; i++) {
        asker->now_ms += 8 * MINUTE_MS;
        ask(asker);
        assert_true(asker->good);
        if (i % 3 == 0)
            credential_cache_refuse(asker->cache, asker->now_ms, span_of(asker->key));
    }
    return NULL;
}

static void test_many_at_the_end_of_a_life(void **state) {
    struct scripted scripted = make_scripted(60 * MINUTE_MS);
    struct credential_cache *cache = credential_cache_open();
    struct asker askers[THREADS];

    (void)state;
    for (size_t i = 0; i < THREADS; i++) {
        askers[i] = (struct asker){.cache = cache, .scripted = &scripted};
        assert_int_equal(pthread_create(&askers[i].thread, NULL, ask_and_refuse, &askers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(askers[i].thread, NULL);
    assert_true(scripted.searches > 1);
    credential_cache_close(cache);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_life, lives),
        TEST(test_those_for_ever_are_never_sought_again),
        TEST(test_refused_ones_are_sought_anew),
        TEST(test_refused_ones_are_not_used_when_nothing_else_is_found),
        ROWS(test_failed, failed),
        TEST(test_a_failure_is_forgiven_until_the_end),
        TEST(test_one_seeks_for_all),
        TEST(test_others_go_on_while_one_renews),
        TEST(test_one_who_waits_can_be_cancelled),
        TEST(test_a_failure_is_told_to_all),
        TEST(test_the_search_of_one_who_was_cancelled_fails_nobody),
        TEST(test_many_at_the_end_of_a_life),
    };

    return rows_run("credential_cache", all, ARRAY_LENGTH(all));
}
