"""LookupEvents as boto3 asks for it: every attribute and times. What it finds is what a plain
evaluation of the files finds, and what /v1/events lists."""

import random
import unittest
from datetime import datetime, timedelta, timezone

import aws_clients
from lookup_case import LookupCase, attributes, events_of, listed
from lookup_oracle import lookup
from lookup_records import KNOWN

aws_clients.run_with_boto3()

KEYS = ("EventId", "EventName", "ReadOnly", "Username", "ResourceType", "ResourceName",
        "EventSource", "AccessKeyId", "AccountId", "SourceIPAddress", "Region")
INSIGHT_KEYS = ("EventId", "EventName", "EventSource", "AccountId", "Region")

# The filter of /v1/events that asks the same.
FILTERS = {"EventId": "event_id", "EventName": "action", "ReadOnly": "read_only",
           "EventSource": "service", "AccessKeyId": "access_key", "AccountId": "account",
           "SourceIPAddress": "source_ip", "Region": "region"}

AHEAD = timezone(timedelta(hours=5, minutes=30))


def moment(ms):
    return datetime.fromtimestamp(ms / 1000, timezone.utc)


class AttributesTest(LookupCase):
    def values(self, key, insight=False):
        """All that events have, the rarest first, since it is in corners that things go wrong."""
        found = {}
        for looked in lookup(self.stored, insight=insight):
            values = ({looked.record.get("sourceIPAddress")} if key == "SourceIPAddress"
                      else looked.values(key))
            for value in values:
                found[value] = found.get(value, 0) + 1
        return sorted((value for value in found if value), key=lambda value: (found[value], value))

    def test_everything(self):
        wanted = self.check_found()
        self.assertGreater(len(wanted), 1000)

    def test_resources_that_are_known(self):
        for record, resources in KNOWN:
            with self.subTest(record["eventName"]):
                found = events_of(self.client,
                                  LookupAttributes=attributes([("EventId", record["eventID"])]))
                shown = [(each["ResourceType"], each["ResourceName"])
                         for each in found[0]["Resources"]]
                self.assertEqual((len(found), shown), (1, resources))

    def test_each_attribute(self):
        for key in KEYS:
            values = self.values(key)
            for value in values[:4] + values[4:-4:max(1, len(values) // 4)] + values[-4:]:
                with self.subTest(key=key, value=value):
                    self.check_found([(key, value)])

    def test_insights(self):
        self.assertEqual(len(self.check_found(insight=True)), 8)
        for key in INSIGHT_KEYS:
            for value in self.values(key, insight=True):
                with self.subTest(key=key, value=value):
                    self.check_found([(key, value)], insight=True)

    def test_values_are_compared_as_they_are(self):
        for key, value in (("EventName", "Create*"), ("EventName", "assumerole"),
                           ("EventName", "sts:AssumeRole"), ("EventSource", "sts"),
                           ("EventSource", "STS.amazonaws.com"), ("Username", "ali*"),
                           ("Username", "AWSServiceRoleForAutoScaling"),
                           ("ResourceType", "AWS::S3"), ("ResourceName", "team-bucket/"),
                           ("AccessKeyId", "AKIA"), ("AccountId", "*"), ("Region", "eu-*"),
                           ("EventId", "insight-1"), ("EventName", "DeleteEverything")):
            with self.subTest(key=key, value=value):
                self.check_found([(key, value)], some=False)

    def test_all_of_several_attributes_must_hold(self):
        rng = random.Random(3)
        for looked in rng.sample(lookup(self.stored), 40):
            known = [(key, sorted(looked.values(key))[0]) for key in KEYS
                     if key != "SourceIPAddress" and any(looked.values(key))]
            pairs = rng.sample(known, min(len(known), rng.randrange(2, 5)))
            with self.subTest(pairs=pairs):
                self.assertIn(looked, self.check_found(pairs))
        self.check_found([("EventName", "AssumeRole"), ("EventName", "Decrypt")], some=False)

    def test_v1_events_lists_the_same(self):
        management = {looked.text for looked in lookup(self.stored)}
        for key, name in FILTERS.items():
            value = self.values(key)[-1]
            with self.subTest(key=key, value=value):
                found = events_of(self.client, LookupAttributes=attributes([(key, value)]))
                texts = [text for text in listed(self.server, (name, value))
                         if text in management]
                self.assertEqual([event["CloudTrailEvent"].encode() for event in found], texts)


class TimesTest(LookupCase):
    def second(self, ms):
        return ms // 1000 * 1000

    def test_both_ends_belong_to_it(self):
        """Whatever else happened in the last second, too."""
        rng = random.Random(5)
        times = sorted(looked.ms for looked in lookup(self.stored))
        fractions = [ms for ms in times if ms % 1000]
        self.assertTrue(fractions)
        for _ in range(25):
            start, end = sorted(self.second(rng.choice(times + 200 * fractions)) for _ in range(2))
            with self.subTest(start=start, end=end):
                self.check_found(start=start, end=end, StartTime=moment(start), EndTime=moment(end))

    def test_one_end_alone(self):
        times = sorted(looked.ms for looked in lookup(self.stored))
        middle = self.second(times[len(times) // 2])
        for start, end in ((middle, None), (None, middle), (self.second(times[-1]), None),
                           (None, self.second(times[0])), (times[0] - 90 * 86400000, None)):
            with self.subTest(start=start, end=end):
                given = {name: moment(value) for name, value
                         in (("StartTime", start), ("EndTime", end)) if value is not None}
                self.check_found(start=start, end=end, **given)
        self.check_found(end=self.second(times[0]) - 1000, some=False,
                         EndTime=moment(self.second(times[0]) - 1000))

    def test_ways_to_write_a_time(self):
        start, end = datetime(2026, 10, 20, 12, 0, 5, tzinfo=timezone.utc), "2026-10-20T12:00:05Z"
        first = int(start.timestamp()) * 1000
        for when in (start, start.astimezone(AHEAD), end, "2026-10-20T14:00:05+02:00",
                     int(start.timestamp()), start + timedelta(milliseconds=900)):
            with self.subTest(when=when):
                wanted = self.check_found(start=first, end=first, StartTime=when, EndTime=when)
                self.assertGreaterEqual(len(wanted), len(KNOWN))

    def test_times_and_attributes(self):
        start = int(datetime(2026, 10, 20, tzinfo=timezone.utc).timestamp()) * 1000
        self.check_found([("Username", "alice")], start=start, StartTime=moment(start))


if __name__ == "__main__":
    unittest.main()
