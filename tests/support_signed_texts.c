#include "tests/support_signed.h"

const struct signed_request signed_requests[SIGNED_REQUESTS] = {
    [SIGNED_BY_CLI] =
        {"the AWS CLI looks up events", SPAN("AKIDEXAMPLE"), SPAN_NONE, SPAN("20261122T215411Z"),
         SPAN("us-east-1"), SPAN("cloudtrail"), false, false,
         SPAN("POST / HTTP/1.1\r\n"
              "Host: 127.0.0.1:8999\r\n"
              "Accept-Encoding: identity\r\n"
              "X-Amz-Target: com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEve"
              "nts\r\n"
              "Content-Type: application/x-amz-json-1.1\r\n"
              "User-Agent: aws-cli/1.45.11\r\n"
              "X-Amz-Date: 20261122T215411Z\r\n"
              "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/clou"
              "dtrail/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
              "Signature=82635822a6b3c91c2a5ae45c869a3a28e6b40ce18343546f7cb940708c10d8c3\r\n"
              "amz-sdk-invocation-id: 81d02e93-2dca-4e5f-8d1f-bbda69b13e9c\r\n"
              "amz-sdk-request: attempt=1\r\n"
              "Content-Length: 96\r\n"
              "\r\n"
              "{\"LookupAttributes\": [{\"AttributeKey\": \"Username\", \"AttributeValue\": "
              "\"admin\"}], \"MaxResults\": 5}")},
    [SIGNED_WITH_TOKEN] =
        {"the AWS CLI with temporary credentials", SPAN("ASIDEXAMPLE"), SPAN(SIGNED_TOKEN),
         SPAN("20261122T215412Z"), SPAN("us-east-1"), SPAN("cloudtrail"), false, false,
         SPAN("POST / HTTP/1.1\r\n"
              "Host: 127.0.0.1:8999\r\n"
              "Accept-Encoding: identity\r\n"
              "X-Amz-Target: com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEve"
              "nts\r\n"
              "Content-Type: application/x-amz-json-1.1\r\n"
              "User-Agent: aws-cli/1.45.11\r\n"
              "X-Amz-Date: 20261122T215412Z\r\n"
              "X-Amz-Security-Token: TOKEN/+=\r\n"
              "Authorization: AWS4-HMAC-SHA256 Credential=ASIDEXAMPLE/20261122/us-east-1/clou"
              "dtrail/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security"
              "-token;x-amz-target, Signature=0c59c640b160424be672c99746d0842b409066a7929c010"
              "a62f713d05807e5bf\r\n"
              "amz-sdk-invocation-id: ed10af82-cf92-4708-b4e0-9679741bd8c0\r\n"
              "amz-sdk-request: attempt=1\r\n"
              "Content-Length: 2\r\n"
              "\r\n"
              "{}")},
    [2] = {"the AWS CLI asks in another region", SPAN("AKIDEXAMPLE"), SPAN_NONE,
           SPAN("20261122T215412Z"), SPAN("eu-west-1"), SPAN("cloudtrail"), false, false,
           SPAN("POST / HTTP/1.1\r\n"
                "Host: 127.0.0.1:8999\r\n"
                "Accept-Encoding: identity\r\n"
                "X-Amz-Target: com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.DescribeT"
                "rails\r\n"
                "Content-Type: application/x-amz-json-1.1\r\n"
                "User-Agent: aws-cli/1.45.11\r\n"
                "X-Amz-Date: 20261122T215412Z\r\n"
                "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/eu-west-1/clou"
                "dtrail/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
                "Signature=399ec99712a9b884b62ece19bb66b3be89c3b031a0661ddf0682de1cc4314355\r\n"
                "amz-sdk-invocation-id: 7b3bc636-2cbb-43cb-b98d-a0186b025cef\r\n"
                "amz-sdk-request: attempt=1\r\n"
                "Content-Length: 2\r\n"
                "\r\n"
                "{}")},
    [3] = {"boto3 with temporary credentials in a third region", SPAN("ASIDEXAMPLE"),
           SPAN(SIGNED_TOKEN), SPAN("20261122T215412Z"), SPAN("eu-central-1"), SPAN("cloudtrail"),
           false, false,
           SPAN("POST / HTTP/1.1\r\n"
                "Host: 127.0.0.1:8999\r\n"
                "Accept-Encoding: identity\r\n"
                "X-Amz-Target: com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEve"
                "nts\r\n"
                "Content-Type: application/x-amz-json-1.1\r\n"
                "User-Agent: Boto3/1.43.11\r\n"
                "X-Amz-Date: 20261122T215412Z\r\n"
                "X-Amz-Security-Token: TOKEN/+=\r\n"
                "Authorization: AWS4-HMAC-SHA256 Credential=ASIDEXAMPLE/20261122/eu-central-1/c"
                "loudtrail/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-secur"
                "ity-token;x-amz-target, Signature=1cd83eda6ec8c8dde57e92b7804e8bb79b62b74369a1"
                "4f966cdf1a62f2924a24\r\n"
                "amz-sdk-invocation-id: c440a8b8-af7f-47b7-b9a6-47c3ef0a54fd\r\n"
                "amz-sdk-request: attempt=1\r\n"
                "Content-Length: 43\r\n"
                "\r\n"
                "{\"StartTime\": 1767323045, \"MaxResults\": 50}")},
    [4] = {"boto3 with escapes in the path, which are escaped again", SPAN("AKIDEXAMPLE"),
           SPAN_NONE, SPAN("20261122T215412Z"), SPAN("us-east-1"), SPAN("lambda"), false, false,
           SPAN("GET /2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A111122223333%3Afunc"
                "tion%3Aa?Qualifier=%24LATEST HTTP/1.1\r\n"
                "Host: 127.0.0.1:8999\r\n"
                "Accept-Encoding: identity\r\n"
                "User-Agent: Boto3/1.43.11\r\n"
                "X-Amz-Date: 20261122T215412Z\r\n"
                "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/lamb"
                "da/aws4_request, SignedHeaders=host;x-amz-date, Signature=c8faaf046dde245fa017"
                "d3bb4afa28e3c8c2df60d0049fa9305dca61b46a4d6d\r\n"
                "amz-sdk-invocation-id: 40108dfd-efc4-4a74-ab7f-4bccc90cdb89\r\n"
                "amz-sdk-request: attempt=1\r\n"
                "\r\n")},
    [5] = {"boto3 with the fields of another service", SPAN("AKIDEXAMPLE"), SPAN_NONE,
           SPAN("20261122T215414Z"), SPAN("us-east-1"), SPAN("sqs"), false, false,
           SPAN("POST / HTTP/1.1\r\n"
                "Host: 127.0.0.1:8999\r\n"
                "Accept-Encoding: identity\r\n"
                "X-Amz-Target: AmazonSQS.ReceiveMessage\r\n"
                "Content-Type: application/x-amz-json-1.0\r\n"
                "x-amzn-query-mode: true\r\n"
                "User-Agent: Boto3/1.43.11\r\n"
                "X-Amz-Date: 20261122T215414Z\r\n"
                "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/sqs/"
                "aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target;x-amzn-q"
                "uery-mode, Signature=f5bfe477288c817a2d38328b7c26fdd780abed96017b6624c59dcd0d4"
                "33e0f1f\r\n"
                "amz-sdk-invocation-id: a73f6c3f-723f-464d-aee7-f05a525330f6\r\n"
                "amz-sdk-request: attempt=1\r\n"
                "Content-Length: 52\r\n"
                "\r\n"
                "{\"QueueUrl\": \"http://127.0.0.1:8999/111122223333/q\"}")},
    [6] = {"boto3 lists a bucket", SPAN("AKIDEXAMPLE"), SPAN_NONE, SPAN("20261122T215412Z"),
           SPAN("us-east-1"), SPAN("s3"), true, false,
           SPAN("GET /bucket?list-type=2&prefix=AWSLogs%2Fa%20b%2Bc&start-after=%C3%A9~%2A&enco"
                "ding-type=url HTTP/1.1\r\n"
                "Host: 127.0.0.1:8999\r\n"
                "Accept-Encoding: identity\r\n"
                "User-Agent: Boto3/1.43.11\r\n"
                "X-Amz-Date: 20261122T215412Z\r\n"
                "X-Amz-Content-SHA256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b"
                "7852b855\r\n"
                "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/s3/a"
                "ws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=154"
                "73aae110ac00c57f6352fd6b00d79d952b0de193fd8757a8db02ef4f3cc00\r\n"
                "amz-sdk-invocation-id: d97fdf1b-7eef-4097-8740-c7047b1fefe4\r\n"
                "amz-sdk-request: attempt=1\r\n"
                "\r\n")},
    [7] = {"boto3 gets an object with an odd key", SPAN("AKIDEXAMPLE"), SPAN_NONE,
           SPAN("20261122T215413Z"), SPAN("us-east-1"), SPAN("s3"), true, false,
           SPAN("GET /bucket/a%20b/k%3D1//%C3%BC%2B.gz HTTP/1.1\r\n"
                "Host: 127.0.0.1:8999\r\n"
                "Accept-Encoding: identity\r\n"
                "x-amz-checksum-mode: ENABLED\r\n"
                "User-Agent: Boto3/1.43.11\r\n"
                "X-Amz-Date: 20261122T215413Z\r\n"
                "X-Amz-Content-SHA256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b"
                "7852b855\r\n"
                "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/s3/a"
                "ws4_request, SignedHeaders=host;x-amz-checksum-mode;x-amz-content-sha256;x-amz"
                "-date, Signature=5d5632a11f539eb87051e88a0f1dada8a057010180608f32c0190f8aee875"
                "512\r\n"
                "amz-sdk-invocation-id: 8ae258e9-d921-478f-9acd-37533ab47ce8\r\n"
                "amz-sdk-request: attempt=1\r\n"
                "\r\n")},
    [SIGNED_UPLOAD] =
        {"boto3 puts an object", SPAN("AKIDEXAMPLE"), SPAN_NONE, SPAN("20261122T215413Z"),
         SPAN("us-east-1"), SPAN("s3"), true, false,
         SPAN("PUT /bucket/k HTTP/1.1\r\n"
              "Host: 127.0.0.1:8999\r\n"
              "Accept-Encoding: identity\r\n"
              "User-Agent: Boto3/1.43.11\r\n"
              "Expect: 100-continue\r\n"
              "x-amz-checksum-crc32: 26gLsg==\r\n"
              "x-amz-sdk-checksum-algorithm: CRC32\r\n"
              "X-Amz-Date: 20261122T215413Z\r\n"
              "X-Amz-Content-SHA256: 230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68"
              "fe31acb5\r\n"
              "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/s3/a"
              "ws4_request, SignedHeaders=host;x-amz-checksum-crc32;x-amz-content-sha256;x-am"
              "z-date;x-amz-sdk-checksum-algorithm, Signature=9b43bcfd4dc0227ebf131640689cc76"
              "545a28a5b6fbf1640b90f41401fed2ab3\r\n"
              "amz-sdk-invocation-id: f4b24206-6d81-48f8-a9c0-7f15e8f42af1\r\n"
              "amz-sdk-request: attempt=1\r\n"
              "Content-Length: 4\r\n"
              "\r\n"
              "body")},
    [SIGNED_OBJECT_URL] =
        {"boto3's presigned URL of an object", SPAN("ASIDEXAMPLE"), SPAN(SIGNED_TOKEN),
         SPAN("20261122T215414Z"), SPAN("us-east-1"), SPAN("s3"), true, true,
         SPAN("GET /bucket/a%20b/k%3D1.gz?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A"
              "SIDEXAMPLE%2F20261122%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20261122T2154"
              "14Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Security-Token=TOKEN%2F%2"
              "B%3D&X-Amz-Signature=6501ea6cdabc3ab0f8f45f395f329b8d46f13ceac5cd13b61531a1d28"
              "15da7fc HTTP/1.1\r\n"
              "Accept-Encoding: identity\r\n"
              "Host: 127.0.0.1:8999\r\n"
              "User-Agent: Python-urllib/3.11\r\n"
              "Connection: close\r\n"
              "\r\n")},
    [SIGNED_SERVICE_URL] =
        {"boto3's presigned URL of a service", SPAN("AKIDEXAMPLE"), SPAN_NONE,
         SPAN("20261122T215920Z"), SPAN("us-east-1"), SPAN("sts"), false, true,
         SPAN("GET /?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SH"
              "A256&X-Amz-Credential=AKIDEXAMPLE%2F20261122%2Fus-east-1%2Fsts%2Faws4_request&"
              "X-Amz-Date=20261122T215920Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Si"
              "gnature=c84bc54a5bc322c2be512dd7e40b97cb7f61e0531d639e42d83eadb7e31627fa HTTP/"
              "1.1\r\n"
              "Accept-Encoding: identity\r\n"
              "Host: 127.0.0.1:8999\r\n"
              "User-Agent: Python-urllib/3.11\r\n"
              "Connection: close\r\n"
              "\r\n")},
    [11] = {"curl", SPAN("AKIDEXAMPLE"), SPAN_NONE, SPAN("20261122T215414Z"), SPAN("us-east-1"),
            SPAN("cloudtrail"), false, false,
            SPAN("POST / HTTP/1.1\r\n"
                 "Host: 127.0.0.1:8999\r\n"
                 "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/clou"
                 "dtrail/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
                 "Signature=bb40e0ad09611ae67e3bcda558de308627365ebc5344b394e1e5282b6cfe8f8b\r\n"
                 "X-Amz-Date: 20261122T215414Z\r\n"
                 "User-Agent: curl/7.88.1\r\n"
                 "Accept: */*\r\n"
                 "Content-Type: application/x-amz-json-1.1\r\n"
                 "X-Amz-Target: CloudTrail_20131101.ListTrails\r\n"
                 "Content-Length: 2\r\n"
                 "\r\n"
                 "{}")},
    [12] = {"the vector of a POST", SPAN("AKIDEXAMPLE"), SPAN_NONE, SPAN("20260102T030405Z"),
            SPAN("us-east-1"), SPAN("cloudtrail"), false, false,
            SPAN("POST / HTTP/1.1\r\n"
                 "Host: cloudtrail.us-east-1.amazonaws.com\r\n"
                 "Content-Type: application/x-amz-json-1.1\r\n"
                 "X-Amz-Date: 20260102T030405Z\r\n"
                 "X-Amz-Target: com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEve"
                 "nts\r\n"
                 "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/clou"
                 "dtrail/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
                 "Signature=5a475960cd403d531df9ac02d435b2b081b7c0cf496264f0c17937684129d1a8\r\n"
                 "\r\n"
                 "{\"MaxResults\": 5}")},
    [13] = {"the vector of a list", SPAN("ASIDEXAMPLE"), SPAN(SIGNED_TOKEN),
            SPAN("20260102T030405Z"), SPAN("eu-west-1"), SPAN("s3"), true, false,
            SPAN("GET /?list-type=2&prefix=AWSLogs%2F111122223333%2FCloudTrail%2F&start-after=AW"
                 "SLogs%2Fa%20b%2Bc&encoding-type=url HTTP/1.1\r\n"
                 "Host: my-bucket.s3.eu-west-1.amazonaws.com\r\n"
                 "X-Amz-Content-Sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b"
                 "7852b855\r\n"
                 "X-Amz-Date: 20260102T030405Z\r\n"
                 "X-Amz-Security-Token: TOKEN/+=\r\n"
                 "Authorization: AWS4-HMAC-SHA256 Credential=ASIDEXAMPLE/20260102/eu-west-1/s3/a"
                 "ws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security"
                 "-token, Signature=544096f9b3bd1186af74957fc90bde7cd3601c4191485bf3aa36bbd7eda7"
                 "3fd5\r\n"
                 "\r\n")},
    [14] = {"the vector of a presigned URL", SPAN("AKIDEXAMPLE"), SPAN_NONE,
            SPAN("20260102T030405Z"), SPAN("eu-west-1"), SPAN("s3"), true, true,
            SPAN("GET /a%20b/k%3D1.gz?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAM"
                 "PLE%2F20260102%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20260102T030405Z&X-A"
                 "mz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=e820404a04493c80182bee"
                 "ff67aa15b3fab83ce6b0bcec2cc2c46b33620bedc1 HTTP/1.1\r\n"
                 "Host: my-bucket.s3.eu-west-1.amazonaws.com\r\n"
                 "\r\n")},
    [15] = {"the SDK for JavaScript, which signs nearly all that it sends", SPAN("ASIDEXAMPLE"),
            SPAN(SIGNED_TOKEN), SPAN("20261123T041621Z"), SPAN("eu-west-1"), SPAN("cloudtrail"),
            false, false,
            SPAN("POST / HTTP/1.1\r\n"
                 "content-type: application/x-amz-json-1.1\r\n"
                 "x-amz-target: CloudTrail_20131101.LookupEvents\r\n"
                 "content-length: 41\r\n"
                 "x-amz-user-agent: aws-sdk-js/3.1136.0\r\n"
                 "user-agent: aws-sdk-js/3.1136.0\r\n"
                 "host: 127.0.0.1:8999\r\n"
                 "amz-sdk-invocation-id: 952de979-7127-4115-b838-7840b766786c\r\n"
                 "amz-sdk-request: attempt=1; max=3\r\n"
                 "x-amz-date: 20261123T041621Z\r\n"
                 "x-amz-security-token: TOKEN/+=\r\n"
                 "x-amz-content-sha256: 8bd8122a682136446e22e612694cc8b0280462bd78be59239e226136"
                 "2c8d49cd\r\n"
                 "authorization: AWS4-HMAC-SHA256 Credential=ASIDEXAMPLE/20261123/eu-west-1/clou"
                 "dtrail/aws4_request, SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;conte"
                 "nt-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-tok"
                 "en;x-amz-target;x-amz-user-agent, Signature=1a540b4f13d14cb7778fde0853507f830d"
                 "efe79e465369692c94e746f5008622\r\n"
                 "Connection: keep-alive\r\n"
                 "\r\n"
                 "{\"EndTime\":1790000000.123,\"MaxResults\":5}")},
};
