"""GET /v1/events and /v1/events/{event_id} over a real socket: every filter and view, against a
plain evaluation of the same records (oracle.py)."""

import json
import os
import random
import unittest
from urllib.parse import quote

import oracle
from events_case import EVENTS, CorpusCase, address, elements, linked, split_events
from traild import Traild

DAY_3 = oracle.milliseconds("2026-10-03T00:00:00Z")
DAY_4 = oracle.milliseconds("2026-10-04T00:00:00Z")

# What each row asks, as a client sends it. Times are milliseconds here, for the oracle's sake;
# their other forms have stories of their own.
FILTERS = [
    ("one account", [("account", "111122223333")]),
    ("accounts by their end", [("account", "*9999")]),
    ("either of two regions", [("region", "eu-west-1"), ("region", "us-east-1")]),
    ("neither of two regions", [("region.not", "eu-west-1"), ("region.not", "us-east-1")]),
    ("a service by its short name", [("service", "ram")]),
    ("a service by its whole name", [("service", "ram.amazonaws.com")]),
    ("a service in capitals", [("service", "RAM")]),
    ("services by a star", [("service", "*s.amazonaws.com")]),
    ("not a service", [("service.not", "ram"), ("service.not", "kms")]),
    ("an action of any service", [("action", "TagResource")]),
    ("an action of one service", [("action", "kms:TagResource")]),
    ("all actions of a service", [("action", "ram:*")]),
    ("actions by their beginning", [("action", "Get*"), ("action", "ram:Create*")]),
    ("not these actions", [("action.not", "Get*"), ("action.not", "ram:*")]),
    ("a principal by name", [("principal", "alice")]),
    ("a principal by session", [("principal", "ci-17")]),
    ("a principal by ARN", [("principal", "arn:aws:iam::111122223333:user/alice")]),
    ("a principal by the ARN of its role", [("principal", "arn:aws:iam::*:role/teams/deploy")]),
    ("a principal whose name holds a star", [("principal", "build\\*agent")]),
    ("not this principal", [("principal.not", "alice"), ("principal.not", "*deploy*")]),
    ("root in any form", [("principal_kind", "root"), ("principal_kind", "root_session")]),
    ("not a role", [("principal_kind.not", "role_session")]),
    ("callers of an account", [("principal_account", "999900001111")]),
    ("callers that are not of these accounts", [("principal_account.not", "1*")]),
    ("an access key", [("access_key", "AKIAIOSFODNN7EXAMPLE")]),
    ("no temporary key", [("access_key.not", "ASIA*")]),
    ("an address", [("source_ip", "192.0.2.10")]),
    ("an address written with zeros", [("source_ip", "198.51.100.007")]),
    ("an address of version 6, written otherwise", [("source_ip", "2001:0db8::0:1")]),
    ("a network", [("source_ip", "192.0.2.0/25")]),
    ("a network of version 6", [("source_ip", "2001:db8::/33")]),
    ("a network with bits behind the prefix", [("source_ip", "198.51.100.99/24")]),
    ("a source that is no address", [("source_ip", "AWS Internal")]),
    ("sources by a star", [("source_ip", "*.amazonaws.com")]),
    ("not from there", [("source_ip.not", "192.0.2.0/24"), ("source_ip.not", "*.amazonaws.com")]),
    ("a program", [("user_agent", "aws-cli/*")]),
    ("a program with quotes", [("user_agent", '[Terraform/1.6 "quoted" \\ back]')]),
    ("a program with stars", [("user_agent", "100% \\*starred\\*")]),
    ("a program beyond ASCII", [("user_agent", "Ünïcode agent 🛰")]),
    ("not a program", [("user_agent.not", "Boto3/*")]),
    ("an error", [("error_code", "AccessDenied")]),
    ("any error", [("error_code", "*")]),
    ("no error", [("error_code", "none")]),
    ("not without an error", [("error_code.not", "none")]),
    ("not this error, but perhaps none", [("error_code.not", "AccessDenied")]),
    ("no error or a certain one", [("error_code", "none"), ("error_code", "Client.*")]),
    ("the error that is called *", [("error_code", "\\*")]),
    ("a resource by ARN", [("resource", "arn:aws:s3:::team-bucket")]),
    ("a resource by the last part", [("resource", "report.csv")]),
    ("resources by a star", [("resource", "arn:aws:kms:*")]),
    ("a resource without a colon", [("resource", "plain-name")]),
    ("not these resources", [("resource.not", "arn:aws:s3:::*")]),
    ("what writes", [("read_only", "false")]),
    ("what does not say that it reads", [("read_only.not", "true"), ("read_only.not", "false")]),
    ("a type of event", [("event_type", "AwsServiceEvent")]),
    ("not a type of event", [("event_type.not", "AwsApiCall")]),
    ("a category", [("event_category", "Data"), ("event_category", "Network*")]),
    ("not a category", [("event_category.not", "Management")]),
    ("an import", [("import", "3")]),
    ("not these imports", [("import.not", "3"), ("import.not", "5")]),
    ("a day", [("from", DAY_3), ("to", DAY_4)]),
    ("until a day", [("to", DAY_3)]),
    ("many at once", [
        ("account", "111122223333"), ("account", "444455556666"), ("read_only", "false"),
        ("error_code", "none"), ("service.not", "iam"), ("region.not", "us-*"),
    ]),
]

