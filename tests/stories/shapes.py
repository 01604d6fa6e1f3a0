"""Log files in every form in which they come, and files that are something else."""

import base64
import gzip
import json

import corpus

WHEN = "2026-10-05T10:00:00Z"


def event(name, **fields):
    return {
        "eventVersion": "1.08", "eventTime": WHEN, "eventSource": "ram.amazonaws.com",
        "eventName": "TagResource", "awsRegion": "eu-west-1",
        "recipientAccountId": "111122223333", "eventID": name, **fields,
    }


def text(value):
    return json.dumps(value, separators=(",", ":")).encode()


def named(name):
    return text(event(name))


def log_file(*events):
    return corpus.log_file([text(item) for item in events])


def packed(value):
    return base64.b64encode(gzip.compress(text(value)))


# ---- envelopes ----

def lookup(item):
    return {"EventId": item["eventID"], "ReadOnly": "false", "CloudTrailEvent": json.dumps(item)}


def eventbridge(item):
    return {
        "version": "0", "id": "x", "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.ram", "account": "444455556666", "time": "2026-10-05T10:00:09Z",
        "region": "eu-west-1", "resources": [], "detail": item,
    }


def cloudwatch(*items):
    return {
        "messageType": "DATA_MESSAGE", "owner": "444455556666", "logGroup": "g", "logStream": "s",
        "subscriptionFilters": ["f"],
        "logEvents": [
            {"id": str(number), "timestamp": 1790000000000, "message": json.dumps(item)}
            for number, item in enumerate(items)
        ],
    }


def filtered(item):
    """Output of `aws logs filter-log-events`."""
    found = {"logStreamName": "s", "timestamp": 1, "message": json.dumps(item), "eventId": "3"}
    return {"events": [found], "searchedLogStreams": []}


LOGSTASH = {
    "@timestamp": "2026-10-05T10:00:00.250Z", "@version": "1", "eventID": "h1", "eventName": "X",
    "recipientAccountId": "111122223333",
}

CUT = named("o1")[:40], named("o1")[40:]
MEMBERS = gzip.compress(b'{"Records":[' + CUT[0]) + gzip.compress(CUT[1] + b"]}")

# (what, body, kind, the names of its events)
SHAPES = [
    ("a log file", log_file(event("a1"), event("a2")), "records", ["a1", "a2"]),
    ("with white space and a mark in front",
     b"\xef\xbb\xbf \r\n\t" + log_file(event("b1")) + b"\n ", "records", ["b1"]),
    ("with other fields around",
     b'{"x":[1,{"Records":3}],"Records":[' + named("c1") + b'],"y":"z"}', "records", ["c1"]),
    ("no records", b'{"Records":[]}', "records", []),
    ("an array", b"[" + named("d1") + b" , " + named("d2") + b"]", "array", ["d1", "d2"]),
    ("one record", named("e1"), "record", ["e1"]),
    ("lines", named("f1") + b"\n" + named("f2") + b"\n", "ndjson", ["f1", "f2"]),
    ("values without a space between", named("g1") + named("g2"), "ndjson", ["g1", "g2"]),
    ("logstash", text(LOGSTASH), "record", ["h1"]),
    ("lookup-events",
     text({"Events": [lookup(event("i1")), lookup(event("i2"))], "NextToken": "t"}),
     "lookup_events", ["i1", "i2"]),
    ("one event of lookup-events", text(lookup(event("j1"))), "lookup_events", ["j1"]),
    ("EventBridge", text(eventbridge(event("k1"))), "eventbridge", ["k1"]),
    ("CloudWatch Logs",
     text(cloudwatch(event("l1"), event("l2"))), "cloudwatch_logs", ["l1", "l2"]),
    ("CloudWatch Logs as it travels", packed(cloudwatch(event("m1"))), "cloudwatch_logs", ["m1"]),
    ("CloudWatch Logs as a Lambda function gets it",
     text({"awslogs": {"data": packed(cloudwatch(event("m2"))).decode()}}),
     "cloudwatch_logs", ["m2"]),
    ("filter-log-events", text(filtered(event("m3"))), "cloudwatch_logs", ["m3"]),
    ("gzip", gzip.compress(log_file(event("n1"))), "records", ["n1"]),
    ("gzip in two members", MEMBERS, "records", ["o1"]),
    ("gzip of gzip", gzip.compress(gzip.compress(log_file(event("p1")))), "records", ["p1"]),
    ("gzip with zeros behind",
     gzip.compress(log_file(event("q1"))) + bytes(512), "records", ["q1"]),
]

DIGEST = {
    "awsAccountId": "111122223333", "digestStartTime": WHEN,
    "digestEndTime": "2026-10-05T11:00:00Z", "digestS3Bucket": "b", "digestS3Object": "k",
    "logFiles": [{"s3Bucket": "b"}], "previousDigestS3Bucket": None,
}

CREATED = {
    "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "eu-west-1", "eventTime": WHEN,
    "eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "b"}, "object": {"key": "k"}},
}

NOTICE = {"s3Bucket": "b", "s3ObjectKey": ["k"]}

SNS = {
    "Type": "Notification", "MessageId": "m", "TopicArn": "arn:aws:sns:eu-west-1:111122223333:t",
    "Message": json.dumps(NOTICE), "Timestamp": WHEN,
}

CONTROL = {
    "messageType": "CONTROL_MESSAGE", "owner": "CloudwatchLogs", "logGroup": "", "logStream": "",
    "subscriptionFilters": [],
    "logEvents": [{"id": "", "timestamp": 1, "message": "CWL CONTROL MESSAGE"}],
}

# (what, value, kind)
STRANGERS = [
    ("a digest file", DIGEST, "digest"),
    ("the signature of a Lake query",
     {"version": "1.0", "hashSignature": "ab", "queryCompleteTime": WHEN, "files": []},
     "lake_signature"),
    ("an S3 test message",
     {"Service": "Amazon S3", "Event": "s3:TestEvent", "Time": WHEN, "Bucket": "b"},
     "s3_test_message"),
    ("an S3 event notification", {"Records": [CREATED]}, "s3_event_notification"),
    ("an S3 event by EventBridge",
     {"version": "0", "source": "aws.s3", "detail-type": "Object Created", "detail": {"a": "b"}},
     "s3_event_notification"),
    ("CloudTrail's notice of a file", NOTICE, "sns_message"),
    ("an SNS message", SNS, "sns_message"),
    ("a CloudWatch control message", CONTROL, "cloudwatch_control_message"),
]
