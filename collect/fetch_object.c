/* One object on its way into the store: known already, or downloaded and imported, and a receipt
 * when that fails. */
#include "collect/fetcher_state.h"

#include "base/limits.h"
#include "base/utc.h"
#include "collect/gathering.h"
#include "ingest/ingest.h"
#include "store/collection.h"

/* Of a larger one the commit is a small part, and it would hold its lane for long. */
#define GATHERED_BYTES ((int64_t)SPOOL_MEMORY_BYTES)

/* One object on its way. */
struct way {
    const struct fetch_means *means;
    struct fetch *fetch;
    const atomic_bool *cancel;
    struct span source;
    bool read; /* what comes of that is in the log */
    struct s3_got got;
    struct spool spool;
    bool gathered; /* from then on the fetch is not touched any more */
    bool again;
};

bool err_may_pass(const struct err *err) {
    switch (err->kind) {
    case ERR_BUSY:
    case ERR_TIMEOUT:
    case ERR_CANCELLED:
    case ERR_NO_SPACE:
    case ERR_INTERNAL:
        return true;
    default:
        return false;
    }
}

/* What is read again will be the same, as long as the ETag is. */
static bool lies_in_the_bytes(const struct err *err) {
    return err->kind == ERR_UNREADABLE || err->kind == ERR_TOO_LARGE;
}

/* Reads what was downloaded until somebody cancels. */
struct cancel_reader {
    struct reader reader;
    struct reader *source;
    const atomic_bool *cancel;
};

static bool cancel_read(struct reader *reader, char *out, size_t room, size_t *out_length,
                        struct err *err) {
    struct cancel_reader *self = (struct cancel_reader *)reader;

    if (atomic_load(self->cancel))
        return err_set(err, ERR_CANCELLED, "cancelled");
    return reader_read(self->source, out, room, out_length, err);
}

/* A kill came between its commit and the saving of how far its import had come. */
static bool is_own(const struct fetch *fetch, struct span source, const struct receipt *receipt) {
    struct span version = fetch->object.version;

    return receipt->parent != 0 && receipt->parent == fetch->parent &&
           span_equal(receipt->source, source) &&
           (version.data == NULL || span_equal(receipt->version_id, version));
}

/* out->id 0: it is not known. */
static bool find_known(const struct way *way, struct receipt *out, struct err *err) {
    int64_t import = 0;

    *out = (struct receipt){0};
    if (!store_find_objects(way->means->config->store, &way->fetch->mark, 1, &import, err))
        return false;
    if (import == 0)
        return true;
    if (!store_get_receipt(way->means->config->store, import, way->means->arena, out, err))
        return false;
    /* One that was gone, of which no byte was seen, may be there again. */
    if (out->status == IMPORT_FAILED && (!way->fetch->trusts_failures || out->bytes == 0)) {
        *out = (struct receipt){0};
        return true;
    }
    if (is_own(way->fetch, way->source, out))
        return true;
    out->duplicate_of = out->id;
    out->duplicates = out->records - out->rejected;
    out->inserted = 0;
    return true;
}

static bool download(struct way *way, struct err *err) {
    if (s3_get(way->means->channel, &way->fetch->object, &way->spool,
               way->means->config->max_object_bytes, way->cancel, way->means->arena, &way->got,
               err))
        return true;
    if (way->spool.disk_full)
        err->kind = ERR_NO_SPACE;
    return false;
}

/* Whoever finds a lane full commits what others have put there, and is told how that fails. */
static bool may_be_of_others(const struct err *err) {
    return err_may_pass(err) && err->kind != ERR_CANCELLED && err->kind != ERR_NO_SPACE;
}

/* What is known by its sum, or cannot be read, is not gathered. */
static bool gather(struct way *way, const struct ingest_input *input, int64_t bytes,
                   struct receipt *out, struct err *err) {
    way->fetch->begun_ms = monotonic_ms();
    way->fetch->bytes = bytes;
    bool good =
        gathering_add(way->means->gathering, input, way->fetch, way->means->arena, out, err);
    way->gathered = good && out->id == 0;
    way->again = !good && may_be_of_others(err);
    if (!good && !way->again)
        ingest_log_failed(err, way->source);
    else if (good && !way->gathered)
        ingest_log_done(out, way->source, monotonic_ms() - way->fetch->begun_ms);
    return good;
}

/* While the disk is full, whoever tries learns at once whether it still is. */
static bool may_gather(const struct way *way, int64_t bytes) {
    return way->fetch->gathers && !way->fetch->alone && bytes <= GATHERED_BYTES &&
           !full_disk_lasts(way->means->disk);
}

static bool import(struct way *way, struct receipt *out, struct err *err) {
    const struct s3_object *object = &way->fetch->object;
    struct spooled body;

    way->read = true;
    spool_finish(&way->spool, &body);
    struct cancel_reader reader = {{cancel_read}, body.reader, way->cancel};
    const struct ingest_input input = {
        .body = &reader.reader,
        .source = way->source,
        .parent = way->fetch->parent,
        .max_inflated = way->means->config->max_inflated,
        .sha256 = body.sha256,
        .object = object_mark_of(object->bucket, object->key, way->got.etag),
        .etag = way->got.etag,
        .version_id = way->got.version,
    };
    bool good = may_gather(way, body.bytes)
                    ? gather(way, &input, body.bytes, out, err)
                    : ingest_file(way->means->config->store, &input, way->means->arena, out, err);
    if (good && !way->gathered)
        full_disk_over(way->means->disk);
    return good || err_add(err, "%.*s", SPAN_ARGS(way->source));
}

