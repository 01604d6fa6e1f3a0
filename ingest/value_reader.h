/* Reads JSON from a text of any size, value by value: only the value in hand is in memory.
 *
 * What is wrong with the text is said with its place. Spans handed out live until the next call. */
#ifndef TRAILD_INGEST_VALUE_READER_H
#define TRAILD_INGEST_VALUE_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "ingest/candidates.h"
#include "ingest/text_window.h"

/* In place of a byte: the end of the text. */
#define NO_BYTE (-1)

struct value_reader {
    struct text_window window;
    int64_t record; /* index of the record in hand, for errors; ERR_NO_POSITION outside of any */
};

/* Skips white space and gives the byte there, which stays, or NO_BYTE. */
MUST_USE bool value_reader_byte(struct value_reader *reader, int *out_byte, struct err *err);

/* Takes that byte. */
void value_reader_take(struct value_reader *reader);

/* Gives the text at the cursor, `most` bytes of it, at most one piece of the window; sets
 * `*out_whole` when it ends there. */
MUST_USE bool value_reader_look(struct value_reader *reader, size_t most, struct span *out,
                                bool *out_whole, struct err *err);

/* Checks the value that begins at the cursor, up to LIMIT_RECORD_BYTES of it, or up to
 * LIMIT_ENVELOPE_BYTES together with what is held; the cursor stays. `depth` is how deep it is
 * nested. */
MUST_USE bool value_reader_value(struct value_reader *reader, size_t depth, struct span *out,
                                 struct err *err);

/* The same for what may be a record or an envelope around one, up to LIMIT_ENVELOPE_BYTES: picks
 * it, too. Sets text, offset, picked and event of `*out`. */
MUST_USE bool value_reader_candidate(struct value_reader *reader, struct arena *arena,
                                     struct candidate *out, struct err *err);

/* The same once more for a small one: looks no further than `most` bytes, at most one piece of the
 * window. Sets `*out_done` when the value ends within. */
MUST_USE bool value_reader_small_candidate(struct value_reader *reader, size_t most,
                                           struct arena *arena, struct candidate *out,
                                           bool *out_done, struct err *err);

/* The same for an object that was read in parts while it was held: picks it from what is held. */
MUST_USE bool value_reader_held_candidate(struct value_reader *reader, struct arena *arena,
                                          struct candidate *out, struct err *err);

/* The byte at the cursor is wrong; always returns false. */
bool value_reader_bad(const struct value_reader *reader, const char *reason, struct err *err);

/* What is held has grown over LIMIT_ENVELOPE_BYTES: it is no record. */
MUST_USE bool value_reader_check_held(const struct value_reader *reader, struct err *err);

#endif
