/* What services tell of themselves: service events, Insights and network activity. */
#include "bench/corpus/action.h"

#include "base/macros.h"

#define EVENT(service_, name_, effect_, weight_, details_, resources_)                             \
    {                                                                                              \
        .service = service_, .name = name_, .effect = effect_, .weight = weight_,                  \
        .deeds = DEED_SERVICE_EVENT, .additional = details_, .resources = resources_               \
    }

#define KEY_RESOURCE                                                                               \
    "[{'ARN':'<key-arn>','accountId':'<account>'<choice:|,'type':'AWS::KMS::Key'>}]"

#define ATTRIBUTION(name, value, other)                                                            \
    "{'attribute':'" name "','insight':[{'value':'" value                                          \
    "','average':<amount:200>.5}],"                                                                \
    "'baseline':[{'value':'" other "','average':0.00<digits:4>}]}"
#define INSIGHT(type, state, duration, source, call, weight_)                                        \
    {                                                                                                \
        .service = "cloudtrail", .name = "Insight", .effect = EFFECT_READ, .weight = weight_,      \
        .deeds = DEED_INSIGHT,                                                                     \
        .request =                                                                                 \
            "{'state':'" state "','eventSource':'" source ".amazonaws.com','eventName':'" call    \
            "','insightType':'" type "','insightContext':{'statistics':{'baseline':{'average':"    \
            "0.00<digits:6>},'insight':{'average':<amount:500>.<digits:2>}," duration              \
            "'baselineDuration':10080},'attributions':[" ATTRIBUTION(                              \
                "userIdentityArn", "arn:aws:sts::<account>:assumed-role/<role>/<instance>",        \
                "arn:aws:sts::<account>:assumed-role/<role.2>/<instance.2>") ","                   \
            ATTRIBUTION("userAgent", "<agent-go>", "<agent-java>") ","                             \
            ATTRIBUTION("errorCode", "null", "null") "]}}" \
    }
#define CALL_RATE(state, duration, source, call, weight)                                           \
    INSIGHT("ApiCallRateInsight", state, duration, source, call, weight)
#define ERROR_RATE(state, duration, source, call, weight)                                          \
    INSIGHT("ApiErrorRateInsight", state, duration, source, call, weight)
#define LASTED "'insightDuration':<amount:60>,"

#define NETWORK(service_, name_, effect_, weight_, resources_)                                     \
    {                                                                                              \
        .service = service_, .name = name_, .effect = effect_, .weight = weight_,                  \
        .deeds = DEED_NETWORK, .resources = resources_                                             \
    }

static const struct action actions[] = {
    EVENT("kms", "RotateKey", EFFECT_WRITE, 10,
          "{'keyId':'<key-id>','rotationType':'AUTOMATIC','backingKeyId':'<hex:64>'}",
          KEY_RESOURCE),
    EVENT("kms", "DeleteKey", EFFECT_WRITE, 1, "{'keyId':'<key-id>'}", KEY_RESOURCE),
    EVENT("ec2", "BidEvictedEvent", EFFECT_WRITE, 8,
          "{'instanceIdSet':['<instance>','<instance.2>']}", NULL),
    EVENT("acm", "RenewCertificate", EFFECT_WRITE, 2,
          "{'certificateArn':'arn:aws:acm:<region>:<account>:certificate/<#uuid>'}", NULL),
    EVENT("s3", "ReplicateObject", EFFECT_WRITE, 3, "{'bucketName':'<bucket>','count':<amount:99>}",
          "[{'type':'AWS::S3::Bucket','ARN':'arn:aws:s3:::<bucket>'}]"),
    EVENT("cloudformation", "UpdateStackSetOperation", EFFECT_WRITE, 2,
          "{'stackSetArn':'arn:aws:cloudformation:<region>:<account>:stackset/<project>:<#uuid>',"
          "'operationId':'<uuid>','status':'SUCCEEDED'}",
          NULL),
    EVENT("ecs", "PutServiceEvent", EFFECT_WRITE, 6,
          "{'serviceArn':'arn:aws:ecs:<region>:<account>:service/<project>/<project>-api',"
          "'message':'(service <project>-api) has reached a steady state.'}",
          NULL),

    CALL_RATE("Start", "", "ec2", "RunInstances", 10),
    CALL_RATE("End", LASTED, "ec2", "RunInstances", 10),
    CALL_RATE("Start", "", "ram", "AssociateResourceShare", 6),
    CALL_RATE("End", LASTED, "ram", "AssociateResourceShare", 6),
    ERROR_RATE("Start", "", "sts", "AssumeRole", 8),
    ERROR_RATE("End", LASTED, "sts", "AssumeRole", 8),

    NETWORK("s3", "GetObject", EFFECT_READ, 30,
            "[{'accountId':'<account>','type':'AWS::S3::Bucket','ARN':'arn:aws:s3:::<bucket>'}]"),
    NETWORK(
        "secretsmanager", "GetSecretValue", EFFECT_READ, 10,
        "[{'accountId':'<account>','type':'AWS::SecretsManager::Secret','ARN':'<secret-arn>'}]"),
    NETWORK("ec2", "DescribeInstances", EFFECT_READ, 10, NULL),
    NETWORK("cloudtrail", "ListTrails", EFFECT_READ, 4, NULL),
};

struct action_table actions_service(void) {
    return (struct action_table){actions, ARRAY_LENGTH(actions)};
}
