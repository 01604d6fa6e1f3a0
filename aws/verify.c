#include "aws/verify.h"

#include <string.h>

#include "aws/sign.h"
#include "aws/verify_claim.h"
#include "base/hmac.h"
#include "base/utc.h"

#define MISMATCH                                                                                   \
    "The request signature we calculated does not match the signature you provided. Check your "   \
    "AWS Secret Access Key and signing method. Consult the service documentation for details."
#define INVALID_TOKEN "The security token included in the request is invalid."

const char *verify_code(enum verify_problem problem) {
    static const char *const codes[] = {
        [VERIFY_NOT_SIGNED] = "MissingAuthenticationTokenException",
        [VERIFY_INCOMPLETE] = "IncompleteSignatureException",
        [VERIFY_WRONG] = "InvalidSignatureException",
        [VERIFY_UNKNOWN_KEY] = "UnrecognizedClientException",
        [VERIFY_EXPIRED_TOKEN] = "ExpiredTokenException",
        [VERIFY_EXPIRED_REQUEST] = "RequestExpired",
        [VERIFY_FAILED] = "InternalFailure",
    };

    return codes[problem];
}

struct verifying {
    const struct verify_request *request;
    const struct verify_rules *rules;
    const struct verify_claim *claim;
    struct arena *arena;
    struct verify_refusal *refusal;
};

/* ---- where and when it is good ---- */

static bool check_scope(const struct verifying *verifying) {
    const struct verify_rules *rules = verifying->rules;
    const struct verify_claim *claim = verifying->claim;

    if (rules->region.data != NULL && !span_equal(claim->region, rules->region))
        return verify_refuse(verifying->refusal, VERIFY_WRONG,
                             "Credential should be scoped to a valid region, not '%.*s'.",
                             SPAN_ARGS(claim->region));
    if (rules->service.data != NULL && !span_equal(claim->service, rules->service))
        return verify_refuse(verifying->refusal, VERIFY_WRONG,
                             "Credential should be scoped to correct service: '%.*s'.",
                             SPAN_ARGS(rules->service));
    return true;
}

/* `shift_ms` is what the clock may be off by, in the direction that matters. */
static bool refuse_time(const struct verifying *verifying, const char *what, const char *relation,
                        int64_t shift_ms) {
    int64_t now_ms = verifying->rules->now_ms;
    char limit[SIGN_DATE_TEXT];
    char now[SIGN_DATE_TEXT];

    sign_date(now_ms + shift_ms, limit);
    sign_date(now_ms, now);
    return verify_refuse(verifying->refusal, VERIFY_WRONG, "%s: %.*s is %s than %s (%s %c %d min.)",
                         what, SPAN_ARGS(verifying->claim->date), relation, limit, now,
                         shift_ms < 0 ? '-' : '+', (int)(VERIFY_SKEW_MS / 60000));
}

/* A presigned request is good from the beginning on, give or take a clock, until its end. */
static bool check_time(const struct verifying *verifying) {
    const struct verify_claim *claim = verifying->claim;
    int64_t age_ms = verifying->rules->now_ms - claim->date_ms;

    if (age_ms < -VERIFY_SKEW_MS)
        return refuse_time(verifying, "Signature not yet current", "still later", VERIFY_SKEW_MS);
    if (claim->presigned && age_ms > claim->valid_ms)
        return verify_refuse(verifying->refusal, VERIFY_EXPIRED_REQUEST, "Request has expired.");
    if (!claim->presigned && age_ms > VERIFY_SKEW_MS)
        return refuse_time(verifying, "Signature expired", "now earlier", -VERIFY_SKEW_MS);
    return true;
}

/* ---- what is signed ---- */

static bool is_named(const struct http_field *field, struct span small_name) {
    return span_equal_any_case(span_trim(field->name), small_name);
}

static bool is_signed(const struct verify_claim *claim, const struct http_field *field) {
    for (size_t i = 0; i < claim->name_count; i++) {
        if (is_named(field, claim->names[i]))
            return true;
    }
    return false;
}

