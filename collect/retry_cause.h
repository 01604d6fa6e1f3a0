/* Why an object of a trail waits to be tried again, in one word. */
#ifndef TRAILD_COLLECT_RETRY_CAUSE_H
#define TRAILD_COLLECT_RETRY_CAUSE_H

#include "base/err.h"
#include "base/span.h"

enum retry_cause {
    CAUSE_REFUSED,     /* for good, as far as S3 says: AccessDenied, archived, makes no sense */
    CAUSE_ABSENT,      /* listed, but not there */
    CAUSE_UNAVAILABLE, /* S3 is slow, busy or out of reach */
    CAUSE_DISK_FULL,
    CAUSE_INTERNAL, /* ours */
    RETRY_CAUSES,
};

enum retry_cause retry_cause_of(const struct err *err);

/* As it is stored and as the API names it: "refused"... */
const char *retry_cause_word(enum retry_cause cause);

/* CAUSE_INTERNAL for a word that is none. */
enum retry_cause retry_cause_from_word(struct span word);

#endif
