#include "bench/corpus/frame.h"

#include <string.h>

#include "bench/corpus/script.h"

#define HEAD                                                                                       \
    "{'eventVersion':'<version>','userIdentity':<identity>,'eventTime':'<time>',"                  \
    "'eventSource':'<service>.amazonaws.com','eventName':'<action>','awsRegion':'<region>',"       \
    "'sourceIPAddress':'<from>','userAgent':'<agent>'"

static const char *const texts[FORM_COUNT] = {
    [FORM_CALL] = HEAD
    "<error>,'requestParameters':<request>,'responseElements':<response><additional>,"
    "'requestID':'<request-id>','eventID':'<event-id>'<read-only><resources>,"
    "'eventType':'<event-type>'<api-version><management>,"
    "'recipientAccountId':'<account>'<shared><endpoint><addendum><category><tls><console>}",
    [FORM_SIGN_IN] = HEAD
    "<error>,'requestParameters':null,'responseElements':<response><additional>,"
    "'eventID':'<event-id>'<read-only>,'eventType':'<event-type>'<management>,"
    "'recipientAccountId':'<account>'<category><tls>}",
    [FORM_SERVICE_EVENT] = HEAD
    ",'requestParameters':null,'responseElements':null,'eventID':'<event-id>'<read-only>"
    "<resources>,'eventType':'<event-type>'<management>,'recipientAccountId':'<account>'"
    "<details><category>}",
    [FORM_INSIGHT] =
        "{'eventVersion':'<version>','eventTime':'<time>','awsRegion':'<region>',"
        "'eventID':'<event-id>','eventType':'<event-type>','recipientAccountId':'<account>',"
        "'sharedEventID':'<#uuid>','insightDetails':<request><category>}",
    [FORM_NETWORK] =
        "{'eventVersion':'<version>','userIdentity':<identity>,'eventTime':'<time>',"
        "'eventSource':'<service>.amazonaws.com','eventName':'<action>','awsRegion':'<region>',"
        "'sourceIPAddress':'<from>'<error>,'requestParameters':null,'responseElements':null,"
        "'requestID':'<uuid>','eventID':'<event-id>'<read-only><resources>,"
        "'eventType':'<event-type>'<management>,'recipientAccountId':'<account>'<network-endpoint>"
        "<category>}",
};

struct frames frames_compile(struct arena *arena) {
    struct frames frames;

    for (int i = 0; i < FORM_COUNT; i++)
        frames.of_form[i] = template_compile(arena, texts[i], THING_FIRST);
    return frames;
}

#define DEEDS_SIGN_IN                                                                              \
    (DEED_ROOT_SIGN_IN | DEED_USER_SIGN_IN | DEED_ROLE_SIGN_IN | DEED_FAILED_SIGN_IN)

enum form frame_form(const struct scene *scene) {
    unsigned deeds = scene->action->row->deeds;

    if ((deeds & DEEDS_SIGN_IN) != 0)
        return FORM_SIGN_IN;
    if ((deeds & DEED_SERVICE_EVENT) != 0)
        return FORM_SERVICE_EVENT;
    if ((deeds & DEED_INSIGHT) != 0)
        return FORM_INSIGHT;
    return (deeds & DEED_NETWORK) != 0 ? FORM_NETWORK : FORM_CALL;
}

const char *frame_event_type(const struct scene *scene) {
    static const char *const types[FORM_COUNT] = {
        [FORM_CALL] = "AwsApiCall",
        [FORM_SIGN_IN] = "AwsConsoleSignIn",
        [FORM_SERVICE_EVENT] = "AwsServiceEvent",
        [FORM_INSIGHT] = "AwsCloudTrailInsight",
        [FORM_NETWORK] = "AwsVpceEvents",
    };

    return (scene->action->row->traits & TRAIT_CONSOLE) != 0 ? "AwsConsoleAction"
                                                             : types[frame_form(scene)];
}
