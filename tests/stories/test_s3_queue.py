"""A queue that tells of new objects: whatever happens, a message is deleted only once its files are
stored, and nothing is imported twice."""

import json
import re
import unittest

import s3_faults as faults
import s3_server
from s3_case import IMPORT, S3Case, keys_of, sources
from s3_trail import Trail
from sqs_fake import Queue
from traild import wait_until
from uploads import walk_imports


def cloudtrail(bucket, *keys):
    return json.dumps({"s3Bucket": bucket.name, "s3ObjectKey": list(keys)})


def s3_event(bucket, *keys):
    records = [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": {
        "bucket": {"name": bucket.name}, "object": {"key": key}}} for key in keys]
    return json.dumps({"Records": records})


def eventbridge(bucket, key):
    return json.dumps({"version": "0", "detail-type": "Object Created", "source": "aws.s3",
                       "detail": {"bucket": {"name": bucket.name}, "object": {"key": key}}})


def envelope(message):
    """As SNS hands it to SQS."""
    return json.dumps({"Type": "Notification", "MessageId": "1", "Message": message,
                       "TopicArn": "arn:aws:sns:eu-west-1:111122223333:t"})


class QueueCase(S3Case):
    FILES = 40

    def setUp(self):
        self.bucket = s3_server.bucket()
        self.made = Trail(self.bucket)
        self.made.fill(accounts=1, regions=1, files=self.FILES)
        self.made.upload()
        self.keys = sorted(self.made.files)
        self.through = self.proxy()
        self.queue = self.enterContext(Queue())

    def listen(self, *options, **environment):
        return self.server("--s3-allow", self.bucket.name, "--queue", self.queue.url, *options,
                           proxy=self.through, **{**self.queue.environment(), **environment})

    def check_all(self, server):
        self.assertEqual(self.ids(server), self.made.event_ids())
        self.assertEqual(sources(walk_imports(server), self.bucket), self.keys)

    def hang(self, key, **options):
        return self.through.rule(faults.stall(50), target=re.escape(key), **options)

    def asked_for(self, key):
        wait_until(lambda: self.through.gets(key), f"{key} to be asked for")


class DeletionTest(QueueCase):
    def test_only_what_is_stored_is_deleted(self):
        """A file that hangs keeps its own message, and no other."""
        self.hang(self.keys[7])
        bodies = [cloudtrail(self.bucket, *self.keys[n:n + 4]) for n in range(0, self.FILES, 4)]
        for body in bodies:
            self.queue.put(body)
        server = self.listen()
        wait_until(lambda: self.queue.bodies() == [bodies[1]], "the others to be deleted")
        self.assertEqual(len(self.ids(server)), 3 * (self.FILES - 1))
        self.assertEqual(self.queue.receives(bodies[1]), 1)
        self.through.heal()
        self.queue.wait_until_empty()
        self.check_all(server)
        self.assertEqual(sorted(self.queue.deleted), sorted(bodies))
        self.assertEqual(sorted(keys_of(self.through.gets(), self.bucket)), self.keys)

    def test_kill_9_before_all_is_stored(self):
        self.hang(self.keys[-1], times=1)
        body = envelope(cloudtrail(self.bucket, *self.keys))
        self.queue.put(body)
        server = self.listen()
        wait_until(lambda: len(self.ids(server)) == 3 * (self.FILES - 1), "all but one")
        server.kill()
        self.assertEqual((self.queue.bodies(), self.queue.deleted), ([body], []))
        self.through.heal()
        self.queue.show()
        server.start()
        self.queue.wait_until_empty()
        self.check_all(server)

    def test_a_stop_leaves_what_is_under_way(self):
        self.hang(self.keys[0])
        self.queue.put(cloudtrail(self.bucket, self.keys[0]))
        server = self.listen()
        self.asked_for(self.keys[0])
        self.assertEqual(server.stop(), 0)
        self.assertEqual((len(self.queue.bodies()), self.queue.deleted), (1, []))

    def test_deletions_that_fail_in_part(self):
        """They are tried again; the files are not fetched again."""
        for key in self.keys:
            self.queue.put(s3_event(self.bucket, key))
        self.queue.failing_deletes = 15
        server = self.listen()
        self.queue.wait_until_empty()
        self.check_all(server)
        self.assertEqual(sorted(keys_of(self.through.gets(), self.bucket)), self.keys)

    def test_messages_of_the_same_object(self):
        """Of all kinds, and once more when all is over."""
        key = self.keys[0]
        self.made.files = {key: self.made.files[key]}
        self.keys = [key]
        bodies = [cloudtrail(self.bucket, key), s3_event(self.bucket, key),
                  eventbridge(self.bucket, key)]
        for body in bodies + [envelope(body) for body in bodies]:
            self.queue.put(body)
        server = self.listen()
        self.queue.wait_until_empty()
        self.queue.put(bodies[0])
        self.queue.wait_until_empty()
        self.check_all(server)

    def test_hidden_long_enough(self):
        self.queue.put(cloudtrail(self.bucket, self.keys[0]))
        self.listen()
        self.queue.wait_until_empty()
        asked = json.loads(self.queue.requests[0].body)
        self.assertEqual((asked["VisibilityTimeout"], asked["WaitTimeSeconds"]), (300, 20))


