"""kill -9 and SIGTERM in the middle of what comes from S3.

Whatever the moment, the next start goes on by itself; in the end each event is there once, each
file has one receipt, and the counters are exact. ROUNDS says how often (8)."""

import os
import random
import shutil
import tempfile
import time
import unittest
from datetime import timedelta

import s3_faults as faults
import s3_server
from s3_case import S3Case, count_insights, keys_of, sources
from s3_trail import REGIONS, START, Trail, account_name
from traild import wait_until
from uploads import walk_imports

ROUNDS = int(os.environ.get("ROUNDS", "8"))


class KillCase(S3Case):
    def setUp(self):
        self.bucket = s3_server.bucket()
        self.made = Trail(self.bucket)
        directory = tempfile.TemporaryDirectory(prefix="traild-kill-")
        self.addCleanup(directory.cleanup)
        self.data = os.path.join(directory.name, "data")

    def check_store(self):
        """What a kill or an end has left."""
        self.assertEqual(self.rows(self.data, "PRAGMA integrity_check"), [("ok",)])
        self.assertEqual(self.rows(self.data, "PRAGMA foreign_key_check"), [])

    def check_events(self, server):
        self.assertEqual(self.ids(server), self.made.event_ids())


class PrefixTest(KillCase):
    """Files of all kinds: good ones, unreadable ones, and others than log files."""

    ACCOUNT = account_name(1)

    def setUp(self):
        super().setUp()
        self.made.fill(accounts=2, regions=5, files=30)
        self.made.strangers()
        self.made.upload()
        count_insights(self.made)
        self.good = sorted(self.made.files)
        self.unreadable = [self.unreadable_file(minute) for minute in range(0, 1440, 150)]

    def unreadable_file(self, minute):
        key = self.made.key(self.ACCOUNT, REGIONS[2], START + timedelta(minutes=minute))
        self.bucket.put(key, b'{"Records":[{"eventID": %d' % minute)
        return key

    def serve(self):
        return self.server("--s3-allow", self.bucket.name, "--downloads", "1", data=self.data)

    def test_nothing_is_lost_and_nothing_comes_twice(self):
        chance = random.Random(4)
        duration = self.measure()
        rounds = interrupted = 0
        while rounds < ROUNDS or not interrupted:
            with self.subTest(round=rounds):
                shutil.rmtree(self.data)
                interrupted += self.one_round(chance, duration)
            rounds += 1
            duration *= 0.9 if not interrupted else 1  # measured when the machine was busier

    def measure(self):
        """How long it takes here, so that the kills fall into it."""
        server = self.serve()
        number = self.begin(server, self.bucket.uri())
        began = time.monotonic()
        self.ended(server, number)
        duration = time.monotonic() - began
        self.check_all(server, number)
        server.close()
        return duration

    def one_round(self, chance, duration):
        server = self.serve()
        number = self.begin(server, self.bucket.uri())
        interrupted = 0
        for _ in range(chance.randrange(1, 4)):
            # Any moment will do: nothing is waited for.
            time.sleep(chance.uniform(0.0, 1.2 * duration))
            server.kill()
            self.check_store()
            interrupted += self.is_unfinished(number)
            server.start()
        self.ended(server, number)
        self.check_all(server, number)
        self.assertEqual(server.stop(), 0)
        self.check_store()
        return interrupted

    def is_unfinished(self, number):
        return self.rows(self.data, f"SELECT count(*) FROM progress WHERE import = {number} "
                         "AND ended_ms = 0")[0][0]

    def check_all(self, server, number):
        receipt = self.receipt(server, number)
        self.check_counters(receipt, done=len(self.good), failed=len(self.unreadable),
                            skipped=len(self.made.skipped))
        self.check_skipped(receipt, self.made)
        self.assertEqual((receipt["inserted"], receipt["duplicates"]),
                         (len(self.made.event_ids()), 0))
        for status, keys in (("done", self.good), ("failed", self.unreadable)):
            self.assertEqual(sources(self.files_of(server, number, status=status), self.bucket),
                             sorted(keys))
        self.check_events(server)


class FollowTest(KillCase):
    """Files keep coming while the server is killed again and again."""

    def test_a_trail_that_is_followed(self):
        chance = random.Random(5)
        self.made.fill(accounts=2, regions=3, files=40)
        self.made.upload()
        server = self.server("--follow", self.bucket.uri(), "--follow-interval", "1s",
                             data=self.data)
        for round_number in range(ROUNDS):
            with self.subTest(round=round_number):
                self.deliver(round_number)
                time.sleep(chance.uniform(0.0, 0.4))  # any moment will do
                server.kill()
                self.check_store()
                server.start()
        wait_until(lambda: len(self.ids(server)) >= len(self.made.event_ids()), "all events")
        self.check_events(server)
        self.until_trail(server, lambda trail: trail["status"] == "following", "it to catch up")
        files = walk_imports(server)
        self.assertEqual(sources(files, self.bucket), sorted(self.made.files))
        self.assertEqual(server.stop(), 0)
        self.check_store()

    def deliver(self, number):
        for account in range(2):
            for minute in range(5):
                when = START + timedelta(hours=1 + number, minutes=minute)
                self.made.file(account_name(account), REGIONS[number % 3], when)


class StopTest(KillCase):
    """SIGTERM while a download hangs and a list hangs, for which nobody waits as for clients."""

    def setUp(self):
        super().setUp()
        self.made.fill(accounts=1, regions=2, files=30)
        self.made.upload()
        self.through = self.proxy()

    def serve(self):
        return self.server("--s3-allow", self.bucket.name, proxy=self.through, data=self.data)

    def test_a_download_that_hangs(self):
        self.through.rule(faults.stall(50), target=r"\.json\.gz", skip=20)
        server = self.serve()
        number = self.begin(server, self.bucket.uri())
        wait_until(lambda: self.receipt(server, number)["progress"]["files_done"] == 20, "some")
        self.check_goes_on(server, number)
        fetched = [request for request in self.through.gets() if request.fault is None]
        self.assertEqual(sorted(keys_of(fetched, self.bucket)), sorted(self.made.files))

    def test_a_list_that_hangs(self):
        self.through.rule(faults.stall(), target="list-type")
        server = self.serve()
        number = self.begin(server, self.bucket.uri())
        wait_until(self.through.lists, "a list")
        self.check_goes_on(server, number)

    def check_goes_on(self, server, number):
        self.assertEqual(server.stop(), 0)
        self.check_store()
        self.through.heal()
        server.start()
        receipt = self.ended(server, number)
        self.check_counters(receipt, done=len(self.made.files))
        self.check_events(server)

    def test_a_bucket_that_is_not_allowed_any_more(self):
        """It would never go on: it ends, and says why."""
        self.through.rule(faults.stall(50), target=r"\.json\.gz", skip=20)
        server = self.serve()
        number = self.begin(server, self.bucket.uri())
        wait_until(lambda: self.receipt(server, number)["progress"]["files_done"] == 20, "some")
        server.kill()
        for options in (["--s3-allow", "another-bucket"], []):
            other = self.server(*options, data=self.data)
            receipt = self.ended(other, number, "failed")
            self.assertIn(self.bucket.name, receipt["error"])
            self.assertIn("--s3-allow", receipt["error"])
            other.kill()


if __name__ == "__main__":
    unittest.main()
