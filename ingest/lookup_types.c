/* The type that a resource's own name tells. */
#include "base/macros.h"
#include "ingest/lookup_rules.h"

#define ACCOUNT_DIGITS 12

/* An ARN of `service` whose last part begins with `kind`; or, without a service, an id that does.
 */
struct name_type {
    struct span service;
    struct span kind;
    struct span type;
};

#define ARN(service, kind, type)                                                                   \
    {                                                                                              \
        {"" service, sizeof(service) - 1}, {"" kind, sizeof(kind) - 1}, {                          \
            "AWS::" type, sizeof("AWS::" type) - 1                                                 \
        }                                                                                          \
    }
#define ID(kind, type) ARN("", kind, type)

static const struct name_type arn_types[] = {
    ARN("acm", "certificate/", "ACM::Certificate"),
    ARN("acm-pca", "certificate-authority/", "ACMPCA::CertificateAuthority"),
    ARN("apigateway", "/restapis/", "ApiGateway::RestApi"),
    ARN("appmesh", "mesh/", "AppMesh::Mesh"),
    ARN("athena", "workgroup/", "Athena::WorkGroup"),
    ARN("autoscaling", "autoScalingGroup:", "AutoScaling::AutoScalingGroup"),
    ARN("backup", "backup-vault:", "Backup::BackupVault"),
    ARN("cloudformation", "stack/", "CloudFormation::Stack"),
    ARN("cloudfront", "distribution/", "CloudFront::Distribution"),
    ARN("cloudtrail", "trail/", "CloudTrail::Trail"),
    ARN("cloudtrail", "eventdatastore/", "CloudTrail::EventDataStore"),
    ARN("cloudwatch", "alarm:", "CloudWatch::Alarm"),
    ARN("codebuild", "project/", "CodeBuild::Project"),
    ARN("dynamodb", "table/", "DynamoDB::Table"),
    ARN("ec2", "capacity-reservation/", "EC2::CapacityReservation"),
    ARN("ec2", "dedicated-host/", "EC2::Host"),
    ARN("ec2", "elastic-ip/", "EC2::EIP"),
    ARN("ec2", "image/", "EC2::Ami"),
    ARN("ec2", "instance/", "EC2::Instance"),
    ARN("ec2", "internet-gateway/", "EC2::InternetGateway"),
    ARN("ec2", "ipam-pool/", "EC2::IPAMPool"),
    ARN("ec2", "key-pair/", "EC2::KeyPair"),
    ARN("ec2", "launch-template/", "EC2::LaunchTemplate"),
    ARN("ec2", "natgateway/", "EC2::NatGateway"),
    ARN("ec2", "network-acl/", "EC2::NetworkAcl"),
    ARN("ec2", "network-interface/", "EC2::NetworkInterface"),
    ARN("ec2", "placement-group/", "EC2::PlacementGroup"),
    ARN("ec2", "prefix-list/", "EC2::PrefixList"),
    ARN("ec2", "route-table/", "EC2::RouteTable"),
    ARN("ec2", "security-group/", "EC2::SecurityGroup"),
    ARN("ec2", "snapshot/", "EC2::Snapshot"),
    ARN("ec2", "subnet/", "EC2::Subnet"),
    ARN("ec2", "transit-gateway-attachment/", "EC2::TransitGatewayAttachment"),
    ARN("ec2", "transit-gateway-route-table/", "EC2::TransitGatewayRouteTable"),
    ARN("ec2", "transit-gateway/", "EC2::TransitGateway"),
    ARN("ec2", "volume/", "EC2::Volume"),
    ARN("ec2", "vpc-endpoint/", "EC2::VPCEndpoint"),
    ARN("ec2", "vpc-peering-connection/", "EC2::VPCPeeringConnection"),
    ARN("ec2", "vpc/", "EC2::VPC"),
    ARN("ecr", "repository/", "ECR::Repository"),
    ARN("ecs", "cluster/", "ECS::Cluster"),
    ARN("ecs", "service/", "ECS::Service"),
    ARN("ecs", "task-definition/", "ECS::TaskDefinition"),
    ARN("eks", "cluster/", "EKS::Cluster"),
    ARN("eks", "nodegroup/", "EKS::Nodegroup"),
    ARN("elasticfilesystem", "file-system/", "EFS::FileSystem"),
    ARN("elasticloadbalancing", "listener/", "ElasticLoadBalancingV2::Listener"),
    ARN("elasticloadbalancing", "loadbalancer/app/", "ElasticLoadBalancingV2::LoadBalancer"),
    ARN("elasticloadbalancing", "loadbalancer/gwy/", "ElasticLoadBalancingV2::LoadBalancer"),
    ARN("elasticloadbalancing", "loadbalancer/net/", "ElasticLoadBalancingV2::LoadBalancer"),
    ARN("elasticloadbalancing", "loadbalancer/", "ElasticLoadBalancing::LoadBalancer"),
    ARN("elasticloadbalancing", "targetgroup/", "ElasticLoadBalancingV2::TargetGroup"),
    ARN("es", "domain/", "OpenSearchService::Domain"),
    ARN("events", "event-bus/", "Events::EventBus"),
    ARN("events", "rule/", "Events::Rule"),
    ARN("firehose", "deliverystream/", "KinesisFirehose::DeliveryStream"),
    ARN("glue", "database/", "Glue::Database"),
    ARN("glue", "table/", "Glue::Table"),
    ARN("iam", "group/", "IAM::Group"),
    ARN("iam", "instance-profile/", "IAM::InstanceProfile"),
    ARN("iam", "mfa/", "IAM::MfaDevice"),
    ARN("iam", "oidc-provider/", "IAM::OpenIDConnectProvider"),
    ARN("iam", "policy/", "IAM::Policy"),
    ARN("iam", "role/", "IAM::Role"),
    ARN("iam", "saml-provider/", "IAM::SamlProvider"),
    ARN("iam", "server-certificate/", "IAM::ServerCertificate"),
    ARN("iam", "user/", "IAM::User"),
    ARN("kinesis", "stream/", "Kinesis::Stream"),
    ARN("kms", "alias/", "KMS::Alias"),
    ARN("kms", "key/", "KMS::Key"),
    ARN("lambda", "function:", "Lambda::Function"),
    ARN("lambda", "layer:", "Lambda::LayerVersion"),
    ARN("license-manager", "license-configuration:", "LicenseManager::LicenseConfiguration"),
    ARN("logs", "log-group:", "Logs::LogGroup"),
    ARN("organizations", "account/", "Organizations::Account"),
    ARN("organizations", "organization/", "Organizations::Organization"),
    ARN("organizations", "ou/", "Organizations::OrganizationalUnit"),
    ARN("organizations", "policy/", "Organizations::Policy"),
    ARN("ram", "permission/", "RAM::Permission"),
    ARN("ram", "resource-share-invitation/", "RAM::ResourceShareInvitation"),
    ARN("ram", "resource-share/", "RAM::ResourceShare"),
    ARN("rds", "cluster-pg:", "RDS::DBClusterParameterGroup"),
    ARN("rds", "cluster-snapshot:", "RDS::DBClusterSnapshot"),
    ARN("rds", "cluster:", "RDS::DBCluster"),
    ARN("rds", "db:", "RDS::DBInstance"),
    ARN("rds", "es:", "RDS::EventSubscription"),
    ARN("rds", "og:", "RDS::DBOptionGroup"),
    ARN("rds", "pg:", "RDS::DBParameterGroup"),
    ARN("rds", "ri:", "RDS::ReservedDBInstance"),
    ARN("rds", "secgrp:", "RDS::DBSecurityGroup"),
    ARN("rds", "snapshot:", "RDS::DBSnapshot"),
    ARN("rds", "subgrp:", "RDS::DBSubnetGroup"),
    ARN("redshift", "cluster:", "Redshift::Cluster"),
    ARN("redshift", "parametergroup:", "Redshift::ClusterParameterGroup"),
    ARN("redshift", "snapshot:", "Redshift::ClusterSnapshot"),
    ARN("redshift", "subnetgroup:", "Redshift::ClusterSubnetGroup"),
    ARN("route53", "hostedzone/", "Route53::HostedZone"),
    ARN("route53resolver", "resolver-rule/", "Route53Resolver::ResolverRule"),
    ARN("secretsmanager", "secret:", "SecretsManager::Secret"),
    ARN("sns", "", "SNS::Topic"),
    ARN("sqs", "", "SQS::Queue"),
    ARN("ssm", "document/", "SSM::Document"),
    ARN("ssm", "parameter/", "SSM::Parameter"),
    ARN("states", "stateMachine:", "StepFunctions::StateMachine"),
    ARN("sts", "assumed-role/", "STS::AssumedRole"),
    ARN("sts", "federated-user/", "STS::FederatedUser"),
};

