"""What the API says about S3 when it is asked in unusual ways: versions, odd keys, settings from the
environment, a body that comes in pieces."""

import json
import unittest

import s3_server
from s3_case import S3Case
from traild import Traild

KEYS = ["a b.json", "a+b.json", "a%2Bb.json", "%zz.json", "ü/€/😀.json", "//double//.json",
        "quote\"'.json", "back\\slash.json", "line\nend.json", "..", "./a.json", "a/../b.json"]


def log(name):
    return json.dumps([{"eventTime": "2026-11-01T00:00:00Z", "eventID": name}]).encode()


class TestObjects(S3Case):
    def test_a_key_is_taken_as_it_stands_in_the_uri(self):
        bucket = s3_server.bucket()
        bucket.put_many({key: log(key) for key in KEYS})
        server = self.server("--s3-allow", bucket.name)
        for key in KEYS:
            with self.subTest(key=key):
                receipt = self.post(server, 201, uri=bucket.uri(key))
                self.assertEqual(receipt["source"], bucket.uri(key))
                self.assertEqual(receipt["etag"], bucket.head(key).etag)
                found = server.get(f"/v1/events?import={receipt['id']}").json()["events"]
                self.assertEqual([event["event_id"] for event in found], [key])

    def test_a_version(self):
        bucket = s3_server.bucket(versioned=True)
        versions = [bucket.put("log.json", log(name)).version for name in ("old", "new")]
        server = self.server("--s3-allow", bucket.name)
        newest = self.post(server, 201, uri=bucket.uri("log.json"))
        self.assertEqual(newest["version_id"], versions[1])
        old = self.post(server, 201, uri=bucket.uri("log.json"), version_id=versions[0])
        self.assertEqual(old["version_id"], versions[0])
        self.assertEqual(self.ids(server), ["new", "old"])
        none = self.post(server, 422, uri=bucket.uri("log.json"), version_id="0" * 32)
        self.assertIn(bucket.uri("log.json"), none["detail"])

    def test_an_object_that_has_changed_is_another(self):
        bucket = s3_server.bucket()
        server = self.server("--s3-allow", bucket.name)
        for name, status in [("one", 201), ("two", 201), ("two", 200), ("one", 200)]:
            bucket.put("log.json", log(name))
            with self.subTest(name=name, status=status):
                self.post(server, status, uri=bucket.uri("log.json"))
        self.assertEqual(self.ids(server), ["one", "two"])


class TestAllowed(S3Case):
    def setUp(self):
        self.bucket = s3_server.bucket()
        self.bucket.put_many({"in/a.json": log("a"), "into/b.json": log("b")})

    def asked(self, server):
        """The statuses of what is asked for: inside, beside, above."""
        names = ["in/a.json", "into/b.json", ""]
        return [server.post("/v1/imports/s3", json.dumps({"uri": self.bucket.uri(name)})).status
                for name in names]

    def test_a_folder(self):
        self.assertEqual(self.asked(self.server("--s3-allow", f"{self.bucket.name}/in")),
                         [201, 403, 403])

    def test_from_the_environment(self):
        allowed = f"other-bucket, {self.bucket.name}/in/"
        self.assertEqual(self.asked(self.server(TRAILD_S3_ALLOW=allowed)), [201, 403, 403])

    def test_nothing(self):
        proxy = self.proxy()
        server = self.server(proxy=proxy)
        self.assertEqual(self.asked(server), [403, 403, 403])
        trail = self.post(server, 403, path="/v1/trails", uri=self.bucket.uri())
        self.assertIn("--s3-allow", trail["detail"])
        self.assertEqual((proxy.gets(), proxy.lists()), ([], []))

    def test_what_is_followed_need_not_be_allowed(self):
        server = self.server("--follow", self.bucket.uri("in/"))
        self.assertEqual(self.asked(server), [403, 403, 403])
        self.assertEqual(len(server.get("/v1/trails").json()["trails"]), 1)


class TestBodies(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(Traild())

    def test_in_pieces(self):
        pieces = iter([b'{"uri":', b'"s3://buc', b'ket/key"}'])
        answer = self.server.post("/v1/imports/s3", pieces)
        self.assertEqual(answer.status, 403, answer)
        self.assertIn("--s3-allow", answer.json()["detail"])

    def test_too_many_pieces(self):
        pieces = (b" " * 65536 for _ in range(17))
        answer = self.server.post("/v1/imports/s3", pieces)
        self.assertEqual(answer.status, 413, answer)
        self.assertIn("1048576", answer.json()["detail"])

    def test_the_most_that_is_taken(self):
        body = json.dumps({"uri": "s3://bucket/key"}).encode()
        answer = self.server.post("/v1/imports/s3", body + b" " * ((1 << 20) - len(body)))
        self.assertEqual(answer.status, 403, answer)

    def test_a_web_page_may_not_ask(self):
        headers = {"Origin": "https://elsewhere.example"}
        for method, path in [("POST", "/v1/imports/s3"), ("DELETE", "/v1/imports/1"),
                             ("POST", "/v1/trails"), ("DELETE", "/v1/trails/1")]:
            with self.subTest(method=method, path=path):
                answer = self.server.request(method, path, b"{}", headers)
                self.assertEqual(answer.status, 403, answer)
                self.assertIn("elsewhere.example", answer.json()["detail"])


if __name__ == "__main__":
    unittest.main()
