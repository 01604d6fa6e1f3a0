"""Made-up CloudTrail records for stories: every kind of caller and every quirk that real logs show.

The same seed gives the same records. A record is a dict; `text` writes it as one of the many texts
that mean the same JSON, and `log_file` puts texts into a file. Accounts and addresses are those
that are set aside for documentation.
"""

import gzip
import json
import random
import uuid
from datetime import datetime, timedelta, timezone

ACCOUNTS = ["111122223333", "444455556666", "777788889999", "123456789012"]
REGIONS = ["eu-central-1", "eu-west-1", "us-east-1", "us-west-2"]
START = datetime(2026, 10, 1, tzinfo=timezone.utc)

ACTIONS = [
    ("ram.amazonaws.com", "CreateResourceShare", False),
    ("ram.amazonaws.com", "AssociateResourceShare", False),
    ("ram.amazonaws.com", "GetResourceShares", True),
    ("ram.amazonaws.com", "TagResource", False),
    ("iam.amazonaws.com", "CreateUser", False),
    ("iam.amazonaws.com", "ListUsers", True),
    ("kms.amazonaws.com", "Decrypt", True),
    ("kms.amazonaws.com", "TagResource", False),
    ("s3.amazonaws.com", "GetObject", True),
    ("s3.amazonaws.com", "PutObject", False),
    ("ec2.amazonaws.com", "DescribeInstances", True),
    ("sts.amazonaws.com", "AssumeRole", True),
    ("monitoring.amazonaws.com", "PutMetricAlarm", False),
]

ADDRESSES = [
    "192.0.2.10", "192.0.2.77", "192.0.2.200", "198.51.100.4", "198.51.100.07", "203.0.113.250",
    "2001:db8::1", "2001:DB8:0:0::1", "2001:db8:ffff::9", "::ffff:192.0.2.10",
    "AWS Internal", "config.amazonaws.com", "cloudformation.amazonaws.com", None,
]

AGENTS = [
    "aws-cli/2.15.0 Python/3.11.6", "aws-cli/1.29.0", "Boto3/1.34.2", "console.amazonaws.com",
    "[Terraform/1.6 \"quoted\" \\ back]", "100% *starred*", "Ünïcode agent 🛰", "AWS Internal",
    "", None,
]

ERRORS = [
    (None, None), (None, None), (None, None), (None, None),
    ("AccessDenied", "User is not authorized"), ("AccessDenied", None),
    ("Client.UnauthorizedOperation", "You are not authorized."),
    ("ThrottlingException", "Rate exceeded"), (None, "Failed authentication"),
    ("none", "an odd code"), ("*", None),
]

TYPES = ["AwsApiCall", "AwsApiCall", "AwsServiceEvent", "AwsConsoleSignIn", None]

CATEGORIES = ["Management", "Management", "Data", "NetworkActivity", None]

RESOURCES = [
    {"ARN": "arn:aws:s3:::team-bucket", "accountId": "111122223333", "type": "AWS::S3::Bucket"},
    {"ARN": "arn:aws:s3:::team-bucket/report.csv", "type": "AWS::S3::Object"},
    {"ARNPrefix": "arn:aws:s3:::team-", "type": "AWS::S3::Object"},
    {"ARN": "arn:aws:kms:eu-west-1:444455556666:key/0a1b2c3d", "accountId": "444455556666"},
    {"accountId": "444455556666", "type": "AWS::KMS::Key"},
    {"ARN": "plain-name"},
    {},
]

PARAMETERS = [None, {"name": "näme \"x\" \\ /", "deep": [{"a": [1.50, -2e3, True, None]}]}]

SERVICE_ROLE = "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"

STORE = "arn:aws:identitystore::111122223333:identitystore/d-1"


def iam_user(rng, account):
    name = rng.choice(["alice", "bob", "ops/alice", "build*agent"])
    return {
        "type": "IAMUser", "principalId": "AIDACKCEVSQ6C2EXAMPLE", "accountId": account,
        "arn": f"arn:aws:iam::{account}:user/{name}",
        "accessKeyId": rng.choice(["AKIAIOSFODNN7EXAMPLE", "BCDIEXAMPLE"]),
        "userName": name.rpartition("/")[2],
    }


