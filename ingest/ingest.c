#include "ingest/ingest.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/sha256.h"
#include "base/utc.h"
#include "ingest/record.h"
#include "ingest/shape.h"
#include "ingest/source_account.h"
#include "ingest/wrapping.h"
#include "store/collection.h"

/* The body, counted and summed up while it is read. */
struct body_reader {
    struct reader reader;
    struct reader *source; /* borrowed */
    int64_t bytes;
    const uint8_t *known; /* the sum, when there is no need to make it; else NULL */
    struct sha256 sha256;
};

/* Puts what the walk finds into the import. */
struct import_sink {
    struct record_sink sink;
    struct import *import;      /* borrowed */
    struct span source_account; /* that the file's name tells, or SPAN_NONE */
};

static bool body_read(struct reader *reader, char *out, size_t room, size_t *out_length,
                      struct err *err) {
    struct body_reader *self = (struct body_reader *)reader;

    if (!reader_read(self->source, out, room, out_length, err))
        return false;
    self->bytes += (int64_t)*out_length;
    if (self->known == NULL)
        sha256_add(&self->sha256, (struct span){out, *out_length});
    return true;
}

static void body_begin(struct body_reader *body, const struct ingest_input *input) {
    *body =
        (struct body_reader){.reader = {body_read}, .source = input->body, .known = input->sha256};
    if (body->known == NULL)
        sha256_begin(&body->sha256);
}

/* The sum is of all bytes, whatever the layers above have left unread. */
static bool body_end(struct body_reader *body, uint8_t out_sha256[SHA256_BYTES], struct err *err) {
    char rest[4096];
    size_t length = 1;

    while (length > 0) {
        if (!reader_read(&body->reader, rest, sizeof(rest), &length, err))
            return false;
    }
    if (body->known != NULL)
        memcpy(out_sha256, body->known, SHA256_BYTES);
    else
        sha256_end(&body->sha256, out_sha256);
    return true;
}

static bool sink_event(struct record_sink *sink, const struct event *event, struct span account,
                       struct err *err) {
    struct import_sink *self = (struct import_sink *)sink;

    if (event->value[ATTRIBUTE_ACCOUNT].data != NULL)
        return import_add(self->import, event, err);
    struct event completed = *event;
    completed.value[ATTRIBUTE_ACCOUNT] =
        self->source_account.data != NULL ? self->source_account : account;
    return import_add(self->import, &completed, err);
}

static bool sink_reject(struct record_sink *sink, const struct rejection *rejection,
                        struct err *err) {
    struct import_sink *self = (struct import_sink *)sink;

    if (import_reject(self->import, rejection, err))
        return true;
    if (err->kind == ERR_UNREADABLE)
        err_at(err, rejection->offset, rejection->index);
    return false;
}

/* In: body -> without its wrappings -> records -> import. */
static bool walk_body(struct import *import, const struct ingest_input *input,
                      struct body_reader *body, struct shape_result *out, struct err *err) {
    struct import_sink sink = {{sink_event, sink_reject}, import, source_account(input->source)};
    struct inflate_budget budget = {.limit = input->max_inflated};
    struct wrapping *wrapping;

    if (!wrapping_open(&body->reader, "the body", &budget, &wrapping, err))
        return false;
    struct shape_input shape = {.text = wrapping_text(wrapping),
                                .unwrapped = wrapping_present(wrapping),
                                .budget = &budget};
    (void)!wrapping_whole(wrapping, &shape.at_hand);
    bool good = shape_walk(&shape, &sink.sink, out, err);
    wrapping_close(wrapping);
    return good;
}

/* Reads the file into the import; on failure that is gone. */
static bool fill(struct import *import, const struct ingest_input *input, struct import_facts *out,
                 struct err *err) {
    struct body_reader body;
    struct shape_result shape;

    *out = (struct import_facts){
        .source = input->source,
        .parent = input->parent,
        .object = input->object,
        .etag = input->etag,
        .version_id = input->version_id,
    };
    body_begin(&body, input);
    if (!walk_body(import, input, &body, &shape, err) || !body_end(&body, out->sha256, err)) {
        sha256_clear(&body.sha256);
        import_abort(import);
        return false;
    }
    out->kind = span_of(shape.kind);
    out->status = shape.stranger ? IMPORT_SKIPPED : IMPORT_DONE;
    out->bytes = body.bytes;
    return true;
}

