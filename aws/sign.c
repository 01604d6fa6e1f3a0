#include "aws/sign.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/hmac.h"
#include "base/memory.h"
#include "base/percent.h"
#include "base/utc.h"

#define SCOPE_END "aws4_request"

/* An item of the query or a field. */
struct pair {
    struct span name;
    struct span value;
    size_t place; /* among the fields as they came; 0 in a query */
};

/* Items of one name go by their values, fields of one name by their places. */
static int compare_pairs(const void *left, const void *right) {
    const struct pair *a = left;
    const struct pair *b = right;
    int order = span_compare(a->name, b->name);

    if (order == 0)
        order = (a->place > b->place) - (a->place < b->place);
    return order != 0 ? order : span_compare(a->value, b->value);
}

static void sort_pairs(struct pair *pairs, size_t count) {
    if (count > 1)
        qsort(pairs, count, sizeof(*pairs), compare_pairs);
}

/* ---- the path ---- */

static void drop_segment(struct buffer *out) {
    while (out->length > 0 && out->data[--out->length] != '/')
        ;
}

/* Each segment with its slash before it. */
static void add_segment(struct buffer *out, struct span segment) {
    if (span_equal(segment, SPAN("..")))
        drop_segment(out);
    else if (segment.length > 0 && !span_equal(segment, SPAN("."))) {
        buffer_append_byte(out, '/');
        buffer_append(out, segment);
    }
}

static void encode_again(struct span path, struct buffer *out) {
    struct buffer CLEANUP(buffer_clear) plain;
    struct span rest = path;
    struct span segment;

    buffer_init(&plain, 0);
    while (span_cut(rest, '/', &segment, &rest))
        add_segment(&plain, segment);
    add_segment(&plain, rest);
    if (plain.length == 0 || span_ends_with(path, SPAN("/")))
        buffer_append_byte(&plain, '/');
    percent_encode_path(buffer_span(&plain), out);
}

/* ---- the query ---- */

static struct span encoded(struct span bytes, struct arena *arena) {
    struct buffer CLEANUP(buffer_clear) text;

    buffer_init(&text, 0);
    percent_encode(bytes, &text);
    return arena_copy(arena, buffer_span(&text));
}

/* Escapes may be written in several ways (%2f, %2F), so they are undone and made anew. */
static bool read_item(struct span item, struct arena *arena, struct pair *out) {
    struct span name = item;
    struct span value = SPAN("");

    (void)!span_cut(item, '=', &name, &value);
    if (!percent_decode(name, PLUS_IS_PLUS, arena, &name) ||
        !percent_decode(value, PLUS_IS_PLUS, arena, &value))
        return false;
    *out = (struct pair){.name = encoded(name, arena), .value = encoded(value, arena)};
    return true;
}

static size_t count_items(struct span query) {
    size_t count = 1;

    for (size_t i = 0; i < query.length; i++)
        count += query.data[i] == '&';
    return count;
}

static bool read_items(struct span query, struct arena *arena, struct pair *items,
                       size_t *out_count) {
    size_t count = 0;
    struct span item;
    bool last = false;

    while (!last) {
        last = !span_cut(query, '&', &item, &query);
        if (last)
            item = query;
        if (item.length == 0)
            continue;
        if (!read_item(item, arena, &items[count]))
            return false;
        count += !span_equal(items[count].name, SPAN("X-Amz-Signature"));
    }
    *out_count = count;
    return true;
}

static bool write_query(struct span query, struct arena *arena, struct buffer *out) {
    struct pair *items = arena_new(arena, count_items(query), sizeof(*items));
    size_t count;

    if (!read_items(query, arena, items, &count))
        return false;
    sort_pairs(items, count);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buffer_append_byte(out, '&');
        buffer_append(out, items[i].name);
        buffer_append_byte(out, '=');
        buffer_append(out, items[i].value);
    }
    return true;
}

/* ---- the fields ---- */

/* Without white space at both ends, and one space where there are several. */
static struct span one_spaced(struct span value, enum sign_spaces spaces, struct arena *arena) {
    struct span trimmed = span_trim(value);
    char *copy = arena_allocate(arena, trimmed.length + 1);
    size_t length = 0;

    for (size_t i = 0; i < trimmed.length; i++) {
        bool is_tab = trimmed.data[i] == '\t' && spaces == SIGN_SPACES_AND_TABS;
        char byte = is_tab ? ' ' : trimmed.data[i];
        if (byte != ' ' || copy[length - 1] != ' ')
            copy[length++] = byte;
    }
    return (struct span){copy, length};
}

static struct pair *sorted_fields(const struct sign_message *message, struct arena *arena) {
    struct pair *fields = arena_new(arena, message->field_count, sizeof(*fields));

    for (size_t i = 0; i < message->field_count; i++)
        fields[i] = (struct pair){
            .name = arena_copy_lower(arena, span_trim(message->fields[i].name)),
            .value = one_spaced(message->fields[i].value, message->spaces, arena),
            .place = i,
        };
    sort_pairs(fields, message->field_count);
    return fields;
}

static bool is_repeated(const struct pair *fields, size_t i) {
    return i > 0 && span_equal(fields[i].name, fields[i - 1].name);
}

