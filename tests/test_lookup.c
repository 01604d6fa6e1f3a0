/* LookupEvents: what is found by each attribute, what an event looks like, and pages. What is
 * refused: test_lookup_request.c. */
#include "tests/rows.h"

#include <stdio.h>

#include "base/utc.h"
#include "tests/support_call.h"

#define AT(id, second)                                                                             \
    "{\"eventVersion\":\"1.08\",\"eventID\":\"" id "\",\"eventTime\":\"2026-10-01T08:00:" second   \
    "Z\","
#define OF(service, action)                                                                        \
    "\"eventSource\":\"" service ".amazonaws.com\",\"eventName\":\"" action "\","
#define MANAGEMENT   "\"eventCategory\":\"Management\","
#define BY(identity) "\"userIdentity\":{" identity "}"
#define ALICE                                                                                      \
    BY("\"type\":\"IAMUser\",\"userName\":\"alice\",\"accessKeyId\":\"AKIAALICE\","                \
       "\"arn\":\"arn:aws:iam::111122223333:user/alice\"")

/* Requested a bucket. */
#define U1                                                                                         \
    AT("u1", "01")                                                                                 \
    OF("s3", "CreateBucket")                                                                       \
    MANAGEMENT ALICE                                                                               \
        ",\"awsRegion\":\"eu-west-1\",\"sourceIPAddress\":\"192.0.2.10\","                         \
        "\"readOnly\":false,\"recipientAccountId\":\"111122223333\","                              \
        "\"requestParameters\":{\"bucketName\":\"team\\u002dlogs\"}}"
#define U2                                                                                         \
    AT("u2", "02")                                                                                 \
    OF("ec2", "DescribeInstances")                                                                 \
    MANAGEMENT BY("\"type\":\"IAMUser\",\"userName\":\"alice\",\"accessKeyId\":\"ASIAALICE\"")     \
    ",\"awsRegion\":\"us-east-1\",\"sourceIPAddress\":\"2001:db8::1\",\"readOnly\":true,"          \
    "\"recipientAccountId\":\"444455556666\"}"
/* A role's session and a role, named alike. */
#define R1                                                                                         \
    AT("r1", "03")                                                                                 \
    OF("ec2", "TerminateInstances")                                                                \
    MANAGEMENT BY("\"type\":\"AssumedRole\",\"accessKeyId\":\"ASIAROLE\","                         \
                  "\"arn\":\"arn:aws:sts::111122223333:assumed-role/deploy/run-7\"")               \
    ",\"readOnly\":false,\"requestParameters\":{\"instancesSet\":{\"items\":["                     \
    "{\"instanceId\":\"i-0a1\"},{\"instanceId\":\"i-0b2\"}]}}}"
#define R2                                                                                         \
    AT("r2", "04")                                                                                 \
    OF("s3", "CreateBucket")                                                                       \
    MANAGEMENT BY("\"type\":\"AssumedRole\","                                                      \
                  "\"arn\":\"arn:aws:sts::111122223333:assumed-role/alice/nightly\"")              \
    ",\"requestParameters\":{\"bucketName\":\"nightly\"}}"
#define G1                                                                                         \
    AT("g1", "05")                                                                                 \
    OF("signin", "ConsoleLogin")                                                                   \
    MANAGEMENT BY("\"type\":\"Root\",\"userName\":\"acme\"") ",\"readOnly\":false}"
#define G2                                                                                         \
    AT("g2", "06")                                                                                 \
    OF("s3", "PutBucketPolicy")                                                                    \
    MANAGEMENT BY("\"type\":\"Root\",\"sessionContext\":{\"assumedRoot\":\"true\"}") "}"
#define F1                                                                                         \
    AT("f1", "07")                                                                                 \
    OF("s3", "ListBuckets")                                                                        \
    MANAGEMENT BY(                                                                                 \
        "\"type\":\"FederatedUser\","                                                              \
        "\"arn\":\"arn:aws:sts::111122223333:federated-user/bob\"") "}"
#define S1                                                                                         \
    AT("s1", "08")                                                                                 \
    OF("sts", "AssumeRole")                                                                        \
    MANAGEMENT BY("\"type\":\"AWSService\",\"invokedBy\":\"ec2.amazonaws.com\"") "}"
