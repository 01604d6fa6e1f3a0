"""What stories about lists of events share: files to import, what the service should hold of them,
and lists walked to their ends.

CORPUS=directory takes log files of your own instead of made-up ones, where a story allows it.
"""

import glob
import gzip
import json
import os
import random
import time
import unittest
from urllib.parse import quote, urlencode

import corpus
import oracle
from traild import Traild

EVENTS = "/v1/events"


# ---- log files ----

def log_files():
    """(body, [(record, its text)]) for each file."""
    if os.environ.get("CORPUS"):
        yield from read_files(os.environ["CORPUS"])
        return
    rng = random.Random(7)
    made = [(record, corpus.text(record, rng)) for record in corpus.records(900, seed=7)]
    # The files overlap: some events come twice.
    for start, end in [(0, 1), (1, 40), (30, 400), (380, 390), (390, 900)]:
        body = corpus.log_file([text for _, text in made[start:end]])
        yield (corpus.packed(body) if rng.random() < 0.5 else body), made[start:end]


def read_files(directory):
    for path in sorted(glob.glob(directory + "/**/*.json*", recursive=True)):
        with open(path, "rb") as file:
            body = file.read()
        text = (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()
        parts = elements(text, text.index("[") + 1)
        yield body, [(json.loads(part), part.encode()) for part in parts]


def elements(text, place):
    """The texts of an array's elements, from behind its bracket."""
    decoder = json.JSONDecoder()
    while True:
        while text[place] in " \t\r\n,":
            place += 1
        if text[place] == "]":
            return
        _, end = decoder.raw_decode(text, place)
        yield text[place:end]
        place = end


def identity(record, text):
    event = oracle.pick(record)
    return (event["event_id"], event["account"]) if event["event_id"] else text


def upload_all(server, files):
    """Imports the files and gives the events that the service should hold, each once."""
    stored = {}
    for body, pairs in files:
        receipt = server.upload(body).json()
        for record, text in pairs:
            new = oracle.Stored(record, text, receipt["id"])
            stored.setdefault(identity(record, text), new)
    return list(stored.values())


# ---- small files for stories about order and time ----

def small_record(name, when, **fields):
    return {
        "eventVersion": "1.08", "eventTime": when, "eventSource": "ram.amazonaws.com",
        "eventName": "TagResource", "awsRegion": "eu-west-1",
        "recipientAccountId": "111122223333", "eventID": str(name), **fields,
    }


def small_file(records):
    return corpus.log_file([json.dumps(record).encode() for record in records])


def utc(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


# ---- lists ----

def address(filters, **others):
    return EVENTS + "?" + urlencode([*filters, *others.items()])


def linked(answer):
    """The address in the Link header."""
    return answer.header("Link").partition(">")[0][1:]


def split_events(answer):
    """[(event without its record, the record's bytes)], the bytes cut out of the answer itself."""
    text = answer.body.decode()
    cut = []
    for part in elements(text, text.index('{"events":[') + len('{"events":[')):
        event = json.loads(part)
        del event["record"]
        record = part[part.index('"record":') + len('"record":'):-1]
        cut.append((event, record.encode()))
    return cut


PLACES = {
    "desc": lambda event: -oracle.milliseconds(event["event_time"]),
    "asc": lambda event: oracle.milliseconds(event["event_time"]),
    "arrival": lambda event: (event["import"], oracle.milliseconds(event["event_time"])),
}


class EventsCase(unittest.TestCase):
    maxDiff = None

    def page(self, server, target):
        answer = server.get(target)
        self.assertEqual(answer.status, 200, f"{target}: {answer}")
        return answer

    def ids(self, answer):
        return [event["event_id"] for event in answer.json()["events"]]

    def walk(self, server, filters, **others):
        """All pages: [(event, record bytes)]. In order of arrival the last page is an empty one."""
        found, seen, cursor = [], set(), {}
        while True:
            answer = self.page(server, address(filters, **others, **cursor))
            page = split_events(answer)
            self.assertLessEqual(len(page), int(others.get("limit", 100)))
            for _, record in page:
                self.assertNotIn(record, seen, "an event came twice")
                seen.add(record)
            found += page
            following = answer.json()["next_cursor"]
            self.check_link(answer, following)
            if others.get("order") == "arrival":
                self.assertEqual(following is None, not page)
            if following is None:
                return found
            cursor = {"cursor": following}

    def check_link(self, answer, cursor):
        if cursor is None:
            self.assertIsNone(answer.header("Link"))
        else:
            self.assertRegex(answer.header("Link"), r'^</v1/events\?.*>; rel="next"$')
            self.assertIn("cursor=" + quote(cursor), answer.header("Link"))

    def check_same(self, found, expected):
        """The same events, in any order, each once, shown as its record says."""
        wanted = {stored.text: stored.event for stored in expected}
        self.assertEqual(len(found), len(wanted))
        for event, record in found:
            self.assertIn(record, wanted)
            self.assertEqual(event, wanted.pop(record))

    def check_order(self, found, order):
        places = [PLACES[order](event) for event, _ in found]
        self.assertEqual(places, sorted(places))


class CorpusCase(EventsCase):
    """A server that holds the log files of log_files."""

    @classmethod
    def setUpClass(cls):
        cls.server = Traild()
        cls.addClassCleanup(cls.server.close)
        cls.stored = upload_all(cls.server, log_files())

    def expect(self, filters):
        return [stored for stored in self.stored if oracle.matches(stored, filters)]