static bool check_key(const struct way *way, struct err *err) {
    const struct s3_object *object = &way->fetch->object;

    if (object->key.length > 0 && object->key.length <= LIMIT_KEY_BYTES)
        return true;
    return err_set(err, ERR_INVALID, "a key in the bucket %.*s is %zu bytes long, not 1 to %d",
                   SPAN_ARGS(object->bucket), object->key.length, LIMIT_KEY_BYTES);
}

/* For an import of named objects: no list told their ETags, so what it had brought itself before a
 * kill is known by its bytes alone, and has its first receipt again. */
static bool take_own_receipt(const struct fetcher_config *config, const struct fetch *fetch,
                             struct span source, struct arena *arena, struct receipt *out,
                             struct err *err) {
    return out->duplicate_of == 0 || !is_own(fetch, source, out) ||
           store_get_receipt(config->store, out->duplicate_of, arena, out, err);
}

static bool fetch_new(struct way *way, struct receipt *out, struct err *err) {
    if (!full_disk_check(way->means->disk, monotonic_ms(), err))
        return err_add(err, "%.*s", SPAN_ARGS(way->source));
    if (!download(way, err) || !import(way, out, err)) {
        if (err->kind == ERR_NO_SPACE)
            full_disk_found(way->means->disk, monotonic_ms());
        return false;
    }
    return way->gathered || take_own_receipt(way->means->config, way->fetch, way->source,
                                             way->means->arena, out, err);
}

static enum fetch_outcome outcome_of(const struct receipt *receipt) {
    if (receipt->duplicate_of != 0)
        return FETCH_KNOWN;
    return receipt->status == IMPORT_SKIPPED ? FETCH_SKIPPED : FETCH_IMPORTED;
}

static bool fetch_it(struct way *way, struct receipt *out, struct err *err) {
    if (atomic_load(way->cancel))
        return err_set(err, ERR_CANCELLED, "cancelled");
    if (!check_key(way, err) || !find_known(way, out, err))
        return false;
    return out->id != 0 || fetch_new(way, out, err);
}

static bool wants_receipt(const struct way *way, const struct err *err) {
    switch (way->fetch->failures) {
    case FETCH_FORGETS:
        return false;
    case FETCH_RECORDS_BYTES:
        return lies_in_the_bytes(err);
    case FETCH_RECORDS_OBJECT:
        return lies_in_the_bytes(err) || err->kind == ERR_ABSENT;
    case FETCH_RECORDS:
        return !err_may_pass(err);
    case FETCH_RECORDS_ALL:
        return err->kind != ERR_NO_SPACE;
    }
    return false;
}

/* A failure that cannot be recorded is one of ours, which the one who asked hears instead. */
static void record_failure(const struct way *way, struct fetched *fetched) {
    const struct s3_object *object = &way->fetch->object;
    struct span etag = way->got.etag.data != NULL ? way->got.etag : object->etag;
    struct import_facts facts = {
        .source = way->source,
        .parent = way->fetch->parent,
        .bytes = way->spool.bytes,
        .etag = etag,
        .version_id = way->got.version.data != NULL ? way->got.version : object->version,
        .error = span_of(fetched->err.text),
    };
    struct err err;

    if (!way->read)
        ingest_log_failed(&fetched->err, way->source);
    if (lies_in_the_bytes(&fetched->err))
        facts.object = object_mark_of(object->bucket, object->key, etag);
    if (!store_add_failure(way->means->config->store, &facts, way->means->arena, &fetched->receipt,
                           &err)) {
        fetched->err = err;
        fetched->receipt = (struct receipt){0};
    }
}

void fetch_object(const struct fetch_means *means, struct fetch *fetch, const atomic_bool *cancel,
                  struct fetched *out) {
    struct way way = {.means = means,
                      .fetch = fetch,
                      .cancel = cancel,
                      .got = {.etag = SPAN_NONE, .version = SPAN_NONE}};

    *out = (struct fetched){0};
    way.source = s3_uri(fetch->object.bucket, fetch->object.key, means->arena);
    spool_init(&way.spool, means->config->spools);
    if (fetch_it(&way, &out->receipt, &out->err)) {
        out->gathered = way.gathered;
        out->outcome = outcome_of(&out->receipt);
    } else if (atomic_load(cancel)) {
        out->outcome = FETCH_CANCELLED;
        out->receipt = (struct receipt){0};
    } else if (way.again) {
        out->again = true;
    } else {
        out->outcome = FETCH_FAILED;
        out->receipt = (struct receipt){0};
        if (wants_receipt(&way, &out->err))
            record_failure(&way, out);
    }
    out->bytes = way.spool.bytes;
    spool_clear(&way.spool);
}

void fetch_gathered(const struct fetcher_config *config, const struct fetch *fetch,
                    const struct receipt *receipt, struct arena *arena, struct fetched *out) {
    struct span source = s3_uri(fetch->object.bucket, fetch->object.key, arena);

    *out = (struct fetched){.receipt = *receipt, .bytes = fetch->bytes};
    ingest_log_done(receipt, source, monotonic_ms() - fetch->begun_ms);
    if (take_own_receipt(config, fetch, source, arena, &out->receipt, &out->err)) {
        out->outcome = outcome_of(&out->receipt);
    } else {
        out->outcome = FETCH_FAILED;
        out->receipt = (struct receipt){0};
    }
}
