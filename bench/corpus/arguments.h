/* The command line of generate. */
#ifndef TRAILD_BENCH_CORPUS_ARGUMENTS_H
#define TRAILD_BENCH_CORPUS_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "bench/corpus/delivery.h"

struct settings {
    struct delivery_options delivery;
    const char *folder;
    const char *one_file; /* NULL: many files */
    int64_t days;
    int64_t level; /* of gzip; 0: plain */
    bool help;
};

/* What holds without arguments. */
struct settings settings_defaults(void);

/* `arguments` end with NULL and live as long as the settings. A bad one is named. */
MUST_USE bool arguments_read(char **arguments, struct settings *settings, struct err *err);

void arguments_usage(FILE *out);

#endif
