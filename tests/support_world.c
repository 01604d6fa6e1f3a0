#include "tests/support_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "bench/corpus/corpus.h"

#define FIRST_RECORDS  17000 /* more than a block holds */
#define SECOND_RECORDS 1500
#define REPEATED       200
#define ODD_RECORDS    1000
#define ALL_RECORDS    (FIRST_RECORDS + SECOND_RECORDS + ODD_RECORDS)

static const struct span odd_texts[] = {
    SPAN("*"),
    SPAN("**"),
    SPAN("a*b"),
    SPAN("\\*"),
    SPAN("\\"),
    SPAN("a\\b\\"),
    SPAN("a\0b"),
    SPAN("\0"),
    SPAN(" blanks "),
    SPAN("a%25&b=c+d;e#f?g"),
    SPAN("\"quoted\" 'and' `so`"),
    SPAN("{\"event_id\":\"x\"}"),
    SPAN("line\nend\r\ttab"),
    SPAN("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"),
    SPAN("none"),
    SPAN("null"),
    SPAN("true"),
    SPAN("x/y"),
    SPAN("a:b"),
    SPAN("RAM.amazonaws.com"),
    SPAN("ram"),
    SPAN("192.0.2.1"),
    SPAN("192.0.02.001"),
    SPAN("192.0.2.256"),
    SPAN("192.0.2"),
    SPAN("192.0.2.1.5"),
    SPAN("::ffff:192.0.2.1"),
    SPAN("2001:db8::1"),
    SPAN("2001:DB8:0:0::0001"),
    SPAN("fe80::1%eth0"),
    SPAN("AWS Internal"),
    SPAN("arn:aws:iam::111122223333:role/path/to/name"),
    SPAN("arn:aws:sts::111122223333:assumed-role/name/session"),
    SPAN("arn:aws:s3:::bucket/"),
    SPAN("arn:aws:sns:us-east-1:111122223333:topic"),
    SPAN("ASIAODD"),
    SPAN("Root"),
    SPAN("IAMUser"),
    SPAN("AssumedRole"),
};

struct span odd_text(struct dice *dice) {
    return odd_texts[dice_below(dice, ARRAY_LENGTH(odd_texts))];
}

/* ---- odd records ---- */

static json_t *odd_value(struct dice *dice) {
    if (dice_one_in(dice, 10))
        return dice_one_in(dice, 2) ? json_null() : json_string("");
    struct span text = odd_text(dice);
    return json_stringn(text.data, text.length);
}

/* Takes a member away, or gives it an odd value. */
static void change_member(struct dice *dice, json_t *object, const char *const *names,
                          size_t count) {
    const char *name = names[dice_below(dice, count)];

    if (dice_one_in(dice, 3))
        json_object_del(object, name);
    else
        json_object_set_new(object, name, odd_value(dice));
}

static void change_identity(struct dice *dice, json_t *record) {
    static const char *const names[] = {
        "type",      "userName",       "principalId",      "arn",       "accountId", "accessKeyId",
        "invokedBy", "sessionContext", "identityProvider", "onBehalfOf"};
    json_t *identity = json_object_get(record, "userIdentity");

    if (json_is_object(identity))
        change_member(dice, identity, names, ARRAY_LENGTH(names));
}

static void change_resources(struct dice *dice, json_t *record) {
    static const char *const names[] = {"ARN", "ARNPrefix", "accountId", "type", "other"};
    json_t *resources = json_array();
    size_t count = dice_below(dice, 4);

    for (size_t i = 0; i < count; i++) {
        json_t *item = json_object();
        for (size_t j = 0; j < ARRAY_LENGTH(names); j++) {
            if (dice_one_in(dice, 2))
                json_object_set_new(item, names[j], odd_value(dice));
        }
        json_array_append_new(resources, item);
    }
    json_object_set_new(record, "resources", resources);
}

static void change_time(struct dice *dice, json_t *record) {
    const char *time = json_string_value(json_object_get(record, "eventTime"));
    char changed[40];

    snprintf(changed, sizeof(changed), "%.19s.%03dZ", time, (int)dice_below(dice, 1000));
    json_object_set_new(record, "eventTime", json_string(changed));
}

static void change_record(struct dice *dice, json_t *record) {
    static const char *const names[] = {"eventSource",     "eventName",          "awsRegion",
                                        "sourceIPAddress", "userAgent",          "errorCode",
                                        "readOnly",        "recipientAccountId", "eventType",
                                        "eventCategory",   "errorMessage",       "eventID"};

    switch (dice_below(dice, 6)) {
    case 0:
        change_identity(dice, record);
        return;
    case 1:
        change_resources(dice, record);
        return;
    case 2:
        change_time(dice, record);
        return;
    default:
        change_member(dice, record, names, ARRAY_LENGTH(names));
    }
}

