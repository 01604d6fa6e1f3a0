/* The words of templates that are templates themselves: <bucket> is <subject>-data-<account>. */
#ifndef TRAILD_BENCH_CORPUS_PHRASES_H
#define TRAILD_BENCH_CORPUS_PHRASES_H

#include <stdbool.h>

#include "base/span.h"
#include "bench/corpus/scene.h"

struct phrase {
    const char *name;
    const char *text;
    bool (*stands)(const struct scene *scene); /* NULL: always; else written only when true */
};

/* NULL when there is no such phrase. */
const struct phrase *phrase_find(struct span name);

/* The phrases that are optional fields of a record (fields.c). */
const struct phrase *field_find(struct span name);

#endif
