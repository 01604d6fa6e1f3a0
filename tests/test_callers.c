/* What callers_*.c, actions_*.c and failures.c promise: every kind of caller as CloudTrail writes
 * it, and whatever readers of real logs stumble over. */
#include "ingest/record.h"
#include "tests/rows.h"
#include "tests/support_corpus.h"

/* What userIdentity of each kind of caller looks like; NULL: that member is absent. */
static const struct identity_row {
    const char *name;
    const char *caller;
    const char *type;
    const char *key; /* how accessKeyId begins */
    bool context;    /* sessionContext */
    const char *invoked_by;
} identities[] = {
    {"root in the console", "root_console", "Root", "ASIA", true, NULL},
    {"root with a key of its own", "root_key", "Root", "AKIA", false, NULL},
    {"root through AssumeRoot", "root_session", "Root", "ASIA", true, NULL},
    {"a user with a long-term key", "user_key", "IAMUser", "AKIA", false, NULL},
    {"a user in the console", "user_session", "IAMUser", "ASIA", true, NULL},
    {"a user with a session token", "user_token", "IAMUser", "ASIA", true, NULL},
    {"a name that is hidden", "stranger_sign_in_failed", "IAMUser", "", false, NULL},
    {"a person through single sign-on", "role_person", "AssumedRole", "ASIA", true, NULL},
    {"an instance", "role_instance", "AssumedRole", "ASIA", true, NULL},
    {"a function", "role_function", "AssumedRole", "ASIA", true, NULL},
    {"a pod", "role_workload", "AssumedRole", "ASIA", true, NULL},
    {"a role that was not assumed", "role_persistent", "Role", NULL, false, NULL},
    {"a service with a role's credentials", "role_forwarded", "AssumedRole", "ASIA", true, "."},
    {"a service with a user's session", "user_forwarded", "IAMUser", "ASIA", true, "AWS Internal"},
    {"a service with a user's key", "user_key_forwarded", "IAMUser", "AKIA", false, "."},
    {"a service in its own role", "service_role", "AssumedRole", NULL, true, "."},
    {"a service in its own role, with a key", "service_role_key", "AssumedRole", "ASIA", true, "."},
    {"a service", "service", "AWSService", NULL, false, "."},
    {"a service event has no type", "service_event", NULL, NULL, false, "AWS Internal"},
    {"a federated user", "federated_user", "FederatedUser", "ASIA", true, NULL},
    {"somebody of another account", "other_account", "AWSAccount", NULL, false, NULL},
    {"nobody known to S3", "anonymous", "AWSAccount", NULL, false, NULL},
    {"a SAML user", "saml_user", "SAMLUser", NULL, false, NULL},
    {"a web identity", "web_identity_user", "WebIdentityUser", NULL, false, NULL},
    {"a user of Identity Center", "identity_center_user", "IdentityCenterUser", NULL, false, NULL},
    {"a user of a directory", "directory", "Directory", NULL, false, NULL},
    {"somebody unknown", "unknown", "Unknown", NULL, false, NULL},
};

/* The next record of that caller. */
static json_t *next_of(struct corpus *corpus, const char *caller) {
    for (int i = 0; i < 2 * ENOUGH; i++) {
        json_t *record = next_record(corpus);
        if (strcmp(corpus_last(corpus)->caller, caller) == 0)
            return record;
        json_decref(record);
    }
    fail_msg("%s does not come", caller);
    return NULL;
}

static void assert_begins(const char *text, const char *beginning) {
    if (beginning == NULL)
        assert_null(text);
    else
        assert_true(text != NULL && strncmp(text, beginning, strlen(beginning)) == 0);
}

static void test_identity(void **state) {
    const struct identity_row *row = *state;
    struct corpus *corpus = corpus_of_seed(5);

    for (int i = 0; i < 3; i++) {
        json_t *record = next_of(corpus, row->caller);
        const json_t *identity = json_object_get(record, "userIdentity");
        const char *invoked_by = member_text(identity, "invokedBy");

        assert_begins(member_text(identity, "type"), row->type);
        assert_begins(member_text(identity, "accessKeyId"), row->key);
        assert_int_equal(json_object_get(identity, "sessionContext") != NULL, row->context);
        if (row->invoked_by == NULL)
            assert_null(invoked_by);
        else
            assert_true(invoked_by != NULL && strstr(invoked_by, row->invoked_by) != NULL);
        json_decref(record);
    }
    corpus_free(corpus);
}