#define O1                                                                                         \
    AT("o1", "09")                                                                                 \
    OF("sts", "AssumeRole")                                                                        \
    MANAGEMENT BY("\"type\":\"AWSAccount\",\"principalId\":\"AIDAOTHER\"") "}"
/* No management event. */
#define D1                                                                                         \
    AT("d1", "10")                                                                                 \
    OF("s3", "GetObject")                                                                          \
    "\"eventCategory\":\"Data\"," ALICE ",\"requestParameters\":{\"bucketName\":\"team-logs\"}}"
/* Before version 1.07 there was no category. */
#define N1 AT("n1", "11.250") OF("iam", "CreateUser") ALICE "}"
#define I1                                                                                         \
    AT("i1", "12")                                                                                 \
    "\"eventCategory\":\"Insight\",\"eventType\":\"AwsCloudTrailInsight\","                        \
    "\"awsRegion\":\"us-east-1\",\"recipientAccountId\":\"111122223333\",\"insightDetails\":{"     \
    "\"state\":\"Start\",\"eventSource\":\"ssm.amazonaws.com\",\"eventName\":\"PutParameter\"}}"

static const char *const log_text = "{\"Records\":[" U1 "," U2 "," R1 "," R2 "," G1 "," G2 "," F1
                                    "," S1 "," O1 "," D1 "," N1 "," I1 "]}";

static void open_with_events(struct caller *caller) {
    caller_open(caller);
    call_import(caller, span_of(log_text));
}

static json_t *lookup(struct caller *caller, struct span input) {
    struct response response = call_aws(caller, "LookupEvents", input);

    if (response.status != 200)
        fail_msg("%.*s: %.*s", SPAN_ARGS(input), SPAN_ARGS(buffer_span(&response.body)));
    json_t *answer = body_json(&response);
    response_clear(&response);
    return answer;
}

static void append_ids(const json_t *answer, struct buffer *out) {
    json_t *event;
    size_t i;

    json_array_foreach(json_object_get(answer, "Events"), i, event)
        buffer_append_format(out, "%s%s", out->length > 0 ? " " : "",
                             json_string_value(json_object_get(event, "EventId")));
}

/* ---- what is found ---- */

#define KEY(key, value)    "{\"AttributeKey\":\"" key "\",\"AttributeValue\":\"" value "\"}"
#define BY_KEY(key, value) "{\"LookupAttributes\":[" KEY(key, value) "]}"

