/* The rules by which LookupEvents finds resources, a table per service: those that hold for any,
 * those of the services that lookup_tables_history.c has not, in the words of CloudFormation and
 * AWS Config, and the list of all. docs/LOOKUP_EVENTS.md tells them to users. */
#include "ingest/lookup_tables.h"

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

const struct lookup_rules lookup_common_rules = {NONE, common, ARRAY_LENGTH(common)};

static const struct lookup_rule apigateway[] = {
    RULE("restApiId", "ApiGateway::RestApi"),
};
static SERVICE(apigateway);

static const struct lookup_rule athena[] = {
    REQUEST("WorkGroup", "name", "Athena::WorkGroup"),
    RULE("workGroup", "Athena::WorkGroup"),
};
static SERVICE(athena);

static const struct lookup_rule backup[] = {
    RULE("backupVaultName", "Backup::BackupVault"),
};
static SERVICE(backup);

static const struct lookup_rule cloudformation[] = {
    RULE("stackId", "CloudFormation::Stack"),
    RULE("stackName", "CloudFormation::Stack"),
    RULE("stackSetName", "CloudFormation::StackSet"),
};
static SERVICE(cloudformation);

static const struct lookup_rule cloudfront[] = {
    REQUEST("Distribution", "id", "CloudFront::Distribution"),
    IN("distribution", "id", "CloudFront::Distribution"),
};
static SERVICE(cloudfront);

static const struct lookup_rule codebuild[] = {
    REQUEST("Project", "name", "CodeBuild::Project"),
    REQUEST("GetProjects", "names", "CodeBuild::Project"),
    RULE("projectName", "CodeBuild::Project"),
};
static SERVICE(codebuild);

static const struct lookup_rule config[] = {
    RULE("configRuleName", "Config::ConfigRule"),
    RULE("configRuleNames", "Config::ConfigRule"),
};
static SERVICE(config);

static const struct lookup_rule dynamodb[] = {
    RULE("tableArn", "DynamoDB::Table"),
    RULE("tableName", "DynamoDB::Table"),
    RULE("globalTableName", "DynamoDB::GlobalTable"),
};
static SERVICE(dynamodb);

static const struct lookup_rule ecr[] = {
    RULE("repositoryName", "ECR::Repository"),
    RULE("repositoryNames", "ECR::Repository"),
};
static SERVICE(ecr);

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
static SERVICE(ecs);

static const struct lookup_rule eks[] = {
    IN("cluster", "arn", "EKS::Cluster"),
    REQUEST("Cluster", "name", "EKS::Cluster"),
    IN("cluster", "name", "EKS::Cluster"),
    RULE("addonName", "EKS::Addon"),
    RULE("clusterName", "EKS::Cluster"),
    RULE("nodegroupName", "EKS::Nodegroup"),
    RULE("fargateProfileName", "EKS::FargateProfile"),
};
static SERVICE(eks);

static const struct lookup_rule eks_auth[] = {
    RULE("clusterName", "EKS::Cluster"),
};
static const struct lookup_rules lookup_eks_auth_rules = {TEXT("eks-auth"), eks_auth,
                                                          ARRAY_LENGTH(eks_auth)};

static const struct lookup_rule elasticache[] = {
    RULE("cacheClusterId", "ElastiCache::CacheCluster"),
    RULE("replicationGroupId", "ElastiCache::ReplicationGroup"),
};
static SERVICE(elasticache);

static const struct lookup_rule elasticfilesystem[] = {
    RULE("fileSystemId", "EFS::FileSystem"),
};
static SERVICE(elasticfilesystem);

static const struct lookup_rule es[] = {
    RULE("domainName", "OpenSearchService::Domain"),
};
static SERVICE(es);

static const struct lookup_rule events[] = {
    RULE("rule", "Events::Rule"),
    REQUEST("Rule", "name", "Events::Rule"),
    RULE("ruleArn", "Events::Rule"),
    RULE("eventBusName", "Events::EventBus"),
};
static SERVICE(events);

static const struct lookup_rule firehose[] = {
    RULE("deliveryStreamName", "KinesisFirehose::DeliveryStream"),
};
static SERVICE(firehose);

static const struct lookup_rule glue[] = {
    REQUEST("Database", "name", "Glue::Database"),
    REQUEST("Table", "name", "Glue::Table"),
    RULE("jobName", "Glue::Job"),
    RULE("tableName", "Glue::Table"),
    RULE("crawlerName", "Glue::Crawler"),
    RULE("databaseName", "Glue::Database"),
};
static SERVICE(glue);

static const struct lookup_rule guardduty[] = {
    RULE("detectorId", "GuardDuty::Detector"),
};
static SERVICE(guardduty);

static const struct lookup_rule kinesis[] = {
    RULE("streamARN", "Kinesis::Stream"),
    RULE("streamName", "Kinesis::Stream"),
};
static SERVICE(kinesis);

