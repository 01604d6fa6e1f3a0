/* POST /: the API of CloudTrail itself, as AWS's clients speak it. Which operation it is stands in
 * the header X-Amz-Target, behind the last dot. */

#include "base/limits.h"
#include "handlers/aws_operations.h"
#include "handlers/endpoints.h"

/* ---- operations ---- */

static const struct operation {
    const char *name;
    const char *members; /* those of its input, with ", " between them */
    aws_operation *answer;
} operations[] = {
    {"LookupEvents", "LookupAttributes, StartTime, EndTime, EventCategory, MaxResults, NextToken",
     lookup_events},
    {"DescribeTrails", "trailNameList, includeShadowTrails", describe_trails},
    {"GetTrail", "Name", get_trail},
    {"ListTrails", "NextToken", list_trails},
    {"GetTrailStatus", "Name", get_trail_status},
    {"GetEventSelectors", "TrailName", get_event_selectors},
    {"GetInsightSelectors", "TrailName", get_insight_selectors},
    {"ListTags", "ResourceIdList", list_tags},
};

/* Of version 2013-11-01: known, but not answered. */
static const char *const unsupported[] = {
    "AddTags",
    "CancelQuery",
    "CreateChannel",
    "CreateDashboard",
    "CreateEventDataStore",
    "CreateTrail",
    "DeleteChannel",
    "DeleteDashboard",
    "DeleteEventDataStore",
    "DeleteResourcePolicy",
    "DeleteTrail",
    "DeregisterOrganizationDelegatedAdmin",
    "DescribeQuery",
    "DisableFederation",
    "EnableFederation",
    "GenerateQuery",
    "GetChannel",
    "GetDashboard",
    "GetEventConfiguration",
    "GetEventDataStore",
    "GetImport",
    "GetQueryResults",
    "GetResourcePolicy",
    "ListChannels",
    "ListDashboards",
    "ListEventDataStores",
    "ListImportFailures",
    "ListImports",
    "ListInsightsData",
    "ListInsightsMetricData",
    "ListPublicKeys",
    "ListQueries",
    "PutEventConfiguration",
    "PutEventSelectors",
    "PutInsightSelectors",
    "PutResourcePolicy",
    "RegisterOrganizationDelegatedAdmin",
    "RemoveTags",
    "RestoreEventDataStore",
    "SearchSampleQueries",
    "StartDashboardRefresh",
    "StartEventDataStoreIngestion",
    "StartImport",
    "StartLogging",
    "StartQuery",
    "StopEventDataStoreIngestion",
    "StopImport",
    "StopLogging",
    "UpdateChannel",
    "UpdateDashboard",
    "UpdateEventDataStore",
    "UpdateTrail",
};

static bool is_unsupported(struct span name) {
    for (size_t i = 0; i < ARRAY_LENGTH(unsupported); i++) {
        if (span_equal(name, span_of(unsupported[i])))
            return true;
    }
    return false;
}

static const struct operation *find_operation(struct span name) {
    for (size_t i = 0; i < ARRAY_LENGTH(operations); i++) {
        if (span_equal(name, span_of(operations[i].name)))
            return &operations[i];
    }
    return NULL;
}

static bool choose_operation(struct aws_request *aws, const struct operation **out,
                             struct err *err) {
    struct span target = aws->call->request->amz_target;
    struct span name = target;
    struct span before;

    if (target.data == NULL)
        return aws_refuse(aws, "UnknownOperationException", err,
                          "the header X-Amz-Target names the operation, and it is missing; for the "
                          "API of traild itself see /openapi.yaml");
    (void)!span_cut_last(target, '.', &before, &name);
    *out = find_operation(name);
    if (*out != NULL)
        return true;
    if (is_unsupported(name))
        return aws_refuse(aws, "UnsupportedOperationException", err,
                          "%.*s is not supported: traild reads what CloudTrail has logged",
                          SPAN_ARGS(name));
    return aws_refuse(aws, "UnknownOperationException", err, "CloudTrail has no operation \"%.*s\"",
                      SPAN_ARGS(aws_shown(name)));
}

