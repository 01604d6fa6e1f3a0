/* store/find.c and what it stands on: every query is compared with a plain loop over the events. */
#include "tests/rows.h"

#include <stdio.h>

#include "base/hash.h"
#include "tests/support_store.h"

/* Blocks of their own, sealed ones and the open block: all three kinds are there. */
static const struct {
    int64_t from;
    int64_t to;
} files[] = {{20000, 38000}, {0, 7000}, {7000, 14000}, {14000, 20000}, {38000, 38500}};

#define EVENTS 38500

static struct scratch_store shared;
static struct event *events; /* by number */
static struct arena events_arena;

static void open_shared(void) {
    events = memory_new(EVENTS, sizeof(*events));
    for (int64_t number = 0; number < EVENTS; number++)
        events[number] = made_event(number, &events_arena);
    scratch_open(&shared);
    for (size_t i = 0; i < ARRAY_LENGTH(files); i++)
        import_range(shared.store, files[i].from, files[i].to, 0);
}

static int64_t import_of(int64_t number) {
    for (size_t i = 0; i < ARRAY_LENGTH(files); i++) {
        if (number >= files[i].from && number < files[i].to)
            return (int64_t)i + 1;
    }
    return 0;
}

/* ---- the plain loop ---- */

static bool lookup_matches(const struct test *test, const struct event *event) {
    for (size_t i = 0; i < event->lookup_resource_count; i++) {
        const struct lookup_resource *resource = &event->lookup_resources[i];
        if (matcher_matches(&test->matcher, test->attribute == ATTRIBUTE_LOOKUP_TYPE
                                                ? resource->type
                                                : resource->name))
            return true;
    }
    return event->lookup_resource_count == 0 && test->matcher.kind == MATCH_ABSENT;
}

static bool value_matches(const struct test *test, const struct event *event, int64_t number) {
    if (test->attribute == ATTRIBUTE_IMPORT)
        return import_of(number) == test->matcher.number;
    if (test->attribute == ATTRIBUTE_EVENT_ID)
        return span_equal(event->event_id, test->matcher.text);
    if (test->attribute == ATTRIBUTE_RESOURCE) {
        if (event->resource_count == 0)
            return test->matcher.kind == MATCH_ABSENT;
        return matcher_matches(&test->matcher, event->resources[0].arn) ||
               matcher_matches(&test->matcher, event->resources[0].name);
    }
    if (test->attribute == ATTRIBUTE_LOOKUP_TYPE || test->attribute == ATTRIBUTE_LOOKUP_NAME)
        return lookup_matches(test, event);
    return matcher_matches(&test->matcher, event->value[test->attribute]);
}

static bool alternative_matches(const struct alternative *alternative, const struct event *event,
                                int64_t number) {
    for (size_t i = 0; i < alternative->test_count; i++) {
        if (!value_matches(&alternative->tests[i], event, number))
            return false;
    }
    return true;
}

static bool event_matches(const struct query *query, const struct event *event, int64_t number) {
    if (event->time_ms < query->from_ms || event->time_ms >= query->to_ms)
        return false;
    for (size_t c = 0; c < query->condition_count; c++) {
        const struct condition *condition = &query->conditions[c];
        bool any = false;
        for (size_t a = 0; a < condition->alternative_count; a++)
            any = any || alternative_matches(&condition->alternatives[a], event, number);
        if (any == condition->negated)
            return false;
    }
    return true;
}

static size_t expect_matches(const struct query *query, bool *out_matches) {
    size_t count = 0;

    for (int64_t number = 0; number < EVENTS; number++) {
        out_matches[number] = event_matches(query, &events[number], number);
        count += out_matches[number];
    }
    return count;
}

/* ---- walking the pages ---- */

static bool in_order(enum order order, const struct position *a, const struct position *b) {
    if (order == ORDER_ARRIVAL && a->import != b->import)
        return a->import < b->import;
    if (a->time_ms != b->time_ms)
        return (a->time_ms < b->time_ms) == (order != ORDER_NEWEST_FIRST);
    return (a->hash < b->hash) == (order != ORDER_NEWEST_FIRST);
}

