#include "tests/support_shuffled.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

/* ---- the store, made once and copied from then on ---- */

static char template[64]; /* its directory; empty until it is made */

static void remove_template(void) {
    remove_directory(template);
}

struct receipt shuffled_import(struct store *store, int64_t file, uint8_t salt) {
    struct import *import = import_begin(store);

    for (int64_t number = file; number < EVENTS; number += FILES)
        made_add(import, number, number + 1);
    return made_commit(import, salt);
}

static void make_template(void) {
    struct scratch_store scratch;

    scratch_open(&scratch);
    for (int64_t file = 0; file < FILES; file++)
        assert_int_equal(shuffled_import(scratch.store, file, (uint8_t)file).inserted, FILE_EVENTS);
    store_close(scratch.store);
    strcpy(template, scratch.directory);
    atexit(remove_template);
}

static void copy_file(const char *from, const char *to) {
    char bytes[65536];
    size_t length;
    FILE *in = fopen(from, "rb");
    FILE *out = fopen(to, "wb");

    assert_true(in != NULL && out != NULL);
    while ((length = fread(bytes, 1, sizeof(bytes), in)) > 0)
        assert_int_equal(fwrite(bytes, 1, length, out), length);
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

void shuffled_open(struct scratch_store *scratch) {
    char from[128];
    char to[128];

    if (template[0] == '\0')
        make_template();
    scratch_open(scratch);
    store_close(scratch->store);
    snprintf(from, sizeof(from), "%s/traild.sqlite", template);
    snprintf(to, sizeof(to), "%s/traild.sqlite", scratch->directory);
    copy_file(from, to);
    scratch->store = NULL;
    scratch_reopen(scratch);
}

struct store_figures measure(struct store *store) {
    struct store_figures figures;
    struct err err = {0};

    if (!store_measure(store, &figures, &err))
        fail_msg("%s", err.text);
    return figures;
}

void tidy_all(struct store *store) {
    struct tidy_report report = {.more = true};
    struct err err = {0};

    while (report.more) {
        if (!store_tidy(store, TIDY_QUIET, NULL, &report, &err))
            fail_msg("%s", err.text);
    }
}

/* ---- what must be there ---- */

void walk_begin(struct walk *walk, struct store *store, enum order order) {
    *walk = (struct walk){
        .store = store,
        .query = {.to_ms = INT64_MAX, .order = order, .limit = 5000},
        .seen = memory_new(EVENTS, sizeof(bool)),
        .more = true,
    };
}

static bool in_order(enum order order, const struct position *a, const struct position *b) {
    if (order == ORDER_ARRIVAL && a->import != b->import)
        return a->import < b->import;
    if (a->time_ms != b->time_ms)
        return (a->time_ms < b->time_ms) == (order != ORDER_NEWEST_FIRST);
    return (a->hash < b->hash) == (order != ORDER_NEWEST_FIRST);
}

/* Of every so many of each file, since making one takes longer than storing it. */
static void check_record(const struct found *found, int64_t number) {
    struct arena arena = {0};

    if (number % 11 != 0)
        return;
    struct event event = made_event(number, &arena);
    assert_true(span_equal(found->record, event.record));
    assert_true(span_equal(found->account, event.value[ATTRIBUTE_ACCOUNT]));
    arena_clear(&arena);
}

static void check_event(struct walk *walk, const struct found *found) {
    int64_t number = made_number(found->record);

    assert_in_range(number, 0, EVENTS - 1);
    check_record(found, number);
    assert_int_equal(found->position.time_ms, made_time(number));
    assert_int_equal(found->position.import, number % FILES + 1);
    assert_false(walk->seen[number]);
    walk->seen[number] = true;
    if (walk->query.resume)
        assert_true(in_order(walk->query.order, &walk->query.after, &found->position));
}

void walk_page(struct walk *walk) {
    struct arena arena = {0};
    struct found_page page;
    struct err err = {0};

    if (!store_find(walk->store, &walk->query, NULL, &arena, &page, &err))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < page.count; i++) {
        check_event(walk, &page.events[i]);
        walk->query.after = page.events[i].position;
        walk->query.resume = true;
    }
    walk->count += (int64_t)page.count;
    walk->more = page.more;
    arena_clear(&arena);
}

void walk_end(struct walk *walk) {
    while (walk->more)
        walk_page(walk);
    assert_int_equal(walk->count, EVENTS);
    free(walk->seen);
}

void check_order(struct store *store, enum order order) {
    struct walk walk;

    walk_begin(&walk, store, order);
    walk_end(&walk);
}

void check_all(struct store *store) {
    check_order(store, ORDER_NEWEST_FIRST);
    check_order(store, ORDER_OLDEST_FIRST);
    check_order(store, ORDER_ARRIVAL);
}
