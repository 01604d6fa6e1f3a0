/* Random questions to a store of made-up events: what the service lists is what a plain loop over
 * the same records finds. */
#include "tests/rows.h"

#include <stdio.h>

#include "tests/support_question.h"

#define QUESTIONS  80 /* of each order */
#define MOST_PAGES 40 /* of one walk */

/* Made once: no test changes it. */
static struct world world;
static struct span *ids; /* of its events, as JSON has them: quoted, or null */

/* ---- what the service answers ---- */

struct seen {
    struct span id; /* with its quotes, or null */
    int64_t time_ms;
    int64_t import;
};

struct walk {
    struct seen *seen;
    size_t count;
    struct arena arena;
};

static void walk_clear(struct walk *walk) {
    arena_clear(&walk->arena);
}

static struct span behind(struct span text, const char *mark) {
    const char *place = text.length > 0 ? memmem(text.data, text.length, mark, strlen(mark)) : NULL;

    if (place == NULL)
        return SPAN_NONE;
    return span_skip(text, (size_t)(place - text.data) + strlen(mark));
}

static struct span up_to(struct span text, const char *mark) {
    return (struct span){text.data, text.length - behind(text, mark).length - strlen(mark)};
}

/* Quotes inside of values are escaped, so the marks stand where the members begin. */
static void read_page(struct span body, struct walk *walk) {
    struct span cut = behind(body, "{\"event_id\":");

    while (cut.data != NULL) {
        struct span time = behind(cut, ",\"event_time\":\"");
        struct span import = behind(time, ",\"import\":");
        struct span id = arena_copy(&walk->arena, up_to(cut, ",\"event_time\":"));
        assert_true(walk->count < world.count);
        walk->seen[walk->count++] = (struct seen){
            .id = id,
            .time_ms = oracle_time(up_to(time, "\"")),
            .import = strtoll(import.data, NULL, 10),
        };
        cut = behind(import, "{\"event_id\":");
    }
}

/* The parameters in any order, and the cursor among them. */
static struct span make_target(struct dice *dice, const struct question *question, size_t limit,
                               struct span cursor, struct arena *arena) {
    struct span pieces[QUESTION_PARAMETERS + 2];
    struct buffer CLEANUP(buffer_clear) target = {0};
    size_t count = question->parameter_count;

    memcpy(pieces, question->parameters, count * sizeof(*pieces));
    pieces[count++] = arena_format(arena, "limit=%zu", limit);
    if (cursor.data != NULL)
        pieces[count++] = arena_format(arena, "cursor=%.*s", SPAN_ARGS(cursor));
    buffer_append_text(&target, "/v1/events?");
    for (; count > 0; count--) {
        size_t drawn = dice_below(dice, count);
        buffer_append(&target, pieces[drawn]);
        buffer_append_text(&target, count > 1 ? "&" : "");
        pieces[drawn] = pieces[count - 1];
    }
    return arena_copy(arena, buffer_span(&target));
}

static struct span next_cursor(struct span body, struct arena *arena) {
    struct span cursor = behind(body, "],\"next_cursor\":\"");

    while (behind(cursor, "],\"next_cursor\":\"").data != NULL)
        cursor = behind(cursor, "],\"next_cursor\":\"");
    return cursor.data == NULL ? SPAN_NONE : arena_copy(arena, up_to(cursor, "\""));
}

/* All pages, each of another size. */
static void walk_all(struct dice *dice, const struct question *question, size_t expected,
                     struct walk *walk) {
    struct span cursor = SPAN_NONE;

    walk->seen = arena_new(&walk->arena, world.count, sizeof(*walk->seen));
    do {
        size_t limit = 1 + expected / MOST_PAGES + dice_below(dice, 30);
        struct span target =
            make_target(dice, question, limit < 1000 ? limit : 1000, cursor, &walk->arena);
        struct response response = call_span(&world.caller, METHOD_GET, target);
        if (response.status != 200)
            fail_msg("%.*s: %.*s", SPAN_ARGS(target), SPAN_ARGS(buffer_span(&response.body)));
        size_t before = walk->count;
        read_page(buffer_span(&response.body), walk);
        assert_true(walk->count - before <= limit);
        cursor = next_cursor(buffer_span(&response.body), &walk->arena);
        response_clear(&response);
    } while (cursor.data != NULL);
}

/* ---- what it should be ---- */

static int compare_spans(const void *a, const void *b) {
    return span_compare(*(const struct span *)a, *(const struct span *)b);
}

static struct span quoted_id(const struct oracle_event *event, struct arena *arena) {
    json_t *shown = oracle_show(event);
    char *CLEANUP(memory_free_at) id =
        json_dumps(json_object_get(shown, "event_id"), JSON_ENCODE_ANY);

    json_decref(shown);
    return arena_copy(arena, span_of(id));
}

static size_t expected_ids(const struct question *question, struct span *out) {
    size_t count = 0;

    for (size_t i = 0; i < world.count; i++) {
        if (question_matches(question, &world.events[i]))
            out[count++] = ids[i];
    }
    qsort(out, count, sizeof(*out), compare_spans);
    return count;
}

