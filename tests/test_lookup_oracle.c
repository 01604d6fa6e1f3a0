/* Random LookupEvents to a store of made-up events: what comes, page by page, is what a plain loop
 * over the same records finds, and each event is shown as they have it. */
#include "tests/rows.h"

#include "tests/support_lookup.h"
#include "tests/support_world.h"

#define QUESTIONS  200
#define MOST_FOUND 1000 /* of one question: else its times are narrowed */

/* Made once: no test changes it. */
static struct world world;

/* What LookupEvents shows of an event, worked out from its record; SPAN_NONE: it shows none. */
static struct span *usernames;
static json_t **resources; /* lists of [type, name] */

static bool is(struct span text, const char *word) {
    return span_equal(text, span_of(word));
}

static struct span username_of(const struct oracle_event *event) {
    if (is(event->kind, "role_session"))
        return event->session;
    return is(event->kind, "aws_service") ? SPAN_NONE : event->name;
}

static json_t *text_if_any(struct span text) {
    return text.data != NULL ? json_stringn(text.data, text.length) : NULL;
}

static json_t *resources_of(const struct oracle_event *event) {
    json_t *facts =
        json_pack("{so* so* so*}", "service", text_if_any(event->service), "action",
                  text_if_any(event->action), "event_category", text_if_any(event->category));
    json_t *found = expected_lookup(event->record, facts);

    json_decref(facts);
    return found;
}

/* ---- questions ---- */

enum key {
    ID,
    NAME,
    READ_ONLY,
    USERNAME,
    TYPE,
    RESOURCE,
    SOURCE,
    ACCESS_KEY,
    ACCOUNT,
    REGION,
    KEYS
};

static const char *const key_names[KEYS] = {
    "EventId",      "EventName",   "ReadOnly",    "Username",  "ResourceType",
    "ResourceName", "EventSource", "AccessKeyId", "AccountId", "Region",
};

struct asked {
    enum key key;
    struct span value;
};

struct question {
    struct asked asked[3];
    size_t count;
    bool insight;
    int64_t start_ms; /* whole seconds */
    int64_t end_ms;   /* the last millisecond of one */
};

/* SPAN_NONE for those with several values. */
static struct span value_of(const struct oracle_event *event, enum key key) {
    switch (key) {
    case ID:
        return event->id;
    case NAME:
        return event->action;
    case READ_ONLY:
        return event->read_only;
    case USERNAME:
        return usernames[event - world.events];
    case SOURCE:
        return event->service;
    case ACCESS_KEY:
        return event->access_key;
    case ACCOUNT:
        return event->account;
    case REGION:
        return event->region;
    default:
        return SPAN_NONE;
    }
}

static struct span text_at(const json_t *pair, size_t place) {
    const json_t *text = json_array_get(pair, place);

    return (struct span){json_string_value(text), json_string_length(text)};
}

static bool has_resource(const struct oracle_event *event, size_t place, struct span wanted) {
    const json_t *pair;
    size_t i;

    json_array_foreach(resources[event - world.events], i, pair) {
        if (span_equal(text_at(pair, place), wanted))
            return true;
    }
    return false;
}

static bool is_wanted(const struct question *question, const struct oracle_event *event) {
    bool wanted = question->insight
                      ? is(event->category, "Insight")
                      : event->category.data == NULL || is(event->category, "Management");

    wanted = wanted && event->time_ms >= question->start_ms && event->time_ms <= question->end_ms;
    for (size_t i = 0; wanted && i < question->count; i++) {
        const struct asked *asked = &question->asked[i];
        wanted = asked->key == TYPE || asked->key == RESOURCE
                     ? has_resource(event, asked->key == RESOURCE, asked->value)
                     : span_equal(value_of(event, asked->key), asked->value);
    }
    return wanted;
}

static struct span draw_value(struct dice *dice, const struct oracle_event *event, enum key key) {
    const json_t *all = resources[event - world.events];

