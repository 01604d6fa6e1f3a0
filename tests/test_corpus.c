#include "bench/corpus/corpus.h"

#include <stdio.h>

#include <jansson.h>

#include "base/utc.h"
#include "tests/rows.h"
#include "tests/support_corpus.h"

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
    const char *text = member_text(record, name);

    if (!span_equal(span_of(text), fact))
        fail_msg("%s is %s, not %.*s", name, text, SPAN_ARGS(fact));
}

static void compare_with_facts(const json_t *record, const struct corpus_facts *facts) {
    const json_t *identity = json_object_get(record, "userIdentity");
    const char *key = member_text(identity, "accessKeyId");
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
    assert_true(utc_parse(span_of(member_text(record, "eventTime")), &time_ms));
    assert_int_equal(time_ms, facts->time_ms);
    assert_int_equal(member_text(record, "errorCode") != NULL ||
                         member_text(record, "errorMessage") != NULL,
                     facts->failed);
    if (json_object_get(record, "readOnly") != NULL)
        assert_int_equal(json_is_true(json_object_get(record, "readOnly")), facts->read_only);
}

static void test_records_are_json_and_hold_the_facts(void **state) {
    struct corpus *corpus = corpus_of_seed(2);

    (void)state;
    for (int i = 0; i < 3 * ENOUGH; i++) {
        json_t *record = next_record(corpus);
        compare_with_facts(record, corpus_last(corpus));
        json_decref(record);
    }
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
        json_t *record = next_record(corpus);
        const json_t *response = json_object_get(record, "responseElements");
        const char *out = member_text(json_object_get(response, "credentials"), "accessKeyId");
        const char *in = member_text(json_object_get(record, "userIdentity"), "accessKeyId");

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
        TEST(test_each_kind_of_caller_comes_soon),
        TEST(test_each_action_of_ram_comes_soon),
        TEST(test_sizes_are_those_of_real_logs),
        TEST(test_a_record_is_of_its_place),
        TEST(test_times_are_in_the_span),
        TEST(test_some_accounts_are_busier),
        TEST(test_sessions_act_that_were_given_out),
        TEST(test_event_ids_are_distinct),
    };

    return rows_run("corpus", all, ARRAY_LENGTH(all));
}
