/* ingest/lookup_rules.c and lookup_types.c: the tables. */
#include "tests/rows.h"

#include "ingest/lookup_rules.h"
#include "tests/support_pick.h"

/* ---- the order that looking up relies on ---- */

static void check_order(const struct lookup_rules *rules) {
    for (size_t i = 0; i < rules->count; i++) {
        const struct lookup_rule *rule = &rules->rules[i];
        assert_true(rule->type.data == NULL || span_starts_with(rule->type, SPAN("AWS::")));
        if (i > 0 && rule->member.length < rule[-1].member.length)
            fail_msg("%.*s must stand in front of %.*s", SPAN_ARGS(rule->member),
                     SPAN_ARGS(rule[-1].member));
    }
}

static void test_order(void **state) {
    (void)state;
    check_order(&lookup_common_rules);
    for (size_t i = 0; i < lookup_service_count; i++) {
        check_order(lookup_service_rules[i]);
        if (i > 0)
            assert_true(span_compare(lookup_service_rules[i - 1]->service,
                                     lookup_service_rules[i]->service) < 0);
    }
}

/* A rule that one before it always hides would say nothing. */
static void check_reached(const struct lookup_rules *rules) {
    for (size_t i = 0; i < rules->count; i++) {
        const struct lookup_rule *rule = &rules->rules[i];
        assert_ptr_equal(lookup_rule_find(rules, rule->parent, rule->member, rule->action), rule);
    }
}

static void test_every_rule_is_reached(void **state) {
    (void)state;
    check_reached(&lookup_common_rules);
    for (size_t i = 0; i < lookup_service_count; i++)
        check_reached(lookup_service_rules[i]);
}

/* ---- services ---- */

static const struct service_row {
    const char *name;
    const char *source;
    const char *service; /* NULL: none */
} services[] = {
    {"the first", "apigateway.amazonaws.com", "apigateway"},
    {"the last", "sts.amazonaws.com", "sts"},
    {"one between", "ec2.amazonaws.com", "ec2"},
    {"one that another begins with", "eks.amazonaws.com", "eks"},
    {"one that begins with another", "eks-auth.amazonaws.com", "eks-auth"},
    {"without a domain", "kms", "kms"},
    {"a longer name", "ec2x.amazonaws.com", NULL},
    {"a shorter name", "e.amazonaws.com", NULL},
    {"none known", "workmail.amazonaws.com", NULL},
    {"empty", "", NULL},
    {"absent", NULL, NULL},
};

static void test_service(void **state) {
    const struct service_row *row = *state;
    const struct lookup_rules *rules = lookup_rules_of(span_of(row->source));

    expect_text(rules == NULL ? SPAN_NONE : rules->service, row->service);
}

/* ---- members ---- */

static const struct member_row {
    const char *name;
    const char *service;
    const char *parent;
    const char *member;
    const char *action;
    const char *type; /* NULL: no rule */
} members[] = {
    {"wherever it stands", "iam", "x", "userName", "GetUser", "AWS::IAM::User"},
    {"a capital letter", "iam", "x", "UserName", "GetUser", "AWS::IAM::User"},
    {"other capitals differ", "iam", "x", "username", "GetUser", NULL},
    {"a part of a name", "iam", "x", "userNam", "GetUser", NULL},
    {"no name", "iam", "x", "", "GetUser", NULL},
    {"in its parent", "iam", "user", "arn", "GetUser", "AWS::IAM::User"},
    {"in the parent of another rule", "iam", "role", "arn", "GetRole", "AWS::IAM::Role"},
    {"in another parent", "iam", "x", "arn", "GetUser", NULL},
    {"the service's rule before that of all", "lambda", "x", "role", "A", "AWS::IAM::Role"},
    {"in its event", "ssm", "requestParameters", "name", "PutParameter", "AWS::SSM::Parameter"},
    {"in the event of another rule", "ssm", "requestParameters", "name", "GetDocument",
     "AWS::SSM::Document"},
    {"in another event", "ssm", "requestParameters", "name", "GetCommand", NULL},
    {"in no event", "ssm", "requestParameters", "name", NULL, NULL},
    {"a group of placement", "ec2", "requestParameters", "groupName", "CreatePlacementGroup",
     "AWS::EC2::PlacementGroup"},
    {"the same for an instance", "ec2", "placement", "groupName", "RunInstances",
     "AWS::EC2::PlacementGroup"},
    {"a group of security", "ec2", "requestParameters", "groupName", "CreateSecurityGroup",
     "AWS::EC2::SecurityGroup"},
    {"an association of an address", "ec2", "responseElements", "associationId", "AssociateAddress",
     "AWS::EC2::EIPAssociation"},
    {"an association of a route table", "ec2", "requestParameters", "associationId",
     "DisassociateRouteTable", "AWS::EC2::SubnetRouteTableAssociation"},
    {"an attachment of an interface", "ec2", "responseElements", "attachmentId",
     "AttachNetworkInterface", "AWS::EC2::NetworkInterfaceAttachment"},
    {"one that AWS does not show", "ec2", "attachment", "attachmentId", "RunInstances", NULL},
    {"a service with a dash", "eks-auth", "requestParameters", "clusterName",
     "AssumeRoleForPodIdentity", "AWS::EKS::Cluster"},
    {"any other association", "ec2", "x", "associationId", "AssociateVpcCidrBlock", NULL},
};

