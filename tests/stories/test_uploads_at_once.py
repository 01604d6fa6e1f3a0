"""Uploads of every size at the same time, half of which bring the same events, beside readers."""

import threading
import unittest

from traild import Traild
from uploads import LogFile, walk_events, walk_imports

SIZES = [30, 17500, 1, 400, 3000, 30, 30, 2, 30, 8200]


class Sender(threading.Thread):
    def __init__(self, server, files):
        super().__init__()
        self.server = server
        self.files = files
        self.answers = []

    def run(self):
        self.answers = [file.send(self.server) for file in self.files]


class Reader(threading.Thread):
    """Lists the newest again and again; what it sees must be in order and each event once."""

    def __init__(self, server):
        super().__init__()
        self.server = server
        self.ended = threading.Event()
        self.wrong = []

    def run(self):
        while not self.ended.is_set():
            answer = self.server.get("/v1/events?limit=200&view=summary")
            events = answer.json().get("events", []) if answer.status == 200 else [None]
            if None in events or len({event["event_id"] for event in events}) != len(events):
                self.wrong.append(answer)
            times = [event["event_time"] for event in events if event]
            if times != sorted(times, reverse=True):
                self.wrong.append(times)


class UploadsAtOnceTest(unittest.TestCase):
    def setUp(self):
        self.server = Traild("--workers", "6")
        self.addCleanup(self.server.close)

    def make_files(self):
        """Of two senders each, who bring the same events in files that are cut differently."""
        files = []
        for pair in range(2):
            own = [LogFile(f"p{pair}-f{n}", size, n * 9000) for n, size in enumerate(SIZES)]
            others = [LogFile(f"p{pair}-again{n}", 1, 5000 + n, before.records + behind.records[:50])
                      for n, (before, behind) in enumerate(zip(own, own[1:]))]
            files += [own, others]
        return files

    def test_every_event_once(self):
        files = self.make_files()
        senders = [Sender(self.server, part) for part in files]
        reader = Reader(self.server)
        for thread in senders + [reader]:
            thread.start()
        for sender in senders:
            sender.join()
        reader.ended.set()
        reader.join()
        self.assertEqual(reader.wrong, [])
        self.check_answers(senders)
        self.check_events({event_id for part in files for file in part
                           for event_id in file.event_ids})

    def check_answers(self, senders):
        inserted, ids = 0, []
        for sender in senders:
            self.assertEqual([answer.status for answer in sender.answers],
                             [201] * len(sender.files))
            receipts = [answer.json() for answer in sender.answers]
            for file, receipt in zip(sender.files, receipts):
                self.assertEqual(receipt["records"], len(file.records) + file.repeated)
                inserted += receipt["inserted"]
            own = [receipt["id"] for receipt in receipts]
            self.assertEqual(own, sorted(own))
            ids += own
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual(inserted, len(walk_events(self.server)))
        self.assertEqual(sorted(ids), sorted(item["id"] for item in walk_imports(self.server)))

    def check_events(self, expected):
        for order in ("desc", "arrival"):
            events = walk_events(self.server, order=order)
            self.assertEqual(len(events), len(expected), order)
            self.assertEqual({event["event_id"] for event in events}, expected)


if __name__ == "__main__":
    unittest.main()