    if (key == READ_ONLY)
        return dice_one_in(dice, 2) ? SPAN("true") : SPAN("false");
    if (dice_one_in(dice, 20))
        return odd_text(dice);
    if (key != TYPE && key != RESOURCE)
        return value_of(event, key);
    if (json_array_size(all) == 0)
        return SPAN_NONE;
    return text_at(json_array_get(all, dice_below(dice, json_array_size(all))), key == RESOURCE);
}

/* Mostly values of one event, so that something is found. */
static struct question draw(struct dice *dice) {
    struct question question = {.end_ms = INT64_C(253402300799999)};
    size_t keys = dice_below(dice, 4);
    const struct oracle_event *event = &world.events[dice_below(dice, world.count)];

    question.insight = dice_one_in(dice, 20);
    while (question.count < keys) {
        enum key key = (enum key)dice_below(dice, KEYS);
        if (question.insight)
            key = dice_one_in(dice, 2) ? NAME : SOURCE;
        struct span value = draw_value(dice, event, key);
        if (value.data == NULL || value.length == 0)
            keys--;
        else
            question.asked[question.count++] = (struct asked){key, value};
    }
    if (dice_one_in(dice, 2))
        question.start_ms = event->time_ms / 1000 * 1000 - 1000 * (int64_t)dice_below(dice, 90000);
    if (dice_one_in(dice, 2))
        question.end_ms = event->time_ms / 1000 * 1000 + 999;
    return question;
}

/* ---- what should come ---- */

static int newest_first(const void *a, const void *b) {
    const struct oracle_event *left = *(const struct oracle_event *const *)a;
    const struct oracle_event *right = *(const struct oracle_event *const *)b;

    return (left->time_ms < right->time_ms) - (left->time_ms > right->time_ms);
}

static size_t find_expected(const struct question *question, const struct oracle_event **out) {
    size_t count = 0;

    for (size_t i = 0; i < world.count; i++) {
        if (is_wanted(question, &world.events[i]))
            out[count++] = &world.events[i];
    }
    qsort(out, count, sizeof(*out), newest_first);
    return count;
}

static size_t expect_few(struct question *question, const struct oracle_event **out) {
    size_t count = find_expected(question, out);

    while (count > MOST_FOUND) {
        question->start_ms = out[MOST_FOUND / 2]->time_ms / 1000 * 1000;
        assert_true(out[0]->time_ms > question->start_ms);
        count = find_expected(question, out);
    }
    return count;
}

/* ---- what comes ---- */

static json_t *input_of(struct dice *dice, const struct question *question, const char *token) {
    json_t *input = json_pack("{sI sI si}", "StartTime", (json_int_t)(question->start_ms / 1000),
                              "EndTime", (json_int_t)(question->end_ms / 1000), "MaxResults",
                              1 + (int)dice_below(dice, 50));
    json_t *attributes = json_array();

    for (size_t i = 0; i < question->count; i++) {
        const struct asked *asked = &question->asked[i];
        json_array_append_new(attributes,
                              json_pack("{ss ss%}", "AttributeKey", key_names[asked->key],
                                        "AttributeValue", asked->value.data, asked->value.length));
    }
    json_object_set_new(input, "LookupAttributes", attributes);
    if (question->insight)
        json_object_set_new(input, "EventCategory", json_string("insight"));
    if (token != NULL)
        json_object_set_new(input, "NextToken", json_string(token));
    return input;
}

static json_t *ask(json_t *input) {
    char *CLEANUP(memory_free_at) text = json_dumps(input, 0);
    struct response response = call_aws(&world.caller, "LookupEvents", span_of(text));

    if (response.status != 200)
        fail_msg("%s: %.*s", text, SPAN_ARGS(buffer_span(&response.body)));
    json_t *answer = body_json(&response);
    response_clear(&response);
    return answer;
}

static void expect_text(const json_t *event, const char *name, struct span expected) {
    const json_t *text = json_object_get(event, name);

    if (!span_equal((struct span){json_string_value(text), json_string_length(text)}, expected))
        fail_msg("%s of %s", name, json_dumps(event, 0));
}

