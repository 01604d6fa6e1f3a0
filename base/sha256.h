/* SHA-256 (FIPS 180-4), by GnuTLS, which uses the processor's instructions for it. Cannot fail: a
 * library that does not know SHA-256 stops the process with a message. */
#ifndef TRAILD_BASE_SHA256_H
#define TRAILD_BASE_SHA256_H

#include <stdint.h>

#include "base/span.h"

#define SHA256_BYTES    32
#define SHA256_HEX_TEXT 65 /* with its NUL */

/* Of a stream. Zeroed, or between sha256_begin and sha256_end or sha256_clear. */
struct sha256 {
    void *state; /* owned; NULL when zeroed */
};

void sha256_begin(struct sha256 *sha256);
void sha256_add(struct sha256 *sha256, struct span bytes);

/* Leaves it zeroed. */
void sha256_end(struct sha256 *sha256, uint8_t out_digest[SHA256_BYTES]);

/* For a stream that is given up; zeroed is fine. */
void sha256_clear(struct sha256 *sha256);

/* Of bytes that are all there. */
void sha256_of(struct span bytes, uint8_t out_digest[SHA256_BYTES]);

/* Lower-case hexadecimal digits. */
void sha256_to_hex(const uint8_t digest[SHA256_BYTES], char out_text[SHA256_HEX_TEXT]);

#endif
