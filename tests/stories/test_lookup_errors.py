"""What LookupEvents refuses, as boto3 tells it: clients check next to nothing themselves."""

import unittest
from datetime import datetime, timedelta, timezone

import aws_clients
from lookup_case import UUID, LookupCase, attributes

aws_clients.run_with_boto3()

from botocore.exceptions import ClientError


class ErrorsTest(LookupCase):
    def refusal(self, operation="lookup_events", **parameters):
        with self.assertRaises(ClientError) as raised:
            getattr(self.client, operation)(**parameters)
        return raised.exception

    def check_error(self, error, code, message):
        self.assertEqual(error.response["Error"]["Code"], code)
        self.assertRegex(error.response["Error"]["Message"], message)
        facts = error.response["ResponseMetadata"]
        self.assertEqual(facts["HTTPStatusCode"], 400)
        self.assertRegex(facts["RequestId"], UUID)
        self.assertEqual(facts["HTTPHeaders"]["x-amzn-errortype"], code)

    def test_lookups_that_are_wrong(self):
        now = datetime(2026, 10, 20, tzinfo=timezone.utc)
        rows = (
            ("InvalidMaxResultsException", "1 to 50", {"MaxResults": 51}),
            ("InvalidMaxResultsException", "1 to 50", {"MaxResults": 1000}),
            ("InvalidTimeRangeException", "StartTime",
             {"StartTime": now, "EndTime": now - timedelta(seconds=1)}),
            ("InvalidEventCategoryException", "insight", {"EventCategory": "Insight"}),
            ("InvalidEventCategoryException", "insight", {"EventCategory": "management"}),
            ("InvalidNextTokenException", "NextToken", {"NextToken": "x"}),
            ("InvalidLookupAttributesException", "Eventname", self.pair("Eventname", "x")),
            ("InvalidLookupAttributesException", "true or false", self.pair("ReadOnly", "True")),
            ("InvalidLookupAttributesException", "network|address",
             self.pair("SourceIPAddress", "192.0.2.0/99")),
            ("InvalidLookupAttributesException", "2000", self.pair("Username", "x" * 2001)),
            ("InvalidLookupAttributesException", "twice", self.pair("Username", "_ ,\n" * 251)),
            ("InvalidLookupAttributesException", "Username",
             {"EventCategory": "insight", **self.pair("Username", "x")}),
            ("InvalidLookupAttributesException", "16",
             {"LookupAttributes": attributes([("EventName", "x")] * 17)}),
        )
        for code, message, parameters in rows:
            with self.subTest(code=code, parameters=str(parameters)[:100]):
                self.check_error(self.refusal(**parameters), code, message)

    def pair(self, key, value):
        return {"LookupAttributes": attributes([(key, value)])}

    def test_values_as_long_as_they_may_be(self):
        for value in ("x" * 2000, "é" * 2000, "_ ,\n" * 250):
            found = self.client.lookup_events(**self.pair("Username", value))
            self.assertEqual(found["Events"], [])
        self.client.lookup_events(LookupAttributes=attributes([("EventName", "x")] * 16))

    def test_a_token_is_for_its_list_alone(self):
        own = {**self.pair("Region", "eu-west-1"), "EndTime": datetime(2027, 1, 1)}
        token = self.client.lookup_events(**own, MaxResults=1)["NextToken"]
        self.client.lookup_events(**own, NextToken=token)
        others = ({}, self.pair("Region", "eu-central-1"), self.pair("Region", "eu-west-1"),
                  {**own, "EventCategory": "insight"}, {**own, "EndTime": datetime(2027, 1, 2)},
                  {**own, "StartTime": datetime(2020, 1, 1)},
                  {**own, **self.pair("Region", "eu-west-2")},
                  {**own, **self.pair("EventName", "eu-west-1")})
        for parameters in others:
            with self.subTest(parameters):
                self.check_error(self.refusal(**parameters, NextToken=token),
                                 "InvalidNextTokenException", "same")
        for damaged in (token[:-1], token + "A", token[::-1], "", "*"):
            with self.subTest(damaged):
                self.check_error(self.refusal(**own, NextToken=damaged),
                                 "InvalidNextTokenException", "NextToken")

    def test_a_cursor_is_no_token_and_a_token_no_cursor(self):
        cursor = self.server.get("/v1/events?limit=1").json()["next_cursor"]
        self.check_error(self.refusal(NextToken=cursor), "InvalidNextTokenException", "NextToken")
        token = self.client.lookup_events(MaxResults=1)["NextToken"]
        self.assertEqual(self.server.get("/v1/events?cursor=" + token).status, 400)

    def test_what_cloudtrail_can_do_and_we_do_not(self):
        for operation, parameters in (
                ("create_trail", {"Name": "x", "S3BucketName": "x"}),
                ("stop_logging", {"Name": "x"}), ("delete_trail", {"Name": "x"}),
                ("start_query", {"QueryStatement": "SELECT 1"}),
                ("list_public_keys", {}), ("list_event_data_stores", {}),
                ("put_event_selectors", {"TrailName": "x", "EventSelectors": []})):
            with self.subTest(operation):
                self.check_error(self.refusal(operation, **parameters),
                                 "UnsupportedOperationException", "not supported")


if __name__ == "__main__":
    unittest.main()
