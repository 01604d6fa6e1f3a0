/* Asks a service of this machine that hands out credentials. */
#ifndef TRAILD_AWS_CREDENTIAL_HTTP_H
#define TRAILD_AWS_CREDENTIAL_HTTP_H

#include "aws/credential_search.h"

struct credential_question {
    const char *method;
    struct span url;
    const struct http_field *fields;
    size_t field_count;
    struct span body;
    bool proxy;       /* through one, if the environment names one */
    int64_t most_ms;  /* an attempt */
    int64_t attempts; /* 1 or more; the pause between them is a second */
};

/* Asked again when there is no answer, or 429 or 5xx; what came last is what comes out. */
MUST_USE bool credential_ask(const struct credential_search *search,
                             const struct credential_question *question,
                             struct transport_answer *out, struct err *err);

/* What an answer that is no 200 says: `HTTP 404: Not Found`, with what the service wrote, cut short
 * and without line ends. ERR_BUSY for 429 and 5xx, else ERR_REMOTE. */
bool credential_refused(const struct transport_answer *answer, struct err *err);

#endif
