"""Trails that are followed: what is delivered to them arrives, wherever it sorts, each object once;
and nobody lists a whole bucket for it."""

import collections
import unittest
from datetime import datetime, timedelta, timezone

import s3_faults as faults
import s3_server
from s3_case import S3Case, keys_of
from s3_trail import REGIONS, START, Trail, account_name
from traild import wait_until
from uploads import walk_imports

TRAILS = "/v1/trails"
ACCOUNT, REGION = account_name(0), REGIONS[0]
INTERVAL = ["--follow-interval", "1s"]
HOUR = timedelta(hours=1)


class FollowCase(S3Case):
    """Files of long ago in some accounts and regions, and one of just now."""

    ORGANIZATION = None

    def setUp(self):
        self.now = datetime.now(timezone.utc).replace(second=0, microsecond=0)
        self.bucket = s3_server.bucket(versioned=True)
        self.made = Trail(self.bucket, organization=self.ORGANIZATION)
        self.made.fill(accounts=3, regions=2, days=2, files=10)
        self.made.strangers()
        self.made.upload()
        self.newest = self.made.file(ACCOUNT, REGION, self.now)
        self.through = self.proxy()

    def follow(self, *options, **environment):
        """A server that has caught up."""
        server = self.server("--follow", self.bucket.uri(), *INTERVAL, *options,
                             proxy=self.through, **environment)
        self.until_current(server)
        return server

    def until_current(self, server, number=1):
        self.until_trail(server, lambda trail: trail["status"] == "following", "it to catch up",
                         number)
        self.until_here(server)

    def until_here(self, server):
        """Everything that was delivered, and nothing else."""
        wanted = self.made.event_ids()
        wait_until(lambda: len(self.ids(server)) >= len(wanted), "all events")
        self.assertEqual(self.ids(server), wanted)

    def check_fetched_once(self, again=()):
        """Each log file, those named in `again` a second time, and nothing that is none."""
        counted = collections.Counter(keys_of(self.through.gets(), self.bucket))
        self.assertEqual(counted, collections.Counter([*self.made.files, *again]))

    def list_of_a_place(self, request):
        """Whether it is one; else it is one of folders."""
        if request.query.get("delimiter") == "/":
            return False
        self.assertRegex(request.query["prefix"], r"/\d{12}/CloudTrail/[a-z0-9-]+/$")
        return True


class DeliveryTest(FollowCase):
    ORGANIZATION = "o-exampleorgid"

    def test_what_arrives(self):
        """Late files, a replaced one, others' accounts and regions, the next day."""
        server = self.follow()
        self.check_trail(self.trail(server))
        self.check_fetched_once()
        before = len(self.through.lists())
        self.made.file(account_name(7), REGION, self.now)
        self.made.file(ACCOUNT, REGIONS[9], self.now)
        self.until_event(server, self.made.file(ACCOUNT, REGION, self.now))
        late = self.made.file(ACCOUNT, REGION, self.now - timedelta(minutes=40))
        self.made.file(ACCOUNT, REGION, self.now, letters="0" * 16)
        self.until_event(server, late)
        self.replace(self.newest)
        self.until_event(server, self.newest)
        self.until_event(server, self.made.file(ACCOUNT, REGION, self.now + timedelta(days=1)))
        self.until_here(server)
        self.check_lists(self.through.lists()[before:])
        self.check_fetched_once(again=[self.newest])
        trail = self.until_trail(server, lambda trail: trail["places"] == 8, "all its places")
        self.assertEqual(trail["files_done"], len(self.made.files) + 1)

    def until_event(self, server, key):
        """The last one of a file."""
        event = f"/v1/events/{self.made.files[key][-1]}"
        wait_until(lambda: server.get(event).status == 200, f"{key} to arrive")

    def replace(self, key):
        """The events of both are there in the end."""
        earlier = self.made.files[key]
        self.made.put(key, self.made.body(ACCOUNT, REGION, self.now))
        self.made.files[key] = earlier + self.made.files[key]

    def check_trail(self, trail):
        expected = {"id": 1, "uri": self.bucket.uri(), "status": "following", "configured": True,
                    "from": None, "places": 6, "files_done": len(self.made.files),
                    "files_known": 0, "files_failed": 0, "retries": 0, "retry_reasons": {}, "error": None,
                    "error_at": None, "last_file": self.bucket.uri(self.newest),
                    "last_delivered_at": self.now.strftime("%Y-%m-%dT%H:%M:00Z")}
        self.assertEqual({name: trail[name] for name in expected}, expected)
        since = (datetime.now(timezone.utc) - self.now).total_seconds()
        self.assertTrue(0 <= trail["lag_seconds"] <= since + 1, trail)
        self.assertRegex(trail["last_listed_at"], r"^20\d\d-")
        self.assertRegex(trail["last_looked_back_at"], r"^20\d\d-")
        self.check_skipped(trail["skipped"])

    def check_skipped(self, skipped):
        """Named by kind, with an example that is there."""
        self.assertLessEqual({"digest", "insight", "other_service", "foreign"}, set(skipped))
        for kind, note in skipped.items():
            self.assertGreater(note["folders"] + note["objects"], 0, kind)
            self.assertTrue(any(key.startswith(note["example"]) for key in self.made.skipped), note)

    def check_lists(self, requests):
        """Of a place only what was delivered lately."""
        places = [request for request in requests if self.list_of_a_place(request)]
        self.assertGreater(len(places), 0)
        known = [request for request in places
                 if request.query["prefix"] == self.made.folder(ACCOUNT, REGION)]
        self.assertGreater(len(known), 3)
        for request in known:
            self.assertGreater(request.query["start-after"],
                               self.made.folder(ACCOUNT, REGION, self.now - 25 * HOUR))

    def test_a_restart(self):
        """What came meanwhile is found, up to a day late; nothing is fetched again."""
        server = self.follow()
        server.stop()
        self.made.file(ACCOUNT, REGION, self.now)
        self.made.file(ACCOUNT, REGION, self.now - 20 * HOUR)
        self.made.file(account_name(8), REGION, self.now)
        server.start()
        self.until_current(server)
        self.check_fetched_once()
        trail = self.until_trail(server, lambda trail: trail["places"] == 7, "all its places")
        self.assertEqual(trail["files_done"], len(self.made.files))
        self.assertEqual(len(walk_imports(server)), len(self.made.files))


