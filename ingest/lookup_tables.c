/* The rules by which LookupEvents finds resources, a table per service; docs/LOOKUP_EVENTS.md tells
 * them to users. */
#include "ingest/lookup_rules.h"

#include "base/macros.h"

#define TEXT(literal)                                                                              \
    { "" literal, sizeof(literal) - 1 }
#define NONE                                                                                       \
    { NULL, 0 }

/* A member wherever it stands, one in a parent, and one of an event whose name has `action`. */
#define RULE(member, type)                                                                         \
    { NONE, TEXT(member), NONE, TEXT("AWS::" type) }
#define IN(parent, member, type)                                                                   \
    { TEXT(parent), TEXT(member), NONE, TEXT("AWS::" type) }
#define WHEN(action, member, type)                                                                 \
    { NONE, TEXT(member), TEXT(action), TEXT("AWS::" type) }
#define REQUEST(action, member, type)                                                              \
    { TEXT("requestParameters"), TEXT(member), TEXT(action), TEXT("AWS::" type) }
/* The value tells the type. */
#define TOLD(member)                                                                               \
    { NONE, TEXT(member), NONE, NONE }
#define TOLD_IN(parent, member)                                                                    \
    { TEXT(parent), TEXT(member), NONE, NONE }

static const struct lookup_rule common[] = {
    TOLD("vpcId"),
    TOLD("subnets"),
    RULE("roleArn", "IAM::Role"),
    RULE("roleARN", "IAM::Role"),
    TOLD("subnetId"),
    TOLD("topicArn"),
    RULE("kmsKeyId", "KMS::Key"),
    TOLD("subnetIds"),
    TOLD("targetArn"),
    RULE("kmsKeyArn", "KMS::Key"),
    TOLD("instanceId"),
    RULE("iamRoleArn", "IAM::Role"),
    RULE("bucketName", "S3::Bucket"),
    TOLD("instanceIds"),
    TOLD("resourceArn"),
    TOLD("resourceARN"),
    TOLD("snsTopicArn"),
    RULE("serviceRole", "IAM::Role"),
    RULE("taskRoleArn", "IAM::Role"),
    RULE("accessKeyId", "IAM::AccessKey"),
    TOLD("resourceArns"),
    RULE("s3BucketName", "S3::Bucket"),
    TOLD("securityGroups"),
    RULE("serviceRoleArn", "IAM::Role"),
    RULE("kMSMasterKeyID", "KMS::Key"),
    RULE("certificateArn", "ACM::Certificate"),
    TOLD("resourceARNList"),
    TOLD("securityGroupIds"),
    RULE("executionRoleArn", "IAM::Role"),
};

static const struct lookup_rule apigateway[] = {
    RULE("restApiId", "ApiGateway::RestApi"),
};

static const struct lookup_rule athena[] = {
    REQUEST("WorkGroup", "name", "Athena::WorkGroup"),
    RULE("workGroup", "Athena::WorkGroup"),
};

static const struct lookup_rule autoscaling[] = {
    RULE("policyName", "AutoScaling::ScalingPolicy"),
    RULE("launchTemplateId", "EC2::LaunchTemplate"),
    RULE("lifecycleHookName", "AutoScaling::LifecycleHook"),
    RULE("autoScalingGroupName", "AutoScaling::AutoScalingGroup"),
    RULE("autoScalingGroupNames", "AutoScaling::AutoScalingGroup"),
    RULE("launchConfigurationName", "AutoScaling::LaunchConfiguration"),
    RULE("launchConfigurationNames", "AutoScaling::LaunchConfiguration"),
};

static const struct lookup_rule backup[] = {
    RULE("backupVaultName", "Backup::BackupVault"),
};

static const struct lookup_rule cloudformation[] = {
    RULE("stackId", "CloudFormation::Stack"),
    RULE("stackName", "CloudFormation::Stack"),
    RULE("stackSetName", "CloudFormation::StackSet"),
};

