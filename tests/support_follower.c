#include "tests/support_follower.h"

#include "tests/rows.h"

#include <pthread.h>
#include <stdio.h>

#include "aws/client.h"
#include "base/utc.h"
#include "tests/support_patience.h"

/* Nothing but what the test begins and what follows from it at once. */
#define NEVER_MS (1000 * DAY)

_Atomic int64_t clock_ms;

static int64_t read_clock(void) {
    return clock_ms;
}

void set_clock(const char *text) {
    int64_t ms;

    assert_true(utc_parse(span_of(text), &ms));
    clock_ms = ms;
}

static struct trail stored_trail(struct following *following, const char *prefix,
                                 const char *from) {
    struct trail wanted = {.bucket = SPAN("bucket"), .prefix = span_of(prefix)};
    struct trail trail;
    struct err err;
    bool added;

    if (from != NULL)
        assert_true(utc_parse(span_of(from), &wanted.from_ms));
    assert_true(
        store_add_trail(following->config.store, &wanted, &following->arena, &trail, &added, &err));
    return trail;
}

void follow(struct following *following, const char *prefix, const char *from) {
    struct trail trail = stored_trail(following, prefix, from);
    struct err err;

    assert_true(follower_open(&following->config, &trail, NULL, &following->follower, &err));
}

void following_open_parts(struct following *following) {
    struct err err;

    assert_true(aws_client_open(fake_s3_variable, &following->client, &err));
    const struct fetcher_config config = {
        .store = following->collecting.scratch.store,
        .spools = &following->collecting.spools,
        .client = following->client,
        .downloads = 4,
        .max_object_bytes = 10000,
        .max_inflated = MIB,
    };
    assert_true(fetcher_open(&config, &following->fetcher, &err));
    assert_true(agenda_open(following->client, FOLLOWER_LOOKS + 1, 0, &following->agenda, &err));
    following->config = (struct trails_config){
        .store = following->collecting.scratch.store,
        .fetcher = following->fetcher,
        .agenda = following->agenda,
        .allow = &following->allow,
        .interval_ms = NEVER_MS,
        .now_ms = read_clock,
    };
}

void following_open(struct following *following) {
    *following = (struct following){0};
    collecting_open_store(&following->collecting);
    following_open_parts(following);
    set_clock("2026-11-22T12:00:00Z");
}

void following_close_parts(struct following *following) {
    follower_close(following->follower);
    agenda_close(following->agenda);
    fetcher_close(following->fetcher);
    aws_client_close(following->client);
    following->follower = NULL;
}

void following_close(struct following *following) {
    following_close_parts(following);
    arena_clear(&following->arena);
    collecting_close(&following->collecting);
}

void restart(struct following *following) {
    following_close_parts(following);
    scratch_reopen(&following->collecting.scratch);
    following_open_parts(following);
    follow(following, "", NULL);
}

static int64_t count_runs(struct following *following) {
    pthread_mutex_lock(&following->follower->lock);
    int64_t runs = following->follower->runs;
    pthread_mutex_unlock(&following->follower->lock);
    return runs;
}

void wait_runs(struct following *following, int64_t runs) {
    char what[64];

    snprintf(what, sizeof(what), "%lld runs", (long long)runs);
    for (struct patience patience = {0}; count_runs(following) < runs;)
        patience_nap(&patience, what);
    assert_int_equal(count_runs(following), runs);
}

void discover(struct following *following, int64_t new_places) {
    int64_t runs = count_runs(following);

    agenda_set(following->agenda, &following->follower->discovery.item, 0);
    wait_runs(following, runs + 1 + new_places);
}

void look(struct following *following) {
    struct follower *follower = following->follower;
    int64_t runs = count_runs(following);

    for (size_t i = 0; i < follower->place_count; i++)
        agenda_set(following->agenda, &follower->places[i]->item, 0);
    wait_runs(following, runs + (int64_t)follower->place_count);
}

void try_rounds(struct following *following, int64_t rounds) {
    int64_t runs = count_runs(following);

    agenda_set(following->agenda, &following->follower->retries.item, 0);
    wait_runs(following, runs + rounds);
}

void try_again(struct following *following) {
    try_rounds(following, 1);
}

struct trail_view view_trail(struct following *following) {
    struct trail_view view;

    follower_view(following->follower, &following->arena, &view);
    return view;
}

const char *key_of(const char *account, const char *region, const char *at, const char *random) {
    static char key[256];

    snprintf(key, sizeof(key),
             "AWSLogs/%s/CloudTrail/%s/%.10s/%s_CloudTrail_%s_%.4s%.2s%.2sT%.4sZ_%s.json", account,
             region, at, account, region, at, at + 5, at + 8, at + 11, random);
    return key;
}

void put_file(struct following *following, const char *account, const char *region, const char *at,
              const char *random, int number) {
    fake_s3_put(following->collecting.s3, "bucket", key_of(account, region, at, random),
                log_file(number));
}

size_t count_gets(struct following *following) {
    return fake_s3_all_gets(following->collecting.s3);
}

size_t count_lists(struct following *following) {
    return fake_s3_lists(following->collecting.s3);
}

void check_events(struct following *following, int64_t events) {
    assert_int_equal(count_events(&following->collecting), events);
}

void following_open_usual(struct following *following) {
    following_open(following);
    put_file(following, ONE, EAST, "2026/11/22 1150", "mm", 1);
    put_file(following, TWO, WEST, "2026/11/22 1155", "mm", 2);
    follow(following, "", NULL);
    wait_runs(following, 3);
    check_events(following, 2);
}

bool refuse_part(void *context, struct fake_connection *connection,
                 const struct fake_question *question) {
    const struct refusal *refusal = context;
    struct span text = question->list ? question->prefix : question->key;

    if (refusal->lists != question->list ||
        memmem(text.data, text.length, refusal->part, strlen(refusal->part)) == NULL)
        return false;
    fake_s3_refuse(connection, refusal->status, refusal->code);
    return true;
}

void drop_row(struct following *following) {
    struct err err;

    assert_true(store_drop_trail(following->config.store, following->follower->id, &err));
}