static bool has_to_be_signed(const struct http_field *field) {
    struct span name = span_trim(field->name);

    return is_named(field, SPAN("host")) ||
           span_equal_any_case(span_head(name, strlen("x-amz-")), SPAN("x-amz-"));
}

static bool check_what_is_sent(const struct verifying *verifying) {
    const struct verify_request *request = verifying->request;

    for (size_t i = 0; i < request->field_count; i++) {
        const struct http_field *field = &request->fields[i];
        if (has_to_be_signed(field) && !is_signed(verifying->claim, field))
            return verify_refuse(verifying->refusal, VERIFY_WRONG,
                                 "'Host' and every 'X-Amz-*' header must be a 'SignedHeader' in "
                                 "the AWS Authorization.");
    }
    return true;
}

/* A line end inside would stand for the end of a line of what is signed. */
static bool has_control(struct span text) {
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if ((c < ' ' && c != '\t') || c == 0x7f)
            return true;
    }
    return false;
}

static bool take_field(const struct verifying *verifying, struct span name,
                       struct http_field *out) {
    const struct verify_request *request = verifying->request;
    const struct http_field *found = NULL;

    for (size_t i = 0; i < request->field_count; i++) {
        if (!is_named(&request->fields[i], name))
            continue;
        if (found != NULL)
            return verify_refuse(verifying->refusal, VERIFY_WRONG,
                                 "The signed header '%.*s' must be sent only once.",
                                 SPAN_ARGS(name));
        found = &request->fields[i];
    }
    if (found == NULL)
        return verify_refuse(verifying->refusal, VERIFY_WRONG,
                             "The signed header '%.*s' is not in the request.", SPAN_ARGS(name));
    if (has_control(found->value))
        return verify_refuse(verifying->refusal, VERIFY_WRONG,
                             "The signed header '%.*s' has control characters.", SPAN_ARGS(name));
    *out = *found;
    return true;
}

/* One field for each name that the claim has; `host` is among them. */
static bool take_fields(const struct verifying *verifying, struct http_field *out) {
    const struct verify_claim *claim = verifying->claim;
    bool has_host = false;

    for (size_t i = 0; i < claim->name_count; i++) {
        if (!take_field(verifying, claim->names[i], &out[i]))
            return false;
        has_host = has_host || span_equal(claim->names[i], SPAN("host"));
    }
    if (!has_host)
        return verify_refuse(verifying->refusal, VERIFY_WRONG,
                             "'Host' must be a 'SignedHeader' in the AWS Authorization.");
    return true;
}

/* Only S3 takes a body that is not signed; in a presigned URL there it is never. */
static bool choose_hash(const struct verifying *verifying, struct span *out) {
    const struct verify_claim *claim = verifying->claim;
    bool is_s3 = verifying->rules->is_s3;
    struct span sent = claim->hash;

    if (sent.data == NULL && claim->presigned && is_s3)
        sent = SPAN(SIGN_UNSIGNED_PAYLOAD);
    if (is_s3 && span_equal(sent, SPAN(SIGN_UNSIGNED_PAYLOAD))) {
        *out = sent;
        return true;
    }
    *out = sign_payload_hash(verifying->request->body, verifying->arena);
    if (sent.data != NULL && !span_equal(sent, *out))
        return verify_refuse(verifying->refusal, VERIFY_WRONG,
                             "The provided 'x-amz-content-sha256' header does not match what was "
                             "computed.");
    return true;
}

/* What may have been signed: more than one text where clients differ. */
struct canonical {
    struct span texts[2];
    size_t count;
};

static bool has_tab(const struct sign_message *message) {
    bool found = false;

    for (size_t i = 0; i < message->field_count; i++) {
        struct span value = message->fields[i].value;
        found = found || (value.length > 0 && memchr(value.data, '\t', value.length) != NULL);
    }
    return found;
}

static bool write_canonical(struct sign_message *message, struct arena *arena,
                            struct canonical *out) {
    out->count = 1;
    if (!sign_canonical_request(message, arena, &out->texts[0]))
        return false;
    if (!has_tab(message))
        return true;
    message->spaces = SIGN_SPACES_AND_TABS;
    out->count = 2;
    return sign_canonical_request(message, arena, &out->texts[1]);
}