static void check_found(const struct query *query, const struct found *found,
                        const struct position *before, bool *matches) {
    int64_t number = made_number(found->record);
    const struct event *event = &events[number];

    assert_true(matches[number]); /* each once, and none that should not be there */
    matches[number] = false;
    assert_true(span_equal(found->record, event->record));
    assert_true(span_equal(found->account, event->value[ATTRIBUTE_ACCOUNT]));
    assert_int_equal(found->position.import, import_of(number));
    if (before != NULL)
        assert_true(in_order(query->order, before, &found->position));
}

static void check_query(struct query query, size_t page) {
    bool *matches = memory_new(EVENTS, sizeof(*matches));
    size_t left = expect_matches(&query, matches);
    struct found_page found = {.more = true};

    query.limit = page;
    while (found.more) {
        struct arena arena = {0};
        struct err err = {0};
        if (!store_find(shared.store, &query, NULL, &arena, &found, &err))
            fail_msg("%s", err.text);
        assert_true(found.count <= left);
        assert_int_equal(found.count, left < page ? left : page);
        for (size_t i = 0; i < found.count; i++) {
            check_found(&query, &found.events[i], query.resume ? &query.after : NULL, matches);
            query.after = found.events[i].position;
            query.resume = true;
        }
        left -= found.count;
        assert_int_equal(found.more, left > 0);
        arena_clear(&arena);
    }
    assert_int_equal(left, 0);
    free(matches);
}

static const enum order orders[] = {ORDER_NEWEST_FIRST, ORDER_OLDEST_FIRST, ORDER_ARRIVAL};

#define FROM_MS INT64_C(1704067200000)
#define EQUAL(attr, literal)                                                                       \
    { {{attr, {.kind = MATCH_EQUAL, .text = {literal, sizeof(literal) - 1}}}}, 1 }
#define GLOB(attr, literal)                                                                        \
    { {{attr, {.kind = MATCH_GLOB, .text = {literal, sizeof(literal) - 1}}}}, 1 }
#define BOTH(attr_a, text_a, attr_b, text_b)                                                       \
    {                                                                                              \
        {{attr_a, {.kind = MATCH_EQUAL, .text = {text_a, sizeof(text_a) - 1}}},                    \
         {attr_b, {.kind = MATCH_GLOB, .text = {text_b, sizeof(text_b) - 1}}}},                    \
            2                                                                                      \
    }