static const struct lookup_rule cloudfront[] = {
    REQUEST("Distribution", "id", "CloudFront::Distribution"),
    IN("distribution", "id", "CloudFront::Distribution"),
};

static const struct lookup_rule cloudtrail[] = {
    REQUEST("Trail", "name", "CloudTrail::Trail"),
    REQUEST("Logging", "name", "CloudTrail::Trail"),
    IN("responseElements", "name", "CloudTrail::Trail"),
    RULE("trailARN", "CloudTrail::Trail"),
    RULE("trailName", "CloudTrail::Trail"),
    RULE("trailNameList", "CloudTrail::Trail"),
    RULE("eventDataStore", "CloudTrail::EventDataStore"),
    RULE("eventDataStoreArn", "CloudTrail::EventDataStore"),
};

static const struct lookup_rule codebuild[] = {
    REQUEST("Project", "name", "CodeBuild::Project"),
    REQUEST("GetProjects", "names", "CodeBuild::Project"),
    RULE("projectName", "CodeBuild::Project"),
};

static const struct lookup_rule config[] = {
    RULE("configRuleName", "Config::ConfigRule"),
    RULE("configRuleNames", "Config::ConfigRule"),
};

static const struct lookup_rule dynamodb[] = {
    RULE("tableArn", "DynamoDB::Table"),
    RULE("tableName", "DynamoDB::Table"),
    RULE("globalTableName", "DynamoDB::GlobalTable"),
};

/* EC2's ids begin with what they are: lookup_type_of knows them. */
static const struct lookup_rule ec2[] = {
    IN("iamInstanceProfile", "arn", "IAM::InstanceProfile"),
    IN("iamInstanceProfile", "name", "IAM::InstanceProfile"),
    TOLD("imageId"),
    TOLD("groupId"),
    TOLD_IN("natGatewayId", "content"),
    TOLD_IN("flowLogId", "content"),
    TOLD_IN("resourceId", "content"),
    TOLD_IN("vpcEndpointId", "content"),
    RULE("keyName", "EC2::KeyPair"),
    TOLD("volumeId"),
    RULE("publicIp", "EC2::EIP"),
    TOLD("flowLogId"),
    RULE("groupName", "EC2::SecurityGroup"),
    RULE("keyPairId", "EC2::KeyPair"),
    TOLD("snapshotId"),
    TOLD("resourceId"),
    TOLD("networkAclId"),
    TOLD("routeTableId"),
    TOLD("natGatewayId"),
    TOLD("allocationId"),
    TOLD("prefixListId"),
    TOLD("vpnGatewayId"),
    TOLD("dhcpOptionsId"),
    TOLD("vpcEndpointId"),
    TOLD("instanceIdSet"),
    TOLD("securityGroupId"),
    TOLD("vpnConnectionId"),
    TOLD("launchTemplateId"),
    TOLD("transitGatewayId"),
    TOLD("internetGatewayId"),
    TOLD("customerGatewayId"),
    TOLD("networkInterfaceId"),
    RULE("launchTemplateName", "EC2::LaunchTemplate"),
    TOLD("vpcPeeringConnectionId"),
    TOLD("transitGatewayAttachmentId"),
    TOLD("transitGatewayRouteTableId"),
};

static const struct lookup_rule ecr[] = {
    RULE("repositoryName", "ECR::Repository"),
    RULE("repositoryNames", "ECR::Repository"),
};

static const struct lookup_rule ecs[] = {
    RULE("cluster", "ECS::Cluster"),
    RULE("service", "ECS::Service"),
    RULE("clusters", "ECS::Cluster"),
    RULE("services", "ECS::Service"),
    RULE("clusterArn", "ECS::Cluster"),
    RULE("serviceArn", "ECS::Service"),
    RULE("clusterName", "ECS::Cluster"),
    RULE("serviceName", "ECS::Service"),
    RULE("taskDefinition", "ECS::TaskDefinition"),
    RULE("taskDefinitionArn", "ECS::TaskDefinition"),
};