def iam_user_without_name(rng, account):
    identity = iam_user(rng, account)
    del identity["userName"], identity["accessKeyId"]
    return identity


def iam_user_session(rng, account):
    identity = iam_user(rng, account)
    identity["accessKeyId"] = "ASIAIOSFODNN7EXAMPLE"
    identity["sessionContext"] = {
        "sessionIssuer": {}, "webIdFederationData": {},
        "attributes": {"creationDate": "2026-10-01T08:00:00Z",
                       "mfaAuthenticated": rng.choice(["true", "false"])}}
    return identity


def iam_user_console(rng, account):
    identity = iam_user(rng, account)
    identity["sessionContext"] = {"attributes": {"creationDate": "2026-10-01T08:00:00Z",
                                                 "mfaAuthenticated": "true"}}
    identity["invokedBy"] = "cloudformation.amazonaws.com"
    return identity


def role(rng, account):
    name, session = rng.choice([("deploy", "ci-17"), ("audit", "alice@example.com"),
                                ("deploy", "bob")])
    return {
        "type": "AssumedRole", "principalId": f"AROAEXAMPLE:{session}", "accountId": account,
        "arn": f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
        "accessKeyId": "ASIAEXAMPLEROLE",
        "sessionContext": {
            "sessionIssuer": {"type": "Role", "principalId": "AROAEXAMPLE", "userName": name,
                              "accountId": account,
                              "arn": f"arn:aws:iam::{account}:role/teams/{name}"},
            "attributes": {"creationDate": "20261001T080000Z", "mfaAuthenticated": "false"}},
    }


def role_without_issuer(rng, account):
    identity = role(rng, account)
    identity["sessionContext"]["sessionIssuer"] = {}
    identity["invokedBy"] = "athena.amazonaws.com"
    return identity


def service_linked_role(_, account):
    return {
        "type": "AssumedRole", "principalId": "AROAEXAMPLE:AutoScaling", "accountId": account,
        "arn": f"arn:aws:sts::{account}:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling",
        "accessKeyId": "", "invokedBy": "autoscaling.amazonaws.com",
        "sessionContext": {"sessionIssuer": {
            "type": "Role", "userName": "AWSServiceRoleForAutoScaling", "accountId": account,
            "arn": f"arn:aws:iam::{account}:role/{SERVICE_ROLE}"}},
    }


def root(rng, account):
    identity = {"type": "Root", "principalId": account, "arn": f"arn:aws:iam::{account}:root",
                "accountId": account}
    if rng.random() < 0.5:
        identity["userName"] = "the-alias"
    if rng.random() < 0.5:
        identity["accessKeyId"] = "AKIAROOTEXAMPLE"
    return identity


def root_session(rng, account):
    identity = root(rng, account)
    identity["sessionContext"] = {"assumedRoot": rng.choice(["true", True]), "attributes": {}}
    return identity


def federated_user(_, account):
    return {
        "type": "FederatedUser", "principalId": f"{account}:carol", "accountId": account,
        "accessKeyId": "ASIAFEDERATED", "arn": f"arn:aws:sts::{account}:federated-user/carol",
        "sessionContext": {"sessionIssuer": {
            "type": "IAMUser", "arn": f"arn:aws:iam::{account}:user/alice",
            "accountId": account, "userName": "alice"}},
    }