class RequestTest(FollowCase):
    """Trails that a request began."""

    def setUp(self):
        super().setUp()
        self.read = self.server("--s3-allow", self.bucket.name, *INTERVAL, proxy=self.through)

    def test_from_a_time(self):
        """Nothing is fetched that was delivered before."""
        begin = START + timedelta(days=1)
        trail = self.post(self.read, 201, TRAILS, uri=self.bucket.uri(),
                          **{"from": begin.strftime("%Y-%m-%dT%H:%M:%SZ")})
        self.assertEqual(trail["from"], begin.strftime("%Y-%m-%dT%H:%M:%SZ"))
        for key in list(self.made.files):
            if f"{START:/%Y/%m/%d/}" in key:
                del self.made.files[key]
        self.until_current(self.read)
        self.check_fetched_once()

    def test_a_part_of_a_trail(self):
        folder = self.made.folder(account_name(1), REGION)
        self.post(self.read, 201, TRAILS, uri=self.bucket.uri(folder))
        self.made.files = {key: ids for key, ids in self.made.files.items() if folder in key}
        self.until_current(self.read)
        self.check_fetched_once()
        self.assertEqual({request.query["prefix"] for request in self.through.lists()}, {folder})

    def test_the_end_of_one(self):
        """Nobody asks S3 any more, also after a restart; what is there stays; it can begin anew."""
        self.post(self.read, 201, TRAILS, uri=self.bucket.uri())
        self.until_current(self.read)
        self.assertEqual(self.read.request("DELETE", TRAILS + "/1").status, 204)
        asked = len(self.through.requests)
        self.assertEqual(self.read.get(TRAILS + "/1").status, 404)
        self.assertEqual(self.read.get(TRAILS).json(), {"trails": []})
        self.read.restart()
        self.assertEqual(self.read.get(TRAILS).json(), {"trails": []})
        self.until_here(self.read)
        self.assertEqual(len(self.through.requests), asked)
        self.made.file(ACCOUNT, REGION, self.now)
        again = self.post(self.read, 201, TRAILS, uri=self.bucket.uri())
        self.until_current(self.read, again["id"])
        self.check_fetched_once()
        trail = self.trail(self.read, again["id"])
        self.assertEqual((trail["files_done"], trail["files_known"]),
                         (1, len(self.made.files) - 1))

    def test_it_goes_on_after_kill_9(self):
        self.post(self.read, 201, TRAILS, uri=self.bucket.uri())
        self.until_current(self.read)
        self.read.kill()
        self.made.file(ACCOUNT, REGION, self.now)
        self.read.start()
        self.until_current(self.read)
        self.check_fetched_once()

    def test_what_is_no_trail(self):
        for status, uri in ((400, self.bucket.uri(f"AWSLogs/{ACCOUNT}/CloudTrail-Digest/")),
                            (400, "https://example.com/"), (403, "s3://another-bucket/")):
            with self.subTest(uri=uri):
                self.post(self.read, status, TRAILS, uri=uri)


