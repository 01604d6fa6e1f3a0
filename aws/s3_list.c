/* Lists of a bucket: ListObjectsV2. What comes is checked to be what was asked for, so that a
 * server that answers nonsense can neither make a listing go round in circles nor put in other
 * keys. */
#include "aws/s3.h"

#include <string.h>

#include "aws/call.h"
#include "aws/client_state.h"
#include "aws/refusal.h"
#include "aws/retry.h"
#include "aws/xml.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "base/percent.h"
#include "base/utc.h"

/* One answer being read. Names are escaped until its end, where it is known whether they are. */
struct reading {
    const struct s3_list *list;
    struct arena *arena;
    struct s3_object *objects;
    size_t count; /* at most S3_PAGE_KEYS, as of folders */
    struct span *folders;
    size_t folder_count;
    struct s3_object object; /* so far */
    bool is_list;
    bool is_escaped;
    bool more;
    struct span token; /* for what comes next; SPAN_NONE: none */
};

static bool nonsense(struct err *err, const char *why) {
    return err_set(err, ERR_REMOTE, "the list makes no sense: %s", why);
}

static void begin_object(struct reading *reading) {
    reading->object = (struct s3_object){
        .bucket = reading->list->bucket, .key = SPAN_NONE, .bytes = -1, .modified_ms = -1};
}

static struct span without_quotes(struct span text) {
    if (text.length >= 2 && text.data[0] == '"' && text.data[text.length - 1] == '"')
        return (struct span){text.data + 1, text.length - 2};
    return text;
}

/* ---- the elements ---- */

static bool take_key(struct reading *reading, struct span text, struct err *err) {
    (void)err;
    reading->object.key = arena_copy(reading->arena, text);
    return true;
}

static bool take_modified(struct reading *reading, struct span text, struct err *err) {
    return utc_parse(text, &reading->object.modified_ms) ||
           nonsense(err, "LastModified is no time");
}

static bool take_etag(struct reading *reading, struct span text, struct err *err) {
    struct span etag = without_quotes(text);

    if (etag.length > LIMIT_ETAG_BYTES)
        return nonsense(err, "an ETag is too long");
    reading->object.etag = arena_copy(reading->arena, etag);
    return true;
}

static bool take_size(struct reading *reading, struct span text, struct err *err) {
    return span_to_integer(text, &reading->object.bytes) || nonsense(err, "Size is no number");
}

static bool take_class(struct reading *reading, struct span text, struct err *err) {
    (void)err;
    reading->object.storage_class = arena_copy(reading->arena, text);
    return true;
}

static bool end_object(struct reading *reading, struct span text, struct err *err) {
    (void)text;
    if (reading->object.key.data == NULL)
        return nonsense(err, "an object has no key");
    if (reading->count == S3_PAGE_KEYS)
        return nonsense(err, "more than 1000 keys at once");
    reading->objects =
        arena_grow(reading->arena, reading->objects, reading->count, sizeof(*reading->objects));
    reading->objects[reading->count++] = reading->object;
    begin_object(reading);
    return true;
}

static bool take_folder(struct reading *reading, struct span text, struct err *err) {
    if (reading->folder_count == S3_PAGE_KEYS)
        return nonsense(err, "more than 1000 folders at once");
    reading->folders = arena_grow(reading->arena, reading->folders, reading->folder_count,
                                  sizeof(*reading->folders));
    reading->folders[reading->folder_count++] = arena_copy(reading->arena, text);
    return true;
}

static bool take_encoding(struct reading *reading, struct span text, struct err *err) {
    reading->is_escaped = span_equal(text, SPAN("url"));
    return reading->is_escaped || nonsense(err, "an EncodingType that was not asked for");
}

static bool take_more(struct reading *reading, struct span text, struct err *err) {
    reading->more = span_equal(text, SPAN("true"));
    return reading->more || span_equal(text, SPAN("false")) ||
           nonsense(err, "IsTruncated is neither true nor false");
}

