#include "tests/support_fake_s3.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/percent.h"

#define MODIFIED "2024-05-01T10:00:00.000Z"

struct stored {
    struct span bucket;
    struct span key;
    struct span body;
    size_t gets;
};

struct fake_s3 {
    struct fake_http *http;
    pthread_mutex_t lock; /* guards the rest */
    struct arena arena;
    struct stored *objects; /* by bucket and key */
    size_t count;
    size_t capacity;
    size_t lists;
    size_t all_gets;
    fake_fault_function fault;
    void *context;
};

/* Where fake_s3_variable points to. */
static char endpoint[64];

/* ---- what it holds; with the lock held ---- */

static int compare(const struct stored *stored, struct span bucket, struct span key) {
    int order = span_compare(stored->bucket, bucket);

    return order != 0 ? order : span_compare(stored->key, key);
}

/* The first that is not before this one. */
static size_t find(const struct fake_s3 *s3, struct span bucket, struct span key) {
    size_t low = 0;
    size_t high = s3->count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (compare(&s3->objects[middle], bucket, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct stored *lookup(struct fake_s3 *s3, struct span bucket, struct span key) {
    size_t at = find(s3, bucket, key);

    return at < s3->count && compare(&s3->objects[at], bucket, key) == 0 ? &s3->objects[at] : NULL;
}

void fake_s3_etag(struct span body, char out[33]) {
    snprintf(out, 33, "%016llx%016llx", (unsigned long long)hash_bytes(body, 0),
             (unsigned long long)body.length);
}

static void write_etag(struct buffer *out, const struct stored *stored) {
    char etag[33];

    fake_s3_etag(stored->body, etag);
    buffer_append_text(out, etag);
}

void fake_s3_put(struct fake_s3 *s3, const char *bucket, const char *key, struct span body) {
    const struct stored wanted = {.bucket = span_of(bucket), .key = span_of(key)};

    pthread_mutex_lock(&s3->lock);
    struct stored *stored = lookup(s3, wanted.bucket, wanted.key);
    if (stored == NULL) {
        size_t at = find(s3, wanted.bucket, wanted.key);
        if (s3->count == s3->capacity) {
            s3->capacity = 2 * s3->capacity + 64;
            s3->objects = memory_resize(s3->objects, s3->capacity, sizeof(*s3->objects));
        }
        stored = &s3->objects[at];
        memmove(stored + 1, stored, (s3->count++ - at) * sizeof(*stored));
        *stored = (struct stored){.bucket = arena_copy(&s3->arena, wanted.bucket),
                                  .key = arena_copy(&s3->arena, wanted.key)};
    }
    stored->body = arena_copy(&s3->arena, body);
    pthread_mutex_unlock(&s3->lock);
}

void fake_s3_delete(struct fake_s3 *s3, const char *bucket, const char *key) {
    pthread_mutex_lock(&s3->lock);
    struct stored *stored = lookup(s3, span_of(bucket), span_of(key));
    if (stored != NULL) {
        size_t behind = s3->count - (size_t)(stored - s3->objects) - 1;
        memmove(stored, stored + 1, behind * sizeof(*stored));
        s3->count--;
    }
    pthread_mutex_unlock(&s3->lock);
}

size_t fake_s3_gets(struct fake_s3 *s3, const char *bucket, const char *key) {
    pthread_mutex_lock(&s3->lock);
    const struct stored *stored = lookup(s3, span_of(bucket), span_of(key));
    size_t gets = stored == NULL ? 0 : stored->gets;
    pthread_mutex_unlock(&s3->lock);
    return gets;
}

size_t fake_s3_lists(struct fake_s3 *s3) {
    pthread_mutex_lock(&s3->lock);
    size_t lists = s3->lists;
    pthread_mutex_unlock(&s3->lock);
    return lists;
}

size_t fake_s3_all_gets(struct fake_s3 *s3) {
    pthread_mutex_lock(&s3->lock);
    size_t gets = s3->all_gets;
    pthread_mutex_unlock(&s3->lock);
    return gets;
}

/* ---- answers ---- */

void fake_s3_refuse(struct fake_connection *connection, int status, const char *code) {
    struct arena arena = {0};

    fake_answer(connection, status,
                "x-amz-request-id: FAKE0001\r\nContent-Type: application/xml\r\n",
                arena_format(&arena,
                             "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>%s</Code>"
                             "<Message>as the test wants it</Message>"
                             "<RequestId>FAKE0001</RequestId></Error>",
                             code));
    arena_clear(&arena);
}

static void write_object(struct buffer *out, const struct stored *stored) {
    buffer_append_text(out, "<Contents><Key>");
    percent_encode_path(stored->key, out);
    buffer_append_text(out, "</Key><LastModified>" MODIFIED "</LastModified><ETag>&quot;");
    write_etag(out, stored);
    buffer_append_format(out,
                         "&quot;</ETag><Size>%zu</Size><StorageClass>STANDARD</StorageClass>"
                         "</Contents>",
                         stored->body.length);
}

/* The folder that the key lies in, seen from the prefix; SPAN_NONE: directly in the prefix. */
static struct span folder_of(const struct fake_question *question, struct span key) {
    if (question->delimiter.length == 0)
        return SPAN_NONE;
    struct span rest = span_skip(key, question->prefix.length);
    const char *end =
        memmem(rest.data, rest.length, question->delimiter.data, question->delimiter.length);
    return end == NULL ? SPAN_NONE : (struct span){key.data, (size_t)(end - key.data) + 1};
}

static void write_folder(struct buffer *out, struct span folder) {
    buffer_append_text(out, "<CommonPrefixes><Prefix>");
    percent_encode_path(folder, out);
    buffer_append_text(out, "</Prefix></CommonPrefixes>");
}

/* One entry is an object, or all that lies in one folder. */
static size_t write_entry(struct fake_s3 *s3, const struct fake_question *question, size_t at,
                          struct buffer *out, struct span *out_last) {
    struct span folder = folder_of(question, s3->objects[at].key);

    *out_last = s3->objects[at].key;
    if (folder.data == NULL) {
        write_object(out, &s3->objects[at]);
        return at + 1;
    }
    write_folder(out, folder);
    while (at < s3->count && span_equal(s3->objects[at].bucket, question->bucket) &&
           span_starts_with(s3->objects[at].key, folder))
        *out_last = s3->objects[at++].key;
    return at;
}

static bool belongs(const struct fake_s3 *s3, const struct fake_question *question, size_t at) {
    return at < s3->count && span_equal(s3->objects[at].bucket, question->bucket) &&
           span_starts_with(s3->objects[at].key, question->prefix);
}

static size_t first_of(const struct fake_s3 *s3, const struct fake_question *question) {
    struct span after = question->start_after;
    size_t at;

    if (span_compare(after, question->prefix) < 0)
        return find(s3, question->bucket, question->prefix);
    at = find(s3, question->bucket, after);
    return belongs(s3, question, at) && span_equal(s3->objects[at].key, after) ? at + 1 : at;
}

static void write_list(struct fake_s3 *s3, const struct fake_question *question,
                       struct buffer *out) {
    size_t at = first_of(s3, question);
    struct span last = SPAN_NONE;

    buffer_append_text(out,
                       "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult "
                       "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                       "<EncodingType>url</EncodingType>");
    for (size_t i = 0; i < question->max_keys && belongs(s3, question, at); i++)
        at = write_entry(s3, question, at, out, &last);
    bool more = belongs(s3, question, at);
    buffer_append_format(out, "<IsTruncated>%s</IsTruncated>", more ? "true" : "false");
    if (more) {
        buffer_append_text(out, "<NextContinuationToken>");
        percent_encode_path(last, out);
        buffer_append_text(out, "</NextContinuationToken>");
    }
    buffer_append_text(out, "</ListBucketResult>");
}

static void answer_list(struct fake_s3 *s3, struct fake_connection *connection,
                        const struct fake_question *question) {
    struct buffer out = {0};

    pthread_mutex_lock(&s3->lock);
    write_list(s3, question, &out);
    pthread_mutex_unlock(&s3->lock);
    fake_answer(connection, 200, "Content-Type: application/xml\r\n", buffer_span(&out));
    buffer_clear(&out);
}

/* Bodies and keys stay in the arena as long as the server, so no lock is held while it sends. */
static void answer_object(struct fake_s3 *s3, struct fake_connection *connection,
                          const struct fake_question *question) {
    struct buffer fields = {0};

    pthread_mutex_lock(&s3->lock);
    const struct stored *found = lookup(s3, question->bucket, question->key);
    const struct stored stored = found == NULL ? (struct stored){0} : *found;
    pthread_mutex_unlock(&s3->lock);
    if (found == NULL) {
        fake_s3_refuse(connection, 404, "NoSuchKey");
        return;
    }
    buffer_append_text(&fields, "ETag: \"");
    write_etag(&fields, &stored);
    buffer_append_text(&fields, "\"\r\n");
    buffer_append_byte(&fields, 0);
    fake_answer(connection, 200, fields.data, stored.body);
    buffer_clear(&fields);
}

void fake_s3_answer(struct fake_s3 *s3, struct fake_connection *connection,
                    const struct fake_question *question) {
    if (question->list)
        answer_list(s3, connection, question);
    else
        answer_object(s3, connection, question);
}

/* ---- questions ---- */

static struct span decoded(struct span text, struct arena *arena) {
    struct span out;

    if (!percent_decode(text, PLUS_IS_PLUS, arena, &out))
        abort();
    return out;
}

static void read_parameter(struct span name, struct span value, struct arena *arena,
                           struct fake_question *out) {
    int64_t number;

    if (span_equal(name, SPAN("prefix")))
        out->prefix = decoded(value, arena);
    else if (span_equal(name, SPAN("start-after")) && out->start_after.length == 0)
        out->start_after = decoded(value, arena);
    else if (span_equal(name, SPAN("continuation-token")))
        out->start_after = decoded(decoded(value, arena), arena);
    else if (span_equal(name, SPAN("delimiter")))
        out->delimiter = decoded(value, arena);
    else if (span_equal(name, SPAN("max-keys")) && span_to_integer(value, &number))
        out->max_keys = (size_t)number;
    else if (span_equal(name, SPAN("list-type")))
        out->list = true;
}

static struct fake_question read_question(struct span target, struct arena *arena) {
    struct fake_question question = {.max_keys = 1000};
    struct span path = target;
    struct span query = SPAN_NONE;
    struct span item;

    (void)!span_cut(target, '?', &path, &query);
    path = decoded(span_skip(path, 1), arena);
    if (!span_cut(path, '/', &question.bucket, &question.key))
        question.bucket = path;
    while (query.length > 0) {
        struct span name = SPAN_NONE;
        struct span value = SPAN_NONE;
        struct span rest = SPAN_NONE;
        if (!span_cut(query, '&', &item, &rest))
            item = query;
        if (span_cut(item, '=', &name, &value))
            read_parameter(name, value, arena, &question);
        query = rest;
    }
    return question;
}

static void count(struct fake_s3 *s3, struct fake_question *question) {
    if (question->list) {
        question->number = s3->lists++;
        return;
    }
    struct stored *stored = lookup(s3, question->bucket, question->key);
    s3->all_gets++;
    if (stored != NULL)
        question->number = stored->gets++;
}

static void answer(void *context, struct fake_connection *connection,
                   const struct fake_request *request) {
    struct fake_s3 *s3 = context;
    struct arena arena = {0};
    struct fake_question question = read_question(request->target, &arena);

    pthread_mutex_lock(&s3->lock);
    count(s3, &question);
    fake_fault_function fault = s3->fault;
    void *fault_context = s3->context;
    pthread_mutex_unlock(&s3->lock);
    if (fault == NULL || !fault(fault_context, connection, &question))
        fake_s3_answer(s3, connection, &question);
    arena_clear(&arena);
}

/* ---- life ---- */

struct fake_s3 *fake_s3_start(void) {
    struct fake_s3 *s3 = memory_new(1, sizeof(*s3));

    pthread_mutex_init(&s3->lock, NULL);
    s3->http = fake_http_start(answer, s3);
    fake_s3_use(fake_http_url(s3->http));
    return s3;
}

void fake_s3_use(const char *url) {
    if (strlen(url) >= sizeof(endpoint))
        abort();
    strcpy(endpoint, url);
}

const char *fake_s3_url(const struct fake_s3 *s3) {
    return fake_http_url(s3->http);
}

void fake_s3_stop(struct fake_s3 *s3) {
    fake_http_stop(s3->http);
    pthread_mutex_destroy(&s3->lock);
    arena_clear(&s3->arena);
    free(s3->objects);
    free(s3);
}

void fake_s3_fault(struct fake_s3 *s3, fake_fault_function fault, void *context) {
    pthread_mutex_lock(&s3->lock);
    s3->fault = fault;
    s3->context = context;
    pthread_mutex_unlock(&s3->lock);
}

char *fake_s3_variable(const char *name) {
    static char key[] = "AKIDEXAMPLE";
    static char secret[] = "secret";
    static char one[] = "2";
    static char nowhere[] = "/nonexistent";

    if (strcmp(name, "AWS_ENDPOINT_URL_S3") == 0)
        return endpoint;
    if (strcmp(name, "AWS_ACCESS_KEY_ID") == 0)
        return key;
    if (strcmp(name, "AWS_SECRET_ACCESS_KEY") == 0)
        return secret;
    if (strcmp(name, "AWS_MAX_ATTEMPTS") == 0)
        return one;
    if (strcmp(name, "AWS_CONFIG_FILE") == 0 || strcmp(name, "AWS_SHARED_CREDENTIALS_FILE") == 0)
        return nowhere;
    return NULL;
}
