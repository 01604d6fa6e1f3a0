"""traild import s3://...: log files from S3 without a server."""

import json
import os
import signal
import subprocess
import tempfile
import unittest

import s3_faults as faults
import s3_server
from s3_client import Bucket
from s3_proxy import Proxy
from traild import PATIENCE, PROGRAM, Traild, environment_without_settings, run, wait_until

DAY = "AWSLogs/{account}/CloudTrail/{region}/2026/11/{day:02}/"
NAME = "{account}_CloudTrail_{region}_202611{day:02}T0{hour}00Z_Qm1kfZk2mE3zXx1a.json.gz"


def key(account="111122223333", region="eu-west-1", day=1, hour=0):
    return (DAY + NAME).format(account=account, region=region, day=day, hour=hour)


def log(*names):
    records = [{"eventTime": "2026-11-01T00:00:00Z", "eventID": name} for name in names]
    return json.dumps({"Records": records}).encode()


class S3CommandCase(unittest.TestCase):
    def setUp(self):
        self.bucket = s3_server.bucket()
        place = tempfile.TemporaryDirectory(prefix="traild-story-")
        self.addCleanup(place.cleanup)
        self.place = place.name
        self.data = os.path.join(place.name, "data")

    def load(self, *arguments, **environment):
        return run("import", "--data", self.data, *arguments,
                   environment={**s3_server.environment(), **environment})

    def stored(self):
        """The ids of all events."""
        with Traild(data=self.data) as server:
            events = server.get("/v1/events?limit=1000").json()["events"]
        return sorted(event["event_id"] for event in events)


class TestImport(S3CommandCase):
    def test_a_prefix_and_files_together(self):
        self.bucket.put_many({key(day=1): log("a"), key(day=2): log("b", "c"),
                              "notes.txt": b"no log"})
        local = os.path.join(self.place, "local.json")
        with open(local, "wb") as file:
            file.write(log("d"))
        result = self.load(self.bucket.uri(), local)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("4 records: 4 inserted, 0 duplicates, 0 rejected;", result.stdout)
        self.assertEqual(self.stored(), ["a", "b", "c", "d"])

    def test_objects_by_name(self):
        odd = "a b/ü+%41.json"
        self.bucket.put_many({odd: log("a"), "two.json": log("b"), "three.json": log("c")})
        result = self.load(self.bucket.uri(odd), self.bucket.uri("two.json"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("2 files, 2 records: 2 inserted", result.stdout)
        self.assertEqual(self.stored(), ["a", "b"])

    def test_the_second_time_everything_is_known(self):
        self.bucket.put_many({key(hour=n): log(str(n)) for n in range(5)})
        self.assertEqual(self.load(self.bucket.uri()).returncode, 0)
        result = self.load(self.bucket.uri())
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("5 files,", result.stdout)
        self.assertIn(" 0 inserted,", result.stdout)
        self.assertIn("; 5 files imported before, 0 files skipped", result.stdout)

    def test_a_selection(self):
        self.bucket.put_many({
            key(day=1): log("early"), key(day=2): log("wanted"), key(day=3): log("late"),
            key(day=2, region="us-east-1"): log("elsewhere"),
            key(day=2, account="444455556666"): log("other"),
        })
        result = self.load("--from", "2026-11-02", "--to", "2026-11-03", "--region", "eu-west-1",
                           "--account", "111122223333", self.bucket.uri())
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.stored(), ["wanted"])

    def test_files_that_fail_are_named_and_the_others_imported(self):
        self.bucket.put_many({key(day=1): log("a"), key(day=2): b'{"Records":[{]}',
                              key(day=3): b'{"Records":[7,{"a":1}]}'})
        result = self.load(self.bucket.uri(), self.bucket.uri("none.json"))
        self.assertEqual(result.returncode, 1)
        lines = result.stderr.splitlines()
        for place, reason in [(key(day=2), "byte"), (key(day=3), "2 records rejected"),
                              ("none.json", "NoSuchKey")]:
            with self.subTest(place):
                named = [line for line in lines if line.startswith(self.bucket.uri(place) + ": ")]
                self.assertEqual(len(named), 1, result.stderr)
                self.assertIn(reason, named[0])
                self.assertEqual(named[0].count("s3://"), 1)
        self.assertIn("2 failed;", result.stdout)
        self.assertEqual(self.stored(), ["a"])

    def test_kinds_of_files_that_are_skipped_are_named(self):
        digest = key(day=1).replace("CloudTrail", "CloudTrail-Digest")
        self.bucket.put_many({key(day=1): log("a"), digest: b"{}"})
        result = self.load(self.bucket.uri())
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(f"{self.bucket.uri()}: 1 file skipped (digest), such as {digest}\n",
                      result.stderr)
        self.assertIn("1 file skipped", result.stdout)
        self.assertEqual(self.stored(), ["a"])

    def test_a_bucket_that_is_not_there(self):
        self.bucket.put("a.json", log("a"))
        missing = Bucket(None, self.bucket.name + "-none").uri()
        result = self.load(missing, self.bucket.uri())
        self.assertEqual(result.returncode, 1)
        self.assertIn("NoSuchBucket", result.stderr)
        self.assertEqual(self.stored(), ["a"])

    def test_an_empty_prefix(self):
        self.bucket.put(key(day=1), log("a"))
        for options, said in [([], "nothing lies there"), (["--region", "eu-north-1"], "--region")]:
            result = self.load(*options, self.bucket.uri("none/") if not options else
                               self.bucket.uri())
            with self.subTest(said):
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertIn(said, result.stderr)
                self.assertIn("0 files,", result.stdout)

    def test_a_prefix_without_its_slash(self):
        self.bucket.put(key(day=1), log("a"))
        result = self.load(self.bucket.uri("AWSLogs"))
        self.assertEqual(result.returncode, 1)
        self.assertIn("if it is a prefix, it must end in /", result.stderr)

    def test_no_bucket_can_have_this_name(self):
        result = self.load("s3://x/y")
        self.assertEqual(result.returncode, 1)
        self.assertIn("s3://x/y: ", result.stderr)

    def test_no_credentials(self):
        result = self.load(self.bucket.uri(), AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
        self.assertEqual(result.returncode, 1)
        self.assertIn("credentials", result.stderr)


class TestInterrupted(S3CommandCase):
    def test_what_was_imported_stays_and_the_rest_comes_the_next_time(self):
        names = [f"{n:02}" for n in range(40)]
        self.bucket.put_many({f"{name}.json": log(name) for name in names})
        proxy = self.enterContext(Proxy(s3_server.endpoint()))
        proxy.rule(faults.stall(), target="/30.json")
        environment = {**environment_without_settings(), **s3_server.environment(proxy.address)}
        process = subprocess.Popen(
            [PROGRAM, "import", "--data", self.data, "--downloads", "1", self.bucket.uri()],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, encoding="utf-8")
        wait_until(lambda: proxy.gets("30.json"), "an object in the middle to be asked for")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 1)
        self.assertIn("interrupted; run it again to import the rest", said)
        result = self.load(self.bucket.uri())
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.stored(), names)
        with Traild(data=self.data) as server:
            imports = server.get("/v1/imports?limit=1000").json()["imports"]
        statuses = [receipt["status"] for receipt in imports if receipt["kind"] == "prefix"]
        self.assertEqual(statuses, ["done", "cancelled"])


if __name__ == "__main__":
    unittest.main()
