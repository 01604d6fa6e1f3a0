/* S3: management and data events. */
#include "bench/corpus/action.h"

#include "base/macros.h"

#define TRANSFER(in, out)                                                                          \
    "{'SignatureVersion':'SigV4','CipherSuite':'<choice:TLS_AES_128_GCM_SHA256|ECDHE-RSA-AES128-"  \
    "GCM-SHA256>','bytesTransferredIn':" in                                                        \
    ",'AuthenticationMethod':'AuthHeader',"                                                        \
    "'x-amz-id-2':'<base64:75>=','bytesTransferredOut':" out "}"

#define BUCKET_RESOURCE                                                                            \
    "[{'accountId':'<account>','type':'AWS::S3::Bucket','ARN':'arn:aws:s3:::<bucket>'}]"
#define OBJECT_RESOURCES                                                                           \
    "[{'type':'AWS::S3::Object','ARN':'arn:aws:s3:::<bucket>/<object>'},"                          \
    "{'accountId':'<account>','type':'AWS::S3::Bucket','ARN':'arn:aws:s3:::<bucket>'}]"
#define PREFIX_RESOURCES                                                                           \
    "[{'type':'AWS::S3::Object','ARNPrefix':'arn:aws:s3:::<bucket>/<object-folder>'},"             \
    "{'accountId':'<account>','type':'AWS::S3::Bucket','ARN':'arn:aws:s3:::<bucket>'}]"

#define BUCKET(name_, effect_, weight_, deeds_, parameter, response_)                              \
    {                                                                                              \
        .service = "s3", .name = name_, .effect = effect_, .weight = weight_, .deeds = deeds_,     \
        .request = "{'bucketName':'<bucket>','Host':'<bucket-host>'" parameter "}",                \
        .response = response_, .additional = TRANSFER("0", "<number:900>"),                        \
        .resources = BUCKET_RESOURCE, .traits = TRAIT_S3                                           \
    }
#define BUCKET_READ(name_, weight_, parameter)                                                     \
    BUCKET(name_, EFFECT_READ, weight_, DEED_CALL, ",'" parameter "':''", NULL)
#define BUCKET_WRITE(name_, weight_, parameter)                                                    \
    BUCKET(name_, EFFECT_WRITE, weight_, DEED_CALL, parameter, NULL)

#define OBJECT(name_, effect_, weight_, deeds_, in, out, response_)                                \
    {                                                                                              \
        .service = "s3", .name = name_, .effect = effect_, .weight = weight_, .deeds = deeds_,     \
        .request = "{'bucketName':'<bucket>','Host':'<bucket-host>','key':'<object>'}",            \
        .response = response_, .additional = TRANSFER(in, out), .resources = OBJECT_RESOURCES,     \
        .traits = TRAIT_S3 | TRAIT_DATA                                                            \
    }

