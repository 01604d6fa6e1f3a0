"""A disk that is slow, full or broken, and a system without threads: uploads and `traild import`
either store all of a file or say that they did not, and lists answer meanwhile."""

import errno
import glob
import os
import sqlite3
import tempfile
import threading
import unittest

from disk import Disk
from traild import Traild, run, wait_until
from uploads import LogFile, walk_events, walk_imports

FOREVER = 1 << 40
EVENTS_OF_LARGE = 18000  # more than a block


class DiskCase(unittest.TestCase):
    def setUp(self):
        self.disk = Disk()
        self.addCleanup(self.disk.close)

    def serve(self, *options):
        server = Traild(*options, environment=self.disk.environment)
        self.addCleanup(server.close)
        return server

    def check_stored(self, server, files):
        """These files, each event once, and nothing else, now and after a restart."""
        expected = sorted(event_id for file in files for event_id in file.event_ids)
        for restarted in (False, True):
            if restarted:
                server.restart()
            events = walk_events(server)
            self.assertEqual(sorted(event["event_id"] for event in events), expected)
            receipts = {receipt["source"]: receipt for receipt in walk_imports(server)}
            self.assertEqual(set(receipts), {file.name for file in files})
            for file in files:
                self.assertEqual(receipts[file.name]["inserted"], len(file.records))
        self.assertEqual(server.stop(), 0)
        check_database(self, server.data)


