/* Which members of a record are read, level by level, and where their values go: the declarations
 * that record_walk.c walks by. */
#ifndef TRAILD_INGEST_RECORD_FIELDS_H
#define TRAILD_INGEST_RECORD_FIELDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* One slot for each value read. The slots of an object, and of all objects inside it, stand in one
 * row, so that they can be forgotten together when the object stands in the record twice. */
enum slot {
    SLOT_EVENT_VERSION,
    SLOT_EVENT_TIME,
    SLOT_TIMESTAMP,
    SLOT_EVENT_SOURCE,
    SLOT_EVENT_NAME,
    SLOT_REGION,
    SLOT_SOURCE_IP,
    SLOT_USER_AGENT,
    SLOT_ERROR_CODE,
    SLOT_ERROR_MESSAGE,
    SLOT_EVENT_ID,
    SLOT_READ_ONLY,
    SLOT_RESOURCES,
    SLOT_EVENT_TYPE,
    SLOT_EVENT_CATEGORY,
    SLOT_RECIPIENT,
    SLOT_RECIPIENT_RESPELT,
    SLOT_REQUEST,
    SLOT_RESPONSE,
    SLOT_SERVICE_DETAILS,

    SLOT_IDENTITY_TYPE, /* userIdentity from here... */
    SLOT_PRINCIPAL_ID,
    SLOT_ARN,
    SLOT_ACCOUNT_ID,
    SLOT_ACCESS_KEY_ID,
    SLOT_USER_NAME,
    SLOT_INVOKED_BY,
    SLOT_IDENTITY_PROVIDER,
    SLOT_ASSUMED_ROOT, /* sessionContext from here... */
    SLOT_SESSION_ATTRIBUTES,
    SLOT_ISSUER_ARN,       /* sessionIssuer from here... */
    SLOT_ISSUER_USER_NAME, /* ... to here, each of the three */
    SLOT_ON_BEHALF_OF_USER_ID,

    SLOT_INSIGHT_SOURCE,
    SLOT_INSIGHT_NAME,

    SLOT_RESOURCE_ARN,
    SLOT_RESOURCE_ARN_RESPELT,
    SLOT_RESOURCE_ARN_PREFIX,
    SLOT_RESOURCE_ACCOUNT,
    SLOT_RESOURCE_TYPE,
    SLOT_COUNT
};

enum field_kind {
    FIELD_SKIPPED, /* nothing of it is read */
    FIELD_STRING,  /* a string */
    FIELD_TEXT,    /* a string, or a number as its text */
    FIELD_FLAG,    /* true, false, or a string */
    FIELD_FILLED,  /* an object with a member at least, as its bytes */
    FIELD_ARRAY,   /* an array, as its bytes */
    FIELD_OBJECT,  /* an object with a level of its own */
};

struct level;

#define FIELD_WRITTEN_MAX 32

struct field {
    /* The name as a record has it, with quotes and colon; at least 8 bytes may be read there, and
     * it is not longer than FIELD_WRITTEN_MAX. */
    struct span written;
    enum field_kind kind;
    enum slot slot;
    const struct level *level; /* of a FIELD_OBJECT, else NULL */
};

struct level {
    const struct field *fields; /* as CloudTrail orders them */
    size_t count;
    uint64_t slots; /* a bit for each slot that the level and those below it fill */
};

extern const struct level record_level;
extern const struct level resource_level; /* an item of resources[] */

#endif
