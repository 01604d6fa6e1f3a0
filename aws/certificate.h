/* An X.509 certificate and those that vouch for it: whether it can be trusted, and whether a
 * signature is its own. The only user of GnuTLS's certificates. */
#ifndef TRAILD_AWS_CERTIFICATE_H
#define TRAILD_AWS_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

struct certificate; /* once it is complete, any thread may verify with it */

/* PEM: the certificate first, then those that vouch for it, if any, in order. At most
 * LIMIT_CERTIFICATE_BYTES and LIMIT_CERTIFICATES. ERR_INVALID when it is none. */
MUST_USE bool certificate_read(struct span pem, struct certificate **out, struct err *err);

void certificate_free(struct certificate *certificate);

/* Where the last of the chain says that its issuer's certificate is to be had (RFC 5280, section
 * 4.2.2.1); SPAN_NONE: nowhere, or it is its own issuer. */
struct span certificate_issuer_url(const struct certificate *certificate, struct arena *arena);

/* Puts the issuer behind the chain; DER or PEM. ERR_INVALID when it is none or not the issuer. */
MUST_USE bool certificate_add_issuer(struct certificate *certificate, struct span bytes,
                                     struct err *err);

enum trust {
    TRUST_GOOD,
    TRUST_NO_ISSUER, /* the chain ends before anyone who is trusted */
    TRUST_BAD,       /* expired, not yet valid, forged, too weak... */
};

/* Whether the chain is valid now and ends at one of those in the PEM file `ca_bundle` (NULL: whom
 * the system trusts). `out_why` is a sentence unless it is good. ERR_INTERNAL when the file cannot
 * be read. */
MUST_USE bool certificate_judge(const struct certificate *certificate, const char *ca_bundle,
                                struct arena *arena, enum trust *out, struct span *out_why,
                                struct err *err);

/* Whether it is of this host; a name with a star in it is of none. `host` ends with NUL. */
bool certificate_names(const struct certificate *certificate, const char *host);

enum signature_hash {
    SIGNATURE_SHA1,
    SIGNATURE_SHA256,
};

/* Whether this is the certificate's RSA signature (PKCS #1, version 1.5) of the message. */
bool certificate_signed(const struct certificate *certificate, enum signature_hash hash,
                        struct span message, struct span signature);

#endif