static bool take_token(struct reading *reading, struct span text, struct err *err) {
    (void)err;
    reading->token = arena_copy(reading->arena, text);
    return true;
}

static bool end_list(struct reading *reading, struct span text, struct err *err) {
    (void)text;
    (void)err;
    reading->is_list = true;
    return true;
}

static const struct {
    struct span path;
    bool (*take)(struct reading *reading, struct span text, struct err *err);
} elements[] = {
    {SPAN("/ListBucketResult/Contents/Key"), take_key},
    {SPAN("/ListBucketResult/Contents/LastModified"), take_modified},
    {SPAN("/ListBucketResult/Contents/ETag"), take_etag},
    {SPAN("/ListBucketResult/Contents/Size"), take_size},
    {SPAN("/ListBucketResult/Contents/StorageClass"), take_class},
    {SPAN("/ListBucketResult/Contents"), end_object},
    {SPAN("/ListBucketResult/CommonPrefixes/Prefix"), take_folder},
    {SPAN("/ListBucketResult/EncodingType"), take_encoding},
    {SPAN("/ListBucketResult/IsTruncated"), take_more},
    {SPAN("/ListBucketResult/NextContinuationToken"), take_token},
    {SPAN("/ListBucketResult"), end_list},
};

static bool take_element(void *context, struct span path, struct span text, struct err *err) {
    for (size_t i = 0; i < ARRAY_LENGTH(elements); i++) {
        if (span_equal(path, elements[i].path))
            return elements[i].take(context, text, err);
    }
    return true;
}

/* ---- what was asked for ---- */

/* S3 writes a space as a plus, Ceph as %20. */
static bool unescape(const struct reading *reading, struct span *name, struct err *err) {
    if (reading->is_escaped && !percent_decode(*name, PLUS_IS_SPACE, reading->arena, name))
        return nonsense(err, "an escape in a name is none");
    if (name->length == 0 || name->length > LIMIT_KEY_BYTES)
        return nonsense(err, "a name is empty or too long");
    return span_starts_with(*name, reading->list->prefix) ||
           nonsense(err, "a name is not of the prefix that was asked for");
}

static bool check_objects(const struct reading *reading, struct err *err) {
    struct span last = reading->list->start_after;

    for (size_t i = 0; i < reading->count; i++) {
        struct span *key = &reading->objects[i].key;
        if (!unescape(reading, key, err))
            return false;
        if (last.length > 0 && span_compare(*key, last) <= 0)
            return nonsense(err, "keys are not in order");
        last = *key;
    }
    return true;
}

static bool check_folders(const struct reading *reading, struct err *err) {
    for (size_t i = 0; i < reading->folder_count; i++) {
        if (!unescape(reading, &reading->folders[i], err))
            return false;
        if (i > 0 && span_compare(reading->folders[i], reading->folders[i - 1]) <= 0)
            return nonsense(err, "folders are not in order");
    }
    return true;
}

static bool check(const struct reading *reading, struct err *err) {
    if (!reading->is_list)
        return nonsense(err, "it is no ListBucketResult");
    if (reading->more && reading->count == 0 && reading->folder_count == 0)
        return nonsense(err, "there is more, but nothing came");
    return check_objects(reading, err) && check_folders(reading, err);
}

static bool read_list(struct span body, struct reading *reading, struct err *err) {
    begin_object(reading);
    return xml_read(body, take_element, reading, err) && check(reading, err);
}

/* ---- the request ---- */

static void add_item(struct buffer *query, const char *name, struct span value) {
    if (query->length > 0)
        buffer_append_byte(query, '&');
    buffer_append_text(query, name);
    buffer_append_byte(query, '=');
    percent_encode(value, query);
}

static struct span query_of(const struct s3_list *list, struct span token, struct arena *arena) {
    struct buffer CLEANUP(buffer_clear) query;
    size_t most = list->max_keys > 0 ? list->max_keys : S3_PAGE_KEYS;

