"""Files that come in no order of time: the server merges their blocks in the background, and lists
say the same before, meanwhile and afterwards, even when it is killed in between."""

import os
import random
import sqlite3
import tempfile
import time
import unittest

from traild import Traild, wait_until
from uploads import LogFile, walk_events

FILES = 10
EVENTS_PER_FILE = 8200  # a block of its own, over all of the time
ORDERS = ["desc", "asc", "arrival"]


def counter(server, name):
    for line in server.get("/metrics").body.decode().splitlines():
        if line.startswith(name + " "):
            return int(line.split()[1])
    raise AssertionError(f"no {name} in /metrics")


class MergeTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.files = [LogFile(f"file-{number}", EVENTS_PER_FILE, number)
                     for number in range(FILES)]
        random.Random(1).shuffle(cls.files)

    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="traild-merge-")
        self.addCleanup(directory.cleanup)
        self.server = Traild(data=os.path.join(directory.name, "data"))
        self.addCleanup(self.server.close)

    def upload_all(self):
        for file in self.files:
            self.assertEqual(file.send(self.server).status, 201)

    def wait_for_merge(self):
        wait_until(lambda: counter(self.server, "traild_store_merges_total") > 0, "a merge")

    def ids(self, order, **parameters):
        return [event["event_id"] for event in
                walk_events(self.server, order=order, limit=1000, **parameters)]

    def check_all(self):
        """Every event once, whichever way one walks."""
        expected = set().union(*(file.event_ids for file in self.files))
        for order in ORDERS:
            found = self.ids(order)
            self.assertEqual(len(found), len(expected), order)
            self.assertEqual(set(found), expected, order)

    def test_lists_stay_the_same(self):
        questions = [dict(order="desc", account="111122223333", action="TagResource"),
                     dict(order="asc", source_ip="192.0.2.77"),
                     dict(order="arrival", principal="user-3")]
        self.upload_all()
        before = [self.ids(**question) for question in questions]
        self.wait_for_merge()
        self.assertEqual([self.ids(**question) for question in questions], before)
        self.check_all()
        self.assertLess(counter(self.server, "traild_store_blocks"), FILES)
        for file in self.files:
            for event_id in random.Random(file.name).sample(sorted(file.event_ids), 3):
                self.assertEqual(self.server.get("/v1/events/" + event_id).status, 200)

    def test_a_cursor_goes_on_behind_a_merge(self):
        self.upload_all()
        pages = {}
        for order in ORDERS:
            page = self.server.get(f"/v1/events?limit=700&order={order}").json()
            pages[order] = [event["event_id"] for event in page["events"]], page["next_cursor"]
        self.wait_for_merge()
        for order, (seen, cursor) in pages.items():
            rest = self.ids(order, cursor=cursor)
            self.assertEqual(seen + rest, self.ids(order), order)

    def test_what_is_stored_is_known_behind_a_merge(self):
        self.upload_all()
        self.wait_for_merge()
        again = LogFile("again", 1, repeated=[record for file in self.files
                                              for record in file.records[::500]])
        receipt = again.send(self.server).json()
        self.assertEqual((receipt["inserted"], receipt["duplicates"]), (1, again.repeated))

    def test_killed_in_the_middle(self):
        self.upload_all()
        for round_number in range(6):
            time.sleep(0.9 + 0.2 * round_number)  # it begins within a second; any moment will do
            self.server.kill()
            self.server.start()
        self.check_all()
        self.wait_for_quiet()
        self.check_all()
        self.assertEqual(self.server.stop(), 0)
        self.check_database()

    def wait_for_quiet(self):
        """It may have been merged before the last kill."""
        wait_until(lambda: counter(self.server, "traild_store_blocks") < FILES, "merged blocks")

    def check_database(self):
        connection = sqlite3.connect(os.path.join(self.server.data, "traild.sqlite"))
        self.addCleanup(connection.close)
        self.assertEqual(connection.execute("PRAGMA integrity_check").fetchall(), [("ok",)])


if __name__ == "__main__":
    unittest.main()
