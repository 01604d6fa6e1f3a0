#include "base/sha256.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/macros.h"

static void or_stop(int result) {
    if (result < 0) {
        fprintf(stderr, "traild: SHA-256: %s\n", gnutls_strerror(result));
        abort();
    }
}

void sha256_begin(struct sha256 *sha256) {
    gnutls_hash_hd_t state;

    or_stop(gnutls_hash_init(&state, GNUTLS_DIG_SHA256));
    sha256->state = state;
}

void sha256_add(struct sha256 *sha256, struct span bytes) {
    if (bytes.length > 0)
        or_stop(gnutls_hash(sha256->state, bytes.data, bytes.length));
}

void sha256_end(struct sha256 *sha256, uint8_t out_digest[SHA256_BYTES]) {
    gnutls_hash_deinit(TAKE(sha256->state), out_digest);
}

void sha256_clear(struct sha256 *sha256) {
    if (sha256->state != NULL)
        gnutls_hash_deinit(TAKE(sha256->state), NULL);
}

void sha256_of(struct span bytes, uint8_t out_digest[SHA256_BYTES]) {
    or_stop(gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes.length > 0 ? bytes.data : "", bytes.length,
                             out_digest));
}

void sha256_to_hex(const uint8_t digest[SHA256_BYTES], char out_text[SHA256_HEX_TEXT]) {
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < SHA256_BYTES; i++) {
        out_text[2 * i] = digits[digest[i] >> 4];
        out_text[2 * i + 1] = digits[digest[i] & 15];
    }
    out_text[SHA256_HEX_TEXT - 1] = '\0';
}