static const struct list_row {
    const char *name;
    const char *input;
    const char *expected; /* ids, newest first */
} lists[] = {
    {"all management events", "{}", "n1 o1 s1 f1 g2 g1 r2 r1 u2 u1"},
    {"no body", "", "n1 o1 s1 f1 g2 g1 r2 r1 u2 u1"},
    {"members that are null",
     "{\"LookupAttributes\":null,\"StartTime\":null,\"EndTime\":null,\"EventCategory\":null,"
     "\"MaxResults\":null,\"NextToken\":null}",
     "n1 o1 s1 f1 g2 g1 r2 r1 u2 u1"},
    {"no attributes", "{\"LookupAttributes\":[]}", "n1 o1 s1 f1 g2 g1 r2 r1 u2 u1"},
    {"Insights", "{\"EventCategory\":\"insight\"}", "i1"},
    {"an id", BY_KEY("EventId", "r1"), "r1"},
    {"the id of a data event", BY_KEY("EventId", "d1"), ""},
    {"a name", BY_KEY("EventName", "CreateBucket"), "r2 u1"},
    {"a name is no pattern", BY_KEY("EventName", "Create*"), ""},
    {"a name has a case", BY_KEY("EventName", "createbucket"), ""},
    {"a name has no service", BY_KEY("EventName", "s3:CreateBucket"), ""},
    {"reads", BY_KEY("ReadOnly", "true"), "u2"},
    {"writes", BY_KEY("ReadOnly", "false"), "g1 r1 u1"},
    {"a user, and no role of the name", BY_KEY("Username", "alice"), "n1 u2 u1"},
    {"a role's session", BY_KEY("Username", "run-7"), "r1"},
    {"a role by its name", BY_KEY("Username", "deploy"), ""},
    {"the root user", BY_KEY("Username", "root"), "g2 g1"},
    {"the root user's alias", BY_KEY("Username", "acme"), ""},
    {"a federated user", BY_KEY("Username", "bob"), "f1"},
    {"another account", BY_KEY("Username", "AIDAOTHER"), "o1"},
    {"a service has no name", BY_KEY("Username", "ec2.amazonaws.com"), ""},
    {"a type of resource", BY_KEY("ResourceType", "AWS::S3::Bucket"), "r2 u1"},
    {"another type", BY_KEY("ResourceType", "AWS::EC2::Instance"), "r1"},
    {"no such type", BY_KEY("ResourceType", "AWS::S3"), ""},
    {"a resource that was escaped in the record", BY_KEY("ResourceName", "team-logs"), "u1"},
    {"the second resource of an event", BY_KEY("ResourceName", "i-0b2"), "r1"},
    {"a resource that is named as a session", BY_KEY("ResourceName", "nightly"), "r2"},
    {"a source", BY_KEY("EventSource", "ec2.amazonaws.com"), "r1 u2"},
    {"a source in short is none", BY_KEY("EventSource", "ec2"), ""},
    {"an access key", BY_KEY("AccessKeyId", "AKIAALICE"), "n1 u1"},
    {"an account", BY_KEY("AccountId", "444455556666"), "u2"},
    {"an address", BY_KEY("SourceIPAddress", "192.0.2.10"), "u1"},
    {"an address written otherwise", BY_KEY("SourceIPAddress", "2001:DB8:0::1"), "u2"},
    {"a network", BY_KEY("SourceIPAddress", "192.0.2.0/24"), "u1"},
    {"a region", BY_KEY("Region", "us-east-1"), "u2"},
    {"two attributes",
     "{\"LookupAttributes\":[" KEY("Username", "alice") "," KEY("ReadOnly", "false") "]}", "u1"},
    {"the same key twice",
     "{\"LookupAttributes\":[" KEY("EventName", "CreateUser") "," KEY("EventName",
                                                                      "CreateBucket") "]}",
     ""},
    {"Insights by name",
     "{\"EventCategory\":\"insight\",\"LookupAttributes\":[" KEY("EventName", "PutParameter") "]}",
     "i1"},
    {"Insights by source and region",
     "{\"EventCategory\":\"insight\",\"LookupAttributes\":[" KEY(
         "EventSource", "ssm.amazonaws.com") "," KEY("Region", "us-east-1") "]}",
     "i1"},
    {"Insights of nobody",
     "{\"EventCategory\":\"insight\",\"LookupAttributes\":[" KEY("EventName", "CreateUser") "]}",
     ""},
    {"both ends are inclusive", "{\"StartTime\":1790841602,\"EndTime\":1790841603}", "r1 u2"},
    {"one moment", "{\"StartTime\":1790841602,\"EndTime\":1790841602}", "u2"},
    {"a start alone", "{\"StartTime\":1790841609}", "n1 o1"},
    {"an end alone", "{\"EndTime\":1790841602}", "u2 u1"},
    {"fractions", "{\"StartTime\":1790841602.0,\"EndTime\":1790841603.5}", "r1 u2"},
    {"exponents", "{\"StartTime\":1.790841602E9,\"EndTime\":1.790841603e+09}", "r1 u2"},
    {"an end means its whole second", "{\"StartTime\":1790841611,\"EndTime\":1790841611}", "n1"},
    {"an end with a fraction means it", "{\"StartTime\":1790841611,\"EndTime\":1790841611.249}",
     ""},
    {"a fraction to the millisecond", "{\"StartTime\":1790841611.250,\"EndTime\":1790841611.250}",
     "n1"},
    {"a start with a fraction", "{\"StartTime\":1790841611.251}", ""},
    {"times as texts",
     "{\"StartTime\":\"2026-10-01T08:00:02Z\",\"EndTime\":\"2026-10-01T10:00:03+02:00\"}", "r1 u2"},
    {"a start before 1970", "{\"StartTime\":-86400,\"EndTime\":1790841601}", "u1"},
    {"long ago", "{\"StartTime\":0,\"EndTime\":0}", ""},
    {"in a far future", "{\"StartTime\":253402300799}", ""},
};

static void test_list(void **state) {
    const struct list_row *row = *state;
    struct buffer CLEANUP(buffer_clear) ids = {0};
    struct caller caller;

    open_with_events(&caller);
    json_t *answer = lookup(&caller, span_of(row->input));
    append_ids(answer, &ids);
    if (!span_equal(buffer_span(&ids), span_of(row->expected)))
        fail_msg("\"%.*s\" instead of \"%s\"", SPAN_ARGS(buffer_span(&ids)), row->expected);
    assert_null(json_object_get(answer, "NextToken"));
    json_decref(answer);
    caller_close(&caller);
}

