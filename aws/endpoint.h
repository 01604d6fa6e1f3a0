/* Where a service is: the host and the path of a request, by region, bucket and settings. Asks
 * nobody.
 *
 * Amazon S3 User Guide, "Virtual hosting of general purpose buckets"; AWS SDKs and Tools Reference
 * Guide, "Service-specific endpoints", "Dual-stack and FIPS endpoints". */
#ifndef TRAILD_AWS_ENDPOINT_H
#define TRAILD_AWS_ENDPOINT_H

#include <stdbool.h>

#include "aws/settings.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

#define ENDPOINT_DEFAULT_REGION "us-east-1"

struct endpoint_question {
    const struct aws_settings *settings;
    const char *service; /* "s3", "sts", "sqs" */
    struct span region;
    struct span url;    /* an endpoint that is told; SPAN_NONE: the settings', else AWS's own */
    struct span bucket; /* S3's; SPAN_NONE: none */
    struct span path;   /* percent-encoded, begins with a slash; behind the bucket */
};

struct endpoint {
    struct span origin; /* `https://host` or `http://host:port` */
    struct span host;   /* as the field Host has it */
    struct span path; /* with the endpoint's own path and the bucket before it where they belong */
};

/* ERR_INVALID when a configured URL or a region is none. In the arena, or borrowed. */
MUST_USE bool endpoint_find(const struct endpoint_question *question, struct arena *arena,
                            struct endpoint *out, struct err *err);

#endif
