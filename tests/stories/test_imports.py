"""POST /v1/imports and the receipts, over a real socket."""

import gzip
import hashlib
import json
import random
import re
import threading
import unittest

import corpus
import oracle
from shapes import SHAPES, STRANGERS, cloudwatch, event, eventbridge, log_file, text
from traild import Traild

RECEIPT = [
    "id", "parent", "source", "kind", "status", "sha256", "etag", "version_id", "bytes", "records",
    "inserted", "duplicates", "rejected", "first_event_time", "last_event_time", "received_at",
    "error",
]

# Kinds of receipts that are not of a file: imports of many, and of failures.
NO_FILES = {"prefix", "objects", None}



def without_account(name):
    item = event(name)
    del item["recipientAccountId"]
    return item


class ImportsCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.server = Traild()
        self.addCleanup(self.server.close)

    def upload(self, body, status=201, target="/v1/imports", headers=None):
        answer = self.server.post(target, body, headers)
        self.assertEqual(answer.status, status, answer)
        return answer.json()

    def counts(self, receipt):
        return tuple(receipt[name] for name in ("records", "inserted", "duplicates", "rejected"))

    def names(self, query=""):
        answer = self.server.get("/v1/events?limit=1000&order=arrival" + query)
        self.assertEqual(answer.status, 200, answer)
        return [item["event_id"] for item in answer.json()["events"]]


class TestShapes(ImportsCase):
    def test_every_shape(self):
        for what, body, kind, names in SHAPES:
            with self.subTest(what):
                receipt = self.upload(body)
                self.assertEqual((receipt["kind"], receipt["status"]), (kind, "done"))
                self.assertEqual(self.counts(receipt), (len(names), len(names), 0, 0))
                self.assertEqual(sorted(self.names(f"&import={receipt['id']}")), names)

    def test_strangers_are_named_and_skipped(self):
        for what, value, kind in STRANGERS:
            with self.subTest(what):
                receipt = self.upload(text(value))
                self.assertEqual((receipt["kind"], receipt["status"]), (kind, "skipped"))
                self.assertEqual(self.counts(receipt), (0, 0, 0, 0))
        self.assertEqual(self.names(), [])

    def test_a_record_in_an_envelope_keeps_its_bytes(self):
        spaced = '{ "eventTime" : "2026-10-05T10:00:00Z", "eventID":"spaced",\n "a":1.50 }'
        self.upload(text({"Events": [{"CloudTrailEvent": spaced}]}))
        self.assertIn(b'"record":' + spaced.encode() + b"}",
                      self.server.get("/v1/events/spaced").body)

    def test_the_account_comes_from_the_envelope_when_the_record_names_none(self):
        self.upload(text(eventbridge(without_account("bridge"))))
        self.upload(text(cloudwatch(without_account("watch"))))
        for name in ("bridge", "watch"):
            self.assertEqual(self.server.get("/v1/events/" + name).json()["account"],
                             "444455556666")

    def test_the_account_comes_from_the_file_name_when_the_record_names_none(self):
        for number, source in enumerate([
            "777788889999_CloudTrail_eu-west-1_20261005T1005Z_A6kvhMoVeCsc7v8U.json.gz",
            "AWSLogs/777788889999/CloudTrail/eu-west-1/2026/10/05/x.json",
            "s/AWSLogs/o-abc123/777788889999/CloudTrail/eu-west-1/2026/10/05/x.json",
        ]):
            with self.subTest(source):
                self.upload(text(without_account(f"file {number}")),
                            target=f"/v1/imports?source={source}")
                self.assertEqual(self.server.get(f"/v1/events/file%20{number}").json()["account"],
                                 "777788889999")
        self.assertEqual(len(self.names("&account=777788889999")), 3)

    def test_every_kind_of_the_contract_is_met(self):
        schemas = self.server.get("/openapi.json").json()["components"]["schemas"]
        kinds = schemas["Receipt"]["properties"]["kind"]["enum"]
        met = {kind for *_, kind, _ in SHAPES} | {kind for *_, kind in STRANGERS}
        self.assertEqual(met | NO_FILES, set(kinds))


