#include "aws/list_answer.h"

#include "aws/xml.h"
#include "base/limits.h"
#include "base/percent.h"
#include "base/utc.h"

/* An answer being read. Names are escaped until its end, where it is known whether they are. */
struct reading {
    const struct s3_list *list;
    struct arena *arena;
    struct s3_page page;
    struct span token;
    struct s3_object object; /* so far */
    bool is_list;
    bool is_escaped;
};

static bool nonsense(struct err *err, const char *why) {
    return err_set(err, ERR_REMOTE, "the list makes no sense: %s", why);
}

static void begin_object(struct reading *reading) {
    reading->object = (struct s3_object){
        .bucket = reading->list->bucket, .key = SPAN_NONE, .bytes = -1, .modified_ms = -1};
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
    struct span etag = s3_etag(text);

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
    if (reading->page.count == S3_PAGE_KEYS)
        return nonsense(err, "more than 1000 keys at once");
    reading->page.objects = arena_grow(reading->arena, reading->page.objects, reading->page.count,
                                       sizeof(*reading->page.objects));
    reading->page.objects[reading->page.count++] = reading->object;
    begin_object(reading);
    return true;
}

static bool take_folder(struct reading *reading, struct span text, struct err *err) {
    if (reading->page.folder_count == S3_PAGE_KEYS)
        return nonsense(err, "more than 1000 folders at once");
    reading->page.folders = arena_grow(reading->arena, reading->page.folders,
                                       reading->page.folder_count, sizeof(*reading->page.folders));
    reading->page.folders[reading->page.folder_count++] = arena_copy(reading->arena, text);
    return true;
}

static bool take_encoding(struct reading *reading, struct span text, struct err *err) {
    reading->is_escaped = span_equal(text, SPAN("url"));
    return reading->is_escaped || nonsense(err, "an EncodingType that was not asked for");
}

static bool take_more(struct reading *reading, struct span text, struct err *err) {
    reading->page.more = span_equal(text, SPAN("true"));
    return reading->page.more || span_equal(text, SPAN("false")) ||
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

    for (size_t i = 0; i < reading->page.count; i++) {
        struct span *key = &reading->page.objects[i].key;
        if (!unescape(reading, key, err))
            return false;
        if (last.length > 0 && span_compare(*key, last) <= 0)
            return nonsense(err, "keys are not in order");
        last = *key;
    }
    return true;
}

static bool check_folders(const struct reading *reading, struct err *err) {
    for (size_t i = 0; i < reading->page.folder_count; i++) {
        if (!unescape(reading, &reading->page.folders[i], err))
            return false;
        if (i > 0 && span_compare(reading->page.folders[i], reading->page.folders[i - 1]) <= 0)
            return nonsense(err, "folders are not in order");
    }
    return true;
}

static bool check(const struct reading *reading, struct err *err) {
    if (!reading->is_list)
        return nonsense(err, "it is no ListBucketResult");
    if (reading->page.folder_count > 0 && !reading->list->folders)
        return nonsense(err, "folders that were not asked for");
    if (s3_page_is_empty(&reading->page) && reading->page.more && reading->token.length == 0)
        return nonsense(err, "there is more, but nothing came");
    return check_objects(reading, err) && check_folders(reading, err);
}

bool list_answer_read(struct span body, const struct s3_list *list, struct arena *arena,
                      struct s3_page *out, struct span *out_token, struct err *err) {
    struct reading reading = {.list = list, .arena = arena};

    begin_object(&reading);
    if (!xml_read(body, take_element, &reading, err) || !check(&reading, err))
        return false;
    *out = reading.page;
    *out_token = reading.token;
    return true;
}
