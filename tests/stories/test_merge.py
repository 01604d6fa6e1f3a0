"""Files that come in no order of time: the server merges their blocks in the background, and lists
say the same before, meanwhile and afterwards, even when it is killed in between."""

import functools
import os
import random
import sqlite3
import unittest

from disk import Disk
from traild import Traild, wait_until
from uploads import ACCOUNTS, LogFile, walk_events

FILES = 10
EVENTS_PER_FILE = 8200  # a block of its own, over all of the time
ORDERS = ["desc", "asc", "arrival"]
PART = f"account={ACCOUNTS[0]}"


def counter(server, name):
    for line in server.get("/metrics").body.decode().splitlines():
        if line.startswith(name + " "):
            return int(line.split()[1])
    raise AssertionError(f"no {name} in /metrics")


@functools.cache
def made_files():
    files = [LogFile(f"file-{number}", EVENTS_PER_FILE, number) for number in range(FILES)]
    random.Random(1).shuffle(files)
    return files


class MergeCase(unittest.TestCase):
    """Files that overlap, uploaded to a server that cannot merge them as long as the disk is held."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.files = made_files()
        cls.disk = cls.enterClassContext(Disk())
        cls.server = cls.enterClassContext(Traild(environment=cls.disk.environment))
        for file in cls.files:
            answer = file.send(cls.server)
            if answer.status != 201:
                raise AssertionError(answer)
        cls.disk.hold = 1

    @classmethod
    def ids(cls, order, **parameters):
        return [event["event_id"] for event in
                walk_events(cls.server, order=order, limit=1000, **parameters)]

    def check_all(self, orders):
        """Every event once, whichever of these ways one walks."""
        expected = set().union(*(file.event_ids for file in self.files))
        for order in orders:
            found = self.ids(order)
            self.assertEqual(len(found), len(expected), order)
            self.assertEqual(set(found), expected, order)


class MergeTest(MergeCase):
    """One merge, and what was asked before it."""

    QUESTIONS = [dict(order="desc", account="111122223333", action="TagResource"),
                 dict(order="asc", source_ip="192.0.2.77"),
                 dict(order="arrival", principal="user-3")]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = [cls.ids(**question) for question in cls.QUESTIONS]
        cls.pages = {}
        for order in ORDERS:
            page = cls.server.get(f"/v1/events?{PART}&limit=300&order={order}").json()
            cls.pages[order] = [event["event_id"] for event in page["events"]], page["next_cursor"]
        cls.disk.hold = 0
        wait_until(lambda: counter(cls.server, "traild_store_merges_total") > 0, "a merge")

    def test_lists_stay_the_same(self):
        self.assertEqual([self.ids(**question) for question in self.QUESTIONS], self.before)
        self.check_all(ORDERS)
        self.assertLess(counter(self.server, "traild_store_blocks"), FILES)
        for file in self.files:
            for event_id in random.Random(file.name).sample(sorted(file.event_ids), 3):
                self.assertEqual(self.server.get("/v1/events/" + event_id).status, 200)

    def test_a_cursor_goes_on_behind_a_merge(self):
        for order, (seen, cursor) in self.pages.items():
            rest = self.ids(order, cursor=cursor, account=ACCOUNTS[0])
            self.assertEqual(seen + rest, self.ids(order, account=ACCOUNTS[0]), order)

    def test_what_is_stored_is_known_behind_a_merge(self):
        again = LogFile("again", 0, repeated=[record for file in self.files
                                              for record in file.records[::500]])
        receipt = again.send(self.server).json()
        self.assertEqual((receipt["inserted"], receipt["duplicates"]), (0, again.repeated))


class KillTest(MergeCase):
    def test_killed_in_the_middle(self):
        """While one of its commits is under way: the first, one of a block, one of the last."""
        for commits in (0, 2, 4):
            self.disk.hold_skips = commits
            self.disk.hold = 1
            wait_until(lambda: self.disk.waiting, "the commit")
            self.assertEqual(counter(self.server, "traild_store_merges_total"), 0)
            self.server.kill()
            self.disk.heal()
            self.disk.waiting = 0  # who waited is gone
            self.server.start()
        wait_until(lambda: counter(self.server, "traild_store_merges_total") > 0, "a merge")
        self.check_all(["arrival"])
        self.assertLess(counter(self.server, "traild_store_blocks"), FILES)
        self.assertEqual(self.server.stop(), 0)
        self.check_database()

    def check_database(self):
        connection = sqlite3.connect(os.path.join(self.server.data, "traild.sqlite"))
        self.addCleanup(connection.close)
        self.assertEqual(connection.execute("PRAGMA integrity_check").fetchall(), [("ok",)])


if __name__ == "__main__":
    unittest.main()