class FailureTest(FollowCase):
    def test_lists_that_fail(self):
        """The trail says so, in S3's words, and goes on when it can."""
        rule = self.through.rule(faults.status(403, "AccessDenied"), target="list-type")
        server = self.server("--follow", self.bucket.uri(), *INTERVAL, proxy=self.through)
        trail = self.until_trail(server, lambda trail: trail["status"] == "failing", "a failure")
        self.assertRegex(trail["error"], f"AccessDenied: .*HTTP 403, request {faults.REQUEST_ID}")
        self.assertIn(f"s3://{self.bucket.name}", trail["error"])
        self.assertIsNotNone(trail["error_at"])
        wait_until(lambda: rule.taken > 1, "another try")
        self.through.heal()
        self.until_current(server)
        self.assertEqual(self.trail(server)["error"], trail["error"])
        self.check_fetched_once()
        self.check_log(server)

    def check_log(self, server):
        """One line a minute, however often it fails, and one when it is over."""
        lines = server.log_lines("a trail could not be read: trying again later")
        times = [datetime.fromisoformat(line["time"].replace("Z", "+00:00")) for line in lines]
        self.assertGreater(len(times), 0, server.log)
        for earlier, later in zip(times, times[1:]):
            self.assertGreaterEqual(later - earlier, timedelta(seconds=59))
        self.assertEqual((lines[0]["level"], lines[0]["uri"]), ("warn", self.bucket.uri()))
        self.assertIn("AccessDenied", lines[0]["reason"])
        wait_until(lambda: server.log_lines("a trail is read again"), "its end in the log")

    def test_a_file_that_is_denied(self):
        """The log says so, since nobody waits for it."""
        rule = self.through.rule(faults.status(403, "AccessDenied"), target=self.newest)
        server = self.server("--follow", self.bucket.uri(), *INTERVAL, proxy=self.through)
        line = wait_until(lambda: server.log_lines("import refused"), "a line")[0]
        self.assertEqual(line["source"], self.bucket.uri(self.newest))
        self.assertIn("AccessDenied", line["reason"])
        self.assertEqual(rule.taken, 1)

    def test_a_file_that_fails_for_now(self):
        self.through.rule(faults.status(500, "InternalError"), target=self.newest)
        server = self.server("--follow", self.bucket.uri(), *INTERVAL, proxy=self.through,
                             AWS_MAX_ATTEMPTS="1")
        line = wait_until(lambda: server.log_lines(
            "a file of a trail could not be imported: trying again later"), "a line")[0]
        self.assertIn(self.bucket.uri(self.newest), line["reason"])
        self.assertEqual(line["trail"], 1)

    def test_a_file_that_nobody_can_read(self):
        """It is not fetched again, until it is another one; the others are there meanwhile."""
        key = self.made.key(ACCOUNT, REGION, self.now - timedelta(minutes=1))
        self.bucket.put(key, b'{"Records":[{"eventID":')
        server = self.follow()
        failed = self.until_trail(server, lambda trail: trail["files_failed"], "it to fail")
        self.assertIn(self.bucket.uri(key), failed["error"])
        self.assertEqual((failed["files_failed"], failed["retries"]), (1, 0))
        server.restart()
        self.made.file(ACCOUNT, REGION, self.now)
        self.until_current(server)
        self.assertEqual(len(self.through.gets(key)), 1)
        receipts = server.get("/v1/imports?status=failed").json()["imports"]
        self.assertEqual([file["source"] for file in receipts], [self.bucket.uri(key)], receipts)
        self.made.put(key, self.made.body(ACCOUNT, REGION, self.now))
        self.until_here(server)
        self.assertEqual(len(self.through.gets(key)), 2)

    def test_a_file_that_cannot_be_had_now(self):
        """It waits to be tried again and holds up nothing."""
        self.through.rule(faults.status(503, "SlowDown"), target=self.newest)
        lost = self.made.files.pop(self.newest)
        server = self.server("--follow", self.bucket.uri(), *INTERVAL, proxy=self.through,
                             AWS_MAX_ATTEMPTS="1")
        trail = self.until_trail(server, lambda trail: trail["retries"], "it to fail")
        self.assertIn("SlowDown", trail["error"])
        self.assertEqual(trail["retry_reasons"]["unavailable"]["files"], 1)
        self.assertIn(self.newest, trail["retry_reasons"]["unavailable"]["example"])
        self.made.file(ACCOUNT, REGION, self.now)
        self.until_here(server)
        self.assertEqual(self.trail(server)["retries"], 1)
        server.restart()
        self.assertEqual(self.trail(server)["retries"], 1)
        self.assertNotIn(lost[0], self.ids(server))


if __name__ == "__main__":
    unittest.main()