static const struct find_row {
    const char *name;
    struct alternative first[2];
    size_t first_count;
    bool first_negated;
    struct alternative second[1];
    size_t second_count;
    int64_t from_second; /* of the corpus */
    int64_t to_second;   /* 0: no end */
    size_t page;
} finds[] = {
    {"everything", .page = 1000},
    {"one account", {EQUAL(ATTRIBUTE_ACCOUNT, "111122223333")}, 1, .page = 777},
    {"either of two accounts",
     {EQUAL(ATTRIBUTE_ACCOUNT, "111122223333"), EQUAL(ATTRIBUTE_ACCOUNT, "777788889999")},
     2,
     .page = 1000},
    {"not an account", {EQUAL(ATTRIBUTE_ACCOUNT, "111122223333")}, 1, true, .page = 1000},
    {"account and action",
     {EQUAL(ATTRIBUTE_ACCOUNT, "444455556666")},
     1,
     false,
     {EQUAL(ATTRIBUTE_ACTION, "AssumeRole")},
     1,
     .page = 500},
    {"service and action in one alternative",
     {BOTH(ATTRIBUTE_SERVICE, "ram.amazonaws.com", ATTRIBUTE_ACTION, "Get*")},
     1,
     .page = 500},
    {"an address",
     {{{{ATTRIBUTE_SOURCE_IP,
         {.kind = MATCH_ADDRESS, .address = {{[10] = 0xff, 0xff, 10, 0, 1, 17}}}}},
       1}},
     1,
     .page = 7},
    {"a network",
     {{{{ATTRIBUTE_SOURCE_IP,
         {.kind = MATCH_NETWORK, .network = {{{[10] = 0xff, 0xff, 10, 0, 2, 0}}, 120}}}},
       1}},
     1,
     .page = 1000},
    {"any error code", {{{{ATTRIBUTE_ERROR_CODE, {.kind = MATCH_PRESENT}}}, 1}}, 1, .page = 1000},
    {"no error code", {{{{ATTRIBUTE_ERROR_CODE, {.kind = MATCH_ABSENT}}}, 1}}, 1, .page = 1000},
    {"a resource by its name", {EQUAL(ATTRIBUTE_RESOURCE, "bucket-17")}, 1, .page = 10},
    {"resources by pattern", {GLOB(ATTRIBUTE_RESOURCE, "arn:aws:s3:::bucket-1*")}, 1, .page = 999},
    {"no resource", {{{{ATTRIBUTE_RESOURCE, {.kind = MATCH_ABSENT}}}, 1}}, 1, .page = 1000},
    {"a looked up name", {EQUAL(ATTRIBUTE_LOOKUP_NAME, "alias-7")}, 1, .page = 100},
    {"a rare one", {EQUAL(ATTRIBUTE_LOOKUP_NAME, "key-17")}, 1, .page = 100},
    {"one that nobody has", {EQUAL(ATTRIBUTE_LOOKUP_NAME, "alias")}, 1, .page = 100},
    {"all but those of a name", {EQUAL(ATTRIBUTE_LOOKUP_NAME, "alias-7")}, 1, true, .page = 1000},
    {"any looked up name",
     {{{{ATTRIBUTE_LOOKUP_NAME, {.kind = MATCH_PRESENT}}}, 1}},
     1,
     .page = 1000},
    {"no looked up name",
     {{{{ATTRIBUTE_LOOKUP_NAME, {.kind = MATCH_ABSENT}}}, 1}},
     1,
     .page = 1000},
    {"a looked up type", {EQUAL(ATTRIBUTE_LOOKUP_TYPE, "AWS::KMS::Alias")}, 1, .page = 1000},
    {"no looked up type",
     {{{{ATTRIBUTE_LOOKUP_TYPE, {.kind = MATCH_ABSENT}}}, 1}},
     1,
     .page = 1000},
    {"one type or one name",
     {EQUAL(ATTRIBUTE_LOOKUP_TYPE, "AWS::S3::Bucket"), EQUAL(ATTRIBUTE_LOOKUP_NAME, "alias-3")},
     2,
     .page = 100},
    {"an event id in a block", {EQUAL(ATTRIBUTE_EVENT_ID, "id-30001")}, 1, .page = 1},
    {"an event id in the open block", {EQUAL(ATTRIBUTE_EVENT_ID, "id-38001")}, 1, .page = 1},
    {"an event id that is not there", {EQUAL(ATTRIBUTE_EVENT_ID, "id-99999")}, 1, .page = 1},
    {"not an event id", {EQUAL(ATTRIBUTE_EVENT_ID, "id-38001")}, 1, true, .page = 1000},
    {"one import of blocks",
     {{{{ATTRIBUTE_IMPORT, {.kind = MATCH_NUMBER, .number = 1}}}, 1}},
     1,
     .page = 1000},
    {"one import of a sealed block",
     {{{{ATTRIBUTE_IMPORT, {.kind = MATCH_NUMBER, .number = 3}}}, 1}},
     1,
     .page = 1000},
    {"not one import",
     {{{{ATTRIBUTE_IMPORT, {.kind = MATCH_NUMBER, .number = 1}}}, 1}},
     1,
     true,
     .page = 1000},
    {"a time range", .from_second = 1000, .to_second = 6000, .page = 1000},
    {"a time range of one second", .from_second = 5000, .to_second = 5001, .page = 3},
    {"user and hour",
     {EQUAL(ATTRIBUTE_PRINCIPAL_NAME, "user-7")},
     1,
     .from_second = 3600,
     .to_second = 7200,
     .page = 50},
    {"a value that nobody has", {EQUAL(ATTRIBUTE_ACTION, "DeleteTrail")}, 1, .page = 10},
};

