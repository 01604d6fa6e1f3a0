/* Instances, functions and containers. */
#include "bench/corpus/action.h"

#include "base/macros.h"

#define READ(service_, name_, weight_, request_)                                                   \
    {                                                                                              \
        .service = service_, .name = name_, .effect = EFFECT_READ, .weight = weight_,              \
        .deeds = DEED_CALL | DEED_FORWARDED | DEED_SERVICE_ROLE, .request = request_               \
    }
#define WRITE(service_, name_, weight_, request_, response_)                                       \
    {                                                                                              \
        .service = service_, .name = name_, .effect = EFFECT_WRITE, .weight = weight_,             \
        .deeds = DEED_CALL | DEED_FORWARDED, .request = request_, .response = response_            \
    }

#define FUNCTION_ARN "arn:aws:lambda:<region>:<account>:function:<function>"
#define FUNCTION_READ(name_, weight_)                                                              \
    {                                                                                              \
        .service = "lambda", .name = name_, .effect = EFFECT_READ, .weight = weight_,              \
        .deeds = DEED_CALL, .request = "{'functionName':'<function>'}"                             \
    }

#define CLUSTER_ARN "arn:aws:ecs:<region>:<account>:cluster/<project>"

static const struct action actions[] = {
    READ("ec2", "DescribeInstances", 110,
         "{'instancesSet':{'items':[{'instanceId':'<instance>'}]},"
         "'filterSet':{}}"),
    READ("ec2", "DescribeInstances", 60,
         "{'maxResults':1000,'instancesSet':{},'filterSet':{'items':[{'name':'tag:Name',"
         "'valueSet':{'items':[{'value':'<project>'}]}},{'name':'instance-state-name','valueSet':"
         "{'items':[{'value':'running'}]}}]}}"),
    READ("ec2", "DescribeInstanceStatus", 30,
         "{'instancesSet':{'items':[{'instanceId':'<instance>'}]},'filterSet':{},"
         "'includeAllInstances':true}"),
    READ("ec2", "DescribeInstanceTypes", 20,
         "{'DescribeInstanceTypesRequest':{'InstanceType':{'content':'m6i.large','tag':1}}}"),
    READ("ec2", "DescribeImages", 30,
         "{'executableBySet':{},'imagesSet':{'items':[{'imageId':'<image>'}]},'ownersSet':{},"
         "'filterSet':{}}"),
    READ("ec2", "DescribeVolumes", 40,
         "{'volumeSet':{'items':[{'volumeId':'<volume>'}]},"
         "'filterSet':{}}"),
    READ("ec2", "DescribeSnapshots", 14,
         "{'maxResults':200,'snapshotSet':{},'ownersSet':{'items':[{'owner':'self'}]},"
         "'sharedUsersSet':{},'filterSet':{}}"),
    READ("ec2", "DescribeTags", 40,
         "{'filterSet':{'items':[{'name':'resource-id','valueSet':{'items':[{'value':'<instance>'}"
         "]}}]}}"),
    READ("ec2", "DescribeLaunchTemplateVersions", 20,
         "{'DescribeLaunchTemplateVersionsRequest':{'LaunchTemplateId':'lt-0<#hex:16>',"
         "'LaunchTemplateVersion':{'content':'$Latest','tag':1}}}"),
    READ("ec2", "DescribeAvailabilityZones", 25,
         "{'availabilityZoneSet':{},'availabilityZoneIdSet':{}}"),
    READ("ec2", "DescribeRegions", 14, "{'regionSet':{}}"),
    READ("ec2", "DescribeAccountAttributes", 16,
         "{'accountAttributeNameSet':{'items':[{'attributeName':'default-vpc'}]},'filterSet':{}}"),
    READ("ec2", "DescribeKeyPairs", 5, "{'keySet':{},'filterSet':{},'includePublicKey':false}"),
    READ("ec2", "DescribeSpotPriceHistory", 12,
         "{'instanceTypeSet':{},'productDescriptionSet':{'items':[{'productDescription':'Linux/UNIX"
         "'}]},'filterSet':{},'startTime':<epoch>000}"),
    READ("ec2", "GetConsoleOutput", 2, "{'instanceId':'<instance>'}"),
    READ("ec2", "GetPasswordData", 1, "{'instanceId':'<instance>'}"),
    WRITE("ec2", "RunInstances", 8,
          "{'instancesSet':{'items':[{'imageId':'<image>','minCount':1,'maxCount':1}]},"
          "'instanceType':'m6i.large','blockDeviceMapping':{},'monitoring':{'enabled':false},"
          "'disableApiTermination':false,'clientToken':'<uuid>','subnetId':'<subnet>',"
          "'userData':'\\u003csensitiveDataRemoved\\u003e'}",
          "{'requestId':'<uuid>','reservationId':'r-0<hex:16>','ownerId':'<account>','groupSet':{}"
          ",'instancesSet':{'items':[{'instanceId':'<instance>','imageId':'<image>',"
          "'instanceState':{'code':0,'name':'pending'},'privateDnsName':'ip-10-20-1-17.<region>"
          ".compute.internal','amiLaunchIndex':0,'productCodes':{},'instanceType':'m6i.large',"
          "'launchTime':<epoch>000,'placement':{'availabilityZone':'<region>a','tenancy':'default'"
          "},'monitoring':{'state':'disabled'},'subnetId':'<subnet>','vpcId':'<vpc>',"
          "'privateIpAddress':'10.20.1.<number:250>','stateReason':{'code':'pending','message':"
          "'pending'},'architecture':'x86_64','rootDeviceType':'ebs','rootDeviceName':'/dev/xvda',"
          "'blockDeviceMapping':{},'virtualizationType':'hvm','hypervisor':'xen','clientToken':"
          "'<uuid>','ebsOptimized':true}]}}"),
    WRITE("ec2", "TerminateInstances", 6,
          "{'instancesSet':{'items':[{'instanceId':'<instance>'}]}}",
          "{'requestId':'<uuid>','instancesSet':{'items':[{'instanceId':'<instance>',"
          "'currentState':{'code':32,'name':'shutting-down'},'previousState':{'code':16,'name':"
          "'running'}}]}}"),
    WRITE("ec2", "StopInstances", 3,
          "{'instancesSet':{'items':[{'instanceId':'<instance>'}]},'force':false}",
          "{'requestId':'<uuid>','instancesSet':{'items':[{'instanceId':'<instance>',"
          "'currentState':{'code':64,'name':'stopping'},'previousState':{'code':16,'name':"
          "'running'}}]}}"),
    WRITE("ec2", "StartInstances", 3, "{'instancesSet':{'items':[{'instanceId':'<instance>'}]}}",
          "{'requestId':'<uuid>','instancesSet':{'items':[{'instanceId':'<instance>',"
          "'currentState':{'code':0,'name':'pending'},'previousState':{'code':80,'name':'stopped'}"
          "}]}}"),
    WRITE("ec2", "CreateTags", 20,
          "{'resourcesSet':{'items':[{'resourceId':'<instance>'}]},'tagSet':{'items':[{'key':"
          "'Name','value':'<project>'},{'key':'team','value':'<choice:plattform|\\u00e9quipe "
          "donn\\u00e9es|日本|core>'}]}}",
          "{'requestId':'<uuid>','_return':true}"),
    WRITE("ec2", "ModifyInstanceAttribute", 2,
          "{'instanceId':'<instance>','disableApiTermination':{'value':<choice:true|false>}}",
          "{'requestId':'<uuid>','_return':true}"),
    WRITE("ec2", "CreateSnapshot", 6, "{'volumeId':'<volume>','description':'nightly <project>'}",
          "{'requestId':'<uuid>','snapshotId':'snap-0<hex:16>','volumeId':'<volume>','status':"
          "'pending','startTime':<epoch>000,'ownerId':'<account>','volumeSize':'<amount:500>',"
          "'encrypted':true,'description':'nightly <project>'}"),
    WRITE("ec2", "ModifySnapshotAttribute", 1,
          "{'snapshotId':'snap-0<hex:16>','createVolumePermission':{'add':{'items':[{<choice:"
          "'group':'all'|'userId':'444455556666'>}]}},'attributeType':'CREATE_VOLUME_PERMISSION'}",
          "{'requestId':'<uuid>','_return':true}"),
    WRITE("ec2", "ModifyImageAttribute", 1,
          "{'imageId':'<image>','launchPermission':{'add':{'items':[{'userId':'777788889999'}]}},"
          "'attributeType':'launchPermission'}",
          "{'requestId':'<uuid>','_return':true}"),

    FUNCTION_READ("GetFunction20150331v2", 25),
    FUNCTION_READ("GetFunctionConfiguration20150331v2", 10),
    FUNCTION_READ("GetPolicy20150331v2", 8),
    FUNCTION_READ("ListVersionsByFunction20150331", 6),
    READ("lambda", "ListFunctions20150331", 12, "{'maxItems':50}"),
    READ("lambda", "ListEventSourceMappings20150331", 6, "{'functionName':'<function>'}"),
    {
        .service = "lambda",
        .name = "Invoke",
        .effect = EFFECT_READ,
        .weight = 60,
        .deeds = DEED_CALL | DEED_BY_SERVICE | DEED_OTHER_ACCOUNT,
        .request = "{'invocationType':'<choice:Event|RequestResponse>','functionName':"
                   "'" FUNCTION_ARN "'}",
        .additional = "{'functionVersion':'" FUNCTION_ARN ":$LATEST'}",
        .resources =
            "[{'accountId':'<account>','type':'AWS::Lambda::Function','ARN':'" FUNCTION_ARN "'}]",
        .traits = TRAIT_DATA,
    },
    {
        .service = "lambda",
        .name = "UpdateFunctionCode20150331v2",
        .effect = EFFECT_WRITE,
        .weight = 4,
        .deeds = DEED_CALL | DEED_FORWARDED,
        .request = "{'functionName':'<function>','s3Bucket':'<bucket>','s3Key':'<object>',"
                   "'publish':false,'dryRun':false}",
        .response = "{'functionName':'<function>','functionArn':'" FUNCTION_ARN "','runtime':"
                    "'python3.12','role':'<role-arn>','handler':'main.handler','codeSize':"
                    "<number:9000000>,'timeout':30,'memorySize':<choice:128|256|512|1024>,"
                    "'codeSha256':'<base64:43>=','version':'$LATEST','environment':{},"
                    "'tracingConfig':{'mode':'PassThrough'},'revisionId':'<uuid>','state':'Active'"
                    ",'lastUpdateStatus':'InProgress','packageType':'Zip','architectures':"
                    "['arm64'],'ephemeralStorage':{'size':512}}",
    },
    {
        .service = "lambda",
        .name = "AddPermission20150331v2",
        .effect = EFFECT_WRITE,
        .weight = 1,
        .deeds = DEED_CALL,
        .request = "{'functionName':'<function>','statementId':'<lower:9>','action':"
                   "'lambda:InvokeFunction','principal':'<choice:events.amazonaws.com|"
                   "s3.amazonaws.com|444455556666>','sourceArn':'arn:aws:s3:::<bucket>'}",
        .response =
            "{'statement':'{\\\"Sid\\\":\\\"<lower:9>\\\",\\\"Effect\\\":\\\"Allow\\\","
            "\\\"Action\\\":\\\"lambda:InvokeFunction\\\",\\\"Resource\\\":\\\"" FUNCTION_ARN
            "\\\"}'}",
    },

    READ("ecs", "DescribeServices", 30,
         "{'cluster':'<project>','services':['<project>-<choice:api|web|worker>']}"),
    READ("ecs", "DescribeTasks", 30,
         "{'cluster':'" CLUSTER_ARN "','tasks':['arn:aws:ecs:<region>:<account>:task/<project>/"
         "<hex:32>'],'include':['TAGS']}"),
    READ("ecs", "ListTasks", 14, "{'cluster':'<project>','desiredStatus':'RUNNING'}"),
    READ("ecs", "DescribeTaskDefinition", 14, "{'taskDefinition':'<project>:<amount:300>'}"),
    WRITE("ecs", "UpdateService", 3,
          "{'cluster':'<project>','service':'<project>-api','forceNewDeployment':true}",
          "{'service':{'serviceArn':'arn:aws:ecs:<region>:<account>:service/<project>/<project>-"
          "api','serviceName':'<project>-api','clusterArn':'" CLUSTER_ARN "','status':'ACTIVE',"
          "'desiredCount':<amount:20>,'runningCount':<amount:20>,'pendingCount':0,'launchType':"
          "'FARGATE'}}"),
    {
        .service = "ecs",
        .name = "RegisterContainerInstance",
        .effect = EFFECT_WRITE,
        .weight = 3,
        .deeds = DEED_CALL,
        .request = "{'cluster':'<project>','totalResources':[{'name':'CPU','type':'INTEGER',"
                   "'integerValue':2048},{'name':'MEMORY','type':'INTEGER','integerValue':7820}]}",
        .response = "{'containerInstance':{'containerInstanceArn':'arn:aws:ecs:<region>:<account>:"
                    "container-instance/<project>/<hex:32>','ec2InstanceId':'<instance>','status':"
                    "'ACTIVE','agentConnected':true}}",
    },
    READ("eks", "DescribeCluster", 25, "{'name':'<project>'}"),
    READ("eks", "ListNodegroups", 6, "{'name':'<project>','maxResults':100}"),
    READ("eks", "DescribeNodegroup", 8, "{'name':'<project>','nodegroupName':'<subject>-nodes'}"),
    READ("eks", "ListClusters", 6, "{'include':['all'],'maxResults':100}"),
    READ("ecr", "GetAuthorizationToken", 40, NULL),
    READ("ecr", "DescribeRepositories", 10, "{'repositoryNames':['<repository>']}"),
    {
        .service = "ecr",
        .name = "BatchGetImage",
        .effect = EFFECT_READ,
        .weight = 50,
        .deeds = DEED_CALL | DEED_OTHER_ACCOUNT,
        .request = "{'registryId':'<account>','repositoryName':'<repository>','imageIds':"
                   "[{'imageTag':'<choice:latest|main|v1.4.2|v1.4.3>'}],'acceptedMediaTypes':"
                   "['application/vnd.oci.image.manifest.v1+json','application/vnd.oci.image.index"
                   ".v1+json']}",
        .resources = "[{'accountId':'<account>','ARN':'arn:aws:ecr:<region>:<account>:repository/"
                     "<repository>'}]",
    },
    {
        .service = "ecr",
        .name = "GetDownloadUrlForLayer",
        .effect = EFFECT_READ,
        .weight = 50,
        .deeds = DEED_CALL | DEED_OTHER_ACCOUNT,
        .request = "{'registryId':'<account>','repositoryName':'<repository>','layerDigest':"
                   "'sha256:<hex:64>'}",
        .resources = "[{'accountId':'<account>','ARN':'arn:aws:ecr:<region>:<account>:repository/"
                     "<repository>'}]",
    },
    {
        .service = "ecr",
        .name = "PutImage",
        .effect = EFFECT_WRITE,
        .weight = 4,
        .deeds = DEED_CALL,
        .request = "{'registryId':'<account>','repositoryName':'<repository>','imageTag':"
                   "'<hex:7>','imageManifest':'{\\n   \\\"schemaVersion\\\": 2,\\n   "
                   "\\\"mediaType\\\": \\\"application/vnd.oci.image.manifest.v1+json\\\"\\n}'}",
        .response = "{'image':{'repositoryName':'<repository>','imageId':{'imageDigest':"
                    "'sha256:<hex:64>','imageTag':'<hex:7>'},'registryId':'<account>'}}",
        .resources = "[{'accountId':'<account>','ARN':'arn:aws:ecr:<region>:<account>:repository/"
                     "<repository>'}]",
    },
    READ("autoscaling", "DescribeAutoScalingGroups", 45,
         "{'autoScalingGroupNames':['<project>-<#hex:8>'],'maxRecords':100}"),
    READ("autoscaling", "DescribeAutoScalingInstances", 10, "{'instanceIds':['<instance>']}"),
    WRITE("autoscaling", "SetDesiredCapacity", 3,
          "{'autoScalingGroupName':'<project>-<#hex:8>','desiredCapacity':<amount:30>,"
          "'honorCooldown':false}",
          NULL),
    READ("batch", "DescribeJobs", 6, "{'jobs':['<uuid>']}"),
    READ("states", "DescribeExecution", 8,
         "{'executionArn':'arn:aws:states:<region>:<account>:execution:<project>:<uuid>'}"),
};

struct action_table actions_compute(void) {
    return (struct action_table){actions, ARRAY_LENGTH(actions)};
}
