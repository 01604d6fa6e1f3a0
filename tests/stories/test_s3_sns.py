"""What SNS delivers while S3 fails: it is acknowledged only once nothing more can be done, and SNS
delivers the rest again."""

import json
import re
import threading
import unittest

import s3_faults as faults
import s3_server
from connect_proxy import ConnectProxy
from s3_case import S3Case, sources
from s3_trail import Trail
from sns_fake import Topic
from traild import wait_until

PATH = "/v1/notifications/sns"


class SnsFailureTest(S3Case):
    @classmethod
    def setUpClass(cls):
        cls.topic = cls.enterClassContext(Topic())

    def setUp(self):
        self.bucket = s3_server.bucket()
        self.made = Trail(self.bucket)
        self.made.fill(accounts=1, regions=1, files=5)
        self.made.upload()
        self.keys = sorted(self.made.files)
        self.through = self.proxy()
        way = self.enterContext(ConnectProxy({self.topic.host: self.topic.port}))
        self.inbox = self.server(
            "--s3-allow", self.bucket.name, "--sns-topic", self.topic.arn, proxy=self.through,
            HTTPS_PROXY=way.address, AWS_CA_BUNDLE=self.topic.authority.path, AWS_MAX_ATTEMPTS="1")

    def message(self, *keys):
        return self.topic.notification(json.dumps({"s3Bucket": self.bucket.name,
                                                   "s3ObjectKey": list(keys)}))

    def deliver(self, body):
        return self.inbox.post(PATH, body, self.topic.headers(body))

    def test_an_s3_that_is_away(self):
        """One file of five cannot be had: the four others are there, and not fetched again."""
        self.through.rule(faults.status(503, "SlowDown"), target=re.escape(self.keys[2]))
        body = self.message(*self.keys)
        answer = self.deliver(body)
        self.assertEqual((answer.status, answer.header("Retry-After") is not None), (503, True))
        self.assertEqual(len(self.ids(self.inbox)), 12)
        self.through.heal()
        self.assertEqual(self.deliver(body).json()["status"], "stored")
        self.assertEqual(self.ids(self.inbox), self.made.event_ids())

    def test_what_may_be_put_right(self):
        """Without permission nothing is acknowledged: SNS would not deliver it again."""
        self.through.rule(faults.status(403, "AccessDenied"), times=1)
        body = self.message(self.keys[0])
        answer = self.deliver(body)
        self.assertGreaterEqual(answer.status, 500)
        self.assertIn("AccessDenied", answer.json()["detail"])
        self.assertEqual(self.deliver(body).status, 200)

    def test_what_never_can_be_stored(self):
        """It is acknowledged, and told by receipts."""
        self.bucket.put("broken.json", b'{"Records":[{')
        answer = self.deliver(self.message("broken.json", self.keys[0], "none.json"))
        self.assertEqual((answer.status, answer.json()["status"]), (200, "stored"))
        receipts = self.inbox.get("/v1/imports?status=failed").json()["imports"]
        self.assertEqual(sources(receipts, self.bucket), ["broken.json", "none.json"])
        self.assertEqual(len(self.ids(self.inbox)), 3)

    def test_kill_9_before_it_is_acknowledged(self):
        self.through.rule(faults.stall(50), target=re.escape(self.keys[4]), times=1)
        body = self.message(*self.keys)
        answers = []

        def deliver():
            try:
                answers.append(self.deliver(body))
            except OSError:
                pass  # it was killed

        sender = threading.Thread(target=deliver)
        sender.start()
        wait_until(lambda: len(self.ids(self.inbox)) == 12, "all but one")
        self.inbox.kill()
        sender.join()
        self.assertEqual(answers, [])
        self.through.heal()
        self.inbox.start()
        self.assertEqual(self.deliver(body).status, 200)
        self.assertEqual(self.ids(self.inbox), self.made.event_ids())


if __name__ == "__main__":
    unittest.main()