static const struct action actions[] = {
    OBJECT("GetObject", EFFECT_READ, 130,
           DEED_CALL | DEED_ANONYMOUS | DEED_OTHER_ACCOUNT | DEED_FORWARDED, "0",
           "<number:4194304>", NULL),
    OBJECT("PutObject", EFFECT_WRITE, 90, DEED_CALL | DEED_OTHER_ACCOUNT | DEED_BY_SERVICE,
           "<number:4194304>", "0",
           "{'x-amz-server-side-encryption':'aws:kms','x-amz-server-side-encryption-aws-kms-key-"
           "id':'<key-arn>','x-amz-server-side-encryption-bucket-key-enabled':'true'}"),
    OBJECT("PutObject", EFFECT_WRITE, 40, DEED_CALL, "<number:65536>", "0",
           "{'x-amz-server-side-encryption':'AES256','x-amz-version-id':'<base64url:32>'}"),
    OBJECT("HeadObject", EFFECT_READ, 60, DEED_CALL | DEED_ANONYMOUS, "0", "0", NULL),
    OBJECT("DeleteObject", EFFECT_WRITE, 12, DEED_CALL, "0", "0", NULL),
    OBJECT("CopyObject", EFFECT_WRITE, 6, DEED_CALL, "0", "<number:400>",
           "{'x-amz-server-side-encryption':'AES256'}"),
    OBJECT("GetObjectTagging", EFFECT_READ, 5, DEED_CALL, "0", "<number:300>", NULL),
    OBJECT("CreateMultipartUpload", EFFECT_WRITE, 5, DEED_CALL, "0", "<number:500>",
           "{'x-amz-server-side-encryption':'AES256','x-amz-abort-date':'<long-time:604800>'}"),
    {
        .service = "s3",
        .name = "ListObjects",
        .effect = EFFECT_READ,
        .weight = 40,
        .deeds = DEED_CALL | DEED_ANONYMOUS | DEED_OTHER_ACCOUNT,
        .request = "{'list-type':'2','bucketName':'<bucket>','encoding-type':'url','prefix':"
                   "'<object-folder>','delimiter':'/','Host':'<bucket-host>'}",
        .additional = TRANSFER("0", "<number:250000>"),
        .resources = PREFIX_RESOURCES,
        .traits = TRAIT_S3 | TRAIT_DATA,
    },
    {
        .service = "s3",
        .name = "DeleteObjects",
        .effect = EFFECT_WRITE,
        .weight = 5,
        .deeds = DEED_CALL,
        .request = "{'bucketName':'<bucket>','Host':'<bucket-host>','delete':''}",
        .additional = TRANSFER("<number:9000>", "<number:20000>"),
        .resources = PREFIX_RESOURCES,
        .traits = TRAIT_S3 | TRAIT_DATA,
    },
    BUCKET("GetBucketAcl", EFFECT_READ, 60, DEED_CALL | DEED_BY_SERVICE | DEED_SERVICE_ROLE,
           ",'acl':''", NULL),
    BUCKET_READ("GetBucketPolicy", 20, "policy"),
    BUCKET_READ("GetBucketPolicyStatus", 16, "policyStatus"),
    BUCKET_READ("GetBucketLocation", 25, "location"),
    BUCKET_READ("GetBucketPublicAccessBlock", 16, "publicAccessBlock"),
    BUCKET_READ("GetBucketEncryption", 16, "encryption"),
    BUCKET_READ("GetBucketVersioning", 14, "versioning"),
    BUCKET_READ("GetBucketLogging", 12, "logging"),
    BUCKET_READ("GetBucketTagging", 14, "tagging"),
    BUCKET_READ("GetBucketLifecycle", 10, "lifecycle"),
    BUCKET_READ("GetBucketReplication", 8, "replication"),
    BUCKET_READ("GetBucketNotification", 8, "notification"),
    BUCKET_READ("GetBucketWebsite", 6, "website"),
    BUCKET_READ("GetBucketCors", 5, "cors"),
    BUCKET_READ("GetBucketObjectLockConfiguration", 5, "object-lock"),
    BUCKET_WRITE("CreateBucket", 3,
                 ",'CreateBucketConfiguration':{'LocationConstraint':'<region>',"
                 "'xmlns':'http://s3.amazonaws.com/doc/2006-03-01/'}"),
    BUCKET_WRITE("DeleteBucket", 1, ""),
    BUCKET_WRITE("PutBucketPolicy", 3,
                 ",'bucketPolicy':{'Version':'2012-10-17','Statement':[{'Sid':'TlsOnly',"
                 "'Effect':'Deny','Principal':'*','Action':'s3:*','Resource':["
                 "'arn:aws:s3:::<bucket>','arn:aws:s3:::<bucket>/*'],'Condition':{'Bool':"
                 "{'aws:SecureTransport':'false'}}}]},'policy':''"),
    BUCKET_WRITE("DeleteBucketPolicy", 1, ",'policy':''"),
    BUCKET_WRITE("PutBucketEncryption", 2,
                 ",'ServerSideEncryptionConfiguration':{'Rule':{'ApplyServerSideEncryptionByDefault"
                 "':{'SSEAlgorithm':'AES256'},'BucketKeyEnabled':true}},'encryption':''"),
    BUCKET_WRITE("PutBucketPublicAccessBlock", 2,
                 ",'publicAccessBlock':'','PublicAccessBlockConfiguration':{'RestrictPublicBuckets"
                 "':<choice:true|true|false>,'BlockPublicPolicy':true,'BlockPublicAcls':true,"
                 "'IgnorePublicAcls':true}"),
    BUCKET_WRITE("PutBucketVersioning", 2,
                 ",'versioning':'','VersioningConfiguration':{'Status':'Enabled'}"),
    BUCKET_WRITE("PutBucketTagging", 2,
                 ",'tagging':'','Tagging':{'TagSet':{'Tag':[{'Key':'owner','Value':'<person>'},"
                 "{'Key':'note','Value':'<choice:d\\u00e9p\\u00f4t|\\ud83d\\ude80 launch|"
                 "tabs\\tand \\\"quotes\\\"|архив|a\\/b>'}]}}"),
    {
        .service = "s3",
        .name = "ListBuckets",
        .effect = EFFECT_READ,
        .weight = 25,
        .deeds = DEED_CALL,
        .request = "{'Host':'s3.<region>.amazonaws.com'}",
        .additional = TRANSFER("0", "<number:9000>"),
        .traits = TRAIT_S3,
    },
    {
        .service = "s3",
        .name = "GetAccountPublicAccessBlock",
        .effect = EFFECT_READ,
        .weight = 10,
        .deeds = DEED_CALL | DEED_SERVICE_ROLE,
        .request = "{'publicAccessBlock':'','Host':'<account>.s3-control.<region>.amazonaws.com'}",
        .additional = TRANSFER("0", "<number:500>"),
        .traits = TRAIT_S3,
    },
    {
        .service = "s3",
        .name = "PutObject",
        .effect = EFFECT_WRITE,
        .weight = 20,
        .deeds = DEED_NETWORK,
        .resources = "[{'accountId':'<account>','type':'AWS::S3::Bucket',"
                     "'ARN':'arn:aws:s3:::<bucket>'}]",
    },
};

struct action_table actions_storage(void) {
    return (struct action_table){actions, ARRAY_LENGTH(actions)};
}
