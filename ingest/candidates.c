#include "ingest/candidates.h"

#include <string.h>

#include "base/limits.h"
#include "ingest/text_error.h"

/* Working memory is given back once it is more than this. */
#define ARENA_KEPT_BYTES ((size_t)256 * 1024)

/* A file of more strangers than these is taken as a log file that rejects them all. */
#define STRANGERS_MAX       1000
#define STRANGERS_BYTES_MAX ((size_t)4 * 1024 * 1024)

void candidates_init(struct candidates *candidates, struct record_sink *sink) {
    *candidates = (struct candidates){.sink = sink};
}

void candidates_clear(struct candidates *candidates) {
    arena_clear(&candidates->arena);
    arena_clear(&candidates->memory);
}

void candidates_note_kind(struct candidates *candidates, const char *kind) {
    if (candidates->kind == NULL)
        candidates->kind = kind;
    else if (strcmp(candidates->kind, kind) != 0)
        candidates->kind = "";
}

const char *candidates_kind(const struct candidates *candidates) {
    return candidates->kind == NULL ? "" : candidates->kind;
}

void candidates_forget(struct candidates *candidates) {
    if (candidates->arena.bytes > ARENA_KEPT_BYTES)
        arena_clear(&candidates->arena);
}

/* The file holds something else than strangers, so these are rejected, in their order. */
static bool tell(struct candidates *candidates, struct err *err) {
    if (candidates->told)
        return true;
    for (size_t i = 0; i < candidates->stranger_count; i++) {
        if (!candidates->sink->reject(candidates->sink, &candidates->strangers[i], err))
            return false;
    }
    candidates->told = true;
    candidates->stranger_count = 0;
    arena_clear(&candidates->memory);
    return true;
}

static bool reject(struct candidates *candidates, const struct candidate *candidate,
                   struct span reason, struct err *err) {
    struct rejection rejection = {.index = candidates->count,
                                  .offset = candidate->offset,
                                  .reason = reason,
                                  .record = candidate->text};

    if (!tell(candidates, err) || !candidates->sink->reject(candidates->sink, &rejection, err))
        return false;
    candidates->count++;
    return true;
}

bool candidates_reject(struct candidates *candidates, const struct candidate *candidate,
                       struct span reason, struct err *err) {
    if (candidate->text.length > LIMIT_RECORD_BYTES)
        return text_error_too_large(err, candidate->offset, candidates->count);
    candidates_note_kind(candidates, "");
    return reject(candidates, candidate, reason, err);
}

static bool take_event(struct candidates *candidates, const struct event *event,
                       const struct candidate *candidate, struct span account, struct err *err) {
    if (event->record.length > LIMIT_RECORD_BYTES)
        return text_error_too_large(err, candidate->offset, candidates->count);
    if (!tell(candidates, err) || !candidates->sink->event(candidates->sink, event, account, err))
        return false;
    candidates->count++;
    return true;
}

bool candidate_is_event(const struct candidate *candidate) {
    return candidate->picked.is_event && (candidate->event.value[ATTRIBUTE_SERVICE].data != NULL ||
                                          candidate->event.value[ATTRIBUTE_ACTION].data != NULL);
}

bool candidates_take_event(struct candidates *candidates, const struct candidate *candidate,
                           struct err *err) {
    candidates_note_kind(candidates, "");
    return take_event(candidates, &candidate->event, candidate, candidate->account, err);
}

static void remember(struct candidates *candidates, const struct candidate *candidate,
                     const struct envelope *envelope) {
    struct arena *memory = &candidates->memory;

    if (candidates->strangers == NULL)
        candidates->strangers = arena_new(memory, STRANGERS_MAX, sizeof(*candidates->strangers));
    if (candidates->stranger_kind == NULL)
        candidates->stranger_kind = envelope->kind;
    candidates->strangers[candidates->stranger_count++] =
        (struct rejection){.index = candidates->count,
                           .offset = candidate->offset,
                           .reason = span_of(envelope->reason),
                           .record = arena_copy(memory, candidate->text)};
    candidates->count++;
}

static bool take_stranger(struct candidates *candidates, const struct candidate *candidate,
                          const struct envelope *envelope, struct err *err) {
    bool full = candidates->stranger_count == STRANGERS_MAX ||
                candidates->memory.bytes > STRANGERS_BYTES_MAX;

    if (candidates->told || full)
        return reject(candidates, candidate, span_of(envelope->reason), err);
    remember(candidates, candidate, envelope);
    return true;
}

/* Why what is inside is no event; NULL when it is one. */
static const char *pick_inside(struct span text, struct arena *arena, struct event *out) {
    struct record_result picked = record_pick(text, true, arena, out);

    if (picked.scan.status == SCAN_MORE)
        return "the JSON is cut off";
    if (picked.scan.status == SCAN_BAD)
        return picked.scan.reason;
    if (scan_blank(span_skip(text, picked.scan.end)) != text.length - picked.scan.end)
        return "there is something behind the JSON";
    return picked.is_event ? NULL : picked.reason;
}

static bool take_inside(struct candidates *candidates, const struct candidate *candidate,
                        const struct envelope *envelope, struct err *err) {
    struct span text = span_trim(envelope->content);
    bool named = envelope->account.data != NULL;
    struct event event;

    if (text.length > LIMIT_RECORD_BYTES)
        return text_error_too_large(err, candidate->offset, candidates->count);
    const char *reason = pick_inside(text, &candidates->arena, &event);
    if (reason != NULL)
        return reject(candidates, candidate,
                      arena_format(&candidates->arena, "%s: %s", envelope->member, reason), err);
    return take_event(candidates, &event, candidate, named ? envelope->account : candidate->account,
                      err);
}

/* Neither event nor envelope, or an event that nothing is known of but its time. */
static bool take_plain(struct candidates *candidates, const struct candidate *candidate,
                       struct err *err) {
    if (candidate->text.length > LIMIT_RECORD_BYTES)
        return text_error_too_large(err, candidate->offset, candidates->count);
    if (candidate->picked.is_event)
        return take_event(candidates, &candidate->event, candidate, candidate->account, err);
    return reject(candidates, candidate, span_of(candidate->picked.reason), err);
}

bool candidates_take_envelope(struct candidates *candidates, const struct candidate *candidate,
                              const struct envelope *envelope, struct err *err) {
    candidates_note_kind(candidates, envelope->kind);
    switch (envelope->type) {
    case ENVELOPE_CONTROL:
        candidates->any_control = true;
        return true;
    case ENVELOPE_STRANGER:
        return take_stranger(candidates, candidate, envelope, err);
    case ENVELOPE_RECORD:
    case ENVELOPE_TEXT:
        return take_inside(candidates, candidate, envelope, err);
    default:
        return take_plain(candidates, candidate, err);
    }
}
