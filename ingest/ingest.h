/* The front door of ingest: bytes of a log file in, a receipt out.
 *
 * In: bytes -> gunzip -> shape (which envelope) -> records -> event -> store. All that handlers
 * may see of this folder; collect and server also ask log_name.h. */
#ifndef TRAILD_INGEST_INGEST_H
#define TRAILD_INGEST_INGEST_H

#include "base/arena.h"
#include "base/err.h"
#include "base/reader.h"
#include "store/store.h"

struct ingest_input {
    struct reader *body;       /* the file as it came; read to its end */
    struct span source;        /* for the receipt, at most LIMIT_SOURCE_BYTES */
    int64_t parent;            /* import it belongs to, or 0 */
    int64_t max_inflated;      /* bytes of text, after every gzip layer */
    const uint8_t *sha256;     /* when it is known before reading, else NULL */
    struct object_mark object; /* of an object of S3: is known once this is done */
    struct span etag;          /* of that, else SPAN_NONE */
    struct span version_id;    /* likewise */
};

/* Imports one file: all of it or nothing. The receipt's spans are in `arena`.
 * Fails with ERR_UNREADABLE (what, and err->offset and err->index where that is known: offsets
 * count the inflated text, but for gzip and base64 damage, whose sentence says "of the body").
 * The sentence names the place already. Writes one line to the log, whatever came of it. */
MUST_USE bool ingest_file(struct store *store, const struct ingest_input *input,
                          struct arena *arena, struct receipt *out, struct err *err);

/* The same for one file of a group, which tells what has become of it by this ticket; nothing is
 * logged, which is left to the one who is told. When the file's bytes are known to be stored
 * already, the group is told nothing: then out->id is not 0. */
MUST_USE bool ingest_into(struct store *store, struct import_group *group,
                          const struct ingest_input *input, void *ticket, struct arena *arena,
                          struct receipt *out, struct err *err);

/* The line of ingest_file, for a file of a group or one that was not even read. */
void ingest_log_done(const struct receipt *receipt, struct span source, int64_t milliseconds);
void ingest_log_failed(const struct err *err, struct span source);

/* Picks the event out of a record that the store gave back; spans point into the record or into
 * `arena`. The same code that picked it when it was imported, so that what is shown is what is
 * filtered by. Fails only on a record that ingest_file would have rejected. */
MUST_USE bool ingest_pick(struct span record, struct arena *arena, struct event *out,
                          struct err *err);

#endif
