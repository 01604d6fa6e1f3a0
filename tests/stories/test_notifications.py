"""Messages of SNS and SQS: believed when AWS signed them, imported, and only then acknowledged."""

import json
import unittest

import s3_server
from certificates import Authority
from connect_proxy import ConnectProxy
from s3_case import S3Case
from sns_fake import Topic
from sqs_fake import Queue
from traild import wait_until

PATH = "/v1/notifications/sns"
KEY = "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/22/a b+c.json"


def log_file(number):
    return json.dumps({"Records": [{
        "eventVersion": "1.08", "eventID": f"00000000-0000-4000-8000-{number:012}",
        "eventTime": "2026-11-22T08:00:00Z", "eventSource": "ram.amazonaws.com",
        "eventName": "CreateResourceShare", "awsRegion": "eu-west-1",
        "recipientAccountId": "111122223333"}]}).encode()


class NotificationCase(S3Case):
    def setUp(self):
        self.bucket = s3_server.bucket()
        self.bucket.put(KEY, log_file(1))

    def cloudtrail(self, *keys):
        return json.dumps({"s3Bucket": self.bucket.name, "s3ObjectKey": list(keys or [KEY])})

    def s3_event(self, key, name="ObjectCreated:Put"):
        return json.dumps({"Records": [{
            "eventSource": "aws:s3", "eventName": name,
            "s3": {"bucket": {"name": self.bucket.name}, "object": {"key": key}}}]})

    def events(self, server):
        return server.get("/v1/events?limit=1000").json()["events"]


class SnsTest(NotificationCase):
    @classmethod
    def setUpClass(cls):
        cls.topic = cls.enterClassContext(Topic())

    def setUp(self):
        super().setUp()
        self.topic.confirmed.clear()
        self.proxy_to_sns = self.enterContext(ConnectProxy({self.topic.host: self.topic.port}))

    def listener(self, topic=None, bucket=None):
        return self.server("--s3-allow", bucket or self.bucket.name,
                           "--sns-topic", topic or self.topic.arn,
                           HTTPS_PROXY=self.proxy_to_sns.address,
                           AWS_CA_BUNDLE=self.topic.authority.path)

    def deliver(self, server, body, status):
        answer = server.post(PATH, body, self.topic.headers(body))
        self.assertEqual(answer.status, status, answer)
        return answer.json()

    def test_both_versions(self):
        server = self.listener()
        self.bucket.put("second.json", log_file(2))
        first = self.topic.notification(self.cloudtrail(), version="1")
        second = self.topic.notification(self.s3_event("second.json"), subject="Amazon S3",
                                         version="2")
        self.assertEqual(self.deliver(server, first, 200)["status"], "stored")
        self.assertEqual(len(self.events(server)), 1)
        self.deliver(server, second, 200)
        self.assertEqual(len(self.events(server)), 2)
        self.deliver(server, first, 200)
        self.assertEqual(len(server.get("/v1/imports").json()["imports"]), 2)
        self.assertEqual(self.proxy_to_sns.asked, [f"{self.topic.host}:443"])

    def test_confirmation(self):
        server = self.listener()
        body = self.topic.confirmation(token="token-1")
        self.assertEqual(self.deliver(server, body, 200)["status"], "confirmed")
        self.assertEqual(self.topic.confirmed, ["token-1"])

    def test_end_of_a_subscription_is_not_confirmed(self):
        server = self.listener()
        body = self.topic.confirmation("UnsubscribeConfirmation")
        self.assertEqual(self.deliver(server, body, 200)["status"], "ignored")
        self.assertEqual(self.topic.confirmed, [])

    def test_what_was_changed_is_refused(self):
        server = self.listener()
        good = self.cloudtrail()
        for name, body in (
                ("message", self.topic.notification(good, Message=self.cloudtrail("other"))),
                ("time", self.topic.notification(good, Timestamp="2020-01-01T00:00:00.000Z")),
                ("host", self.topic.notification(
                    good, SigningCertURL="https://sns.eu-west-1.evil.example/a.pem")),
                ("http", self.topic.notification(
                    good, SigningCertURL=f"http://{self.topic.host}/a.pem")),
                ("no such certificate", self.topic.notification(
                    good, SigningCertURL=self.topic.url("/none.pem"))),
                ("version", self.topic.notification(good, version="1", SignatureVersion="2"))):
            with self.subTest(name):
                self.deliver(server, body, 403)
        self.assertEqual(self.events(server), [])
        self.assertEqual(set(self.proxy_to_sns.asked), {f"{self.topic.host}:443"})

    def test_authority_that_is_not_trusted(self):
        with Authority() as other:
            server = self.server("--s3-allow", self.bucket.name, "--sns-topic", self.topic.arn,
                                 HTTPS_PROXY=self.proxy_to_sns.address,
                                 AWS_CA_BUNDLE=other.path)
            body = self.topic.notification(self.cloudtrail())
            # The certificate is not even fetched from a host that is not trusted.
            self.deliver(server, body, 502)
            self.assertEqual(self.events(server), [])

    def test_another_topic_or_bucket(self):
        body = self.topic.notification(self.cloudtrail())
        server = self.listener(topic=self.topic.arn + "2")
        self.assertIn("--sns-topic", self.deliver(server, body, 403)["detail"])
        self.deliver(server, self.topic.confirmation(), 403)
        self.assertEqual((self.topic.confirmed, self.proxy_to_sns.asked), ([], []))
        server = self.listener(bucket="another-bucket")
        self.assertIn("--s3-allow", self.deliver(server, body, 403)["detail"])
        wait_until(lambda: any("--s3-allow" in line.get("error", "")
                               for line in server.log_lines("request")), "the reason in the log")

    def test_malformed(self):
        server = self.listener()
        for body in (b"hello", b"{}", self.cloudtrail().encode()):
            with self.subTest(body):
                answer = server.post(PATH, body, {"Content-Type": "text/plain"})
                self.assertEqual(answer.status, 400, answer)

    def test_a_certificate_that_cannot_be_had_now(self):
        server = self.listener()
        self.proxy_to_sns.hosts.clear()
        body = self.topic.notification(self.cloudtrail())
        answer = server.post(PATH, body, self.topic.headers(body))
        self.assertEqual((answer.status, answer.header("Retry-After") is not None), (503, True))
        self.proxy_to_sns.hosts[self.topic.host] = self.topic.port
        self.deliver(server, body, 200)


