#include "bench/corpus/phrases.h"

#include <stddef.h>

#include "base/macros.h"

/* Names that people give. */
#define SUBJECTS                                                                                   \
    "orders|invoices|catalog|search|billing|ledger|images|reports|sessions|metrics|archive|"       \
    "inventory|shipping|pricing|profiles|exports|imports|alerts|tickets|backups"
#define TREES                                                                                      \
    "alder|aspen|beech|birch|cedar|elder|elm|fir|hawthorn|juniper|larch|linden|maple|oak|pine|"    \
    "poplar|spruce|sycamore|willow|yew"

static const struct phrase phrases[] = {
    {"nothing", "", NULL},
    {"stage", "<#usual:prod|test|dev|stage>", NULL},
    {"subject", "<#usual:" SUBJECTS ">", NULL},
    {"project", "<subject>-<stage>", NULL},

    /* People, programs and their roles. */
    {"path", "<#choice:|||||engineering/|ops/>", NULL},
    {"user",
     "<#choice:deploy|build-agent|audit|backup|monitor|import|export|report|sync|scanner>"
     "<#usual:|-01|-02|-prod|-test|-03>",
     NULL},
    {"person", "<#any:person-ops|person-tree|person-tree>", NULL},
    {"person-ops", "<#choice:ops|dev|data|sec|web|net>-<#digits:2>", NULL},
    {"person-tree", "<#choice:" TREES ">.<#choice:a|b|c|d|g|h|k|m|r|s|t|w>", NULL},
    {"person-mail", "<person>@example.com", NULL},
    {"source", "<person>", NULL},
    {"role-person",
     "AWSReservedSSO_<#nth:AdministratorAccess|ReadOnlyAccess|PowerUserAccess|"
     "ViewOnlyAccess|Billing|SecurityAudit>_<#hex:16>",
     NULL},
    {"role-instance", "<subject>-<#choice:instance|node|worker|bastion>-<stage>", NULL},
    {"role-function", "<subject>-<#choice:handler|worker|cron>-role-<#lower:8>", NULL},
    {"role-workload", "<subject>-<#choice:pod|controller|operator>-<stage>", NULL},
    {"role-build",
     "<#choice:deploy|build-agent|terraform|release|audit|break-glass>"
     "<#usual:|-prod|-test|-network|-data>",
     NULL},
    {"role", "<#any:role-instance|role-function|role-workload|role-build>", NULL},
    {"role-arn", "arn:aws:iam::<account>:role/<role>", NULL},
    {"service-linked-role",
     "AWSServiceRoleFor<nth:AutoScaling|ECS|RDS|Config|SSO|Support|"
     "AmazonEKS|ElasticLoadBalancing|ResourceAccessManager|CloudTrail|"
     "TrustedAdvisor|Organizations>",
     NULL},
    {"role-service",
     "<nth:autoscaling|ecs|rds|config|sso|support|eks|elasticloadbalancing|ram|"
     "cloudtrail|trustedadvisor|organizations>",
     NULL},
    {"service-session",
     "<nth:AutoScaling|ecs-service-scheduler|RDS-DriverSession|"
     "AWSConfig-Describe|AWS-SSO|Support|EKS|ElasticLoadBalancing|"
     "ResourceAccessManager|CloudTrail|TrustedAdvisor|Organizations>",
     NULL},
    {"service-name",
     "<nth:ec2|lambda|config|cloudtrail|delivery.logs|ecs-tasks|eks|events|"
     "backup|cloudformation|s3|autoscaling>.amazonaws.com",
     NULL},
    {"forwarder",
     "<nth:cloudformation|athena|s3|servicecatalog|rds|elasticbeanstalk|ssm|"
     "secretsmanager>.amazonaws.com",
     NULL},
    {"event-service", "AWS Internal", NULL},
    {"issuer-host", "oidc.eks.<region>.amazonaws.com/id/<#capitals:32>", NULL},
    {"issuer-arn", "arn:aws:iam::<caller-account>:oidc-provider/<issuer-host>", NULL},
    {"workload", "system:serviceaccount:<subject>:<subject>-<#choice:sa|pod|job>", NULL},
    {"identity-store", "<#hex:8>", NULL},

    /* User agents. */
    {"agent-cli",
     "aws-cli/2.<#number:30>.<#number:9> <#choice:Python/3.11.6 "
     "Linux/6.1.55-75.123.amzn2023.x86_64 exe/x86_64.amzn.2023|Python/3.11.8 "
     "Darwin/23.3.0 exe/x86_64|Python/3.12.6 Windows/10 exe/AMD64> prompt/off "
     "command/<service>.<#choice:describe|list|get|create>",
     NULL},
    {"agent-boto",
     "Boto3/1.<#number:40>.<#number:150> md/Botocore#1.<#number:40>.<#number:150> "
     "ua/2.0 os/linux#6.1.<#number:80>-0-generic md/arch#x86_64 lang/python#3.1"
     "<#number:4>.<#number:10> md/pyimpl#CPython cfg/retry-mode#<#choice:legacy|"
     "standard> Botocore/1.<#number:40>.<#number:150>",
     NULL},
    {"agent-terraform",
     "APN/1.0 HashiCorp/1.0 Terraform/1.<#number:10>.<#number:7> "
     "(+https://www.terraform.io) terraform-provider-aws/<#choice:3.76.1|"
     "4.67.0|5.31.0|5.60.0|5.84.0> (+https://registry.terraform.io/providers/"
     "hashicorp/aws) aws-sdk-go-v2/1.<#number:36>.<#number:4> os/linux "
     "lang/go#1.<#choice:19|20|21|22|23>.<#number:9> md/GOOS#linux "
     "md/GOARCH#<#choice:amd64|arm64>",
     NULL},
    {"agent-java",
     "aws-sdk-java/2.<#number:30>.<#number:60> Linux/5.10.<#number:230>-223.amzn2."
     "x86_64 OpenJDK_64-Bit_Server_VM/17.0.<#number:13>+7-LTS Java/17.0.<#number:13>"
     " vendor/Amazon.com_Inc. io/sync http/Apache cfg/retry-mode/<#choice:legacy|"
     "standard>",
     NULL},
    {"agent-go",
     "aws-sdk-go/1.<#choice:44|50|54|55>.<#number:300> (go1.<#choice:19|20|21|22>."
     "<#number:12>; linux; <#choice:amd64|arm64>)<#choice:| karpenter.sh-v0.37.0| "
     "cluster-autoscaler/1.29.0| external-dns/v0.14.2>",
     NULL},
    {"agent-javascript",
     "aws-sdk-js/3.<#number:700>.0 ua/2.1 os/linux#5.10.<#number:230>-225.amzn2"
     ".x86_64 lang/js md/nodejs#20.<#number:18>.<#number:3> api/<service>#3."
     "<#number:700>.0 exec-env/AWS_Lambda_nodejs20.x",
     NULL},
    {"agent-lambda",
     "Boto3/1.34.<#number:150> md/Botocore#1.34.<#number:150> ua/2.0 "
     "os/linux#5.10.<#number:230>-225.amzn2.x86_64 md/arch#x86_64 "
     "lang/python#3.12.<#number:7> md/pyimpl#CPython exec-env/"
     "AWS_Lambda_python3.12 cfg/retry-mode#legacy Botocore/1.34.<#number:150>",
     NULL},
    {"agent-ssm",
     "aws-sdk-go/1.44.260 (go1.<#choice:20|21|22>.<#number:12>; linux; amd64) "
     "amazon-ssm-agent/3.<#choice:2|3>.<#number:2000>.0",
     NULL},
    {"agent-console", "<usual:AWS Internal|console.amazonaws.com|signin.amazonaws.com>", NULL},
    {"agent-internal", "AWS Internal", NULL},
    {"agent-curl", "curl/<#choice:7.88.1|8.5.0|8.9.1>", NULL},
    {"agent-browser",
     "Mozilla/5.0 (<#choice:X11; Linux x86_64|Windows NT 10.0; Win64; x64|"
     "Macintosh; Intel Mac OS X 10_15_7>) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/1<#number:40>.0.0.0 Safari/537.36",
     NULL},

    /* Resources. */
    {"instance", "i-0<#hex:16>", NULL},
    {"function", "<subject>-<#choice:handler|worker|stream|cron>-<stage>", NULL},
    {"bucket", "<subject>-<#choice:data|logs|assets|backup|artifacts>-<account>", NULL},
    {"bucket-host", "<bucket>.s3.<region>.amazonaws.com", NULL},
    {"object-folder", "<#usual:incoming|daily|export|tmp|raw>/<#choice:2026/10|2026/11|eu|us>/",
     NULL},
    {"object", "<object-folder><#any:object-plain|object-plain|object-plain|object-odd>", NULL},
    {"object-plain", "<#lower:8>.<#choice:json|csv|parquet|gz|png>", NULL},
    {"object-odd",
     "<#choice:Bericht für März.pdf|r\\u00e9sum\\u00e9 \\\"final\\\".txt|"
     "\\u8cc7\\u6599/\\u5831\\u544a.csv|a+b=c&d.txt|\\ud83d\\udcc8.png|отчёт.xlsx>",
     NULL},
    {"key-id", "<#uuid>", NULL},
    {"key-arn", "arn:aws:kms:<region>:<account>:key/<key-id>", NULL},
    {"secret", "<project>/<#choice:database|token|signing>", NULL},
    {"secret-arn", "arn:aws:secretsmanager:<region>:<account>:secret:<secret>-<#base64url:6>",
     NULL},
    {"parameter", "<project>/<#choice:database/url|flags|token|image>", NULL},
    {"table", "<project>-<#choice:items|state|index>", NULL},
    {"queue", "<project>-<#choice:jobs|retry|dead-letter>", NULL},
    {"topic-arn", "arn:aws:sns:<region>:<account>:<subject>-alerts", NULL},
    {"database", "<project>-db", NULL},
    {"repository", "<subject>/<#choice:api|web|worker>", NULL},
    {"stack", "<project>-stack", NULL},
    {"trail", "<#usual:organization|management|security>-trail", NULL},
    {"trail-arn", "arn:aws:cloudtrail:<region>:<account>:trail/<trail>", NULL},
    {"log-group", "/aws/<#choice:lambda|ecs|eks|codebuild>/<function>", NULL},
    {"volume", "vol-0<#hex:16>", NULL},
    {"image", "ami-0<#hex:16>", NULL},
    {"vpc", "vpc-0<#hex:16>", NULL},
    {"subnet", "subnet-0<#hex:16>", NULL},
    {"security-group", "sg-0<#hex:16>", NULL},
    {"interface", "eni-0<#hex:16>", NULL},
    {"zone", "Z0<#capitals:18>", NULL},

    /* Resource shares. */
    {"share", "<#usual:shared|network|subnets|transit|licenses|dns>-<subject>", NULL},
    {"share-arn", "arn:aws:ram:<region>:<account>:resource-share/<#uuid>", NULL},
    {"share-active",
     "{'resourceShareArn':'<share-arn>','name':'<share>','owningAccountId':'<account>',"
     "'allowExternalPrincipals':<#choice:true|false>,'status':'ACTIVE','creationTime':"
     "'<long-time>','lastUpdatedTime':'<long-time>','featureSet':'STANDARD'}",
     NULL},
    {"invitation-arn", "arn:aws:ram:<region>:<account>:resource-share-invitation/<#uuid>", NULL},
    {"invitation-accepted", "{<invitation>,'status':'ACCEPTED'}", NULL},
    {"invitation-rejected", "{<invitation>,'status':'REJECTED'}", NULL},
    {"invitation",
     "'resourceShareInvitationArn':'<invitation-arn>','resourceShareName':'<share>',"
     "'resourceShareArn':'<share-arn>','senderAccountId':'444455556666','receiverAccountId':"
     "'<account>','invitationTimestamp':'<long-time>'",
     NULL},
    {"ram-principal", "<#any:ram-account|ram-account|ram-unit|ram-organization|ram-role>", NULL},
    {"ram-account", "<#choice:444455556666|777788889999|123456789012|210987654321>", NULL},
    {"ram-unit", "arn:aws:organizations::111122223333:ou/o-exampleorgid/ou-ab12-<#lower:8>", NULL},
    {"ram-organization", "arn:aws:organizations::111122223333:organization/o-exampleorgid", NULL},
    {"ram-role", "<role-arn>", NULL},
    {"ram-resource", "<#any:subnet-arn|subnet-arn|gateway-arn|resolver-arn|prefixes-arn>", NULL},
    {"subnet-arn", "arn:aws:ec2:<region>:<account>:subnet/<subnet>", NULL},
    {"gateway-arn", "arn:aws:ec2:<region>:<account>:transit-gateway/tgw-0<#hex:16>", NULL},
    {"resolver-arn", "arn:aws:route53resolver:<region>:<account>:resolver-rule/rslvr-rr-<#hex:17>",
     NULL},
    {"prefixes-arn", "arn:aws:ec2:<region>:<account>:prefix-list/pl-0<#hex:16>", NULL},
    {"ram-type",
     "<usual:ec2:Subnet|ec2:TransitGateway|route53resolver:ResolverRule|ec2:PrefixList|"
     "license-manager:LicenseConfiguration|glue:Database>",
     NULL},
    {"ram-permission",
     "arn:aws:ram::aws:permission/AWSRAM<#choice:DefaultPermissionSubnet|"
     "PermissionGlueDatabaseReadWrite|DefaultPermissionTransitGateway|"
     "DefaultPermissionResolverRule>",
     NULL},
    {"ram-own-permission", "arn:aws:ram:<region>:<account>:permission/<subject>-access", NULL},
    {"permission-made",
     "{'arn':'<ram-own-permission>','version':'<#number:9>','defaultVersion':true,'name':"
     "'<subject>-access','resourceType':'ec2:Subnet','status':'ATTACHABLE','creationTime':"
     "'<long-time>','lastUpdatedTime':'<long-time>','isResourceTypeDefault':false,"
     "'permissionType':'CUSTOMER_MANAGED','featureSet':'STANDARD'}",
     NULL},
};

const struct phrase *phrase_find(struct span name) {
    for (size_t i = 0; i < ARRAY_LENGTH(phrases); i++) {
        if (span_equal(name, span_of(phrases[i].name)))
            return &phrases[i];
    }
    return field_find(name);
}
