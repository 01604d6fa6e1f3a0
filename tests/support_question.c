#include "tests/support_question.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/address.h"
#include "base/percent.h"
#include "base/utc.h"

static void add_parameter(struct dice *dice, struct question *question, const char *name,
                          struct span value) {
    struct buffer CLEANUP(buffer_clear) text = {0};

    buffer_append_text(&text, name);
    buffer_append_byte(&text, '=');
    for (size_t i = 0; i < value.length; i++) {
        struct span byte = {value.data + i, 1};
        if (byte.data[0] == ' ' && dice_one_in(dice, 2))
            buffer_append_byte(&text, '+');
        else if (strchr("*:/,@!", byte.data[0]) != NULL && byte.data[0] != '\0' &&
                 dice_one_in(dice, 2))
            buffer_append(&text, byte);
        else
            percent_encode(byte, &text);
    }
    assert_true(question->parameter_count < QUESTION_PARAMETERS);
    question->parameters[question->parameter_count++] =
        arena_copy(&question->arena, buffer_span(&text));
}

static void add_filter(struct dice *dice, struct question *question, const char *name, bool negated,
                       struct span value) {
    struct span whole = arena_format(&question->arena, "%s%s", name, negated ? ".not" : "");

    question->filters[question->filter_count++] =
        (struct oracle_filter){name, negated, arena_copy(&question->arena, value)};
    add_parameter(dice, question, whole.data, value);
}

/* ---- values to ask for ---- */

static void keep_resource(struct span text, void *context) {
    struct span *kept = context;

    *kept = text;
}

/* What the event has for the filter; SPAN_NONE for nothing. */
static struct span value_of(const struct oracle_event *event, const char *name, struct dice *dice,
                            struct arena *arena) {
    const struct span principals[] = {event->name, event->arn, event->session, event->issuer};
    const struct {
        const char *name;
        struct span value;
    } values[] = {
        {"account", event->account},
        {"region", event->region},
        {"service", event->service},
        {"action", event->action},
        {"principal", principals[dice_below(dice, ARRAY_LENGTH(principals))]},
        {"principal_kind", event->kind},
        {"principal_account", event->caller_account},
        {"access_key", event->access_key},
        {"source_ip", event->source},
        {"user_agent", event->agent},
        {"error_code", event->error},
        {"read_only", event->read_only},
        {"event_type", event->type},
        {"event_category", event->category},
        {"event_id", event->id},
    };
    struct span resource = SPAN_NONE;

    for (size_t i = 0; i < ARRAY_LENGTH(values); i++) {
        if (strcmp(values[i].name, name) == 0)
            return values[i].value;
    }
    if (strcmp(name, "import") == 0)
        return arena_format(arena, "%d", 1 + (int)dice_below(dice, 5));
    oracle_each_resource(event, keep_resource, &resource);
    return resource;
}

/* A pattern that the text matches: a run of it becomes a star, stars in it are escaped or not. */
static struct span make_pattern(struct dice *dice, struct span text, struct arena *arena) {
    struct buffer CLEANUP(buffer_clear) pattern = {0};
    size_t from = dice_below(dice, text.length + 1);
    size_t to = from + dice_below(dice, text.length - from + 1);

    for (size_t i = 0; i <= text.length; i++) {
        if (i == from)
            buffer_append_byte(&pattern, '*');
        if (i < text.length && (i < from || i >= to)) {
            if (text.data[i] == '*' && dice_one_in(dice, 2))
                buffer_append_byte(&pattern, '\\');
            buffer_append_byte(&pattern, text.data[i]);
        }
    }
    return arena_copy(arena, buffer_span(&pattern));
}

static bool has(struct span text, char c) {
    return text.length > 0 && memchr(text.data, c, text.length) != NULL;
}

static bool is_address(struct span text) {
    struct address address;

    return address_parse(text, &address);
}

static struct span vary_source(struct dice *dice, struct span text, struct arena *arena) {
    if (is_address(text) && dice_one_in(dice, 2)) {
        int bits = has(text, ':') ? (int)dice_below(dice, 129) : (int)dice_below(dice, 33);
        return arena_format(arena, "%.*s/%d", SPAN_ARGS(text), bits);
    }
    return dice_one_in(dice, 4) ? make_pattern(dice, text, arena) : text;
}

static struct span vary_service(struct dice *dice, struct span text, struct arena *arena) {
    struct span suffix = SPAN(".amazonaws.com");

    if (span_ends_with(text, suffix) && dice_one_in(dice, 2))
        text.length -= suffix.length;
    if (dice_one_in(dice, 4)) {
        char *upper = arena_allocate(arena, text.length);
        for (size_t i = 0; i < text.length; i++)
            upper[i] = text.data[i] >= 'a' && text.data[i] <= 'z' ? (char)(text.data[i] - 32)
                                                                  : text.data[i];
        return (struct span){upper, text.length};
    }
    return dice_one_in(dice, 4) ? make_pattern(dice, text, arena) : text;
}

static struct span vary_action(struct dice *dice, const struct oracle_event *event,
                               struct span text, struct arena *arena) {
    struct span service = event->service;

    if (dice_one_in(dice, 3))
        text = dice_one_in(dice, 2) ? SPAN("*") : make_pattern(dice, text, arena);
    if (service.length == 0 || has(service, ':') || has(service, '\0') || has(text, '\0') ||
        dice_one_in(dice, 2))
        return text;
    struct span asked = vary_service(dice, service, arena);
    return arena_format(arena, "%.*s:%.*s", SPAN_ARGS(asked), SPAN_ARGS(text));
}