static const struct lookup_rule eks[] = {
    IN("cluster", "arn", "EKS::Cluster"),
    REQUEST("Cluster", "name", "EKS::Cluster"),
    IN("cluster", "name", "EKS::Cluster"),
    RULE("addonName", "EKS::Addon"),
    RULE("clusterName", "EKS::Cluster"),
    RULE("nodegroupName", "EKS::Nodegroup"),
    RULE("fargateProfileName", "EKS::FargateProfile"),
};

static const struct lookup_rule elasticache[] = {
    RULE("cacheClusterId", "ElastiCache::CacheCluster"),
    RULE("replicationGroupId", "ElastiCache::ReplicationGroup"),
};

static const struct lookup_rule elasticfilesystem[] = {
    RULE("fileSystemId", "EFS::FileSystem"),
};

static const struct lookup_rule elasticloadbalancing[] = {
    TOLD_IN("targets", "id"),
    REQUEST("LoadBalancer", "name", "ElasticLoadBalancingV2::LoadBalancer"),
    REQUEST("TargetGroup", "name", "ElasticLoadBalancingV2::TargetGroup"),
    WHEN("LoadBalancer", "names", "ElasticLoadBalancingV2::LoadBalancer"),
    WHEN("TargetGroup", "names", "ElasticLoadBalancingV2::TargetGroup"),
    RULE("ruleArn", "ElasticLoadBalancingV2::ListenerRule"),
    RULE("listenerArn", "ElasticLoadBalancingV2::Listener"),
    RULE("listenerArns", "ElasticLoadBalancingV2::Listener"),
    RULE("targetGroupArn", "ElasticLoadBalancingV2::TargetGroup"),
    TOLD("loadBalancerArn"),
    RULE("targetGroupArns", "ElasticLoadBalancingV2::TargetGroup"),
    TOLD("loadBalancerArns"),
    IN("loadBalancers", "loadBalancerName", "ElasticLoadBalancingV2::LoadBalancer"),
    RULE("loadBalancerName", "ElasticLoadBalancing::LoadBalancer"),
    RULE("loadBalancerNames", "ElasticLoadBalancing::LoadBalancer"),
};

static const struct lookup_rule es[] = {
    RULE("domainName", "OpenSearchService::Domain"),
};

static const struct lookup_rule events[] = {
    RULE("rule", "Events::Rule"),
    REQUEST("Rule", "name", "Events::Rule"),
    RULE("ruleArn", "Events::Rule"),
    RULE("eventBusName", "Events::EventBus"),
};

static const struct lookup_rule firehose[] = {
    RULE("deliveryStreamName", "KinesisFirehose::DeliveryStream"),
};

static const struct lookup_rule glue[] = {
    REQUEST("Database", "name", "Glue::Database"),
    REQUEST("Table", "name", "Glue::Table"),
    RULE("jobName", "Glue::Job"),
    RULE("tableName", "Glue::Table"),
    RULE("crawlerName", "Glue::Crawler"),
    RULE("databaseName", "Glue::Database"),
};

static const struct lookup_rule guardduty[] = {
    RULE("detectorId", "GuardDuty::Detector"),
};

static const struct lookup_rule iam[] = {
    IN("user", "arn", "IAM::User"),
    IN("role", "arn", "IAM::Role"),
    IN("group", "arn", "IAM::Group"),
    IN("policy", "arn", "IAM::Policy"),
    IN("instanceProfile", "arn", "IAM::InstanceProfile"),
    IN("user", "userId", "IAM::User"),
    IN("role", "roleId", "IAM::Role"),
    RULE("userName", "IAM::User"),
    RULE("roleName", "IAM::Role"),
    RULE("groupName", "IAM::Group"),
    RULE("policyArn", "IAM::Policy"),
    RULE("policyName", "IAM::Policy"),
    RULE("newUserName", "IAM::User"),
    RULE("serialNumber", "IAM::VirtualMFADevice"),
    RULE("sAMLProviderArn", "IAM::SAMLProvider"),
    RULE("permissionsBoundary", "IAM::Policy"),
    RULE("instanceProfileName", "IAM::InstanceProfile"),
    RULE("virtualMFADeviceName", "IAM::VirtualMFADevice"),
    RULE("serverCertificateName", "IAM::ServerCertificate"),
    RULE("openIDConnectProviderArn", "IAM::OIDCProvider"),
};

