"""An S3 that does everything wrong: what may pass is tried again, and what does not ends in a
receipt that says why; no object stops another one."""

import gzip
import json
import re
import unittest
from datetime import timedelta

import s3_faults as faults
import s3_server
from s3_case import IMPORT, S3Case, sources
from s3_trail import REGIONS, START, Trail, account_name
from traild import wait_until

REQUEST = faults.REQUEST_ID
ACCOUNT, REGION = account_name(0), REGIONS[0]
LIST = "list-type"
TRAILS = "/v1/trails"


# What happens to a file's requests, how often, and what its receipt says of it at last (None: it is
# imported). The limit of --max-upload is 1 MiB.
FILES = [
    ("nothing", None, 0, None),
    ("cut at once", faults.cut(0), 2, None),
    ("cut in the middle", faults.cut(300), 2, None),
    ("an end in the middle", faults.cut(300, orderly=True), 2, None),
    ("no answer", faults.no_answer(), 2, None),
    ("more is told than comes", faults.wrong_length(1000), 2, None),
    ("drops", faults.drip(200, 0.005), 1, None),
    ("500", faults.status(500, "InternalError"), 2, None),
    ("503", faults.status(503, "SlowDown"), 2, None),
    ("502 of a proxy", faults.bare_status(502, b"<html>Bad Gateway</html>"), 2, None),
    ("an expired token", faults.status(400, "ExpiredToken"), 1, None),
    ("RequestTimeout", faults.status(400, "RequestTimeout"), 2, None),
    ("a file without permission", faults.status(403, "AccessDenied"), None,
     rf"AccessDenied: Injected \(HTTP 403, request {REQUEST}"),
    ("a file that has gone", faults.status(404, "NoSuchKey"), None,
     rf"NoSuchKey: Injected \(HTTP 404, request {REQUEST}"),
    ("an archived file", faults.status(403, "InvalidObjectState"), None,
     rf"InvalidObjectState: .*HTTP 403, request {REQUEST}"),
    ("a refusal without reason", faults.bare_status(405), None, "HTTP 405"),
    ("garbage that says 200", faults.garbage(), None, "."),
    ("damaged gzip", faults.damaged(200), None, "gzip"),
    ("less is told than comes", faults.wrong_length(-20), None, "gzip"),
    ("no end", faults.endless(), None, "1048576"),
    ("a length beyond the limit", faults.endless(told=1 << 40), None, "1048576"),
]


class ObjectsTest(S3Case):
    """One import of a prefix in which each of these happens to a file."""

    @classmethod
    def setUpClass(cls):
        cls.bucket = s3_server.bucket()
        cls.made = Trail(cls.bucket)
        cls.keys = {name: cls.made.file(ACCOUNT, REGION, START + timedelta(hours=number), events=20)
                    for number, (name, *_) in enumerate(FILES)}

    def test_each_object_for_itself(self):
        through = self.proxy()
        rules = {name: through.rule(fault, target=re.escape(self.keys[name]), times=times)
                 for name, fault, times, _ in FILES if fault}
        server = self.server("--s3-allow", self.bucket.name, "--max-upload", "1M", proxy=through)
        number = self.begin(server, self.bucket.uri())
        receipt = self.ended(server, number)
        failed = [name for name, _, _, why in FILES if why]
        self.check_counters(receipt, done=len(FILES) - len(failed), failed=len(failed))
        receipts = {file["source"]: file for file in self.files_of(server, number)}
        self.assertEqual(len(receipts), len(FILES))
        for name, fault, times, why in FILES:
            with self.subTest(name):
                key = self.keys[name]
                self.check_file(receipts[self.bucket.uri(key)], key, why)
                if fault:
                    self.assertGreaterEqual(rules[name].taken, times or 1)
        shown = server.get(receipt["failed"]).json()["imports"]
        self.assertEqual(sources(shown, self.bucket),
                         sorted(self.keys[name] for name in failed))
        self.assertEqual(len(self.ids(server)), receipt["inserted"])

    def check_file(self, file, key, why):
        self.assertEqual(file["status"], "failed" if why else "done")
        if why:
            self.assertIn(self.bucket.uri(key), file["error"])
            self.assertRegex(file["error"], why)
            self.assertEqual((file["records"], file["inserted"]), (0, 0))
        else:
            self.assertEqual((file["records"], file["error"]), (20, None))


