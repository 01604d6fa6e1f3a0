#include "handlers/receipt_json.h"

#include "base/json_text.h"

static void write_origin(const struct receipt *receipt, struct buffer *out) {
    char digest[SHA256_HEX_TEXT];

    sha256_to_hex(receipt->sha256, digest);
    json_text_integer_member(out, "id", receipt->id);
    json_text_count_member(out, "parent", receipt->parent != 0 ? receipt->parent : -1);
    json_text_string_member(out, "source", receipt->source);
    json_text_string_member(out, "kind", receipt->kind.length > 0 ? receipt->kind : SPAN_NONE);
    json_text_string_member(out, "status", span_of(import_status_text(receipt->status)));
    json_text_string_member(out, "sha256", receipt->has_sha256 ? span_of(digest) : SPAN_NONE);
    json_text_string_member(out, "etag", receipt->etag);
    json_text_string_member(out, "version_id", receipt->version_id);
}

static void write_outcome(const struct receipt *receipt, struct buffer *out) {
    json_text_integer_member(out, "bytes", receipt->bytes);
    json_text_integer_member(out, "records", receipt->records);
    json_text_integer_member(out, "inserted", receipt->inserted);
    json_text_integer_member(out, "duplicates", receipt->duplicates);
    json_text_integer_member(out, "rejected", receipt->rejected);
    json_text_time_member(out, "first_event_time", receipt->first_event_ms);
    json_text_time_member(out, "last_event_time", receipt->last_event_ms);
    json_text_time_member(out, "received_at", receipt->received_ms);
    json_text_string_member(out, "error", receipt->error);
}

/* Of one that has ended, over all of its time. */
static int64_t average(int64_t amount, const struct import_progress *progress) {
    int64_t ms = progress->ended_ms - progress->started_ms;

    if (progress->started_ms == 0 || progress->ended_ms == 0)
        return -1;
    return (int64_t)((double)amount * 1000 / (double)(ms > 0 ? ms : 1));
}

static void write_moment(struct buffer *out, const char *name, int64_t ms) {
    json_text_time_member(out, name, ms != 0 ? ms : -1);
}

static void write_files(const struct import_progress *progress, struct buffer *out) {
    json_text_integer_member(out, "files_listed", progress->files_listed);
    json_text_integer_member(out, "files_done", progress->files_done);
    json_text_integer_member(out, "files_known", progress->files_known);
    json_text_integer_member(out, "files_skipped", progress->files_skipped);
    json_text_integer_member(out, "files_failed", progress->files_failed);
    json_text_integer_member(out, "bytes_listed", progress->bytes_listed);
    json_text_integer_member(out, "bytes_done", progress->bytes_done);
}

/* Text of JSON; none before anything was saved. */
static void write_skipped(struct span skipped, struct buffer *out) {
    json_text_raw_member(out, "skipped", skipped.data != NULL ? skipped : SPAN("{}"));
}

static void write_pace(const struct receipt *receipt, const struct import_live *live,
                       struct buffer *out) {
    const struct import_progress *progress = &receipt->progress;
    int64_t events = live != NULL ? live->records_per_second : average(progress->records, progress);
    int64_t bytes = live != NULL ? live->bytes_per_second : average(progress->bytes_done, progress);

    json_text_count_member(out, "events_per_second", events);
    json_text_count_member(out, "bytes_per_second", bytes);
    json_text_count_member(out, "eta_seconds",
                           live != NULL && live->eta_ms >= 0 ? (live->eta_ms + 999) / 1000 : -1);
    json_text_string_member(out, "waiting_for", live != NULL ? live->waiting_for : SPAN_NONE);
    write_moment(out, "started_at", progress->started_ms);
    write_moment(out, "ended_at", progress->ended_ms);
}

static void write_progress(const struct receipt *receipt, const struct import_live *live,
                           struct buffer *out) {
    bool listed = live != NULL ? live->listed : receipt->status == IMPORT_DONE;

    json_text_name(out, "progress");
    buffer_append_byte(out, '{');
    write_files(&receipt->progress, out);
    json_text_flag_member(out, "all_listed", listed);
    write_skipped(receipt->skipped, out);
    write_pace(receipt, live, out);
    buffer_append_byte(out, '}');
    json_text_name(out, "failed");
    buffer_append_format(out, "\"/v1/imports?parent=%lld&status=failed\"", (long long)receipt->id);
}

/* What its files brought is what the import of them brought. */
static struct receipt sum_up(const struct receipt *receipt, const struct import_live *live) {
    struct receipt sum = *receipt;

    if (live != NULL) {
        sum.status = live->status;
        sum.progress = live->progress;
        sum.skipped = live->skipped;
    }
    sum.bytes = sum.progress.bytes_done;
    sum.records = sum.progress.records;
    sum.inserted = sum.progress.inserted;
    sum.duplicates = sum.progress.duplicates;
    sum.rejected = sum.progress.rejected;
    return sum;
}

void receipt_json_write(const struct receipt *receipt, const struct import_live *live,
                        struct buffer *out) {
    struct receipt shown = receipt->has_progress ? sum_up(receipt, live) : *receipt;

    buffer_append_byte(out, '{');
    write_origin(&shown, out);
    write_outcome(&shown, out);
    if (shown.duplicate_of != 0)
        json_text_integer_member(out, "duplicate_of", shown.duplicate_of);
    if (shown.has_progress)
        write_progress(&shown, live, out);
    buffer_append_byte(out, '}');
}

bool receipt_show(struct call *call, const struct receipt *receipt, struct err *err) {
    struct buffer *body = &call->response->body;
    struct import_live live;
    struct receipt ended;

    if (receipt->status != IMPORT_QUEUED && receipt->status != IMPORT_RUNNING) {
        receipt_json_write(receipt, NULL, body);
        return true;
    }
    if (collector_progress(call->service->collector, receipt->id, call->arena, &live)) {
        receipt_json_write(receipt, &live, body);
        return true;
    }
    /* It has ended since it was read. */
    if (!store_get_receipt(call->service->store, receipt->id, call->arena, &ended, err))
        return false;
    receipt_json_write(&ended, NULL, body);
    return true;
}

bool receipt_answer(struct call *call, int status, const struct receipt *receipt, struct err *err) {
    call_answer_json(call, status);
    response_header(call->response, "Location",
                    arena_format(call->arena, "/v1/imports/%lld", (long long)receipt->id));
    if (!receipt_show(call, receipt, err))
        return false;
    buffer_append_byte(&call->response->body, '\n');
    return true;
}
