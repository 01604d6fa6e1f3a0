#include "bench/corpus/corpus.h"

#include <stdio.h>

#include <jansson.h>

#include "base/utc.h"
#include "ingest/record.h"
#include "tests/rows.h"

#define ENOUGH 2000 /* records that hold everything, says the header */

static struct corpus *corpus_of_seed(uint64_t seed) {
    struct corpus_options options = corpus_defaults();

    options.seed = seed;
    return corpus_new(&options);
}

static json_t *parse(struct span text) {
    json_error_t error;
    json_t *value = json_loadb(text.data, text.length, JSON_REJECT_DUPLICATES, &error);

    if (value == NULL)
        fail_msg("%s at %d of %.*s", error.text, error.position, SPAN_ARGS(text));
    return value;
}

/* The next record as a tree. */
static json_t *next(struct corpus *corpus) {
    struct buffer text = {0};

    corpus_record(corpus, &text);
    json_t *record = parse(buffer_span(&text));
    buffer_clear(&text);
    return record;
}

static const char *text_of(const json_t *object, const char *name) {
    return json_string_value(json_object_get(object, name));
}

static void append_records(uint64_t seed, int count, struct buffer *out) {
    struct corpus *corpus = corpus_of_seed(seed);

    for (int i = 0; i < count; i++)
        corpus_record(corpus, out);
    corpus_free(corpus);
}

static void test_a_seed_gives_the_same_bytes(void **state) {
    struct buffer first = {0};
    struct buffer second = {0};
    struct buffer other = {0};

    (void)state;
    append_records(7, 300, &first);
    append_records(7, 300, &second);
    append_records(8, 300, &other);
    assert_true(span_equal(buffer_span(&first), buffer_span(&second)));
    assert_false(span_equal(buffer_span(&first), buffer_span(&other)));
    buffer_clear(&first);
    buffer_clear(&second);
    buffer_clear(&other);
}

static void assert_same(const json_t *record, const char *name, struct span fact) {
    const char *text = text_of(record, name);

    if (!span_equal(span_of(text), fact))
        fail_msg("%s is %s, not %.*s", name, text, SPAN_ARGS(fact));
}

static void compare_with_facts(const json_t *record, const struct corpus_facts *facts) {
    const json_t *identity = json_object_get(record, "userIdentity");
    const char *key = text_of(identity, "accessKeyId");
    char source[64];
    int64_t time_ms;

    assert_same(record, "eventID", facts->event_id);
    assert_same(record, "recipientAccountId", facts->account);
    assert_same(record, "awsRegion", facts->region);
    assert_same(record, "eventName", facts->action);
    assert_same(record, "eventType", facts->event_type);
    snprintf(source, sizeof(source), "%.*s.amazonaws.com", SPAN_ARGS(facts->service));
    assert_same(record, "eventSource", facts->service.data != NULL ? span_of(source) : SPAN_NONE);
    assert_true(span_equal(span_of(key != NULL && key[0] != '\0' ? key : NULL), facts->access_key));
    assert_true(utc_parse(span_of(text_of(record, "eventTime")), &time_ms));
    assert_int_equal(time_ms, facts->time_ms);
    assert_int_equal(text_of(record, "errorCode") != NULL ||
                         text_of(record, "errorMessage") != NULL,
                     facts->failed);
    if (json_object_get(record, "readOnly") != NULL)
        assert_int_equal(json_is_true(json_object_get(record, "readOnly")), facts->read_only);
}

