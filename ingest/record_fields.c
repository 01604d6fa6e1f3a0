#include "ingest/record_fields.h"

#include "base/macros.h"

#define WRITTEN(name)                                                                              \
    { "\"" name "\":\0", sizeof("\"" name "\":") - 1 }

#define STRING(name, slot)                                                                         \
    { WRITTEN(name), FIELD_STRING, slot, NULL }
#define TEXT(name, slot)                                                                           \
    { WRITTEN(name), FIELD_TEXT, slot, NULL }
#define FLAG(name, slot)                                                                           \
    { WRITTEN(name), FIELD_FLAG, slot, NULL }
#define FILLED(name, slot)                                                                         \
    { WRITTEN(name), FIELD_FILLED, slot, NULL }
#define ARRAY(name, slot)                                                                          \
    { WRITTEN(name), FIELD_ARRAY, slot, NULL }
#define OBJECT(name, level)                                                                        \
    { WRITTEN(name), FIELD_OBJECT, SLOT_COUNT, level }

/* Members that are not read stand here too when most records have them: a name is looked for from
 * the place behind the last one found, so those that follow it are then found at once. */
#define SKIPPED(name)                                                                              \
    { WRITTEN(name), FIELD_SKIPPED, SLOT_COUNT, NULL }

#define BITS_BELOW(slot) ((UINT64_C(1) << (slot)) - 1)
#define LEVEL(fields, first_slot, last_slot)                                                       \
    { fields, ARRAY_LENGTH(fields), BITS_BELOW((last_slot) + 1) & ~BITS_BELOW(first_slot) }

static const struct field issuer_fields[] = {
    SKIPPED("type"),
    SKIPPED("principalId"),
    TEXT("arn", SLOT_ISSUER_ARN),
    SKIPPED("accountId"),
    TEXT("userName", SLOT_ISSUER_USER_NAME),
};

static const struct level issuer_level =
    LEVEL(issuer_fields, SLOT_ISSUER_ARN, SLOT_ISSUER_USER_NAME);

static const struct field session_fields[] = {
    OBJECT("sessionIssuer", &issuer_level),
    SKIPPED("webIdFederationData"),
    FILLED("attributes", SLOT_SESSION_ATTRIBUTES),
    FLAG("assumedRoot", SLOT_ASSUMED_ROOT),
};

static const struct level session_level =
    LEVEL(session_fields, SLOT_ASSUMED_ROOT, SLOT_ISSUER_USER_NAME);

static const struct field on_behalf_of_fields[] = {
    TEXT("userId", SLOT_ON_BEHALF_OF_USER_ID),
    SKIPPED("identityStoreArn"),
};

static const struct level on_behalf_of_level =
    LEVEL(on_behalf_of_fields, SLOT_ON_BEHALF_OF_USER_ID, SLOT_ON_BEHALF_OF_USER_ID);

static const struct field identity_fields[] = {
    STRING("type", SLOT_IDENTITY_TYPE),
    TEXT("principalId", SLOT_PRINCIPAL_ID),
    TEXT("arn", SLOT_ARN),
    TEXT("accountId", SLOT_ACCOUNT_ID),
    TEXT("accessKeyId", SLOT_ACCESS_KEY_ID),
    TEXT("userName", SLOT_USER_NAME),
    OBJECT("sessionContext", &session_level),
    TEXT("invokedBy", SLOT_INVOKED_BY),
    TEXT("identityProvider", SLOT_IDENTITY_PROVIDER),
    OBJECT("onBehalfOf", &on_behalf_of_level),
};

static const struct level identity_level =
    LEVEL(identity_fields, SLOT_IDENTITY_TYPE, SLOT_ON_BEHALF_OF_USER_ID);

static const struct field insight_fields[] = {
    SKIPPED("state"),
    TEXT("eventSource", SLOT_INSIGHT_SOURCE),
    TEXT("eventName", SLOT_INSIGHT_NAME),
};

static const struct level insight_level =
    LEVEL(insight_fields, SLOT_INSIGHT_SOURCE, SLOT_INSIGHT_NAME);

static const struct field record_fields[] = {
    TEXT("eventVersion", SLOT_EVENT_VERSION),
    OBJECT("userIdentity", &identity_level),
    TEXT("eventTime", SLOT_EVENT_TIME),
    TEXT("eventSource", SLOT_EVENT_SOURCE),
    TEXT("eventName", SLOT_EVENT_NAME),
    TEXT("awsRegion", SLOT_REGION),
    TEXT("sourceIPAddress", SLOT_SOURCE_IP),
    TEXT("userAgent", SLOT_USER_AGENT),
    TEXT("errorCode", SLOT_ERROR_CODE),
    TEXT("errorMessage", SLOT_ERROR_MESSAGE),
    FILLED("requestParameters", SLOT_REQUEST),
    FILLED("responseElements", SLOT_RESPONSE),
    SKIPPED("additionalEventData"),
    SKIPPED("requestID"),
    TEXT("eventID", SLOT_EVENT_ID),
    FLAG("readOnly", SLOT_READ_ONLY),
    ARRAY("resources", SLOT_RESOURCES),
    TEXT("eventType", SLOT_EVENT_TYPE),
    SKIPPED("apiVersion"),
    SKIPPED("managementEvent"),
    TEXT("recipientAccountId", SLOT_RECIPIENT),
    SKIPPED("sharedEventID"),
    OBJECT("insightDetails", &insight_level),
    TEXT("eventCategory", SLOT_EVENT_CATEGORY),
    SKIPPED("tlsDetails"),
    SKIPPED("sessionCredentialFromConsole"),
    FILLED("serviceEventDetails", SLOT_SERVICE_DETAILS),
    /* As the user guide's prose has it: */
    TEXT("recipientAccountID", SLOT_RECIPIENT_RESPELT),
    TEXT("@timestamp", SLOT_TIMESTAMP),
};

const struct level record_level = LEVEL(record_fields, 0, SLOT_COUNT - 1);

static const struct field resource_fields[] = {
    TEXT("ARN", SLOT_RESOURCE_ARN),         TEXT("accountId", SLOT_RESOURCE_ACCOUNT),
    TEXT("type", SLOT_RESOURCE_TYPE),       TEXT("ARNPrefix", SLOT_RESOURCE_ARN_PREFIX),
    TEXT("arn", SLOT_RESOURCE_ARN_RESPELT),
};

const struct level resource_level = LEVEL(resource_fields, SLOT_RESOURCE_ARN, SLOT_RESOURCE_TYPE);
