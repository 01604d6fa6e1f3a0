/* An array of records, and each value that may be one. */
#include "ingest/walk.h"

void walk_in_record(struct walk *walk, bool in) {
    walk->reader.record = in ? walk->candidates->count : ERR_NO_POSITION;
}

bool walk_take(struct walk *walk, struct candidate *candidate, struct err *err) {
    static const struct envelope control = {.type = ENVELOPE_CONTROL, .kind = "cloudwatch_logs"};
    struct candidates *candidates = walk->candidates;

    if (walk->packed)
        candidate->offset = walk->packed_offset;
    if (walk->account_length > 0)
        candidate->account = (struct span){walk->account, walk->account_length};
    if (walk->control)
        return candidates_take_envelope(candidates, candidate, &control, err);
    if (candidate_is_event(candidate))
        return candidates_take_event(candidates, candidate, err);
    struct envelope envelope = envelope_open(candidate->text, &candidates->arena);
    if (envelope.type == ENVELOPE_PACKED)
        return walk_packed(walk, candidate, &envelope, err);
    return candidates_take_envelope(candidates, candidate, &envelope, err);
}

bool walk_candidate(struct walk *walk, struct err *err) {
    struct candidate candidate;

    walk_in_record(walk, true);
    if (!value_reader_candidate(&walk->reader, &walk->candidates->arena, &candidate, err) ||
        !walk_take(walk, &candidate, err))
        return false;
    text_window_skip(&walk->reader.window, candidate.text.length);
    candidates_forget(walk->candidates);
    walk_in_record(walk, true);
    return true;
}

bool walk_behind(struct walk *walk, char close, bool *out_last, struct err *err) {
    int byte;

    if (!value_reader_byte(&walk->reader, &byte, err))
        return false;
    *out_last = byte == close;
    if (byte != close && byte != ',')
        return value_reader_bad(&walk->reader,
                                close == '}' ? "a comma or a closing brace must stand here"
                                             : "a comma or a closing bracket must stand here",
                                err);
    value_reader_take(&walk->reader);
    if (*out_last)
        return true;
    if (!value_reader_byte(&walk->reader, &byte, err))
        return false;
    return byte != close || value_reader_bad(&walk->reader, "trailing comma", err);
}

bool walk_open(struct walk *walk, char close, bool *out_empty, struct err *err) {
    int byte;

    value_reader_take(&walk->reader);
    if (!value_reader_byte(&walk->reader, &byte, err))
        return false;
    *out_empty = byte == close;
    if (*out_empty)
        value_reader_take(&walk->reader);
    return true;
}

bool walk_array(struct walk *walk, struct err *err) {
    bool last;

    if (!walk_open(walk, ']', &last, err))
        return false;
    while (!last) {
        if (!walk_candidate(walk, err) || !walk_behind(walk, ']', &last, err))
            return false;
    }
    return true;
}
