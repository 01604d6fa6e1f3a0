/* What a trail met and left alone: how many folders and objects of each kind, with an example. */
#ifndef TRAILD_COLLECT_TRAIL_NOTES_H
#define TRAILD_COLLECT_TRAIL_NOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/span.h"

struct trail_note {
    char kind[32]; /* a word, ends with NUL */
    int64_t folders;
    int64_t objects;
    size_t length; /* of the example: the one met last; 0: none */
    char example[LIMIT_KEY_BYTES];
};

/* Zeroed: empty. One thread at a time. */
struct trail_notes {
    struct trail_note *kinds; /* owned, in the order in which they were met */
    size_t count;
    bool changed; /* the caller's to clear */
};

void trail_notes_clear(struct trail_notes *notes);

/* `kind` is a word of the program's own: of key_kind_word, "archived" (a log file in a storage
 * class that must be restored before it can be read), or the kind of a receipt with status skipped.
 */
void trail_notes_add_object(struct trail_notes *notes, struct span kind, struct span key);
void trail_notes_add_folder(struct trail_notes *notes, struct span kind, struct span folder);

/* Adds the objects of `more`. */
void trail_notes_add_objects(struct trail_notes *notes, const struct trail_notes *more);

/* Takes over the folders of `counted`, in which all of them were counted anew. */
void trail_notes_set_folders(struct trail_notes *notes, const struct trail_notes *counted);

/* `{"digest":{"folders":50,"objects":0,"example":"AWSLogs/..."},...}`, only what was met. */
struct span trail_notes_to_text(const struct trail_notes *notes, struct arena *arena);

/* Of what trail_notes_to_text gave; whatever else it is, is left out. */
void trail_notes_from_text(struct span text, struct trail_notes *out);

#endif
