/* The services whose resources CloudTrail's own event history knows, in its words ("Resource types
 * supported by CloudTrail event history" in the user guide). */
#include "ingest/lookup_tables.h"

static const struct lookup_rule autoscaling[] = {
    RULE("policyName", "AutoScaling::ScalingPolicy"),
    RULE("launchTemplateId", "EC2::LaunchTemplate"),
    RULE("lifecycleHookName", "AutoScaling::LifecycleHook"),
    RULE("scheduledActionName", "AutoScaling::ScheduledAction"),
    RULE("autoScalingGroupName", "AutoScaling::AutoScalingGroup"),
    RULE("autoScalingGroupNames", "AutoScaling::AutoScalingGroup"),
    RULE("launchConfigurationName", "AutoScaling::LaunchConfiguration"),
    RULE("launchConfigurationNames", "AutoScaling::LaunchConfiguration"),
};
SERVICE(autoscaling);

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
SERVICE(cloudtrail);

static const struct lookup_rule codepipeline[] = {
    IN("pipeline", "name", "CodePipeline::Pipeline"),
    REQUEST("Pipeline", "name", "CodePipeline::Pipeline"),
    RULE("pipelineName", "CodePipeline::Pipeline"),
};
SERVICE(codepipeline);

/* EC2's ids begin with what they are: lookup_type_of knows them. */
static const struct lookup_rule ec2[] = {
    IN("iamInstanceProfile", "arn", "IAM::InstanceProfile"),
    IN("iamInstanceProfile", "name", "IAM::InstanceProfile"),
    RULE("hostId", "EC2::Host"),
    TOLD("imageId"),
    TOLD("groupId"),
    TOLD_IN("natGatewayId", "content"),
    TOLD_IN("flowLogId", "content"),
    TOLD_IN("resourceId", "content"),
    TOLD_IN("vpcEndpointId", "content"),
    RULE("keyName", "EC2::KeyPair"),
    TOLD("volumeId"),
    RULE("publicIp", "EC2::EIP"),
    RULE("bundleId", "EC2::BundleTask"),
    TOLD("flowLogId"),
    IN("placement", "groupName", "EC2::PlacementGroup"),
    WHEN("PlacementGroup", "groupName", "EC2::PlacementGroup"),
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
    WHEN("NetworkInterface", "attachmentId", "EC2::NetworkInterfaceAttachment"),
    RULE("importTaskId", "EC2::ImportTask"),
    RULE("exportTaskId", "EC2::ExportTask"),
    TOLD("dhcpOptionsId"),
    TOLD("vpcEndpointId"),
    TOLD("instanceIdSet"),
    WHEN("Address", "associationId", "EC2::EIPAssociation"),
    WHEN("RouteTable", "associationId", "EC2::SubnetRouteTableAssociation"),
    WHEN("NetworkAcl", "associationId", "EC2::SubnetNetworkAclAssociation"),
    TOLD("securityGroupId"),
    TOLD("vpnConnectionId"),
    TOLD("launchTemplateId"),
    TOLD("transitGatewayId"),
    WHEN("RouteTable", "newAssociationId", "EC2::SubnetRouteTableAssociation"),
    WHEN("NetworkAcl", "newAssociationId", "EC2::SubnetNetworkAclAssociation"),
    RULE("conversionTaskId", "EC2::ConversionTask"),
    TOLD("internetGatewayId"),
    TOLD("customerGatewayId"),
    TOLD("networkInterfaceId"),
    RULE("launchTemplateName", "EC2::LaunchTemplate"),
    RULE("spotFleetRequestId", "EC2::SpotFleetRequest"),
    RULE("reservedInstancesId", "EC2::ReservedInstance"),
    RULE("scheduledInstanceId", "EC2::ScheduledInstance"),
    RULE("spotInstanceRequestId", "EC2::SpotInstanceRequest"),
    TOLD("vpcPeeringConnectionId"),
    TOLD("transitGatewayAttachmentId"),
    TOLD("transitGatewayRouteTableId"),
    RULE("reservedInstancesListingId", "EC2::ReservedInstancesListing"),
    RULE("reservedInstancesModificationId", "EC2::ReservedInstancesModification"),
};
SERVICE(ec2);

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
SERVICE(elasticloadbalancing);

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
    RULE("serialNumber", "IAM::MfaDevice"),
    RULE("accountAlias", "IAM::AccountAlias"),
    RULE("certificateId", "IAM::SigningCertificate"),
    RULE("sSHPublicKeyId", "IAM::SshPublicKey"),
    RULE("sAMLProviderArn", "IAM::SamlProvider"),
    RULE("permissionsBoundary", "IAM::Policy"),
    RULE("instanceProfileName", "IAM::InstanceProfile"),
    RULE("virtualMFADeviceName", "IAM::MfaDevice"),
    RULE("serverCertificateName", "IAM::ServerCertificate"),
    RULE("openIDConnectProviderArn", "IAM::OpenIDConnectProvider"),
};
SERVICE(iam);

static const struct lookup_rule rds[] = {
    RULE("dBClusterArn", "RDS::DBCluster"),
    TOLD("resourceName"),
    RULE("dBInstanceArn", "RDS::DBInstance"),
    RULE("dBSnapshotArn", "RDS::DBSnapshot"),
    RULE("optionGroupName", "RDS::DBOptionGroup"),
    RULE("subscriptionName", "RDS::EventSubscription"),
    RULE("dBSubnetGroupName", "RDS::DBSubnetGroup"),
    TOLD("vpcSecurityGroupId"),
    RULE("dBClusterIdentifier", "RDS::DBCluster"),
    TOLD("vpcSecurityGroupIds"),
    RULE("dBSecurityGroupName", "RDS::DBSecurityGroup"),
    RULE("dBInstanceIdentifier", "RDS::DBInstance"),
    RULE("dBSnapshotIdentifier", "RDS::DBSnapshot"),
    RULE("dBParameterGroupName", "RDS::DBParameterGroup"),
    RULE("reservedDBInstanceId", "RDS::ReservedDBInstance"),
    RULE("dBClusterSnapshotIdentifier", "RDS::DBClusterSnapshot"),
    RULE("dBClusterParameterGroupName", "RDS::DBClusterParameterGroup"),
};
SERVICE(rds);

static const struct lookup_rule redshift[] = {
    RULE("subscriptionName", "Redshift::EventSubscription"),
    RULE("clusterIdentifier", "Redshift::Cluster"),
    RULE("parameterGroupName", "Redshift::ClusterParameterGroup"),
    RULE("snapshotIdentifier", "Redshift::ClusterSnapshot"),
    RULE("clusterSubnetGroupName", "Redshift::ClusterSubnetGroup"),
    RULE("clusterSecurityGroupName", "Redshift::ClusterSecurityGroup"),
    RULE("hsmConfigurationIdentifier", "Redshift::HsmConfiguration"),
    RULE("hsmClientCertificateIdentifier", "Redshift::HsmClientCertificate"),
};
SERVICE(redshift);
