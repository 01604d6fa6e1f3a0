#include "aws/certificate.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"

struct certificate {
    gnutls_x509_crt_t chain[LIMIT_CERTIFICATES]; /* each is vouched for by the next */
    unsigned count;
    gnutls_pubkey_t key; /* of the first */
};

/* Two thousand bits of RSA and SHA-256, as browsers demand. */
#define STRENGTH GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM)

/* GnuTLS takes data that is not const, and does not change it. */
static gnutls_datum_t datum_of(struct span bytes) {
    union {
        const char *given;
        unsigned char *taken;
    } data = {.given = bytes.data};

    return (gnutls_datum_t){data.taken, (unsigned)bytes.length};
}

static bool read_chain(struct certificate *certificate, struct span pem, struct err *err) {
    const gnutls_datum_t datum = datum_of(pem);
    unsigned count = LIMIT_CERTIFICATES;
    int code = gnutls_x509_crt_list_import(certificate->chain, &count, &datum, GNUTLS_X509_FMT_PEM,
                                           GNUTLS_X509_CRT_LIST_IMPORT_FAIL_IF_EXCEED |
                                               GNUTLS_X509_CRT_LIST_FAIL_IF_UNSORTED);

    if (code < 0)
        return err_set(err, ERR_INVALID, "no certificate: %s", gnutls_strerror(code));
    certificate->count = count;
    return true;
}

static bool read_key(struct certificate *certificate, struct err *err) {
    int code = gnutls_pubkey_init(&certificate->key);

    if (code == 0)
        code = gnutls_pubkey_import_x509(certificate->key, certificate->chain[0], 0);
    if (code != 0)
        return err_set(err, ERR_INVALID, "no key in the certificate: %s", gnutls_strerror(code));
    return true;
}

bool certificate_read(struct span pem, struct certificate **out, struct err *err) {
    if (pem.length > LIMIT_CERTIFICATE_BYTES)
        return err_set(err, ERR_INVALID, "a certificate of more than %lld bytes",
                       (long long)LIMIT_CERTIFICATE_BYTES);
    struct certificate *certificate = memory_new(1, sizeof(*certificate));
    if (!read_chain(certificate, pem, err) || !read_key(certificate, err)) {
        certificate_free(certificate);
        return false;
    }
    *out = certificate;
    return true;
}

void certificate_free(struct certificate *certificate) {
    if (certificate == NULL)
        return;
    for (unsigned i = 0; i < certificate->count; i++)
        gnutls_x509_crt_deinit(certificate->chain[i]);
    gnutls_pubkey_deinit(certificate->key);
    free(certificate);
}

static gnutls_x509_crt_t last_of(const struct certificate *certificate) {
    return certificate->chain[certificate->count - 1];
}

struct span certificate_issuer_url(const struct certificate *certificate, struct arena *arena) {
    gnutls_x509_crt_t last = last_of(certificate);
    struct span url = SPAN_NONE;
    gnutls_datum_t found;

    if (gnutls_x509_crt_check_issuer(last, last) != 0)
        return SPAN_NONE;
    for (unsigned i = 0; url.data == NULL; i++) {
        int code = gnutls_x509_crt_get_authority_info_access(last, i, GNUTLS_IA_CAISSUERS_URI,
                                                             &found, NULL);
        if (code == GNUTLS_E_UNKNOWN_ALGORITHM)
            continue; /* another kind of information */
        if (code < 0)
            break;
        url = arena_copy(arena, (struct span){(const char *)found.data, found.size});
        gnutls_free(found.data);
    }
    return url;
}

static int import_any(gnutls_x509_crt_t issuer, struct span bytes) {
    const gnutls_datum_t datum = datum_of(bytes);
    bool is_pem = span_starts_with(span_trim(bytes), SPAN("-----BEGIN"));

    return gnutls_x509_crt_import(issuer, &datum,
                                  is_pem ? GNUTLS_X509_FMT_PEM : GNUTLS_X509_FMT_DER);
}

