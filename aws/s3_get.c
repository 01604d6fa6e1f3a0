/* An object into a spool: read on after a cut, begun anew when it changed meanwhile. */
#include "aws/s3.h"

#include <inttypes.h>

#include "aws/call.h"
#include "aws/client_state.h"
#include "aws/refusal.h"
#include "aws/retry.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "base/percent.h"

/* An attempt that brought so much was no failure: the next one counts as the first. */
#define PROGRESS_BYTES MIB

/* An object on its way. */
struct reading {
    struct sink sink; /* first: the sink is the reading */
    const struct s3_object *object;
    struct spool *spool;
    struct arena *arena;
    int64_t max_bytes;
    int64_t held;       /* bytes in the spool */
    int64_t expected;   /* of the whole object; -1: not told */
    struct span quoted; /* its ETag as the server writes it; SPAN_NONE: not told */
    struct span version;
    int64_t restarts; /* how often what was held was thrown away */
    bool begun;       /* the attempt has brought an answer */
    bool changed;     /* the object is not the one that was begun */
    bool failed;      /* for a reason that no further attempt mends */
};

static bool stop(struct reading *reading, struct err *err, enum err_kind kind, const char *why) {
    reading->failed = true;
    return err_set(err, kind, "%s", why);
}

static bool too_large(struct reading *reading, struct err *err) {
    reading->failed = true;
    return err_set(err, ERR_TOO_LARGE, "the object is over the limit of %" PRId64 " bytes",
                   reading->max_bytes);
}

/* ---- answers ---- */

static int64_t length_told(const struct transport_answer *answer) {
    int64_t length;

    return span_to_integer(answer_field(answer, "content-length"), &length) ? length : -1;
}

static void throw_away(struct reading *reading) {
    if (reading->held == 0)
        return;
    spool_reset(reading->spool);
    reading->held = 0;
    reading->restarts++;
}

/* It is sent back when the object is read on. */
static bool etag_makes_sense(struct span etag) {
    for (size_t i = 0; i < etag.length; i++) {
        if ((unsigned char)etag.data[i] < ' ' || etag.data[i] == 0x7f)
            return false;
    }
    return etag.length <= LIMIT_ETAG_BYTES;
}

static bool begin_whole(struct reading *reading, const struct transport_answer *answer,
                        struct err *err) {
    struct span etag = answer_field(answer, "etag");

    throw_away(reading);
    if (!etag_makes_sense(etag))
        return stop(reading, err, ERR_REMOTE, "the object's ETag makes no sense");
    reading->expected = length_told(answer);
    reading->quoted = arena_copy(reading->arena, etag);
    reading->version = arena_copy(reading->arena, answer_field(answer, "x-amz-version-id"));
    return reading->expected <= reading->max_bytes || too_large(reading, err);
}

/* `bytes 100-199/200`, where the first is what we hold and the last the size we know. */
static bool goes_on(const struct reading *reading, const struct transport_answer *answer) {
    struct span range = answer_field(answer, "content-range");
    struct span first;
    struct span rest;
    struct span size;
    int64_t from;
    int64_t total;

    return span_starts_with(range, SPAN("bytes ")) &&
           span_cut(span_skip(range, 6), '-', &first, &rest) && span_cut(rest, '/', &rest, &size) &&
           span_to_integer(first, &from) && span_to_integer(size, &total) &&
           from == reading->held && (reading->expected < 0 || total == reading->expected) &&
           span_equal(answer_field(answer, "etag"), reading->quoted);
}

static bool begin(struct sink *sink, const struct transport_answer *answer, struct err *err) {
    struct reading *reading = (struct reading *)sink;

    reading->begun = true;
    if (answer->status == 200)
        return begin_whole(reading, answer, err);
    if (answer->status == 206 && reading->held > 0 && goes_on(reading, answer))
        return true;
    reading->changed = true;
    return err_set(err, ERR_BUSY, "the server went on with something else");
}

static bool take(struct sink *sink, struct span bytes, struct err *err) {
    struct reading *reading = (struct reading *)sink;

    if ((int64_t)bytes.length > reading->max_bytes - reading->held)
        return too_large(reading, err);
    reading->held += (int64_t)bytes.length;
    if (spool_add(reading->spool, bytes, err))
        return true;
    reading->failed = true;
    if (reading->spool->disk_full)
        err->kind = ERR_NO_SPACE;
    return false;
}

/* ---- requests ---- */

