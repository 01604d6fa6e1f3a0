/* Users, roles, sessions, accounts. */
#include "bench/corpus/action.h"

#include "base/macros.h"

#define IAM_READ(name_, weight_, request_)                                                         \
    {                                                                                              \
        .service = "iam", .name = name_, .effect = EFFECT_READ, .weight = weight_,                 \
        .deeds = DEED_CALL | DEED_SERVICE_ROLE, .request = request_, .traits = TRAIT_GLOBAL        \
    }
#define IAM_WRITE(name_, weight_, request_, response_)                                             \
    {                                                                                              \
        .service = "iam", .name = name_, .effect = EFFECT_WRITE, .weight = weight_,                \
        .deeds = DEED_CALL, .request = request_, .response = response_, .traits = TRAIT_GLOBAL     \
    }
#define ORGANIZATIONS(name_, effect_, weight_, request_, response_)                                \
    {                                                                                              \
        .service = "organizations", .name = name_, .effect = effect_, .weight = weight_,           \
        .deeds = DEED_CALL, .request = request_, .response = response_, .traits = TRAIT_GLOBAL     \
    }

#define POLICY                                                                                     \
    "{\\n  \\\"Version\\\": \\\"2012-10-17\\\",\\n  \\\"Statement\\\": [\\n    {\\n      "         \
    "\\\"Effect\\\": \\\"Allow\\\",\\n      \\\"Action\\\": [\\\"<choice:s3:GetObject|"            \
    "ram:CreateResourceShare|sqs:SendMessage|kms:Decrypt>\\\"],\\n      \\\"Resource\\\": "        \
    "\\\"arn:aws:s3:::<bucket>/*\\\"\\n    }\\n  ]\\n}"
#define TRUST                                                                                      \
    "{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\","        \
    "\\\"Principal\\\":{\\\"Service\\\":\\\"lambda.amazonaws.com\\\"},\\\"Action\\\":"             \
    "\\\"sts:AssumeRole\\\"}]}"

/* The session that is given out is the one that later records act in. */
#define CREDENTIALS                                                                                \
    "'credentials':{'accessKeyId':'ASIA<#tail.target-session>','expiration':'<long-time:3600>',"   \
    "'sessionToken':'<base64:360>'}"
#define ASSUMED                                                                                    \
    "'assumedRoleUser':{'assumedRoleId':'AROA<#tail.target>:<target-session>','arn':"              \
    "'arn:aws:sts::<account>:assumed-role/<target>/<target-session>'}"
#define TARGET_ARN    "arn:aws:iam::<account>:role/<target>"
#define ROLE_RESOURCE "[{'accountId':'<account>','type':'AWS::IAM::Role','ARN':'" TARGET_ARN "'}]"

#define ASSUME(name_, weight_, deeds_, target_, request_, more)                                    \
    {                                                                                              \
        .service = "sts", .name = name_, .effect = EFFECT_READ, .weight = weight_,                 \
        .deeds = deeds_, .target = target_, .request = request_,                                   \
        .response = "{" CREDENTIALS "," ASSUMED more "}", .resources = ROLE_RESOURCE               \
    }

