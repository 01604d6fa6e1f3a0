"""kill -9 in the middle of `traild import` of a folder, and then the same again until it ends.

Whatever the moment, each file is there in full or not at all, nothing is left of those that were
under way, and the run that ends stores what is missing and nothing twice. ROUNDS says how often
(8)."""

import os
import random
import shutil
import sqlite3
import subprocess
import tempfile
import time
import unittest

from traild import PROGRAM, Traild, environment_without_settings, run
from uploads import LogFile, walk_events, walk_imports

ROUNDS = int(os.environ.get("ROUNDS", "8"))
# Many small ones, some that fill a block together, some larger than a block.
SIZES = [40] * 60 + [2500] * 6 + [60] * 60 + [18000, 35000] + [7000, 1, 0, 16384, 300]
# Of each file so many records stand in the one behind it again.
REPEATED = 5


def make_files(folder):
    files, repeated = [], []
    for number, size in enumerate(SIZES):
        file = LogFile(os.path.join(folder, f"{number:03}.json.gz"), size, number * 3600, repeated)
        repeated = file.records[:REPEATED]
        with open(file.name, "wb") as out:
            out.write(file.body)
        files.append(file)
    return files


class KillImportTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="traild-kill-")
        self.addCleanup(directory.cleanup)
        self.logs = os.path.join(directory.name, "logs")
        self.data = os.path.join(directory.name, "data")
        os.mkdir(self.logs)
        self.files = make_files(self.logs)

    def test_each_file_is_there_in_full_or_not_at_all(self):
        chance = random.Random(20)
        duration = self.measure()
        rounds = killed = 0
        while rounds < ROUNDS or not killed:
            with self.subTest(round=rounds):
                shutil.rmtree(self.data, ignore_errors=True)
                kills = chance.randrange(1, 3)
                killed += sum(self.kill_after(chance.uniform(0.02, duration)) for _ in range(kills))
                self.check_whole_files()
                result = run("import", "--data", self.data, "--jobs", "3", self.logs)
                self.assertEqual(result.returncode, 0, result)
                self.check_all()
            rounds += 1
            duration *= 0.9 if not killed else 1  # measured when the machine was busier
        self.check_events()

    def measure(self):
        """How long it takes here, so that the kills fall into it."""
        began = time.monotonic()
        self.assertEqual(run("import", "--data", self.data, "--jobs", "3", self.logs).returncode, 0)
        self.check_all()
        return time.monotonic() - began

    def kill_after(self, seconds):
        """Whether it was still at it."""
        process = subprocess.Popen(
            [PROGRAM, "import", "--data", self.data, "--jobs", "3", self.logs],
            env=environment_without_settings(), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(seconds)  # any moment will do: nothing is waited for
        process.kill()
        return process.wait() != 0

    def rows(self, sql):
        connection = sqlite3.connect(os.path.join(self.data, "traild.sqlite"))
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def check_whole_files(self):
        """What the kill has left, before anything has put it in order."""
        if not os.path.exists(os.path.join(self.data, "traild.sqlite")):
            return
        self.assertEqual(self.rows("PRAGMA integrity_check"), [("ok",)])
        if not self.rows("SELECT 1 FROM sqlite_master WHERE name = 'import'"):
            return
        self.assertEqual(self.inserted_less_stored(), 0)
        sizes = {file.name: len(file.records) + file.repeated for file in self.files}
        for source, records in self.rows("SELECT source, records FROM import"):
            self.assertEqual(records, sizes[source.decode()])

    def inserted_less_stored(self):
        return self.rows(
            "SELECT (SELECT coalesce(sum(inserted), 0) FROM import)"
            " - (SELECT coalesce(sum(rows), 0) FROM block WHERE staging = 0)"
            " - (SELECT coalesce(sum(rows), 0) FROM pending)")[0][0]

    def check_all(self):
        """Each file has one receipt, and each event is there once."""
        events = sum(len(file.records) for file in self.files)
        self.assertEqual(self.rows("PRAGMA integrity_check"), [("ok",)])
        self.assertEqual(self.inserted_less_stored(), 0)
        self.assertEqual(self.rows("SELECT sum(inserted) FROM import"), [(events,)])
        self.assertEqual(self.rows("SELECT count(*) FROM block WHERE staging <> 0"), [(0,)])
        self.assertEqual(self.rows("SELECT count(*) FROM rejecting"), [(0,)])
        sources = sorted(source.decode() for source, in self.rows("SELECT source FROM import"))
        self.assertEqual(sources, sorted(file.name for file in self.files))

    def check_events(self):
        expected = sorted(event_id for file in self.files for event_id in file.event_ids)
        with Traild(data=self.data) as server:
            events = walk_events(server)
            self.assertEqual(sorted(event["event_id"] for event in events), expected)
            self.assertEqual(len(walk_imports(server)), len(self.files))


if __name__ == "__main__":
    unittest.main()
