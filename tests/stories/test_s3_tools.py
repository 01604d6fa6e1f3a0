"""What the stories about S3 stand on does what it says: the server, the proxy, the made-up buckets
and the fakes of other services."""

import base64
import hashlib
import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from datetime import timedelta
from xml.etree import ElementTree

import s3_faults as faults
import s3_server
import s3_trail
import signing
from aws_fakes import ContainerCredentials, Grant, InstanceMetadata, TokenService, sts_error
from certificates import Authority, openssl
from s3_client import S3Error
from s3_proxy import Proxy
from sns_fake import CONFIRMATION, NOTIFICATION, Topic
from sqs_fake import TYPE, Queue
from traild import ROOT, wait_until

KEYS = ["a b/c+d%20e.json.gz", "Ünïcode/🛰", "x//y//", "/first", "a/../b", "./c", "?x=1&y#z", "tab\t",
        "'\"<>&", "~-._!$*()@:;,=", "z" * 1000]


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
                       "print(s3_server.port(), flush=True); time.sleep(600)")
            users = [subprocess.Popen(["python3", "-c", program, directory],
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
                ("moved", faults.redirect(301, header_region="eu-west-1"), 301, "PermanentRedirect"),
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
        self.assertRegex(key, r"^logs/AWSLogs/o-exampleorgid/100000000001/CloudTrail/eu-west-1/2026/"
                              r"10/10/100000000001_CloudTrail_eu-west-1_20261010T0000Z_\w{16}\.json\.gz$")
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


def fetch(address, path, method="GET", headers=None, body=None, context=None):
    """Status and body."""
    request = urllib.request.Request(address + path, body, headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, context=context) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


class CredentialsTest(unittest.TestCase):
    def test_instance_metadata(self):
        with InstanceMetadata() as fake:
            self.assertEqual(fetch(fake.address, fake.ROLES)[0], 401)
            status, token = fetch(fake.address, fake.TOKEN, "PUT",
                                  {"X-aws-ec2-metadata-token-ttl-seconds": "21600"})
            self.assertEqual(status, 200)
            headers = {"X-aws-ec2-metadata-token": token.decode()}
            self.assertEqual(fetch(fake.address, fake.ROLES, headers=headers)[1], b"story-role")
            given = json.loads(fetch(fake.address, fake.ROLES + "story-role", headers=headers)[1])
            self.assertEqual(given["SecretAccessKey"], s3_server.SECRET)
            self.assertEqual(len(fake.requests), 4)
        with InstanceMetadata(version_1=True) as fake:
            self.assertEqual(fetch(fake.address, fake.TOKEN, "PUT")[0], 403)
            self.assertEqual(fetch(fake.address, fake.ROLES)[1], b"story-role")

    def test_slow(self):
        with InstanceMetadata(slow=True, version_1=True) as fake:
            with self.assertRaises(TimeoutError):
                urllib.request.urlopen(fake.address + fake.ROLES, timeout=0.1)
            fake.release()
            self.assertEqual(fetch(fake.address, fake.ROLES)[0], 200)

    def test_container(self):
        with ContainerCredentials(token="t0ken") as fake:
            self.assertEqual(fetch(fake.address, fake.PATH)[0], 401)
            status, body = fetch(fake.address, fake.PATH, headers={"Authorization": "t0ken"})
            self.assertEqual((status, json.loads(body)["Token"]), (200, Grant().token))

    def ask_sts(self, fake, **fields):
        form = {"Version": "2011-06-15", "RoleArn": "arn:aws:iam::111122223333:role/r",
                "RoleSessionName": "s", "Action": "AssumeRoleWithWebIdentity", **fields}
        status, body = fetch(fake.address, "/", "POST", body=urllib.parse.urlencode(form).encode())
        return status, {re.sub("{.*}", "", element.tag): element.text
                        for element in ElementTree.fromstring(body).iter()}

    def test_sts(self):
        with TokenService(given=Grant(seconds=-5)) as fake:
            status, answer = self.ask_sts(fake, WebIdentityToken="an.identity.token")
            self.assertEqual((status, answer["AccessKeyId"]), (200, s3_server.ACCESS_KEY))
            for code, fields in (("InvalidIdentityToken", {"WebIdentityToken": "x"}),
                                 ("ValidationError", {"RoleArn": ""}),
                                 ("SignatureDoesNotMatch", {"Action": "AssumeRole"})):
                with self.subTest(code):
                    self.assertEqual(self.ask_sts(fake, **fields)[1]["Code"], code)
            fake.refusals.append(sts_error(400, "ExpiredTokenException", "no"))
            status, answer = self.ask_sts(fake, WebIdentityToken="an.identity.token")
            self.assertEqual((status, answer["Code"]), (400, "ExpiredTokenException"))

    def test_a_token_does_not_disturb_the_s3_server(self):
        """A Grant is its own key with a token, which it must let pass."""
        bucket = s3_server.bucket()
        bucket.put("k", b"x")
        connection = http.client.HTTPConnection("127.0.0.1", s3_server.port())
        self.addCleanup(connection.close)
        headers = {"host": f"127.0.0.1:{s3_server.port()}", "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
                   "x-amz-date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()),
                   "x-amz-security-token": Grant().token}
        sign(headers, "GET", f"/{bucket.name}/k", "s3", "UNSIGNED-PAYLOAD")
        connection.request("GET", f"/{bucket.name}/k", headers=headers)
        response = connection.getresponse()
        self.assertEqual((response.status, response.read()), (200, b"x"))


def sign(headers, method, path, service, body_hash):
    """Adds the Authorization, over all of them; they are sorted."""
    scope = f"{headers['x-amz-date'][:8]}/us-east-1/{service}/aws4_request"
    text = signing.canonical(method, path, "", headers, body_hash)
    value = signing.signature(s3_server.SECRET, scope, headers["x-amz-date"], text)
    headers["authorization"] = (
        f"{signing.ALGORITHM} Credential={s3_server.ACCESS_KEY}/{scope}, "
        f"SignedHeaders={';'.join(headers)}, Signature={value}")


class SigningTest(unittest.TestCase):
    def test_an_example(self):
        """The numbers were computed by two other programs."""
        request = signing.canonical("POST", "/", "", {
            "content-type": "application/x-amz-json-1.1",
            "host": "cloudtrail.us-east-1.amazonaws.com", "x-amz-date": "20260102T030405Z",
            "x-amz-target": "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents",
        }, "0a9793f0cb4cfe51f4394490db0ae59b07fd7d5dab3022bca1b33ee15f67dacf")
        self.assertEqual(
            signing.signature("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                              "20260102/us-east-1/cloudtrail/aws4_request", "20260102T030405Z",
                              request),
            "5a475960cd403d531df9ac02d435b2b081b7c0cf496264f0c17937684129d1a8")


class QueueTest(unittest.TestCase):
    def setUp(self):
        self.queue = self.enterContext(Queue(visibility=60, longest_wait=0.2))

    def ask(self, action, tamper=b"", **fields):
        body = json.dumps({"QueueUrl": self.queue.url, **fields}).encode()
        headers = {"content-type": TYPE, "host": f"127.0.0.1:{self.queue.port}",
                   "x-amz-date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()),
                   "x-amz-target": f"AmazonSQS.{action}"}
        sign(headers, "POST", "/", "sqs", hashlib.sha256(body).hexdigest())
        status, answer = fetch(self.queue.address, "/", "POST", headers, body + tamper)
        return status, json.loads(answer) if answer else None

    def receive(self, **fields):
        return self.ask("ReceiveMessage", MaxNumberOfMessages=10, WaitTimeSeconds=1, **fields)[1]

    def delete(self, *messages):
        return self.ask("DeleteMessageBatch", Entries=[
            {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
            for number, message in enumerate(messages)])[1]

    def test_messages_come_until_they_are_deleted(self):
        self.assertEqual(self.receive(), {})
        for body in ("a", "b"):
            self.queue.put(body)
        messages = self.receive()["Messages"]
        self.assertEqual([message["Body"] for message in messages], ["a", "b"])
        self.assertEqual(self.receive(), {}, "they are not visible")
        self.queue.failing_deletes = 1
        answer = self.delete(*messages)
        self.assertEqual([item["Id"] for item in answer["Failed"]], ["0"])
        self.assertEqual([item["Id"] for item in answer["Successful"]], ["1"])
        self.assertEqual((self.queue.bodies(), self.queue.deleted), (["a"], ["b"]))
        self.ask("ChangeMessageVisibility", ReceiptHandle=messages[0]["ReceiptHandle"],
                 VisibilityTimeout=0)
        again = self.receive()["Messages"]
        self.assertEqual(again[0]["Attributes"]["ApproximateReceiveCount"], "2")
        self.assertEqual(self.queue.receives("a"), 2)
        self.delete(*again)
        self.queue.wait_until_empty()

    def test_refusals(self):
        status, answer = self.ask("ReceiveMessage", QueueUrl="http://x/y")
        self.assertEqual((status, answer["__type"]), (400, "com.amazonaws.sqs#QueueDoesNotExist"))
        self.assertIn("InvalidSignature", self.ask("ReceiveMessage", b" ")[1]["__type"])
        self.queue.refusals.append((503, "ServiceUnavailable"))
        self.assertEqual(self.ask("ReceiveMessage")[0], 503)


class TopicTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.topic = Topic()
        cls.addClassCleanup(cls.topic.close)

    def verify(self, body, names):
        """By the certificate that the topic serves, over HTTPS and by its own name."""
        fields = json.loads(body)
        text = "".join(f"{name}\n{fields[name]}\n" for name in names if name in fields)
        with tempfile.TemporaryDirectory() as folder:
            path = {name: os.path.join(folder, name) for name in ("pem", "key", "signature")}
            with open(path["signature"], "wb") as file:
                file.write(base64.b64decode(fields["Signature"]))
            with open(path["pem"], "wb") as file:
                file.write(self.served(urllib.parse.urlsplit(fields["SigningCertURL"]).path))
            openssl("x509", "-in", path["pem"], "-noout", "-pubkey", "-out", path["key"])
            openssl("verify", "-CAfile", self.topic.authority.path, path["pem"])
            digest = {"1": "-sha1", "2": "-sha256"}[fields["SignatureVersion"]]
            openssl("dgst", digest, "-verify", path["key"], "-signature", path["signature"],
                    data=text.encode())

    def served(self, path):
        """What a client gets that takes the topic's host for this one."""
        trust = ssl.create_default_context(cafile=self.topic.authority.path)
        connection = http.client.HTTPSConnection(self.topic.host, context=trust)
        connection._create_connection = lambda *_: socket.create_connection(
            ("127.0.0.1", self.topic.port))
        connection.request("GET", path)
        with connection.getresponse() as response:
            body = response.read()
        connection.close()
        return body

    def test_what_it_publishes_is_signed(self):
        for version in ("1", "2"):
            self.verify(self.topic.notification("a\nb \"ü\"", version=version), NOTIFICATION)
            self.verify(self.topic.notification("a", subject="s", version=version), NOTIFICATION)
            self.verify(self.topic.confirmation(version=version), CONFIRMATION)
        with self.assertRaisesRegex(AssertionError, "dgst"):
            self.verify(self.topic.notification("a", Message="b"), NOTIFICATION)

    def test_it_is_confirmed(self):
        url = json.loads(self.topic.confirmation(token="abc"))["SubscribeURL"]
        self.assertIn(b"SubscriptionArn", self.served(url.removeprefix(f"https://{self.topic.host}")))
        self.assertEqual(self.topic.confirmed, ["abc"])


if __name__ == "__main__":
    unittest.main()