/* ---- what one event looks like ---- */

static const struct shown_row {
    const char *name;
    const char *id;
    const char *category;
    const char *expected; /* without CloudTrailEvent */
    const char *record;
} shown[] = {
    {"everything", "u1", NULL,
     "{\"EventId\":\"u1\",\"EventName\":\"CreateBucket\",\"ReadOnly\":\"false\","
     "\"AccessKeyId\":\"AKIAALICE\",\"EventTime\":1790841601,\"EventSource\":\"s3.amazonaws.com\","
     "\"Username\":\"alice\",\"Resources\":[{\"ResourceType\":\"AWS::S3::Bucket\","
     "\"ResourceName\":\"team-logs\"}]}",
     U1},
    {"a service: no key, no user", "s1", NULL,
     "{\"EventId\":\"s1\",\"EventName\":\"AssumeRole\",\"EventTime\":1790841608,"
     "\"EventSource\":\"sts.amazonaws.com\",\"Resources\":[]}",
     S1},
    {"a fraction of a second", "n1", NULL,
     "{\"EventId\":\"n1\",\"EventName\":\"CreateUser\",\"AccessKeyId\":\"AKIAALICE\","
     "\"EventTime\":1790841611.250,\"EventSource\":\"iam.amazonaws.com\",\"Username\":\"alice\","
     "\"Resources\":[]}",
     N1},
    {"a session", "r1", NULL,
     "{\"EventId\":\"r1\",\"EventName\":\"TerminateInstances\",\"ReadOnly\":\"false\","
     "\"AccessKeyId\":\"ASIAROLE\",\"EventTime\":1790841603,"
     "\"EventSource\":\"ec2.amazonaws.com\",\"Username\":\"run-7\",\"Resources\":["
     "{\"ResourceType\":\"AWS::EC2::Instance\",\"ResourceName\":\"i-0a1\"},"
     "{\"ResourceType\":\"AWS::EC2::Instance\",\"ResourceName\":\"i-0b2\"}]}",
     R1},
    {"an Insight", "i1", "insight",
     "{\"EventId\":\"i1\",\"EventName\":\"PutParameter\",\"EventTime\":1790841612,"
     "\"EventSource\":\"ssm.amazonaws.com\",\"Resources\":[]}",
     I1},
};

static void test_shown(void **state) {
    const struct shown_row *row = *state;
    char input[200];
    struct caller caller;

    open_with_events(&caller);
    snprintf(input, sizeof(input),
             "{\"EventCategory\":%s%s%s,\"LookupAttributes\":[" KEY("EventId", "%s") "]}",
             row->category != NULL ? "\"" : "", row->category != NULL ? row->category : "null",
             row->category != NULL ? "\"" : "", row->id);
    json_t *answer = lookup(&caller, span_of(input));
    json_t *event = json_array_get(json_object_get(answer, "Events"), 0);
    json_t *expected = json_loads(row->expected, 0, NULL);
    json_object_set_new(expected, "CloudTrailEvent", json_string(row->record));
    if (!json_equal(event, expected))
        fail_msg("%s", json_dumps(event, 0));
    json_decref(expected);
    json_decref(answer);
    caller_close(&caller);
}

/* ---- pages ---- */

static json_t *ask_page(struct caller *caller, int size, const char *token) {
    char input[400];

    snprintf(input, sizeof(input), "{\"MaxResults\":%d,\"NextToken\":%s%s%s}", size,
             token != NULL ? "\"" : "", token != NULL ? token : "null", token != NULL ? "\"" : "");
    return lookup(caller, span_of(input));
}

