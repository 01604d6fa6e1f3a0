/* Pages of lists: walking them, and what their cursors are bound to. */
#include "tests/rows.h"

#include "base/limits.h"
#include "tests/support_call.h"
#include "tests/support_samples.h"

static const struct walk_row {
    const char *name;
    const char *query;
    const char *expected;
} walks[] = {
    {"newest first, one by one", "limit=1", "e6 e5 e4 e3 e2 e1"},
    {"newest first, in fours", "limit=4&order=desc", "e6 e5 e4 e3 e2 e1"},
    {"newest first, in sixes", "limit=6", "e6 e5 e4 e3 e2 e1"},
    {"oldest first, one by one", "limit=1&order=asc", "e1 e2 e3 e4 e5 e6"},
    {"oldest first, in fives", "limit=5&order=asc", "e1 e2 e3 e4 e5 e6"},
    {"with a filter", "limit=1&region=us-east-1&view=summary", "e5 e4 e2"},
    {"with bytes that must be encoded", "limit=2&source_ip.not=a%26b%3D%00%20%22%2B%C3%A4",
     "e6 e5 e4 e3 e2 e1"},
    {"with relative times", "limit=1&from=-900w&to=now-1s", "e6 e5 e4 e3 e2 e1"},
};

/* The target of `</v1/...>; rel="next"`; SPAN_NONE without the header. */
static struct span next_target(const struct response *response) {
    struct span link = header_value(response, "Link");

    if (link.data == NULL)
        return SPAN_NONE;
    assert_true(span_starts_with(link, SPAN("</v1/")));
    assert_true(span_ends_with(link, SPAN(">; rel=\"next\"")));
    return (struct span){link.data + 1, link.length - 1 - strlen(">; rel=\"next\"")};
}

static void test_walk_by_links(void **state) {
    const struct walk_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct buffer CLEANUP(buffer_clear) ids = {0};
    struct span target = arena_format(&arena, "/v1/events?%s", row->query);
    struct caller caller;

    open_with_samples(&caller);
    while (target.data != NULL) {
        struct response response = call_span(&caller, METHOD_GET, target);
        assert_int_equal(response.status, 200);
        json_t *page = body_json(&response);
        append_ids(page, &ids);
        target = arena_copy(&arena, next_target(&response));
        assert_int_equal(json_is_null(json_object_get(page, "next_cursor")), target.data == NULL);
        json_decref(page);
        response_clear(&response);
    }
    buffer_append_byte(&ids, '\0');
    assert_string_equal(ids.data, row->expected);
    caller_close(&caller);
}

/* The cursor behind the first page of a list. */
static struct span first_cursor(struct caller *caller, const char *query, struct arena *arena) {
    struct span request = arena_format(arena, "GET /v1/events?%s", query);
    json_t *page = call_json_status(caller, request.data, 200);
    const char *cursor = json_string_value(json_object_get(page, "next_cursor"));

    assert_non_null(cursor);
    struct span copy = arena_format(arena, "%s", cursor);
    json_decref(page);
    return copy;
}

static const struct change_row {
    const char *name;
    const char *first;
    const char *next;
    const char *expected; /* ids, or NULL: the cursor is refused */
} changes[] = {
    {"the same list", "limit=2", "limit=2", "e4 e3"},
    {"another limit", "limit=2", "limit=3", "e4 e3 e2"},
    {"another view", "limit=2", "limit=2&view=summary", "e4 e3"},
    {"the order said aloud", "limit=2", "limit=2&order=desc", "e4 e3"},
    {"filters in another order", "limit=1&region=us-east-1&read_only=true&read_only=false",
     "limit=1&read_only=false&region=us-east-1&read_only=true", "e4"},
    {"another order", "limit=2", "limit=2&order=asc", NULL},
    {"another filter", "limit=2", "limit=2&event_id.not=e9", NULL},
    {"one filter less", "limit=2&event_id.not=e9", "limit=2", NULL},
    {"another value", "limit=1&region=us-east-1", "limit=1&region=eu-central-1", NULL},
    {"negated", "limit=1&region=us-east-1", "limit=1&region.not=us-east-1", NULL},
    {"the same value of another name", "limit=1&principal_account=111122223333",
     "limit=1&account=111122223333", NULL},
    {"another time", "limit=2&from=-900w", "limit=2&from=-901w", NULL},
    {"the same time in other words", "limit=2&from=2026-10-01", "limit=2&from=2026-10-01T00:00:00Z",
     NULL},
    {"no time", "limit=2&from=-900w", "limit=2", NULL},
};

static void test_change(void **state) {
    const struct change_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct caller caller;

    open_with_samples(&caller);
    struct span cursor = first_cursor(&caller, row->first, &arena);
    struct span request =
        arena_format(&arena, "GET /v1/events?cursor=%.*s&%s", SPAN_ARGS(cursor), row->next);
    json_t *page = call_json_status(&caller, request.data, row->expected != NULL ? 200 : 400);
    if (row->expected != NULL) {
        expect_ids(page, row->expected);
    } else {
        json_t *error = json_array_get(json_object_get(page, "errors"), 0);
        assert_string_equal(json_string_value(json_object_get(error, "parameter")), "cursor");
    }
    json_decref(page);
    caller_close(&caller);
}

