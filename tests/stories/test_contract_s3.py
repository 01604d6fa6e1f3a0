"""The documented answers and examples that take an S3 server, or one that does not answer."""

import contextlib
import json
import socket
import threading
import unittest

import s3_faults as faults
import s3_server
from connect_proxy import ConnectProxy
from contract import ContractCase, without_clock
from disk import Disk
from s3_client import Bucket
from s3_proxy import Proxy
from sns_fake import Topic
from traild import Traild, wait_until

IMPORT, TRAILS, SNS = "/v1/imports/s3", "/v1/trails", "/v1/notifications/sns"
ONE_IMPORT, ONE_TRAIL = "/v1/imports/{id}", "/v1/trails/{id}"

FROM_S3 = {
    *[("post", IMPORT, status) for status in ("201", "202", "422", "502", "503", "507")],
    ("delete", ONE_IMPORT, "200"), ("delete", ONE_IMPORT, "503"),
    *[("post", TRAILS, status) for status in ("200", "201", "503")],
    ("get", ONE_TRAIL, "200"), ("head", ONE_TRAIL, "200"),
    *[("delete", ONE_TRAIL, status) for status in ("204", "409", "503")],
    ("post", SNS, "200"), ("post", SNS, "503"),
}

EXAMPLE_BUCKET = "example-trail"
AS_IT_IS_DONE = {ONE_IMPORT: IMPORT, ONE_TRAIL: TRAILS}


def body(**members):
    return json.dumps(members).encode()


class S3ContractCase(ContractCase):
    def reader(self, *options, **environment):
        """A server that may read the bucket."""
        values = {**s3_server.environment(), **environment}
        server = Traild(*options, environment=values)
        self.addCleanup(server.close)
        return server

    def post(self, server, path, status, **members):
        answer = server.post(path, body(**members))
        self.check("post", path, answer, status)
        return answer

    def ended(self, server, answer):
        """The receipt of an import of many once it is over."""
        def look():
            receipt = server.get(answer.header("Location")).json()
            return receipt if receipt["status"] not in ("queued", "running") else None

        return wait_until(look, "the import to end")


