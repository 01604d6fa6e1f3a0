/* Whether SNS has sent a message: its age, its certificate, which is kept for the next one, and its
 * signature. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "aws/certificate.h"
#include "aws/sns.h"
#include "aws/sns_certificate.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/utc.h"

#define KEPT_MS   MS_PER_DAY
#define OLDEST_MS MS_PER_HOUR
/* Clocks differ. */
#define NEWEST_MS (5 * MS_PER_MINUTE)

/* Messages that name ever new certificates must not make us ask AWS for each. */
#define FETCHES_A_MINUTE 20

struct kept {
    char *url;
    struct certificate *certificate;
    int64_t until_ms;
};

struct sns_verifier {
    char *ca_bundle; /* or NULL */
    pthread_mutex_t lock;
    struct kept kept[LIMIT_SNS_CERTIFICATES];
    size_t count;
    int64_t minute; /* in which there were so many */
    int fetches;
};

struct sns_verifier *sns_verifier_open(const char *ca_bundle) {
    struct sns_verifier *verifier = memory_new(1, sizeof(*verifier));

    if (ca_bundle != NULL)
        verifier->ca_bundle = memory_copy_text(ca_bundle, strlen(ca_bundle));
    pthread_mutex_init(&verifier->lock, NULL);
    return verifier;
}

static void drop(struct sns_verifier *verifier, size_t index) {
    free(verifier->kept[index].url);
    certificate_free(verifier->kept[index].certificate);
    verifier->kept[index] = verifier->kept[--verifier->count];
}

void sns_verifier_close(struct sns_verifier *verifier) {
    if (verifier == NULL)
        return;
    while (verifier->count > 0)
        drop(verifier, 0);
    pthread_mutex_destroy(&verifier->lock);
    free(verifier->ca_bundle);
    free(verifier);
}

/* ---- those that are kept; with the lock held ---- */

static const struct certificate *find(struct sns_verifier *verifier, struct span url,
                                      int64_t now_ms) {
    for (size_t i = 0; i < verifier->count; i++) {
        if (!span_equal(span_of(verifier->kept[i].url), url))
            continue;
        if (now_ms < verifier->kept[i].until_ms)
            return verifier->kept[i].certificate;
        drop(verifier, i);
        return NULL;
    }
    return NULL;
}

static void drop_oldest(struct sns_verifier *verifier) {
    size_t oldest = 0;

    for (size_t i = 1; i < verifier->count; i++) {
        if (verifier->kept[i].until_ms < verifier->kept[oldest].until_ms)
            oldest = i;
    }
    drop(verifier, oldest);
}

static void keep(struct sns_verifier *verifier, struct span url, struct certificate *certificate,
                 int64_t now_ms) {
    if (verifier->count == LIMIT_SNS_CERTIFICATES)
        drop_oldest(verifier);
    verifier->kept[verifier->count++] = (struct kept){
        .url = memory_copy_text(url.data, url.length),
        .certificate = certificate,
        .until_ms = now_ms + KEPT_MS,
    };
}

static bool may_fetch(struct sns_verifier *verifier, int64_t now_ms) {
    int64_t minute = now_ms / MS_PER_MINUTE;

    if (verifier->minute != minute)
        verifier->fetches = 0;
    verifier->minute = minute;
    return verifier->fetches++ < FETCHES_A_MINUTE;
}

/* ---- the message ---- */

static bool check_signature(const struct certificate *certificate,
                            const struct sns_message *message, struct arena *arena,
                            struct err *err) {
    enum signature_hash hash = message->signature_version == 1 ? SIGNATURE_SHA1 : SIGNATURE_SHA256;

    if (certificate_signed(certificate, hash, sns_string_to_sign(message, arena),
                           message->signature))
        return true;
    return err_set(err, ERR_FORBIDDEN,
                   "the SNS message's signature is not that of its certificate");
}

static bool check_time(const struct sns_message *message, int64_t now_ms, struct err *err) {
    if (now_ms - message->sent_ms > OLDEST_MS)
        return err_set(err, ERR_FORBIDDEN,
                       "the SNS message was sent more than an hour ago, at %.*s",
                       SPAN_ARGS(message->timestamp));
    if (message->sent_ms - now_ms > NEWEST_MS)
        return err_set(err, ERR_FORBIDDEN,
                       "the SNS message says that it was sent in the future, at %.*s",
                       SPAN_ARGS(message->timestamp));
    return true;
}

/* True when the certificate was at hand; `*out_good` is the verdict then. */
static bool try_kept(struct sns_verifier *verifier, const struct sns_message *message,
                     int64_t now_ms, struct arena *arena, bool *out_good, bool *out_may_fetch,
                     struct err *err) {
    pthread_mutex_lock(&verifier->lock);
    const struct certificate *certificate = find(verifier, message->certificate_url, now_ms);
    if (certificate != NULL)
        *out_good = check_signature(certificate, message, arena, err);
    else
        *out_may_fetch = may_fetch(verifier, now_ms);
    pthread_mutex_unlock(&verifier->lock);
    return certificate != NULL;
}

static bool verify_with_new(struct sns_verifier *verifier, const struct sns_message *message,
                            struct sns_web *web, int64_t now_ms, struct arena *arena,
                            struct err *err) {
    struct certificate *certificate = NULL;

    if (!sns_certificate_fetch(message, verifier->ca_bundle, web, arena, &certificate, err))
        return false;
    bool good = check_signature(certificate, message, arena, err);
    pthread_mutex_lock(&verifier->lock);
    if (find(verifier, message->certificate_url, now_ms) == NULL)
        keep(verifier, message->certificate_url, certificate, now_ms);
    else
        certificate_free(certificate);
    pthread_mutex_unlock(&verifier->lock);
    return good;
}

bool sns_verify(struct sns_verifier *verifier, const struct sns_message *message,
                struct sns_web *web, int64_t now_ms, struct arena *arena, struct err *err) {
    bool may_fetch_one = false;
    bool good = false;

    if (!sns_check_certificate_url(message->certificate_url, message->topic, err) ||
        !check_time(message, now_ms, err))
        return false;
    if (try_kept(verifier, message, now_ms, arena, &good, &may_fetch_one, err))
        return good;
    if (!may_fetch_one)
        return err_set(err, ERR_BUSY,
                       "too many SNS messages name certificates that were not seen "
                       "before");
    return verify_with_new(verifier, message, web, now_ms, arena, err);
}