static struct span path_of(struct span key, struct arena *arena) {
    struct buffer CLEANUP(buffer_clear) path;

    buffer_init(&path, 0);
    buffer_append_byte(&path, '/');
    percent_encode_path(key, &path);
    return arena_copy(arena, buffer_span(&path));
}

static struct span query_of(struct span version, struct arena *arena) {
    struct buffer CLEANUP(buffer_clear) query;

    buffer_init(&query, 0);
    if (version.data == NULL)
        return SPAN("");
    buffer_append_text(&query, "versionId=");
    percent_encode(version, &query);
    return arena_copy(arena, buffer_span(&query));
}

/* Read on only with what tells that the object is the same. */
static size_t resume_fields(struct reading *reading, struct http_field fields[2]) {
    if (reading->quoted.length == 0)
        throw_away(reading);
    if (reading->held == 0)
        return 0;
    fields[0] = (struct http_field){
        SPAN("Range"), arena_format(reading->arena, "bytes=%" PRId64 "-", reading->held)};
    fields[1] = (struct http_field){SPAN("If-Match"), reading->quoted};
    return 2;
}

/* An answer that tells no length ends where the connection does, also when that was cut: then the
 * list knows better, if it was of the same object. What came may be more: some servers unpack. */
static int64_t least_bytes(const struct reading *reading) {
    bool same =
        reading->quoted.length > 0 && span_equal(s3_etag(reading->quoted), reading->object->etag);

    return same ? reading->object->bytes : -1;
}

static bool is_whole(struct reading *reading, int status, struct err *err) {
    if (status == 412 || status == 416) {
        reading->changed = true;
        return err_set(err, ERR_BUSY, "the object changed while it was read");
    }
    bool told = reading->expected >= 0;
    int64_t bytes = told ? reading->expected : least_bytes(reading);
    return reading->held == bytes || (!told && reading->held > bytes) ||
           err_set(err, ERR_BUSY, "%" PRId64 " of %" PRId64 " bytes came", reading->held, bytes);
}

static bool try_once(struct aws_channel *channel, const struct aws_call *object,
                     struct reading *reading, struct err *err) {
    struct http_field fields[2];
    struct aws_call call = *object;
    struct transport_answer answer;

    reading->begun = false;
    call.fields = fields;
    call.field_count = resume_fields(reading, fields);
    if (!aws_call(channel, &call, reading->arena, &answer, err))
        return false;
    if (is_whole(reading, answer.status, err))
        return true;
    reading->begun = true;
    return err_add(err, "%.*s", SPAN_ARGS(refusal_about(call.about, reading->arena)));
}

/* Without an answer the call has tried as often as it may already. What was thrown away was no
 * progress: else a server that goes on with nothing would be asked for ever. */
static bool may_try_again(struct reading *reading, struct retry *retry, int64_t held_before,
                          struct err *err) {
    if (err->kind != ERR_BUSY || reading->failed || !reading->begun)
        return false;
    if (reading->changed)
        throw_away(reading);
    else if (reading->held - held_before >= PROGRESS_BYTES)
        retry->made = reading->restarts;
    reading->changed = false;
    return retry_wait(retry, RETRY_FAILED, 0, err);
}

bool s3_get(struct aws_channel *channel, const struct s3_object *object, struct spool *spool,
            int64_t max_bytes, const atomic_bool *cancel, struct arena *arena, struct s3_got *out,
            struct err *err) {
    struct reading reading = {.sink = {begin, take},
                              .object = object,
                              .spool = spool,
                              .arena = arena,
                              .max_bytes = max_bytes,
                              .expected = -1};
    struct retry retry = {.attempts = aws_client_attempts(aws_channel_client(channel)),
                          .cancel = cancel};
    const struct aws_call call = {.service = "s3",
                                  .method = "GET",
                                  .bucket = object->bucket,
                                  .path = path_of(object->key, arena),
                                  .query = query_of(object->version, arena),
                                  .sink = &reading.sink,
                                  .about = s3_uri(object->bucket, object->key, arena),
                                  .cancel = cancel};
    int64_t held_before = 0;

    while (!try_once(channel, &call, &reading, err)) {
        if (!may_try_again(&reading, &retry, held_before, err))
            return false;
        held_before = reading.held;
    }
    *out = (struct s3_got){
        .etag = s3_etag(reading.quoted), .version = reading.version, .bytes = reading.held};
    return true;
}
