#include "tests/support_ingest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/utc.h"
#include "tests/drip_reader.h"

void fixture_open(struct fixture *fixture) {
    *fixture = (struct fixture){.max_inflated = DEFAULT_MAX_INFLATED};
    scratch_open(&fixture->scratch);
}

void fixture_close(struct fixture *fixture) {
    scratch_close(&fixture->scratch);
    arena_clear(&fixture->arena);
}

bool import_reader(struct fixture *fixture, struct reader *body, const char *source,
                   const uint8_t *sha256) {
    struct ingest_input input = {.body = body,
                                 .source = span_of(source),
                                 .max_inflated = fixture->max_inflated,
                                 .sha256 = sha256};

    fixture->err = (struct err){0};
    return ingest_file(fixture->scratch.store, &input, &fixture->arena, &fixture->receipt,
                       &fixture->err);
}

bool import_span(struct fixture *fixture, struct span body) {
    struct drip_reader reader;

    drip_reader_init(&reader, body, 100);
    return import_reader(fixture, &reader.reader, "upload", NULL);
}

void import_good(struct fixture *fixture, const char *text) {
    if (!import_span(fixture, span_of(text)))
        fail_msg("%s", fixture->err.text);
}

struct found_page find_all(struct fixture *fixture) {
    struct query query = {.to_ms = UTC_MAX_MS, .order = ORDER_OLDEST_FIRST, .limit = LIMIT_PAGE};
    struct found_page page = {0};

    if (!store_find(fixture->scratch.store, &query, NULL, &fixture->arena, &page, &fixture->err))
        fail_msg("%s", fixture->err.text);
    return page;
}

void assert_span(struct span span, const char *text) {
    assert_int_equal(span.length, strlen(text));
    assert_memory_equal(span.data, text, span.length);
}

void assert_nothing_stored(struct fixture *fixture) {
    struct receipt_page page;
    struct store_figures figures;
    const struct receipt_filter filter = {.before = INT64_MAX, .limit = 10, .parent = PARENT_ANY};

    assert_true(store_list_receipts(fixture->scratch.store, &filter, &fixture->arena, &page,
                                    &fixture->err));
    assert_int_equal(page.count, 0);
    assert_true(store_measure(fixture->scratch.store, &figures, &fixture->err));
    assert_int_equal(figures.events, 0);
    assert_int_equal(find_all(fixture).count, 0);
}