static struct span vary(struct dice *dice, const char *name, const struct oracle_event *event,
                        struct span text, struct arena *arena) {
    if (strcmp(name, "principal_kind") == 0 || strcmp(name, "read_only") == 0 ||
        strcmp(name, "event_id") == 0 || strcmp(name, "import") == 0)
        return text;
    if (dice_one_in(dice, 12))
        text = odd_text(dice);
    if (strcmp(name, "source_ip") == 0)
        return vary_source(dice, text, arena);
    if (strcmp(name, "service") == 0)
        return vary_service(dice, text, arena);
    if (strcmp(name, "action") == 0)
        return vary_action(dice, event, text, arena);
    if (strcmp(name, "error_code") == 0 && dice_one_in(dice, 2))
        return dice_one_in(dice, 2) ? SPAN("none") : SPAN("*");
    return dice_one_in(dice, 4) ? make_pattern(dice, text, arena) : text;
}

/* Digits and marks that are no address. */
static bool is_broken_address(struct span text) {
    struct buffer CLEANUP(buffer_clear) copy = {0};

    buffer_append(&copy, text);
    buffer_append_byte(&copy, '\0');
    const char *marks = has(text, ':') ? "0123456789abcdefABCDEF:.[]" : "0123456789.";
    return strspn(copy.data, marks) == text.length && !is_address(text);
}

/* Values that the service refuses are for other tests. */
static bool is_taken(const char *name, struct span value) {
    if (value.length == 0 || value.length > 2000)
        return false;
    if (strcmp(name, "source_ip") == 0 && has(value, '/')) {
        struct network network;
        return network_parse(value, &network);
    }
    if (strcmp(name, "source_ip") == 0 && is_broken_address(value))
        return false;
    return strcmp(name, "action") != 0 || !has(value, ':') ||
           (value.data[0] != ':' && memchr(value.data, ':', value.length - 1) != NULL);
}

/* ---- questions ---- */

static const struct oracle_event *draw_event(const struct world *world, struct dice *dice) {
    /* Odd events, which are the last ones, as often as all others. */
    size_t among = dice_one_in(dice, 2) ? world->count : world->count / 20;

    return &world->events[world->count - 1 - dice_below(dice, among)];
}

static void draw_filter(const struct world *world, struct dice *dice, struct question *question,
                        const struct oracle_event *event) {
    size_t names = 0;

    while (oracle_filter_names[names] != NULL)
        names++;
    const char *name = oracle_filter_names[dice_below(dice, names)];
    bool negated = dice_one_in(dice, 4);
    size_t repeats = dice_one_in(dice, 4) ? 2 : 1;

    for (size_t i = 0; i < repeats && question->filter_count < QUESTION_FILTERS; i++) {
        struct span value = value_of(event, name, dice, &question->arena);
        if (value.data != NULL)
            value = vary(dice, name, event, value, &question->arena);
        if (is_taken(name, value))
            add_filter(dice, question, name, negated, value);
        if (repeats > 1 || negated)
            event = draw_event(world, dice);
    }
}

static void draw_time(const struct world *world, struct dice *dice, struct question *question,
                      const char *name, int64_t *bound) {
    int64_t ms = world->events[dice_below(dice, world->count)].time_ms;
    char text[UTC_TEXT_BYTES];

    switch (dice_below(dice, 4)) {
    case 0:
        ms -= ms % 1000;
        add_parameter(dice, question, name,
                      arena_format(&question->arena, "%lld", (long long)ms / 1000));
        break;
    case 1:
        add_parameter(dice, question, name, arena_format(&question->arena, "%lld", (long long)ms));
        break;
    case 2:
        ms -= ms % 86400000;
        add_parameter(dice, question, name, (struct span){utc_format(ms, text).data, 10});
        break;
    default:
        add_parameter(dice, question, name, utc_format(ms, text));
    }
    *bound = ms;
}

static void draw_times(const struct world *world, struct dice *dice, struct question *question) {
    question->from_ms = 0;
    question->to_ms = INT64_MAX;
    if (dice_one_in(dice, 4))
        draw_time(world, dice, question, "from", &question->from_ms);
    if (dice_one_in(dice, 4))
        draw_time(world, dice, question, "to", &question->to_ms);
}

void question_draw(const struct world *world, struct dice *dice, const char *order,
                   struct question *question) {
    const struct oracle_event *event = draw_event(world, dice);
    size_t filters = dice_below(dice, 4);

    *question = (struct question){0};
    for (size_t i = 0; i < filters; i++)
        draw_filter(world, dice, question, event);
    draw_times(world, dice, question);
    add_parameter(dice, question, "order", span_of(order));
    add_parameter(dice, question, "view", SPAN("summary"));
}

void question_clear(struct question *question) {
    arena_clear(&question->arena);
}

bool question_matches(const struct question *question, const struct oracle_event *event) {
    return event->time_ms >= question->from_ms && event->time_ms < question->to_ms &&
           oracle_matches(event, question->filters, question->filter_count);
}