static const struct lookup_rule kinesis[] = {
    RULE("streamARN", "Kinesis::Stream"),
    RULE("streamName", "Kinesis::Stream"),
};

static const struct lookup_rule kms[] = {
    IN("keyMetadata", "arn", "KMS::Key"),
    RULE("keyId", "KMS::Key"),
    RULE("aliasName", "KMS::Alias"),
    RULE("targetKeyId", "KMS::Key"),
};

static const struct lookup_rule lambda[] = {
    RULE("role", "IAM::Role"),
    RULE("layerName", "Lambda::LayerVersion"),
    RULE("functionArn", "Lambda::Function"),
    RULE("functionName", "Lambda::Function"),
    TOLD("eventSourceArn"),
};

static const struct lookup_rule logs[] = {
    RULE("logGroupName", "Logs::LogGroup"),       RULE("logGroupNames", "Logs::LogGroup"),
    RULE("logStreamName", "Logs::LogStream"),     TOLD("destinationArn"),
    RULE("logGroupIdentifier", "Logs::LogGroup"),
};

static const struct lookup_rule monitoring[] = {
    RULE("alarmName", "CloudWatch::Alarm"),
    RULE("alarmNames", "CloudWatch::Alarm"),
    RULE("dashboardName", "CloudWatch::Dashboard"),
};

static const struct lookup_rule organizations[] = {
    IN("account", "id", "Organizations::Account"),
    IN("organizationalUnit", "id", "Organizations::OrganizationalUnit"),
    IN("policySummary", "id", "Organizations::Policy"),
    TOLD("childId"),
    RULE("policyId", "Organizations::Policy"),
    TOLD("parentId"),
    TOLD("targetId"),
    RULE("accountId", "Organizations::Account"),
    TOLD("sourceParentId"),
    TOLD("destinationParentId"),
    RULE("organizationalUnitId", "Organizations::OrganizationalUnit"),
};

static const struct lookup_rule ram[] = {
    IN("permission", "arn", "RAM::Permission"),
    REQUEST("CreateResourceShare", "name", "RAM::ResourceShare"),
    REQUEST("UpdateResourceShare", "name", "RAM::ResourceShare"),
    IN("resourceShare", "name", "RAM::ResourceShare"),
    TOLD("principal"),
    TOLD("principals"),
    RULE("permissionArn", "RAM::Permission"),
    RULE("permissionArns", "RAM::Permission"),
    RULE("resourceShareArn", "RAM::ResourceShare"),
    TOLD("associatedEntity"),
    RULE("resourceShareArns", "RAM::ResourceShare"),
    RULE("resourceShareName", "RAM::ResourceShare"),
    RULE("resourceShareInvitationArn", "RAM::ResourceShareInvitation"),
    RULE("resourceShareInvitationArns", "RAM::ResourceShareInvitation"),
};

static const struct lookup_rule rds[] = {
    RULE("dBClusterArn", "RDS::DBCluster"),
    TOLD("resourceName"),
    RULE("dBInstanceArn", "RDS::DBInstance"),
    RULE("dBSnapshotArn", "RDS::DBSnapshot"),
    RULE("optionGroupName", "RDS::OptionGroup"),
    RULE("dBSubnetGroupName", "RDS::DBSubnetGroup"),
    TOLD("vpcSecurityGroupId"),
    RULE("dBClusterIdentifier", "RDS::DBCluster"),
    TOLD("vpcSecurityGroupIds"),
    RULE("dBInstanceIdentifier", "RDS::DBInstance"),
    RULE("dBSnapshotIdentifier", "RDS::DBSnapshot"),
    RULE("dBParameterGroupName", "RDS::DBParameterGroup"),
    RULE("dBClusterSnapshotIdentifier", "RDS::DBClusterSnapshot"),
};

