/* Walks a record once, checks it as JSON, and keeps the values that record_fields.h declares. */
#ifndef TRAILD_INGEST_RECORD_WALK_H
#define TRAILD_INGEST_RECORD_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "ingest/lexer.h"
#include "ingest/record_fields.h"

/* What a walk has found. Values keep their escapes until somebody asks: a record may yet turn out
 * to be cut off. */
struct picking {
    struct lexer lexer;
    struct arena *arena;           /* borrowed; takes what had escapes */
    uint64_t present;              /* a bit for each slot that holds a text, */
    uint64_t escaped;              /* and for each whose text holds escapes */
    struct span slots[SLOT_COUNT]; /* only those present are set */
};

_Static_assert(SLOT_COUNT <= 64, "a bit for each slot");

void pick_begin(struct picking *picking, struct span text, bool whole, struct arena *arena);

/* Walks the value at `at`, around which `depth` containers are open, into the slots of `level`,
 * which are emptied first; any value but an object leaves them empty. As a lex_ function. */
MUST_USE const char *pick_level(struct picking *picking, const char *at, size_t depth,
                                const struct level *level);

static inline bool is_picked(const struct picking *picking, enum slot slot) {
    return (picking->present >> slot & 1) != 0;
}

/* Decodes the texts that have escapes. */
void pick_decode(struct picking *picking);

/* A slot's text; SPAN_NONE for an absent or empty one. */
static inline struct span picked_text(const struct picking *picking, enum slot slot) {
    return is_picked(picking, slot) ? picking->slots[slot] : SPAN_NONE;
}

#endif