static void test_records_are_json_and_hold_the_facts(void **state) {
    struct corpus *corpus = corpus_of_seed(2);

    (void)state;
    for (int i = 0; i < 3 * ENOUGH; i++) {
        json_t *record = next(corpus);
        compare_with_facts(record, corpus_last(corpus));
        json_decref(record);
    }
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

/* The number of the record from which on all names of the list have been seen. */
static int records_until_all(const char *const *names, size_t count,
                             struct span (*name_of)(const struct corpus_facts *)) {
    struct corpus *corpus = corpus_of_seed(4);
    struct buffer text = {0};
    bool seen[64] = {false};
    size_t missing = count;
    int records = 0;

    assert_true(count <= ARRAY_LENGTH(seen));
    while (missing > 0 && records < 2 * ENOUGH) {
        text.length = 0;
        corpus_record(corpus, &text);
        records++;
        for (size_t i = 0; i < count; i++) {
            if (seen[i] || !span_equal(name_of(corpus_last(corpus)), span_of(names[i])))
                continue;
            seen[i] = true;
            missing--;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (!seen[i])
            fail_msg("%s is missing", names[i]);
    }
    buffer_clear(&text);
    corpus_free(corpus);
    return records;
}

static struct span caller_name(const struct corpus_facts *facts) {
    return span_of(facts->caller);
}

static void test_each_kind_of_caller_comes_soon(void **state) {
    struct corpus *corpus = corpus_of_seed(1);
    const char *names[64];
    size_t count = 0;

    (void)state;
    for (const char *name; (name = corpus_caller(corpus, count)) != NULL; count++)
        names[count] = name;
    assert_true(count > 30);
    assert_true(records_until_all(names, count, caller_name) <= ENOUGH);
    corpus_free(corpus);
}

static struct span ram_action(const struct corpus_facts *facts) {
    return span_equal(facts->service, SPAN("ram")) ? facts->action : SPAN_NONE;
}

static void test_each_action_of_ram_comes_soon(void **state) {
    static const char *const names[35] = {
        "AcceptResourceShareInvitation",
        "AssociateResourceShare",
        "AssociateResourceSharePermission",
        "CreatePermission",
        "CreatePermissionVersion",
        "CreateResourceShare",
        "DeletePermission",
        "DeletePermissionVersion",
        "DeleteResourceShare",
        "DisassociateResourceShare",
        "DisassociateResourceSharePermission",
        "EnableSharingWithAwsOrganization",
        "GetPermission",
        "GetResourcePolicies",
        "GetResourceShareAssociations",
        "GetResourceShareInvitations",
        "GetResourceShares",
        "ListPendingInvitationResources",
        "ListPermissionAssociations",
        "ListPermissionVersions",
        "ListPermissions",
        "ListPrincipals",
        "ListReplacePermissionAssociationsWork",
        "ListResourceSharePermissions",
        "ListResourceTypes",
        "ListResources",
        "ListSourceAssociations",
        "PromotePermissionCreatedFromPolicy",
        "PromoteResourceShareCreatedFromPolicy",
        "RejectResourceShareInvitation",
        "ReplacePermissionAssociations",
        "SetDefaultPermissionVersion",
        "TagResource",
        "UntagResource",
        "UpdateResourceShare",
    };

    (void)state;
    assert_true(records_until_all(names, ARRAY_LENGTH(names), ram_action) <= ENOUGH);
}

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
        json_t *record = next(corpus);
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
        const char *invoked_by = text_of(identity, "invokedBy");

        assert_begins(text_of(identity, "type"), row->type);
        assert_begins(text_of(identity, "accessKeyId"), row->key);
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

static void test_sizes_are_those_of_real_logs(void **state) {
    struct buffer text = {0};

    (void)state;
    append_records(6, 10000, &text);
    assert_in_range(text.length / 10000, 1150, 1450);
    buffer_clear(&text);
}

static void test_a_record_is_of_its_place(void **state) {
    struct corpus *corpus = corpus_of_seed(9);
    struct corpus_place place = {.account = 3, .region = 2, .time_ms = INT64_C(1791000000999)};
    struct buffer text = {0};

    (void)state;
    for (int i = 0; i < 500; i++) {
        text.length = 0;
        corpus_record_at(corpus, &place, &text);
        const struct corpus_facts *facts = corpus_last(corpus);
        assert_true(span_equal(facts->account, corpus_account_id(corpus, 3)));
        assert_true(span_equal(facts->region, corpus_region_name(2)));
        assert_int_equal(facts->time_ms, INT64_C(1791000000000));
        assert_false(span_equal(facts->service, SPAN("iam"))); /* is recorded in us-east-1 */
    }
    buffer_clear(&text);
    corpus_free(corpus);
}

static void test_times_are_in_the_span(void **state) {
    struct corpus_options options = corpus_defaults();
    struct corpus *corpus = corpus_new(&options);
    struct buffer text = {0};

    (void)state;
    for (int i = 0; i < ENOUGH; i++) {
        text.length = 0;
        corpus_record(corpus, &text);
        assert_in_range(corpus_last(corpus)->time_ms, options.from_ms, options.to_ms - 1);
    }
    buffer_clear(&text);
    corpus_free(corpus);
}

static void test_some_accounts_are_busier(void **state) {
    struct corpus *corpus = corpus_of_seed(1);
    int count[60] = {0};

    (void)state;
    for (int i = 0; i < 20000; i++)
        count[corpus_draw_place(corpus).account]++;
    assert_true(count[0] > 2000);
    assert_in_range(count[59], 1, 400);
    corpus_free(corpus);
}

/* Whoever follows credentials from the call that gave them out finds the calls made with them. */
static void test_sessions_act_that_were_given_out(void **state) {
    struct corpus_options options = corpus_defaults();

    (void)state;
    options.accounts = 1;
    options.regions = 1;
    options.to_ms = options.from_ms + INT64_C(7200000);
    struct corpus *corpus = corpus_new(&options);
    json_t *given = json_object();
    int used = 0;
    for (int i = 0; i < 3 * ENOUGH; i++) {
        json_t *record = next(corpus);
        const json_t *response = json_object_get(record, "responseElements");
        const char *out = text_of(json_object_get(response, "credentials"), "accessKeyId");
        const char *in = text_of(json_object_get(record, "userIdentity"), "accessKeyId");

        if (out != NULL)
            json_object_set_new(given, out, json_true());
        used += in != NULL && json_object_get(given, in) != NULL;
        json_decref(record);
    }
    assert_true(used > 100);
    json_decref(given);
    corpus_free(corpus);
}

static void test_event_ids_are_distinct(void **state) {
    struct corpus *corpus = corpus_of_seed(1);
    json_t *seen = json_object();
    struct buffer text = {0};

    (void)state;
    for (int i = 0; i < 20000; i++) {
        text.length = 0;
        corpus_record(corpus, &text);
        json_object_set_new(seen, corpus_last(corpus)->event_id.data, json_true());
    }
    assert_int_equal(json_object_size(seen), 20000);
    json_decref(seen);
    buffer_clear(&text);
    corpus_free(corpus);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_a_seed_gives_the_same_bytes),
        TEST(test_records_are_json_and_hold_the_facts),
        TEST(test_ingest_sees_each_caller_as_what_it_is),
        TEST(test_each_kind_of_caller_comes_soon),
        TEST(test_each_action_of_ram_comes_soon),
        ROWS(test_identity, identities),
        ROWS(test_oddity, oddities),
        TEST(test_sizes_are_those_of_real_logs),
        TEST(test_a_record_is_of_its_place),
        TEST(test_times_are_in_the_span),
        TEST(test_some_accounts_are_busier),
        TEST(test_sessions_act_that_were_given_out),
        TEST(test_event_ids_are_distinct),
    };

    return rows_run("corpus", all, ARRAY_LENGTH(all));
}
