/* ingest/lookup_resources.c: the resources of whole records. */
#include "tests/rows.h"

#include "base/buffer.h"
#include "base/limits.h"
#include "tests/support_pick.h"

#define CALL(service, action)                                                                      \
    "\"eventSource\":\"" service ".amazonaws.com\",\"eventName\":\"" action "\","

static const struct lookup_row {
    const char *name;
    const char *members;  /* beside eventTime */
    const char *expected; /* "type name;", without AWS:: */
} lookups[] = {
    {"nothing asked", CALL("ec2", "DescribeRegions") "\"requestParameters\":null", ""},
    {"an empty request", CALL("ec2", "DescribeRegions") "\"requestParameters\":{}", ""},
    {"AssumeRole",
     CALL("sts",
          "AssumeRole") "\"requestParameters\":{\"roleArn\":\"arn:aws:iam::111122223333:role/"
                        "deploy\","
                        "\"roleSessionName\":\"run-7\",\"durationSeconds\":3600},"
                        "\"responseElements\":{"
                        "\"credentials\":{\"accessKeyId\":\"ASIAEXAMPLE\",\"sessionToken\":\"t\"},"
                        "\"assumedRoleUser\":{\"assumedRoleId\":\"AROAEXAMPLE:run-7\",\"arn\":"
                        "\"arn:aws:sts::111122223333:assumed-role/deploy/run-7\"}}",
     "IAM::Role arn:aws:iam::111122223333:role/deploy;STS::AssumedRole run-7;"
     "IAM::AccessKey ASIAEXAMPLE;STS::AssumedRole AROAEXAMPLE:run-7;"
     "STS::AssumedRole arn:aws:sts::111122223333:assumed-role/deploy/run-7;"},
    {"RunInstances",
     CALL(
         "ec2",
         "RunInstances") "\"requestParameters\":{\"instancesSet\":{\"items\":[{\"imageId\":\"ami-"
                         "1\",\"minCount\":1,"
                         "\"keyName\":\"ops\"}]},\"subnetId\":\"subnet-1\"},\"responseElements\":{"
                         "\"reservationId\":"
                         "\"r-1\",\"instancesSet\":{\"items\":[{\"instanceId\":\"i-1\",\"imageId\":"
                         "\"ami-1\","
                         "\"groupSet\":{\"items\":[{\"groupId\":\"sg-1\",\"groupName\":\"web\"}]}},"
                         "{\"instanceId\":\"i-2\",\"imageId\":\"ami-1\"}]}}",
     "EC2::Ami ami-1;EC2::KeyPair ops;EC2::Subnet subnet-1;EC2::Instance i-1;"
     "EC2::SecurityGroup sg-1;EC2::SecurityGroup web;EC2::Instance i-2;"},
    {"names with a capital letter, as some of EC2's requests have them",
     CALL("ec2", "DescribeNatGateways") "\"requestParameters\":{\"DescribeNatGatewaysRequest\":{"
                                        "\"NatGatewayId\":{\"tag\":1,"
                                        "\"content\":\"nat-1\"}}}",
     "EC2::NatGateway nat-1;"},
    {"tags of things of many types",
     CALL("ec2", "CreateTags") "\"requestParameters\":{\"resourcesSet\":{\"items\":[{"
                               "\"resourceId\":\"vol-1\"},"
                               "{\"resourceId\":\"tgw-attach-1\"},{\"resourceId\":\"unheard-1\"}]},"
                               "\"tagSet\":{\"items\":[{"
                               "\"key\":\"instanceId\",\"value\":\"i-9\"}]}}",
     "EC2::Volume vol-1;EC2::TransitGatewayAttachment tgw-attach-1;"},
    {"UpdateTrail",
     CALL("cloudtrail", "UpdateTrail") "\"requestParameters\":{\"name\":\"audit\",\"s3BucketName\":"
                                       "\"logs\"},\"responseElements\":{"
                                       "\"name\":\"audit\",\"trailARN\":\"arn:aws:cloudtrail:us-"
                                       "east-1:111122223333:trail/audit\"}",
     "CloudTrail::Trail audit;S3::Bucket logs;"
     "CloudTrail::Trail arn:aws:cloudtrail:us-east-1:111122223333:trail/audit;"},
    {"a user's key",
     CALL("iam", "CreateAccessKey") "\"requestParameters\":{\"userName\":\"alice\"},"
                                    "\"responseElements\":{\"accessKey\":{"
                                    "\"userName\":\"alice\",\"accessKeyId\":\"AKIAEXAMPLE\","
                                    "\"status\":\"Active\"}}",
     "IAM::User alice;IAM::AccessKey AKIAEXAMPLE;"},
    {"a share of two kinds of things with an account and a unit",
     CALL("ram", "CreateResourceShare") "\"requestParameters\":{\"name\":\"net\",\"resourceArns\":["
                                        "\"arn:aws:ec2:us-east-1:111122223333:subnet/subnet-1\","
                                        "\"arn:aws:route53resolver:us-east-1:111122223333:resolver-"
                                        "rule/rslvr-rr-1\"],\"principals\":["
                                        "\"444455556666\",\"arn:aws:organizations::111122223333:ou/"
                                        "o-1/ou-1\"]},"
                                        "\"responseElements\":{\"resourceShare\":{"
                                        "\"resourceShareArn\":\"arn:aws:ram:us-east-1:"
                                        "111122223333:resource-share/1\",\"name\":\"net\"}}",
     "RAM::ResourceShare net;"
     "EC2::Subnet arn:aws:ec2:us-east-1:111122223333:subnet/subnet-1;"
     "Route53Resolver::ResolverRule arn:aws:route53resolver:us-east-1:111122223333:resolver-rule/"
     "rslvr-rr-1;Organizations::Account 444455556666;"
     "Organizations::OrganizationalUnit arn:aws:organizations::111122223333:ou/o-1/ou-1;"
     "RAM::ResourceShare arn:aws:ram:us-east-1:111122223333:resource-share/1;"},
    {"a member that means it only in some events",
     CALL("ssm", "GetParameter") "\"requestParameters\":{\"name\":\"/app/password\"}",
     "SSM::Parameter /app/password;"},
    {"the same member in another event",
     CALL("ssm", "CreateMaintenanceWindow") "\"requestParameters\":{\"name\":\"nightly\"}", ""},
    {"a member that means it only in one place",
     CALL("eks", "CreateCluster") "\"requestParameters\":{\"name\":\"prod\",\"tags\":{\"name\":"
                                  "\"x\"},\"resourcesVpcConfig\":{"
                                  "\"subnetIds\":[\"subnet-1\",\"subnet-2\"]},\"roleArn\":\"arn:"
                                  "aws:iam::1:role/eks\"}",
     "EKS::Cluster prod;EC2::Subnet subnet-1;EC2::Subnet subnet-2;"
     "IAM::Role arn:aws:iam::1:role/eks;"},
    {"a service without rules of its own",
     CALL("workmail", "X") "\"requestParameters\":{\"bucketName\":\"b\",\"keyName\":\"k\"}",
     "S3::Bucket b;"},
    {"a service event", CALL("kms", "RotateKey") "\"serviceEventDetails\":{\"keyId\":\"1234\"}",
     "KMS::Key 1234;"},
    {"no eventSource", "\"eventName\":\"A\",\"requestParameters\":{\"bucketName\":\"b\"}",
     "S3::Bucket b;"},
    {"no eventName", "\"eventSource\":\"ssm.amazonaws.com\",\"requestParameters\":{\"name\":\"n\"}",
     ""},
    {"resources of the record do not count",
     CALL("kms", "Decrypt") "\"requestParameters\":null,\"resources\":[{\"ARN\":\"arn:aws:kms:"
                            "us-east-1:1:key/1\",\"type\":\"AWS::KMS::Key\"}]",
     ""},
    {"a data event",
     CALL("s3", "GetObject") "\"requestParameters\":{\"bucketName\":\"b\"},"
                             "\"eventCategory\":\"Data\"",
     ""},
    {"a management event",
     CALL("s3", "GetBucketAcl") "\"requestParameters\":{\"bucketName\":\"b\"},"
                                "\"eventCategory\":\"Management\"",
     "S3::Bucket b;"},
    {"strings only",
     CALL("kms", "Sign") "\"requestParameters\":{\"keyId\":7,\"a\":{\"keyId\":null},\"b\":[{"
                         "\"keyId\":true},{\"keyId\":{\"x\":\"y\"}},{\"keyId\":[[\"k\"],1]}]}",
     "KMS::Key k;"},
    {"what is empty or hidden",
     CALL("iam", "GetUser") "\"requestParameters\":{\"userName\":\"\",\"newUserName\":"
                            "\"HIDDEN_DUE_TO_SECURITY_REASONS\"}",
     ""},
    {"escapes in names and values, and blanks",
     CALL("kms", "Sign") "\"requestParameters\" : { \"key\\u0049d\" : \"a\\/b\" , \"x\" : [ ] , "
                         "\"y\" : { } }",
     "KMS::Key a/b;"},
    {"a name under two types",
     CALL("ecs", "X") "\"requestParameters\":{\"cluster\":\"a\",\"service\":\"a\",\"clusters\":["
                      "\"a\",\"a\"]}",
     "ECS::Cluster a;ECS::Service a;"},
    {"the last of two requests",
     CALL("kms", "Sign") "\"requestParameters\":{\"keyId\":\"a\"},\"requestParameters\":{\"keyId\":"
                         "\"b\"}",
     "KMS::Key b;"},
    {"a request, then none",
     CALL("kms", "Sign") "\"requestParameters\":{\"keyId\":\"a\"},\"requestParameters\":null", ""},
    {"a request that is no object", CALL("kms", "Sign") "\"requestParameters\":[{\"keyId\":\"a\"}]",
     ""},
};