bool certificate_add_issuer(struct certificate *certificate, struct span bytes, struct err *err) {
    gnutls_x509_crt_t issuer;

    if (certificate->count == LIMIT_CERTIFICATES)
        return err_set(err, ERR_INVALID, "more than %d certificates that vouch for each other",
                       LIMIT_CERTIFICATES);
    int code = bytes.length > LIMIT_CERTIFICATE_BYTES ? GNUTLS_E_ASN1_DER_OVERFLOW
                                                      : gnutls_x509_crt_init(&issuer);
    if (code < 0)
        return err_set(err, ERR_INVALID, "no certificate: %s", gnutls_strerror(code));
    code = import_any(issuer, bytes);
    if (code < 0 || gnutls_x509_crt_check_issuer(last_of(certificate), issuer) == 0) {
        gnutls_x509_crt_deinit(issuer);
        return err_set(err, ERR_INVALID, "no certificate of the issuer: %s",
                       code < 0 ? gnutls_strerror(code) : "it has another name or key");
    }
    certificate->chain[certificate->count++] = issuer;
    return true;
}

static bool load_trusted(gnutls_x509_trust_list_t list, const char *ca_bundle, struct err *err) {
    int loaded = ca_bundle != NULL ? gnutls_x509_trust_list_add_trust_file(
                                         list, ca_bundle, NULL, GNUTLS_X509_FMT_PEM, 0, 0)
                                   : gnutls_x509_trust_list_add_system_trust(list, 0, 0);

    if (loaded > 0)
        return true;
    return err_set(err, ERR_INTERNAL, "no certificates of those to be trusted in %s: %s",
                   ca_bundle != NULL ? ca_bundle : "the system's list",
                   loaded < 0 ? gnutls_strerror(loaded) : "it is empty");
}

static struct span status_text(unsigned status, struct arena *arena) {
    gnutls_datum_t text;

    if (gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &text, 0) < 0)
        return SPAN("it cannot be verified");
    struct span copy = arena_copy(arena, (struct span){(const char *)text.data, text.size});
    gnutls_free(text.data);
    return span_trim(copy);
}

static enum trust trust_of(unsigned status) {
    const unsigned no_issuer = GNUTLS_CERT_INVALID | GNUTLS_CERT_SIGNER_NOT_FOUND;

    if (status == 0)
        return TRUST_GOOD;
    return (status & GNUTLS_CERT_SIGNER_NOT_FOUND) != 0 && (status & ~no_issuer) == 0
               ? TRUST_NO_ISSUER
               : TRUST_BAD;
}

static bool judge(gnutls_x509_trust_list_t list, const struct certificate *certificate,
                  unsigned *out_status, struct err *err) {
    gnutls_x509_crt_t chain[LIMIT_CERTIFICATES];

    memcpy(chain, certificate->chain, sizeof(chain));
    int code = gnutls_x509_trust_list_verify_crt2(list, chain, certificate->count, NULL, 0,
                                                  STRENGTH, out_status, NULL);
    if (code < 0)
        return err_set(err, ERR_INTERNAL, "verifying a certificate: %s", gnutls_strerror(code));
    return true;
}

bool certificate_judge(const struct certificate *certificate, const char *ca_bundle,
                       struct arena *arena, enum trust *out, struct span *out_why,
                       struct err *err) {
    gnutls_x509_trust_list_t list;
    unsigned status = 0;
    int code = gnutls_x509_trust_list_init(&list, 0);

    if (code < 0)
        return err_set(err, ERR_INTERNAL, "verifying a certificate: %s", gnutls_strerror(code));
    bool judged = load_trusted(list, ca_bundle, err) && judge(list, certificate, &status, err);
    gnutls_x509_trust_list_deinit(list, 1);
    if (!judged)
        return false;
    *out = trust_of(status);
    *out_why = status_text(status, arena);
    return true;
}

bool certificate_names(const struct certificate *certificate, const char *host) {
    return gnutls_x509_crt_check_hostname2(certificate->chain[0], host,
                                           GNUTLS_VERIFY_DO_NOT_ALLOW_WILDCARDS) != 0;
}

/* SNS's first version signs with SHA-1, which GnuTLS takes only when it is told to; finding another
 * message for a signature that is there is still out of reach. */
bool certificate_signed(const struct certificate *certificate, enum signature_hash hash,
                        struct span message, struct span signature) {
    const gnutls_datum_t text = datum_of(message);
    const gnutls_datum_t signed_by = datum_of(signature);
    bool sha1 = hash == SIGNATURE_SHA1;

    return gnutls_pubkey_verify_data2(
               certificate->key, sha1 ? GNUTLS_SIGN_RSA_SHA1 : GNUTLS_SIGN_RSA_SHA256,
               sha1 ? GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1 : 0, &text, &signed_by) >= 0;
}
