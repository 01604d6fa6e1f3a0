/* Keys, secrets, parameters, tables, queues and databases. */
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

#define KEY_RESOURCE "[{'accountId':'<account>','type':'AWS::KMS::Key','ARN':'<key-arn>'}]"
#define KEY(name_, weight_, deeds_, request_, traits_)                                             \
    {                                                                                              \
        .service = "kms", .name = name_, .effect = EFFECT_READ, .weight = weight_,                 \
        .deeds = deeds_, .request = request_, .resources = KEY_RESOURCE, .traits = traits_         \
    }

#define PARAMETER_RESOURCE                                                                         \
    "[{'accountId':'<account>','ARN':'arn:aws:ssm:<region>:<account>:parameter/<parameter>'}]"
#define PARAMETER(name_, effect_, weight_, request_, response_)                                    \
    {                                                                                              \
        .service = "ssm", .name = name_, .effect = effect_, .weight = weight_, .deeds = DEED_CALL, \
        .request = request_, .response = response_, .resources = PARAMETER_RESOURCE                \
    }

#define TABLE_RESOURCE                                                                             \
    "[{'accountId':'<account>','type':'AWS::DynamoDB::Table','ARN':'arn:aws:dynamodb:<region>:"    \
    "<account>:table/<table>'}]"
#define ITEM(name_, effect_, weight_, request_, response_)                                         \
    {                                                                                              \
        .service = "dynamodb", .name = name_, .effect = effect_, .weight = weight_,                \
        .deeds = DEED_CALL, .request = request_, .response = response_,                            \
        .resources = TABLE_RESOURCE, .api_version = "2012-08-10", .traits = TRAIT_DATA             \
    }

