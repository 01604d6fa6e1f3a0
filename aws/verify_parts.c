/* Finds the parts of a signature in a request's fields or in its query. */
#include "aws/sign.h"
#include "aws/verify_claim.h"
#include "base/percent.h"

struct named_part {
    struct span name;
    enum verify_part part;
};

static const struct named_part in_authorization[] = {
    {SPAN("Credential"), PART_CREDENTIAL},
    {SPAN("Signature"), PART_SIGNATURE},
    {SPAN("SignedHeaders"), PART_NAMES},
};

static const struct named_part in_query[] = {
    {SPAN("X-Amz-Algorithm"), PART_ALGORITHM},
    {SPAN("X-Amz-Credential"), PART_CREDENTIAL},
    {SPAN("X-Amz-SignedHeaders"), PART_NAMES},
    {SPAN("X-Amz-Signature"), PART_SIGNATURE},
    {SPAN("X-Amz-Date"), PART_DATE},
    {SPAN("X-Amz-Expires"), PART_EXPIRES},
    {SPAN("X-Amz-Security-Token"), PART_TOKEN},
    {SPAN("X-Amz-Content-Sha256"), PART_HASH},
};

static const struct named_part in_fields[] = {
    {SPAN("X-Amz-Date"), PART_DATE},
    {SPAN("X-Amz-Security-Token"), PART_TOKEN},
    {SPAN("X-Amz-Content-Sha256"), PART_HASH},
};

/* NULL: none of them. */
static const struct named_part *part_named(const struct named_part *parts, size_t count,
                                           struct span name) {
    for (size_t i = 0; i < count; i++) {
        if (span_equal(parts[i].name, name))
            return &parts[i];
    }
    return NULL;
}

static bool take(struct verify_parts *parts, const struct named_part *part, struct span value,
                 struct verify_refusal *refusal) {
    if (parts->values[part->part].data != NULL)
        return verify_refuse(refusal, VERIFY_INCOMPLETE, "'%.*s' must be sent only once.",
                             SPAN_ARGS(part->name));
    parts->values[part->part] = value;
    return true;
}

/* ---- in the query ---- */

static bool take_item(struct verify_parts *parts, struct span item, struct arena *arena,
                      struct verify_refusal *refusal) {
    struct span name = item;
    struct span value = SPAN("");

    (void)!span_cut(item, '=', &name, &value);
    if (!percent_decode(name, PLUS_IS_PLUS, arena, &name) ||
        !percent_decode(value, PLUS_IS_PLUS, arena, &value))
        return verify_refuse(refusal, VERIFY_INCOMPLETE,
                             "The query string has a '%%' that two hexadecimal digits do not "
                             "follow.");
    const struct named_part *part = part_named(in_query, ARRAY_LENGTH(in_query), name);
    if (part == NULL)
        return true;
    parts->presigned = true;
    return take(parts, part, value, refusal);
}

static bool take_items(struct verify_parts *parts, struct span query, struct arena *arena,
                       struct verify_refusal *refusal) {
    struct span item;

    while (span_cut(query, '&', &item, &query)) {
        if (!take_item(parts, item, arena, refusal))
            return false;
    }
    return take_item(parts, query, arena, refusal);
}

static bool check_query_parts(const struct verify_parts *parts, struct verify_refusal *refusal) {
    static const enum verify_part needed[] = {PART_ALGORITHM, PART_CREDENTIAL, PART_SIGNATURE,
                                              PART_NAMES,     PART_DATE,       PART_EXPIRES};

    for (size_t i = 0; i < ARRAY_LENGTH(needed); i++) {
        if (parts->values[needed[i]].data == NULL)
            return verify_refuse(refusal, VERIFY_INCOMPLETE,
                                 "AWS query-string parameters must include 'X-Amz-Algorithm', "
                                 "'X-Amz-Credential', 'X-Amz-Signature', 'X-Amz-SignedHeaders', "
                                 "'X-Amz-Date' and 'X-Amz-Expires'. Re-examine the query-string "
                                 "parameters.");
    }
    if (!span_equal(parts->values[PART_ALGORITHM], SPAN(SIGN_ALGORITHM)))
        return verify_refuse(refusal, VERIFY_INCOMPLETE,
                             "X-Amz-Algorithm only supports '" SIGN_ALGORITHM "'.");
    return true;
}

/* ---- in the fields ---- */

static bool is_named(const struct http_field *field, struct span name) {
    return span_equal_any_case(span_trim(field->name), name);
}

