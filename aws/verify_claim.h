/* What a request says of its own signature: read by verify_parts.c and verify_claim.c, believed by
 * nobody before verify.c. */
#ifndef TRAILD_AWS_VERIFY_CLAIM_H
#define TRAILD_AWS_VERIFY_CLAIM_H

#include <stdbool.h>
#include <stdint.h>

#include "aws/verify.h"

enum verify_part {
    PART_ALGORITHM,
    PART_CREDENTIAL,
    PART_NAMES,
    PART_SIGNATURE,
    PART_DATE,
    PART_EXPIRES,
    PART_TOKEN,
    PART_HASH,
    PARTS,
};

/* As they were sent; SPAN_NONE: not sent. */
struct verify_parts {
    struct span values[PARTS];
    bool presigned;
};

/* Finds them in one of the two places; each is there at most once, and those that every signature
 * has are there. Spans lie in the request or in the arena. */
MUST_USE bool verify_parts_read(const struct verify_request *request, struct arena *arena,
                                struct verify_parts *out, struct verify_refusal *refusal);

struct verify_claim {
    struct span access_key; /* this, region and service: visible ASCII without slashes, not empty */
    struct span day;        /* `20260102` */
    struct span region;
    struct span service;
    struct span date; /* `20260102T030405Z`, of the credential's day */
    int64_t date_ms;
    int64_t valid_ms;   /* of a presigned request; 0: it is none */
    struct span *names; /* of the signed fields: small letters, sorted, each once */
    size_t name_count;
    struct span signature; /* any text */
    struct span token;     /* visible ASCII; SPAN_NONE: none */
    struct span hash;      /* of the body, any text; SPAN_NONE: not sent */
    bool presigned;
};

MUST_USE bool verify_claim_read(const struct verify_parts *parts, struct arena *arena,
                                struct verify_claim *out, struct verify_refusal *refusal);

/* Always returns false. What goes into the text is ASCII already. */
bool verify_refuse(struct verify_refusal *refusal, enum verify_problem problem, const char *format,
                   ...) PRINTF_LIKE(3, 4);

#endif
