/* Requests that real clients have signed, as they came over a socket, and a reader for such text.
 * The field User-Agent, which nobody signs, is shortened; the key is AWS's example. */
#ifndef TRAILD_TESTS_SUPPORT_SIGNED_H
#define TRAILD_TESTS_SUPPORT_SIGNED_H

#include "aws/verify.h"

#define SIGNED_SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define SIGNED_TOKEN  "TOKEN/+="

struct signed_request {
    const char *name; /* what sent it */
    struct span access_key;
    struct span token; /* SPAN_NONE: none */
    struct span date;
    struct span region;
    struct span service;
    bool is_s3;
    bool presigned;
    struct span text;
};

#define SIGNED_REQUESTS 16

/* Those that tests want by name. */
enum signed_place {
    SIGNED_BY_CLI = 0,
    SIGNED_WITH_TOKEN = 1,
    SIGNED_UPLOAD = 8,
    SIGNED_OBJECT_URL = 9,
    SIGNED_SERVICE_URL = 10,
};

extern const struct signed_request signed_requests[SIGNED_REQUESTS];

/* Takes apart what can be, without judging it; lines end with CR and LF. Spans lie in the text. */
void signed_parse(struct span text, struct arena *arena, struct verify_request *out);

/* Knows the two access keys of the requests, one of them with SIGNED_TOKEN. */
extern struct verify_keys signed_keys;

/* For a server that the request was meant for, at the time it was sent. */
struct verify_rules signed_rules(const struct signed_request *request);

/* The text with `put` in the place of the `drop` bytes at `at`. */
struct span signed_change(struct span text, size_t at, size_t drop, struct span put,
                          struct arena *arena);

#endif
