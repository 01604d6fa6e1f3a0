"""GET /v1/events and /v1/events/{event_id} over a real socket: every filter, time form, order, page and
view, against a plain evaluation of the same records (oracle.py).

CORPUS=directory runs the stories about filters and pages on log files of your own instead.
"""

import glob
import gzip
import json
import os
import random
import threading
import time
import unittest
from urllib.parse import quote, urlencode

import corpus
import oracle
from traild import Traild

EVENTS = "/v1/events"


def log_files():
    """(body, [(record, its text)]) per file, made up or from CORPUS."""
    if os.environ.get("CORPUS"):
        yield from read_files(os.environ["CORPUS"])
        return
    rng = random.Random(7)
    made = [(record, corpus.text(record, rng)) for record in corpus.records(900, seed=7)]
    for start, end in [(0, 1), (1, 40), (30, 400), (380, 390), (390, 900)]:
        body = corpus.log_file([text for _, text in made[start:end]])
        yield (corpus.packed(body) if rng.random() < 0.5 else body), made[start:end]


def read_files(directory):
    for path in sorted(glob.glob(directory + "/**/*.json*", recursive=True)):
        with open(path, "rb") as file:
            body = file.read()
        text = (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()
        yield body, [(json.loads(part), part.encode()) for part in elements(text, text.index("[") + 1)]


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
            stored.setdefault(identity(record, text), oracle.Stored(record, text, receipt["id"]))
    return list(stored.values())


def address(filters, **others):
    return EVENTS + "?" + urlencode([*filters, *others.items()])


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


class EventsCase(unittest.TestCase):
    maxDiff = None

    def page(self, server, target):
        answer = server.get(target)
        self.assertEqual(answer.status, 200, f"{target}: {answer}")
        return answer

    def walk(self, server, filters, **others):
        """All pages: [(event, record bytes)]. In order of arrival there is no last one, only an empty one."""
        found, cursor = [], {}
        while True:
            answer = self.page(server, address(filters, **others, **cursor))
            page = split_events(answer)
            found += page
            self.assertLessEqual(len(page), int(others.get("limit", 100)))
            texts = [record for _, record in found]
            self.assertEqual(len(texts), len(set(texts)), "an event came twice")
            following = answer.json()["next_cursor"]
            self.check_link(answer, following)
            self.assertTrue(following or others.get("order") != "arrival")
            if following is None or not page:
                return found
            cursor = {"cursor": following}

    def check_link(self, answer, cursor):
        link = answer.header("Link")
        if cursor is None:
            self.assertIsNone(link)
        else:
            self.assertRegex(link, r'^</v1/events\?.*>; rel="next"$')
            self.assertIn("cursor=" + quote(cursor), link)

    def check_same(self, found, expected):
        """The same events, in any order, each once, shown as its record says."""
        wanted = {stored.text: stored.event for stored in expected}
        self.assertEqual(len(found), len(wanted))
        for event, record in found:
            self.assertIn(record, wanted)
            self.assertEqual(event, wanted.pop(record))

    def check_order(self, found, order):
        keys = {
            "desc": lambda event: -oracle.milliseconds(event["event_time"]),
            "asc": lambda event: oracle.milliseconds(event["event_time"]),
            "arrival": lambda event: (event["import"], oracle.milliseconds(event["event_time"])),
        }
        values = [keys[order](event) for event, _ in found]
        self.assertEqual(values, sorted(values))


# What each row asks, as a client sends it. Times are milliseconds here for the oracle's sake; other
# forms have a story of their own.
DAY = 86400000
FILTERS = [
    ("one account", [("account", "111122223333")]),
    ("accounts by their end", [("account", "*9999")]),
    ("either of two regions", [("region", "eu-west-1"), ("region", "us-east-1")]),
    ("neither of two regions", [("region.not", "eu-west-1"), ("region.not", "us-east-1")]),
    ("a service by its short name", [("service", "ram")]),
    ("a service by its whole name", [("service", "ram.amazonaws.com")]),
    ("a service in capitals", [("service", "RAM")]),
    ("services by a star", [("service", "*s.amazonaws.com")]),
    ("not a service", [("service.not", "ram"), ("service.not", "kms")]),
    ("an action of any service", [("action", "TagResource")]),
    ("an action of one service", [("action", "kms:TagResource")]),
    ("all actions of a service", [("action", "ram:*")]),
    ("actions by their beginning", [("action", "Get*"), ("action", "ram:Create*")]),
    ("not these actions", [("action.not", "Get*"), ("action.not", "ram:*")]),
    ("a principal by name", [("principal", "alice")]),
    ("a principal by session", [("principal", "ci-17")]),
    ("a principal by ARN", [("principal", "arn:aws:iam::111122223333:user/alice")]),
    ("a principal by the ARN of its role", [("principal", "arn:aws:iam::*:role/teams/deploy")]),
    ("a principal whose name holds a star", [("principal", "build\\*agent")]),
    ("not this principal", [("principal.not", "alice"), ("principal.not", "*deploy*")]),
    ("root in any form", [("principal_kind", "root"), ("principal_kind", "root_session")]),
    ("not a role", [("principal_kind.not", "role_session")]),
    ("callers of an account", [("principal_account", "999900001111")]),
    ("callers that are not of these accounts", [("principal_account.not", "1*")]),
    ("an access key", [("access_key", "AKIAIOSFODNN7EXAMPLE")]),
    ("no temporary key", [("access_key.not", "ASIA*")]),
    ("an address", [("source_ip", "192.0.2.10")]),
    ("an address written with zeros", [("source_ip", "198.51.100.007")]),
    ("an address of version 6, written otherwise", [("source_ip", "2001:0db8::0:1")]),
    ("a network", [("source_ip", "192.0.2.0/25")]),
    ("a network of version 6", [("source_ip", "2001:db8::/33")]),
    ("a network with bits behind the prefix", [("source_ip", "198.51.100.99/24")]),
    ("a source that is no address", [("source_ip", "AWS Internal")]),
    ("sources by a star", [("source_ip", "*.amazonaws.com")]),
    ("not from there", [("source_ip.not", "192.0.2.0/24"), ("source_ip.not", "*.amazonaws.com")]),
    ("a program", [("user_agent", "aws-cli/*")]),
    ("a program with quotes", [("user_agent", '[Terraform/1.6 "quoted" \\ back]')]),
    ("a program with stars", [("user_agent", "100% \\*starred\\*")]),
    ("a program beyond ASCII", [("user_agent", "Ünïcode agent 🛰")]),
    ("not a program", [("user_agent.not", "Boto3/*")]),
    ("an error", [("error_code", "AccessDenied")]),
    ("any error", [("error_code", "*")]),
    ("no error", [("error_code", "none")]),
    ("not without an error", [("error_code.not", "none")]),
    ("not this error, but perhaps none", [("error_code.not", "AccessDenied")]),
    ("no error or a certain one", [("error_code", "none"), ("error_code", "Client.*")]),
    ("the error that is called *", [("error_code", "\\*")]),
    ("a resource by ARN", [("resource", "arn:aws:s3:::team-bucket")]),
    ("a resource by the last part", [("resource", "report.csv")]),
    ("resources by a star", [("resource", "arn:aws:kms:*")]),
    ("a resource without a colon", [("resource", "plain-name")]),
    ("not these resources", [("resource.not", "arn:aws:s3:::*")]),
    ("what writes", [("read_only", "false")]),
    ("what does not say that it reads", [("read_only.not", "true"), ("read_only.not", "false")]),
    ("a type of event", [("event_type", "AwsServiceEvent")]),
    ("not a type of event", [("event_type.not", "AwsApiCall")]),
    ("a category", [("event_category", "Data"), ("event_category", "Network*")]),
    ("not a category", [("event_category.not", "Management")]),
    ("an import", [("import", "3")]),
    ("not these imports", [("import.not", "3"), ("import.not", "5")]),
    ("a day", [("from", oracle.milliseconds("2026-10-03T00:00:00Z")), ("to", oracle.milliseconds("2026-10-04T00:00:00Z"))]),
    ("until a day", [("to", oracle.milliseconds("2026-10-02T00:00:00Z"))]),
    ("many at once", [("account", "111122223333"), ("account", "444455556666"), ("read_only", "false"),
                      ("error_code", "none"), ("service.not", "iam"), ("region.not", "us-*")]),
]


class TestEvents(EventsCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Traild()
        cls.addClassCleanup(cls.server.close)
        cls.stored = upload_all(cls.server, log_files())

    def expect(self, filters):
        return [stored for stored in self.stored if oracle.matches(stored, filters)]

    def test_every_event_is_shown_as_its_record_says(self):
        found = self.walk(self.server, [])
        self.check_same(found, self.stored)
        self.check_order(found, "desc")

    @unittest.skipIf(os.environ.get("CORPUS"), "the rows are about made-up records")
    def test_each_filter(self):
        for name, filters in FILTERS:
            with self.subTest(name):
                expected = self.expect(filters)
                self.assertTrue(0 < len(expected) < len(self.stored), "the row asks nothing")
                found = self.walk(self.server, filters, limit=1000)
                self.check_same(found, expected)
                self.check_order(found, "desc")

    def test_the_event_id_filter(self):
        wanted = [stored.event["event_id"] for stored in self.stored if stored.event["event_id"]][5:8]
        filters = [("event_id", wanted[0]), ("event_id", wanted[2])]
        self.check_same(self.walk(self.server, filters), self.expect(filters))
        filters = [("event_id.not", wanted[1])]
        self.check_same(self.walk(self.server, filters, limit=1000), self.expect(filters))

    def test_filters_at_random(self):
        rng = random.Random(11)
        for _ in range(150):
            filters = self.random_filters(rng)
            order = rng.choice(["desc", "asc", "arrival"])
            with self.subTest(address(filters, order=order)):
                found = self.walk(self.server, filters, order=order, limit=rng.choice([7, 100, 1000]))
                self.check_same(found, self.expect(filters))
                self.check_order(found, order)

    def random_filters(self, rng):
        filters = []
        for name in rng.sample(list(oracle.TESTS), rng.randrange(1, 4)):
            form = rng.choice(["", "", ".not"])
            filters += [(name + form, self.random_value(rng, name)) for _ in range(rng.choice([1, 1, 2, 3]))]
        if rng.random() < 0.3:
            filters.append(("from", rng.choice(self.stored).ms))
        if rng.random() < 0.3 and not filters[-1][0] == "from":
            filters.append(("to", max(1, rng.choice(self.stored).ms)))
        return filters

    def random_value(self, rng, name):
        """A value that some event has, at times with a star in it."""
        for _ in range(1000):
            stored = rng.choice(self.stored)
            value = self.value_of(rng, name, stored)
            if value is not None:
                break
        value = str(value).lower() if name == "read_only" else str(value)
        if name == "source_ip" and oracle.address(value) and rng.random() < 0.5:
            return f"{oracle.address(value)}/{rng.randrange(8, 33)}"
        if name in ("principal_kind", "read_only", "event_id", "import") or rng.random() < 0.6:
            return value
        value = value.replace("*", "\\*")
        place = rng.randrange(len(value))
        return value[:place] + "*" + (value[place + rng.randrange(4):] if rng.random() < 0.5 else "")

    @staticmethod
    def value_of(rng, name, stored):
        event, who = stored.event, stored.event["principal"]
        if name == "principal":
            return who[rng.choice(["name", "arn", "session", "issuer"])]
        if name == "resource":
            return rng.choice([None, *oracle.resource_values(event)])
        if name == "action" and event["service"] and event["action"] and rng.random() < 0.3:
            return event["service"].partition(".")[0] + ":" + event["action"]
        if name in ("event_type", "event_category"):
            return stored.record.get({"event_type": "eventType", "event_category": "eventCategory"}[name])
        parts = {"principal_kind": "kind", "principal_account": "account", "access_key": "access_key"}
        return who[parts[name]] if name in parts else event[name]

    # ---- pages ----

    def test_pages_of_any_size_hold_the_same_list(self):
        for order in ("desc", "asc", "arrival"):
            whole = self.walk(self.server, [], order=order, limit=1000)
            self.check_same(whole, self.stored)
            self.check_order(whole, order)
            for limit in (3, 17, 100):
                with self.subTest(order=order, limit=limit):
                    self.assertEqual(self.walk(self.server, [], order=order, limit=limit), whole)

    def test_upwards_is_downwards_reversed(self):
        down = self.walk(self.server, [], order="desc", limit=1000)
        self.assertEqual(self.walk(self.server, [], order="asc", limit=1000), down[::-1])

    def test_pages_of_one_event(self):
        filters = [("service", "ram"), ("action", "Create*")]
        self.assertEqual(self.walk(self.server, filters, limit=1), self.walk(self.server, filters))

    def test_a_full_last_page_has_no_next_one(self):
        count = len(self.stored)
        if count > 1000:
            self.skipTest("more events than a page may hold")
        answer = self.page(self.server, address([], limit=count, view="summary"))
        self.assertEqual(len(answer.json()["events"]), count)
        self.assertIsNone(answer.json()["next_cursor"])
        self.assertIsNone(answer.header("Link"))

    def test_the_link_is_the_whole_address_of_the_next_page(self):
        filters = [("user_agent", "*a*"), ("account.not", "777788889999"), ("from", "2010-01-01T00:00:00+01:00")]
        first = self.page(self.server, address(filters, limit=5))
        linked = first.header("Link").partition(">")[0][1:]
        asked = address(filters, limit=5, cursor=first.json()["next_cursor"])
        self.assertEqual(self.page(self.server, linked).body, self.page(self.server, asked).body)

    def test_size_and_view_may_change_between_pages(self):
        whole = [record for _, record in self.walk(self.server, [], limit=1000)]
        first = self.page(self.server, address([], limit=4, view="summary"))
        second = self.page(self.server, address([], limit=6, cursor=first.json()["next_cursor"]))
        self.assertEqual([record for _, record in split_events(second)], whole[4:10])

    def test_the_order_of_parameters_does_not_matter_to_a_cursor(self):
        filters = [("region", "eu-west-1"), ("region", "us-east-1"), ("read_only.not", "true")]
        first = self.page(self.server, address(filters, limit=2))
        cursor = first.json()["next_cursor"]
        self.assertIsNotNone(cursor)
        forward = self.page(self.server, address(filters, limit=2, cursor=cursor))
        backward = self.page(self.server, address(filters[::-1], limit=2, cursor=cursor))
        self.assertEqual(forward.json()["events"], backward.json()["events"])

    # ---- views ----

    def test_a_summary_is_the_event_without_its_record(self):
        full = self.page(self.server, address([], limit=1000)).json()["events"]
        for event in full:
            del event["record"]
        summary = self.page(self.server, address([], limit=1000, view="summary")).json()["events"]
        self.assertEqual(summary, full)

    def test_records_are_a_log_file_again(self):
        answer = self.page(self.server, address([], limit=1000, view="records"))
        text = answer.body.decode()
        self.assertTrue(text.startswith('{"Records":['))
        records = [part.encode() for part in elements(text, len('{"Records":['))]
        whole = [record for _, record in split_events(self.page(self.server, address([], limit=1000)))]
        self.assertEqual(records, whole)
        self.assertEqual(list(answer.json()), ["Records"])

    def test_a_log_file_of_records_can_be_imported(self):
        body = self.page(self.server, address([("service", "ram")], limit=1000, view="records")).body
        expected = len(self.expect([("service", "ram")]))
        with Traild() as other:
            receipt = other.upload(body).json()
            self.assertEqual((receipt["inserted"], receipt["rejected"]), (min(expected, 1000), 0))
            self.assertEqual(other.get(address([], limit=1000, view="records")).body, body)

    def test_the_next_page_of_records_stands_in_the_link(self):
        first = self.page(self.server, address([], limit=3, view="records"))
        second = self.page(self.server, first.header("Link").partition(">")[0][1:])
        whole = [json.loads(record) for _, record in self.walk(self.server, [], limit=1000)[:6]]
        self.assertEqual(first.json()["Records"] + second.json()["Records"], whole)

    # ---- one event ----

    def test_one_event_by_its_id(self):
        for stored in [stored for stored in self.stored if stored.event["event_id"]][:20]:
            answer = self.page(self.server, EVENTS + "/" + quote(stored.event["event_id"], safe=""))
            event = answer.json()
            self.assertEqual(event.pop("record"), stored.record)
            self.assertEqual(event, stored.event)
            self.assertIn(b'"record":' + stored.text + b"}", answer.body)

    def test_one_event_as_summary(self):
        stored = next(stored for stored in self.stored if stored.event["event_id"])
        answer = self.page(self.server, EVENTS + "/" + stored.event["event_id"] + "?view=summary")
        self.assertEqual(answer.json(), stored.event)

    def test_an_event_that_is_not_there(self):
        for name in ("00000000-0000-0000-0000-000000000000", "%00", "a%2Fb", "*", "%F0%9F%9B%B0"):
            with self.subTest(name):
                answer = self.server.get(EVENTS + "/" + name)
                self.assertEqual(answer.status, 404)
                self.assertEqual(answer.json()["status"], 404)


def small_record(name, when, **fields):
    return {"eventVersion": "1.08", "eventTime": when, "eventSource": "ram.amazonaws.com", "eventName": "TagResource",
            "awsRegion": "eu-west-1", "recipientAccountId": "111122223333", "eventID": str(name), **fields}


def small_file(records):
    return corpus.log_file([json.dumps(record).encode() for record in records])


def utc(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class TestTimes(EventsCase):
    """One event at each of a few moments; each row says how many are left of them."""

    ROWS = [
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
        ("a small letter", "from=2026-03-01t12:00:00z", 3),
        ("all", "from=1970-01-01&to=9999-12-31", 4),
        ("a moment between", "from=2026-03-01T12:00:00.001Z&to=2026-03-01T12:00:00.500Z", 0),
    ]

    @classmethod
    def setUpClass(cls):
        cls.server = Traild()
        cls.addClassCleanup(cls.server.close)

    def test_forms_of_times(self):
        moments = ["2026-03-01T00:00:00Z", "2026-03-01T12:00:00Z", "2026-03-01T12:00:00.500Z", "2026-03-02T00:00:00Z"]
        self.server.upload(small_file(small_record(n, when, awsRegion="r") for n, when in enumerate(moments)))
        for name, query, count in self.ROWS:
            with self.subTest(name):
                answer = self.page(self.server, EVENTS + "?region=r&" + query)
                self.assertEqual(len(answer.json()["events"]), count, query)

    def test_times_relative_to_now(self):
        now = time.time()
        ages = {"30 minutes": 1800, "90 minutes": 5400, "2 days": 172800, "10 days": 864000}
        self.server.upload(small_file(
            small_record(f"{name} ago", utc(now - age), awsRegion="now") for name, age in ages.items()))
        self.server.upload(small_file([small_record("in an hour", utc(now + 3600), awsRegion="now")]))
        rows = [
            ("from=now-1h", 2), ("from=-1h", 2), ("from=-3600s", 2), ("from=-60m", 2), ("from=now-24h", 3),
            ("from=-7d", 4), ("from=-1w", 4), ("from=-2w", 5), ("from=-2w&to=now", 4), ("to=-1d", 2), ("from=now", 1),
        ]
        for query, count in rows:
            with self.subTest(query):
                answer = self.page(self.server, EVENTS + "?region=now&" + query)
                self.assertEqual(len(answer.json()["events"]), count)

    def test_a_relative_time_goes_on_over_the_pages(self):
        when = time.time() - 1800
        self.server.upload(small_file(
            small_record(f"pages {number}", utc(when + number), awsRegion="pages") for number in range(3)))
        first = self.page(self.server, EVENTS + "?region=pages&from=-1h&to=now&limit=1")
        second = self.page(self.server, first.header("Link").partition(">")[0][1:])
        self.assertEqual([event["event_id"] for event in first.json()["events"] + second.json()["events"]],
                         ["pages 2", "pages 1"])


class TestWhileImporting(EventsCase):
    """Lists stay whole while others import, and whoever follows arrivals misses nothing."""

    def setUp(self):
        self.server = Traild()
        self.addCleanup(self.server.close)

    def ids(self, answer):
        return [event["event_id"] for event in answer.json()["events"]]

    def test_pages_neither_repeat_nor_skip(self):
        for order in ("desc", "asc"):
            with self.subTest(order):
                self.pages_during_imports(order)

    def pages_during_imports(self, order):
        region = f"pages-{order}"
        when = 1790000000
        first = [small_record(f"{order} {n}", utc(when + n % 40), awsRegion=region) for n in range(120)]
        self.server.upload(small_file(first))
        seen, query, batch = [], {}, 0
        while True:
            answer = self.page(self.server, address([("region", region)], order=order, limit=7, view="summary", **query))
            seen += self.ids(answer)
            if answer.json()["next_cursor"] is None:
                break
            query = {"cursor": answer.json()["next_cursor"]}
            late = [small_record(f"late {order} {batch} {n}", utc(when + n), awsRegion=region) for n in range(0, 40, 9)]
            if batch < 10:
                self.assertEqual(self.server.upload(small_file(late)).json()["inserted"], len(late))
            batch += 1
        self.assertEqual(len(seen), len(set(seen)), "an event came twice")
        self.assertEqual(sorted(set(seen) & {r["eventID"] for r in first}), sorted(r["eventID"] for r in first))

    def test_a_cursor_outlives_the_server(self):
        self.server.upload(small_file(small_record(n, utc(1790000000 + n)) for n in range(30)))
        for order in ("desc", "asc", "arrival"):
            whole = self.ids(self.page(self.server, address([], order=order)))
            first = self.page(self.server, address([], order=order, limit=10))
            self.server.restart()
            cursor = first.json()["next_cursor"]
            second = self.page(self.server, address([], order=order, limit=30, cursor=cursor))
            self.assertEqual(self.ids(first) + self.ids(second), whole)

    def follow(self, wanted, seen, stop):
        """What a poller does: keep the cursor, ask again, whether or not there was something."""
        query = {}
        while len(seen) < wanted and not stop.is_set():
            answer = self.page(self.server, address([("service", "ram")], order="arrival", limit=9, **query))
            seen += [(event["import"], event["event_id"]) for event in answer.json()["events"]]
            query = {"cursor": answer.json()["next_cursor"]}

    def test_whoever_follows_arrivals_misses_nothing(self):
        files = [
            small_file(small_record(f"{u}.{n}.{e}", utc(1790000000 - 977 * n + 13 * e)) for e in range(5))
            for u in range(3) for n in range(20)
        ]
        seen, stop, failures = [], threading.Event(), []

        def upload(part):
            for body in part:
                if self.server.upload(body).status != 201:
                    failures.append(body)

        threads = [threading.Thread(target=upload, args=(files[u::3],)) for u in range(3)]
        follower = threading.Thread(target=self.follow, args=(300, seen, stop))
        for thread in [follower, *threads]:
            thread.start()
        for thread in threads:
            thread.join()
        follower.join(30)
        stop.set()
        follower.join()
        self.assertEqual(failures, [])
        self.assertEqual(len(seen), 300)
        self.assertEqual({name for _, name in seen}, {f"{u}.{n}.{e}" for u in range(3) for n in range(20) for e in range(5)})
        self.assertEqual([number for number, _ in seen], sorted(number for number, _ in seen))

    def test_the_cursor_of_arrivals_waits_for_the_next_import(self):
        self.server.upload(small_file([small_record("first", utc(1790000000))]))
        first = self.page(self.server, address([], order="arrival"))
        self.assertEqual(self.ids(first), ["first"])
        cursor = first.json()["next_cursor"]
        again = self.page(self.server, address([], order="arrival", cursor=cursor))
        self.assertEqual(self.ids(again), [])
        cursor = again.json()["next_cursor"]
        self.server.upload(small_file([small_record("much older", utc(1000000000))]))
        third = self.page(self.server, address([], order="arrival", cursor=cursor))
        self.assertEqual(self.ids(third), ["much older"])

    def test_arrivals_can_be_followed_from_an_empty_store(self):
        first = self.page(self.server, address([], order="arrival"))
        self.assertEqual(self.ids(first), [])
        self.server.upload(small_file([small_record("first", utc(1790000000))]))
        second = self.page(self.server, address([], order="arrival", cursor=first.json()["next_cursor"]))
        self.assertEqual(self.ids(second), ["first"])


if __name__ == "__main__":
    unittest.main()