/* The same value, written in one of the many ways of JSON. */
static struct span make_odd(struct dice *dice, struct span text, size_t number,
                            struct arena *arena) {
    static const size_t styles[] = {JSON_COMPACT, JSON_ENSURE_ASCII, JSON_INDENT(2),
                                    JSON_SORT_KEYS | JSON_ESCAPE_SLASH};
    json_t *record = json_loadb(text.data, text.length, JSON_ALLOW_NUL, NULL);
    size_t changes = 1 + dice_below(dice, 4);

    assert_non_null(record);
    /* Keeps records apart that lose their eventID. */
    json_object_set_new(record, "requestID", json_integer((json_int_t)number));
    for (size_t i = 0; i < changes; i++)
        change_record(dice, record);
    char *CLEANUP(memory_free_at) dumped =
        json_dumps(record, styles[dice_below(dice, ARRAY_LENGTH(styles))]);
    assert_non_null(dumped);
    json_decref(record);
    return arena_copy(arena, span_of(dumped));
}

/* ---- files ---- */

static struct span draw_record(struct corpus *corpus, struct arena *arena) {
    struct buffer CLEANUP(buffer_clear) text = {0};

    corpus_record(corpus, &text);
    return arena_copy(arena, buffer_span(&text));
}

/* False when an event of this id, account and time is there already. Only odd records share ids. */
static bool is_new(const struct world *world, const struct oracle_event *event) {
    if (event->id.data == NULL)
        return true;
    for (size_t i = FIRST_RECORDS + SECOND_RECORDS; i < world->count; i++) {
        if (world->events[i].time_ms == event->time_ms &&
            span_equal(world->events[i].id, event->id) &&
            span_equal(world->events[i].account, event->account))
            return false;
    }
    return true;
}

static void add_event(struct world *world, struct span text, int64_t import) {
    struct oracle_event event = oracle_read(text);

    event.import = import;
    if (import > 2 && !is_new(world, &event)) {
        oracle_clear(&event);
        return;
    }
    world->texts[world->count] = text;
    world->events[world->count++] = event;
}

static void append_record(struct buffer *file, struct span text, const char *between) {
    buffer_append_text(file, file->length > 20 ? between : "");
    buffer_append(file, text);
}

static void import_file(struct world *world, struct buffer *file, const char *before,
                        const char *behind) {
    struct buffer CLEANUP(buffer_clear) whole = {0};

    buffer_append_text(&whole, before);
    buffer_append(&whole, buffer_span(file));
    buffer_append_text(&whole, behind);
    call_import(&world->caller, buffer_span(&whole));
    buffer_clear(file);
}

static void import_all(struct world *world, struct corpus *corpus, struct dice *dice) {
    struct buffer CLEANUP(buffer_clear) file = {0};

    for (size_t i = 0; i < FIRST_RECORDS; i++) {
        add_event(world, draw_record(corpus, &world->arena), 1);
        append_record(&file, world->texts[i], ",");
    }
    import_file(world, &file, "{\"Records\":[", "]}");
    for (size_t i = 0; i < SECOND_RECORDS; i++) {
        add_event(world, draw_record(corpus, &world->arena), 2);
        append_record(&file, world->texts[world->count - 1], "\n");
        if (i < REPEATED)
            append_record(&file, world->texts[dice_below(dice, FIRST_RECORDS)], "\n");
    }
    import_file(world, &file, "", "\n");
    for (size_t i = 0; i < ODD_RECORDS; i++) {
        struct span text = make_odd(dice, draw_record(corpus, &world->arena), i, &world->arena);
        add_event(world, text, 3);
        append_record(&file, text, " , ");
    }
    import_file(world, &file, "[", "]");
    for (size_t i = 0; i < FIRST_RECORDS; i += 10)
        append_record(&file, world->texts[i], ",");
    import_file(world, &file, "[", "]");
}

void world_open(struct world *world, uint64_t seed) {
    struct corpus_options options = corpus_defaults();
    struct dice dice = {seed};

    options.seed = seed;
    *world = (struct world){
        .events = memory_new(ALL_RECORDS, sizeof(*world->events)),
        .texts = memory_new(ALL_RECORDS, sizeof(*world->texts)),
    };
    caller_open(&world->caller);
    struct corpus *corpus = corpus_new(&options);
    import_all(world, corpus, &dice);
    corpus_free(corpus);
}

void world_close(struct world *world) {
    for (size_t i = 0; i < world->count; i++)
        oracle_clear(&world->events[i]);
    free(world->events);
    free(world->texts);
    arena_clear(&world->arena);
    caller_close(&world->caller);
}
