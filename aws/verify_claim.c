/* What the parts of a signature say. */
#include "aws/verify_claim.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "aws/sign.h"
#include "base/utc.h"

#define SCOPE_PARTS     5
#define MOST_EXPIRES    604800 /* seconds: a week */
#define LONGEST_IN_TEXT 40     /* bytes of what was sent, in a sentence */

bool verify_refuse(struct verify_refusal *refusal, enum verify_problem problem, const char *format,
                   ...) {
    va_list values;

    refusal->problem = problem;
    va_start(values, format);
    (void)vsnprintf(refusal->message, sizeof(refusal->message), format, values);
    va_end(values);
    return false;
}

/* For a sentence; what cannot be shown is not. */
static struct span shown(struct span text) {
    if (!span_is_visible(text))
        return SPAN("...");
    return span_head(text, LONGEST_IN_TEXT);
}

/* ---- the credential ---- */

static bool is_word(struct span text, size_t most) {
    return text.length > 0 && text.length <= most && span_is_visible(text);
}

static bool cut_credential(struct span text, struct span out[SCOPE_PARTS],
                           struct verify_refusal *refusal) {
    size_t count = 0;

    while (count < SCOPE_PARTS && span_cut(text, '/', &out[count], &text))
        count++;
    if (count != SCOPE_PARTS - 1)
        return verify_refuse(refusal, VERIFY_INCOMPLETE,
                             "Credential must have exactly 5 slash-delimited elements, e.g. "
                             "keyid/date/region/service/term.");
    out[count] = text;
    return true;
}

static bool read_credential(struct span text, struct verify_claim *out,
                            struct verify_refusal *refusal) {
    struct span scope[SCOPE_PARTS];

    if (!cut_credential(text, scope, refusal))
        return false;
    if (!is_word(scope[0], LIMIT_ACCESS_KEY_BYTES) || !is_word(scope[2], LIMIT_SCOPE_BYTES) ||
        !is_word(scope[3], LIMIT_SCOPE_BYTES))
        return verify_refuse(refusal, VERIFY_INCOMPLETE,
                             "Credential must have a key id of up to %d visible characters, a "
                             "region and a service of up to %d.",
                             LIMIT_ACCESS_KEY_BYTES, LIMIT_SCOPE_BYTES);
    if (!span_equal(scope[4], SPAN("aws4_request")))
        return verify_refuse(refusal, VERIFY_WRONG,
                             "Credential should be scoped with a valid terminator: "
                             "'aws4_request', not '%.*s'.",
                             SPAN_ARGS(shown(scope[4])));
    out->access_key = scope[0];
    out->day = scope[1];
    out->region = scope[2];
    out->service = scope[3];
    return true;
}

/* ---- the time ---- */

static bool is_date(struct span text) {
    static const char shape[] = "00000000T000000Z";

    if (text.length != sizeof(shape) - 1)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        bool digit = text.data[i] >= '0' && text.data[i] <= '9';
        if (shape[i] == '0' ? !digit : text.data[i] != shape[i])
            return false;
    }
    return true;
}

static bool read_date(struct span text, struct verify_claim *out, struct verify_refusal *refusal) {
    if (!is_date(text) || !utc_parse(text, &out->date_ms))
        return verify_refuse(refusal, VERIFY_INCOMPLETE,
                             "Date must be in ISO-8601 'basic format'. Got '%.*s'.",
                             SPAN_ARGS(shown(text)));
    if (!span_equal(out->day, (struct span){text.data, 8}))
        return verify_refuse(refusal, VERIFY_WRONG,
                             "Date in Credential scope does not match YYYYMMDD from ISO-8601 "
                             "version of date from HTTP: '%.*s' != '%.8s', from '%.*s'.",
                             SPAN_ARGS(shown(out->day)), text.data, SPAN_ARGS(text));
    out->date = text;
    return true;
}

static bool read_expires(struct span text, int64_t *out_ms, struct verify_refusal *refusal) {
    int64_t seconds;

    if (!span_to_integer(text, &seconds) || seconds < 1 || seconds > MOST_EXPIRES)
        return verify_refuse(refusal, VERIFY_INCOMPLETE,
                             "X-Amz-Expires must be a number of seconds from 1 to %d.",
                             MOST_EXPIRES);
    *out_ms = seconds * 1000;
    return true;
}

/* ---- the names of the signed fields ---- */

/* RFC 9110, section 5.6.2, without capitals. */
static bool is_name(struct span text) {
    static const char others[] = "!#$%&'*+-.^_`|~";

    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
            memchr(others, c, sizeof(others) - 1) == NULL)
            return false;
    }
    return text.length > 0 && text.length <= LIMIT_NAME_BYTES;
}

static bool take_name(struct verify_claim *claim, struct span name,
                      struct verify_refusal *refusal) {
    if (claim->name_count == LIMIT_SIGNED_FIELDS)
        return verify_refuse(refusal, VERIFY_INCOMPLETE,
                             "SignedHeaders names more than %d headers.", LIMIT_SIGNED_FIELDS);
    if (!is_name(name) ||
        (claim->name_count > 0 && span_compare(claim->names[claim->name_count - 1], name) >= 0))
        return verify_refuse(refusal, VERIFY_INCOMPLETE,
                             "SignedHeaders must be names of headers in small letters, each once, "
                             "sorted, with semicolons between.");
    claim->names[claim->name_count++] = name;
    return true;
}

static bool read_names(struct span text, struct arena *arena, struct verify_claim *out,
                       struct verify_refusal *refusal) {
    struct span name;

    out->names = arena_new(arena, LIMIT_SIGNED_FIELDS, sizeof(*out->names));
    while (span_cut(text, ';', &name, &text)) {
        if (!take_name(out, name, refusal))
            return false;
    }
    return take_name(out, text, refusal);
}

/* ---- all ---- */

static bool check_token(struct span token, struct verify_refusal *refusal) {
    if (token.data == NULL || is_word(token, LIMIT_CREDENTIAL_BYTES))
        return true;
    return verify_refuse(refusal, VERIFY_UNKNOWN_KEY,
                         "The security token included in the request is invalid.");
}

bool verify_claim_read(const struct verify_parts *parts, struct arena *arena,
                       struct verify_claim *out, struct verify_refusal *refusal) {
    struct verify_claim claim = {
        .signature = parts->values[PART_SIGNATURE],
        .token = parts->values[PART_TOKEN],
        .hash = parts->values[PART_HASH],
        .presigned = parts->presigned,
    };

    if (!read_credential(parts->values[PART_CREDENTIAL], &claim, refusal) ||
        !read_date(parts->values[PART_DATE], &claim, refusal) ||
        !read_names(parts->values[PART_NAMES], arena, &claim, refusal) ||
        !check_token(claim.token, refusal))
        return false;
    if (claim.presigned && !read_expires(parts->values[PART_EXPIRES], &claim.valid_ms, refusal))
        return false;
    *out = claim;
    return true;
}