static void test_lookup(void **state) {
    const struct lookup_row *row = *state;
    struct arena arena = {0};
    struct span record = arena_format(&arena, "{" SAMPLE_TIME ",%s}", row->members);
    struct event event = expect_event(record, &arena);
    struct buffer seen = {0};

    buffer_append_text(&seen, "");
    for (size_t i = 0; i < event.lookup_resource_count; i++) {
        const struct lookup_resource *resource = &event.lookup_resources[i];
        assert_true(span_starts_with(resource->type, SPAN("AWS::")));
        buffer_append_format(&seen, "%.*s %.*s;", SPAN_ARGS(span_skip(resource->type, 5)),
                             SPAN_ARGS(resource->name));
    }
    buffer_append_byte(&seen, '\0');
    assert_string_equal(seen.data, row->expected);
    buffer_clear(&seen);
    arena_clear(&arena);
}

static struct event pick_many(size_t count, struct arena *arena) {
    struct buffer text = {0};

    buffer_append_text(&text, "{" SAMPLE_TIME ",\"requestParameters\":{\"instanceIds\":[\"i-0\"");
    for (size_t i = 0; i < count; i++)
        buffer_append_format(&text, ",\"i-%zu\"", i);
    buffer_append_text(&text, "]}}");
    struct span record = arena_copy(arena, buffer_span(&text));
    buffer_clear(&text);
    return expect_event(record, arena);
}