class FailureTest(QueueCase):
    def test_what_never_can_be_stored(self):
        """It is told by receipts, and the message is done with."""
        broken = "broken.json"
        self.bucket.put(broken, b'{"Records":[{')
        self.queue.put(cloudtrail(self.bucket, broken, self.keys[0], "none.json"))
        server = self.listen()
        self.queue.wait_until_empty()
        receipts = server.get("/v1/imports?status=failed").json()["imports"]
        self.assertEqual(sources(receipts, self.bucket), [broken, "none.json"])
        self.assertEqual(len(self.ids(server)), 3)

    def test_an_s3_that_is_away(self):
        """The message stays; nothing more is taken from the queue meanwhile than was."""
        rule = self.through.rule(faults.status(503, "SlowDown"))
        self.queue.put(cloudtrail(self.bucket, self.keys[0]))
        server = self.listen(AWS_MAX_ATTEMPTS="1")
        wait_until(lambda: server.log_lines(
            "files of a message were not stored: it will be delivered again"), "a failure")
        self.assertEqual((len(self.queue.bodies()), self.ids(server)), (1, []))
        self.assertEqual(rule.taken, 1)
        self.through.heal()
        self.queue.show()
        self.queue.wait_until_empty()
        self.assertEqual(len(self.ids(server)), 3)

    def test_a_queue_that_is_away(self):
        """It is asked again."""
        self.queue.refusals += [(503, "ServiceUnavailable"), (400, "OverLimit")]
        self.queue.put(cloudtrail(self.bucket, self.keys[0]))
        server = self.listen(AWS_MAX_ATTEMPTS="1")
        self.queue.wait_until_empty()
        self.assertEqual(len(self.ids(server)), 3)
        wait_until(lambda: len(server.log_lines(
            "a queue could not be read: trying again later")) == 2, "both in the log")

    def test_what_is_not_allowed_stays(self):
        other = s3_server.bucket()
        other.put("k.json", b'{"Records":[]}')
        self.queue.put(cloudtrail(other, "k.json"))
        self.queue.put(cloudtrail(self.bucket, self.keys[0]))
        server = self.listen()
        wait_until(lambda: len(self.queue.deleted) == 1, "the other one to be deleted")
        self.assertEqual(self.queue.bodies(), [cloudtrail(other, "k.json")])
        lines = wait_until(lambda: server.log_lines("a message was left in its queue"), "a line")
        self.assertIn(other.name, lines[0]["reason"])
        self.assertEqual(keys_of(self.through.gets(), self.bucket), [self.keys[0]])


class PastedTest(QueueCase):
    """Notices as the body of POST /v1/imports/s3."""

    def setUp(self):
        super().setUp()
        self.read = self.server("--s3-allow", self.bucket.name, proxy=self.through)

    def paste(self, body, status):
        answer = self.read.post(IMPORT, body.encode())
        self.assertEqual(answer.status, status, answer)
        return answer.json()

    def test_one_object(self):
        for number, make in enumerate((cloudtrail, s3_event, eventbridge)):
            for wrap in (str, envelope):
                with self.subTest(make=make.__name__, wrap=wrap.__name__):
                    body = wrap(make(self.bucket, self.keys[number]))
                    receipt = self.paste(body, 201 if wrap is str else 200)
                    self.assertEqual(receipt["source"], self.bucket.uri(self.keys[number]))

    def test_many_objects(self):
        """They are an import of their own, in which each has a receipt."""
        receipt = self.paste(cloudtrail(self.bucket, *self.keys, "none.json"), 202)
        self.assertEqual(receipt["kind"], "objects")
        receipt = self.ended(self.read, receipt["id"])
        self.check_counters(receipt, done=self.FILES, failed=1)
        files = self.files_of(self.read, receipt["id"])
        self.assertEqual(sources(files, self.bucket), sorted([*self.keys, "none.json"]))
        self.assertEqual(self.ids(self.read), self.made.event_ids())
        again = self.ended(self.read, self.paste(cloudtrail(self.bucket, *self.keys), 202)["id"])
        self.assertEqual(again["inserted"], 0)

    def test_many_objects_after_kill_9(self):
        self.hang(self.keys[20])
        number = self.paste(s3_event(self.bucket, *self.keys), 202)["id"]
        self.asked_for(self.keys[20])
        self.read.kill()
        self.through.heal()
        self.read.start()
        self.check_counters(self.ended(self.read, number), done=self.FILES)
        self.assertEqual(self.ids(self.read), self.made.event_ids())

    def test_what_is_not_taken(self):
        other = cloudtrail(s3_server.bucket(), "k.json")
        for status, body in ((400, "hello"), (400, "{}"), (400, '{"Records":[{"eventID":"1"}]}'),
                             (403, other), (403, envelope(other)),
                             (200, '{"Event":"s3:TestEvent"}')):
            with self.subTest(body=body):
                self.paste(body, status)
        self.assertEqual(self.through.requests, [])


if __name__ == "__main__":
    unittest.main()
