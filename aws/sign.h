/* AWS Signature Version 4: what is signed, and the signature. Both sides need it: who sends a
 * request, and who checks one that was sent.
 * AWS Identity and Access Management, "Create a signed AWS API request". */
#ifndef TRAILD_AWS_SIGN_H
#define TRAILD_AWS_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/transport.h"
#include "base/arena.h"
#include "base/sha256.h"
#include "base/span.h"

#define SIGN_ALGORITHM        "AWS4-HMAC-SHA256"
#define SIGN_UNSIGNED_PAYLOAD "UNSIGNED-PAYLOAD"
#define SIGN_DATE_TEXT        17 /* `20260102T030405Z` with its NUL */

/* S3 signs the path as it is sent; every other service without `.` and `..`, without empty
 * segments, and percent-encoded once more. */
enum sign_path {
    SIGN_PATH_AS_SENT,
    SIGN_PATH_ENCODED_AGAIN,
};

/* What counts as a space in the value of a field. The documents speak of white space at its ends
 * and of spaces inside, and so do the SDKs for Go and Rust; botocore and the SDKs for Java and
 * JavaScript take a tab inside for a space as well. */
enum sign_spaces {
    SIGN_SPACES,
    SIGN_SPACES_AND_TABS,
};

struct sign_message {
    struct span method;
    struct span path;  /* as sent: percent-encoded, begins with a slash */
    struct span query; /* as sent, without the question mark; may be empty. X-Amz-Signature, which
                          cannot sign itself, is left out */
    enum sign_path path_form;
    enum sign_spaces spaces;
    const struct http_field *fields; /* those that are signed, and no others; in any order */
    size_t field_count;
    struct span payload_hash; /* small hexadecimal digits, or SIGN_UNSIGNED_PAYLOAD */
};

/* The canonical request. False when an escape in the query is none. */
MUST_USE bool sign_canonical_request(const struct sign_message *message, struct arena *arena,
                                     struct span *out);

/* The names of the fields as they are listed in the canonical request: `host;x-amz-date`. */
struct span sign_field_names(const struct sign_message *message, struct arena *arena);

/* A body's hash, as `payload_hash` has it. */
struct span sign_payload_hash(struct span body, struct arena *arena);

/* Where and when a signature is good. */
struct sign_scope {
    struct span date; /* `20260102T030405Z` */
    struct span region;
    struct span service;
};

/* Writes the date of a scope. */
struct span sign_date(int64_t time_ms, char out_text[SIGN_DATE_TEXT]);

/* `20260102/eu-west-1/s3/aws4_request`. */
struct span sign_scope_text(const struct sign_scope *scope, struct arena *arena);

struct span sign_string_to_sign(const struct sign_scope *scope, struct span canonical_request,
                                struct arena *arena);

/* The key of a day, a region and a service. Secret: the caller wipes it. */
void sign_key(struct span secret, const struct sign_scope *scope, uint8_t out_key[SHA256_BYTES]);

/* Small hexadecimal digits. */
void sign_signature(const uint8_t key[SHA256_BYTES], struct span string_to_sign,
                    char out_text[SHA256_HEX_TEXT]);

/* Who signs. */
struct sign_identity {
    struct span access_key;
    struct span secret;
    struct span token; /* of temporary credentials; SPAN_NONE: none */
};

/* A request about to be sent. */
struct sign_outgoing {
    struct span method;
    struct span host; /* with the port unless it is the scheme's own */
    struct span path; /* as in sign_message */
    struct span query;
    const struct http_field *fields; /* more that are signed: all x-amz-* have to be */
    size_t field_count;
    struct span body;
    bool is_s3; /* decides how the path is signed, and sends the hash of the body as S3 demands */
};

/* The fields to send: Host, X-Amz-Date, the given ones, what credentials and service need, and
 * Authorization. In the arena. False when an escape in the query is none. */
MUST_USE bool sign_fields(const struct sign_outgoing *request, const struct sign_identity *identity,
                          const struct sign_scope *scope, struct arena *arena,
                          struct http_field **out_fields, size_t *out_count);

#endif
