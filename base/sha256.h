/* SHA-256 of a stream (FIPS 180-4), by nettle. */
#ifndef TRAILD_BASE_SHA256_H
#define TRAILD_BASE_SHA256_H

#include <nettle/sha2.h>
#include <stdint.h>

#include "base/span.h"

#define SHA256_BYTES    32
#define SHA256_HEX_TEXT 65 /* with its NUL */

struct sha256 {
    struct sha256_ctx context;
};

void sha256_begin(struct sha256 *sha256);
void sha256_add(struct sha256 *sha256, struct span bytes);
void sha256_end(struct sha256 *sha256, uint8_t out_digest[SHA256_BYTES]);

/* Lower-case hexadecimal digits. */
void sha256_to_hex(const uint8_t digest[SHA256_BYTES], char out_text[SHA256_HEX_TEXT]);

#endif
