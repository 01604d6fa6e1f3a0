/* HMAC-SHA-256 (RFC 2104), by GnuTLS. Cannot fail, as base/sha256.h. */
#ifndef TRAILD_BASE_HMAC_H
#define TRAILD_BASE_HMAC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sha256.h"
#include "base/span.h"

/* Key and message of any length, also none; `out` may lie where the key does. */
void hmac_sha256(struct span key, struct span message, uint8_t out[SHA256_BYTES]);

/* As span_equal, but how long it takes does not tell where they differ (only whether their lengths
 * do): for what somebody could try byte by byte. */
bool hmac_equal(struct span a, struct span b);

#endif