static void test_cursor_of_another_store(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct caller first;
    struct caller second;

    (void)state;
    open_with_samples(&first);
    open_with_samples(&second);
    struct span cursor = first_cursor(&first, "limit=2", &arena);
    struct span request =
        arena_format(&arena, "GET /v1/events?limit=2&cursor=%.*s", SPAN_ARGS(cursor));
    json_decref(call_json_status(&second, request.data, 400));
    caller_restart(&first);
    json_decref(call_json_status(&first, request.data, 200));
    caller_close(&first);
    caller_close(&second);
}

/* A page of records says nothing but records: its next page stands in the header alone. */
static void test_walk_records(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span target = SPAN("/v1/events?limit=4&view=records");
    size_t sizes[2];
    struct caller caller;

    (void)state;
    open_with_samples(&caller);
    for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
        struct response response = call_span(&caller, METHOD_GET, target);
        json_t *page = body_json(&response);
        assert_int_equal(json_object_size(page), 1);
        sizes[i] = json_array_size(json_object_get(page, "Records"));
        target = arena_copy(&arena, next_target(&response));
        json_decref(page);
        response_clear(&response);
    }
    assert_int_equal(sizes[0], 4);
    assert_int_equal(sizes[1], 2);
    assert_null(target.data);
    caller_close(&caller);
}

#define LARGE_RECORDS 20

/* A page ends early when its records are large, and the next goes on where it ended. */
static void test_large_records(void **state) {
    static char filling[1000001];
    struct buffer CLEANUP(buffer_clear) body = {0};
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span target = SPAN("/v1/events?limit=1000&order=asc");
    struct caller caller;
    size_t pages = 0;
    size_t total = 0;

    (void)state;
    memset(filling, 'x', sizeof(filling) - 1);
    for (int i = 0; i < LARGE_RECORDS; i++)
        buffer_append_format(&body,
                             "{\"eventID\":\"%d\",\"eventTime\":\"2026-10-01T00:00:%02dZ\","
                             "\"x\":\"%s\"}\n",
                             i, i, filling);
    caller_open(&caller);
    call_import(&caller, buffer_span(&body));
    for (; target.data != NULL; pages++) {
        struct response response = call_span(&caller, METHOD_GET, target);
        json_t *page = body_json(&response);
        assert_in_range(response.body.length, 1, LIMIT_PAGE_BYTES + 2 * MIB);
        total += json_array_size(json_object_get(page, "events"));
        target = arena_copy(&arena, next_target(&response));
        json_decref(page);
        response_clear(&response);
    }
    assert_int_equal(total, LARGE_RECORDS);
    assert_int_equal(pages, 2);
    caller_close(&caller);
}

/* ---- arrivals ---- */

#define LATE "{\"eventID\":\"late\",\"eventTime\":\"2026-09-01T00:00:00Z\"}"

/* Goes on from the cursor, which stays as it was when the page is empty. */
static void expect_arrivals(struct caller *caller, struct span *cursor, struct arena *arena,
                            const char *expected) {
    struct span request = arena_format(arena, "GET /v1/events?order=arrival&limit=4%s%.*s",
                                       cursor->length > 0 ? "&cursor=" : "", SPAN_ARGS(*cursor));
    json_t *page = call_json_status(caller, request.data, 200);
    const char *next = json_string_value(json_object_get(page, "next_cursor"));

    expect_ids(page, expected);
    assert_int_equal(next == NULL, *expected == '\0');
    if (next != NULL)
        *cursor = arena_format(arena, "%s", next);
    json_decref(page);
}

/* Whoever follows arrivals keeps the last cursor, and gets what comes late too. */
static void test_arrivals(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span cursor = SPAN("");
    struct caller caller;

    (void)state;
    caller_open(&caller);
    expect_arrivals(&caller, &cursor, &arena, "");
    assert_int_equal(call_import(&caller, sample_log), 1);
    expect_arrivals(&caller, &cursor, &arena, "e1 e2 e3 e4");
    expect_arrivals(&caller, &cursor, &arena, "e5 e6");
    expect_arrivals(&caller, &cursor, &arena, "");
    assert_int_equal(call_import(&caller, SPAN(LATE)), 2);
    caller_restart(&caller);
    expect_arrivals(&caller, &cursor, &arena, "late");
    expect_arrivals(&caller, &cursor, &arena, "");
    caller_close(&caller);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_walk_by_links, walks),    ROWS(test_change, changes),
        TEST(test_cursor_of_another_store), TEST(test_walk_records),
        TEST(test_large_records),           TEST(test_arrivals),
    };

    return rows_run("paging", all, ARRAY_LENGTH(all));
}
