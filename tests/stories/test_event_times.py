"""`from` and `to` of GET /v1/events, in every form. Each row says how many events are left."""

import time
import unittest

from events_case import EVENTS, EventsCase, linked, small_file, small_record, utc
from traild import Traild

MOMENTS = [
    "2026-03-01T00:00:00Z", "2026-03-01T12:00:00Z", "2026-03-01T12:00:00.500Z",
    "2026-03-02T00:00:00Z",
]

ABSOLUTE = [
    ("from is inclusive", "from=2026-03-01T12:00:00Z", 3),
    ("to is exclusive", "to=2026-03-01T12:00:00Z", 1),
    ("a fraction of a second", "from=2026-03-01T12:00:00.500Z", 2),
    ("just behind the fraction", "from=2026-03-01T12:00:00.501Z", 1),
    ("an offset", "from=2026-03-01T13:00:00%2B01:00", 3),
    ("an offset whose plus became a space", "from=2026-03-01T13:00:00+01:00", 3),
    ("an offset to the west", "from=2026-03-01T07:00:00-05:00", 3),
    ("a date is its midnight", "from=2026-03-01&to=2026-03-02", 3),
    ("the next day", "from=2026-03-02", 1),
    ("epoch seconds", "from=1772366400", 3),
    ("epoch milliseconds", "from=1772366400500", 2),
    ("milliseconds up to", "to=1772366400500", 2),
    ("small letters", "from=2026-03-01t12:00:00z", 3),
    ("all", "from=1970-01-01&to=9999-12-31", 4),
    ("between two events", "from=2026-03-01T12:00:00.001Z&to=2026-03-01T12:00:00.500Z", 0),
]

HOUR = 3600
AGES = {
    "30 minutes ago": HOUR / 2, "90 minutes ago": 1.5 * HOUR, "2 days ago": 48 * HOUR,
    "10 days ago": 240 * HOUR, "in an hour": -HOUR,
}

RELATIVE = [
    ("from=now-1h", 2), ("from=-1h", 2), ("from=-3600s", 2), ("from=-60m", 2), ("from=now-24h", 3),
    ("from=-7d", 4), ("from=-1w", 4), ("from=-2w", 5), ("from=-2w&to=now", 4), ("to=-1d", 2),
    ("from=now", 1),
]


class TestTimes(EventsCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Traild()
        cls.addClassCleanup(cls.server.close)

    def count(self, query):
        return len(self.page(self.server, EVENTS + "?" + query).json()["events"])

    def test_forms_of_times(self):
        self.server.upload(small_file(
            small_record(when, when, awsRegion="absolute") for when in MOMENTS))
        for name, query, count in ABSOLUTE:
            with self.subTest(name):
                self.assertEqual(self.count("region=absolute&" + query), count, query)

    def test_times_relative_to_now(self):
        now = time.time()
        self.server.upload(small_file(
            small_record(name, utc(now - age), awsRegion="now") for name, age in AGES.items()))
        for query, count in RELATIVE:
            with self.subTest(query):
                self.assertEqual(self.count("region=now&" + query), count)

    def test_a_relative_time_goes_on_over_the_pages(self):
        when = time.time() - HOUR / 2
        self.server.upload(small_file(
            small_record(f"pages {n}", utc(when + n), awsRegion="pages") for n in range(3)))
        target = EVENTS + "?region=pages&from=-1h&to=now&limit=1"
        first = self.page(self.server, target)
        second = self.page(self.server, linked(first))
        self.assertEqual(self.ids(first) + self.ids(second), ["pages 2", "pages 1"])


if __name__ == "__main__":
    unittest.main()