class TestSending(ImportsCase):
    def test_content_encoding_may_say_gzip(self):
        packed, plain = gzip.compress(log_file(event("packed"))), log_file(event("plain"))
        for coding, body in [("gzip", packed), ("x-gzip", packed + packed), ("GZIP", packed),
                             ("identity", plain), ("identity", packed), ("gzip", plain)]:
            with self.subTest(coding=coding, body=body[:2]):
                answer = self.server.upload(body, {"Content-Encoding": coding})
                self.assertIn(answer.status, (200, 201))
        self.assertEqual(sorted(self.names()), ["packed", "plain"])

    def test_any_media_type_is_taken(self):
        for number, kind in enumerate(["application/json", "application/x-www-form-urlencoded",
                                       "text/plain", "nonsense"]):
            receipt = self.upload(log_file(event(f"typed {number}")),
                                  headers={"Content-Type": kind})
            self.assertEqual(receipt["inserted"], 1)

    def test_chunks(self):
        body = log_file(*[event(f"chunk {n}") for n in range(400)])
        pieces = (body[at:at + 997] for at in range(0, len(body), 997))
        receipt = self.upload(pieces)
        self.assertEqual((receipt["inserted"], receipt["bytes"]), (400, len(body)))
        self.assertEqual(receipt["sha256"], hashlib.sha256(body).hexdigest())

    def test_a_large_file_arrives_whole(self):
        rng = random.Random(3)
        texts = [corpus.text(record, rng) for record in corpus.records(20000, seed=3)]
        body = corpus.log_file(texts)
        receipt = self.upload(gzip.compress(body, 1))
        self.assertEqual(self.counts(receipt), (20000, 20000, 0, 0))
        wanted = random.Random(4).sample([t for t in texts if "eventID" in json.loads(t)], 50)
        for record in wanted:
            answer = self.server.get("/v1/events/" + json.loads(record)["eventID"])
            self.assertIn(b'"record":' + record + b"}", answer.body)


