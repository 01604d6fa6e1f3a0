"""kill -9 while files are being uploaded, round after round in one data directory.

After each restart an acknowledged import is there in full, and one that was not acknowledged is
there in full or not at all. ROUNDS says how often (8)."""

import http.client
import os
import random
import shutil
import sqlite3
import tempfile
import threading
import time
import unittest

from traild import Traild
from uploads import LogFile, walk_events, walk_imports

ROUNDS = int(os.environ.get("ROUNDS", "8"))
SENDERS = 4
FILES_READY = 8  # of each sender, made beforehand: the senders must keep the server busy
# Around one event, around a frame, and over a block, so that the kill meets every kind of write.
SIZES = [1, 1, 2, 3, 3, 15, 16, 17, 40, 40, 40, 300, 2500] * 2 + [17000]


class Sender(threading.Thread):
    """Uploads its files back to back, then single events, until the server is gone."""

    def __init__(self, server, name, seed, earlier):
        super().__init__()
        self.server = server
        self.name = name
        self.random = random.Random(seed)
        self.earlier = earlier
        self.files = [self.make_file(number) for number in range(FILES_READY)]
        self.acknowledged = []  # (file, receipt)
        self.unanswered = []
        self.wrong = []

    def make_file(self, number):
        repeated = []
        if self.earlier and self.random.random() < 0.3:
            records = self.random.choice(self.earlier).records
            repeated = self.random.sample(records, min(len(records), 10))
        return LogFile(f"{self.name}-{number}", self.random.choice(SIZES),
                       self.random.randrange(20 * 86400), repeated)

    def all_files(self):
        yield from self.files
        number = len(self.files)
        while True:
            yield LogFile(f"{self.name}-{number}", 1)
            number += 1

    def run(self):
        for file in self.all_files():
            try:
                answer = file.send(self.server)
            except (OSError, http.client.HTTPException):
                self.unanswered.append(file)
                return
            if answer.status != 201:
                self.wrong.append(answer)
                return
            self.acknowledged.append((file, answer.json()))


class KillTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory(prefix="traild-kill-")
        self.addCleanup(self.directory.cleanup)
        self.server = Traild(data=os.path.join(self.directory.name, "data"))
        self.addCleanup(self.server.close)
        self.files = {}  # by name, those that must be there
        self.receipts = {}  # by name

    def test_nothing_acknowledged_is_lost(self):
        for round_number in range(ROUNDS):
            with self.subTest(round=round_number):
                senders = self.upload_until_killed(round_number)
                self.check_database(copied=True)
                self.server.start()
                self.check_round(senders)
        self.check_all()
        self.assertEqual(self.server.stop(), 0)
        self.check_database(copied=False)

    def upload_until_killed(self, round_number):
        chance = random.Random(round_number)
        senders = [Sender(self.server, f"r{round_number}-s{number}", f"{round_number} {number}",
                          list(self.files.values())) for number in range(SENDERS)]
        for sender in senders:
            sender.start()
        time.sleep(chance.uniform(0.01, 0.4))  # any moment will do: nothing is waited for
        self.server.kill()
        for sender in senders:
            sender.join()
            self.assertEqual(sender.wrong, [])
        return senders

    def check_database(self, copied):
        """SQLite's own check; on a copy where the server must find what the kill left."""
        data = self.server.data
        if copied:
            data = os.path.join(self.directory.name, "copy")
            shutil.copytree(self.server.data, data)
            self.addCleanup(shutil.rmtree, data, ignore_errors=True)
        names = [name for name in os.listdir(data) if is_database(os.path.join(data, name))]
        self.assertEqual(len(names), 1, os.listdir(data))
        connection = sqlite3.connect(os.path.join(data, names[0]))
        try:
            self.assertEqual(connection.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
            self.assertEqual(connection.execute("PRAGMA foreign_key_check").fetchall(), [])
        finally:
            connection.close()
        if copied:
            shutil.rmtree(data)

    def check_round(self, senders):
        known = {receipt["source"]: receipt for receipt in walk_imports(self.server)}
        for sender in senders:
            for file, receipt in sender.acknowledged:
                self.assertEqual(known.get(file.name), receipt)
                self.keep(file, receipt)
            for file in sender.unanswered:
                self.check_unanswered(file, known.get(file.name))
        self.assertEqual(set(self.receipts), {receipt["source"] for receipt in
                                              walk_imports(self.server)})

    def check_unanswered(self, file, receipt):
        """All or nothing; and it can be sent again, whichever it was."""
        if receipt is None:
            for event_id in [file.records[0]["eventID"], file.records[-1]["eventID"]]:
                self.assertEqual(self.server.get("/v1/events/" + event_id).status, 404)
        again = file.send(self.server)
        self.assertEqual(again.status, 201 if receipt is None else 200, again)
        if receipt is None:
            receipt = again.json()
        else:
            self.assertEqual(again.json()["duplicate_of"], receipt["id"])
        self.keep(file, receipt)

    def keep(self, file, receipt):
        self.assertEqual(receipt["records"], len(file.records) + file.repeated)
        self.assertEqual(receipt["inserted"], len(file.records))
        self.assertEqual(receipt["duplicates"], file.repeated)
        self.check_events(file, receipt)
        self.files[file.name] = file
        self.receipts[file.name] = receipt

    def check_events(self, file, receipt):
        events = walk_events(self.server, **{"import": receipt["id"]})
        self.assertEqual(len(events), len(file.records), file.name)
        self.assertEqual({event["event_id"] for event in events}, file.event_ids)

    def check_all(self):
        """Everything of every round, and nothing else."""
        expected = {}
        for file in self.files.values():
            expected.update(dict.fromkeys(file.event_ids, self.receipts[file.name]["id"]))
        events = walk_events(self.server, order="arrival")
        self.assertEqual(len(events), len(expected))
        self.assertEqual({event["event_id"]: event["import"] for event in events}, expected)


def is_database(path):
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return file.read(16) == b"SQLite format 3\0"


if __name__ == "__main__":
    unittest.main()