EXACT = ("principal_kind", "read_only", "event_id", "import")
RECORD_FIELDS = {"event_type": "eventType", "event_category": "eventCategory"}
PRINCIPAL_FIELDS = {
    "principal_kind": "kind", "principal_account": "account", "access_key": "access_key",
}


class TestFilters(CorpusCase):
    def test_every_event_is_shown_as_its_record_says(self):
        found = self.walk(self.server, [])
        self.check_same(found, self.stored)
        self.check_order(found, "desc")

    @unittest.skipIf(os.environ.get("CORPUS"), "the rows are about made-up records")
    def test_each_filter(self):
        for name, filters in FILTERS:
            with self.subTest(name):
                expected = self.expect(filters)
                self.assertTrue(0 < len(expected) < len(self.stored), "the row asks nothing")
                found = self.walk(self.server, filters, limit=1000)
                self.check_same(found, expected)
                self.check_order(found, "desc")

    def test_the_event_id_filter(self):
        ids = [stored.event["event_id"] for stored in self.stored if stored.event["event_id"]]
        filters = [("event_id", ids[5]), ("event_id", ids[7])]
        self.check_same(self.walk(self.server, filters), self.expect(filters))
        filters = [("event_id.not", ids[6])]
        self.check_same(self.walk(self.server, filters, limit=1000), self.expect(filters))


class TestFiltersAtRandom(CorpusCase):
    def test_filters_at_random(self):
        rng = random.Random(11)
        for _ in range(150):
            filters = self.filters(rng)
            order = rng.choice(["desc", "asc", "arrival"])
            with self.subTest(address(filters, order=order)):
                limit = rng.choice([7, 100, 1000])
                found = self.walk(self.server, filters, order=order, limit=limit)
                self.check_same(found, self.expect(filters))
                self.check_order(found, order)

    def filters(self, rng):
        chosen = []
        for name in rng.sample(list(oracle.TESTS), rng.randrange(1, 4)):
            form = rng.choice(["", "", ".not"])
            for _ in range(rng.choice([1, 1, 2, 3])):
                chosen.append((name + form, self.value(rng, name)))
        bound = rng.choice([None, None, "from", "to"])
        if bound is not None:
            chosen.append((bound, max(1, rng.choice(self.stored).ms)))
        return chosen

    def value(self, rng, name):
        """A value that some event has, at times with a star in it."""
        value = None
        for _ in range(1000):
            value = value or self.value_of(rng, name, rng.choice(self.stored))
        value = str(value)
        if name == "source_ip" and oracle.address(value) and rng.random() < 0.5:
            return f"{oracle.address(value)}/{rng.randrange(8, 33)}"
        if name in EXACT or rng.random() < 0.6:
            return value
        value = value.replace("*", "\\*")
        place = rng.randrange(len(value))
        rest = value[place + rng.randrange(4):] if rng.random() < 0.5 else ""
        return value[:place] + "*" + rest

    @staticmethod
    def value_of(rng, name, stored):
        event, who = stored.event, stored.event["principal"]
        if name == "principal":
            return who[rng.choice(["name", "arn", "session", "issuer"])]
        if name == "resource":
            return rng.choice([None, *oracle.resource_values(event)])
        if name == "read_only":
            return rng.choice(["true", "false"])
        if name == "action" and event["service"] and event["action"] and rng.random() < 0.3:
            return event["service"].partition(".")[0] + ":" + event["action"]
        if name in RECORD_FIELDS:
            return stored.record.get(RECORD_FIELDS[name])
        return who[PRINCIPAL_FIELDS[name]] if name in PRINCIPAL_FIELDS else event[name]


