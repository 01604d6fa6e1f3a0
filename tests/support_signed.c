#include "tests/support_signed.h"

#include "base/buffer.h"
#include "base/utc.h"

/* ---- the reader ---- */

static bool cut_line(struct span text, struct span *out_line, struct span *out_rest) {
    if (!span_cut(text, '\n', out_line, out_rest))
        return false;
    if (span_ends_with(*out_line, SPAN("\r")))
        out_line->length--;
    return true;
}

static void parse_first_line(struct span line, struct verify_request *out) {
    struct span target = line;

    out->method = SPAN("");
    (void)!span_cut(line, ' ', &out->method, &target);
    (void)!span_cut_last(target, ' ', &target, &line);
    out->path = target;
    out->query = SPAN("");
    (void)!span_cut(target, '?', &out->path, &out->query);
}

void signed_parse(struct span text, struct arena *arena, struct verify_request *out) {
    struct verify_request request = {0};
    struct http_field *fields = NULL;
    struct span line = text;

    (void)!cut_line(text, &line, &text);
    parse_first_line(line, &request);
    while (cut_line(text, &line, &text) && line.length > 0) {
        struct http_field field = {line, SPAN("")};
        (void)!span_cut(line, ':', &field.name, &field.value);
        fields = arena_grow(arena, fields, request.field_count, sizeof(*fields));
        fields[request.field_count++] = field;
    }
    request.fields = fields;
    request.body = text;
    *out = request;
}

struct span signed_change(struct span text, size_t at, size_t drop, struct span put,
                          struct arena *arena) {
    struct buffer CLEANUP(buffer_clear) changed;

    buffer_init(&changed, 0);
    buffer_append(&changed, (struct span){text.data, at});
    buffer_append(&changed, put);
    buffer_append(&changed, span_skip(text, at + drop));
    return arena_copy(arena, buffer_span(&changed));
}

/* ---- the server ---- */

static enum verify_key find(struct verify_keys *keys, struct span access_key, struct span token,
                            struct arena *arena, struct span *out_secret) {
    (void)keys;
    bool good = token.data == NULL ? span_equal(access_key, SPAN("AKIDEXAMPLE"))
                                   : span_equal(access_key, SPAN("ASIDEXAMPLE")) &&
                                         span_equal(token, SPAN(SIGNED_TOKEN));
    if (!good)
        return VERIFY_KEY_UNKNOWN;
    *out_secret = arena_copy(arena, SPAN(SIGNED_SECRET));
    return VERIFY_KEY_GOOD;
}

struct verify_keys signed_keys = {find};

struct verify_rules signed_rules(const struct signed_request *request) {
    struct verify_rules rules = {
        .region = request->region,
        .service = request->service,
        .is_s3 = request->is_s3,
        .keys = &signed_keys,
    };

    (void)!utc_parse(request->date, &rules.now_ms);
    return rules;
}