static const struct lookup_rule kms[] = {
    IN("keyMetadata", "arn", "KMS::Key"),
    RULE("keyId", "KMS::Key"),
    RULE("aliasName", "KMS::Alias"),
    RULE("targetKeyId", "KMS::Key"),
};
static SERVICE(kms);

static const struct lookup_rule lambda[] = {
    RULE("role", "IAM::Role"),
    RULE("layerName", "Lambda::LayerVersion"),
    RULE("functionArn", "Lambda::Function"),
    RULE("functionName", "Lambda::Function"),
    TOLD("eventSourceArn"),
};
static SERVICE(lambda);

static const struct lookup_rule logs[] = {
    RULE("logGroupName", "Logs::LogGroup"),       RULE("logGroupNames", "Logs::LogGroup"),
    RULE("logStreamName", "Logs::LogStream"),     TOLD("destinationArn"),
    RULE("logGroupIdentifier", "Logs::LogGroup"),
};
static SERVICE(logs);

static const struct lookup_rule monitoring[] = {
    RULE("alarmName", "CloudWatch::Alarm"),
    RULE("alarmNames", "CloudWatch::Alarm"),
    RULE("dashboardName", "CloudWatch::Dashboard"),
};
static SERVICE(monitoring);

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
static SERVICE(organizations);

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
static SERVICE(ram);

static const struct lookup_rule route53[] = {
    IN("hostedZone", "id", "Route53::HostedZone"),
    RULE("hostedZoneId", "Route53::HostedZone"),
};
static SERVICE(route53);

static const struct lookup_rule secretsmanager[] = {
    RULE("aRN", "SecretsManager::Secret"),
    RULE("arn", "SecretsManager::Secret"),
    REQUEST("CreateSecret", "name", "SecretsManager::Secret"),
    IN("responseElements", "name", "SecretsManager::Secret"),
    RULE("secretId", "SecretsManager::Secret"),
};
static SERVICE(secretsmanager);

static const struct lookup_rule sns[] = {
    REQUEST("CreateTopic", "name", "SNS::Topic"),
    RULE("subscriptionArn", "SNS::Subscription"),
};
static SERVICE(sns);

static const struct lookup_rule sqs[] = {
    RULE("queueUrl", "SQS::Queue"),
    RULE("queueName", "SQS::Queue"),
};
static SERVICE(sqs);

static const struct lookup_rule ssm[] = {
    REQUEST("Parameter", "name", "SSM::Parameter"),
    REQUEST("Document", "name", "SSM::Document"),
    REQUEST("Parameters", "names", "SSM::Parameter"),
    RULE("documentName", "SSM::Document"),
};
static SERVICE(ssm);

static const struct lookup_rule sso[] = {
    RULE("permissionSetArn", "SSO::PermissionSet"),
};
static SERVICE(sso);

static const struct lookup_rule states[] = {
    RULE("stateMachineArn", "StepFunctions::StateMachine"),
};
static SERVICE(states);

static const struct lookup_rule sts[] = {
    IN("assumedRoleUser", "arn", "STS::AssumedRole"),
    IN("federatedUser", "arn", "STS::FederatedUser"),
    TOLD("provider"),
    RULE("principalArn", "IAM::SamlProvider"),
    RULE("assumedRoleId", "STS::AssumedRole"),
    RULE("roleSessionName", "STS::AssumedRole"),
    RULE("federatedUserId", "STS::FederatedUser"),
};
static SERVICE(sts);

const struct lookup_rules *const lookup_service_rules[] = {
    &lookup_apigateway_rules,
    &lookup_athena_rules,
    &lookup_autoscaling_rules,
    &lookup_backup_rules,
    &lookup_cloudformation_rules,
    &lookup_cloudfront_rules,
    &lookup_cloudtrail_rules,
    &lookup_codebuild_rules,
    &lookup_codepipeline_rules,
    &lookup_config_rules,
    &lookup_dynamodb_rules,
    &lookup_ec2_rules,
    &lookup_ecr_rules,
    &lookup_ecs_rules,
    &lookup_eks_rules,
    &lookup_eks_auth_rules,
    &lookup_elasticache_rules,
    &lookup_elasticfilesystem_rules,
    &lookup_elasticloadbalancing_rules,
    &lookup_es_rules,
    &lookup_events_rules,
    &lookup_firehose_rules,
    &lookup_glue_rules,
    &lookup_guardduty_rules,
    &lookup_iam_rules,
    &lookup_kinesis_rules,
    &lookup_kms_rules,
    &lookup_lambda_rules,
    &lookup_logs_rules,
    &lookup_monitoring_rules,
    &lookup_organizations_rules,
    &lookup_ram_rules,
    &lookup_rds_rules,
    &lookup_redshift_rules,
    &lookup_route53_rules,
    &lookup_secretsmanager_rules,
    &lookup_sns_rules,
    &lookup_sqs_rules,
    &lookup_ssm_rules,
    &lookup_sso_rules,
    &lookup_states_rules,
    &lookup_sts_rules,
};

const size_t lookup_service_count = ARRAY_LENGTH(lookup_service_rules);