static void test_member(void **state) {
    const struct member_row *row = *state;
    const struct lookup_rule *rule =
        lookup_rule_find(lookup_rules_of(span_of(row->service)), span_of(row->parent),
                         span_of(row->member), span_of(row->action));

    expect_text(rule == NULL ? SPAN_NONE : rule->type, row->type);
}

/* Some of what the user guide lists as "Resource types supported by CloudTrail event history". */
static const char *const published[] = {
    "AWS::AutoScaling::ScheduledAction",
    "AWS::CodePipeline::Pipeline",
    "AWS::EC2::NetworkInterfaceAttachment",
    "AWS::EC2::SpotInstanceRequest",
    "AWS::EC2::SubnetNetworkAclAssociation",
    "AWS::IAM::AccountAlias",
    "AWS::IAM::MfaDevice",
    "AWS::IAM::OpenIDConnectProvider",
    "AWS::IAM::SamlProvider",
    "AWS::IAM::SigningCertificate",
    "AWS::IAM::SshPublicKey",
    "AWS::RDS::DBClusterParameterGroup",
    "AWS::RDS::DBOptionGroup",
    "AWS::RDS::DBSecurityGroup",
    "AWS::RDS::ReservedDBInstance",
    "AWS::Redshift::ClusterSnapshot",
    "AWS::Redshift::HsmConfiguration",
};

static bool is_given(struct span type) {
    for (size_t i = 0; i < lookup_service_count; i++) {
        const struct lookup_rules *rules = lookup_service_rules[i];
        for (size_t j = 0; j < rules->count; j++) {
            if (span_equal(rules->rules[j].type, type))
                return true;
        }
    }
    return false;
}

static void test_published_types(void **state) {
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(published); i++) {
        if (!is_given(span_of(published[i])))
            fail_msg("nothing is an %s", published[i]);
    }
}

/* ---- types ---- */

static const struct type_row {
    const char *name;
    const char *value;
    const char *type;
} types[] = {
    {"an id", "i-0abc", "AWS::EC2::Instance"},
    {"an id of two words", "tgw-rtb-1", "AWS::EC2::TransitGatewayRouteTable"},
    {"an id that begins like a longer one", "tgw-1", "AWS::EC2::TransitGateway"},
    {"one more", "vpce-1", "AWS::EC2::VPCEndpoint"},
    {"an image, which CloudTrail calls otherwise than CloudFormation", "ami-1", "AWS::EC2::Ami"},
    {"an ARN", "arn:aws:ec2:us-east-1:1:subnet/subnet-1", "AWS::EC2::Subnet"},
    {"in another partition", "arn:aws-cn:kms:cn-north-1:1:key/1", "AWS::KMS::Key"},
    {"an ARN that begins like a longer one", "arn:aws:ec2:r:1:transit-gateway/tgw-1",
     "AWS::EC2::TransitGateway"},
    {"a load balancer of today", "arn:aws:elasticloadbalancing:r:1:loadbalancer/app/a/1",
     "AWS::ElasticLoadBalancingV2::LoadBalancer"},
    {"a classic one", "arn:aws:elasticloadbalancing:r:1:loadbalancer/a",
     "AWS::ElasticLoadBalancing::LoadBalancer"},
    {"an ARN without a kind", "arn:aws:sns:us-east-1:1:topic", "AWS::SNS::Topic"},
    {"a bucket", "arn:aws:s3:::b", "AWS::S3::Bucket"},
    {"an object", "arn:aws:s3:::b/k", "AWS::S3::Object"},
    {"colons behind", "arn:aws:lambda:r:1:function:f:2", "AWS::Lambda::Function"},
    {"an account", "111122223333", "AWS::Organizations::Account"},
    {"eleven digits", "11112222333", NULL},
    {"twelve letters", "abcdefabcdef", NULL},
    {"a kind that is unknown", "arn:aws:ec2:r:1:thing/1", NULL},
    {"a service that is unknown", "arn:aws:thing:r:1:subnet/1", NULL},
    {"an ARN that ends early", "arn:aws:sns:us-east-1:1", NULL},
    {"an ARN of nothing", "arn:aws:sns:us-east-1:1:", NULL},
    {"a word", "default", NULL},
    {"empty", "", NULL},
};

static void test_type(void **state) {
    const struct type_row *row = *state;

    expect_text(lookup_type_of(span_of(row->value)), row->type);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_order),           TEST(test_every_rule_is_reached), ROWS(test_service, services),
        ROWS(test_member, members), TEST(test_published_types),       ROWS(test_type, types)};

    return rows_run("lookup_rules", all, ARRAY_LENGTH(all));
}