class ChangeTest(S3Case):
    """An object that becomes another one while it is read."""

    def setUp(self):
        self.bucket = s3_server.bucket(versioned=True)
        self.made = Trail(self.bucket)
        self.through = self.proxy()
        self.read = self.server("--s3-allow", self.bucket.name, proxy=self.through)

    def put(self, key, events):
        return self.made.put(key, self.made.body(ACCOUNT, REGION, START, events))

    def test_an_object_that_is_replaced(self):
        """The new one is imported as a whole, with its ETag."""
        for after in (0, 400):
            with self.subTest(after=after):
                key = f"{after}.json.gz"
                self.put(key, 20)
                put = []
                self.through.rule(faults.cut(after, then=lambda: put.append(self.put(key, 30))),
                                  target=re.escape(key), times=1)
                receipt = self.post(self.read, 201, uri=self.bucket.uri(key))
                self.assertEqual(receipt["etag"], put[0].etag)
                self.assertEqual(receipt["version_id"], put[0].version)
                self.assertEqual(receipt["inserted"], 30)
        self.assertEqual(self.ids(self.read), self.made.event_ids())

    def test_an_object_that_is_replaced_again_and_again(self):
        self.put("k.json.gz", 20)
        self.through.rule(faults.cut(400, then=lambda: self.put("k.json.gz", 20)), times=2)
        receipt = self.post(self.read, 201, uri=self.bucket.uri("k.json.gz"))
        self.assertEqual(self.ids(self.read), self.made.event_ids())
        self.assertEqual(receipt["etag"], self.bucket.head("k.json.gz").etag)

    def test_an_object_that_is_deleted(self):
        self.put("k.json.gz", 20)
        self.through.rule(faults.cut(400, then=lambda: self.bucket.delete("k.json.gz")), times=1)
        answer = self.post(self.read, 422, uri=self.bucket.uri("k.json.gz"))
        self.assertIn("NoSuchKey", answer["detail"])
        self.assertEqual(self.ids(self.read), [])

    def test_a_version(self):
        """Which is not the newest one; and a second import of it asks for it by its name."""
        old = self.put("k.json.gz", 4)
        events = self.made.event_ids()
        self.put("k.json.gz", 5)
        asked = {"uri": self.bucket.uri("k.json.gz"), "version_id": old.version}
        receipt = self.post(self.read, 201, **asked)
        self.assertEqual((receipt["etag"], receipt["version_id"]), (old.etag, old.version))
        self.assertEqual(self.ids(self.read), events)
        self.assertEqual(self.post(self.read, 200, **asked)["duplicate_of"], receipt["id"])
        answer = self.post(self.read, 422, uri=asked["uri"], version_id="no-such-version")
        self.assertRegex(answer["detail"], "NoSuchVersion|NoSuchKey|InvalidArgument")


# What happens to a list, how often, and why the import fails at last (None: it does not).
LISTS = [
    ("cut", faults.cut(300), 2, None),
    ("500", faults.status(500, "InternalError"), 2, None),
    ("503", faults.status(503, "SlowDown"), 2, None),
    ("no permission", faults.status(403, "AccessDenied"), None,
     rf"AccessDenied: Injected \(HTTP 403, request {REQUEST}"),
    ("no bucket", faults.status(404, "NoSuchBucket"), None, rf"NoSuchBucket: .*{REQUEST}"),
    ("garbage", faults.garbage(), None, "XML|list"),
    ("another document", faults.garbage(b"<?xml version='1.0'?><Other/>"), None, "XML|list"),
]


class ListsTest(S3Case):
    def test_lists(self):
        bucket = s3_server.bucket()
        made = Trail(bucket)
        made.fill(accounts=1, regions=1, files=3)
        made.upload()
        for name, fault, times, why in LISTS:
            with self.subTest(name):
                through = self.proxy()
                rule = through.rule(fault, target=LIST, times=times)
                server = self.server("--s3-allow", bucket.name, proxy=through)
                number = self.begin(server, bucket.uri())
                receipt = self.ended(server, number, "failed" if why else "done")
                self.check_counters(receipt, done=0 if why else 3)
                self.assertGreaterEqual(rule.taken, times or 1)
                if why:
                    self.assertRegex(receipt["error"], why)
                    self.assertIn(f"s3://{bucket.name}", receipt["error"])


