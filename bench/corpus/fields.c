/* The fields that some records have and others lack; each brings its comma along. */
#include "bench/corpus/phrases.h"

#include "base/macros.h"
#include "bench/corpus/frame.h"
#include "bench/corpus/script.h"

static bool has_trait(const struct scene *scene, unsigned trait) {
    return (scene->action->row->traits & trait) != 0;
}

static bool caller_has(const struct scene *scene, unsigned trait) {
    return (scene->caller->row->traits & trait) != 0;
}

static bool since(const struct scene *scene, int minor_version) {
    return scene->action->minor_version >= minor_version;
}

static bool reads_are_told(const struct scene *scene) {
    return since(scene, 6);
}

static bool is_management(const struct scene *scene) {
    return since(scene, 6) && !has_trait(scene, TRAIT_DATA) && frame_form(scene) != FORM_NETWORK;
}

static bool is_no_management(const struct scene *scene) {
    return since(scene, 6) && !is_management(scene);
}

static bool has_additional(const struct scene *scene) {
    return scene->action->additional.count > 0;
}

static bool has_resources(const struct scene *scene) {
    return scene->action->resources.count > 0 &&
           (scene->failure == NULL || !scene->failure->row->refused);
}

static bool has_api_version(const struct scene *scene) {
    return scene->action->row->api_version != NULL;
}

static bool is_shared(const struct scene *scene) {
    return has_trait(scene, TRAIT_SHARED) || caller_has(scene, CALLER_ABROAD);
}

static bool through_endpoint(const struct scene *scene) {
    return caller_has(scene, CALLER_TLS) && !caller_has(scene, CALLER_CONSOLE) &&
           scene->thing[THING_SESSION] % 9 == 0;
}

static bool through_others_endpoint(const struct scene *scene) {
    return through_endpoint(scene) && since(scene, 9);
}

static bool came_late(const struct scene *scene) {
    return scene->late && since(scene, 8);
}

static bool in_management(const struct scene *scene) {
    return since(scene, 7) && is_management(scene) && frame_form(scene) != FORM_INSIGHT;
}

static bool in_data(const struct scene *scene) {
    return since(scene, 7) && has_trait(scene, TRAIT_DATA);
}

static bool in_network(const struct scene *scene) {
    return frame_form(scene) == FORM_NETWORK;
}

static bool in_insight(const struct scene *scene) {
    return frame_form(scene) == FORM_INSIGHT;
}

static bool has_tls(const struct scene *scene) {
    return since(scene, 8) && caller_has(scene, CALLER_TLS);
}

static bool in_s3(const struct scene *scene) {
    return has_trait(scene, TRAIT_S3);
}

static bool elsewhere(const struct scene *scene) {
    return !in_s3(scene);
}

static bool from_console(const struct scene *scene) {
    return since(scene, 8) && caller_has(scene, CALLER_CONSOLE);
}

static const struct phrase fields[] = {
    {"read-only", ",'readOnly':<effect>", reads_are_told},
    {"management", "<is-management><is-no-management>", NULL},
    {"is-management", ",'managementEvent':true", is_management},
    {"is-no-management", ",'managementEvent':false", is_no_management},
    {"additional", ",'additionalEventData':<additional-data>", has_additional},
    {"details", ",'serviceEventDetails':<additional-data>", has_additional},
    {"resources", ",'resources':<resource-list>", has_resources},
    {"api-version", ",'apiVersion':'<api>'", has_api_version},
    {"shared", ",'sharedEventID':'<uuid>'", is_shared},
    {"request-id", "<request-id-of-s3><request-id-elsewhere>", NULL},
    {"request-id-of-s3", "<capitals:16>", in_s3},
    {"request-id-elsewhere", "<uuid>", elsewhere},
    {"endpoint", "<own-endpoint><others-endpoint>", NULL},
    {"network-endpoint",
     ",'vpcEndpointId':'vpce-0<#hex.session:16>','vpcEndpointAccountId':'<account>'", NULL},
    {"own-endpoint", ",'vpcEndpointId':'vpce-0<#hex.session:16>'", through_endpoint},
    {"others-endpoint", ",'vpcEndpointAccountId':'<account>'", through_others_endpoint},
    {"addendum", ",'addendum':{'reason':'DELIVERY_DELAY'}", came_late},
    {"category", "<in-management><in-data><in-network><in-insight>", NULL},
    {"in-network", ",'eventCategory':'NetworkActivity'", in_network},
    {"in-insight", ",'eventCategory':'Insight'", in_insight},
    {"in-management", ",'eventCategory':'Management'", in_management},
    {"in-data", ",'eventCategory':'Data'", in_data},
    {"tls",
     ",'tlsDetails':{'tlsVersion':'<#any.session:tls-new|tls-new|tls-old>',"
     "'clientProvidedHostHeader':'<host-of-s3><host-elsewhere>'}",
     has_tls},
    {"tls-new", "TLSv1.3','cipherSuite':'TLS_AES_128_GCM_SHA256", NULL},
    {"tls-old", "TLSv1.2','cipherSuite':'ECDHE-RSA-AES128-GCM-SHA256", NULL},
    {"host-of-s3", "<bucket-host>", in_s3},
    {"host-elsewhere", "<service>.<region>.amazonaws.com", elsewhere},
    {"console", ",'sessionCredentialFromConsole':'true'", from_console},
};

const struct phrase *field_find(struct span name) {
    for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
        if (span_equal(name, span_of(fields[i].name)))
            return &fields[i];
    }
    return NULL;
}