static bool take_fields(struct verify_parts *parts, const struct verify_request *request,
                        struct verify_refusal *refusal) {
    for (size_t i = 0; i < request->field_count; i++) {
        for (size_t j = 0; j < ARRAY_LENGTH(in_fields); j++) {
            if (is_named(&request->fields[i], in_fields[j].name) &&
                !take(parts, &in_fields[j], span_trim(request->fields[i].value), refusal))
                return false;
        }
    }
    return true;
}

/* SPAN_NONE: there is none. */
static bool find_authorization(const struct verify_request *request, struct span *out,
                               struct verify_refusal *refusal) {
    struct span found = SPAN_NONE;

    for (size_t i = 0; i < request->field_count; i++) {
        if (!is_named(&request->fields[i], SPAN("Authorization")))
            continue;
        if (found.data != NULL)
            return verify_refuse(refusal, VERIFY_INCOMPLETE,
                                 "'Authorization' must be sent only once.");
        found = span_trim(request->fields[i].value);
    }
    *out = found;
    return true;
}

static bool take_pair(struct verify_parts *parts, struct span pair,
                      struct verify_refusal *refusal) {
    struct span name;
    struct span value;

    if (!span_cut(span_trim(pair), '=', &name, &value))
        return verify_refuse(refusal, VERIFY_INCOMPLETE,
                             "The Authorization header has something that is not a valid "
                             "key=value pair (missing equal-sign).");
    const struct named_part *part =
        part_named(in_authorization, ARRAY_LENGTH(in_authorization), name);
    if (part == NULL)
        return verify_refuse(refusal, VERIFY_INCOMPLETE,
                             "The Authorization header has a parameter that is none of "
                             "'Credential', 'SignedHeaders' and 'Signature'.");
    return take(parts, part, value, refusal);
}

/* The pairs stand between commas, with or without a space. */
static bool take_pairs(struct verify_parts *parts, struct span text,
                       struct verify_refusal *refusal) {
    struct span pair;

    while (span_cut(text, ',', &pair, &text)) {
        if (!take_pair(parts, pair, refusal))
            return false;
    }
    return take_pair(parts, text, refusal);
}

static bool check_pairs(const struct verify_parts *parts, struct verify_refusal *refusal) {
    for (size_t i = 0; i < ARRAY_LENGTH(in_authorization); i++) {
        if (parts->values[in_authorization[i].part].data == NULL)
            return verify_refuse(refusal, VERIFY_INCOMPLETE,
                                 "Authorization header requires '%.*s' parameter.",
                                 SPAN_ARGS(in_authorization[i].name));
    }
    if (parts->values[PART_DATE].data == NULL)
        return verify_refuse(refusal, VERIFY_INCOMPLETE,
                             "Authorization header requires existence of a 'X-Amz-Date' header.");
    return true;
}

static bool take_authorization(struct verify_parts *parts, struct span text,
                               struct verify_refusal *refusal) {
    if (!span_starts_with(text, SPAN(SIGN_ALGORITHM " ")))
        return verify_refuse(refusal, VERIFY_INCOMPLETE,
                             "Authorization header must begin with '" SIGN_ALGORITHM "'.");
    return take_pairs(parts, span_skip(text, sizeof(SIGN_ALGORITHM)), refusal) &&
           check_pairs(parts, refusal);
}

/* ---- either ---- */

static bool choose(struct verify_parts *parts, struct span authorization,
                   struct verify_refusal *refusal) {
    if (authorization.length == 0 && !parts->presigned)
        return verify_refuse(refusal, VERIFY_NOT_SIGNED, "Missing Authentication Token");
    if (authorization.length > 0 && parts->presigned)
        return verify_refuse(refusal, VERIFY_INCOMPLETE,
                             "Only one auth mechanism allowed: the X-Amz-Algorithm query parameter "
                             "and what belongs to it, or the Authorization header.");
    return parts->presigned ? check_query_parts(parts, refusal)
                            : take_authorization(parts, authorization, refusal);
}

bool verify_parts_read(const struct verify_request *request, struct arena *arena,
                       struct verify_parts *out, struct verify_refusal *refusal) {
    struct verify_parts parts = {0};
    struct span authorization = SPAN_NONE;

    if (request->path.length + request->query.length > LIMIT_TARGET_BYTES)
        return verify_refuse(refusal, VERIFY_INCOMPLETE, "The URL is longer than %d bytes.",
                             (int)LIMIT_TARGET_BYTES);
    if (!find_authorization(request, &authorization, refusal) ||
        !take_items(&parts, request->query, arena, refusal) ||
        !take_fields(&parts, request, refusal) || !choose(&parts, authorization, refusal))
        return false;
    *out = parts;
    return true;
}
