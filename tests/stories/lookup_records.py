"""Records for stories about LookupEvents: some whose resources are known, Insights, and all that
corpus.py and build/generate make up."""

import random
import subprocess
import tempfile

import corpus
from events_case import read_files
from s3_trail import GENERATE

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/teams/deploy"
ASSUMED = f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/ci-17"
SHARE = f"arn:aws:ram:eu-west-1:{ACCOUNT}:resource-share/7ab63972-b505-7e2a-420d-6f5d3EXAMPLE"
SUBNET = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:subnet/subnet-0a1b2c3d"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/0a1b2c3d-EXAMPLE"


def event(service, name, request, response=None, **others):
    return {
        "eventVersion": "1.09", "eventTime": "2026-10-20T12:00:05Z",
        "userIdentity": {"type": "IAMUser", "accountId": ACCOUNT, "userName": "alice",
                         "arn": f"arn:aws:iam::{ACCOUNT}:user/alice", "accessKeyId": "AKIAALICE"},
        "eventSource": f"{service}.amazonaws.com", "eventName": name, "awsRegion": "eu-west-1",
        "sourceIPAddress": "192.0.2.10", "userAgent": "aws-cli/2.15.0",
        "requestParameters": request, "responseElements": response, "readOnly": False,
        "eventID": f"known-{service}-{name}", "eventType": "AwsApiCall",
        "recipientAccountId": ACCOUNT, "eventCategory": "Management", **others,
    }


# A record and its resources, which somebody wrote down who looked at the record and nothing else.
KNOWN = [
    (event("sts", "AssumeRole", {"roleArn": ROLE, "roleSessionName": "ci-17"},
           {"credentials": {"accessKeyId": "ASIAISSUED", "sessionToken": "secret"},
            "assumedRoleUser": {"assumedRoleId": "AROAEXAMPLE:ci-17", "arn": ASSUMED}},
           readOnly=True),
     [("AWS::IAM::Role", ROLE), ("AWS::STS::AssumedRole", "ci-17"),
      ("AWS::IAM::AccessKey", "ASIAISSUED"), ("AWS::STS::AssumedRole", "AROAEXAMPLE:ci-17"),
      ("AWS::STS::AssumedRole", ASSUMED)]),
    (event("ram", "CreateResourceShare",
           {"name": "subnets of team a", "resourceArns": [SUBNET], "principals": ["444455556666"]},
           {"resourceShare": {"resourceShareArn": SHARE, "name": "subnets of team a"}}),
     [("AWS::RAM::ResourceShare", "subnets of team a"), ("AWS::EC2::Subnet", SUBNET),
      ("AWS::Organizations::Account", "444455556666"), ("AWS::RAM::ResourceShare", SHARE)]),
    (event("kms", "Decrypt", {"encryptionAlgorithm": "SYMMETRIC_DEFAULT"}, readOnly=True,
           resources=[{"ARN": KEY, "accountId": ACCOUNT, "type": "AWS::KMS::Key"}]),
     []),
    (event("kms", "DescribeKey", {"keyId": KEY}, readOnly=True), [("AWS::KMS::Key", KEY)]),
    (event("ec2", "RunInstances",
           {"instancesSet": {"items": [{"imageId": "ami-0a1b2c3d", "keyName": "ops"}]},
            "groupSet": {"items": [{"groupId": "sg-0a1b2c3d"}]}},
           {"instancesSet": {"items": [{"instanceId": "i-0a1b2c3d", "subnetId": "subnet-0a1b2c3d",
                                        "imageId": "ami-0a1b2c3d"}]}}),
     [("AWS::EC2::Ami", "ami-0a1b2c3d"), ("AWS::EC2::KeyPair", "ops"),
      ("AWS::EC2::SecurityGroup", "sg-0a1b2c3d"), ("AWS::EC2::Instance", "i-0a1b2c3d"),
      ("AWS::EC2::Subnet", "subnet-0a1b2c3d")]),
    (event("iam", "CreateAccessKey", {"userName": "bob"},
           {"accessKey": {"accessKeyId": "AKIABOB", "userName": "bob", "status": "Active"}}),
     [("AWS::IAM::User", "bob"), ("AWS::IAM::AccessKey", "AKIABOB")]),
    (event("s3", "PutBucketPolicy", {"bucketName": "team-bucket", "policy": ""}),
     [("AWS::S3::Bucket", "team-bucket")]),
    (event("lambda", "UpdateFunctionCode20150331v2", {"functionName": "näme \"x\" 🛰"}),
     [("AWS::Lambda::Function", "näme \"x\" 🛰")]),
    (event("tagging", "TagResources",
           {"resourceARNList": ["arn:aws:s3:::team-bucket", "arn:aws:s3:::team-bucket/a/b", SUBNET,
                                "arn:aws:unheard-of:eu-west-1:111122223333:thing/1"]}),
     [("AWS::S3::Bucket", "arn:aws:s3:::team-bucket"),
      ("AWS::S3::Object", "arn:aws:s3:::team-bucket/a/b"), ("AWS::EC2::Subnet", SUBNET)]),
    (event("signin", "ConsoleLogin", None, {"ConsoleLogin": "Success"}), []),
]


def insight(number, state, name="RunInstances", service="ec2"):
    return {
        "eventVersion": "1.07", "eventTime": f"2026-10-21T07:{number:02}:00Z",
        "awsRegion": ["us-east-1", "eu-west-1"][number % 2], "eventID": f"insight-{number}",
        "eventType": "AwsCloudTrailInsight", "recipientAccountId": ACCOUNT,
        "sharedEventID": f"insight-pair-{number // 2}", "eventCategory": "Insight",
        "insightDetails": {
            "state": state, "eventSource": f"{service}.amazonaws.com", "eventName": name,
            "insightType": "ApiCallRateInsight",
            "insightContext": {"statistics": {"baseline": {"average": 0.5},
                                              "insight": {"average": 40}}}},
    }


INSIGHTS = [insight(number, ["Start", "End"][number % 2],
                    *([], ["DeleteUser", "iam"])[number // 2 % 2]) for number in range(8)]


def small_files():
    """(body, [(record, its text)]) for each log file."""
    rng = random.Random(11)
    for records in (corpus.records(600, seed=11), [record for record, _ in KNOWN], INSIGHTS):
        made = [(record, corpus.text(record, rng)) for record in records]
        yield corpus.log_file([text for _, text in made]), made


def generated_files(events, *options):
    """Those of build/generate, which are like real logs; as small_files."""
    with tempfile.TemporaryDirectory(prefix="traild-lookup-") as folder:
        subprocess.run([GENERATE, "--out", folder, "--events", str(events), *options], check=True,
                       stderr=subprocess.PIPE)
        yield from read_files(folder)