CALLERS = [
    iam_user, iam_user, iam_user_without_name, iam_user_session, iam_user_console,
    role, role, role_without_issuer, service_linked_role, root, root_session, federated_user,
    lambda _, account: {"type": "AWSService", "invokedBy": "config.amazonaws.com"},
    lambda _, account: {"accountId": account, "invokedBy": "rotation.amazonaws.com"},
    lambda _, account: {"type": "AWSAccount", "accountId": "999900001111",
                        "principalId": "AROAOTHER:x"},
    lambda _, account: {"type": "AWSAccount", "accountId": "ANONYMOUS_PRINCIPAL",
                        "principalId": ""},
    lambda _, account: {"type": "SAMLUser", "principalId": "q:dave", "userName": "dave",
                        "identityProvider": "arn:aws:iam::111122223333:saml-provider/idp"},
    lambda _, account: {"type": "WebIdentityUser", "userName": "1234",
                        "identityProvider": "accounts.example.com"},
    lambda _, account: {"type": "IdentityCenterUser", "accountId": account, "credentialId": "c",
                        "onBehalfOf": {"userId": "u-17", "identityStoreArn": STORE}},
    lambda _, account: {"type": "Directory", "userName": "eve@example.com", "accountId": account},
    lambda _, account: {"type": "Unknown", "principalId": "somebody"},
    lambda _, account: None,
]


def moment(rng):
    """Within ten days; often the same second as another, sometimes with a fraction."""
    at = START + timedelta(seconds=rng.choice([rng.randrange(864000), rng.randrange(40) * 3600]))
    text = at.strftime("%Y-%m-%dT%H:%M:%S")
    return text + (f".{rng.randrange(1000):03}Z" if rng.random() < 0.1 else "Z")


def put(record, name, value):
    """Leaves the field out when there is no value."""
    if value is not None:
        record[name] = value


def record(rng):
    account = rng.choice(ACCOUNTS)
    service, action, read_only = rng.choice(ACTIONS)
    code, message = rng.choice(ERRORS)
    made = {"eventVersion": rng.choice(["1.05", "1.08", "1.11"]),
            "userIdentity": rng.choice(CALLERS)(rng, account)}
    if made["userIdentity"] is None:
        del made["userIdentity"]
    made.update(eventTime=moment(rng), eventSource=service, eventName=action,
                awsRegion=rng.choice(REGIONS))
    put(made, "sourceIPAddress", rng.choice(ADDRESSES))
    put(made, "userAgent", rng.choice(AGENTS))
    put(made, "errorCode", code)
    put(made, "errorMessage", message)
    made["requestParameters"] = rng.choice(PARAMETERS)
    made["responseElements"] = rng.choice([None, {"ok": "\u2028 \U0001f600"}])
    made["requestID"] = str(uuid.UUID(int=rng.getrandbits(128)))
    made["eventID"] = str(uuid.UUID(int=rng.getrandbits(128)))
    put(made, "readOnly", rng.choice([read_only] * 3 + ["true", "false", "maybe", None]))
    if rng.random() < 0.3:
        made["resources"] = rng.sample(RESOURCES, rng.randrange(1, 4))
    put(made, "eventType", rng.choice(TYPES))
    put(made, "recipientAccountId", rng.choice([account] * 3 + ["777788889999", None]))
    put(made, "eventCategory", rng.choice(CATEGORIES))
    if rng.random() < 0.03:
        del made["eventID"]
    return made


def records(count, seed=1):
    rng = random.Random(seed)
    return [record(rng) for _ in range(count)]


def shuffled(value, rng):
    """The same object with its fields in another order."""
    if isinstance(value, list):
        return [shuffled(item, rng) for item in value]
    if not isinstance(value, dict):
        return value
    names = list(value)
    rng.shuffle(names)
    return {name: shuffled(value[name], rng) for name in names}


def text(made, rng):
    """One of the texts that mean this record."""
    style = rng.randrange(4)
    if style == 0:
        return json.dumps(made, separators=(",", ":"), ensure_ascii=False).encode()
    if style == 1:
        return json.dumps(made, indent=rng.choice([1, 4])).encode()
    if style == 2:
        escaped = json.dumps(shuffled(made, rng), separators=(" ,", ":\t"))
        return escaped.replace("amazonaws", "amazon\\u0061ws").replace("/", "\\/").encode()
    return json.dumps(shuffled(made, rng), ensure_ascii=False).replace("{", "{\r\n").encode()


def log_file(texts):
    return b'{"Records":[' + b",".join(texts) + b"]}"


def packed(body):
    return gzip.compress(body, mtime=0)
