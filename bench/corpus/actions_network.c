/* Networks, load balancers, names and certificates. */
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

#define BALANCER                                                                                   \
    "arn:aws:elasticloadbalancing:<region>:<account>:loadbalancer/app/<project>/<#hex:16>"
#define TARGETS "arn:aws:elasticloadbalancing:<region>:<account>:targetgroup/<project>/<#hex:16>"
#define DONE    "{'requestId':'<uuid>','_return':true}"

static const struct action actions[] = {
    READ("ec2", "DescribeVpcs", 35, "{'vpcSet':{'items':[{'vpcId':'<vpc>'}]},'filterSet':{}}"),
    READ("ec2", "DescribeVpcAttribute", 20, "{'vpcId':'<vpc>','attribute':'enableDnsSupport'}"),
    READ("ec2", "DescribeSubnets", 40,
         "{'subnetSet':{'items':[{'subnetId':'<subnet>'},{'subnetId':'<subnet.2>'}]},"
         "'filterSet':{}}"),
    READ("ec2", "DescribeRouteTables", 35,
         "{'routeTableIdSet':{'items':[{'routeTableId':'rtb-0<#hex:16>'}]},'filterSet':{}}"),
    READ("ec2", "DescribeSecurityGroups", 45,
         "{'securityGroupSet':{},'securityGroupIdSet':{'items':[{'groupId':'<security-group>'}]},"
         "'filterSet':{}}"),
    READ("ec2", "DescribeSecurityGroupRules", 8,
         "{'DescribeSecurityGroupRulesRequest':{'Filter':{'Value':{'content':'<security-group>',"
         "'tag':1},'Name':'group-id','tag':1},'MaxResults':1000}}"),
    READ("ec2", "DescribeNetworkInterfaces", 60,
         "{'networkInterfaceIdSet':{'items':[{'networkInterfaceId':'<interface>'}]},"
         "'filterSet':{}}"),
    READ("ec2", "DescribeNetworkInterfaces", 25,
         "{'networkInterfaceIdSet':{},'filterSet':{'items':[{'name':'group-id','valueSet':{'items':"
         "[{'value':'<security-group>'}]}}]}}"),
    READ("ec2", "DescribeNetworkAcls", 8,
         "{'networkAclIdSet':{'items':[{'networkAclId':'acl-0<#hex:16>'}]},'filterSet':{}}"),
    READ("ec2", "DescribeInternetGateways", 8,
         "{'internetGatewayIdSet':{'items':[{'internetGatewayId':'igw-0<#hex:16>'}]},"
         "'filterSet':{}}"),
    READ("ec2", "DescribeNatGateways", 10,
         "{'DescribeNatGatewaysRequest':{'NatGatewayId':{'tag':1,'content':'nat-0<#hex:16>'}}}"),
    READ("ec2", "DescribeAddresses", 10,
         "{'publicIpsSet':{},'filterSet':{},'allocationIdsSet':{'items':[{'allocationId':"
         "'eipalloc-0<#hex:16>'}]}}"),
    READ("ec2", "DescribeTransitGateways", 5, "{'DescribeTransitGatewaysRequest':''}"),
    READ("ec2", "DescribeVpcEndpoints", 8,
         "{'DescribeVpcEndpointsRequest':{'VpcEndpointId':{'tag':1,'content':'vpce-0<#hex:16>'}}}"),
    READ("ec2", "DescribeFlowLogs", 5,
         "{'DescribeFlowLogsRequest':{'Filter':{'Value':{'content':'<vpc>','tag':1},'Name':"
         "'resource-id','tag':1}}}"),
    WRITE("ec2", "CreateNetworkInterface", 15,
          "{'subnetId':'<subnet>','description':'aws-K8S-i-0<hex:16>','groupSet':{'items':"
          "[{'groupId':'<security-group>'}]},'privateIpAddressesSet':{},'clientToken':'<uuid>'}",
          "{'requestId':'<uuid>','networkInterface':{'networkInterfaceId':'<interface>','subnetId':"
          "'<subnet>','vpcId':'<vpc>','availabilityZone':'<region>b','ownerId':'<account>',"
          "'requesterManaged':false,'status':'pending','macAddress':'0a:<hex:2>:<hex:2>:<hex:2>:"
          "<hex:2>:<hex:2>','privateIpAddress':'10.20.3.<number:250>','sourceDestCheck':true,"
          "'groupSet':{'items':[{'groupId':'<security-group>','groupName':'<project>'}]},"
          "'tagSet':{}}}"),
    WRITE("ec2", "DeleteNetworkInterface", 12, "{'networkInterfaceId':'<interface>'}", DONE),
    WRITE("ec2", "AuthorizeSecurityGroupIngress", 5,
          "{'groupId':'<security-group>','ipPermissions':{'items':[{'ipProtocol':'tcp','fromPort':"
          "<choice:22|443|3389|5432>,'toPort':443,'groups':{},'ipRanges':{'items':[{'cidrIp':"
          "'<choice:0.0.0.0/0|10.20.0.0/16|198.51.100.7/32>','description':'<choice:temporary "
          "\\u2013 remove|Zugriff B\\u00fcro|office>'}]},'ipv6Ranges':{},'prefixListIds':{}}]}}",
          "{'requestId':'<uuid>','_return':true,'securityGroupRuleSet':{'items':[{'groupOwnerId':"
          "'<account>','groupId':'<security-group>','securityGroupRuleId':'sgr-0<hex:16>',"
          "'isEgress':false,'ipProtocol':'tcp','fromPort':443,'toPort':443,'cidrIpv4':"
          "'0.0.0.0/0'}]}}"),
    WRITE("ec2", "RevokeSecurityGroupIngress", 2,
          "{'groupId':'<security-group>','ipPermissions':{},'securityGroupRuleIds':{'items':"
          "[{'securityGroupRuleId':'sgr-0<hex:16>'}]}}",
          DONE),
    WRITE("ec2", "CreateSecurityGroup", 2,
          "{'groupName':'<project>-<lower:6>','groupDescription':'<choice:for orders"
          "|für den Versand|\\u0417\\u0430\\u043a\\u0430\\u0437\\u044b>','vpcId':'<vpc>'}",
          "{'requestId':'<uuid>','_return':true,'groupId':'<security-group>','securityGroupArn':"
          "'arn:aws:ec2:<region>:<account>:security-group/<security-group>'}"),
    WRITE("ec2", "CreateVpc", 1,
          "{'cidrBlock':'10.<number:250>.0.0/16','instanceTenancy':'default',"
          "'amazonProvidedIpv6CidrBlock':false}",
          "{'requestId':'<uuid>','vpc':{'vpcId':'<vpc>','ownerId':'<account>','state':'pending',"
          "'cidrBlock':'10.20.0.0/16','cidrBlockAssociationSet':{},'ipv6CidrBlockAssociationSet':{}"
          ",'dhcpOptionsId':'dopt-0<hex:16>','instanceTenancy':'default','tagSet':{},'isDefault':"
          "false}}"),
    WRITE("ec2", "CreateRoute", 1,
          "{'routeTableId':'rtb-0<#hex:16>','destinationCidrBlock':'0.0.0.0/0','natGatewayId':"
          "'nat-0<#hex:16>'}",
          DONE),
    WRITE("ec2", "DeleteFlowLogs", 1,
          "{'DeleteFlowLogsRequest':{'FlowLogId':{'tag':1,'content':'fl-0<hex:16>'}}}",
          "{'DeleteFlowLogsResponse':{'xmlns':'http://ec2.amazonaws.com/doc/2016-11-15/',"
          "'unsuccessful':'','requestId':'<uuid>'}}"),
    {
        .service = "ec2",
        .name = "SharedSnapshotVolumeCreated",
        .effect = EFFECT_WRITE,
        .weight = 2,
        .deeds = DEED_SERVICE_EVENT,
        .additional = "{'snapshotId':'snap-0<hex:16>','createTime':<epoch>}",
    },

    READ("elasticloadbalancing", "DescribeLoadBalancers", 40,
         "{'loadBalancerArns':['" BALANCER "'],'pageSize':400}"),
    READ("elasticloadbalancing", "DescribeTargetHealth", 45, "{'targetGroupArn':'" TARGETS "'}"),
    READ("elasticloadbalancing", "DescribeTargetGroups", 25, "{'names':['<project>']}"),
    READ("elasticloadbalancing", "DescribeListeners", 14, "{'loadBalancerArn':'" BALANCER "'}"),
    READ("elasticloadbalancing", "DescribeTags", 18, "{'resourceArns':['" BALANCER "']}"),
    {
        .service = "elasticloadbalancing",
        .name = "RegisterTargets",
        .effect = EFFECT_WRITE,
        .weight = 12,
        .deeds = DEED_CALL | DEED_SERVICE_ROLE,
        .request = "{'targetGroupArn':'" TARGETS "','targets':[{'id':'10.20.4.<number:250>','port':"
                   "<choice:80|443|8080>,'availabilityZone':'<region>a'}]}",
        .api_version = "2015-12-01",
    },
    {
        .service = "elasticloadbalancing",
        .name = "DeregisterTargets",
        .effect = EFFECT_WRITE,
        .weight = 10,
        .deeds = DEED_CALL | DEED_SERVICE_ROLE,
        .request = "{'targetGroupArn':'" TARGETS "','targets':[{'id':'<instance>'}]}",
        .api_version = "2015-12-01",
    },
    {
        .service = "route53",
        .name = "ChangeResourceRecordSets",
        .effect = EFFECT_WRITE,
        .weight = 12,
        .deeds = DEED_CALL,
        .request = "{'hostedZoneId':'<zone>','changeBatch':{'changes':[{'action':'UPSERT',"
                   "'resourceRecordSet':{'name':'<subject>.example.com.','type':'A','tTL':300,"
                   "'resourceRecords':[{'value':'203.0.113.<number:250>'}]}}]}}",
        .response = "{'changeInfo':{'id':'/change/C<capitals:20>','status':'PENDING',"
                    "'submittedAt':'<long-time>'}}",
        .api_version = "2013-04-01",
        .traits = TRAIT_GLOBAL,
    },
    {
        .service = "route53",
        .name = "ListResourceRecordSets",
        .effect = EFFECT_READ,
        .weight = 30,
        .deeds = DEED_CALL,
        .request = "{'hostedZoneId':'<zone>','maxItems':'100'}",
        .api_version = "2013-04-01",
        .traits = TRAIT_GLOBAL,
    },
    {
        .service = "route53",
        .name = "GetChange",
        .effect = EFFECT_READ,
        .weight = 10,
        .deeds = DEED_CALL,
        .request = "{'id':'C<capitals:20>'}",
        .api_version = "2013-04-01",
        .traits = TRAIT_GLOBAL,
    },
    {
        .service = "cloudfront",
        .name = "CreateInvalidation",
        .effect = EFFECT_WRITE,
        .weight = 4,
        .deeds = DEED_CALL,
        .request = "{'distributionId':'E<#capitals:13>','invalidationBatch':{'paths':{'quantity':1,"
                   "'items':['/*']},'callerReference':'<epoch>'}}",
        .response = "{'location':'https://cloudfront.amazonaws.com/2020-05-31/distribution/"
                    "E<#capitals:13>/invalidation/I<capitals:25>','invalidation':{'id':"
                    "'I<capitals:25>','status':'InProgress','createTime':'<long-time>'}}",
        .api_version = "2020_05_31",
        .traits = TRAIT_GLOBAL,
    },
    READ("acm", "DescribeCertificate", 8,
         "{'certificateArn':'arn:aws:acm:<region>:<account>:certificate/<#uuid>'}"),
    READ("acm", "ListCertificates", 5, "{'maxItems':100,'certificateStatuses':['ISSUED']}"),
    READ("network-firewall", "ListFirewalls", 2, "{'maxResults':100}"),
    READ("wafv2", "GetWebACL", 6, "{'name':'<project>','scope':'REGIONAL','id':'<#uuid>'}"),
    READ("guardduty", "ListDetectors", 5, NULL),
    READ("guardduty", "GetFindings", 3,
         "{'detectorId':'<#hex:32>','findingIds':['<hex:32>','<hex:32>']}"),
};

struct action_table actions_network(void) {
    return (struct action_table){actions, ARRAY_LENGTH(actions)};
}
