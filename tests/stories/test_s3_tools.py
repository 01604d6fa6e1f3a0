"""What the stories about S3 stand on does what it says: the server, the proxy, the buckets."""

import http.client
import os
import ssl
import subprocess
import sys
import tempfile
import unittest
from datetime import timedelta

import s3_faults as faults
import s3_server
import s3_trail
from certificates import Authority
from s3_client import S3Error
from s3_proxy import Proxy
from traild import ROOT, wait_until

KEYS = ["a b/c+d%20e.json.gz", "Ünïcode/🛰", "x//y//", "/first", "a/../b", "./c", "?x=1&y#z",
        "tab\t", "'\"<>&", "~-._!$*()@:;,=", "z" * 1000]


class ServerTest(unittest.TestCase):
    def test_any_key_comes_back(self):
        bucket = s3_server.bucket()
        for key in KEYS:
            with self.subTest(key):
                etag = bucket.put(key, key.encode()).etag
                self.assertEqual(bucket.get(key).body, key.encode())
                self.assertEqual(bucket.list()[key], etag)
                bucket.delete(key)
        self.assertEqual(bucket.list(), {})

    def test_lists_have_pages(self):
        bucket = s3_server.bucket()
        keys = [f"{number:04}" for number in range(1050)]
        bucket.put_many({key: b"" for key in keys})
        self.assertEqual(list(bucket.list()), keys)

    def test_versions(self):
        bucket = s3_server.bucket(versioned=True)
        first, second = bucket.put("k", b"1").version, bucket.put("k", b"2").version
        self.assertNotEqual(first, second)
        self.assertEqual(bucket.get("k", version=first).body, b"1")
        bucket.delete("k")
        self.assertEqual(self.refusal(bucket, "k"), (404, "NoSuchKey"))
        self.assertEqual(bucket.get("k", version=second).body, b"2")

    def refusal(self, bucket, key, *who):
        with self.assertRaises(S3Error) as raised:
            s3_server.client(*who).request("GET", f"/{bucket.name}/{key}")
        return raised.exception.status, raised.exception.code

    def test_refusals(self):
        bucket = s3_server.bucket()
        bucket.put("k")
        for expected, who in (
                ("SignatureDoesNotMatch", (s3_server.ACCESS_KEY, "wrong")),
                ("InvalidAccessKeyId", ("AKIDNOBODY", s3_server.SECRET)),
                ("AccessDenied", (s3_server.STRANGER_KEY, s3_server.STRANGER_SECRET))):
            with self.subTest(expected):
                self.assertEqual(self.refusal(bucket, "k", *who), (403, expected))


class KeeperTest(unittest.TestCase):
    def test_the_server_lives_as_long_as_who_needs_it(self):
        """Whoever leaves without a word is noticed too."""
        with tempfile.TemporaryDirectory(prefix="traild-s3-") as directory:
            program = ("import sys, time, s3_server; s3_server.DIRECTORY = sys.argv[1];"
                       "s3_server.USERS = [];"
                       "print(s3_server.port(), flush=True); time.sleep(600)")
            users = [subprocess.Popen([sys.executable, "-c", program, directory],
                                      cwd=os.path.dirname(__file__), stdout=subprocess.PIPE)
                     for _ in range(2)]
            ports = [int(user.stdout.readline()) for user in users]
            self.assertEqual(ports[0], ports[1])
            self.assertNotEqual(ports[0], s3_server.port())
            self.leave(users[0])
            self.assertTrue(self.answers(ports[0]))
            self.leave(users[1])
            wait_until(lambda: not self.answers(ports[0]), "the server to end")
            wait_until(lambda: not os.path.exists(os.path.join(directory, "cluster")), "its files")

    @staticmethod
    def leave(user):
        user.kill()
        user.wait()
        user.stdout.close()

    @staticmethod
    def answers(port):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