static void expect_shown(const json_t *shown, const struct oracle_event *event) {
    double seconds = json_number_value(json_object_get(shown, "EventTime"));
    const json_t *all = resources[event - world.events];
    const json_t *list = json_object_get(shown, "Resources");

    expect_text(shown, "EventId", event->id);
    expect_text(shown, "EventName", event->action);
    expect_text(shown, "ReadOnly", event->read_only);
    expect_text(shown, "AccessKeyId", event->access_key);
    expect_text(shown, "EventSource", event->service);
    expect_text(shown, "Username", usernames[event - world.events]);
    expect_text(shown, "CloudTrailEvent", world.texts[event - world.events]);
    assert_true(seconds * 1000 > (double)event->time_ms - 0.5 &&
                seconds * 1000 < (double)event->time_ms + 0.5);
    assert_int_equal(json_array_size(list), json_array_size(all));
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *pair = json_array_get(all, i);
        expect_text(json_array_get(list, i), "ResourceType", text_at(pair, 0));
        expect_text(json_array_get(list, i), "ResourceName", text_at(pair, 1));
    }
}

/* Takes the event off those that are expected. Of one second several may come in any order. */
static void tick_off(const json_t *shown, const struct oracle_event **expected, size_t count,
                     size_t place) {
    const json_t *text = json_object_get(shown, "CloudTrailEvent");
    struct span record = {json_string_value(text), json_string_length(text)};

    for (size_t i = place; i < count && expected[i]->time_ms == expected[place]->time_ms; i++) {
        const struct oracle_event *event = expected[i];
        if (!span_equal(world.texts[event - world.events], record))
            continue;
        expect_shown(shown, event);
        expected[i] = expected[place];
        expected[place] = event;
        return;
    }
    fail_msg("not expected here: %.*s", SPAN_ARGS(record));
}

static void walk(struct dice *dice, const struct question *question,
                 const struct oracle_event **expected, size_t count) {
    char token[200] = "";
    size_t place = 0;
    bool more = true;

    while (more) {
        json_t *input = input_of(dice, question, place > 0 ? token : NULL);
        json_t *answer = ask(input);
        json_t *shown;
        size_t i;
        json_array_foreach(json_object_get(answer, "Events"), i, shown) {
            assert_true(place < count);
            tick_off(shown, expected, count, place++);
        }
        const char *next = json_string_value(json_object_get(answer, "NextToken"));
        more = next != NULL;
        assert_true(!more || (i > 0 && strcmp(next, token) != 0));
        snprintf(token, sizeof(token), "%s", more ? next : "");
        json_decref(answer);
        json_decref(input);
    }
    assert_int_equal(place, count);
}

/* ---- tests ---- */

static void open_world(uint64_t seed) {
    world_open(&world, seed);
    usernames = memory_new(world.count, sizeof(*usernames));
    resources = memory_new(world.count, sizeof(json_t *));
    for (size_t i = 0; i < world.count; i++) {
        usernames[i] = username_of(&world.events[i]);
        resources[i] = resources_of(&world.events[i]);
    }
}

static void close_world(void) {
    for (size_t i = 0; i < world.count; i++)
        json_decref(resources[i]);
    free(resources);
    free(usernames);
    world_close(&world);
}

static void test_questions(void **state) {
    struct dice dice = {5};
    const struct oracle_event **expected =
        memory_new(world.count, sizeof(const struct oracle_event *));
    size_t found = 0;

    (void)state;
    for (int i = 0; i < QUESTIONS; i++) {
        struct question question = draw(&dice);
        size_t count = expect_few(&question, expected);
        walk(&dice, &question, expected, count);
        found += count > 0;
    }
    assert_true(found > QUESTIONS / 3);
    free(expected);
}

int main(void) {
    const struct rows all[] = {TEST(test_questions)};

    open_world(11);
    int failed = rows_run("lookup_oracle", all, ARRAY_LENGTH(all));
    close_world();
    return failed;
}