static const struct lookup_rule redshift[] = {
    RULE("clusterIdentifier", "Redshift::Cluster"),
};

static const struct lookup_rule route53[] = {
    IN("hostedZone", "id", "Route53::HostedZone"),
    RULE("hostedZoneId", "Route53::HostedZone"),
};

static const struct lookup_rule secretsmanager[] = {
    RULE("aRN", "SecretsManager::Secret"),
    RULE("arn", "SecretsManager::Secret"),
    REQUEST("CreateSecret", "name", "SecretsManager::Secret"),
    IN("responseElements", "name", "SecretsManager::Secret"),
    RULE("secretId", "SecretsManager::Secret"),
};

static const struct lookup_rule sns[] = {
    REQUEST("CreateTopic", "name", "SNS::Topic"),
    RULE("subscriptionArn", "SNS::Subscription"),
};

static const struct lookup_rule sqs[] = {
    RULE("queueUrl", "SQS::Queue"),
    RULE("queueName", "SQS::Queue"),
};

static const struct lookup_rule ssm[] = {
    REQUEST("Parameter", "name", "SSM::Parameter"),
    REQUEST("Document", "name", "SSM::Document"),
    REQUEST("Parameters", "names", "SSM::Parameter"),
    RULE("documentName", "SSM::Document"),
};

static const struct lookup_rule sso[] = {
    RULE("permissionSetArn", "SSO::PermissionSet"),
};

static const struct lookup_rule states[] = {
    RULE("stateMachineArn", "StepFunctions::StateMachine"),
};

static const struct lookup_rule sts[] = {
    IN("assumedRoleUser", "arn", "STS::AssumedRole"),
    IN("federatedUser", "arn", "STS::FederatedUser"),
    TOLD("provider"),
    RULE("principalArn", "IAM::SAMLProvider"),
    RULE("assumedRoleId", "STS::AssumedRole"),
    RULE("roleSessionName", "STS::AssumedRole"),
    RULE("federatedUserId", "STS::FederatedUser"),
};

#define SERVICE(rules)                                                                             \
    { TEXT(#rules), rules, ARRAY_LENGTH(rules) }

const struct lookup_rules lookup_service_rules[] = {
    SERVICE(apigateway),
    SERVICE(athena),
    SERVICE(autoscaling),
    SERVICE(backup),
    SERVICE(cloudformation),
    SERVICE(cloudfront),
    SERVICE(cloudtrail),
    SERVICE(codebuild),
    SERVICE(config),
    SERVICE(dynamodb),
    SERVICE(ec2),
    SERVICE(ecr),
    SERVICE(ecs),
    SERVICE(eks),
    SERVICE(elasticache),
    SERVICE(elasticfilesystem),
    SERVICE(elasticloadbalancing),
    SERVICE(es),
    SERVICE(events),
    SERVICE(firehose),
    SERVICE(glue),
    SERVICE(guardduty),
    SERVICE(iam),
    SERVICE(kinesis),
    SERVICE(kms),
    SERVICE(lambda),
    SERVICE(logs),
    SERVICE(monitoring),
    SERVICE(organizations),
    SERVICE(ram),
    SERVICE(rds),
    SERVICE(redshift),
    SERVICE(route53),
    SERVICE(secretsmanager),
    SERVICE(sns),
    SERVICE(sqs),
    SERVICE(ssm),
    SERVICE(sso),
    SERVICE(states),
    SERVICE(sts),
};

const struct lookup_rules lookup_common_rules = {NONE, common, ARRAY_LENGTH(common)};

const size_t lookup_service_count = ARRAY_LENGTH(lookup_service_rules);
