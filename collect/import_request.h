/* What an import of many objects was asked for: all that is wanted below a prefix, or objects by
 * name. Kept with the import as JSON, so that it goes on after a restart. */
#ifndef TRAILD_COLLECT_IMPORT_REQUEST_H
#define TRAILD_COLLECT_IMPORT_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "aws/s3.h"
#include "collect/selection.h"

struct import_request {
    struct span bucket; /* of a prefix */
    struct span prefix;
    struct selection selection;
    struct s3_object *objects; /* that are named; NULL: a prefix */
    size_t count;
};

/* For these objects, each once: a notice may name one twice. Spans are borrowed. */
struct import_request import_request_of(const struct s3_object *objects, size_t count,
                                        struct arena *arena);

/* "prefix" or "objects". */
struct span import_request_kind(const struct import_request *request);

/* For the receipt: `s3://bucket/prefix`, or what the objects are. */
struct span import_request_source(const struct import_request *request, struct arena *arena);

/* JSON text; keys may hold any byte. */
struct span import_request_write(const struct import_request *request, struct arena *arena);

/* Of what import_request_write made; ERR_INVALID for anything else. */
MUST_USE bool import_request_read(struct span text, struct arena *arena, struct import_request *out,
                                  struct err *err);

#endif
