/* The files that an import of many objects left alone: how many of each kind, with an example. */
#ifndef TRAILD_COLLECT_SKIPPED_FILES_H
#define TRAILD_COLLECT_SKIPPED_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"

struct skipped_kind {
    struct span kind; /* a word, see skipped_files_add */
    int64_t objects;
    struct span example; /* the key counted first */
};

/* Zeroed: none. Kinds are in the order in which they were met. One thread at a time. */
struct skipped_files {
    struct skipped_kind *kinds;
    size_t count;
    struct arena arena; /* of the above */
};

/* `kind` is a word of the program's own: of key_kind_word and selector_skipped_word, or the kind of
 * a receipt with status skipped. Gives it back as long as `files` live. */
struct span skipped_files_add(struct skipped_files *files, struct span kind, struct span key);

/* `{"digest":{"objects":3,"example":"AWSLogs/..."},...}`: what is kept with the import and what the
 * API shows. */
struct span skipped_files_to_text(const struct skipped_files *files, struct arena *arena);

/* Of what skipped_files_to_text gave, or SPAN_NONE; whatever else it is, is left out. */
void skipped_files_from_text(struct span text, struct skipped_files *out);

void skipped_files_clear(struct skipped_files *files);

#endif
