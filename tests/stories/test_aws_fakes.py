"""What the stories stand on that need AWS's other services does what it says."""

import base64
import hashlib
import http.client
import json
import os
import re
import socket
import ssl
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from xml.etree import ElementTree

import s3_server
import signing
from aws_fakes import ContainerCredentials, Grant, InstanceMetadata, TokenService, sts_error
from certificates import openssl
from sns_fake import CONFIRMATION, NOTIFICATION, Topic
from sqs_fake import TYPE, Queue


# Whatever proxy the environment names.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def fetch(address, path, method="GET", headers=None, body=None):
    """Status and body."""
    request = urllib.request.Request(address + path, body, headers or {}, method=method)
    try:
        with OPENER.open(request) as response:
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
                OPENER.open(fake.address + fake.ROLES, timeout=0.1)
            fake.slow = False
            fake.release()
            self.assertEqual(fetch(fake.address, fake.ROLES)[0], 200)

    def test_container(self):
        with ContainerCredentials(token="t0ken") as fake:
            self.assertEqual(fetch(fake.address, fake.PATH)[0], 401)
            status, body = fetch(fake.address, fake.PATH, headers={"Authorization": "t0ken"})
            self.assertEqual((status, json.loads(body)["Token"]), (200, Grant().token))

    def ask_sts(self, fake, **fields):
        form = {"Version": "2011-06-15", "RoleArn": "arn:aws:iam::111122223333:role/r",
                "RoleSessionName": "story", "Action": "AssumeRoleWithWebIdentity", **fields}
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
        headers = {"host": f"127.0.0.1:{s3_server.port()}",
                   "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
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
        answer = self.served(url.removeprefix(f"https://{self.topic.host}"))
        self.assertIn(b"SubscriptionArn", answer)
        self.assertEqual(self.topic.confirmed, ["abc"])


if __name__ == "__main__":
    unittest.main()
