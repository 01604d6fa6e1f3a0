/* Trails, configuration, logs, metrics, stacks and what else keeps things running. */
#include "bench/corpus/action.h"

#include "base/macros.h"

#define READ(service_, name_, weight_, request_)                                                   \
    {                                                                                              \
        .service = service_, .name = name_, .effect = EFFECT_READ, .weight = weight_,              \
        .deeds = DEED_CALL, .request = request_                                                    \
    }
#define WRITE(service_, name_, weight_, request_, response_)                                       \
    {                                                                                              \
        .service = service_, .name = name_, .effect = EFFECT_WRITE, .weight = weight_,             \
        .deeds = DEED_CALL, .request = request_, .response = response_                             \
    }

#define LOGS(name_, effect_, weight_, request_, response_)                                         \
    {                                                                                              \
        .service = "logs", .name = name_, .effect = effect_, .weight = weight_,                    \
        .deeds = DEED_CALL, .request = request_, .response = response_, .api_version = "20140328"  \
    }

#define TRAIL_RESOURCE                                                                             \
    "[{'accountId':'<account>','type':'AWS::CloudTrail::Trail','ARN':'<trail-arn>'}]"

static const struct action actions[] = {
    READ("cloudtrail", "DescribeTrails", 30,
         "{'trailNameList':[],'includeShadowTrails':<choice:true|false>}"),
    READ("cloudtrail", "GetTrailStatus", 20, "{'name':'<trail-arn>'}"),
    READ("cloudtrail", "GetEventSelectors", 10, "{'trailName':'<trail-arn>'}"),
    READ("cloudtrail", "LookupEvents", 20,
         "{'maxResults':50,'lookupAttributes':[{'attributeKey':'ReadOnly','attributeValue':'false'}"
         "]}"),
    READ("cloudtrail", "ListTrails", 5, NULL),
    WRITE("cloudtrail", "StopLogging", 1, "{'name':'<trail>'}", NULL),
    WRITE("cloudtrail", "StartLogging", 1, "{'name':'<trail-arn>'}", NULL),
    {
        .service = "cloudtrail",
        .name = "UpdateTrail",
        .effect = EFFECT_WRITE,
        .weight = 1,
        .deeds = DEED_CALL,
        .request = "{'name':'<trail>','isMultiRegionTrail':true,'enableLogFileValidation':true}",
        .response = "{'name':'<trail>','s3BucketName':'<bucket>','includeGlobalServiceEvents':true,"
                    "'isMultiRegionTrail':true,'trailARN':'<trail-arn>',"
                    "'logFileValidationEnabled':true,'isOrganizationTrail':false}",
        .resources = TRAIL_RESOURCE,
    },
    WRITE("cloudtrail", "DeleteTrail", 1, "{'name':'<trail>'}", NULL),
    READ("config", "DescribeConfigurationRecorders", 10, NULL),
    READ("config", "DescribeConfigRules", 10, "{'configRuleNames':['<subject>-tagged']}"),
    READ("config", "GetComplianceDetailsByConfigRule", 5,
         "{'configRuleName':'<subject>-tagged','complianceTypes':['NON_COMPLIANT'],'limit':100}"),
    {
        .service = "config",
        .name = "PutEvaluations",
        .effect = EFFECT_WRITE,
        .weight = 20,
        .deeds = DEED_CALL | DEED_SERVICE_ROLE,
        .request = "{'testMode':false,'evaluations':[{'complianceResourceType':'AWS::S3::Bucket',"
                   "'complianceResourceId':'<bucket>','complianceType':'<choice:COMPLIANT|"
                   "NON_COMPLIANT>','orderingTimestamp':'<long-time>'}],'resultToken':"
                   "'<base64:160>'}",
        .response = "{'failedEvaluations':[]}",
    },
    LOGS("DescribeLogGroups", EFFECT_READ, 35, "{'logGroupNamePrefix':'<log-group>','limit':50}",
         NULL),
    LOGS("DescribeLogStreams", EFFECT_READ, 20,
         "{'logGroupName':'<log-group>','orderBy':'LastEventTime','descending':true,'limit':5}",
         NULL),
    LOGS("FilterLogEvents", EFFECT_READ, 8,
         "{'logGroupName':'<log-group>','startTime':<epoch>000,'filterPattern':'\\\"ERROR\\\"',"
         "'interleaved':true}",
         NULL),
    LOGS("ListTagsLogGroup", EFFECT_READ, 6, "{'logGroupName':'<log-group>'}", NULL),
    LOGS("CreateLogStream", EFFECT_WRITE, 50,
         "{'logGroupName':'<log-group>','logStreamName':'<choice:2026/10/|app/web/><hex:32>'}",
         NULL),
    LOGS("CreateLogGroup", EFFECT_WRITE, 6, "{'logGroupName':'<log-group>'}", NULL),
    LOGS("PutRetentionPolicy", EFFECT_WRITE, 2,
         "{'logGroupName':'<log-group>','retentionInDays':<choice:14|30|90|365>}", NULL),
    LOGS("DeleteLogGroup", EFFECT_WRITE, 1, "{'logGroupName':'<log-group>'}", NULL),
    LOGS("StartQuery", EFFECT_WRITE, 3,
         "{'logGroupName':'<log-group>','startTime':<epoch>,'endTime':<epoch>,'queryString':"
         "'fields @timestamp, @message | sort @timestamp desc | limit 20'}",
         "{'queryId':'<uuid>'}"),
    READ("monitoring", "DescribeAlarms", 40,
         "{'alarmNames':['<project>-<choice:cpu|errors|latency>'],'maxRecords':100}"),
    READ("monitoring", "GetMetricData", 30,
         "{'metricDataQueries':[{'id':'m<digits:2>','metricStat':{'metric':{'namespace':"
         "'AWS/<choice:EC2|RDS|SQS|Lambda>','metricName':'<choice:CPUUtilization|Errors>'},"
         "'period':300,'stat':'Average'},'returnData':true}],'startTime':'<long-time:0>','endTime':"
         "'<long-time:3600>'}"),
    READ("monitoring", "ListMetrics", 12, "{'namespace':'AWS/Lambda'}"),
    {
        .service = "monitoring",
        .name = "PutMetricAlarm",
        .effect = EFFECT_WRITE,
        .weight = 3,
        .deeds = DEED_CALL | DEED_SERVICE_ROLE,
        .request = "{'alarmName':'<project>-cpu','metricName':'CPUUtilization','namespace':"
                   "'AWS/EC2','statistic':'Average','period':60,'evaluationPeriods':3,'threshold':"
                   "<number:100>.0,'comparisonOperator':'GreaterThanThreshold','actionsEnabled':"
                   "true,'dimensions':[{'name':'InstanceId','value':'<instance>'}]}",
    },
    READ("cloudformation", "DescribeStacks", 45, "{'stackName':'<stack>'}"),
    READ("cloudformation", "DescribeStackEvents", 20, "{'stackName':'<stack>'}"),
    READ("cloudformation", "DescribeStackResources", 8, "{'stackName':'<stack>'}"),
    READ("cloudformation", "GetTemplate", 6, "{'stackName':'<stack>','templateStage':'Original'}"),
    READ("cloudformation", "ListStacks", 8,
         "{'stackStatusFilter':['CREATE_COMPLETE',"
         "'UPDATE_COMPLETE']}"),
    WRITE("cloudformation", "CreateChangeSet", 4,
          "{'stackName':'<stack>','changeSetName':'change-<digits:10>','changeSetType':'UPDATE',"
          "'capabilities':['CAPABILITY_NAMED_IAM'],'templateURL':'https://<bucket-host>/<object>'"
          ",'parameters':[{'parameterKey':'Stage','parameterValue':'prod'}]}",
          "{'id':'arn:aws:cloudformation:<region>:<account>:changeSet/change/<uuid>','stackId':"
          "'<stack>'}"),
    WRITE("cloudformation", "ExecuteChangeSet", 3,
          "{'stackName':'<stack>','changeSetName':'change-<digits:10>'}", NULL),
    WRITE("cloudformation", "DeleteStack", 1, "{'stackName':'<stack>'}", NULL),
    READ("tagging", "GetResources", 20,
         "{'resourcesPerPage':100,'paginationToken':'','tagFilters':[{'key':'team','values':"
         "['<subject>']}]}"),
    READ("health", "DescribeEventAggregates", 30,
         "{'aggregateField':'eventTypeCategory','filter':{'eventStatusCodes':['open','upcoming'],"
         "'startTimes':[{'from':'<long-time>'}]}}"),
    READ("events", "ListRules", 8, "{'eventBusName':'default','limit':100}"),
    READ("events", "DescribeRule", 10, "{'name':'<project>-hourly'}"),
    WRITE("events", "PutRule", 2,
          "{'name':'<project>-hourly','scheduleExpression':'rate(1 hour)','state':'ENABLED'}",
          "{'ruleArn':'arn:aws:events:<region>:<account>:rule/<project>-hourly'}"),
    READ("ce", "GetCostAndUsage", 8,
         "{'timePeriod':{'start':'2026-10-01','end':'2026-10-31'},'granularity':'DAILY','metrics':"
         "['UnblendedCost']}"),
    READ("servicecatalog", "SearchProducts", 3, "{'pageSize':20}"),
    READ("application-autoscaling", "DescribeScalableTargets", 14,
         "{'serviceNamespace':'ecs','resourceIds':['service/<project>/<project>-api']}"),
    READ("codebuild", "BatchGetBuilds", 10, "{'ids':['<project>:<uuid>']}"),
    WRITE("codebuild", "StartBuild", 3, "{'projectName':'<project>','sourceVersion':'<hex:40>'}",
          "{'build':{'id':'<project>:<uuid>','arn':'arn:aws:codebuild:<region>:<account>:build/"
          "<project>','buildStatus':'IN_PROGRESS','buildNumber':<amount:4000>,'currentPhase':"
          "'QUEUED','startTime':'<long-time>','initiator':'<session>'}}"),
    READ("resource-explorer-2", "ListIndexes", 10, "{'maxResults':100}"),
    READ("servicequotas", "GetServiceQuota", 4, "{'serviceCode':'ec2','quotaCode':'L-1216C47A'}"),
    WRITE("glue", "CreateTable", 1,
          "{'omitted':true,'originalSize':<amount:900000>,'reason':"
          "'payload larger than 100 KB'}",
          NULL),
    READ("glue", "GetTable", 20, "{'databaseName':'<subject>','name':'<subject>_events'}"),
    READ("athena", "GetQueryExecution", 20, "{'queryExecutionId':'<uuid>'}"),
    {
        .service = "athena",
        .name = "StartQueryExecution",
        .effect = EFFECT_WRITE,
        .weight = 6,
        .deeds = DEED_CALL,
        .request = "{'queryString':'HIDDEN_DUE_TO_SECURITY_REASONS','clientRequestToken':'<uuid>',"
                   "'queryExecutionContext':{'database':'<subject>'},'workGroup':'primary'}",
        .response = "{'queryExecutionId':'<uuid>'}",
    },
    {
        .service = "billingconsole",
        .name = "GetBillsForBillingPeriod",
        .effect = EFFECT_READ,
        .weight = 4,
        .deeds = DEED_CALL,
        .traits = TRAIT_CONSOLE | TRAIT_GLOBAL,
    },
};

struct action_table actions_operations(void) {
    return (struct action_table){actions, ARRAY_LENGTH(actions)};
}