class TestViews(CorpusCase):
    def test_a_summary_is_the_event_without_its_record(self):
        full = self.page(self.server, address([], limit=1000)).json()["events"]
        for event in full:
            del event["record"]
        summary = self.page(self.server, address([], limit=1000, view="summary"))
        self.assertEqual(summary.json()["events"], full)

    def test_records_are_a_log_file_again(self):
        answer = self.page(self.server, address([], limit=1000, view="records"))
        text = answer.body.decode()
        self.assertTrue(text.startswith('{"Records":['))
        records = [part.encode() for part in elements(text, len('{"Records":['))]
        full = split_events(self.page(self.server, address([], limit=1000)))
        self.assertEqual(records, [record for _, record in full])
        self.assertEqual(list(answer.json()), ["Records"])

    def test_a_log_file_of_records_can_be_imported(self):
        target = address([], limit=1000, view="records")
        body = self.page(self.server, target).body
        with Traild() as other:
            receipt = other.upload(body).json()
            self.assertEqual(receipt["inserted"], min(len(self.stored), 1000))
            self.assertEqual(receipt["rejected"], 0)
            times = [record["eventTime"] for record in other.get(target).json()["Records"]]
            self.assertEqual(times, [record["eventTime"] for record in json.loads(body)["Records"]])

    def test_the_next_page_of_records_stands_in_the_link(self):
        first = self.page(self.server, address([], limit=3, view="records"))
        second = self.page(self.server, linked(first))
        whole = split_events(self.page(self.server, address([], limit=6)))
        self.assertEqual(first.json()["Records"] + second.json()["Records"],
                         [json.loads(record) for _, record in whole])


class TestOneEvent(CorpusCase):
    def with_id(self):
        return [stored for stored in self.stored if stored.event["event_id"]]

    def test_one_event_by_its_id(self):
        for stored in self.with_id()[:20]:
            target = EVENTS + "/" + quote(stored.event["event_id"], safe="")
            answer = self.page(self.server, target)
            event = answer.json()
            self.assertEqual(event.pop("record"), stored.record)
            self.assertEqual(event, stored.event)
            self.assertIn(b'"record":' + stored.text + b"}", answer.body)

    def test_one_event_as_summary(self):
        stored = self.with_id()[0]
        target = EVENTS + "/" + stored.event["event_id"] + "?view=summary"
        self.assertEqual(self.page(self.server, target).json(), stored.event)

    def test_an_event_that_is_not_there(self):
        absent = ["00000000-0000-0000-0000-000000000000", "%00", "a%2Fb", "*", "%F0%9F%9B%B0"]
        for name in absent:
            with self.subTest(name):
                answer = self.server.get(EVENTS + "/" + name)
                self.assertEqual((answer.status, answer.json()["status"]), (404, 404))


if __name__ == "__main__":
    unittest.main()
