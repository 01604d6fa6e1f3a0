/* A request about to be sent gets the fields that sign it. */
#include "aws/sign.h"

#include <string.h>

/* Host, date, hash of the body, token and Authorization. */
#define OWN_FIELDS 5

struct signing {
    const struct sign_outgoing *request;
    const struct sign_identity *identity;
    const struct sign_scope *scope;
    struct arena *arena;
    struct http_field *fields;
    size_t count;
    struct span payload_hash;
};

static void add(struct signing *signing, struct span name, struct span value) {
    signing->fields[signing->count++] = (struct http_field){name, value};
}

static void add_signed_fields(struct signing *signing) {
    const struct sign_outgoing *request = signing->request;

    add(signing, SPAN("Host"), request->host);
    add(signing, SPAN("X-Amz-Date"), signing->scope->date);
    if (request->is_s3)
        add(signing, SPAN("X-Amz-Content-Sha256"), signing->payload_hash);
    if (signing->identity->token.data != NULL)
        add(signing, SPAN("X-Amz-Security-Token"), signing->identity->token);
    for (size_t i = 0; i < request->field_count; i++)
        add(signing, request->fields[i].name, request->fields[i].value);
}

static struct span authorization(struct signing *signing, const struct sign_message *message,
                                 struct span canonical_request) {
    struct arena *arena = signing->arena;
    uint8_t key[SHA256_BYTES];
    char signature[SHA256_HEX_TEXT];

    sign_key(signing->identity->secret, signing->scope, key);
    sign_signature(key, sign_string_to_sign(signing->scope, canonical_request, arena), signature);
    explicit_bzero(key, sizeof(key));
    return arena_format(
        arena, SIGN_ALGORITHM " Credential=%.*s/%.*s, SignedHeaders=%.*s, Signature=%s",
        SPAN_ARGS(signing->identity->access_key), SPAN_ARGS(sign_scope_text(signing->scope, arena)),
        SPAN_ARGS(sign_field_names(message, arena)), signature);
}

bool sign_fields(const struct sign_outgoing *request, const struct sign_identity *identity,
                 const struct sign_scope *scope, struct arena *arena,
                 struct http_field **out_fields, size_t *out_count) {
    struct signing signing = {
        .request = request,
        .identity = identity,
        .scope = scope,
        .arena = arena,
        .fields = arena_new(arena, request->field_count + OWN_FIELDS, sizeof(struct http_field)),
        .payload_hash = sign_payload_hash(request->body, arena),
    };
    struct span canonical_request;

    add_signed_fields(&signing);
    const struct sign_message message = {
        .method = request->method,
        .path = request->path,
        .query = request->query,
        .path_form = request->is_s3 ? SIGN_PATH_AS_SENT : SIGN_PATH_ENCODED_AGAIN,
        .fields = signing.fields,
        .field_count = signing.count,
        .payload_hash = signing.payload_hash,
    };
    if (!sign_canonical_request(&message, arena, &canonical_request))
        return false;
    add(&signing, SPAN("Authorization"), authorization(&signing, &message, canonical_request));
    *out_fields = signing.fields;
    *out_count = signing.count;
    return true;
}
