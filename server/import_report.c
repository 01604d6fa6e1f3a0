#include "server/import_report.h"

#include "aws/s3.h"
#include "collect/skipped_files.h"
#include "server/progress.h"

void import_totals_add(struct import_totals *totals, const struct receipt *receipt) {
    totals->records += receipt->records;
    totals->inserted += receipt->inserted;
    totals->duplicates += receipt->duplicates;
    totals->rejected += receipt->rejected;
    totals->skipped += receipt->status == IMPORT_SKIPPED;
    totals->rejecting_files += receipt->rejected > 0;
}

void import_totals_add_many(struct import_totals *totals, const struct import_progress *progress) {
    totals->files += import_progress_files(progress);
    totals->records += progress->records;
    totals->inserted += progress->inserted;
    totals->duplicates += progress->duplicates;
    totals->rejected += progress->rejected;
    totals->known += progress->files_known;
    totals->skipped += progress->files_skipped;
    totals->failed += progress->files_failed;
}

/* Empty when it is none. */
static struct span key_of(struct span uri) {
    struct span bucket;
    struct span key;
    struct err ignored;

    return s3_uri_parse(uri, &bucket, &key, &ignored) ? key : SPAN("");
}

/* What S3 says names the object itself. */
void import_report_failure(struct span path, struct span reason, struct buffer *out) {
    struct span key = key_of(path);

    if (!span_starts_with(reason, path))
        buffer_append_format(out, "%.*s: ", SPAN_ARGS(path));
    buffer_append_format(out, "%.*s%s\n", SPAN_ARGS(reason),
                         key.length > 0 ? s3_failure_hint(key, reason) : "");
}

static void append_total(struct buffer *out, int64_t count, const char *what) {
    append_count(out, count);
    buffer_append_text(out, what);
}

void import_report_rejected(const struct import_totals *totals, struct span path, int64_t count,
                            struct span reason, struct buffer *out) {
    if (totals->rejecting_files > REPORT_REJECTED_FILES)
        return;
    buffer_append_format(out, "%.*s: ", SPAN_ARGS(path));
    append_total(out, count, count == 1 ? " record rejected" : " records rejected");
    if (reason.data != NULL)
        buffer_append_format(out, "%s: %.*s", count == 1 ? "" : ", the first", SPAN_ARGS(reason));
    buffer_append_byte(out, '\n');
}

void import_report_unnamed(const struct import_totals *totals, struct buffer *out) {
    int64_t count = totals->rejecting_files - REPORT_REJECTED_FILES;

    if (count <= 0)
        return;
    buffer_append_text(out, "and ");
    append_total(out, count, count == 1 ? " more file" : " more files");
    buffer_append_text(out, " with rejected records\n");
}

void import_report_skipped(struct span source, struct span skipped, struct buffer *out) {
    struct skipped_files files;

    skipped_files_from_text(skipped, &files);
    for (size_t i = 0; i < files.count; i++) {
        const struct skipped_kind *kind = &files.kinds[i];
        buffer_append_format(out, "%.*s: ", SPAN_ARGS(source));
        append_total(out, kind->objects, kind->objects == 1 ? " file" : " files");
        buffer_append_format(out, " skipped (%.*s), such as %.*s\n", SPAN_ARGS(kind->kind),
                             SPAN_ARGS(kind->example));
    }
    skipped_files_clear(&files);
}

void import_report_empty(const struct receipt *import, bool selected, struct buffer *out) {
    if (import->status != IMPORT_DONE || import->progress.files_listed > 0)
        return;
    buffer_append_format(out, "%.*s: ", SPAN_ARGS(import->source));
    buffer_append_text(out, selected
                                ? "no log file that was asked for lies there; check the prefix and "
                                  "--from, --to, --account and --region\n"
                                : "nothing lies there; check the prefix: a trail's files are in "
                                  "s3://BUCKET/[PREFIX/]AWSLogs/\n");
}

void import_report_summary(const struct import_totals *totals, int64_t ms, struct buffer *out) {
    append_total(out, totals->files, totals->files == 1 ? " file, " : " files, ");
    append_total(out, totals->records, " records: ");
    append_total(out, totals->inserted, " inserted, ");
    append_total(out, totals->duplicates, " duplicates, ");
    append_total(out, totals->rejected, " rejected; ");
    if (totals->known > 0)
        append_total(out, totals->known,
                     totals->known == 1 ? " file imported before, " : " files imported before, ");
    append_total(out, totals->skipped,
                 totals->skipped == 1 ? " file skipped, " : " files skipped, ");
    append_total(out, totals->failed, " failed; ");
    buffer_append_format(out, "%lld.%01d s, ", (long long)(ms / 1000), (int)(ms % 1000 / 100));
    append_total(out, totals->records * 1000 / (ms > 0 ? ms : 1), " events/s\n");
}