class TestExamples(S3ContractCase):
    """Each example that needs S3 is what is answered about the contract's own log file there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bucket = Bucket(s3_server.client(), EXAMPLE_BUCKET)
        bucket.create()
        examples = cls.contract.paths[IMPORT]["post"]["requestBody"]["content"]
        uri = examples["application/json"]["examples"]["object"]["value"]["uri"]
        bucket.put(uri.removeprefix(f"s3://{EXAMPLE_BUCKET}/"), cls.contract.example_file())
        answers = cls.contract.paths[ONE_IMPORT]["get"]["responses"]["200"]["content"]
        done = answers["application/json"]["examples"]["prefix"]["value"]["progress"]
        bucket.put(done["skipped"]["digest"]["example"], b"{}")

    def begun(self, path):
        """A server in which what the examples of the path ask for is done."""
        server = self.reader("--s3-allow", EXAMPLE_BUCKET)
        asked = AS_IT_IS_DONE.get(path)
        if asked:
            name = "prefix" if asked == IMPORT else "bucket"
            sent = self.contract.example_body("post", asked, {"x-body": name})
            answer = server.post(asked, sent)
            if asked == IMPORT:
                self.ended(server, answer)
            else:
                wait_until(lambda: self.has_caught_up(server), "the trail to be current")
        return server

    def has_caught_up(self, server):
        trail = server.get("/v1/trails/1").json()
        return trail["status"] == "following" and trail["files_done"] == 1

    def test_each_example_can_be_had(self):
        for method, path, status, name, example in self.contract.examples():
            if "x-needs" not in example:
                continue
            with self.subTest(path=path, status=status, name=name):
                server = self.begun(path)
                asked, target = example["x-request"].split(" ")
                self.assertEqual(asked.lower(), method)
                sent = self.contract.example_body(method, path, example)
                if status == "200" and method == "post":
                    server.request(asked, target, sent)
                answer = server.request(asked, target, sent)
                self.check(method, path, answer, status)
                if "x-passing" not in example:
                    self.assertEqual(without_clock(answer.json()), without_clock(example["value"]))


class TestAnswers(S3ContractCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bucket = s3_server.bucket()
        cls.bucket.put("one.json", cls.contract.example_file())
        cls.bucket.put("broken.json", b'{"Records":[{]}')
        cls.bucket.put("large.json", b" " * (3 << 20))
        cls.bucket.put_many({f"many/{n}.json": b"[%d]" % n for n in range(3)})

    def test_imports(self):
        server = self.reader("--s3-allow", self.bucket.name)
        for key, status in [("one.json", "201"), ("one.json", "200"), ("broken.json", "422"),
                            ("none.json", "422"), ("many/", "202")]:
            with self.subTest(key=key, status=status):
                self.post(server, IMPORT, status, uri=self.bucket.uri(key))

    def test_no_permission(self):
        server = self.reader("--s3-allow", self.bucket.name,
                             AWS_ACCESS_KEY_ID=s3_server.STRANGER_KEY,
                             AWS_SECRET_ACCESS_KEY=s3_server.STRANGER_SECRET)
        self.post(server, IMPORT, "502", uri=self.bucket.uri("one.json"))

    def test_nodeliverythere(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            address = f"http://127.0.0.1:{closed.getsockname()[1]}"
            server = self.reader("--s3-allow", "bucket", AWS_ENDPOINT_URL_S3=address,
                                 AWS_MAX_ATTEMPTS="1")
            self.post(server, IMPORT, "503", uri="s3://bucket/key")

    def test_no_room(self):
        server = self.reader("--s3-allow", self.bucket.name)
        server.limit_files(1 << 20)
        self.post(server, IMPORT, "507", uri=self.bucket.uri("large.json"))

    def test_cancelling(self):
        through = self.enterContext(Proxy(s3_server.endpoint()))
        through.rule(faults.stall(), target="2.json")
        server = self.reader("--s3-allow", self.bucket.name, AWS_ENDPOINT_URL_S3=through.address)
        begun = self.post(server, IMPORT, "202", uri=self.bucket.uri("many/"))
        answer = server.request("DELETE", begun.header("Location"))
        self.check("delete", ONE_IMPORT, answer, "200")
        self.assertEqual(answer.json()["status"], "cancelled")
        again = server.request("DELETE", begun.header("Location"))
        self.check("delete", ONE_IMPORT, again, "409")

    def test_trails(self):
        server = self.reader("--s3-allow", self.bucket.name)
        self.post(server, TRAILS, "201", uri=self.bucket.uri())
        self.post(server, TRAILS, "200", uri=self.bucket.uri())
        for method in ("get", "head"):
            self.check(method, ONE_TRAIL, server.request(method.upper(), "/v1/trails/1"), "200")
        self.check("delete", ONE_TRAIL, server.request("DELETE", "/v1/trails/1"), "204")
        self.check("delete", ONE_TRAIL, server.request("DELETE", "/v1/trails/1"), "404")

    def test_a_configured_trail(self):
        server = self.reader("--follow", self.bucket.uri())
        self.check("delete", ONE_TRAIL, server.request("DELETE", "/v1/trails/1"), "409")
        self.assertIs(server.get("/v1/trails/1").json()["configured"], True)


class TestNotifications(S3ContractCase):
    def test_what_a_topic_delivers(self):
        topic = self.enterContext(Topic())
        tunnel = self.enterContext(ConnectProxy({topic.host: topic.port}))
        server = self.reader("--sns-topic", topic.arn, HTTPS_PROXY=tunnel.address,
                             AWS_CA_BUNDLE=topic.authority.path)
        for delivery, status in [(topic.confirmation(token="word"), "confirmed"),
                              (topic.notification("CloudTrail validation message."), "ignored")]:
            with self.subTest(status):
                answer = server.post(SNS, delivery, topic.headers(delivery))
                self.check("post", SNS, answer, "200")
                self.assertEqual(answer.json()["status"], status)
        self.assertEqual(topic.confirmed, ["word"])
        self.assertEqual(set(tunnel.asked), {f"{topic.host}:443"})


class TestBusy(S3ContractCase):
    """A server that waits for an S3 server that says nothing, and has room for one request more."""

    def setUp(self):
        silent = socket.socket()
        self.addCleanup(silent.close)
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        self.disk = self.enterContext(Disk())
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        self.busy = self.reader("--s3-allow", "bucket", "--downloads", "1", "--backlog", "1",
                                AWS_ENDPOINT_URL_S3=address, **self.disk.environment)
        self.post(self.busy, IMPORT, "202", uri="s3://bucket/prefix/")
        self.ask_meanwhile("POST", IMPORT, body(uri="s3://bucket/0"))
        self.until_metric("traild_s3_objects_under_way", 1)
        self.ask_meanwhile("POST", IMPORT, body(uri="s3://bucket/1"))
        self.until_metric("traild_http_queued_requests", 1)

    def ask_meanwhile(self, *request):
        def ask():
            with contextlib.suppress(OSError):  # the story is over
                self.busy.request(*request)

        thread = threading.Thread(target=ask)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.busy.kill)

    def until_metric(self, name, value):
        line = f"\n{name} {value}\n".encode()
        wait_until(lambda: line in self.busy.get("/metrics").body, f"{name} to be {value}")

    def check_full(self, method, path, target=None):
        sent = body(uri="s3://bucket/key") if method == "post" else None
        with self.subTest(method=method, path=path):
            answer = self.busy.request(method.upper(), target or path, sent)
            self.check(method, path, answer, "503")

    def test_more_than_the_queue_holds(self):
        for path in (IMPORT, TRAILS, SNS):
            self.check_full("post", path)

    def test_more_to_end_than_the_disk_lets_through(self):
        """What ends imports and trails waits for none that wait for S3, but for the disk."""
        self.disk.hold = 1
        self.ask_meanwhile("DELETE", "/v1/imports/1")
        wait_until(lambda: self.disk.waiting, "the commit to be stuck")
        self.ask_meanwhile("DELETE", "/v1/trails/1")
        self.until_metric("traild_http_queued_requests", 2)
        self.check_full("delete", ONE_IMPORT, "/v1/imports/1")
        self.check_full("delete", ONE_TRAIL, "/v1/trails/1")

    def test_uploads_and_questions_go_on(self):
        self.assertEqual(self.busy.upload(self.contract.example_file()).status, 201)
        self.assertEqual(len(self.busy.get("/v1/events").json()["events"]), 1)


if __name__ == "__main__":
    unittest.main()