class TestReceipts(ImportsCase):
    def test_a_receipt_tells_what_came(self):
        body = gzip.compress(log_file(
            event("t2", eventTime="2026-10-06T00:00:00.500Z"), event("t1"), event("t1"),
            {"eventName": "no time"}))
        receipt = self.upload(body, target="/v1/imports?source=folder%2Fa%20file.json.gz")
        self.assertEqual(list(receipt), RECEIPT)
        received = receipt.pop("received_at")
        self.assertRegex(received, r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$")
        self.assertEqual(receipt, {
            "id": 1, "parent": None, "source": "folder/a file.json.gz", "kind": "records",
            "status": "done", "sha256": hashlib.sha256(body).hexdigest(), "etag": None,
            "version_id": None, "error": None, "bytes": len(body), "records": 4,
            "inserted": 2, "duplicates": 1, "rejected": 1,
            "first_event_time": "2026-10-05T10:00:00Z",
            "last_event_time": "2026-10-06T00:00:00.500Z"})

    def test_the_location_gives_the_same_receipt(self):
        answer = self.server.upload(log_file(event("x")))
        self.assertEqual(answer.header("Location"), f"/v1/imports/{answer.json()['id']}")
        self.assertEqual(self.server.get(answer.header("Location")).body, answer.body)

    def test_a_file_without_events_has_no_times(self):
        receipt = self.upload(b'{"Records":[]}')
        self.assertEqual((receipt["first_event_time"], receipt["last_event_time"]), (None, None))
        self.assertEqual((receipt["source"], receipt["parent"]), ("upload", None))

    def test_ids_count_up(self):
        self.assertEqual([self.upload(log_file(event(f"n{n}")))["id"] for n in range(5)],
                         [1, 2, 3, 4, 5])

    def test_a_refused_file_leaves_no_receipt(self):
        self.upload(b'{"Records":[', 422)
        self.assertEqual(self.server.get("/v1/imports").json(),
                         {"imports": [], "next_cursor": None})
        self.assertEqual(self.upload(log_file(event("after")))["id"], 1)

    def test_the_list_pages_newest_first(self):
        for number in range(7):
            self.upload(log_file(event(f"p{number}")), target=f"/v1/imports?source=file-{number}")
        whole = self.server.get("/v1/imports").json()
        self.assertEqual([receipt["id"] for receipt in whole["imports"]], [7, 6, 5, 4, 3, 2, 1])
        self.assertIsNone(whole["next_cursor"])
        paged, target = [], "/v1/imports?limit=3"
        while target:
            answer = self.server.get(target)
            paged += answer.json()["imports"]
            self.upload(log_file(event(f"meanwhile {len(paged)}")))
            link = answer.header("Link")
            cursor = answer.json()["next_cursor"]
            self.assertEqual(link is None, cursor is None)
            target = cursor and f"/v1/imports?limit=3&cursor={cursor}"
        self.assertEqual(paged, whole["imports"])

    def test_an_import_that_is_not_there(self):
        for path in ("/v1/imports/1", "/v1/imports/1/rejected", "/v1/imports/9223372036854775807"):
            with self.subTest(path):
                self.assertEqual(self.server.get(path).status, 404)


class TestDuplicates(ImportsCase):
    def test_the_same_file_again(self):
        body = log_file(event("one"), event("two"), {"no": "event"})
        first = self.upload(body, target="/v1/imports?source=first")
        answer = self.server.post("/v1/imports?source=second", body)
        self.assertEqual(answer.status, 200)
        again = answer.json()
        self.assertEqual(again.pop("duplicate_of"), first["id"])
        self.assertEqual((again["inserted"], again["duplicates"]), (0, 2))
        for changed in ("inserted", "duplicates"):
            again[changed] = first[changed]
        self.assertEqual(again, first)
        self.assertEqual(len(self.server.get("/v1/imports").json()["imports"]), 1)
        self.assertEqual(answer.header("Location"), "/v1/imports/1")

    def test_the_same_events_in_another_file(self):
        self.upload(log_file(event("one"), event("two")))
        receipt = self.upload(gzip.compress(log_file(event("two"), event("one"), event("three"))))
        self.assertEqual(self.counts(receipt), (3, 1, 2, 0))
        self.assertEqual(self.names(f"&import={receipt['id']}"), ["three"])

    def test_the_first_text_of_an_event_stays(self):
        self.upload(log_file(event("one", extra="first")))
        self.upload(log_file(event("one", extra="second")))
        self.assertEqual(self.server.get("/v1/events/one").json()["record"]["extra"], "first")

    def test_one_id_in_two_accounts_is_two_events(self):
        receipt = self.upload(log_file(event("shared"),
                                       event("shared", recipientAccountId="444455556666")))
        self.assertEqual(self.counts(receipt), (2, 2, 0, 0))
        self.assertEqual(self.names("&event_id=shared"), ["shared", "shared"])

    def test_without_an_id_the_bytes_decide(self):
        item = event("x")
        del item["eventID"]
        receipt = self.upload(log_file(item, item, {**item, "more": 1}))
        self.assertEqual(self.counts(receipt), (3, 2, 1, 0))

    def test_uploads_at_once_store_every_event_once(self):
        rng = random.Random(5)
        names = [f"event {n}" for n in range(400)]
        bodies = [log_file(*[event(name) for name in rng.sample(names, 100)]) for _ in range(24)]
        receipts, lock = [], threading.Lock()

        def upload(part):
            for body in part:
                receipt = self.server.upload(body).json()
                with lock:
                    receipts.append(receipt)

        threads = [threading.Thread(target=upload, args=(bodies[n::4],)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        sent = {name for body in bodies for name in re.findall(r"event \d+", body.decode())}
        self.assertEqual(sorted(self.names()), sorted(sent))
        self.assertEqual(sum(receipt["inserted"] for receipt in receipts), len(sent))
        self.assertEqual(sorted(receipt["id"] for receipt in receipts), list(range(1, 25)))


class TestRejected(ImportsCase):
    WRONG = [
        b'{"eventName":"no time"}',
        b'{ "eventTime" : "yesterday" , "a" : [ 1, 2 ] }',
        b'"just text \\u00e9 \xf0\x9f\x9b\xb0"',
        b"17", b"null", b"[]",
        b'{"eventTime":"2026-10-05T10:00:00Z","eventVersion":"2.0"}',
        b'{"eventTime":null}',
    ]

    def test_a_record_that_is_no_event_is_kept_aside(self):
        body = b'{"Records":[\n' + b" ,\n".join([text(event("good")), *self.WRONG,
                                                 text(event("good too"))]) + b"]}"
        receipt = self.upload(gzip.compress(body))
        self.assertEqual(self.counts(receipt), (2 + len(self.WRONG), 2, 0, len(self.WRONG)))
        answer = self.server.get(f"/v1/imports/{receipt['id']}/rejected")
        rejected = answer.json()["rejected"]
        self.assertEqual([item["index"] for item in rejected], list(range(1, 1 + len(self.WRONG))))
        for item, record in zip(rejected, self.WRONG):
            self.assertEqual(item["offset"], body.index(b"\n" + record + b" ") + 1)
            self.assertEqual(item["record"], json.loads(record))
            self.assertTrue(item["reason"])
            self.assertIn(b'"record":' + record + b"}", answer.body)
        self.assertIn("eventTime", rejected[0]["reason"])

    def test_the_list_pages(self):
        receipt = self.upload(b"[" + b",".join(b"%d" % n for n in range(25)) + b"]")
        self.assertEqual(self.counts(receipt), (25, 0, 0, 25))
        found, target = [], f"/v1/imports/{receipt['id']}/rejected?limit=10"
        while target:
            answer = self.server.get(target)
            found += [item["record"] for item in answer.json()["rejected"]]
            self.assertLessEqual(len(answer.json()["rejected"]), 10)
            target = (answer.header("Link") or "").partition(">")[0][1:]
        self.assertEqual(found, list(range(25)))

    def test_a_file_of_rejected_records_again(self):
        first = self.upload(b"[1,2]")
        again = self.upload(b"[1,2]", status=200)
        self.assertEqual((again["duplicate_of"], again["rejected"], again["inserted"]),
                         (first["id"], 2, 0))

    def test_nothing_rejected(self):
        self.upload(log_file(event("x")))
        self.assertEqual(self.server.get("/v1/imports/1/rejected").json(),
                         {"rejected": [], "next_cursor": None})


class TestCorpus(ImportsCase):
    def test_records_of_every_kind(self):
        rng = random.Random(9)
        pairs = [(record, corpus.text(record, rng)) for record in corpus.records(300, seed=9)]
        receipt = self.upload(b"\n".join(item for _, item in pairs))
        self.assertEqual(receipt["inserted"], 300)
        times = [oracle.milliseconds(record["eventTime"]) for record, _ in pairs]
        self.assertEqual((receipt["first_event_time"], receipt["last_event_time"]),
                         (oracle.rfc3339(min(times)), oracle.rfc3339(max(times))))


if __name__ == "__main__":
    unittest.main()