static const struct action actions[] = {
    KEY("Decrypt", 90, DEED_CALL | DEED_FORWARDED | DEED_BY_SERVICE | DEED_SERVICE_ROLE,
        "{'encryptionContext':{'PARAMETER_ARN':'arn:aws:ssm:<region>:<account>:parameter/"
        "<parameter>'},'encryptionAlgorithm':'SYMMETRIC_DEFAULT'}",
        0),
    KEY("Decrypt", 60, DEED_CALL | DEED_FORWARDED | DEED_BY_SERVICE | DEED_OTHER_ACCOUNT,
        "{'encryptionContext':{'aws:s3:arn':'arn:aws:s3:::<bucket>'},'encryptionAlgorithm':"
        "'SYMMETRIC_DEFAULT','keyId':'<key-arn>'}",
        0),
    KEY("GenerateDataKey", 60,
        DEED_CALL | DEED_FORWARDED | DEED_BY_SERVICE | DEED_SERVICE_ROLE | DEED_OTHER_ACCOUNT,
        "{'keySpec':'AES_256','encryptionContext':{'aws:cloudtrail:arn':'arn:aws:cloudtrail:"
        "<region>:<account>:trail/<trail>','aws:s3:arn':'arn:aws:s3:::<bucket>/<object-folder>"
        "<lower:16>.json.gz'},'keyId':'<key-arn>'}",
        0),
    KEY("GenerateDataKeyWithoutPlaintext", 8, DEED_BY_SERVICE | DEED_FORWARDED,
        "{'numberOfBytes':64,'encryptionContext':{'aws:ebs:id':'<volume>'},'keyId':'<key-arn>'}",
        0),
    KEY("Encrypt", 15, DEED_CALL | DEED_FORWARDED,
        "{'encryptionContext':{'SecretARN':'<secret-arn>'},'keyId':'alias/<subject>',"
        "'encryptionAlgorithm':'SYMMETRIC_DEFAULT'}",
        0),
    KEY("DescribeKey", 25, DEED_CALL | DEED_FORWARDED | DEED_SERVICE_ROLE, "{'keyId':'<key-arn>'}",
        0),
    KEY("GetKeyRotationStatus", 8, DEED_CALL | DEED_SERVICE_ROLE, "{'keyId':'<key-id>'}", 0),
    KEY("GetKeyPolicy", 8, DEED_CALL, "{'keyId':'<key-id>','policyName':'default'}", 0),
    KEY("Sign", 3, DEED_CALL,
        "{'messageType':'DIGEST','keyId':'<key-arn>','signingAlgorithm':'RSASSA_PKCS1_V1_5_SHA_256'"
        "}",
        0),
    READ("kms", "ListAliases", 12, "{'limit':100}"),
    READ("kms", "ListKeys", 8, NULL),
    {
        .service = "kms",
        .name = "CreateGrant",
        .effect = EFFECT_WRITE,
        .weight = 6,
        .deeds = DEED_CALL | DEED_FORWARDED | DEED_SERVICE_ROLE,
        .request = "{'keyId':'<key-arn>','granteePrincipal':'<service-name>','retiringPrincipal':"
                   "'ec2.<region>.amazonaws.com','operations':['Decrypt',"
                   "'GenerateDataKeyWithoutPlaintext'],'constraints':{'encryptionContextSubset':"
                   "{'aws:ebs:id':'<volume>'}}}",
        .response = "{'grantId':'<hex:64>','keyId':'<key-arn>'}",
        .resources = KEY_RESOURCE,
    },
    {
        .service = "kms",
        .name = "ScheduleKeyDeletion",
        .effect = EFFECT_WRITE,
        .weight = 1,
        .deeds = DEED_CALL,
        .request = "{'keyId':'<key-id>','pendingWindowInDays':<choice:7|30>}",
        .response = "{'keyId':'<key-arn>','keyState':'PendingDeletion','deletionDate':"
                    "'<long-time:2592000>','pendingWindowInDays':30}",
        .resources = KEY_RESOURCE,
    },
    {
        .service = "kms",
        .name = "Decrypt",
        .effect = EFFECT_READ,
        .weight = 20,
        .deeds = DEED_NETWORK,
        .resources = KEY_RESOURCE,
    },

    READ("secretsmanager", "GetSecretValue", 45, "{'secretId':'<secret-arn>'}"),
    READ("secretsmanager", "GetSecretValue", 15,
         "{'secretId':'<secret>','versionStage':'AWSCURRENT'}"),
    READ("secretsmanager", "DescribeSecret", 14, "{'secretId':'<secret-arn>'}"),
    READ("secretsmanager", "ListSecrets", 8, "{'maxResults':100,'includePlannedDeletion':false}"),
    READ("secretsmanager", "GetResourcePolicy", 5, "{'secretId':'<secret-arn>'}"),
    WRITE("secretsmanager", "CreateSecret", 2,
          "{'name':'<secret>','clientRequestToken':'<uuid>','description':'<choice:the database`s "
          "password|mot de passe|\\u30d1\\u30b9\\u30ef\\u30fc\\u30c9|>'}",
          "{'aRN':'<secret-arn>','name':'<secret>','versionId':'<uuid>'}"),
    WRITE("secretsmanager", "PutSecretValue", 2,
          "{'secretId':'<secret-arn>','clientRequestToken':'<uuid>'}", "{'aRN':'<secret-arn>'}"),
    WRITE("secretsmanager", "RotateSecret", 1, "{'secretId':'<secret-arn>'}",
          "{'aRN':'<secret-arn>','name':'<secret>','versionId':'<uuid>'}"),
    WRITE("secretsmanager", "DeleteSecret", 1,
          "{'secretId':'<secret-arn>','forceDeleteWithoutRecovery':<choice:true|false>}",
          "{'aRN':'<secret-arn>','name':'<secret>','deletionDate':'<long-time:604800>'}"),

    PARAMETER("GetParameter", EFFECT_READ, 40, "{'name':'/<parameter>','withDecryption':true}",
              NULL),
    PARAMETER("GetParameters", EFFECT_READ, 15,
              "{'names':['/<parameter>','/<parameter.2>','/<parameter.3>'],'withDecryption':true}",
              NULL),
    READ("ssm", "GetParametersByPath", 14,
         "{'path':'/<project>/','recursive':true,'withDecryption':false,'maxResults':10}"),
    READ("ssm", "DescribeParameters", 12,
         "{'maxResults':50,'parameterFilters':[{'key':'Name',"
         "'option':'Equals','values':['/<parameter>']}]}"),
    READ("ssm", "DescribeInstanceInformation", 25,
         "{'filters':[{'key':'InstanceIds','values':['<instance>']}],'maxResults':50}"),
    READ("ssm", "ListTagsForResource", 10,
         "{'resourceType':'Parameter','resourceId':'/<parameter>'}"),
    READ("ssm", "GetCommandInvocation", 4, "{'commandId':'<uuid>','instanceId':'<instance>'}"),
    READ("ssm", "ListAssociations", 6,
         "{'associationFilterList':[{'key':'InstanceId','value':"
         "'<instance>'}],'maxResults':50}"),
    PARAMETER(
        "PutParameter", EFFECT_WRITE, 6,
        "{'name':'/<parameter>','type':'SecureString','value':'HIDDEN_DUE_TO_SECURITY_REASONS',"
        "'overwrite':true,'tags':[]}",
        "{'version':<amount:40>,'tier':'Standard'}"),
    PARAMETER("DeleteParameter", EFFECT_WRITE, 3, "{'name':'/<parameter>'}", NULL),
    WRITE("ssm", "UpdateInstanceInformation", 60,
          "{'instanceId':'<instance>','agentVersion':'3.3.<number:999>.0','agentStatus':'Active',"
          "'platformType':'Linux','platformName':'Amazon Linux','platformVersion':'2023',"
          "'iPAddress':'10.20.<number:250>.<number:250>','computerName':'ip-10-20-0-9.<region>"
          ".compute.internal','agentName':'amazon-ssm-agent','sourceId':'<instance>',"
          "'sSMConnectionChannel':'ssmmessages','sourceType':'AWS::EC2::Instance'}",
          NULL),
    WRITE("ssm", "PutInventory", 6,
          "{'instanceId':'<instance>','items':[{'typeName':'AWS:Application','schemaVersion':"
          "'1.1','captureTime':'<time>','contentHash':'<base64:22>=='}]}",
          NULL),
    WRITE("ssm", "StartSession", 3, "{'target':'<instance>'}",
          "{'sessionId':'<person>-0<hex:17>','tokenValue':'Value hidden due to security reasons.',"
          "'streamUrl':'wss://ssmmessages.<region>.amazonaws.com/v1/data-channel/<person>'}"),
    WRITE("ssm", "SendCommand", 2,
          "{'instanceIds':['<instance>','<instance.2>'],'documentName':'AWS-RunShellScript',"
          "'interactive':false,'parameters':'HIDDEN_DUE_TO_SECURITY_REASONS'}",
          "{'command':{'commandId':'<uuid>','documentName':'AWS-RunShellScript','status':"
          "'Pending','requestedDateTime':'<long-time>','targetCount':2}}"),

    ITEM("GetItem", EFFECT_READ, 40,
         "{'tableName':'<table>','key':{'pk':'<lower:12>'},'consistentRead':false}", NULL),
    ITEM("PutItem", EFFECT_WRITE, 25, "{'tableName':'<table>','key':{'pk':'<uuid>'}}", NULL),
    ITEM("UpdateItem", EFFECT_WRITE, 20,
         "{'tableName':'<table>','key':{'pk':'<uuid>'},'returnValues':'ALL_NEW'}", NULL),
    ITEM("Query", EFFECT_READ, 20,
         "{'tableName':'<table>','limit':<amount:200>,'indexName':'by-<subject>'}", NULL),
    READ("dynamodb", "DescribeTable", 30, "{'tableName':'<table>'}"),
    READ("dynamodb", "ListTables", 6, NULL),
    READ("dynamodb", "DescribeTimeToLive", 4, "{'tableName':'<table>'}"),
    READ("dynamodb", "DescribeContinuousBackups", 5, "{'tableName':'<table>'}"),
    WRITE("dynamodb", "CreateTable", 1,
          "{'tableName':'<table>','billingMode':'PAY_PER_REQUEST','keySchema':[{'attributeName':"
          "'pk','keyType':'HASH'}],'attributeDefinitions':[{'attributeName':'pk','attributeType':"
          "'S'}]}",
          "{'tableDescription':{'tableName':'<table>','tableStatus':'CREATING','tableArn':"
          "'arn:aws:dynamodb:<region>:<account>:table/<table>','itemCount':0,'tableId':'<uuid>'}}"),

    READ("rds", "DescribeDBInstances", 30, "{'dBInstanceIdentifier':'<database>'}"),
    READ("rds", "DescribeDBClusters", 14, NULL),
    READ("rds", "DescribeDBSnapshots", 8,
         "{'dBSnapshotIdentifier':'rds:<database>-2026-10-01-03-07','includeShared':false}"),
    READ("rds", "ListTagsForResource", 10,
         "{'resourceName':'arn:aws:rds:<region>:<account>:db:<database>'}"),
    WRITE("rds", "CreateDBSnapshot", 1,
          "{'dBInstanceIdentifier':'<database>','dBSnapshotIdentifier':'<database>-<digits:6>'}",
          "{'dBSnapshotIdentifier':'<database>-before','dBInstanceIdentifier':'<database>',"
          "'status':'creating','engine':'postgres','percentProgress':0,'encrypted':true,"
          "'storageType':'gp3'}"),
    WRITE("rds", "ModifyDBInstance", 1,
          "{'dBInstanceIdentifier':'<database>','masterUserPassword':'****','applyImmediately':"
          "true,'allowMajorVersionUpgrade':false}",
          "{'dBInstanceIdentifier':'<database>','dBInstanceClass':'db.r6g.large','engine':"
          "'postgres','dBInstanceStatus':'available','masterUsername':'app','allocatedStorage':"
          "100,'pendingModifiedValues':{'masterUserPassword':'****'},'multiAZ':true,"
          "'dbiResourceId':'db-<capitals:26>'}"),

    WRITE("sqs", "CreateQueue", 1, "{'queueName':'<queue>','attribute':{'VisibilityTimeout':'30'}}",
          "{'queueUrl':'https://sqs.<region>.amazonaws.com/<account>/<queue>'}"),
    READ("sqs", "GetQueueAttributes", 20,
         "{'queueUrl':'https://sqs.<region>.amazonaws.com/<account>/<queue>','attributeNames':"
         "['All']}"),
    READ("sqs", "ListQueues", 5, "{'maxResults':1000}"),
    WRITE("sns", "Subscribe", 1,
          "{'topicArn':'<topic-arn>','protocol':'sqs','endpoint':'arn:aws:sqs:<region>:<account>:"
          "<queue>','returnSubscriptionArn':false}",
          "{'subscriptionArn':'<topic-arn>:<uuid>'}"),
    READ("sns", "GetTopicAttributes", 12, "{'topicArn':'<topic-arn>'}"),
    READ("sns", "ListTopics", 8, NULL),
    WRITE("sns", "CreateTopic", 1, "{'name':'<subject>-alerts'}", "{'topicArn':'<topic-arn>'}"),
    READ("kinesis", "DescribeStreamSummary", 12, "{'streamName':'<project>-events'}"),
    READ("kinesis", "ListShards", 8, "{'streamName':'<project>-events'}"),
    READ("backup", "ListRecoveryPointsByResource", 4,
         "{'resourceArn':'arn:aws:rds:<region>:<account>:db:<database>'}"),
    READ("elasticache", "DescribeCacheClusters", 10,
         "{'cacheClusterId':'<project>','showCacheNodeInfo':true}"),
};

struct action_table actions_data(void) {
    return (struct action_table){actions, ARRAY_LENGTH(actions)};
}
