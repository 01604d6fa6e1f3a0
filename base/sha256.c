#include "base/sha256.h"

#include <nettle/base16.h>

void sha256_begin(struct sha256 *sha256) {
    sha256_init(&sha256->context);
}

void sha256_add(struct sha256 *sha256, struct span bytes) {
    if (bytes.length > 0)
        sha256_update(&sha256->context, bytes.length, (const uint8_t *)bytes.data);
}

void sha256_end(struct sha256 *sha256, uint8_t out_digest[SHA256_BYTES]) {
    sha256_digest(&sha256->context, SHA256_BYTES, out_digest);
}

void sha256_to_hex(const uint8_t digest[SHA256_BYTES], char out_text[SHA256_HEX_TEXT]) {
    base16_encode_update(out_text, SHA256_BYTES, digest);
    out_text[SHA256_HEX_TEXT - 1] = '\0';
}