class SqsTest(NotificationCase):
    def listener(self, queue):
        return self.server("--s3-allow", self.bucket.name, "--queue", queue.url,
                           **queue.environment())

    def test_messages_of_all_kinds(self):
        with Queue() as queue:
            self.bucket.put("second.json", log_file(2))
            queue.put(self.cloudtrail())
            queue.put(json.dumps({"Type": "Notification", "TopicArn": "arn:t",
                                  "Message": self.s3_event("second.json")}))
            queue.put(self.s3_event("gone.json", "ObjectRemoved:Delete"))
            queue.put(json.dumps({"Event": "s3:TestEvent"}))
            queue.put(self.s3_event("AWSLogs/111122223333/vpcflowlogs/eu-west-1/2026/11/22/f.log.gz"))
            server = self.listener(queue)
            queue.wait_until_empty()
            self.assertEqual(len(self.events(server)), 2)
            self.assertEqual(len(server.get("/v1/imports").json()["imports"]), 2)

    def test_what_is_not_understood_stays(self):
        with Queue() as queue:
            queue.put("hello")
            queue.put(self.cloudtrail())
            server = self.listener(queue)
            wait_until(lambda: queue.bodies() == ["hello"], "the good message to be deleted")
            wait_until(lambda: server.log_lines("a message was left in its queue"), "a line")

    def test_killed_before_it_is_deleted(self):
        with Queue() as queue:
            queue.failing_deletes = 1000
            queue.put(self.cloudtrail())
            server = self.listener(queue)
            wait_until(lambda: self.events(server), "the event")
            server.kill()
            queue.failing_deletes = 0
            queue.show()
            server.start()
            queue.wait_until_empty()
            self.assertEqual(len(server.get("/v1/imports").json()["imports"]), 1)


if __name__ == "__main__":
    unittest.main()
