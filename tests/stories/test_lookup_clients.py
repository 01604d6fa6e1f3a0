"""Programs that people run against CloudTrail, as they call it, and other languages' SDKs, as they
write requests."""

import json
import unittest
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

import aws_clients
from lookup_case import TARGET, UUID, LookupCase, attributes, call
from lookup_oracle import lookup
from traild import Traild

aws_clients.run_with_boto3()

from botocore import UNSIGNED

DAY = datetime(2026, 10, 20, tzinfo=timezone.utc)
SECONDS = int(DAY.timestamp())
BERLIN = timezone(timedelta(hours=2))


class ProgramsTest(LookupCase):
    def between(self, start, end):
        first, last = (int(when.timestamp()) * 1000 for when in (start, end))
        return lookup(self.stored, start=first, end=last)

    def test_trailscraper(self):
        """A paginator without options, times with the zone of whoever asks, records as text."""
        start, end = DAY.astimezone(BERLIN) - timedelta(days=6), DAY.astimezone(BERLIN)
        found = [json.loads(event["CloudTrailEvent"])
                 for page in self.client.get_paginator("lookup_events").paginate(
                     StartTime=start, EndTime=end)
                 for event in page["Events"]]
        self.assertEqual(found, [looked.record for looked in self.between(start, end)])
        self.assertGreater(len(found), 100)

    def steampipe(self, columns, limit=None):
        """Pages of 50, or of what LIMIT says if that is less; each column of the WHERE that is an
        attribute as one; until there is no token."""
        asked, rows = {"MaxResults": min(limit or 50, 50)}, []
        if columns:
            asked["LookupAttributes"] = attributes(columns)
        while True:
            answer = self.client.lookup_events(**asked)
            rows += answer["Events"]
            if "NextToken" not in answer or (limit and len(rows) >= limit):
                return rows[:limit]
            asked["NextToken"] = answer["NextToken"]

    def test_steampipe(self):
        for columns, limit in (([], None), ([("Username", "alice")], None), ([], 120), ([], 5),
                               ([("EventSource", "sts.amazonaws.com"), ("ReadOnly", "true")], 60)):
            with self.subTest(columns=columns, limit=limit):
                wanted = [looked.event for looked in lookup(self.stored, columns)][:limit]
                self.assertEqual(self.steampipe(columns, limit), wanted)
                self.assertTrue(wanted)

    def test_a_poller_that_keeps_its_last_time(self):
        """From the last event's time on, again and again: both ends are inclusive, so it sees the
        last one once more, and misses none."""
        seen, start, step = set(), DAY - timedelta(days=3), timedelta(hours=12)
        while start < DAY:
            for page in self.client.get_paginator("lookup_events").paginate(
                    StartTime=start, EndTime=start + step, PaginationConfig={"PageSize": 50}):
                seen.update(event["CloudTrailEvent"].encode() for event in page["Events"])
            start += step
        wanted = self.between(DAY - timedelta(days=3), DAY)
        self.assertEqual(seen, {looked.text for looked in wanted})

    def test_without_a_signature(self):
        client = aws_clients.boto3_client(self.server, signature_version=UNSIGNED)
        self.addCleanup(client.close)
        self.assertEqual(client.lookup_events()["Events"], self.client.lookup_events()["Events"])

    def test_a_presigned_address(self):
        """Signature, date and all in the query."""
        query = {"X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Date": "20261122T133103Z",
                 "X-Amz-Credential": "AKIDEXAMPLE/20261122/us-east-1/cloudtrail/aws4_request",
                 "X-Amz-Expires": "900", "X-Amz-SignedHeaders": "content-type;host;x-amz-target",
                 "X-Amz-Security-Token": "TOKEN/+=", "X-Amz-Signature": "0" * 64}
        target = "/?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
        answer = self.server.post(target, b"{}", {"X-Amz-Target": TARGET + "LookupEvents",
                                                  "Content-Type": "application/x-amz-json-1.1"})
        self.assertEqual((answer.status, answer.json()), (200, call(self.server).json()))

    def test_what_was_looked_up_is_a_log_file(self):
        """Pages that were saved, as `aws cloudtrail lookup-events` writes them, are imported."""
        paginator = self.client.get_paginator("lookup_events")
        found = paginator.paginate(PaginationConfig={"MaxItems": 99}).build_full_result()
        events = found["Events"]
        with Traild() as other:
            body = json.dumps({"Events": events}, default=str).encode()
            receipt = other.upload(body).json()
            self.assertEqual((receipt["inserted"], receipt["rejected"]), (99, 0))
            again = call(other, body={"MaxResults": 50}).json()
        self.assertEqual([event["CloudTrailEvent"] for event in again["Events"]],
                         [event["CloudTrailEvent"] for event in events[:50]])


