"""What boto3 learns about the trails that are followed: DescribeTrails and its like."""

import unittest
from datetime import datetime, timezone

import aws_clients
import s3_server
from lookup_case import UUID
from s3_case import S3Case
from s3_trail import REGIONS, Trail, account_name

aws_clients.run_with_boto3()

from botocore.exceptions import ClientError

ARN = "arn:aws:cloudtrail:us-east-1:000000000000:trail/"

# Prowler and others take for granted that these are there.
FLAGS = {"IncludeGlobalServiceEvents": True, "IsMultiRegionTrail": True,
         "LogFileValidationEnabled": False, "HasCustomEventSelectors": False,
         "HasInsightSelectors": False}


class TrailsTest(S3Case):
    """An organization's trail below a prefix, and one of an account, which fills a bucket alone."""

    @classmethod
    def setUpClass(cls):
        cls.now = datetime.now(timezone.utc).replace(second=0, microsecond=0)
        cls.buckets = [s3_server.bucket(), s3_server.bucket()]
        cls.trails = [Trail(cls.buckets[0], prefix="logs/of/all/", organization="o-exampleorgid"),
                      Trail(cls.buckets[1])]
        for trail in cls.trails:
            trail.file(account_name(0), REGIONS[0], cls.now)

    def setUp(self):
        uris = [self.buckets[0].uri("logs/of/all/"), self.buckets[1].uri()]
        self.before = datetime.now(timezone.utc).replace(microsecond=0)
        self.traild = self.server(*[word for uri in uris for word in ("--follow", uri)],
                                  "--follow-interval", "1s")
        for number in (1, 2):
            self.until_trail(self.traild, lambda trail: trail["status"] == "following",
                             "it to catch up", number)
        self.client = aws_clients.boto3_client(self.traild)
        self.addCleanup(self.client.close)

    def described(self, name):
        return self.client.get_trail(Name=name)["Trail"]

    def refusal(self, operation, **parameters):
        with self.assertRaises(ClientError) as raised:
            getattr(self.client, operation)(**parameters)
        facts = raised.exception.response["ResponseMetadata"]
        self.assertEqual(facts["HTTPStatusCode"], 400)
        self.assertRegex(facts["RequestId"], UUID)
        return raised.exception.response["Error"]["Code"]

    def test_trails(self):
        """One start of the server for all of it."""
        listed = self.client.list_trails()["Trails"]
        names = [trail["Name"] for trail in listed]
        self.assertEqual(names, ["trail-1", "trail-2"])
        self.assertEqual([trail["TrailARN"] for trail in listed], [ARN + name for name in names])
        pages = self.client.get_paginator("list_trails").paginate().build_full_result()
        self.assertEqual(pages["Trails"], listed)
        self.check_described(names)
        for name in (*names, *(ARN + name for name in names)):
            with self.subTest(name):
                self.check_status(name)
                self.check_selectors(name)
        self.check_refusals()

    def check_described(self, names):
        described = self.client.describe_trails()["trailList"]
        self.assertEqual(described, [self.described(name) for name in names])
        self.assertEqual([trail["S3BucketName"] for trail in described],
                         [bucket.name for bucket in self.buckets])
        self.assertEqual([trail.get("S3KeyPrefix") for trail in described], ["logs/of/all", None])
        self.assertEqual([trail["IsOrganizationTrail"] for trail in described], [True, False])
        self.assertEqual([trail["TrailARN"] for trail in described], [ARN + name for name in names])
        for flag, value in FLAGS.items():
            self.assertEqual([trail[flag] for trail in described], [value, value])
        for wanted in (["trail-2"], [ARN + "trail-2"], ["trail-2", "nobody"]):
            found = self.client.describe_trails(trailNameList=wanted, includeShadowTrails=False)
            self.assertEqual(found["trailList"], described[1:])
        self.assertEqual(self.client.describe_trails(trailNameList=["nobody"])["trailList"], [])

    def check_status(self, name):
        status = self.client.get_trail_status(Name=name)
        self.assertIs(status["IsLogging"], True)
        self.assertNotIn("LatestDeliveryError", status)
        self.assertGreaterEqual(status["StartLoggingTime"], self.before)
        self.assertGreaterEqual(status["LatestDeliveryTime"], self.now)

    def check_selectors(self, name):
        selectors = self.client.get_event_selectors(TrailName=name)
        self.assertEqual(selectors["TrailARN"], ARN + name.removeprefix(ARN))
        self.assertEqual([each["ReadWriteType"] for each in selectors["EventSelectors"]], ["All"])
        self.assertEqual(self.refusal("get_insight_selectors", TrailName=name),
                         "InsightNotEnabledException")
        arn = ARN + name.removeprefix(ARN)
        self.assertEqual(self.client.list_tags(ResourceIdList=[arn])["ResourceTagList"],
                         [{"ResourceId": arn, "TagsList": []}])

    def check_refusals(self):
        for operation, member in (("get_trail", "Name"), ("get_trail_status", "Name"),
                                  ("get_event_selectors", "TrailName"),
                                  ("get_insight_selectors", "TrailName")):
            for name in ("nobody", "trail-3", "trail-", ARN + "trail-3",
                         "arn:aws:cloudtrail:us-east-1:111122223333:trail/trail-1"):
                with self.subTest(operation=operation, name=name):
                    self.assertEqual(self.refusal(operation, **{member: name}),
                                     "TrailNotFoundException")


if __name__ == "__main__":
    unittest.main()