    buffer_init(&query, 0);
    if (token.data != NULL)
        add_item(&query, "continuation-token", token);
    if (list->folders)
        add_item(&query, "delimiter", SPAN("/"));
    add_item(&query, "encoding-type", SPAN("url"));
    add_item(&query, "list-type", SPAN("2"));
    buffer_append_format(&query, "&max-keys=%zu", most);
    add_item(&query, "prefix", list->prefix);
    if (list->start_after.length > 0 && token.data == NULL)
        add_item(&query, "start-after", list->start_after);
    return arena_copy(arena, buffer_span(&query));
}

/* An answer that makes no sense may have been damaged on its way, so it is asked for again. */
static bool list_with_token(struct aws_channel *channel, const struct s3_list *list,
                            struct span token, const atomic_bool *cancel, struct arena *arena,
                            struct reading *out, struct err *err) {
    const struct aws_call call = {.service = "s3",
                                  .method = "GET",
                                  .bucket = list->bucket,
                                  .path = SPAN("/"),
                                  .query = query_of(list, token, arena),
                                  .about = s3_uri(list->bucket, list->prefix, arena),
                                  .cancel = cancel};
    struct retry retry = {.attempts = aws_client_attempts(aws_channel_client(channel)),
                          .cancel = cancel};
    struct transport_answer answer;

    do {
        struct reading reading = {.list = list, .arena = arena};
        if (!aws_call(channel, &call, arena, &answer, err))
            return false;
        if (read_list(answer.body, &reading, err)) {
            *out = reading;
            return true;
        }
        err_add(err, "%.*s", SPAN_ARGS(refusal_about(call.about, arena)));
    } while (retry_wait(&retry, RETRY_FAILED, 0, err));
    return false;
}

bool s3_list_page(struct aws_channel *channel, const struct s3_list *list,
                  const atomic_bool *cancel, struct arena *arena, struct s3_page *out,
                  struct err *err) {
    struct reading reading;

    if (!list_with_token(channel, list, SPAN_NONE, cancel, arena, &reading, err))
        return false;
    *out = (struct s3_page){.objects = reading.objects,
                            .count = reading.count,
                            .folders = reading.folders,
                            .folder_count = reading.folder_count,
                            .more = reading.more};
    return true;
}

/* Behind those of the pages before. */
static bool append_page(const struct reading *reading, struct arena *arena, struct s3_page *all,
                        struct err *err) {
    if (all->count + all->folder_count + reading->count + reading->folder_count > LIMIT_FOLDERS)
        return err_set(err, ERR_REMOTE, "more than %d folders and objects lie in one folder",
                       LIMIT_FOLDERS);
    if (all->folder_count > 0 && reading->folder_count > 0 &&
        span_compare(reading->folders[0], all->folders[all->folder_count - 1]) <= 0)
        return nonsense(err, "folders come again");
    for (size_t i = 0; i < reading->count; i++) {
        all->objects = arena_grow(arena, all->objects, all->count, sizeof(*all->objects));
        all->objects[all->count++] = reading->objects[i];
    }
    for (size_t i = 0; i < reading->folder_count; i++) {
        all->folders = arena_grow(arena, all->folders, all->folder_count, sizeof(*all->folders));
        all->folders[all->folder_count++] = reading->folders[i];
    }
    return !reading->more || reading->token.data != NULL ||
           nonsense(err, "there is more, but no way to it");
}

bool s3_list_folders(struct aws_channel *channel, struct span bucket, struct span prefix,
                     const atomic_bool *cancel, struct arena *arena, struct s3_page *out,
                     struct err *err) {
    const struct s3_list list = {.bucket = bucket, .prefix = prefix, .folders = true};
    struct reading reading = {.more = true, .token = SPAN_NONE};
    struct s3_page all = {0};

    while (reading.more) {
        if (!list_with_token(channel, &list, reading.token, cancel, arena, &reading, err))
            return false;
        if (!append_page(&reading, arena, &all, err))
            return err_add(err, "%.*s",
                           SPAN_ARGS(refusal_about(s3_uri(bucket, prefix, arena), arena)));
    }
    *out = all;
    return true;
}