/* Events that come meanwhile, older and newer, neither repeat nor displace others. */
static void test_pages(void **state) {
    struct buffer CLEANUP(buffer_clear) ids = {0};
    char token[200] = "";
    struct caller caller;
    int pages = 0;
    bool more = true;

    (void)state;
    open_with_events(&caller);
    while (more) {
        json_t *answer = ask_page(&caller, 3, pages > 0 ? token : NULL);
        const char *next = json_string_value(json_object_get(answer, "NextToken"));
        append_ids(answer, &ids);
        more = next != NULL;
        assert_true(!more || strcmp(next, token) != 0);
        snprintf(token, sizeof(token), "%s", more ? next : "");
        json_decref(answer);
        if (pages++ == 0)
            call_import(&caller, SPAN(AT("new", "59") "\"a\":1}\n" AT("old", "00") "\"a\":1}"));
    }
    assert_int_equal(pages, 4);
    assert_true(span_equal(buffer_span(&ids), SPAN("n1 o1 s1 f1 g2 g1 r2 r1 u2 u1 old")));
    caller_close(&caller);
}

/* The last page may be full; there is no empty one behind it. */
static void test_last_page(void **state) {
    struct caller caller;

    (void)state;
    open_with_events(&caller);
    json_t *answer = ask_page(&caller, 10, NULL);
    assert_int_equal(json_array_size(json_object_get(answer, "Events")), 10);
    assert_null(json_object_get(answer, "NextToken"));
    json_decref(answer);
    caller_close(&caller);
}

static void test_default_page(void **state) {
    struct buffer CLEANUP(buffer_clear) file = {0};
    struct caller caller;

    (void)state;
    caller_open(&caller);
    for (int i = 0; i < 60; i++)
        buffer_append_format(&file, AT("%d", "%02d") "\"a\":1}", i, i);
    call_import(&caller, buffer_span(&file));
    json_t *answer = lookup(&caller, SPAN("{}"));
    assert_int_equal(json_array_size(json_object_get(answer, "Events")), 50);
    assert_non_null(json_object_get(answer, "NextToken"));
    json_decref(answer);
    caller_close(&caller);
}

/* A token goes with its request alone, but another number of events may be asked for. */
static const struct token_row {
    const char *name;
    const char *first; /* of LookupEvents with MaxResults 1 */
    const char *second;
    bool good;
} tokens[] = {
    {"the same request", "\"StartTime\":1790841602", "\"StartTime\":1790841602", true},
    {"another size", "\"MaxResults\":1", "\"MaxResults\":2", true},
    {"an attribute more", "\"StartTime\":1",
     "\"StartTime\":1,\"LookupAttributes\":[" KEY("ReadOnly", "true") "]", false},
    {"another value", "\"LookupAttributes\":[" KEY("ReadOnly", "false") "]",
     "\"LookupAttributes\":[" KEY("ReadOnly", "true") "]", false},
    {"another key", "\"LookupAttributes\":[" KEY("AccessKeyId", "AKIAALICE") "]",
     "\"LookupAttributes\":[" KEY("Username", "AKIAALICE") "]", false},
    {"another start", "\"StartTime\":1790841602", "\"StartTime\":1790841601", false},
    {"another end", "\"EndTime\":1790841609", "\"EndTime\":1790841608", false},
    {"no end any more", "\"EndTime\":1790841609", "\"MaxResults\":1", false},
    {"another category", "\"MaxResults\":1", "\"EventCategory\":\"insight\"", false},
};

static struct span input_of(const char *members, const char *token, struct arena *arena) {
    const char *size = strstr(members, "MaxResults") != NULL ? "" : ",\"MaxResults\":1";

    if (token == NULL)
        return arena_format(arena, "{%s%s}", members, size);
    return arena_format(arena, "{%s%s,\"NextToken\":\"%s\"}", members, size, token);
}

static void test_token(void **state) {
    const struct token_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct caller caller;

    open_with_events(&caller);
    json_t *answer = lookup(&caller, input_of(row->first, NULL, &arena));
    const char *token = json_string_value(json_object_get(answer, "NextToken"));
    assert_non_null(token);
    struct response response =
        call_aws(&caller, "LookupEvents", input_of(row->second, token, &arena));
    assert_int_equal(response.status, row->good ? 200 : 400);
    json_t *second = body_json(&response);
    const char *type = json_string_value(json_object_get(second, "__type"));
    assert_true(row->good ? type == NULL : strcmp(type, "InvalidNextTokenException") == 0);
    json_decref(second);
    json_decref(answer);
    response_clear(&response);
    caller_close(&caller);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_list, lists), ROWS(test_shown, shown), ROWS(test_token, tokens),
        TEST(test_pages),       TEST(test_last_page),    TEST(test_default_page),
    };

    return rows_run("lookup", all, ARRAY_LENGTH(all));
}
