#include "tests/support_differ.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ingest/record.h"
#include "ingest/scanner.h"
#include "tests/support_expected.h"

/* ---- values, member by member ---- */

static bool same_value(struct span value, json_t *expected, struct arena *arena);

static bool same_string(struct span value, json_t *expected, struct arena *arena) {
    struct span text;

    return scan_string(value, arena, &text) && text.length == json_string_length(expected) &&
           memcmp(text.data, json_string_value(expected), text.length) == 0;
}

static bool same_array(struct span value, json_t *expected, struct arena *arena) {
    struct scan_cursor cursor = scan_enter(value);
    struct span element;
    size_t count = 0;

    while (scan_next_element(&cursor, &element)) {
        if (!same_value(element, json_array_get(expected, count++), arena))
            return false;
    }
    return count == json_array_size(expected);
}

/* Every member is known to jansson, and what counts of each is the same. */
static bool same_object(struct span value, json_t *expected, struct arena *arena) {
    struct scan_cursor cursor = scan_enter(value);
    struct span name;
    struct span member;
    const char *key;
    json_t *child;

    while (scan_next_member(&cursor, arena, &name, &member)) {
        char *text = memory_copy_text(name.data, name.length);
        bool known = json_object_get(expected, text) != NULL;
        free(text);
        if (!known)
            return false;
    }
    json_object_foreach(expected, key, child) {
        if (!scan_member(value, span_of(key), arena, &member) || !same_value(member, child, arena))
            return false;
    }
    return true;
}

static bool same_value(struct span value, json_t *expected, struct arena *arena) {
    switch (json_typeof(expected)) {
    case JSON_OBJECT:
        return same_object(value, expected, arena);
    case JSON_ARRAY:
        return same_array(value, expected, arena);
    case JSON_STRING:
        return same_string(value, expected, arena);
    case JSON_INTEGER:
    case JSON_REAL:
        return same_text(value, expected);
    case JSON_TRUE:
        return span_equal(value, SPAN("true"));
    case JSON_FALSE:
        return span_equal(value, SPAN("false"));
    case JSON_NULL:
        break;
    }
    return span_equal(value, SPAN("null"));
}

/* ---- places ---- */

static struct span front(struct span text, size_t length) {
    return (struct span){text.data, length};
}

/* Up to a byte that is wrong, all is good so far; with it, it is wrong already. */
static const char *check_bad_place(struct span text, struct scan_result bad) {
    if (bad.end >= text.length || bad.reason == NULL)
        return "a bad byte that is not there";
    if (scan_value(front(text, bad.end), 0, false).status != SCAN_MORE)
        return "bad, or done, before the bad byte";
    struct scan_result early = scan_value(front(text, bad.end + 1), 0, false);
    if (early.status != SCAN_BAD || early.end != bad.end)
        return "not bad with the bad byte";
    return NULL;
}

/* Without its last byte, a value is not whole; a number may be, but may go on. */
static const char *check_good_place(struct span text, struct scan_result good) {
    if (scan_value(front(text, good.end - 1), 0, false).status != SCAN_MORE)
        return "not cut off without its last byte";
    if (scan_value(front(text, good.end / 2), 0, false).status != SCAN_MORE)
        return "not cut off in the middle";
    return NULL;
}

/* ---- records ---- */

static bool same_result(struct scan_result a, struct scan_result b) {
    return a.status == b.status && a.end == b.end &&
           span_equal(span_of(a.reason), span_of(b.reason));
}

static const char *compare_event(const struct record_result *picked, const struct event *event,
                                 const json_t *expected) {
    const json_t *reason = json_object_get(expected, "reason");

    if (reason == NULL)
        return picked->is_event ? event_difference(event, expected) : picked->reason;
    if (picked->is_event)
        return "an event that is none";
    return strcmp(picked->reason, json_string_value(reason)) == 0 ? NULL : "the reason";
}

static const char *compare_record(struct span text, const json_t *tree,
                                  const struct record_result *picked, const struct event *event) {
    json_t *expected = expected_event(tree);
    const char *difference = NULL;

    if (expected != NULL)
        difference = compare_event(picked, event, expected);
    json_decref(expected);
    if (difference == NULL && picked->is_event &&
        !span_equal(event->record, front(text, picked->scan.end)))
        return "record";
    return difference;
}

/* ---- both ---- */

static bool is_known_refusal(const json_error_t *error) {
    switch (json_error_code(error)) {
    case json_error_numeric_overflow:
    case json_error_null_byte_in_key:
        return true;
    default:
        return strstr(error->text, "invalid Unicode") != NULL;
    }
}

static const char *check_refused(struct span text, struct scan_result scan,
                                 const json_error_t *error) {
    size_t behind = scan.end;

    if (scan.status != SCAN_DONE || is_known_refusal(error))
        return NULL;
    behind += scan_blank(span_skip(text, scan.end));
    return behind == text.length ? "jansson refuses it" : NULL;
}

static const char *check_taken(struct span text, struct scan_result scan, json_t *tree,
                               struct arena *arena) {
    if (scan.status != SCAN_DONE)
        return "jansson takes it";
    if (scan.end + scan_blank(span_skip(text, scan.end)) != text.length)
        return "jansson sees its end elsewhere";
    return same_value(front(text, scan.end), tree, arena) ? NULL : "the values";
}

/* Too deep for us; or a NUL, which jansson overlooks behind a number and behind the value. */
static bool is_known_leniency(struct span text, struct scan_result scan) {
    size_t stop = scan.end;

    if (scan.status == SCAN_BAD && strstr(scan.reason, "max record depth") != NULL)
        return true;
    if (scan.status == SCAN_DONE)
        stop += scan_blank(span_skip(text, stop));
    return scan.status != SCAN_MORE && stop < text.length && text.data[stop] == '\0';
}

static const char *compare_with_jansson(struct span text, const struct record_result *picked,
                                        const struct event *event, struct arena *arena) {
    json_error_t error;
    json_t *tree = json_loadb(text.data, text.length, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    const char *difference = NULL;

    if (tree == NULL)
        return check_refused(text, picked->scan, &error);
    if (!is_known_leniency(text, picked->scan))
        difference = check_taken(text, picked->scan, tree, arena);
    if (difference == NULL && picked->scan.status == SCAN_DONE)
        difference = compare_record(text, tree, picked, event);
    json_decref(tree);
    return difference;
}

static const char *compare(struct span text, struct arena *arena) {
    struct scan_result scan = scan_value(text, 0, true);
    struct event event;
    struct record_result picked = record_pick(text, true, arena, &event);
    const char *difference = NULL;

    if (!same_result(scan, picked.scan))
        return "the scan and the walk";
    if (scan.status == SCAN_BAD)
        difference = check_bad_place(text, scan);
    else if (scan.status == SCAN_DONE)
        difference = check_good_place(text, scan);
    if (difference == NULL)
        difference = compare_with_jansson(text, &picked, &event, arena);
    return difference;
}

const char *reading_difference(struct span text) {
    struct arena arena = {0};

    text = span_skip(text, scan_blank(text));
    const char *difference = compare(text, &arena);
    arena_clear(&arena);
    return difference;
}
