"""LookupEvents as the AWS CLI asks for it. Each run of the CLI takes a second, so they are few:
test_lookup_boto3 asks the many questions."""

import json
import unittest
from datetime import datetime, timezone

import aws_clients
from events_case import EventsCase
from lookup_case import fill
from lookup_oracle import lookup
from traild import Traild


@unittest.skipUnless(aws_clients.find_cli(), "this system has no package of the AWS CLI")
class CliTest(EventsCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Traild()
        cls.addClassCleanup(cls.server.close)
        cls.stored = fill(cls.server, 300)

    def lookup(self, *options, **others):
        result = aws_clients.cli(self.server, "lookup-events", *options, **others)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return json.loads(result.stdout)

    def check_found(self, answer, wanted):
        """All but times is written as it came."""
        self.assertTrue(wanted)
        found = [{**event, "EventTime": self.moment(event["EventTime"])}
                 for event in answer["Events"]]
        self.assertEqual(found, [looked.event for looked in wanted])

    @staticmethod
    def moment(written):
        """Version 2 of the CLI writes ISO 8601, version 1 the number that came."""
        if isinstance(written, str):
            return datetime.fromisoformat(written)
        return datetime.fromtimestamp(written, timezone.utc)

    def test_everything_page_by_page(self):
        wanted = lookup(self.stored)
        self.check_found(self.lookup(), wanted)

    def test_an_attribute_and_times(self):
        pair = ("EventName", "AssumeRole")
        found = lookup(self.stored, [pair])
        start, end = found[-2].ms // 1000 * 1000, found[1].ms // 1000 * 1000
        answer = self.lookup(
            "--lookup-attributes", "AttributeKey={},AttributeValue={}".format(*pair),
            "--start-time", found[-2].event["EventTime"].strftime("%Y-%m-%dT%H:%M:%S+00:00"),
            "--end-time", end // 1000)
        self.check_found(answer, lookup(self.stored, [pair], start, end))

    def test_names_with_anything_in_them(self):
        pairs = [("ResourceName", "näme \"x\" 🛰"), ("Username", "alice")]
        written = json.dumps([{"AttributeKey": key, "AttributeValue": value}
                              for key, value in pairs])
        self.check_found(self.lookup("--lookup-attributes", written), lookup(self.stored, pairs))

    def test_some_and_then_the_others(self):
        wanted = lookup(self.stored)
        first = self.lookup("--max-items", 70, "--page-size", 50)
        self.check_found(first, wanted[:70])
        second = self.lookup("--max-items", 40, "--starting-token", first["NextToken"])
        self.check_found(second, wanted[70:110])

    def test_one_page(self):
        """With credentials of a session, from another region."""
        answer = self.lookup("--no-paginate", "--max-results", 3, "--region", "ap-southeast-2",
                             environment={"AWS_SESSION_TOKEN": "TOKEN/+="})
        self.check_found(answer, lookup(self.stored)[:3])
        self.assertEqual(set(answer), {"Events", "NextToken"})

    def test_insights_as_text(self):
        result = aws_clients.cli(self.server, "lookup-events", "--event-category", "insight",
                                 "--query", "Events[].[EventId,EventName]", "--output", "text")
        wanted = [f"{looked.event['EventId']}\t{looked.event['EventName']}"
                  for looked in lookup(self.stored, insight=True)]
        self.assertEqual((result.returncode, result.stdout.splitlines()), (0, wanted))

    def check_failed(self, result, operation, code):
        self.assertNotEqual(result.returncode, 0)
        self.assertRegex(result.stderr, rf"An error occurred \({code}\) when calling the "
                                        rf"{operation} operation: \S+")
        self.assertEqual(result.stdout, "")

    def test_errors(self):
        self.check_failed(aws_clients.cli(self.server, "lookup-events", "--max-results", 51),
                          "LookupEvents", "InvalidMaxResultsException")
        self.check_failed(aws_clients.cli(self.server, "lookup-events", "--endpoint-url",
                                          aws_clients.address(self.server) + "/v1"),
                          "LookupEvents", "UnknownOperationException")
        self.check_failed(aws_clients.cli(self.server, "stop-logging", "--name", "x"),
                          "StopLogging", "UnsupportedOperationException")


if __name__ == "__main__":
    unittest.main()
