/* Whether a request that came was signed by who knows the secret of its access key: AWS Signature
 * Version 4, in the field Authorization or in the query of a presigned URL. What is signed is
 * computed by aws/sign.
 *
 * AWS Identity and Access Management, "Create a signed AWS API request", "Elements of an AWS API
 * request signature", "Troubleshoot Signature Version 4". Stricter than those: every x-amz-* field
 * has to be signed, no signed field may come twice, the body is always part of what is signed
 * (unless the service is S3), and there is one signature and no second one beside it. A tab inside
 * of a value may be signed as it is or as a space, since clients do both (see sign.h). */
#ifndef TRAILD_AWS_VERIFY_H
#define TRAILD_AWS_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/transport.h"
#include "base/arena.h"
#include "base/limits.h"
#include "base/span.h"

/* A request as it came; all is borrowed. */
struct verify_request {
    struct span method;
    struct span path;                /* percent-encoded, begins with a slash */
    struct span query;               /* without the question mark; may be empty */
    const struct http_field *fields; /* all of them, Host too; one that came twice is there twice */
    size_t field_count;
    struct span body; /* the whole */
};

enum verify_key {
    VERIFY_KEY_GOOD,
    VERIFY_KEY_UNKNOWN, /* or switched off, or its token is another one */
    VERIFY_KEY_EXPIRED, /* temporary credentials whose time is over */
    VERIFY_KEY_FAILED,  /* nobody can tell now; why is the finder's to keep */
};

/* Who knows the secrets. */
struct verify_keys {
    /* The access key is 1 to LIMIT_ACCESS_KEY_BYTES visible ASCII signs without a slash. The token
     * is the X-Amz-Security-Token that was sent; SPAN_NONE: none, and that is for this function to
     * compare with the token that the key has to come with. The secret goes into the arena, which
     * is wiped, or lives longer. */
    enum verify_key (*find)(struct verify_keys *keys, struct span access_key, struct span token,
                            struct arena *arena, struct span *out_secret);
};

struct verify_rules {
    struct span region;  /* SPAN_NONE: any */
    struct span service; /* SPAN_NONE: any */
    bool is_s3;          /* decides how the path is signed, and whether a body may be unsigned */
    int64_t now_ms;      /* UTC; a signature's time may differ by VERIFY_SKEW_MS */
    struct verify_keys *keys;
};

#define VERIFY_SKEW_MS (INT64_C(15) * 60 * 1000)

/* Who it was; spans lie in the request or in the arena. */
struct verify_caller {
    struct span access_key;
    struct span region;
    struct span service;
    bool presigned;
};

enum verify_problem {
    VERIFY_NOT_SIGNED, /* neither form is there: whether that is allowed is the caller's to say */
    VERIFY_INCOMPLETE, /* a part is missing or is not what it has to be */
    VERIFY_WRONG,      /* not signed with this secret, not for here, or not now */
    VERIFY_UNKNOWN_KEY,
    VERIFY_EXPIRED_TOKEN,
    VERIFY_EXPIRED_REQUEST, /* a presigned one */
    VERIFY_FAILED,
};

/* As AWS's JSON services name it: `InvalidSignatureException`, `RequestExpired`. They answer all
 * with HTTP 400, InternalFailure (VERIFY_FAILED) with 500. */
const char *verify_code(enum verify_problem problem);

struct verify_refusal {
    enum verify_problem problem;
    char message[LIMIT_ERROR_TEXT]; /* ASCII, and nothing secret: neither what was signed nor the
                                       signature that would be right */
};

/* Any thread, if the finder of keys may be called by any. `out_caller` stays as it is when the
 * request is refused, `out_refusal` when it is not. */
MUST_USE bool verify_signature(const struct verify_request *request,
                               const struct verify_rules *rules, struct arena *arena,
                               struct verify_caller *out_caller,
                               struct verify_refusal *out_refusal);

#endif
