"""Any key that S3 takes: as an object by itself, in a prefix, in notices, and in a trail."""

import json
import unittest
import urllib.parse

import s3_server
from s3_case import IMPORT, S3Case, keys_of, sources
from sqs_fake import Queue

# How S3's own notices write a key: as a form does.
quote = urllib.parse.quote_plus

KEYS = [
    "with space.json", "a+b.json", "100%.json", "a%2Fb.json", "a%2fb.json", "%41.json", "a%.json",
    "Ünïcödé/日本.json", "🛰.json", "double//slash.json", "/first.json", "//first.json",
    "a/../b.json", "a/./b.json", "./c.json", "../d.json", "question?x=1&y=2.json", "hash#tag.json",
    "quote'\"s.json", "<xml>&amp;&.json", "]]>.json", "back\\slash.json", "comma,semi;colon:.json",
    "(round)[square]{curly}.json", "tab\there.json", "line\nfeed.json", "return\rhere.json",
    "~tilde-_.!*.json", "a=b@c$d.json", "trailing space .json ", " .json", "s3://x/y.json",
    "\x7f.json", "\x01.json", "z" * 1019 + ".json", "é" * 500 + ".json", "e\u0301.json", "é.json",
]


def body(number):
    return json.dumps({"Records": [{
        "eventTime": "2026-10-01T00:00:00Z", "eventID": f"event-{number}", "eventName": "ListUsers",
        "eventSource": "iam.amazonaws.com", "recipientAccountId": "111122223333"}]}).encode()


class KeysTest(S3Case):
    @classmethod
    def setUpClass(cls):
        cls.bucket = s3_server.bucket()
        cls.bucket.put_many({key: body(number) for number, key in enumerate(KEYS)})
        cls.expected = sorted(f"event-{number}" for number in range(len(KEYS)))

    def setUp(self):
        self.through = self.proxy()

    def reader(self, *options, **environment):
        return self.server("--s3-allow", self.bucket.name, *options, proxy=self.through,
                           **environment)

    def test_the_keys_differ(self):
        self.assertEqual(sorted(self.bucket.list()), sorted(KEYS))

    def test_one_by_one(self):
        server = self.reader()
        for number, key in enumerate(KEYS):
            with self.subTest(key=key):
                receipt = self.post(server, 201, uri=self.bucket.uri(key))
                self.assertEqual((receipt["source"], receipt["inserted"]),
                                 (self.bucket.uri(key), 1))
                event = server.get(f"/v1/events/event-{number}").json()
                self.assertEqual(event["import"], receipt["id"])
        self.assertEqual(keys_of(self.through.gets(), self.bucket), KEYS)

    def test_a_prefix(self):
        server = self.reader()
        receipt = self.imported(server, self.bucket.uri())
        files = self.files_of(server, receipt["id"], status="done")
        self.assertEqual(sources(files, self.bucket), self.with_a_name())
        self.check_counters(receipt, done=len(files), skipped=len(KEYS) - len(files))

    @staticmethod
    def with_a_name():
        """Those whose names say JSON: the others in a prefix are named and left alone."""
        return sorted(key for key in KEYS if key.endswith(".json"))

    def test_prefixes_with_odd_names(self):
        server = self.reader()
        for prefix in ("double//", "Ünïcödé/", "//", "a/../", "<xml>/", "100%/"):
            with self.subTest(prefix=prefix):
                receipt = self.imported(server, self.bucket.uri(prefix))
                below = [key for key in self.with_a_name() if key.startswith(prefix)]
                self.assertEqual(receipt["progress"]["files_listed"], len(below))

    def test_notices(self):
        """CloudTrail writes keys as they are, S3 as a form does, EventBridge as they are."""
        name = {"name": self.bucket.name}
        for kind, text in (
                ("cloudtrail", {"s3Bucket": self.bucket.name, "s3ObjectKey": KEYS}),
                ("s3", {"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
                                     "s3": {"bucket": name, "object": {"key": quote(key)}}}
                                    for key in KEYS]})):
            with self.subTest(kind):
                server = self.reader()
                answer = server.post(IMPORT, json.dumps(text).encode())
                self.assertEqual(answer.status, 202, answer)
                receipt = self.ended(server, answer.json()["id"])
                self.check_counters(receipt, done=len(KEYS))
                self.assertEqual(self.ids(server), self.expected)

    def test_a_queue_of_events(self):
        with Queue() as queue:
            for key in KEYS:
                queue.put(json.dumps({
                    "detail-type": "Object Created", "source": "aws.s3",
                    "detail": {"bucket": {"name": self.bucket.name}, "object": {"key": key}}}))
            server = self.reader("--queue", queue.url, **queue.environment())
            queue.wait_until_empty()
            self.assertEqual(self.ids(server), self.expected)


if __name__ == "__main__":
    unittest.main()