/* ---- input ---- */

/* Not what a form of a web page can send. */
static bool check_type(struct aws_request *aws, struct err *err) {
    static const char *const types[] = {"application/x-amz-json-1.1", "application/x-amz-json-1.0",
                                        "application/json"};
    struct span given = aws->call->request->content_type;
    struct span type = given;
    struct span parameters;

    (void)!span_cut(given, ';', &type, &parameters);
    type = span_trim(type);
    for (size_t i = 0; i < ARRAY_LENGTH(types); i++) {
        if (span_equal_any_case(type, span_of(types[i])))
            return true;
    }
    return aws_refuse(aws, "UnknownOperationException", err, "Content-Type must be %s", types[0]);
}

static bool is_listed(struct span name, struct span list) {
    struct span first;

    while (span_cut(list, ',', &first, &list)) {
        if (span_equal(name, first))
            return true;
        list = span_trim(list);
    }
    return span_equal(name, list);
}

/* AWS ignores members that it does not know. But a condition that is misspelt must not widen what
 * is found. */
static bool check_members(struct aws_request *aws, const struct operation *operation,
                          struct err *err) {
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)aws->input, name, value) {
        if (!is_listed(span_of(name), span_of(operation->members)))
            return aws_refuse(aws, "ValidationException", err,
                              "%s takes no member %.*s; it takes %s", operation->name,
                              SPAN_ARGS(aws_shown(span_of(name))),
                              operation->members[0] != '\0' ? operation->members : "nothing");
    }
    return true;
}

/* Without a body there are no arguments, as with {}. */
static bool read_input(struct aws_request *aws, json_t **out, struct err *err) {
    json_error_t error;
    struct span text;

    if (!call_body(aws->call, LIMIT_AWS_REQUEST_BYTES, &text, err))
        return false;
    text = text.length > 0 ? text : SPAN("{}");
    *out = json_loadb(text.data, text.length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (*out == NULL)
        return aws_refuse(aws, "SerializationException", err,
                          "the body must be a JSON object: %s, in line %d", error.text, error.line);
    if (!json_is_object(*out))
        return aws_refuse(aws, "SerializationException", err, "the body must be a JSON object");
    aws->input = *out;
    return true;
}

static bool answer(struct aws_request *aws, struct err *err) {
    const struct operation *operation;
    json_auto_t *input = NULL;

    if (!choose_operation(aws, &operation, err) || !check_type(aws, err) ||
        !read_input(aws, &input, err) || !check_members(aws, operation, err))
        return false;
    return operation->answer(aws, err);
}

/* ---- the endpoint ---- */

/* A signature may stand here instead of in a header (Signature Version 4, presigned requests). */
static const struct parameter parameters[] = {
    {"X-Amz-Algorithm", 0, read_anything, NULL, 0},
    {"X-Amz-Content-Sha256", 0, read_anything, NULL, 0},
    {"X-Amz-Credential", 0, read_anything, NULL, 0},
    {"X-Amz-Date", 0, read_anything, NULL, 0},
    {"X-Amz-Expires", 0, read_anything, NULL, 0},
    {"X-Amz-Security-Token", PARAMETER_LONG, read_anything, NULL, 0},
    {"X-Amz-Signature", 0, read_anything, NULL, 0},
    {"X-Amz-SignedHeaders", 0, read_anything, NULL, 0},
};

const struct parameter_list aws_parameters = {parameters, ARRAY_LENGTH(parameters), NULL};

bool aws_answer(struct call *call, struct err *err) {
    struct aws_request aws = {.call = call};

    if (answer(&aws, err))
        return true;
    if (err->kind == ERR_BUDGET && !call->request->on_worker)
        return false;
    aws_answer_failure(&aws, err);
    return true;
}
