#include "ingest/shape.h"

#include <string.h>

#include "ingest/scanner.h"
#include "ingest/text_error.h"
#include "ingest/walk.h"

/* An object on the top level up to this size is tried as a record first, at the full speed of
 * NDJSON; a larger one is walked member by member, since it may be a file of any size. */
#define QUICK_BYTES ((size_t)64 * 1024)

#define BYTE_ORDER_MARK SPAN("\xEF\xBB\xBF")

/* An event of NDJSON, without a walk through its members. */
static bool walk_quick(struct walk *walk, bool *out_taken, struct err *err) {
    struct candidate candidate;
    bool whole;

    if (!value_reader_small_candidate(&walk->reader, QUICK_BYTES, &walk->candidates->arena,
                                      &candidate, &whole, err))
        return false;
    *out_taken = whole && candidate_is_event(&candidate);
    if (!*out_taken)
        return true;
    if (!walk_take(walk, &candidate, err))
        return false;
    text_window_skip(&walk->reader.window, candidate.text.length);
    return true;
}

static bool walk_object_or_event(struct walk *walk, const char **out_kind, struct err *err) {
    bool taken;

    return walk_quick(walk, &taken, err) && (taken || walk_object(walk, out_kind, err));
}

static void note_value(struct walk *walk, const char *kind) {
    walk->values++;
    if (walk->values == 1)
        walk->kind = kind;
    else if (strcmp(kind, "record") == 0 || strcmp(kind, walk->kind) != 0)
        walk->kind = "ndjson";
}

/* A bad line of NDJSON is a record; no closing bracket is, nor what follows a file's one value. */
static bool is_behind_end(const struct walk *walk, int byte) {
    bool lines = strcmp(walk->kind, "ndjson") == 0;

    return byte == '}' || byte == ']' || (!lines && byte != '"');
}

/* A body whose first value is bare and no JSON either was never meant to be JSON. */
static bool check_bare(struct walk *walk, int byte, struct err *err) {
    struct span begin;
    bool whole;

    if (!value_reader_look(&walk->reader, TEXT_SHOWN_BYTES, &begin, &whole, err))
        return false;
    if (scan_value(begin, 0, whole).status != SCAN_BAD)
        return true;
    if (walk->values == 0)
        return text_error_not_json(err, begin, text_window_offset(&walk->reader.window),
                                   walk->unwrapped);
    if (!is_behind_end(walk, byte))
        return true;
    walk_in_record(walk, false);
    return value_reader_bad(&walk->reader, "there is something behind the end of the file's value",
                            err);
}

static bool walk_value(struct walk *walk, int byte, const char **out_kind, struct err *err) {
    *out_kind = "record";
    if (byte == '{')
        return walk_object_or_event(walk, out_kind, err);
    if (byte == ',' && walk->values > 0)
        return value_reader_bad(
            &walk->reader, "a comma between values that are in no array (CSV is not read)", err);
    if (byte != '[')
        return check_bare(walk, byte, err) && walk_candidate(walk, err);
    *out_kind = "array";
    return walk_array(walk, err);
}

static bool walk_next(struct walk *walk, int byte, struct err *err) {
    const char *kind;

    walk_in_record(walk, true);
    if (!walk_value(walk, byte, &kind, err))
        return false;
    candidates_forget(walk->candidates);
    walk_in_record(walk, false);
    note_value(walk, kind);
    return true;
}

static bool skip_byte_order_mark(struct walk *walk, struct err *err) {
    struct text_window *window = &walk->reader.window;

    if (!text_window_more(window, err))
        return false;
    if (span_starts_with(text_window_rest(window), BYTE_ORDER_MARK))
        text_window_skip(window, BYTE_ORDER_MARK.length);
    return true;
}

bool walk_text(struct walk *walk, struct err *err) {
    int byte;

    walk_in_record(walk, false);
    if (!skip_byte_order_mark(walk, err) || !value_reader_byte(&walk->reader, &byte, err))
        return false;
    if (byte == NO_BYTE)
        return err_set(err, ERR_UNREADABLE, "%s is empty",
                       walk->unwrapped ? "the unpacked data" : "the body");
    while (byte != NO_BYTE) {
        if (!walk_next(walk, byte, err) || !value_reader_byte(&walk->reader, &byte, err))
            return false;
    }
    return true;
}

static struct shape_result result_of(const struct walk *walk) {
    const struct candidates *candidates = walk->candidates;
    const char *kind = candidates_kind(candidates);

    if (candidates->stranger_count > 0)
        return (struct shape_result){candidates->stranger_kind, true};
    if (candidates->count == 0 && candidates->any_control)
        return (struct shape_result){"cloudwatch_control_message", true};
    return (struct shape_result){*kind == '\0' ? walk->kind : kind, false};
}

bool shape_walk(const struct shape_input *input, struct record_sink *sink, struct shape_result *out,
                struct err *err) {
    struct candidates candidates;
    struct walk walk = {
        .candidates = &candidates, .budget = input->budget, .unwrapped = input->unwrapped};

    candidates_init(&candidates, sink);
    if (input->at_hand.data != NULL)
        text_window_over(&walk.reader.window, input->at_hand);
    else
        text_window_init(&walk.reader.window, input->text);
    bool good = walk_text(&walk, err);
    if (good)
        *out = result_of(&walk);
    text_window_clear(&walk.reader.window);
    candidates_clear(&candidates);
    return good;
}
