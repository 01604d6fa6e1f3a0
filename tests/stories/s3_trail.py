"""Buckets as CloudTrail fills them, for stories that compare what was imported event for event.

    trail = Trail(bucket, organization="o-exampleorgid")
    trail.fill(accounts=50, regions=10, days=3, files=2)
    trail.strangers()                        digests, Insights, other services' logs...
    trail.upload()
    trail.files                              key -> event ids
    later = trail.file(account, region, when)    one more, which is uploaded at once

The same seed gives the same keys and bytes.
"""

import glob
import gzip
import json
import os
import random
import re
import string
import subprocess
import tempfile
import uuid
from datetime import datetime, timedelta, timezone

from traild import ROOT

GENERATE = os.path.join(ROOT, "build", "generate")
START = datetime(2026, 10, 1, tzinfo=timezone.utc)
LETTERS = string.ascii_letters + string.digits
REGIONS = ["us-east-1", "eu-central-1", "eu-west-1", "us-west-2", "ap-southeast-2", "sa-east-1",
           "ca-central-1", "ap-northeast-1", "eu-north-1", "af-south-1", "me-south-1", "us-east-2"]
ACTIONS = [("ram.amazonaws.com", "CreateResourceShare", False),
           ("ram.amazonaws.com", "GetResourceShares", True),
           ("iam.amazonaws.com", "ListUsers", True),
           ("kms.amazonaws.com", "Decrypt", True),
           ("sts.amazonaws.com", "AssumeRole", True)]
LOG_NAME = re.compile(r"(\d{12})_CloudTrail_([a-z0-9-]+)_(\d{8}T\d{4})Z_[A-Za-z0-9]{16}\.json\.gz")


def account_name(number):
    return f"{100000000001 + number}"


def unpacked(body):
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


def event_ids(body):
    """Those of a log file {"Records":[...]}, packed or not; None for an event without."""
    return [record.get("eventID") for record in json.loads(unpacked(body))["Records"]]


