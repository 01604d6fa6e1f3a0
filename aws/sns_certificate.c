#include "aws/sns_certificate.h"

#include "aws/certificate.h"
#include "aws/host_label.h"
#include "base/limits.h"

/* `http://crt.r2m01.amazontrust.com/r2m01.cer`: what is fetched there is believed no more than
 * what it says can be proved, so that http will do. */
static bool is_issuer_url(struct span url) {
    struct span host;
    struct span path;

    if (!span_starts_with(url, SPAN("http://")) ||
        !span_cut(span_skip(url, 7), '/', &host, &path) || url.length > LIMIT_SNS_TEXT_BYTES)
        return false;
    for (size_t i = 0; i < host.length; i++) {
        if (!is_host_label_byte(host.data[i]) && host.data[i] != '.')
            return false;
    }
    return span_is_visible(path) && span_ends_with(host, SPAN(".amazontrust.com"));
}

static bool refuse(struct span why, struct err *err) {
    return err_set(err, ERR_FORBIDDEN, "the SNS message's certificate cannot be trusted: %.*s",
                   SPAN_ARGS(why));
}

/* What was read is no certificate, or not the one. */
static bool refuse_because(struct err *err) {
    err->kind = ERR_FORBIDDEN;
    return err_add(err, "the SNS message's certificate cannot be trusted");
}

static bool add_issuer(struct certificate *certificate, struct span why, struct sns_web *web,
                       struct arena *arena, struct err *err) {
    struct span url = certificate_issuer_url(certificate, arena);
    struct span issuer;

    if (!is_issuer_url(url))
        return refuse(why, err);
    if (!web->get(web, url, arena, &issuer, err))
        return err_add(err,
                       "the issuer of SNS's certificate (where it cannot be reached, put it "
                       "into the file of AWS_CA_BUNDLE)");
    if (!certificate_add_issuer(certificate, issuer, err))
        return refuse_because(err);
    return true;
}

static bool check_trust(struct certificate *certificate, const char *ca_bundle, struct sns_web *web,
                        struct arena *arena, struct err *err) {
    enum trust trust;
    struct span why;

    for (int i = 0; i < LIMIT_CERTIFICATES; i++) {
        if (!certificate_judge(certificate, ca_bundle, arena, &trust, &why, err))
            return false;
        if (trust == TRUST_GOOD)
            return true;
        if (trust == TRUST_BAD)
            return refuse(why, err);
        if (!add_issuer(certificate, why, web, arena, err))
            return false;
    }
    return refuse(why, err);
}

static bool check_name(const struct certificate *certificate, struct span topic,
                       struct arena *arena, struct err *err) {
    const char *names[SNS_CERTIFICATE_NAMES];
    size_t count = sns_certificate_names(topic, arena, names);

    for (size_t i = 0; i < count; i++) {
        if (certificate_names(certificate, names[i]))
            return true;
    }
    return refuse(SPAN("it is not made out to SNS"), err);
}

bool sns_certificate_fetch(const struct sns_message *message, const char *ca_bundle,
                           struct sns_web *web, struct arena *arena, struct certificate **out,
                           struct err *err) {
    struct certificate *certificate = NULL;
    struct span pem;

    if (!web->get(web, message->certificate_url, arena, &pem, err)) {
        if (err->kind == ERR_ABSENT)
            err->kind = ERR_FORBIDDEN;
        return err_add(err, "the SNS message's certificate");
    }
    if (!certificate_read(pem, &certificate, err))
        return refuse_because(err);
    if (!check_name(certificate, message->topic, arena, err) ||
        !check_trust(certificate, ca_bundle, web, arena, err)) {
        certificate_free(certificate);
        return false;
    }
    *out = certificate;
    return true;
}
