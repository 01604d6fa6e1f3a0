#include "base/hmac.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>

static const void *bytes_of(struct span span) {
    return span.length > 0 ? span.data : "";
}

void hmac_sha256(struct span key, struct span message, uint8_t out[SHA256_BYTES]) {
    int result = gnutls_hmac_fast(GNUTLS_MAC_SHA256, bytes_of(key), key.length, bytes_of(message),
                                  message.length, out);

    if (result < 0) {
        fprintf(stderr, "traild: HMAC-SHA-256: %s\n", gnutls_strerror(result));
        abort();
    }
}

bool hmac_equal(struct span a, struct span b) {
    return a.length == b.length && gnutls_memcmp(bytes_of(a), bytes_of(b), a.length) == 0;
}
