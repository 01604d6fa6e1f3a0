/* What `traild import` fetches from S3: one prefix after the other, then the objects that were
 * named themselves. */
#ifndef TRAILD_SERVER_S3_LOADER_H
#define TRAILD_SERVER_S3_LOADER_H

#include <stdbool.h>
#include <stddef.h>

#include "collect/collector.h"
#include "server/settings.h"

/* Zeroed but for what the caller sets; s3_loader_clear at the end. */
struct s3_loader {
    struct store *store;
    const struct settings *settings;

    void *context; /* of the next three */
    /* How far it is, about ten times a second. */
    void (*tick)(void *context, const struct import_live *live);
    /* An import of many files is over. */
    void (*done)(void *context, const struct receipt *import);
    /* A file of it that failed or has rejected records; the receipt until it returns. */
    void (*told)(void *context, const struct receipt *file);

    /* The loader's own. */
    struct s3_object *prefixes; /* bucket and key; borrowed from the texts that were added */
    size_t prefix_count;
    struct s3_object *objects;
    size_t object_count;
    struct spool_place spools;
    bool interrupted; /* by SIGINT or SIGTERM: the rest was not imported */
};

/* `s3://bucket/key`, or a prefix that ends in `/`; the text must outlive the loader. */
MUST_USE bool s3_loader_add(struct s3_loader *loader, struct span uri, struct err *err);

bool s3_loader_is_empty(const struct s3_loader *loader);

/* Imports all that was added. Files and prefixes that fail are told; this fails when nothing could
 * be begun. Not beside other work: it handles signals. */
MUST_USE bool s3_loader_run(struct s3_loader *loader, struct err *err);

void s3_loader_clear(struct s3_loader *loader);

#endif