static void test_find(void **state) {
    const struct find_row *row = *state;
    struct condition conditions[] = {{row->first_negated, row->first, row->first_count},
                                     {false, row->second, row->second_count}};
    struct query query = {
        .from_ms = FROM_MS + row->from_second * 1000,
        .to_ms = row->to_second == 0 ? INT64_MAX : FROM_MS + row->to_second * 1000,
        .conditions = conditions,
        .condition_count = row->second_count > 0  ? 2
                           : row->first_count > 0 ? 1
                                                  : 0,
    };

    for (size_t i = 0; i < ARRAY_LENGTH(orders); i++) {
        query.order = orders[i];
        check_query(query, row->page);
    }
}

/* ---- budgets ---- */

static enum err_kind find_with(const struct find_budget *budget) {
    struct test test = {ATTRIBUTE_ACTION, {.kind = MATCH_GLOB, .text = SPAN("Nothing*")}};
    struct alternative alternative = {{test}, 1};
    struct condition condition = {false, &alternative, 1};
    struct query query = {
        .to_ms = INT64_MAX, .conditions = &condition, .condition_count = 1, .limit = 10};
    struct arena arena = {0};
    struct found_page page;
    struct err err = {0};
    bool good = store_find(shared.store, &query, budget, &arena, &page, &err);

    arena_clear(&arena);
    return good ? ERR_NONE : err.kind;
}

static void test_budget(void **state) {
    atomic_bool gone = true;

    (void)state;
    assert_int_equal(find_with(NULL), ERR_NONE);
    assert_int_equal(find_with(&(struct find_budget){.blocks = 1}), ERR_BUDGET);
    assert_int_equal(find_with(&(struct find_budget){.blocks = 1000}), ERR_NONE);
    assert_int_equal(find_with(&(struct find_budget){.deadline_ms = 1}), ERR_TIMEOUT);
    assert_int_equal(find_with(&(struct find_budget){.cancel = &gone}), ERR_CANCELLED);
}

/* What was read once is in memory and costs no more reads. */
static void test_budget_of_reads(void **state) {
    const struct find_budget one = {.reads = 1};

    (void)state;
    scratch_reopen(&shared);
    assert_int_equal(find_with(&one), ERR_BUDGET);
    assert_int_equal(find_with(NULL), ERR_NONE);
    assert_int_equal(find_with(&one), ERR_NONE);
}

static void test_figures(void **state) {
    struct store_figures figures;
    struct err err = {0};

    (void)state;
    assert_true(store_measure(shared.store, &figures, &err));
    assert_int_equal(figures.events, EVENTS);
    assert_int_equal(figures.imports, ARRAY_LENGTH(files));
    assert_true(figures.blocks >= 2);
    assert_true(figures.pending_events > 0);
    assert_true(figures.bytes > 0);
    assert_true(store_check(shared.store, &err));
}

static void test_after_reopening(void **state) {
    (void)state;
    scratch_reopen(&shared);
    check_query((struct query){.to_ms = INT64_MAX, .order = ORDER_ARRIVAL}, 1000);
}

int main(void) {
    const struct rows all[] = {ROWS(test_find, finds), TEST(test_budget),
                               TEST(test_budget_of_reads), TEST(test_figures),
                               TEST(test_after_reopening)};

    open_shared();
    int failed = rows_run("find", all, ARRAY_LENGTH(all));
    scratch_close(&shared);
    arena_clear(&events_arena);
    free(events);
    return failed;
}
