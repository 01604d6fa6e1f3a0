#include "collect/retry_cause.h"

static const char *const words[RETRY_CAUSES] = {
    [CAUSE_REFUSED] = "refused",         [CAUSE_ABSENT] = "absent",
    [CAUSE_UNAVAILABLE] = "unavailable", [CAUSE_DISK_FULL] = "disk_full",
    [CAUSE_INTERNAL] = "internal",
};

enum retry_cause retry_cause_of(const struct err *err) {
    switch (err->kind) {
    case ERR_REMOTE:
    case ERR_INVALID:
        return CAUSE_REFUSED;
    case ERR_ABSENT:
        return CAUSE_ABSENT;
    case ERR_BUSY:
    case ERR_TIMEOUT:
        return CAUSE_UNAVAILABLE;
    case ERR_NO_SPACE:
        return CAUSE_DISK_FULL;
    default:
        return CAUSE_INTERNAL;
    }
}

const char *retry_cause_word(enum retry_cause cause) {
    return words[cause];
}

enum retry_cause retry_cause_from_word(struct span word) {
    for (size_t i = 0; i < RETRY_CAUSES; i++) {
        if (span_equal(word, span_of(words[i])))
            return (enum retry_cause)i;
    }
    return CAUSE_INTERNAL;
}
