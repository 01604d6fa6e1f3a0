/* Messages that Amazon SNS delivers over HTTP: what they say, and whether SNS sent them.
 *
 * Amazon SNS Developer Guide, "Amazon SNS message and JSON formats" and "Verifying the signatures
 * of Amazon SNS messages". The certificate comes from `sns.<region>.amazonaws.com` of the topic's
 * own region (`.com.cn` in China, `.eu` in the European Sovereign Cloud) over https, has to be
 * SNS's by its name, and to be vouched for by whom the system trusts. It lacks the certificate of
 * the authority in between, which is fetched from where it says, at amazontrust.com only. */
#ifndef TRAILD_AWS_SNS_H
#define TRAILD_AWS_SNS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

struct transport;

enum sns_type {
    SNS_NOTIFICATION,
    SNS_SUBSCRIPTION,   /* wants to be confirmed */
    SNS_UNSUBSCRIPTION, /* tells that the subscription is over */
};

/* Spans are in the arena it was read into. */
struct sns_message {
    enum sns_type type;
    struct span type_text;
    struct span id;
    struct span topic;   /* its ARN */
    struct span subject; /* SPAN_NONE: none */
    struct span message; /* what was published, or a sentence about the subscription */
    struct span timestamp;
    int64_t sent_ms;
    int signature_version; /* 1 or 2 */
    struct span signature; /* its bytes */
    struct span certificate_url;
    struct span subscribe_url; /* SPAN_NONE of a notification */
    struct span token;         /* likewise */
};

/* Believes nothing yet. ERR_INVALID: it is no message of SNS, and why. */
MUST_USE bool sns_message_read(struct span body, struct arena *arena, struct sns_message *out,
                               struct err *err);

/* The text that its signature is of. */
struct span sns_string_to_sign(const struct sns_message *message, struct arena *arena);

/* ERR_FORBIDDEN unless these URLs are of the hosts that the topic's region has for them. */
MUST_USE bool sns_check_certificate_url(struct span url, struct span topic, struct err *err);
MUST_USE bool sns_check_subscribe_url(struct span url, struct span topic, struct err *err);

/* The names that SNS's certificates have in the topic's region, each ending with NUL; `out` has
 * room for SNS_CERTIFICATE_NAMES. How many. */
#define SNS_CERTIFICATE_NAMES 5
size_t sns_certificate_names(struct span topic, struct arena *arena,
                             const char *out[SNS_CERTIFICATE_NAMES]);

/* How what URLs lead to is fetched. One thread. */
struct sns_web {
    /* The body of a 200. ERR_ABSENT: it is not there; ERR_BUSY, ERR_CANCELLED, ERR_REMOTE. */
    bool (*get)(struct sns_web *web, struct span url, struct arena *arena, struct span *out_body,
                struct err *err);
};

/* The real one. */
struct sns_transport {
    struct sns_web web;
    struct transport *transport; /* borrowed */
    const atomic_bool *cancel;   /* may be NULL */
};

void sns_transport_init(struct sns_transport *web, struct transport *transport,
                        const atomic_bool *cancel);

/* Keeps certificates for a day, at most LIMIT_SNS_CERTIFICATES. Any thread. */
struct sns_verifier;

/* `ca_bundle`: a PEM file; NULL: whom the system trusts. Read when it is needed. */
struct sns_verifier *sns_verifier_open(const char *ca_bundle);
void sns_verifier_close(struct sns_verifier *verifier);

/* Whether SNS has sent this, within the last hour (`now_ms`: UTC), so that an old message cannot be
 * sent again by somebody else. ERR_FORBIDDEN: no, and why. ERR_BUSY, ERR_CANCELLED: the certificate
 * cannot be had now; ERR_REMOTE, ERR_INTERNAL. */
MUST_USE bool sns_verify(struct sns_verifier *verifier, const struct sns_message *message,
                         struct sns_web *web, int64_t now_ms, struct arena *arena, struct err *err);

/* Visits a verified message's SubscribeURL. ERR_FORBIDDEN when it is of another host. */
MUST_USE bool sns_confirm(const struct sns_message *message, struct sns_web *web,
                          struct arena *arena, struct err *err);

#endif