/* The receipt of the same bytes, when their sum is known before they are read; id 0 without. An
 * object with these bytes is known from then on. */
static bool find_known(struct store *store, const struct ingest_input *input, struct arena *arena,
                       struct receipt *out, struct err *err) {
    *out = (struct receipt){0};
    if (input->source.length > LIMIT_SOURCE_BYTES)
        return err_set(err, ERR_INVALID, "source must be at most %d bytes long",
                       LIMIT_SOURCE_BYTES);
    if (input->sha256 == NULL)
        return true;
    if (!store_find_duplicate(store, input->sha256, arena, out, err))
        return false;
    return out->id == 0 || input->object.tag == 0 ||
           store_mark_object(store, input->object, out->id, err);
}

static bool import_file(struct store *store, const struct ingest_input *input, struct arena *arena,
                        struct receipt *out, struct err *err) {
    struct import_facts facts;

    if (!find_known(store, input, arena, out, err))
        return false;
    if (out->id != 0)
        return true;
    struct import *import = import_begin(store);
    return fill(import, input, &facts, err) && import_commit(import, &facts, arena, out, err);
}

bool ingest_into(struct store *store, struct import_group *group, const struct ingest_input *input,
                 void *ticket, struct arena *arena, struct receipt *out, struct err *err) {
    struct import_facts facts;

    if (!find_known(store, input, arena, out, err))
        return false;
    if (out->id != 0)
        return true;
    struct import *import = import_begin_in(group);
    return fill(import, input, &facts, err) && import_join(import, &facts, ticket, err);
}

void ingest_log_done(const struct receipt *receipt, struct span source, int64_t milliseconds) {
    struct log_line line;

    log_begin(&line, LOG_INFO, "import done");
    log_number(&line, "id", receipt->id);
    log_text(&line, "source", source);
    log_text(&line, "kind", receipt->kind);
    log_text(&line, "status", span_of(import_status_text(receipt->status)));
    log_number(&line, "records", receipt->records);
    log_number(&line, "inserted", receipt->inserted);
    log_number(&line, "duplicates", receipt->duplicates);
    log_number(&line, "rejected", receipt->rejected);
    log_number(&line, "bytes", receipt->bytes);
    log_number(&line, "milliseconds", milliseconds);
    if (receipt->duplicate_of != 0)
        log_number(&line, "duplicate_of", receipt->duplicate_of);
    log_end(&line);
}

/* Only a failure of ours asks for somebody to act. */
static void begin_failed(struct log_line *line, enum err_kind kind) {
    if (kind == ERR_INTERNAL || kind == ERR_NO_SPACE)
        log_begin(line, LOG_ERROR, "import failed");
    else if (kind == ERR_CANCELLED)
        log_begin(line, LOG_INFO, "import cancelled");
    else
        log_begin(line, LOG_WARN, "import refused");
}

void ingest_log_failed(const struct err *err, struct span source) {
    struct log_line line;

    begin_failed(&line, err->kind);
    log_text(&line, "source", source);
    log_text(&line, "reason", span_of(err->text));
    if (err->offset != ERR_NO_POSITION)
        log_number(&line, "offset", err->offset);
    if (err->index != ERR_NO_POSITION)
        log_number(&line, "index", err->index);
    log_end(&line);
}

bool ingest_file(struct store *store, const struct ingest_input *input, struct arena *arena,
                 struct receipt *out, struct err *err) {
    int64_t begin_ms = monotonic_ms();
    bool good = import_file(store, input, arena, out, err);

    if (good)
        ingest_log_done(out, input->source, monotonic_ms() - begin_ms);
    else
        ingest_log_failed(err, input->source);
    return good;
}

bool ingest_pick(struct span record, struct arena *arena, struct event *out, struct err *err) {
    struct event event;
    struct record_result picked = record_pick(record, true, arena, &event);

    if (picked.scan.status != SCAN_DONE)
        return err_set(err, ERR_UNREADABLE, "the record is no JSON");
    if (picked.scan.end != record.length)
        return err_set(err, ERR_UNREADABLE, "there is something behind the record");
    if (!picked.is_event)
        return err_set(err, ERR_UNREADABLE, "the record is no event: %s", picked.reason);
    *out = event;
    return true;
}
