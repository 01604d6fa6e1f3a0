"""Pages of LookupEvents: any size, and whole while others import."""

import itertools
import json
import unittest
from datetime import datetime, timedelta, timezone

import aws_clients
from lookup_case import MOST, LookupCase, attributes, events_of, pages
from lookup_oracle import lookup

aws_clients.run_with_boto3()


class PagesTest(LookupCase):
    def check_pages(self, limit, **parameters):
        """All pages but the last are full, and no token comes twice."""
        found = list(pages(self.client, **parameters))
        self.assertEqual({len(page["Events"]) for page in found[:-1]} - {limit}, set())
        tokens = [page.get("NextToken") for page in found]
        self.assertEqual(len(set(tokens)), len(tokens))
        self.assertIsNone(tokens[-1])
        return [event for page in found for event in page["Events"]]

    def test_pages_of_any_size_hold_the_same_list(self):
        self.assertEqual(self.check_pages(MOST), [looked.event for looked in lookup(self.stored)])
        pairs = [("EventSource", "sts.amazonaws.com")]
        wanted = [looked.event for looked in lookup(self.stored, pairs)]
        for limit in (1, 7, 49, 50):
            with self.subTest(limit):
                found = self.check_pages(limit, LookupAttributes=attributes(pairs),
                                         PaginationConfig={"PageSize": limit})
                self.assertEqual(found, wanted)

    def test_a_full_last_page_has_no_token(self):
        pair = attributes([("EventName", "AssumeRole")])
        start = lookup(self.stored, [("EventName", "AssumeRole")])[9].event["EventTime"]
        count = len(events_of(self.client, LookupAttributes=pair, StartTime=start))
        self.assertLessEqual(count, MOST)
        answer = self.client.lookup_events(LookupAttributes=pair, StartTime=start, MaxResults=count)
        self.assertEqual(len(answer["Events"]), count)
        self.assertNotIn("NextToken", answer)

    def test_the_size_may_change_from_page_to_page(self):
        wanted = [looked.event for looked in lookup(self.stored)]
        found, token = [], {}
        for limit in (3, 50, 1, 20):
            answer = self.client.lookup_events(MaxResults=limit, **token)
            found += answer["Events"]
            token = {"NextToken": answer["NextToken"]}
        self.assertEqual(found, wanted[:74])
        self.assertEqual(self.client.lookup_events(**token)["Events"], wanted[74:74 + MOST])

    def test_a_page_can_be_asked_for_again(self):
        token = self.client.lookup_events()["NextToken"]
        first, second = (self.client.lookup_events(NextToken=token) for _ in range(2))
        self.assertEqual(first["Events"], second["Events"])

    def test_a_walk_that_is_cut_goes_on(self):
        """PaginationConfig with MaxItems, and its own token, which cuts pages."""
        wanted = [looked.event for looked in lookup(self.stored)]
        cut = pages(self.client, PaginationConfig={"MaxItems": 73, "PageSize": 50})
        first = cut.build_full_result()
        rest = pages(self.client, PaginationConfig={"StartingToken": first["NextToken"],
                                                    "MaxItems": 60})
        self.assertEqual(first["Events"] + rest.build_full_result()["Events"], wanted[:133])


class WhileImportingTest(LookupCase):
    """A walk through thousands of events, while others arrive on both sides of its place."""

    OWN = 4000

    def late(self, number):
        """As small_record, spread over all the days."""
        when = datetime(2026, 10, 1, tzinfo=timezone.utc) + timedelta(hours=7 * number % 800)
        return {"eventVersion": "1.09", "eventTime": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "eventSource": "ram.amazonaws.com", "eventName": "Late", "awsRegion": "eu-west-1",
                "recipientAccountId": "111122223333", "eventID": f"late-{number}",
                "eventCategory": "Management"}

    def upload(self, numbers):
        body = json.dumps({"Records": [self.late(number) for number in numbers]}).encode()
        self.assertEqual(self.server.upload(body).json()["inserted"], len(numbers))

    def test_nothing_comes_twice_or_is_passed_by(self):
        found, numbers = [], itertools.count()
        for page in pages(self.client):
            found += page["Events"]
            self.upload([next(numbers) for _ in range(8)])
        known = [event for event in found if event["EventName"] != "Late"]
        self.assertEqual(known, [looked.event for looked in lookup(self.stored)])
        late = [event["EventId"] for event in found if event["EventName"] == "Late"]
        self.assertEqual(len(set(late)), len(late))
        self.assertGreater(len(late), 0)
        times = [event["EventTime"] for event in found]
        self.assertEqual(times, sorted(times, reverse=True))


class RestartTest(LookupCase):
    OWN = 10

    def test_a_token_outlives_the_server(self):
        wanted = [looked.event for looked in lookup(self.stored)]
        first = self.client.lookup_events(MaxResults=20)
        self.server.restart()
        client = aws_clients.boto3_client(self.server)
        self.addCleanup(client.close)
        second = client.lookup_events(MaxResults=20, NextToken=first["NextToken"])
        self.assertEqual(first["Events"] + second["Events"], wanted[:40])


if __name__ == "__main__":
    unittest.main()