static const struct action actions[] = {
    ASSUME("AssumeRole", 30, DEED_CALL, "role_build",
           "{'roleArn':'" TARGET_ARN "','roleSessionName':'<target-session>','durationSeconds':"
           "3600,'sourceIdentity':'<source.target-session>'}",
           ",'sourceIdentity':'<source.target-session>'"),
    ASSUME("AssumeRole", 60, DEED_BY_SERVICE, "role_instance",
           "{'roleArn':'" TARGET_ARN "','roleSessionName':'<target-session>'}", ""),
    ASSUME("AssumeRole", 80, DEED_BY_SERVICE, "role_function",
           "{'roleArn':'" TARGET_ARN "','roleSessionName':'<target-session>'}", ""),
    {
        .service = "sts",
        .name = "AssumeRole",
        .effect = EFFECT_READ,
        .weight = 14,
        .deeds = DEED_OTHER_ACCOUNT,
        .target = "role_build",
        .request = "{'roleArn':'" TARGET_ARN "','roleSessionName':'<target-session>','externalId':"
                   "'<uuid>','durationSeconds':900}",
        .response = "{" CREDENTIALS "," ASSUMED "}",
        .resources = ROLE_RESOURCE,
        .traits = TRAIT_SHARED,
    },
    ASSUME("AssumeRoleWithWebIdentity", 40, DEED_WEB_IDENTITY, "role_workload",
           "{'durationSeconds':3600,'roleArn':'" TARGET_ARN "','roleSessionName':"
           "'<target-session>'}",
           ",'subjectFromWebIdentityToken':'<workload.caller>','provider':'<issuer-arn.caller>',"
           "'audience':'sts.amazonaws.com'"),
    ASSUME("AssumeRoleWithSAML", 40, DEED_SAML, "role_person",
           "{'sAMLAssertionID':'_<uuid>','roleSessionName':'<target-session>','principalTags':"
           "{'CostCenter':'<digits:4>'},'durationSeconds':28800,'roleArn':'" TARGET_ARN "',"
           "'principalArn':'arn:aws:iam::<account>:saml-provider/AWSSSO_<#hex:16>_DO_NOT_DELETE'}",
           ",'subjectType':'persistent','issuer':'https://portal.sso.<region>.amazonaws.com/saml/"
           "assertion/<#base64url:60>','packedPolicySize':<amount:20>,'audience':"
           "'https://signin.aws.amazon.com/saml','nameQualifier':'<#base64.caller:27>=',"
           "'subject':'<person-mail.caller>'"),
    {
        .service = "sts",
        .name = "AssumeRoot",
        .effect = EFFECT_WRITE,
        .weight = 1,
        .deeds = DEED_CALL,
        .request = "{'targetPrincipal':'<account>','taskPolicyArn':{'arn':'arn:aws:iam::aws:policy/"
                   "root-task/S3UnlockBucketPolicy'},'durationSeconds':900}",
        .response = "{'credentials':{'accessKeyId':'ASIA<tail>','sessionToken':'<base64:300>',"
                    "'expiration':'<long-time:900>'}}",
        .resources = "[{'accountId':'<account>','ARN':'arn:aws:iam::<account>:root'}]",
    },
    {
        .service = "sts",
        .name = "GetCallerIdentity",
        .effect = EFFECT_READ,
        .weight = 70,
        .deeds = DEED_CALL,
    },
    {
        .service = "sts",
        .name = "GetSessionToken",
        .effect = EFFECT_READ,
        .weight = 4,
        .deeds = DEED_CALL,
        .request = "{'serialNumber':'arn:aws:iam::<caller-account>:mfa/<person.caller>',"
                   "'durationSeconds':43200}",
        .response = "{'credentials':{'accessKeyId':'ASIA<tail>','expiration':'<long-time:43200>',"
                    "'sessionToken':'<base64:260>'}}",
    },
    {
        .service = "sts",
        .name = "GetFederationToken",
        .effect = EFFECT_WRITE,
        .weight = 1,
        .deeds = DEED_CALL,
        .request = "{'name':'<person>','durationSeconds':43200}",
        .response = "{'credentials':{'accessKeyId':'ASIA<tail>','expiration':'<long-time:43200>',"
                    "'sessionToken':'<base64:300>'},'federatedUser':{'federatedUserId':"
                    "'<account>:<person>','arn':'arn:aws:sts::<account>:federated-user/<person>'},"
                    "'packedPolicySize':<amount:30>}",
    },

    IAM_READ("GetUser", 30, "{'userName':'<user>'}"),
    IAM_READ("GetRole", 40, "{'roleName':'<role>'}"),
    IAM_READ("GetPolicy", 15, "{'policyArn':'arn:aws:iam::<account>:policy/<subject>-access'}"),
    IAM_READ("GetPolicyVersion", 15,
             "{'policyArn':'arn:aws:iam::<account>:policy/<subject>-access','versionId':"
             "'v<amount:9>'}"),
    IAM_READ("GetRolePolicy", 12, "{'roleName':'<role>','policyName':'<subject>-inline'}"),
    IAM_READ("ListRoles", 12, "{'maxItems':1000}"),
    IAM_READ("ListUsers", 8, "{'maxItems':100}"),
    IAM_READ("ListAttachedRolePolicies", 25, "{'roleName':'<role>'}"),
    IAM_READ("ListRolePolicies", 20, "{'roleName':'<role>'}"),
    IAM_READ("ListInstanceProfilesForRole", 6, "{'roleName':'<role>'}"),
    IAM_READ("ListAccessKeys", 10, "{'userName':'<user>'}"),
    IAM_READ("ListMFADevices", 8, "{'userName':'<person>'}"),
    IAM_READ("GetAccessKeyLastUsed", 8, "{'accessKeyId':'AKIA<#tail:key>'}"),
    IAM_READ("GetAccountSummary", 6, NULL),
    IAM_READ("ListAccountAliases", 10, NULL),
    IAM_READ("GenerateCredentialReport", 3, NULL),
    IAM_READ("GetCredentialReport", 3, NULL),
    IAM_READ("GetAccountPasswordPolicy", 4, NULL),
    IAM_WRITE("CreateRole", 3,
              "{'roleName':'<role>','description':'<choice:|for the nightly export|Rolle f\\u00fcr "
              "Berichte>','assumeRolePolicyDocument':'" TRUST "','tags':[{'key':'team','value':"
              "'<subject>'}]}",
              "{'role':{'path':'/','roleName':'<role>','roleId':'AROA<#tail>','arn':'<role-arn>',"
              "'createDate':'<long-time>','assumeRolePolicyDocument':'%7B%22Version%22%3A%222012-"
              "10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22"
              "sts%3AAssumeRole%22%7D%5D%7D'}}"),
    IAM_WRITE("DeleteRole", 2, "{'roleName':'<role>'}", NULL),
    IAM_WRITE("AttachRolePolicy", 5,
              "{'roleName':'<role>','policyArn':'arn:aws:iam::aws:policy/<choice:"
              "AdministratorAccess|ReadOnlyAccess|AmazonS3FullAccess|AWSResourceAccessManager"
              "ReadOnlyAccess>'}",
              NULL),
    IAM_WRITE("DetachRolePolicy", 3,
              "{'roleName':'<role>','policyArn':'arn:aws:iam::<account>:policy/<subject>-access'}",
              NULL),
    IAM_WRITE("PutRolePolicy", 4,
              "{'roleName':'<role>','policyName':'<subject>-inline','policyDocument':'" POLICY "'}",
              NULL),
    IAM_WRITE("CreatePolicyVersion", 2,
              "{'policyArn':'arn:aws:iam::<account>:policy/<subject>-access','policyDocument':"
              "'" POLICY "','setAsDefault':true}",
              "{'policyVersion':{'versionId':'v<amount:9>','isDefaultVersion':true,'createDate':"
              "'<long-time>'}}"),
    IAM_WRITE("CreateUser", 2, "{'userName':'<user>','tags':[]}",
              "{'user':{'path':'/','userName':'<user>','userId':'AIDA<#tail>','arn':"
              "'arn:aws:iam::<account>:user/<user>','createDate':'<long-time>'}}"),
    IAM_WRITE("DeleteUser", 1, "{'userName':'<user>'}", NULL),
    IAM_WRITE("CreateAccessKey", 3, "{'userName':'<user>'}",
              "{'accessKey':{'userName':'<user>','accessKeyId':'AKIA<#tail:key>','status':'Active',"
              "'createDate':'<long-time>'}}"),
    IAM_WRITE("UpdateAccessKey", 1,
              "{'userName':'<user>','accessKeyId':'AKIA<#tail:key>','status':'Inactive'}", NULL),
    IAM_WRITE("DeleteAccessKey", 2, "{'userName':'<user>','accessKeyId':'AKIA<#tail:key>'}", NULL),
    IAM_WRITE("CreateLoginProfile", 1, "{'userName':'<person>','passwordResetRequired':true}",
              "{'loginProfile':{'userName':'<person>','createDate':'<long-time>',"
              "'passwordResetRequired':true}}"),
    IAM_WRITE("CreateServiceLinkedRole", 1, "{'aWSServiceName':'<role-service>.amazonaws.com'}",
              "{'role':{'path':'/aws-service-role/<role-service>.amazonaws.com/','roleName':"
              "'<service-linked-role>','roleId':'AROA<#tail>','createDate':'<long-time>'}}"),
    IAM_WRITE("PassRole", 1, "{'roleArn':'<role-arn>'}", NULL),

    ORGANIZATIONS("DescribeOrganization", EFFECT_READ, 10, NULL, NULL),
    ORGANIZATIONS("ListAccounts", EFFECT_READ, 12, NULL, NULL),
    ORGANIZATIONS("DescribeAccount", EFFECT_READ, 10, "{'accountId':'<account>'}", NULL),
    ORGANIZATIONS("ListPolicies", EFFECT_READ, 4, "{'filter':'SERVICE_CONTROL_POLICY'}", NULL),
    ORGANIZATIONS("EnableAWSServiceAccess", EFFECT_WRITE, 1,
                  "{'servicePrincipal':'ram.amazonaws.com'}", NULL),
    ORGANIZATIONS("DisableAWSServiceAccess", EFFECT_WRITE, 1,
                  "{'servicePrincipal':'ram.amazonaws.com'}", NULL),
    ORGANIZATIONS("AttachPolicy", EFFECT_WRITE, 1,
                  "{'policyId':'p-<lower:8>','targetId':'ou-ab12-<lower:8>'}", NULL),
    ORGANIZATIONS("MoveAccount", EFFECT_WRITE, 1,
                  "{'accountId':'<account>','sourceParentId':'r-ab12','destinationParentId':"
                  "'ou-ab12-<lower:8>'}",
                  NULL),
    {
        .service = "sso",
        .name = "ListAccountRoles",
        .effect = EFFECT_READ,
        .weight = 30,
        .deeds = DEED_IDENTITY_CENTER,
        .request = "{'accessToken':'HIDDEN_DUE_TO_SECURITY_REASONS','accountId':'<account>',"
                   "'maxResults':100}",
    },
    {
        .service = "sso",
        .name = "GetRoleCredentials",
        .effect = EFFECT_READ,
        .weight = 40,
        .deeds = DEED_IDENTITY_CENTER,
        .request = "{'accessToken':'HIDDEN_DUE_TO_SECURITY_REASONS','accountId':'<account>',"
                   "'roleName':'AdministratorAccess'}",
        .additional = "{'emittedCredentials':{'credentialId':'ASIA<tail>'}}",
    },
    {
        .service = "workmail",
        .name = "GetMailboxDetails",
        .effect = EFFECT_READ,
        .weight = 10,
        .deeds = DEED_DIRECTORY,
        .request = "{'organizationId':'m-<#hex:32>','userId':'<#uuid>'}",
    },
};

struct action_table actions_identity(void) {
    return (struct action_table){actions, ARRAY_LENGTH(actions)};
}