class ProxyTest(unittest.TestCase):
    BODY = bytes(range(256)) * 1000

    def setUp(self):
        self.bucket = s3_server.bucket()
        self.etag = self.bucket.put("k", self.BODY).etag
        self.proxy = self.enterContext(Proxy(s3_server.endpoint()))
        self.client = s3_server.client(address=self.proxy.address)

    def get(self, key="k"):
        return self.client.request("GET", f"/{self.bucket.name}/{key}")

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.proxy.port)

    def refusal(self):
        with self.assertRaises(S3Error) as raised:
            self.get()
        return raised.exception.status, raised.exception.code

    def test_passes_on_and_remembers(self):
        self.assertEqual(self.get().body, self.BODY)
        self.bucket.client = self.client
        for key in KEYS:
            self.bucket.put(key, b"x")
            self.assertEqual(self.bucket.get(key).body, b"x")
            self.assertEqual(self.bucket.head(key).headers["content-length"], "1")
            self.assertEqual(len(self.proxy.gets(key)), 1, key)
        self.assertEqual(set(self.bucket.list()), {"k", *KEYS})
        self.assertEqual(len(self.proxy.gets("k")), 1)
        self.assertEqual(len(self.proxy.gets()), 1 + len(KEYS))
        self.assertEqual([request.status for request in self.proxy.lists()], [200])
        self.assertIn("authorization", self.proxy.requests[0].headers)

    def test_the_signature_covers_the_proxys_host(self):
        self.client.host = "localhost:1"
        self.client.connect = self.connect
        self.assertEqual(self.get().body, self.BODY)
        self.assertEqual(self.proxy.requests[0].headers["host"], "localhost:1")
        signed = self.client.sign("GET", f"/{self.bucket.name}/k", "")
        self.client.sign = lambda *_: {**signed, "host": "localhost:2"}
        self.assertEqual(self.refusal(), (403, "SignatureDoesNotMatch"))

    def test_the_bucket_may_stand_in_the_host(self):
        self.client.host = f"{self.bucket.name}.localhost:{self.proxy.port}"
        self.client.connect = self.connect
        self.assertEqual(self.client.request("GET", "/k").body, self.BODY)

    def test_rules_choose(self):
        self.bucket.put("other", b"x")
        rule = self.proxy.rule(faults.status(503, "SlowDown"), target="/k$", skip=1, times=2)
        self.assertEqual(self.get("other").body, b"x")
        self.assertEqual(self.get().body, self.BODY)
        self.assertEqual([self.refusal() for _ in range(2)], [(503, "SlowDown")] * 2)
        self.assertEqual(self.get().body, self.BODY)
        self.assertEqual(rule.taken, 2)
        self.assertEqual([request.fault for request in self.proxy.gets("k")],
                         [None, "status", "status", None])
        self.proxy.rule(faults.status(500, "InternalError"), chance=0.5)
        answers = {self.attempt() for _ in range(30)}
        self.assertEqual(answers, {200, 500})
        self.proxy.heal()
        self.assertEqual(self.get().body, self.BODY)

    def attempt(self):
        try:
            return self.get().status
        except S3Error as error:
            return error.status

    def test_connections_that_end(self):
        for name, fault, expected, got in (
                ("no answer", faults.no_answer(), OSError, None),
                ("cut", faults.cut(1000), OSError, None),
                ("cut, orderly", faults.cut(1000, orderly=True), http.client.IncompleteRead, 1000),
                ("longer than told", faults.wrong_length(7), http.client.IncompleteRead,
                 len(self.BODY))):
            with self.subTest(name):
                self.proxy.rule(fault, times=1)
                with self.assertRaises(expected) as raised:
                    self.get()
                if got is not None:
                    self.assertEqual(len(raised.exception.partial), got)
                self.assertEqual(self.get().body, self.BODY)

    def test_answers_that_are_wrong(self):
        for name, fault, status, code in (
                ("slow down", faults.status(503, "SlowDown"), 503, "SlowDown"),
                ("expired", faults.status(400, "ExpiredToken"), 400, "ExpiredToken"),
                ("no XML", faults.bare_status(502, b"<html>"), 502, ""),
                ("moved", faults.redirect(301, header_region="eu-west-1"), 301,
                 "PermanentRedirect"),
                ("for now", faults.redirect(307, location="http://x/"), 307, "TemporaryRedirect"),
                ("malformed", faults.redirect(400, body_region="eu-west-1"), 400,
                 "AuthorizationHeaderMalformed")):
            with self.subTest(name):
                self.proxy.rule(fault, times=1)
                self.assertEqual(self.refusal(), (status, code))

    def test_objects_that_are_wrong(self):
        damaged = b"ab" + self.BODY[2:]
        for name, fault, body, etag in (
                ("garbage", faults.garbage(b"\xff<"), b"\xff<", None),
                ("damaged", faults.damaged(0, b"ab"), damaged, f'"{self.etag}"'),
                ("shorter", faults.wrong_length(-1), self.BODY[:-1], f'"{self.etag}"'),
                ("another", faults.rewritten({"etag": '"x"'}), self.BODY, '"x"'),
                ("dripping", faults.drip(50000, 0.001), self.BODY, f'"{self.etag}"'),
                ("no ETag", faults.rewritten({"ETag": None}), self.BODY, None)):
            with self.subTest(name):
                self.proxy.rule(fault, times=1)
                client = s3_server.client(address=self.proxy.address)
                response = client.request("GET", f"/{self.bucket.name}/k")
                self.assertEqual((response.body, response.headers.get("etag")), (body, etag))

    def test_the_bucket_changes_meanwhile(self):
        self.proxy.rule(faults.cut(10, then=lambda: self.bucket.put("k", b"new")), times=1)
        with self.assertRaises(OSError):
            self.get()
        self.proxy.rule(faults.after(lambda: self.bucket.put("l", b"now")), target="/l$", times=1)
        self.assertEqual(self.get("l").body, b"now")
        with self.assertRaises(S3Error) as raised:
            self.client.request("GET", f"/{self.bucket.name}/k", headers={
                "If-Match": f'"{self.etag}"', "Range": "bytes=10-"})
        self.assertEqual(raised.exception.status, 412)

    def test_stalls_and_what_never_ends(self):
        for after in (None, 1000):
            self.proxy.rule(faults.stall(after), times=1)
            connection = self.connect()
            connection.timeout = 0.3
            self.send(connection)
            with self.assertRaises(TimeoutError):
                connection.getresponse().read()
            connection.close()
        self.proxy.rule(faults.endless(), times=1)
        connection = self.connect()
        self.send(connection)
        self.assertEqual(len(connection.getresponse().read(1 << 22)), 1 << 22)
        connection.close()

    def send(self, connection):
        path = f"/{self.bucket.name}/k"
        connection.request("GET", path, headers=self.client.sign("GET", path, ""))

    def test_https(self):
        with Authority() as authority:
            with Proxy(s3_server.endpoint(), authority.issue("127.0.0.1")) as proxy:
                trust = ssl.create_default_context(cafile=authority.path)
                connection = http.client.HTTPSConnection("127.0.0.1", proxy.port, context=trust)
                self.client.host = f"127.0.0.1:{proxy.port}"
                self.send(connection)
                self.assertEqual(connection.getresponse().read(), self.BODY)
                connection.close()
                with self.assertRaises(ssl.SSLCertVerificationError):
                    http.client.HTTPSConnection("127.0.0.1", proxy.port).connect()


