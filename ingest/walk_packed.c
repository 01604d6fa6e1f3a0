/* A log file inside of a value: base64 of gzip, as CloudWatch Logs packs it. */
#include "base/reader.h"
#include "ingest/walk.h"
#include "ingest/wrapping.h"

static bool walk_wrapping(struct walk *outer, struct wrapping *wrapping, int64_t offset,
                          struct err *err) {
    struct walk walk = {.candidates = outer->candidates,
                        .budget = outer->budget,
                        .unwrapped = true,
                        .packed = true,
                        .packed_offset = offset};
    struct span text;

    if (wrapping_whole(wrapping, &text))
        text_window_over(&walk.reader.window, text);
    else
        text_window_init(&walk.reader.window, wrapping_text(wrapping));
    bool good = walk_text(&walk, err);
    text_window_clear(&walk.reader.window);
    return good;
}

static bool walk_data(struct walk *outer, struct span data, const struct candidate *candidate,
                      struct err *err) {
    struct span_reader bytes;
    struct wrapping *wrapping = NULL;

    span_reader_init(&bytes, data);
    bool good = wrapping_open(&bytes.reader, "the data", outer->budget, &wrapping, err);
    if (good && !wrapping_present(wrapping))
        good = candidates_reject(outer->candidates, candidate,
                                 SPAN("awslogs.data: not base64 of gzip"), err);
    else if (good)
        good = walk_wrapping(outer, wrapping, candidate->offset, err);
    wrapping_close(wrapping);
    return good;
}

/* Places inside the packed text mean nothing to those who have only the file. */
bool walk_packed(struct walk *outer, const struct candidate *candidate,
                 const struct envelope *envelope, struct err *err) {
    struct candidates *candidates = outer->candidates;
    CLEANUP(arena_clear) struct arena arena = {0};

    if (outer->packed)
        return candidates_reject(candidates, candidate, SPAN("awslogs.data: packed more than once"),
                                 err);
    candidates_note_kind(candidates, envelope->kind);
    /* The arena of the candidates is cleared between the records inside. */
    struct span data = arena_copy(&arena, envelope->content);
    if (walk_data(outer, data, candidate, err))
        return true;
    if (err->kind != ERR_UNREADABLE)
        return false;
    err_add(err, "%s", envelope->member);
    return err_at(err, candidate->offset, candidates->count);
}