static void expect_same_ids(const struct question *question, const struct walk *walk,
                            const struct span *expected, size_t count, struct arena *arena) {
    struct span *found = arena_new(arena, walk->count, sizeof(*found));
    struct buffer CLEANUP(buffer_clear) text = {0};

    for (size_t i = 0; i < walk->count; i++)
        found[i] = walk->seen[i].id;
    qsort(found, walk->count, sizeof(*found), compare_spans);
    for (size_t i = 0; i < question->parameter_count; i++) {
        buffer_append_byte(&text, '&');
        buffer_append(&text, question->parameters[i]);
    }
    for (size_t i = 0; i < count && i < walk->count; i++) {
        if (!span_equal(found[i], expected[i]))
            fail_msg("%.*s: %.*s instead of %.*s", SPAN_ARGS(buffer_span(&text)),
                     SPAN_ARGS(found[i]), SPAN_ARGS(expected[i]));
    }
    if (count != walk->count)
        fail_msg("%.*s: %zu instead of %zu", SPAN_ARGS(buffer_span(&text)), walk->count, count);
}

static bool in_order(const char *order, const struct seen *before, const struct seen *after) {
    if (strcmp(order, "desc") == 0)
        return before->time_ms >= after->time_ms;
    if (strcmp(order, "asc") == 0)
        return before->time_ms <= after->time_ms;
    return before->import < after->import ||
           (before->import == after->import && before->time_ms <= after->time_ms);
}

static void ask(struct dice *dice, const char *order, const struct question *question,
                const struct span *expected, size_t count) {
    struct walk CLEANUP(walk_clear) walk = {0};

    walk_all(dice, question, count, &walk);
    expect_same_ids(question, &walk, expected, count, &walk.arena);
    for (size_t i = 1; i < walk.count; i++)
        assert_true(in_order(order, &walk.seen[i - 1], &walk.seen[i]));
}

static const struct order_row {
    const char *name;
    const char *order;
    uint64_t seed;
} orders[] = {
    {"newest first", "desc", 1},
    {"oldest first", "asc", 2},
    {"in order of arrival", "arrival", 3},
};

/* Large answers take long and say no more than small ones: few are asked for. */
static bool is_worth_asking(struct dice *dice, const struct question *question, size_t answers) {
    if (question->from_ms >= question->to_ms)
        return false;
    if (answers >= world.count / 10)
        return dice_one_in(dice, 30);
    return answers > 0 || dice_one_in(dice, 4);
}

static void test_questions(void **state) {
    const struct order_row *row = *state;
    struct span *expected = memory_new(world.count, sizeof(*expected));
    struct dice dice = {row->seed};
    int asked = 0;

    while (asked < QUESTIONS) {
        struct question CLEANUP(question_clear) question;
        question_draw(&world, &dice, row->order, &question);
        size_t count = expected_ids(&question, expected);
        if (is_worth_asking(&dice, &question, count)) {
            ask(&dice, row->order, &question, expected, count);
            asked++;
        }
    }
    free(expected);
}

/* ---- what each event looks like ---- */

static const struct oracle_event *event_of_record(const json_t *record) {
    for (size_t i = world.count; i-- > 0;) {
        if (json_equal(world.events[i].record, record))
            return &world.events[i];
    }
    fail_msg("a record that nobody imported");
    return NULL;
}

/* On odd events, every field; finding the others in the list would take long. */
static void test_fields(void **state) {
    json_t *page =
        call_json_status(&world.caller, "GET /v1/events?order=arrival&import=3&limit=1000", 200);
    json_t *events = json_object_get(page, "events");
    json_t *event;
    size_t i;

    (void)state;
    assert_in_range(json_array_size(events), 900, 1000);
    json_array_foreach(events, i, event) {
        const struct oracle_event *known = event_of_record(json_object_get(event, "record"));
        json_t *expected = oracle_show(known);
        json_object_del(event, "record");
        if (!json_equal(event, expected)) {
            char *CLEANUP(memory_free_at) left = json_dumps(event, JSON_SORT_KEYS);
            char *CLEANUP(memory_free_at) right = json_dumps(expected, JSON_SORT_KEYS);
            fail_msg("%s\ninstead of\n%s", left, right);
        }
        json_decref(expected);
    }
    json_decref(page);
}

static int compare_to_text(const void *key, const void *element) {
    return span_compare(*(const struct span *)key, *(const struct span *)element);
}

/* Every record comes back byte for byte: the page is cut where the known texts end. */
static void test_records(void **state) {
    struct response response =
        call(&world.caller, "GET /v1/events?order=arrival&import=3&limit=1000&view=records");
    struct span rest = behind(buffer_span(&response.body), "{\"Records\":[");
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span *texts = arena_new(&arena, world.count, sizeof(*texts));
    size_t found = 0;

    (void)state;
    memcpy(texts, world.texts, world.count * sizeof(*texts));
    qsort(texts, world.count, sizeof(*texts), compare_spans);
    while (rest.length > 0 && rest.data[0] == '{') {
        json_error_t error;
        json_t *record =
            json_loadb(rest.data, rest.length, JSON_ALLOW_NUL | JSON_DISABLE_EOF_CHECK, &error);
        assert_non_null(record);
        struct span text = {rest.data, (size_t)error.position};
        assert_non_null(bsearch(&text, texts, world.count, sizeof(text), compare_to_text));
        rest = span_skip(rest, text.length + 1);
        json_decref(record);
        found++;
    }
    assert_true(span_equal(rest, SPAN("}\n")));
    assert_in_range(found, 900, 1000);
    response_clear(&response);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_questions, orders),
        TEST(test_fields),
        TEST(test_records),
    };

    world_open(&world, 1);
    ids = arena_new(&world.arena, world.count, sizeof(*ids));
    for (size_t i = 0; i < world.count; i++)
        ids[i] = quoted_id(&world.events[i], &world.arena);
    int failed = rows_run("filters_oracle", all, ARRAY_LENGTH(all));
    world_close(&world);
    return failed;
}