static const struct name_type id_types[] = {
    ID("i-", "EC2::Instance"),
    ID("acl-", "EC2::NetworkAcl"),
    ID("ami-", "EC2::Ami"),
    ID("cgw-", "EC2::CustomerGateway"),
    ID("dopt-", "EC2::DHCPOptions"),
    ID("eipalloc-", "EC2::EIP"),
    ID("eni-", "EC2::NetworkInterface"),
    ID("fl-", "EC2::FlowLog"),
    ID("fs-", "EFS::FileSystem"),
    ID("igw-", "EC2::InternetGateway"),
    ID("key-", "EC2::KeyPair"),
    ID("lt-", "EC2::LaunchTemplate"),
    ID("mi-", "SSM::ManagedInstanceInventory"),
    ID("nat-", "EC2::NatGateway"),
    ID("o-", "Organizations::Organization"),
    ID("ou-", "Organizations::OrganizationalUnit"),
    ID("p-", "Organizations::Policy"),
    ID("pcx-", "EC2::VPCPeeringConnection"),
    ID("pl-", "EC2::PrefixList"),
    ID("rtb-", "EC2::RouteTable"),
    ID("sg-", "EC2::SecurityGroup"),
    ID("snap-", "EC2::Snapshot"),
    ID("subnet-", "EC2::Subnet"),
    ID("tgw-attach-", "EC2::TransitGatewayAttachment"),
    ID("tgw-rtb-", "EC2::TransitGatewayRouteTable"),
    ID("tgw-", "EC2::TransitGateway"),
    ID("vgw-", "EC2::VPNGateway"),
    ID("vol-", "EC2::Volume"),
    ID("vpc-", "EC2::VPC"),
    ID("vpce-", "EC2::VPCEndpoint"),
    ID("vpn-", "EC2::VPNConnection"),
};

