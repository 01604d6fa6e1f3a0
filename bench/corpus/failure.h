/* Ways in which calls fail. */
#ifndef TRAILD_BENCH_CORPUS_FAILURE_H
#define TRAILD_BENCH_CORPUS_FAILURE_H

#include <stdbool.h>
#include <stddef.h>

struct failure {
    const char *service; /* the one that answers so; NULL: any */
    unsigned weight;
    const char *code;
    const char *message; /* a template; NULL: errorCode stands alone */
    bool refused;        /* before the request was looked at: requestParameters is null */
};

extern const struct failure failures[];
extern const size_t failure_count;

#endif