static bool read_canonical(const struct verifying *verifying, struct canonical *out) {
    const struct verify_request *request = verifying->request;
    struct http_field *fields =
        arena_new(verifying->arena, verifying->claim->name_count, sizeof(*fields));
    struct sign_message message = {
        .method = request->method,
        .path = request->path,
        .query = request->query,
        .path_form = verifying->rules->is_s3 ? SIGN_PATH_AS_SENT : SIGN_PATH_ENCODED_AGAIN,
        .fields = fields,
        .field_count = verifying->claim->name_count,
    };

    if (!check_what_is_sent(verifying) || !take_fields(verifying, fields) ||
        !choose_hash(verifying, &message.payload_hash))
        return false;
    if (!span_starts_with(request->path, SPAN("/")) || has_control(request->path) ||
        has_control(request->method) || !write_canonical(&message, verifying->arena, out))
        return verify_refuse(verifying->refusal, VERIFY_WRONG, MISMATCH);
    return true;
}

/* ---- the secret ---- */

static bool find_secret(const struct verifying *verifying, struct arena *secrets,
                        struct span *out) {
    const struct verify_claim *claim = verifying->claim;
    struct verify_keys *keys = verifying->rules->keys;

    switch (keys->find(keys, claim->access_key, claim->token, secrets, out)) {
    case VERIFY_KEY_GOOD:
        return true;
    case VERIFY_KEY_EXPIRED:
        return verify_refuse(verifying->refusal, VERIFY_EXPIRED_TOKEN,
                             "The security token included in the request is expired");
    case VERIFY_KEY_FAILED:
        return verify_refuse(verifying->refusal, VERIFY_FAILED,
                             "The access key could not be looked up.");
    case VERIFY_KEY_UNKNOWN:
        break;
    }
    return verify_refuse(verifying->refusal, VERIFY_UNKNOWN_KEY, INVALID_TOKEN);
}

static bool is_signature_of(const struct verifying *verifying, const uint8_t key[SHA256_BYTES],
                            const struct sign_scope *scope, struct span canonical_request) {
    char expected[SHA256_HEX_TEXT];

    sign_signature(key, sign_string_to_sign(scope, canonical_request, verifying->arena), expected);
    bool good = hmac_equal(verifying->claim->signature, span_of(expected));
    explicit_bzero(expected, sizeof(expected));
    return good;
}

static bool check_signature(const struct verifying *verifying, struct span secret,
                            const struct canonical *canonical) {
    const struct verify_claim *claim = verifying->claim;
    const struct sign_scope scope = {claim->date, claim->region, claim->service};
    uint8_t key[SHA256_BYTES];
    bool good = false;

    sign_key(secret, &scope, key);
    for (size_t i = 0; i < canonical->count && !good; i++)
        good = is_signature_of(verifying, key, &scope, canonical->texts[i]);
    explicit_bzero(key, sizeof(key));
    if (!good)
        return verify_refuse(verifying->refusal, VERIFY_WRONG, MISMATCH);
    return true;
}

static bool verify_claim(const struct verifying *verifying) {
    struct arena CLEANUP(arena_wipe) secrets = {0};
    struct canonical canonical;
    struct span secret;

    return check_scope(verifying) && check_time(verifying) &&
           read_canonical(verifying, &canonical) && find_secret(verifying, &secrets, &secret) &&
           check_signature(verifying, secret, &canonical);
}

bool verify_signature(const struct verify_request *request, const struct verify_rules *rules,
                      struct arena *arena, struct verify_caller *out_caller,
                      struct verify_refusal *out_refusal) {
    struct verify_parts parts;
    struct verify_claim claim;
    const struct verifying verifying = {request, rules, &claim, arena, out_refusal};

    if (!verify_parts_read(request, arena, &parts, out_refusal) ||
        !verify_claim_read(&parts, arena, &claim, out_refusal) || !verify_claim(&verifying))
        return false;
    *out_caller = (struct verify_caller){
        .access_key = claim.access_key,
        .region = claim.region,
        .service = claim.service,
        .presigned = claim.presigned,
    };
    return true;
}