/* `arn:PARTITION:SERVICE:REGION:ACCOUNT:REST` */
static bool cut_arn(struct span arn, struct span *out_service, struct span *out_rest) {
    struct span part;

    return span_cut(arn, ':', &part, &arn) && span_equal(part, SPAN("arn")) &&
           span_cut(arn, ':', &part, &arn) && span_cut(arn, ':', out_service, &arn) &&
           span_cut(arn, ':', &part, &arn) && span_cut(arn, ':', &part, out_rest) &&
           out_rest->length > 0;
}

static struct span find(const struct name_type *types, size_t count, struct span service,
                        struct span rest) {
    for (size_t i = 0; i < count; i++) {
        if (span_equal(types[i].service, service) && span_starts_with(rest, types[i].kind))
            return types[i].type;
    }
    return SPAN_NONE;
}

/* `arn:aws:s3:::BUCKET` and `arn:aws:s3:::BUCKET/KEY` */
static struct span type_in_s3(struct span rest) {
    struct span bucket;
    struct span key;

    return span_cut(rest, '/', &bucket, &key) ? SPAN("AWS::S3::Object") : SPAN("AWS::S3::Bucket");
}

static bool is_account(struct span name) {
    int64_t number;

    return name.length == ACCOUNT_DIGITS && span_to_integer(name, &number);
}

struct span lookup_type_of(struct span name) {
    struct span service;
    struct span rest;

    if (is_account(name))
        return SPAN("AWS::Organizations::Account");
    if (!cut_arn(name, &service, &rest))
        return find(id_types, ARRAY_LENGTH(id_types), SPAN(""), name);
    if (span_equal(service, SPAN("s3")))
        return type_in_s3(rest);
    return find(arn_types, ARRAY_LENGTH(arn_types), service, rest);
}