class TrailTest(unittest.TestCase):
    def test_an_organization(self):
        bucket = s3_server.bucket()
        trail = s3_trail.Trail(bucket, "logs/", "o-exampleorgid")
        trail.fill(accounts=5, regions=3, days=2, files=2)
        trail.strangers()
        trail.upload()
        self.assertEqual(set(bucket.list()), {*trail.files, *trail.skipped})
        self.assertEqual(len(trail.files), 5 * 3 * 2 * 2)
        self.assertEqual(len(set(trail.event_ids())), 5 * 3 * 2 * 2 * 3)
        key = trail.file(s3_trail.account_name(0), "eu-west-1", s3_trail.START + timedelta(days=9))
        self.assertRegex(key, "^logs/AWSLogs/o-exampleorgid/100000000001/CloudTrail/eu-west-1/"
                              "2026/10/10/100000000001_CloudTrail_eu-west-1_20261010T0000Z_"
                              r"\w{16}\.json\.gz$")
        self.assertEqual(s3_trail.event_ids(bucket.get(key).body), trail.files[key])

    def test_the_same_seed_gives_the_same(self):
        trails = [s3_trail.Trail(None, seed=seed) for seed in (1, 1, 2)]
        for trail in trails:
            trail.fill(accounts=2, regions=2, files=3)
        self.assertEqual(trails[0]._waiting, trails[1]._waiting)
        self.assertFalse(set(trails[0]._waiting) & set(trails[2]._waiting))

    def test_local_and_generated_files(self):
        bucket = s3_server.bucket()
        trail = s3_trail.Trail(bucket)
        trail.local(os.path.join(ROOT, "samples"))
        self.assertGreater(len(trail.files), 5)
        trail.generate("--events", 300, "--accounts", 3)
        trail.upload()
        self.assertGreaterEqual(len(trail.event_ids()), 300)
        self.assertEqual(set(bucket.list()), {*trail.files, *trail.skipped})
        for key in trail.files:
            self.assertRegex(key, s3_trail.LOG_NAME.pattern + "$")


if __name__ == "__main__":
    unittest.main()