static void test_limit(void **state) {
    struct arena arena = {0};

    (void)state;
    assert_int_equal(pick_many(LIMIT_LOOKUP_RESOURCES, &arena).lookup_resource_count,
                     LIMIT_LOOKUP_RESOURCES);
    struct event event = pick_many(LIMIT_LOOKUP_RESOURCES + 1, &arena);
    assert_int_equal(event.lookup_resource_count, LIMIT_LOOKUP_RESOURCES);
    expect_text(event.lookup_resources[LIMIT_LOOKUP_RESOURCES - 1].name, "i-999");
    arena_clear(&arena);
}

static size_t count_of_length(int length, struct arena *arena) {
    struct span record = arena_format(
        arena, "{" SAMPLE_TIME ",\"requestParameters\":{\"bucketName\":\"%0*d\"}}", length, 1);

    return expect_event(record, arena).lookup_resource_count;
}

static void test_long_names(void **state) {
    struct arena arena = {0};

    (void)state;
    assert_int_equal(count_of_length(LIMIT_LOOKUP_NAME_BYTES, &arena), 1);
    assert_int_equal(count_of_length(LIMIT_LOOKUP_NAME_BYTES + 1, &arena), 0);
    arena_clear(&arena);
}

int main(void) {
    const struct rows all[] = {ROWS(test_lookup, lookups), TEST(test_limit), TEST(test_long_names)};

    return rows_run("lookup_resources", all, ARRAY_LENGTH(all));
}
