/* One walk over the text of a log file, in the hands of its parts: shape.c (the top level),
 * walk_object.c, walk_array.c and walk_packed.c. Nobody else's business. */
#ifndef TRAILD_INGEST_WALK_H
#define TRAILD_INGEST_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "ingest/candidates.h"
#include "ingest/limit_reader.h"
#include "ingest/value_reader.h"

#define WALK_ACCOUNT_BYTES 64

/* One text: the file's, or one that was packed inside of it. */
struct walk {
    struct value_reader reader;
    struct candidates *candidates; /* shared with the text around it */
    struct inflate_budget *budget; /* likewise */
    bool unwrapped;                /* see struct shape_input */
    bool packed;                   /* the text came in an envelope... */
    int64_t packed_offset;         /* ...that begins there in the file's text */
    int64_t values;                /* on the top level, so far */
    const char *kind;              /* of these values; "ndjson" when they differ */

    /* What an object on the top level says of the records in it. */
    bool control;                     /* they are CloudWatch's, trying out its destination */
    char account[WALK_ACCOUNT_BYTES]; /* whose they are */
    size_t account_length;            /* 0: it does not say */
};

/* The whole text: shape.c. */
MUST_USE bool walk_text(struct walk *walk, struct err *err);

/* From here on, or from here on not, what is wrong is wrong with the next record. */
void walk_in_record(struct walk *walk, bool in);

/* An object on the top level that is no small event. Sets `*out_kind` when records are found in
 * one of its members; else it was itself taken as a candidate. */
MUST_USE bool walk_object(struct walk *walk, const char **out_kind, struct err *err);

/* An array of candidates. */
MUST_USE bool walk_array(struct walk *walk, struct err *err);

/* The value at the cursor, taken as a candidate. */
MUST_USE bool walk_candidate(struct walk *walk, struct err *err);

/* What becomes of it; fills in what is known from around it. */
MUST_USE bool walk_take(struct walk *walk, struct candidate *candidate, struct err *err);

/* Takes an opening bracket; sets `*out_empty` when the closing one follows, and takes that, too. */
MUST_USE bool walk_open(struct walk *walk, char close, bool *out_empty, struct err *err);

/* Behind an element or a member: takes the comma, or the closing bracket. */
MUST_USE bool walk_behind(struct walk *walk, char close, bool *out_last, struct err *err);

/* The records of an ENVELOPE_PACKED. */
MUST_USE bool walk_packed(struct walk *walk, const struct candidate *candidate,
                          const struct envelope *envelope, struct err *err);

#endif
