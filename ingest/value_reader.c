#include "ingest/value_reader.h"

#include "base/limits.h"
#include "ingest/record.h"
#include "ingest/scanner.h"
#include "ingest/text_error.h"

static int64_t offset_of(const struct value_reader *reader) {
    return text_window_offset(&reader->window);
}

/* Where the record in hand begins that what is at the cursor belongs to. */
static int64_t begin_of(const struct value_reader *reader) {
    return offset_of(reader) - (int64_t)text_window_held(&reader->window).length;
}

/* `length` more bytes are needed for it. What is that large by itself is named, since the object
 * around it may be a file as well as a record. */
static bool check_size(const struct value_reader *reader, size_t length, size_t limit,
                       struct err *err) {
    size_t held = text_window_held(&reader->window).length;

    if (held + length <= limit)
        return true;
    if (held > 0 && held <= LIMIT_RECORD_BYTES)
        return text_error_too_large(err, offset_of(reader), ERR_NO_POSITION);
    return text_error_too_large(err, begin_of(reader), reader->record);
}

bool value_reader_check_held(const struct value_reader *reader, struct err *err) {
    return check_size(reader, 0, LIMIT_ENVELOPE_BYTES, err);
}

bool value_reader_byte(struct value_reader *reader, int *out_byte, struct err *err) {
    struct text_window *window = &reader->window;

    for (;;) {
        struct span rest = text_window_rest(window);
        size_t blank = scan_blank(rest);
        text_window_skip(window, blank);
        if (!value_reader_check_held(reader, err))
            return false;
        if (blank < rest.length || window->ended) {
            *out_byte = blank < rest.length ? (unsigned char)rest.data[blank] : NO_BYTE;
            return true;
        }
        if (!text_window_more(window, err))
            return false;
    }
}

void value_reader_take(struct value_reader *reader) {
    text_window_skip(&reader->window, 1);
}

bool value_reader_bad(const struct value_reader *reader, const char *reason, struct err *err) {
    if (text_window_rest(&reader->window).length == 0)
        return text_error_cut_off(err, offset_of(reader), reader->record);
    return text_error_bad(err, reason, offset_of(reader), reader->record);
}

/* Whether the scan has come to its end. If not, brings more text for another one. */
static bool settle(struct value_reader *reader, const struct scan_result *scan, size_t limit,
                   bool *out_done, struct err *err) {
    size_t at_hand = text_window_rest(&reader->window).length;
    size_t length = scan->status == SCAN_MORE ? at_hand : scan->end;

    *out_done = scan->status == SCAN_DONE;
    if (!check_size(reader, length, limit, err))
        return false;
    if (scan->status == SCAN_BAD)
        return text_error_bad(err, scan->reason, offset_of(reader) + (int64_t)scan->end,
                              reader->record);
    if (*out_done)
        return true;
    if (reader->window.ended)
        return text_error_cut_off(err, offset_of(reader) + (int64_t)at_hand, reader->record);
    return text_window_more(&reader->window, err);
}

bool value_reader_value(struct value_reader *reader, size_t depth, struct span *out,
                        struct err *err) {
    struct scan_result scan;
    bool done = false;
    size_t limit = reader->window.held ? LIMIT_ENVELOPE_BYTES : LIMIT_RECORD_BYTES;

    while (!done) {
        scan = scan_value(text_window_rest(&reader->window), depth, reader->window.ended);
        if (!settle(reader, &scan, limit, &done, err))
            return false;
    }
    *out = (struct span){text_window_rest(&reader->window).data, scan.end};
    return true;
}

static void pick(struct span text, int64_t offset, bool whole, struct arena *arena,
                 struct candidate *out) {
    /* Not the event: it is large, and set when there is one. */
    out->offset = offset;
    out->account = SPAN_NONE;
    out->picked = record_pick(text, whole, arena, &out->event);
    out->text = (struct span){text.data, out->picked.scan.end};
}

bool value_reader_candidate(struct value_reader *reader, struct arena *arena, struct candidate *out,
                            struct err *err) {
    bool done = false;

    while (!done) {
        pick(text_window_rest(&reader->window), offset_of(reader), reader->window.ended, arena,
             out);
        if (!settle(reader, &out->picked.scan, LIMIT_ENVELOPE_BYTES, &done, err))
            return false;
    }
    return true;
}

bool value_reader_look(struct value_reader *reader, size_t most, struct span *out, bool *out_whole,
                       struct err *err) {
    struct text_window *window = &reader->window;

    if (text_window_rest(window).length < most && !window->ended && !text_window_more(window, err))
        return false;
    *out = text_window_rest(window);
    *out_whole = window->ended && out->length <= most;
    if (out->length > most)
        out->length = most;
    return true;
}

bool value_reader_small_candidate(struct value_reader *reader, size_t most, struct arena *arena,
                                  struct candidate *out, bool *out_done, struct err *err) {
    struct span text;
    bool whole;

    if (!value_reader_look(reader, most, &text, &whole, err))
        return false;
    pick(text, offset_of(reader), whole, arena, out);
    *out_done = out->picked.scan.status == SCAN_DONE;
    return true;
}

bool value_reader_held_candidate(struct value_reader *reader, struct arena *arena,
                                 struct candidate *out, struct err *err) {
    struct span held = text_window_held(&reader->window);
    int64_t offset = begin_of(reader);

    if (!value_reader_check_held(reader, err))
        return false;
    pick(held, offset, true, arena, out);
    const struct scan_result *scan = &out->picked.scan;
    if (scan->status == SCAN_DONE)
        return true;
    /* The parts were good, so it can only be how they stand together. */
    return text_error_bad(err, scan->status == SCAN_BAD ? scan->reason : "the JSON is cut off",
                          offset + (int64_t)scan->end, reader->record);
}
