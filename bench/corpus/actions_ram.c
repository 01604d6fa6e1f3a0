/* AWS Resource Access Manager: all 35 actions of its API of 2018-01-04. */
#include "bench/corpus/action.h"

#include "base/macros.h"

#define READ(name_, weight_, request_)                                                             \
    {                                                                                              \
        .service = "ram", .name = name_, .effect = EFFECT_READ, .weight = weight_,                 \
        .deeds = DEED_CALL, .request = request_                                                    \
    }
#define WRITE(name_, weight_, request_, response_)                                                 \
    {                                                                                              \
        .service = "ram", .name = name_, .effect = EFFECT_WRITE, .weight = weight_,                \
        .deeds = DEED_CALL, .request = request_, .response = response_                             \
    }

#define RETURN_VALUE "{'returnValue':true,'clientToken':'<uuid>'}"

static const struct action actions[] = {
    WRITE("AcceptResourceShareInvitation", 2,
          "{'resourceShareInvitationArn':'<invitation-arn>','clientToken':'<uuid>'}",
          "{'resourceShareInvitation':<invitation-accepted>,'clientToken':'<uuid>'}"),
    WRITE("AssociateResourceShare", 3,
          "{'resourceShareArn':'<share-arn>','principals':['<ram-principal>'],"
          "'clientToken':'<uuid>'}",
          "{'resourceShareAssociations':[{'resourceShareArn':'<share-arn>',"
          "'resourceShareName':'<share>','associatedEntity':'<ram-principal>',"
          "'associationType':'PRINCIPAL','status':'ASSOCIATING','creationTime':'<long-time>',"
          "'external':false}]}"),
    WRITE("AssociateResourceShare", 3,
          "{'resourceShareArn':'<share-arn>','resourceArns':['<ram-resource>',"
          "'<ram-resource.2>'],'clientToken':'<uuid>'}",
          "{'resourceShareAssociations':[{'resourceShareArn':'<share-arn>',"
          "'resourceShareName':'<share>','associatedEntity':'<ram-resource>',"
          "'associationType':'RESOURCE','status':'ASSOCIATING','external':false},"
          "{'resourceShareArn':'<share-arn>','resourceShareName':'<share>',"
          "'associatedEntity':'<ram-resource.2>','associationType':'RESOURCE',"
          "'status':'ASSOCIATING','external':false}]}"),
    WRITE("AssociateResourceSharePermission", 2,
          "{'resourceShareArn':'<share-arn>','permissionArn':'<ram-permission>','replace':true}",
          RETURN_VALUE),
    WRITE("CreatePermission", 1,
          "{'name':'<subject>-access','resourceType':'ec2:Subnet','policyTemplate':"
          "'{\\\"Effect\\\":\\\"Allow\\\",\\\"Action\\\":[\\\"ec2:DescribeSubnets\\\",\\\"ec2:"
          "CreateNetworkInterface\\\"]}','clientToken':'<uuid>'}",
          "{'permission':<permission-made>,'clientToken':'<uuid>'}"),
    WRITE("CreatePermissionVersion", 1,
          "{'permissionArn':'<ram-own-permission>','policyTemplate':'{\\n  \\\"Effect\\\": "
          "\\\"Allow\\\",\\n  \\\"Action\\\": [\\\"ec2:RunInstances\\\"]\\n}'}",
          "{'permission':<permission-made>}"),
    WRITE("CreateResourceShare", 4,
          "{'name':'<share>','resourceArns':['<ram-resource>'],'principals':['<ram-principal>'],"
          "'allowExternalPrincipals':false,'clientToken':'<uuid>'}",
          "{'resourceShare':<share-active>,'clientToken':'<uuid>'}"),
    WRITE("CreateResourceShare", 2,
          "{'name':'<share>','allowExternalPrincipals':true,'tags':[{'key':'team','value':"
          "'<choice:R\\u00e9seaux|Öffentlich|\\u5171\\u6709|platform>'}]}",
          "{'resourceShare':<share-active>}"),
    WRITE("DeletePermission", 1, "{'permissionArn':'<ram-own-permission>'}",
          "{'returnValue':true,'permissionStatus':'DELETING'}"),
    WRITE("DeletePermissionVersion", 1,
          "{'permissionArn':'<ram-own-permission>','permissionVersion':<amount:5>}",
          "{'returnValue':true,'permissionStatus':'ATTACHABLE'}"),
    WRITE("DeleteResourceShare", 2, "{'resourceShareArn':'<share-arn>'}", RETURN_VALUE),
    WRITE("DisassociateResourceShare", 2,
          "{'resourceShareArn':'<share-arn>','principals':['<ram-principal>']}",
          "{'resourceShareAssociations':[{'resourceShareArn':'<share-arn>',"
          "'associatedEntity':'<ram-principal>','associationType':'PRINCIPAL',"
          "'status':'DISASSOCIATING','external':true}]}"),
    WRITE("DisassociateResourceSharePermission", 1,
          "{'resourceShareArn':'<share-arn>','permissionArn':'<ram-permission>'}", RETURN_VALUE),
    WRITE("EnableSharingWithAwsOrganization", 1, NULL, "{'returnValue':true}"),
    WRITE("PromotePermissionCreatedFromPolicy", 1,
          "{'permissionArn':'<ram-own-permission>','name':'<subject>-promoted'}",
          "{'permission':<permission-made>}"),
    WRITE("PromoteResourceShareCreatedFromPolicy", 1, "{'resourceShareArn':'<share-arn>'}",
          "{'returnValue':true}"),
    WRITE("RejectResourceShareInvitation", 1, "{'resourceShareInvitationArn':'<invitation-arn>'}",
          "{'resourceShareInvitation':<invitation-rejected>}"),
    WRITE("ReplacePermissionAssociations", 1,
          "{'fromPermissionArn':'<ram-own-permission>','fromPermissionVersion':1,"
          "'toPermissionArn':'<ram-permission>'}",
          "{'replacePermissionAssociationsWork':{'id':'<uuid>','fromPermissionArn':"
          "'<ram-own-permission>','fromPermissionVersion':'1','toPermissionArn':"
          "'<ram-permission>','toPermissionVersion':'1','status':'IN_PROGRESS',"
          "'creationTime':'<long-time>','lastUpdatedTime':'<long-time>'}}"),
    WRITE("SetDefaultPermissionVersion", 1,
          "{'permissionArn':'<ram-own-permission>','permissionVersion':<amount:5>}",
          "{'returnValue':true}"),
    WRITE("TagResource", 2,
          "{'resourceShareArn':'<share-arn>','tags':[{'key':'cost-centre','value':'<digits:4>'}]}",
          NULL),
    WRITE("UntagResource", 1, "{'resourceShareArn':'<share-arn>','tagKeys':['cost-centre']}", NULL),
    WRITE("UpdateResourceShare", 2,
          "{'resourceShareArn':'<share-arn>','name':'<share>','allowExternalPrincipals':"
          "<choice:true|false>}",
          "{'resourceShare':<share-active>}"),
    READ("GetPermission", 3, "{'permissionArn':'<ram-permission>'}"),
    READ("GetResourcePolicies", 3, "{'resourceArns':['<ram-resource>']}"),
    READ("GetResourceShareAssociations", 10,
         "{'associationType':'<choice:PRINCIPAL|RESOURCE>','resourceShareArns':['<share-arn>']}"),
    READ("GetResourceShareInvitations", 8, "{'maxResults':<choice:20|100|500>}"),
    READ("GetResourceShares", 20, "{'resourceOwner':'<choice:SELF|OTHER-ACCOUNTS>'}"),
    READ("ListPendingInvitationResources", 2, "{'resourceShareInvitationArn':'<invitation-arn>'}"),
    READ("ListPermissionAssociations", 2, "{'permissionArn':'<ram-permission>'}"),
    READ("ListPermissionVersions", 2, "{'permissionArn':'<ram-own-permission>'}"),
    READ("ListPermissions", 4, "{'resourceType':'<ram-type>'}"),
    READ("ListPrincipals", 6, "{'resourceOwner':'SELF','resourceShareArns':['<share-arn>']}"),
    READ("ListReplacePermissionAssociationsWork", 1, "{'status':'COMPLETED'}"),
    READ("ListResourceSharePermissions", 3, "{'resourceShareArn':'<share-arn>'}"),
    READ("ListResourceTypes", 3, NULL),
    READ("ListResources", 30,
         "{'resourceOwner':'<choice:SELF|SELF|OTHER-ACCOUNTS>','resourceType':'<ram-type>',"
         "'maxResults':<choice:100|500>}"),
    READ("ListResources", 6,
         "{'resourceOwner':'SELF','resourceType':'<ram-type>','maxResults':100,'nextToken':"
         "'<base64:172>'}"),
    READ("ListSourceAssociations", 1, "{'resourceShareArns':['<share-arn>']}"),
};

struct action_table actions_ram(void) {
    return (struct action_table){actions, ARRAY_LENGTH(actions)};
}
