"""A prefix of S3 is imported: as uploads of the same files, no more than was selected, each file
once, and until it is cancelled."""

import gzip
import re
import unittest
from datetime import datetime, timedelta, timezone

import s3_faults as faults
import s3_server
from s3_case import S3Case, count_insights, keys_of, query, sources
from s3_trail import REGIONS, START, Trail, account_name
from traild import Traild, wait_until

KEY = re.compile(r".*/(\d{12})/CloudTrail/([a-z0-9-]+)/\d{4}/\d\d/\d\d/"
                 r"\d{12}_CloudTrail_[a-z0-9-]+_(\d{8}T\d{4})Z_\w{16}\.json\.gz")
ORGANIZATION = "o-exampleorgid"


def pages(server, view):
    """All pages of all events, as they are answered, without their cursors."""
    found, target = [], "/v1/events" + query(view=view, limit=1000)
    while target:
        answer = server.get(target)
        if answer.status != 200:
            raise AssertionError(answer)
        found.append(answer)
        link = answer.header("Link")
        target = link and link.partition(">")[0][1:]
    return found


def summaries(server):
    """Without the imports' numbers, which are those of the order of arrival."""
    events = [event for page in pages(server, "summary") for event in page.json()["events"]]
    return [{**event, "import": None} for event in events]


class EqualTest(S3Case):
    """An organization of 50 accounts in 10 regions."""

    @classmethod
    def setUpClass(cls):
        cls.bucket = s3_server.bucket()
        cls.trail_files = Trail(cls.bucket, organization=ORGANIZATION)
        cls.trail_files.fill(accounts=50, regions=10, days=2)
        cls.trail_files.upload()

    def uploaded(self):
        """A server that was sent the same files."""
        server = Traild()
        self.addCleanup(server.close)
        connection = server.connection()
        for key in self.trail_files.files:
            connection.request("POST", "/v1/imports" + query(source=self.bucket.uri(key)),
                               self.bucket.get(key).body)
            answer = connection.getresponse()
            self.assertEqual((answer.status, answer.read() and None), (201, None))
        connection.close()
        return server

    def test_a_prefix_equals_uploads(self):
        server = self.server("--s3-allow", self.bucket.name)
        receipt = self.imported(server, self.bucket.uri())
        uploaded = self.uploaded()
        self.check_counters(receipt, done=1000)
        self.assertEqual(receipt["inserted"], 3000)
        self.assertEqual([page.body for page in pages(server, "records")],
                         [page.body for page in pages(uploaded, "records")])
        self.assertEqual(summaries(server), summaries(uploaded))
        self.check_receipts(server, uploaded, receipt["id"])
        self.check_again(server)

    def check_receipts(self, server, uploaded, parent):
        files = {receipt["source"]: receipt for receipt in self.files_of(server, parent)}
        etags = self.bucket.list()
        others = [receipt for page in self.import_pages(uploaded) for receipt in page]
        self.assertEqual(len(files), len(others))
        for other in others:
            file = files[other["source"]]
            etag = etags[file["source"].removeprefix(self.bucket.uri())]
            self.assertEqual((file["parent"], file["etag"], file["error"]), (parent, etag, None))
            for member in ("sha256", "kind", "bytes", "records", "inserted", "first_event_time",
                           "last_event_time", "status"):
                self.assertEqual(file[member], other[member], member)

    def import_pages(self, server):
        cursor = {}
        while cursor is not None:
            page = server.get("/v1/imports" + query(limit=1000, **cursor)).json()
            yield page["imports"]
            cursor = page["next_cursor"] and {"cursor": page["next_cursor"]}

    def check_again(self, server):
        """By a proxy, to see that nothing is fetched."""
        data = server.data
        server.stop()
        proxy = self.proxy()
        again = self.server("--s3-allow", self.bucket.name, proxy=proxy, data=data)
        receipt = self.imported(again, self.bucket.uri())
        self.check_counters(receipt, known=1000)
        self.assertEqual(receipt["inserted"], 0)
        self.assertEqual(proxy.gets(), [])
        self.assertEqual(self.files_of(again, receipt["id"]), [])

    def test_an_object_that_was_uploaded_is_known_by_its_bytes(self):
        server = self.server("--s3-allow", self.bucket.name)
        key = next(iter(self.trail_files.files))
        first = server.upload(self.bucket.get(key).body).json()
        answer = self.post(server, 200, uri=self.bucket.uri(key))
        self.assertEqual(answer["duplicate_of"], first["id"])


def plainly(key, first=None, last=None, accounts=None, regions=None):
    """Whether the key is selected: a plain reading of it."""
    account, region, when = KEY.fullmatch(key).groups()
    at = datetime.strptime(when, "%Y%m%dT%H%M").replace(tzinfo=timezone.utc)
    return ((not accounts or account in accounts) and (not regions or region in regions)
            and (first is None or at >= first) and (last is None or at < last))


def selection(first=None, last=None, accounts=None, regions=None):
    """As it is asked for."""
    members = {"from": first and first.isoformat().replace("+00:00", "Z"),
               "to": last and last.isoformat().replace("+00:00", "Z"),
               "accounts": accounts, "regions": regions}
    return {name: value for name, value in members.items() if value is not None}


DEEP = account_name(3)
DAY = START + timedelta(days=10)