def check_database(case, data):
    connection = sqlite3.connect(os.path.join(data, "traild.sqlite"))
    try:
        case.assertEqual(connection.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        for table, where in (("block", "staging <> 0"), ("rejecting", "1")):
            rows = connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchall()
            case.assertEqual(rows, [(0,)], table)
    finally:
        connection.close()


class Sender(threading.Thread):
    """Uploads its files one after another."""

    def __init__(self, server, files):
        super().__init__()
        self.server = server
        self.files = files
        self.answers = []
        self.start()

    def run(self):
        for file in self.files:
            self.answers.append(file.send(self.server))


class TestSlow(DiskCase):
    def test_uploads_share_what_they_wait_for(self):
        server = self.serve("--workers", "12")
        files = [LogFile(f"f{n}", 5, n * 100) for n in range(40)]
        before = self.disk.syncs
        self.disk.delay_ms = 200
        senders = [Sender(server, files[n::10]) for n in range(10)]
        for sender in senders:
            sender.join()
            self.assertEqual([answer.status for answer in sender.answers], [201] * 4)
        self.disk.delay_ms = 0
        self.assertLessEqual(self.disk.syncs - before, len(files) // 2)
        self.check_stored(server, files)

    def test_lists_answer_while_a_commit_is_stuck(self):
        server = self.serve()
        files = [LogFile("first", 30), LogFile("second", 30, 500), LogFile("third", 20000, 900)]
        self.assertEqual(files[0].send(server).status, 201)
        self.disk.hold = 1
        senders = [Sender(server, [file]) for file in files[1:]]
        wait_until(lambda: self.disk.waiting, "a commit to be stuck")
        for _ in range(20):
            events = server.get("/v1/events?limit=1000").json()["events"]
            self.assertEqual({event["event_id"] for event in events}, files[0].event_ids)
        self.assertEqual(len(walk_imports(server)), 1)
        self.assertEqual(server.get("/v1/events/first-7").status, 200)
        self.assertEqual(server.get("/v1/events/second-7").status, 404)
        self.assertEqual([sender.answers for sender in senders], [[], []])
        self.disk.hold = 0
        for sender in senders:
            sender.join()
            self.assertEqual(sender.answers[0].status, 201)
        self.check_stored(server, files)

    def test_stopping_waits_for_the_disk(self):
        server = self.serve()
        file = LogFile("slow", 30)
        self.disk.hold = 1
        sender = Sender(server, [file])
        wait_until(lambda: self.disk.waiting, "the commit to be stuck")
        server.send_signal(15)
        wait_until(lambda: server.log_lines("stopping"), "the signal to arrive")
        self.disk.hold = 0
        sender.join()
        self.assertEqual(sender.answers[0].status, 201)
        self.assertEqual(server.wait(), 0)
        server.start()
        self.check_stored(server, [file])


FAILURES = [  # what fails, how, the answer
    ("sync_fails", errno.EIO, 500),
    ("sync_fails", errno.ENOSPC, 507),
    ("write_fails", errno.EIO, 500),
    ("write_fails", errno.ENOSPC, 507),
    ("write_fails", errno.EDQUOT, 507),
]


class TestFailing(DiskCase):
    def fail(self, what, how, count=1):
        self.disk.failure = how
        setattr(self.disk, what, count)

    def test_the_upload_is_told_and_may_try_again(self):
        server = self.serve()
        files = [LogFile("before", 50)]
        self.assertEqual(files[0].send(server).status, 201)
        for number, (what, how, status) in enumerate(FAILURES):
            with self.subTest(what=what, how=errno.errorcode[how]):
                file = LogFile(f"f{number}", 20, number * 1000)
                self.fail(what, how)
                answer = file.send(server)
                self.assertEqual(answer.status, status, answer)
                self.assertEqual(server.get(f"/v1/events/f{number}-0").status, 404)
                self.assertEqual(len(walk_imports(server)), len(files))
                self.assertEqual(file.send(server).status, 201)
                files.append(file)
        self.check_stored(server, files)

    def test_a_disk_that_stays_full(self):
        server = self.serve()
        kept = LogFile("kept", 50)
        self.assertEqual(kept.send(server).status, 201)
        self.fail("write_fails", errno.ENOSPC, FOREVER)
        files = [LogFile("small", 20, 100), LogFile("large", EVENTS_OF_LARGE, 9000)]
        for file in files * 2:
            answer = file.send(server)
            self.assertEqual(answer.status, 507, answer)
            self.assertIn("full", answer.json()["detail"])
        self.assertEqual({event["event_id"] for event in walk_events(server)}, kept.event_ids)
        self.disk.heal()
        for file in files:
            self.assertEqual(file.send(server).status, 201)
        self.check_stored(server, [kept] + files)

    def test_uploads_at_once_fail_alone(self):
        """Each is stored in full or told that it is not; and each can be sent again."""
        server = self.serve("--workers", "8")
        files = [LogFile(f"f{n}", 300, n * 1000) for n in range(48)]
        self.disk.delay_ms = 5
        self.fail("sync_fails", errno.EIO, 2)
        senders = [Sender(server, files[n::6]) for n in range(6)]
        while any(sender.is_alive() for sender in senders):
            self.fail("sync_fails", errno.EIO, 2)
            senders[0].join(0.02)
        self.disk.heal()
        known = {receipt["source"] for receipt in walk_imports(server)}
        statuses = set()
        for sender in senders:
            for file, answer in zip(sender.files, sender.answers):
                statuses.add(answer.status)
                self.assertEqual(answer.status == 201, file.name in known, answer)
                self.assertIn(answer.status, (201, 500))
                if answer.status == 500:
                    self.assertEqual(file.send(server).status, 201)
        self.assertIn(500, statuses)
        self.check_stored(server, files)

    def test_a_block_of_a_large_upload_cannot_be_written(self):
        server = self.serve()
        kept = LogFile("kept", 50)
        self.assertEqual(kept.send(server).status, 201)
        file = LogFile("large", 2 * EVENTS_OF_LARGE, 1000)
        for skips in (0, 100, 700):
            with self.subTest(skips=skips):
                self.disk.write_skips = skips
                self.fail("write_fails", errno.ENOSPC)
                answer = file.send(server)
                self.assertEqual(answer.status, 507, answer)
                self.assertEqual(server.get("/v1/events/large-0").status, 404)
        small = LogFile("small", 20, 500)
        self.assertEqual(small.send(server).status, 201)
        self.assertEqual(file.send(server).status, 201)
        self.check_stored(server, [kept, small, file])

    def test_without_threads(self):
        """What could go on beside is done in turn."""
        server = self.serve()
        self.disk.no_threads = 1
        files = [LogFile("large", EVENTS_OF_LARGE)]
        files += [LogFile(f"f{n}", 7000, 300000 + n * 50000) for n in range(5)]
        for file in files:
            self.assertEqual(file.send(server).status, 201)
        self.disk.heal()
        self.check_stored(server, files)


class TestImportCommand(DiskCase):
    def setUp(self):
        super().setUp()
        directory = tempfile.TemporaryDirectory(prefix="traild-story-")
        self.addCleanup(directory.cleanup)
        self.data = os.path.join(directory.name, "data")
        self.logs = os.path.join(directory.name, "logs")
        os.mkdir(self.logs)
        sizes = [200] * 100 + [EVENTS_OF_LARGE]
        self.files = [LogFile(os.path.join(self.logs, f"{n:03}.json.gz"), size, n * 2000)
                      for n, size in enumerate(sizes)]
        for file in self.files:
            with open(file.name, "wb") as out:
                out.write(file.body)

    def load(self, *options):
        return run("import", "--data", self.data, *options, self.logs,
                   environment=self.disk.environment)

    def test_a_disk_that_is_full_for_a_while(self):
        with Traild(data=self.data):
            pass  # there is a store: what fails is an import
        for skips in (20, 250, 340):
            with self.subTest(skips=skips):
                self.disk.write_skips = skips
                self.disk.failure = errno.ENOSPC
                self.disk.write_fails = FOREVER
                result = self.load("--jobs", "2")
                self.disk.heal()
                self.assertEqual(result.returncode, 1, result)
                self.check_named(result)
        self.assertEqual(self.load("--jobs", "2").returncode, 0)
        with Traild(data=self.data) as server:
            self.check_stored(server, self.files)

    def check_named(self, result):
        """What is not named is stored, what is named is not."""
        with Traild(data=self.data) as server:
            stored = {receipt["source"] for receipt in walk_imports(server)}
        for file in self.files:
            named = f"{file.name}: " in result.stderr
            self.assertNotEqual(named, file.name in stored, file.name)

    def test_without_threads(self):
        self.disk.no_threads = 1
        result = self.load()
        self.assertEqual(result.returncode, 1, result)
        self.assertIn("no thread could be started", result.stderr)
        self.disk.heal()
        self.assertEqual(self.load().returncode, 0)
        self.assertEqual(len(glob.glob(os.path.join(self.logs, "*"))), len(self.files))
        with Traild(data=self.data) as server:
            self.check_stored(server, self.files)


if __name__ == "__main__":
    unittest.main()
