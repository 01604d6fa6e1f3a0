/* An event as the store takes it: the record's bytes and the values picked from it for filters.
 *
 * Everything is borrowed; the store copies what it keeps. A value that the record does not have, or
 * has as an empty string, is SPAN_NONE. */
#ifndef TRAILD_STORE_EVENT_H
#define TRAILD_STORE_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* What events are filtered and grouped by. The numbers are written in the store: append only. */
enum attribute {
    ATTRIBUTE_ACCOUNT = 0,           /* recipientAccountId, else the caller's */
    ATTRIBUTE_REGION = 1,            /* awsRegion */
    ATTRIBUTE_SERVICE = 2,           /* eventSource: "ram.amazonaws.com" */
    ATTRIBUTE_ACTION = 3,            /* eventName */
    ATTRIBUTE_PRINCIPAL_KIND = 4,    /* see ingest/principal.h */
    ATTRIBUTE_PRINCIPAL_NAME = 5,    /* user or role name, service */
    ATTRIBUTE_PRINCIPAL_ARN = 6,     /* userIdentity.arn */
    ATTRIBUTE_PRINCIPAL_ACCOUNT = 7, /* the caller's account */
    ATTRIBUTE_ACCESS_KEY = 8,        /* userIdentity.accessKeyId */
    ATTRIBUTE_SESSION = 9,           /* role session name */
    ATTRIBUTE_ISSUER = 10,           /* ARN of the role or user that issued the session */
    ATTRIBUTE_VIA = 11,              /* the service that forwarded the call: invokedBy */
    ATTRIBUTE_SOURCE_IP = 12,        /* sourceIPAddress as written */
    ATTRIBUTE_USER_AGENT = 13,
    ATTRIBUTE_ERROR_CODE = 14,
    ATTRIBUTE_READ_ONLY = 15, /* "true" or "false" */
    ATTRIBUTE_EVENT_TYPE = 16,
    ATTRIBUTE_EVENT_CATEGORY = 17,
    ATTRIBUTE_RESOURCE = 18,    /* several values: see struct resource */
    ATTRIBUTE_LOOKUP_TYPE = 19, /* several values: see struct lookup_resource */
    ATTRIBUTE_LOOKUP_NAME = 20, /* the same, kept as hashes: see store/query.h */
    ATTRIBUTE_COUNT,

    /* Not picked from the record, but asked for in the same way (store/query.h). */
    ATTRIBUTE_EVENT_ID = ATTRIBUTE_COUNT,
    ATTRIBUTE_IMPORT,
};

/* One item of the record's resources[]. */
struct resource {
    struct span arn;
    struct span arn_prefix;
    struct span account;
    struct span type;
    struct span name; /* what stands last in the ARN, behind '/' or ':'; a filter matches it too */
};

/* What the request was about, in the words of LookupEvents; see ingest/lookup_resources.h. */
struct lookup_resource {
    struct span type; /* "AWS::EC2::Instance", constant */
    struct span name; /* a name, an id or an ARN */
};

struct event {
    int64_t time_ms;                                /* eventTime */
    struct span event_id;                           /* eventID */
    struct span value[ATTRIBUTE_COUNT];             /* those with several values stay SPAN_NONE */
    struct span error_message;                      /* shown, not filtered by */
    const struct resource *resources;               /* borrowed array */
    size_t resource_count;                          /* 0 to LIMIT_RESOURCES_PER_RECORD */
    const struct lookup_resource *lookup_resources; /* borrowed array, no pair twice */
    size_t lookup_resource_count;                   /* 0 to LIMIT_LOOKUP_RESOURCES */
    struct span record; /* the JSON object, verbatim, at most LIMIT_RECORD_BYTES */
};

#endif