/* Things that real logs hold and that readers stumble over. */
static const struct oddity_row {
    const char *name;
    const char *text;
} oddities[] = {
    {"an error code without a message",
     "\"errorCode\":\"ServiceUnavailable\",\"requestParameters\""},
    {"a message without an error code", "\"errorMessage\":\"Failed authentication\""},
    {"a sign-in with a second factor", "\"MFAUsed\":\"Yes\""},
    {"a sign-in without", "\"MFAUsed\":\"No\""},
    {"an empty access key", "\"accessKeyId\":\"\""},
    {"empty objects in a session", "\"sessionIssuer\":{},\"webIdFederationData\":{}"},
    {"a federated session", "\"federatedProvider\":\"arn:aws:iam::"},
    {"booleans as text", "\"mfaAuthenticated\":\"true\""},
    {"no request parameters", "\"requestParameters\":null"},
    {"an IPv4 address", "\"sourceIPAddress\":\"198.51.100."},
    {"an IPv6 address", "\"sourceIPAddress\":\"2001:db8:"},
    {"a service as the source", "\"sourceIPAddress\":\"config.amazonaws.com\""},
    {"AWS itself as the source", "\"sourceIPAddress\":\"AWS Internal\""},
    {"a resource without a type", "\"resources\":[{\"accountId\":\"111122223333\",\"ARN\":"},
    {"a prefix as a resource", "\"ARNPrefix\":\"arn:aws:s3:::"},
    {"a service that writes version 1.05", "\"eventVersion\":\"1.05\""},
    {"a service that writes version 1.11", "\"eventVersion\":\"1.11\""},
    {"letters beyond ASCII", "M\xc3\xa4rz"},
    {"letters beyond ASCII as escapes", "r\\u00e9sum\\u00e9"},
    {"a pair of surrogates", "\\ud83d\\ude80"},
    {"quotes in a string", "\\\"final\\\""},
    {"JSON in a string", "{\\n  \\\"Version\\\": \\\"2012-10-17\\\""},
    {"a value that is hidden", "HIDDEN_DUE_TO_SECURITY_REASONS"},
    {"a request too large to be told", "\"omitted\":true"},
    {"an event that came late", "\"addendum\":{\"reason\":\"DELIVERY_DELAY\"}"},
    {"an event that two accounts see", "\"sharedEventID\":\""},
    {"a data event", "\"eventCategory\":\"Data\""},
    {"an Insight", "\"eventCategory\":\"Insight\""},
    {"network activity", "\"errorCode\":\"VpceAccessDenied\""},
    {"Terraform", "HashiCorp/1.0 Terraform/1."},
    {"a browser", "\"userAgent\":\"Mozilla/5.0 ("},
};

static void test_oddity(void **state) {
    const struct oddity_row *row = *state;
    struct corpus *corpus = corpus_of_seed(1);
    struct buffer text = {0};
    bool found = false;

    for (int i = 0; i < 20 * ENOUGH && !found; i++) {
        text.length = 0;
        corpus_record(corpus, &text);
        found = memmem(text.data, text.length, row->text, strlen(row->text)) != NULL;
    }
    assert_true(found);
    buffer_clear(&text);
    corpus_free(corpus);
}

static void test_ingest_sees_each_caller_as_what_it_is(void **state) {
    struct corpus *corpus = corpus_of_seed(3);
    struct buffer text = {0};

    (void)state;
    for (int i = 0; i < 3 * ENOUGH; i++) {
        struct arena arena = {0};
        struct event event;

        text.length = 0;
        corpus_record(corpus, &text);
        struct record_result result = record_pick(buffer_span(&text), true, &arena, &event);
        assert_int_equal(result.scan.status, SCAN_DONE);
        assert_true(result.is_event);
        const struct corpus_facts *facts = corpus_last(corpus);
        struct span kind = event.value[ATTRIBUTE_PRINCIPAL_KIND];
        if (facts->kind != NULL && !span_equal(kind, span_of(facts->kind)))
            fail_msg("%s is seen as %.*s", facts->caller, SPAN_ARGS(kind));
        arena_clear(&arena);
    }
    buffer_clear(&text);
    corpus_free(corpus);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_identity, identities),
        ROWS(test_oddity, oddities),
        TEST(test_ingest_sees_each_caller_as_what_it_is),
    };

    return rows_run("callers", all, ARRAY_LENGTH(all));
}
