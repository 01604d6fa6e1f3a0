/* What `traild import` tells of the files that it has read. */
#ifndef TRAILD_SERVER_IMPORT_REPORT_H
#define TRAILD_SERVER_IMPORT_REPORT_H

#include <stdint.h>

#include "base/buffer.h"
#include "store/store.h"

/* So many files with rejected records are named, the others are counted. */
#define REPORT_REJECTED_FILES 20

/* Zeroed to begin with. */
struct import_totals {
    int64_t files; /* read to their ends, one way or the other */
    int64_t records;
    int64_t inserted;
    int64_t duplicates;
    int64_t rejected;
    int64_t known;           /* files of S3 that were imported before */
    int64_t skipped;         /* files */
    int64_t failed;          /* files */
    int64_t rejecting_files; /* some of whose records were rejected */
};

/* Counts a file that was imported; `files` and `failed` are the caller's to count. */
void import_totals_add(struct import_totals *totals, const struct receipt *receipt);

/* Counts the files of an import from S3, but for those whose records were rejected. */
void import_totals_add_many(struct import_totals *totals, const struct import_progress *progress);

/* A line for what failed: a path, or an object by its URI. */
void import_report_failure(struct span path, struct span reason, struct buffer *out);

/* A line for a file that has been counted in `totals`, or nothing when enough were named. `reason`
 * is the first record's; SPAN_NONE when it is not known. */
void import_report_rejected(const struct import_totals *totals, struct span path, int64_t count,
                            struct span reason, struct buffer *out);

/* A line for the files that import_report_rejected left out, if there are any. */
void import_report_unnamed(const struct import_totals *totals, struct buffer *out);

/* A line for each kind of file that an import from S3 left alone: `source` is the import's,
 * `skipped` of its receipt. */
void import_report_skipped(struct span source, struct span skipped, struct buffer *out);

/* A line for an import from S3 that found no file at all, or nothing. `selected`: only some of the
 * files were asked for. */
void import_report_empty(const struct receipt *import, bool selected, struct buffer *out);

/* One line. */
void import_report_summary(const struct import_totals *totals, int64_t ms, struct buffer *out);

#endif
