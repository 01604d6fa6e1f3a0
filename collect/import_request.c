#include "collect/import_request.h"

#include <jansson.h>

#include "aws/json_span.h"
#include "base/json_text.h"
#include "base/limits.h"
#include "base/percent.h"

static bool holds(const struct import_request *request, const struct s3_object *object) {
    for (size_t i = 0; i < request->count; i++) {
        const struct s3_object *other = &request->objects[i];
        if (span_equal(other->key, object->key) && span_equal(other->bucket, object->bucket) &&
            span_equal(other->version, object->version))
            return true;
    }
    return false;
}

struct import_request import_request_of(const struct s3_object *objects, size_t count,
                                        struct arena *arena) {
    struct import_request request = {.objects = arena_new(arena, count, sizeof(*objects))};

    for (size_t i = 0; i < count; i++) {
        if (!holds(&request, &objects[i]))
            request.objects[request.count++] = objects[i];
    }
    return request;
}

struct span import_request_kind(const struct import_request *request) {
    return request->objects != NULL ? SPAN("objects") : SPAN("prefix");
}

struct span import_request_source(const struct import_request *request, struct arena *arena) {
    if (request->objects == NULL)
        return s3_uri(request->bucket, request->prefix, arena);
    const struct s3_object *first = &request->objects[0];
    struct span uri = s3_uri(first->bucket, first->key, arena);
    if (request->count == 1)
        return uri;
    return arena_format(arena, "%.*s and %zu more", SPAN_ARGS(uri), request->count - 1);
}

/* ---- writing ---- */

/* Percent-encoded, since keys need not be UTF-8 and JSON must be. */
static void write_bytes(struct buffer *out, const char *name, struct span bytes) {
    struct buffer encoded = {0};

    if (bytes.data == NULL)
        return;
    percent_encode_path(bytes, &encoded);
    json_text_string_member(out, name, encoded.length > 0 ? buffer_span(&encoded) : SPAN(""));
    buffer_clear(&encoded);
}

static void write_object(struct buffer *out, const struct s3_object *object) {
    json_text_next(out);
    buffer_append_byte(out, '{');
    write_bytes(out, "bucket", object->bucket);
    write_bytes(out, "key", object->key);
    write_bytes(out, "version", object->version);
    write_bytes(out, "etag", object->etag);
    json_text_integer_member(out, "bytes", object->bytes);
    buffer_append_byte(out, '}');
}

static void write_selection(struct buffer *out, const struct selection *selection) {
    json_auto_t *json = selection_to_json(selection);
    char *text = json_dumps(json, JSON_COMPACT);

    json_text_name(out, "selection");
    buffer_append_text(out, text);
    free(text);
}

struct span import_request_write(const struct import_request *request, struct arena *arena) {
    struct buffer out = {0};

    buffer_append_byte(&out, '{');
    if (request->objects == NULL) {
        write_bytes(&out, "bucket", request->bucket);
        write_bytes(&out, "prefix", request->prefix);
        write_selection(&out, &request->selection);
    } else {
        json_text_name(&out, "objects");
        buffer_append_byte(&out, '[');
        for (size_t i = 0; i < request->count; i++)
            write_object(&out, &request->objects[i]);
        buffer_append_byte(&out, ']');
    }
    buffer_append_byte(&out, '}');
    struct span text = arena_copy(arena, buffer_span(&out));
    buffer_clear(&out);
    return text;
}

/* ---- reading ---- */

/* SPAN_NONE when there is no such member. */
static bool read_bytes(const json_t *json, const char *name, struct arena *arena,
                       struct span *out) {
    const json_t *value = json_object_get(json, name);

    *out = SPAN_NONE;
    if (value == NULL)
        return true;
    if (!json_is_string(value))
        return false;
    struct span decoded;
    if (!percent_decode(json_span(value), PLUS_IS_PLUS, arena, &decoded))
        return false;
    *out = arena_copy(arena, decoded);
    return true;
}

static bool read_object(const json_t *json, struct arena *arena, struct s3_object *out) {
    *out = (struct s3_object){
        .bytes = json_integer_value(json_object_get(json, "bytes")),
        .modified_ms = -1,
    };
    return read_bytes(json, "bucket", arena, &out->bucket) && out->bucket.data != NULL &&
           read_bytes(json, "key", arena, &out->key) && out->key.data != NULL &&
           read_bytes(json, "version", arena, &out->version) &&
           read_bytes(json, "etag", arena, &out->etag);
}

static bool read_objects(const json_t *json, struct arena *arena, struct import_request *out) {
    size_t count = json_array_size(json);

    if (count == 0 || count > LIMIT_NOTICE_OBJECTS)
        return false;
    out->objects = arena_new(arena, count, sizeof(*out->objects));
    while (out->count < count) {
        if (!read_object(json_array_get(json, out->count), arena, &out->objects[out->count]))
            return false;
        out->count++;
    }
    return true;
}

static bool read_prefix(const json_t *json, struct arena *arena, struct import_request *out,
                        struct err *err) {
    if (!read_bytes(json, "bucket", arena, &out->bucket) || out->bucket.data == NULL ||
        !read_bytes(json, "prefix", arena, &out->prefix) || out->prefix.data == NULL)
        return err_set(err, ERR_INVALID, "what was asked for cannot be read any more");
    return selection_from_json(json_object_get(json, "selection"), arena, &out->selection, err);
}

bool import_request_read(struct span text, struct arena *arena, struct import_request *out,
                         struct err *err) {
    json_auto_t *json = json_loadb(text.data, text.length, 0, NULL);
    const json_t *objects = json_object_get(json, "objects");
    struct import_request request = {0};

    if (objects == NULL) {
        if (!read_prefix(json, arena, &request, err))
            return false;
    } else if (!read_objects(objects, arena, &request)) {
        return err_set(err, ERR_INVALID, "what was asked for cannot be read any more");
    }
    *out = request;
    return true;
}