# What is asked for, and how many lists that may take; the whole bucket takes 4.
SELECTIONS = [
    ("an account of few files", {"accounts": [account_name(40)]}, 2),
    ("an account behind the deep one", {"accounts": [account_name(4)]}, 2),
    ("two accounts, the deep one between them",
     {"accounts": [account_name(1), account_name(40)]}, 2),
    ("a region", {"regions": [REGIONS[5]]}, 2),
    ("a day of the deep place",
     {"accounts": [DEEP], "regions": REGIONS[:1], "first": DAY, "last": DAY + timedelta(1)}, 2),
    ("one minute", {"first": DAY + timedelta(minutes=30), "last": DAY + timedelta(minutes=31)}, 2),
    ("until a time within a day", {"last": START + timedelta(hours=6)}, 2),
    ("from a time within a day", {"first": START + timedelta(days=55, hours=13)}, 2),
    ("an account that is not there", {"accounts": ["999999999999"]}, 2),
    ("a region that is not there", {"regions": ["mars-north-1"]}, 2),
    ("times without files", {"first": START - timedelta(days=9), "last": START}, 2),
]


class SelectionTest(S3Case):
    """50 accounts in 10 regions, of which one account has thousands of files in one region."""

    @classmethod
    def setUpClass(cls):
        cls.bucket = s3_server.bucket()
        cls.made = Trail(cls.bucket, organization=ORGANIZATION)
        places = [(account_name(n), region, START + timedelta(minutes=n * 28))
                  for n in range(50) for region in REGIONS[:10]]
        places += [(DEEP, REGIONS[0], START + timedelta(minutes=30 * n)) for n in range(2700)]
        cls.keys = sorted(cls.made.key(*place) for place in places)
        body = gzip.compress(b'{"Records":[]}', mtime=0)
        cls.bucket.put_many({key: body for key in cls.keys})

    def test_selections(self):
        for name, asked, most in SELECTIONS:
            with self.subTest(name):
                proxy = self.proxy()
                server = self.server("--s3-allow", self.bucket.name, proxy=proxy)
                receipt = self.imported(server, self.bucket.uri(), **selection(**asked))
                expected = [key for key in self.keys if plainly(key, **asked)]
                self.assertEqual(sorted(keys_of(proxy.gets(), self.bucket)), expected)
                self.assertEqual(receipt["progress"]["files_listed"], len(expected))
                self.assertLessEqual(len(proxy.lists()), most)
                self.assertGreater(len(proxy.lists()), 0)


class ProgressTest(S3Case):
    def setUp(self):
        self.bucket = s3_server.bucket()
        self.made = Trail(self.bucket)
        self.made.fill(accounts=1, regions=3, files=100)
        self.made.strangers()
        self.made.upload()
        count_insights(self.made)
        self.files = len(self.made.files)
        self.through = self.proxy()
        self.read = self.server("--s3-allow", self.bucket.name, proxy=self.through)

    def stalled(self):
        """An import that waits for an object in its middle, and what it had fetched before that."""
        key = sorted(self.made.files)[150]
        self.through.rule(faults.stall(100), target=re.escape(key))
        number = self.begin(self.read, self.bucket.uri())
        wait_until(lambda: self.live(number)["files_done"] >= 250, "most to be imported")
        return key, number

    def live(self, number):
        return self.receipt(self.read, number)["progress"]

    def test_an_import_under_way(self):
        """One download that stalls holds up no other."""
        _, number = self.stalled()
        rest = self.files - 1
        wait_until(lambda: self.live(number)["files_done"] == rest, "all others to be imported")
        receipt = self.receipt(self.read, number)
        progress = receipt["progress"]
        self.assertEqual((receipt["status"], progress["all_listed"]), ("running", True))
        self.assertEqual(progress["files_listed"], self.files + len(self.made.skipped))
        self.check_skipped(receipt, self.made)
        self.assertEqual(receipt["inserted"], len(self.made.event_ids()) - 3)
        self.assertGreater(progress["bytes_listed"], progress["bytes_done"])
        self.through.heal()
        receipt = self.ended(self.read, number)
        self.check_counters(receipt, done=self.files, skipped=len(self.made.skipped))
        self.check_skipped(receipt, self.made)
        self.assertEqual(receipt["progress"]["bytes_listed"], receipt["progress"]["bytes_done"])
        self.assertEqual(self.ids(self.read), self.made.event_ids())

    def test_cancelling(self):
        stalled, number = self.stalled()
        answer = self.read.request("DELETE", f"/v1/imports/{number}")
        self.assertEqual((answer.status, answer.json()["status"]), (200, "cancelled"))
        fetched = self.files_of(self.read, number, status="done")
        self.assertNotIn(stalled, sources(fetched, self.bucket))
        self.assertEqual(answer.json()["progress"]["files_done"], len(fetched))
        requests = len(self.through.requests)
        self.assertEqual(self.read.request("DELETE", f"/v1/imports/{number}").status, 409)
        self.read.restart()
        self.assertEqual(self.receipt(self.read, number)["status"], "cancelled")
        self.assertEqual(len(self.through.requests), requests)
        self.through.heal()
        receipt = self.imported(self.read, self.bucket.uri())
        self.check_counters(receipt, done=self.files - len(fetched), known=len(fetched),
                            skipped=len(self.made.skipped))
        self.assertEqual(self.ids(self.read), self.made.event_ids())

    def test_several_at_once(self):
        """Each of them counts all its files, and each event is there once."""
        folders = [self.made.folder(account_name(0), region) for region in REGIONS[:3]]
        self.made.files = {key: ids for key, ids in self.made.files.items()
                           if key.startswith(tuple(folders))}
        numbers = [self.begin(self.read, self.bucket.uri(folder)) for folder in folders * 2]
        done = known = 0
        for number in numbers:
            progress = self.ended(self.read, number)["progress"]
            done, known = done + progress["files_done"], known + progress["files_known"]
        self.assertEqual(done + known, 2 * len(self.made.files))
        self.assertEqual(self.ids(self.read), self.made.event_ids())


if __name__ == "__main__":
    unittest.main()