class RequestsTest(LookupCase):
    """What goes over the wire, and how SDKs differ in it."""

    def found(self, answer):
        self.assertEqual(answer.status, 200, answer)
        self.assertRegex(answer.header("x-amzn-RequestId"), UUID)
        self.assertEqual(answer.header("Content-Type"), "application/x-amz-json-1.1")
        return [event["CloudTrailEvent"].encode() for event in answer.json()["Events"]]

    def test_numbers_that_are_times(self):
        """Whole, with a fraction as in Go and Java, with an exponent as in .NET."""
        end = SECONDS * 1000
        wanted = [looked.text for looked in lookup(self.stored, end=end)][:50]
        for number in ("%d", "%d.0", "%d.000", "%de0", "%d000e-3"):
            with self.subTest(number):
                body = b'{"EndTime": %s}' % (number % SECONDS).encode()
                self.assertEqual(self.found(call(self.server, body=body)), wanted)
        exponent = f'{{"EndTime":{SECONDS / 10 ** 9:.9f}E9}}'.encode()
        self.assertEqual(self.found(call(self.server, body=exponent)), wanted)

    def test_times_with_a_fraction(self):
        with_fraction = [looked for looked in lookup(self.stored) if looked.ms % 1000]
        for looked in with_fraction[:60]:
            for start, end, inside in ((0, 0, True), (1, 1, False), (-1, -1, False)):
                with self.subTest(ms=looked.ms, start=start, end=end):
                    body = {"StartTime": (looked.ms + start) / 1000,
                            "EndTime": (looked.ms + end) / 1000}
                    found = self.found(call(self.server, body=body))
                    self.assertEqual(looked.text in found, inside)

    def test_times_are_numbers_in_the_answer(self):
        """Only some SDKs read anything else."""
        answer = call(self.server, body={"EndTime": SECONDS})
        wanted = [looked.ms / 1000 for looked in lookup(self.stored, end=SECONDS * 1000)][:50]
        self.assertEqual([event["EventTime"] for event in answer.json()["Events"]], wanted)

    def test_members_without_a_value(self):
        everything = self.found(call(self.server))
        nothing = {"LookupAttributes": None, "StartTime": None, "EndTime": None,
                   "EventCategory": None, "MaxResults": None, "NextToken": None}
        for body in (nothing, {"LookupAttributes": []}, b"", b" {} "):
            with self.subTest(body=body):
                self.assertEqual(self.found(call(self.server, body=body)), everything)

    def test_headers(self):
        everything = self.found(call(self.server))
        for headers in ({"Content_Type": "application/x-amz-json-1.1; charset=utf-8"},
                        {"Content_Type": "application/json"},
                        {"X_Amz_Target": "CloudTrail_20131101.LookupEvents"},
                        {"X_Amz_Target": "LookupEvents"},
                        {"Accept_Encoding": "gzip", "Amz_Sdk_Request": "attempt=1; max=3"}):
            with self.subTest(headers):
                self.assertEqual(self.found(call(self.server, **headers)), everything)

    def test_requests_that_are_wrong(self):
        rows = (
            ("UnknownOperationException", "LookupEvent", {"operation": "LookupEvent"}),
            ("UnknownOperationException", "lookupevents", {"operation": "lookupevents"}),
            ("UnknownOperationException", "X-Amz-Target", {"X_Amz_Target": None}),
            ("UnknownOperationException", "Content-Type", {"Content_Type": "text/plain"}),
            ("SerializationException", "JSON", {"body": b"{"}),
            ("SerializationException", "object", {"body": b"[]"}),
            ("SerializationException", "JSON", {"body": b'{"MaxResults":1,"MaxResults":2}'}),
            ("SerializationException", "JSON", {"body": b"\xff"}),
            ("SerializationException", "MaxResults", {"body": {"MaxResults": "5"}}),
            ("SerializationException", "MaxResults", {"body": {"MaxResults": 5.5}}),
            ("InvalidMaxResultsException", "1 to 50", {"body": {"MaxResults": 0}}),
            ("InvalidMaxResultsException", "1 to 50", {"body": {"MaxResults": -1}}),
            ("SerializationException", "StartTime", {"body": {"StartTime": [1]}}),
            ("InvalidTimeRangeException", "StartTime", {"body": {"StartTime": "yesterday"}}),
            ("InvalidTimeRangeException", "StartTime", {"body": b'{"StartTime":1e300}'}),
            ("InvalidTimeRangeException", "EndTime", {"body": {"EndTime": SECONDS * 1000}}),
            ("SerializationException", "LookupAttributes", {"body": {"LookupAttributes": {}}}),
            ("SerializationException", "LookupAttributes", {"body": {"LookupAttributes": ["x"]}}),
            ("InvalidLookupAttributesException", "AttributeValue",
             {"body": {"LookupAttributes": [{"AttributeKey": "Username"}]}}),
            ("InvalidLookupAttributesException", "1 to 2000",
             {"body": {"LookupAttributes": attributes([("Username", "")])}}),
            ("SerializationException", "NextToken", {"body": {"NextToken": 7}}),
            ("ValidationException", "Attributes", {"body": {"Attributes": []}}),
        )
        for code, message, sent in rows:
            with self.subTest(code=code, sent=sent):
                self.check_refused(call(self.server, **sent), code, message)

    def test_bodies_that_are_too_large(self):
        answer = call(self.server, body=b'{"NextToken":"' + b"x" * (1 << 20) + b'"}')
        self.check_refused(answer, "RequestEntityTooLargeException", "131072 bytes", status=413)

    def test_pages_of_other_sites_cannot_ask(self):
        for headers in ({"Origin": "https://example.com"}, {"Sec_Fetch_Site": "cross-site"}):
            with self.subTest(headers):
                answer = call(self.server, **headers)
                self.check_refused(answer, "AccessDeniedException", "another site", status=403)

    def test_a_name_that_is_not_ours(self):
        answer = call(self.server, Host="example.com")
        self.check_refused(answer, "AccessDeniedException", "--host", status=421)

    def test_a_parameter_that_nobody_knows(self):
        answer = self.server.post("/?Action=x", b"{}", {"X-Amz-Target": TARGET + "LookupEvents"})
        self.check_refused(answer, "ValidationException", "Action")

    def test_no_two_answers_have_one_id(self):
        identities = {call(self.server, body={"MaxResults": limit}).header("x-amzn-RequestId")
                      for limit in (1, 1, 51)}
        self.assertEqual(len(identities), 3)


if __name__ == "__main__":
    unittest.main()