class StallTest(S3Case):
    """What hangs holds up nothing else: the others end while it still hangs."""

    def setUp(self):
        self.bucket = s3_server.bucket()
        self.made = Trail(self.bucket)
        self.made.fill(accounts=2, regions=1, files=20)
        self.made.upload()
        self.first, self.second = (self.made.folder(account_name(n), REGION) for n in range(2))
        self.through = self.proxy()

    def test_a_prefix_whose_downloads_all_hang(self):
        """Others, of each kind, and searches go on beside it."""
        self.through.rule(faults.stall(50), target=re.escape(self.first) + r".*\.gz")
        server = self.server("--s3-allow", self.bucket.name, "--downloads", "2",
                             proxy=self.through)
        hanging = self.begin(server, self.bucket.uri(self.first))
        wait_until(lambda: len(self.through.gets()) == 2, "its downloads to hang")
        receipt = self.imported(server, self.bucket.uri(self.second))
        self.check_counters(receipt, done=20)
        self.bucket.put("one.json.gz", self.made.body(ACCOUNT, REGION, START))
        self.post(server, 201, uri=self.bucket.uri("one.json.gz"))
        upload = gzip.compress(self.made.body(ACCOUNT, REGION, START))
        self.assertEqual(server.upload(upload).status, 201)
        self.assertEqual(len(self.ids(server)), 66)
        self.assertEqual(self.receipt(server, hanging)["status"], "running")
        self.through.heal()
        self.check_counters(self.ended(server, hanging), done=20)

    def test_a_list_that_hangs(self):
        self.through.rule(faults.stall(), target=LIST, times=1)
        server = self.server("--s3-allow", self.bucket.name, proxy=self.through)
        hanging = self.begin(server, self.bucket.uri(self.first))
        wait_until(self.through.lists, "its list to hang")
        self.check_counters(self.imported(server, self.bucket.uri(self.second)), done=20)
        self.assertIn(self.receipt(server, hanging)["status"], ("queued", "running"))
        self.through.heal()
        self.check_counters(self.ended(server, hanging), done=20)

    def test_trails_whose_lists_all_hang(self):
        """However many: imports and other trails go on beside them."""
        server = self.server("--s3-allow", self.bucket.name, proxy=self.through)
        self.through.rule(faults.stall(), target=LIST + ".*hanging")
        for number in range(17):
            folder = f"hanging/AWSLogs/{account_name(number)}/CloudTrail/{REGION}/"
            self.post(server, 201, TRAILS, uri=self.bucket.uri(folder))
        wait_until(lambda: len(self.through.lists()) >= 17, "each of them to hang")
        self.check_counters(self.imported(server, self.bucket.uri(self.second)), done=20)
        trail = self.post(server, 201, TRAILS, uri=self.bucket.uri(self.first))
        self.until_trail(server, lambda trail: trail["files_done"] == 20, "all files of the last",
                         trail["id"])

    def test_requests_that_all_wait(self):
        """What ends an import or a trail does not wait with them."""
        self.through.rule(faults.stall(50), target=r"\.gz")
        server = self.server("--s3-allow", self.bucket.name, "--downloads", "1",
                             proxy=self.through)
        hanging = self.begin(server, self.bucket.uri(self.first))
        trail = self.post(server, 201, TRAILS, uri=self.bucket.uri(self.second))
        for name in sorted(self.made.files)[:3]:
            asked = server.connection()
            self.addCleanup(asked.close)
            asked.request("POST", IMPORT, json.dumps({"uri": self.bucket.uri(name)}))
        wait_until(lambda: len(self.through.gets()) == 3, "a download of each to hang")
        cancelled = server.request("DELETE", f"/v1/imports/{hanging}")
        self.assertEqual((cancelled.status, cancelled.json()["status"]), (200, "cancelled"))
        self.assertEqual(server.request("DELETE", f"{TRAILS}/{trail['id']}").status, 204)


if __name__ == "__main__":
    unittest.main()