static void write_fields(const struct pair *fields, size_t count, struct buffer *out) {
    for (size_t i = 0; i < count; i++) {
        if (is_repeated(fields, i)) {
            buffer_append_byte(out, ',');
        } else {
            buffer_append_text(out, i > 0 ? "\n" : "");
            buffer_append(out, fields[i].name);
            buffer_append_byte(out, ':');
        }
        buffer_append(out, fields[i].value);
    }
    buffer_append_text(out, count > 0 ? "\n" : "");
}

static void write_names(const struct pair *fields, size_t count, struct buffer *out) {
    for (size_t i = 0; i < count; i++) {
        if (is_repeated(fields, i))
            continue;
        buffer_append_text(out, i > 0 ? ";" : "");
        buffer_append(out, fields[i].name);
    }
}

struct span sign_field_names(const struct sign_message *message, struct arena *arena) {
    struct buffer CLEANUP(buffer_clear) names;

    buffer_init(&names, 0);
    write_names(sorted_fields(message, arena), message->field_count, &names);
    return arena_copy(arena, buffer_span(&names));
}

/* ---- what is signed ---- */

bool sign_canonical_request(const struct sign_message *message, struct arena *arena,
                            struct span *out) {
    struct pair *fields = sorted_fields(message, arena);
    struct buffer CLEANUP(buffer_clear) text;

    buffer_init(&text, 0);
    buffer_append(&text, message->method);
    buffer_append_byte(&text, '\n');
    if (message->path_form == SIGN_PATH_ENCODED_AGAIN)
        encode_again(message->path, &text);
    else
        buffer_append(&text, message->path);
    buffer_append_byte(&text, '\n');
    if (!write_query(message->query, arena, &text))
        return false;
    buffer_append_byte(&text, '\n');
    write_fields(fields, message->field_count, &text);
    buffer_append_byte(&text, '\n');
    write_names(fields, message->field_count, &text);
    buffer_append_byte(&text, '\n');
    buffer_append(&text, message->payload_hash);
    *out = arena_copy(arena, buffer_span(&text));
    return true;
}

struct span sign_date(int64_t time_ms, char out_text[SIGN_DATE_TEXT]) {
    char text[UTC_TEXT_BYTES];
    size_t length = 0;

    /* `2026-01-02T03:04:05Z` without its marks */
    struct span whole = utc_format(time_ms / 1000 * 1000, text);
    for (size_t i = 0; i < whole.length; i++) {
        if (whole.data[i] != '-' && whole.data[i] != ':')
            out_text[length++] = whole.data[i];
    }
    out_text[length] = '\0';
    return (struct span){out_text, length};
}

static struct span day_of(const struct sign_scope *scope) {
    size_t length = scope->date.length < 8 ? scope->date.length : 8;

    return (struct span){scope->date.data, length};
}

struct span sign_scope_text(const struct sign_scope *scope, struct arena *arena) {
    return arena_format(arena, "%.*s/%.*s/%.*s/" SCOPE_END, SPAN_ARGS(day_of(scope)),
                        SPAN_ARGS(scope->region), SPAN_ARGS(scope->service));
}

static void hash_to_hex(struct span bytes, char out_text[SHA256_HEX_TEXT]) {
    uint8_t digest[SHA256_BYTES];

    sha256_of(bytes, digest);
    sha256_to_hex(digest, out_text);
}

struct span sign_payload_hash(struct span body, struct arena *arena) {
    char text[SHA256_HEX_TEXT];

    hash_to_hex(body, text);
    return arena_copy(arena, span_of(text));
}

struct span sign_string_to_sign(const struct sign_scope *scope, struct span canonical_request,
                                struct arena *arena) {
    char hash[SHA256_HEX_TEXT];

    hash_to_hex(canonical_request, hash);
    return arena_format(arena, SIGN_ALGORITHM "\n%.*s\n%.*s\n%s", SPAN_ARGS(scope->date),
                        SPAN_ARGS(sign_scope_text(scope, arena)), hash);
}

static struct span key_span(const uint8_t key[SHA256_BYTES]) {
    return (struct span){(const char *)key, SHA256_BYTES};
}

void sign_key(struct span secret, const struct sign_scope *scope, uint8_t out_key[SHA256_BYTES]) {
    struct buffer CLEANUP(buffer_clear) start;

    buffer_init(&start, 0);
    (void)buffer_reserve(&start, secret.length + 4);
    buffer_append_text(&start, "AWS4");
    buffer_append(&start, secret);
    hmac_sha256(buffer_span(&start), day_of(scope), out_key);
    explicit_bzero(start.data, start.length);
    hmac_sha256(key_span(out_key), scope->region, out_key);
    hmac_sha256(key_span(out_key), scope->service, out_key);
    hmac_sha256(key_span(out_key), SPAN(SCOPE_END), out_key);
}

void sign_signature(const uint8_t key[SHA256_BYTES], struct span string_to_sign,
                    char out_text[SHA256_HEX_TEXT]) {
    uint8_t signature[SHA256_BYTES];

    hmac_sha256(key_span(key), string_to_sign, signature);
    sha256_to_hex(signature, out_text);
}