class Trail:
    """`prefix` stands before AWSLogs and ends in a slash, or is empty."""

    def __init__(self, bucket, prefix="", organization=None, seed=1):
        self.bucket = bucket
        self.prefix = prefix
        self.organization = organization
        self.files = {}
        self.skipped = {}  # key -> kind as the API names it, of what is no log file
        self._random = random.Random(seed)
        self._waiting = {}

    # ---- keys ----

    def folder(self, account, region, when=None, service="CloudTrail"):
        """Where its log files lie, those of one day if there is a time."""
        organization = f"{self.organization}/" if self.organization else ""
        day = when.strftime("%Y/%m/%d/") if when else ""
        return f"{self.prefix}AWSLogs/{organization}{account}/{service}/{region}/{day}"

    def key(self, account, region, when, letters=None):
        """`letters`: the 16 random ones at its end."""
        letters = letters or "".join(self._random.choices(LETTERS, k=16))
        return (f"{self.folder(account, region, when)}{account}_CloudTrail_{region}_"
                f"{when:%Y%m%dT%H%M}Z_{letters}.json.gz")

    # ---- log files ----

    def record(self, account, region, when):
        source, name, read_only = self._random.choice(ACTIONS)
        return {
            "eventVersion": "1.11",
            "userIdentity": {"type": "IAMUser", "accountId": account, "userName": "ann",
                             "arn": f"arn:aws:iam::{account}:user/ann"},
            "eventTime": (when - timedelta(seconds=self._random.randrange(3, 400))
                          ).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "eventSource": source, "eventName": name, "awsRegion": region,
            "sourceIPAddress": f"192.0.2.{self._random.randrange(256)}",
            "userAgent": "aws-cli/2.15.0", "requestParameters": None, "responseElements": None,
            "requestID": str(uuid.UUID(int=self._random.getrandbits(128))),
            "eventID": str(uuid.UUID(int=self._random.getrandbits(128))),
            "readOnly": read_only, "eventType": "AwsApiCall", "managementEvent": True,
            "recipientAccountId": account, "eventCategory": "Management",
        }

    def body(self, account, region, when, events=3):
        records = [self.record(account, region, when) for _ in range(events)]
        text = json.dumps({"Records": records}, separators=(",", ":"))
        return gzip.compress(text.encode(), 1, mtime=0)

    def put(self, key, body, kind=None):
        """At once. With a kind it is no log file."""
        self._note(key, body, kind)
        return self.bucket.put(key, body)

    def file(self, account, region, when, events=3, letters=None):
        """A new log file, delivered now. Gives its key."""
        key = self.key(account, region, when, letters)
        self.put(key, self.body(account, region, when, events))
        return key

    def fill(self, accounts=50, regions=10, days=1, files=1, events=3, start=START):
        """`files` a day in each region of each account; upload() delivers them."""
        for account in map(account_name, range(accounts)):
            for region in REGIONS[:regions]:
                for minute in self._minutes(days, files):
                    when = start + timedelta(minutes=minute)
                    self._later(self.key(account, region, when),
                                self.body(account, region, when, events))

    def _minutes(self, days, files):
        for day in range(days):
            for minute in sorted(self._random.sample(range(1440), files)):
                yield day * 1440 + minute

    def local(self, *paths):
        """Log files of this machine, under the keys that they had or would have had; of folders,
        all that is named as JSON."""
        for path in paths:
            inside = glob.glob(os.path.join(path, "**", "*.json*"), recursive=True)
            for name in sorted(filter(os.path.isfile, inside or [path])):
                with open(name, "rb") as file:
                    self._local_file(os.path.basename(name), file.read())

    def _local_file(self, name, body):
        match = LOG_NAME.fullmatch(name)
        if match:
            when = datetime.strptime(match[3], "%Y%m%dT%H%M")
            return self._later(self.folder(match[1], match[2], when) + name, body)
        value = json.loads(unpacked(body))
        records = value.get("Records", [value]) if isinstance(value, dict) else value
        first = records[0]
        account = first.get("recipientAccountId") or first["userIdentity"]["accountId"]
        when = datetime.strptime(first["eventTime"], "%Y-%m-%dT%H:%M:%SZ")
        packed = gzip.compress(json.dumps({"Records": records}).encode(), mtime=0)
        return self._later(self.key(account, first["awsRegion"], when), packed)

    def generate(self, *options):
        """What build/generate makes of them ("--events", 10000, ...), which is like real logs and
        may hold Insight files too."""
        if self.organization:
            options += ("--organization", self.organization)
        with tempfile.TemporaryDirectory(prefix="traild-trail-") as folder:
            subprocess.run([GENERATE, "--out", folder, *map(str, options)], check=True,
                           stderr=subprocess.PIPE)
            for path in sorted(glob.glob(os.path.join(folder, "**", "*.gz"), recursive=True)):
                key = self.prefix + os.path.relpath(path, folder)
                with open(path, "rb") as file:
                    self._later(key, file.read(), None if "/CloudTrail/" in key else "other trail")

    # ---- what is not a log file ----

    def strangers(self, account=account_name(0), region=REGIONS[0], when=START):
        """One of each kind that lies beside log files in real buckets."""
        logs, date = f"{self.prefix}AWSLogs/{account}/", f"{when:%Y/%m/%d}"
        stamp, minute = f"{when:%Y%m%dT%H%M%SZ}", f"{when:%Y%m%dT%H%MZ}"
        digest = (self.folder(account, region, when, "CloudTrail-Digest")
                  + f"{account}_CloudTrail-Digest_{region}_trail_{region}_{stamp}")
        insight = (self.folder(account, region, when, "CloudTrail-Insight")
                   + f"{account}_CloudTrail-Insight_{region}_{minute}_{'a' * 16}.json.gz")
        packed = gzip.compress(b'{"digestStartTime":"2026-10-01T00:00:00Z","logFiles":[]}', mtime=0)
        for kind, key, body in (
                ("digest", digest + ".json.gz", packed),
                ("digest", digest + "_backfill.json.gz", packed),
                ("insight", insight, self.body(account, region, when, 1)),
                ("other_service", f"{logs}Config/{region}/2026/10/1/ConfigHistory/{account}_Config_"
                 f"{region}_ConfigHistory_AWS_EC2_Instance_{stamp}_1.json.gz", packed),
                ("other_service", f"{logs}elasticloadbalancing/{region}/{date}/{account}_"
                 f"elasticloadbalancing_{region}_app.x.1_{stamp}_192.0.2.1_x.log.gz", packed),
                ("other_service",
                 f"{logs}vpcflowlogs/{region}/{date}/{account}_vpcflowlogs_x.log.gz", packed),
                ("folder", self.folder(account, region), b""),
                ("folder", self.prefix + "AWSLogs/", b""),
                ("foreign", self.prefix + "README.txt", b"Not a log.\n"),
                ("foreign", self.folder(account, region, when) + "notes.txt", b"Not a log.\n")):
            self._later(key, body, kind)

    # ---- delivery ----

    def upload(self):
        """Puts what waits, in the order of the keys."""
        waiting, self._waiting = self._waiting, {}
        self.bucket.put_many(waiting)

    def event_ids(self):
        """Of all log files, sorted; those without are left out."""
        return sorted(name for names in self.files.values() for name in names if name)

    def _later(self, key, body, kind=None):
        self._note(key, body, kind)
        self._waiting[key] = body

    def _note(self, key, body, kind):
        if kind:
            self.skipped[key] = kind
        else:
            self.files[key] = event_ids(body)
