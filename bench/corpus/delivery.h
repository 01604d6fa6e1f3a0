/* Records gathered into log files as CloudTrail delivers them: small files of one account and
 * region, named after the minute of delivery, in no order; some events and some whole files come
 * twice. */
#ifndef TRAILD_BENCH_CORPUS_DELIVERY_H
#define TRAILD_BENCH_CORPUS_DELIVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "bench/corpus/corpus.h"
#include "bench/corpus/parcel.h"

#define DELIVERY_PATH_BYTES 512

struct delivery_options {
    struct corpus_options corpus;
    enum parcel_shape shape;
    uint64_t events;   /* distinct ones, in all files together */
    uint64_t smallest; /* events in a file, at least 1 */
    uint64_t largest;
    unsigned duplicates;      /* percent of the events that are delivered again, 0 to 100 */
    const char *organization; /* o-..., or NULL */
    bool bare;                /* items and separators only, to be joined by the caller */
};

struct delivery;

struct delivered_file {
    char path[DELIVERY_PATH_BYTES]; /* AWSLogs/.../<name>.json, relative, without .gz */
    struct span text;               /* borrowed until the next file */
    uint64_t records;
    uint64_t again; /* of these, how many have been delivered before */
};

struct delivery *delivery_open(const struct delivery_options *options);
void delivery_close(struct delivery *delivery);

/* False when all events have been delivered; `*out` is untouched then. */
bool delivery_next(struct delivery *delivery, struct delivered_file *out);

#endif
