/* What is wrong with the parameters of one request: all of it, not the first mistake only. */
#ifndef TRAILD_HANDLERS_FAULTS_H
#define TRAILD_HANDLERS_FAULTS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"

struct fault {
    struct span parameter;
    struct span value;
    struct span reason; /* "must be 1 to 1000" */
    struct fault *next;
};

struct faults {
    struct fault *first;
    struct fault *last;
    size_t count;
};

/* Copies the reason into the arena; parameter and value are borrowed for the arena's life. */
void faults_add(struct faults *faults, struct arena *arena, struct span parameter,
                struct span value, const char *reason);

#endif
