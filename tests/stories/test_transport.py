"""What happens on the socket: framing that two parsers could read in two ways, slow and vanished
clients, bodies that are too large, full queues, stopping."""

import http.client
import json
import os
import signal
import socket
import sys
import tempfile
import threading
import time
import unittest

from traild import PATIENCE, Traild, run, wait_until

# Of a field line that is sent by hand.
HOST = b"Host: localhost\r\n"

EVENT = {
    "eventVersion": "1.08",
    "eventTime": "2026-01-02T03:04:05Z",
    "eventSource": "ram.amazonaws.com",
    "eventName": "CreateResourceShare",
    "awsRegion": "eu-central-1",
    "sourceIPAddress": "192.0.2.1",
    "userAgent": "test",
    "eventID": "11111111-2222-3333-4444-555555555555",
    "eventType": "AwsApiCall",
    "recipientAccountId": "123456789012",
    "userIdentity": {"type": "Root", "arn": "arn:aws:iam::123456789012:root",
                     "accountId": "123456789012"},
}


def log_file(count, size=0):
    """A log file of `count` events, each with `size` bytes more."""
    records = []
    for number in range(count):
        record = dict(EVENT)
        record["eventID"] = f"{number:08d}-0000-4000-8000-{size:012d}"
        record["requestParameters"] = {"filling": "x" * size}
        records.append(record)
    return json.dumps({"Records": records}).encode()


def read_answer(connection):
    """Status, headers (lower case) and body of the next answer on a bare socket; None when the
    connection ends before one."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        if not byte:
            return None
        head += byte
    lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    body = b""
    while len(body) < int(headers.get("content-length", 0)):
        more = connection.recv(int(headers["content-length"]) - len(body))
        if not more:
            break
        body += more
    return int(lines[0].split(" ")[1]), headers, body


def is_closed(connection):
    """Whether the server has ended the connection; waits for it."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


class Story(unittest.TestCase):
    options = ()

    @classmethod
    def setUpClass(cls):
        cls.server = Traild(*cls.options)

    @classmethod
    def tearDownClass(cls):
        code = cls.server.stop()
        cls.server.close()
        # A story that passes while the server dies behind its back has not passed.
        assert code == 0, f"the server ended with {code}"

    def exchange(self, request):
        with self.server.socket() as connection:
            connection.sendall(request)
            return read_answer(connection)

    def problem(self, request, status):
        """The request is refused with this status and a closed connection."""
        with self.server.socket() as connection:
            connection.sendall(request)
            answer = read_answer(connection)
            self.assertIsNotNone(answer, "the connection ended without an answer")
            self.assertEqual(answer[0], status, answer)
            self.assertTrue(is_closed(connection))
            return answer

    def assert_alive(self):
        self.assertEqual(self.server.get("/healthz").status, 200)


class Framing(Story):
    """Heads that are refused, and what must be taken."""

    refused = (
        ("length and chunked", 400,
         b"POST /v1/imports HTTP/1.1\r\n" + HOST +
         b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("chunked and length", 400,
         b"POST /v1/imports HTTP/1.1\r\n" + HOST +
         b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
        ("two different lengths", 400,
         b"POST /v1/imports HTTP/1.1\r\n" + HOST +
         b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x"),
        ("the same length twice", 400,
         b"POST /v1/imports HTTP/1.1\r\n" + HOST +
         b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
        ("gzip, chunked", 501,
         b"POST /v1/imports HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n"),
        ("chunked twice", 501,
         b"POST /v1/imports HTTP/1.1\r\n" + HOST +
         b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("identity as a transfer encoding", 501,
         b"GET /healthz HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: identity\r\n\r\n"),
        ("chunked with a blank behind it", 501,
         b"POST /v1/imports HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked \r\n\r\n0\r\n\r\n"),
        ("chunked in HTTP/1.0", 400,
         b"POST /v1/imports HTTP/1.0\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("an unknown expectation", 417,
         b"POST /v1/imports HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\nExpect: tea\r\n\r\n"),
        ("no host", 400, b"GET /healthz HTTP/1.1\r\n\r\n"),
        ("no host but another field", 400, b"GET /healthz HTTP/1.1\r\nAccept: */*\r\n\r\n"),
        ("two hosts", 400, b"GET /healthz HTTP/1.1\r\n" + HOST + HOST + b"\r\n"),
        ("a space before the colon", 400,
         b"POST /v1/imports HTTP/1.1\r\n" + HOST + b"Content-Length : 2\r\n\r\n{}"),
        ("a tab before the colon", 400,
         b"POST /v1/imports HTTP/1.1\r\n" + HOST + b"Transfer-Encoding\t: chunked\r\n\r\n"),
        ("a field without a name", 400, b"GET /healthz HTTP/1.1\r\n" + HOST + b": x\r\n\r\n"),
        ("a line without a colon", 400, b"GET /healthz HTTP/1.1\r\n" + HOST + b"nonsense\r\n\r\n"),
        ("a folded field", 400,
         b"POST /v1/imports HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n , x\r\n\r\n"),
        ("a folded field at first", 400,
         b"GET /healthz HTTP/1.1\r\nX: a\r\n b\r\n" + HOST + b"\r\n"),
        ("NUL in a field", 400,
         b"POST /v1/imports HTTP/1.1\r\n" + HOST + b"Content-Length: 2\0 3\r\n\r\n{}"),
        ("two NULs in a field", 400,
         b"POST /v1/imports HTTP/1.1\r\n" + HOST + b"Content-Length: 2\0\x003\r\n\r\n{}"),
        ("NUL in the last field", 400,
         b"POST /v1/imports HTTP/1.1\r\nContent-Length: 2\r\nHost: a\0\r\n\r\n{}"),
        ("NUL in a name", 400, b"GET /healthz HTTP/1.1\r\n" + HOST + b"A\0b: c\r\n\r\n"),
        ("NUL in the target", 400,
         b"GET /v1/events?limit=1000\0&region=r1 HTTP/1.1\r\n" + HOST + b"\r\n"),
        ("NUL in the path", 400, b"GET /healthz\0junk HTTP/1.1\r\n" + HOST + b"\r\n"),
        ("NUL behind the target", 400, b"GET /healthz\0 HTTP/1.1\r\n" + HOST + b"\r\n"),
        ("NUL and what looks like a version", 400,
         b"GET /healthz\0HTTP/1.1 HTTP/1.1\r\n" + HOST + b"\r\n"),
        ("NUL behind the version", 400, b"GET /healthz HTTP/1.1\0x\r\n" + HOST + b"\r\n"),
        ("NUL in the method", 400, b"GET\0X /healthz HTTP/1.1\r\n" + HOST + b"\r\n"),
        ("NUL and no fields", 400, b"GET /healthz\0junk HTTP/1.0\r\n\r\n"),
        ("a bare line feed", 400, b"GET /healthz HTTP/1.1\r\n" + HOST + b"A: b\nC: d\r\n\r\n"),
        ("a bare carriage return", 400, b"GET /healthz HTTP/1.1\r\n" + HOST + b"A: b\rC: d\r\n\r\n"),
        ("a space in the target", 400, b"GET /a b HTTP/1.1\r\n" + HOST + b"\r\n"),
        ("a control character in the target", 400, b"GET /a\x01b HTTP/1.1\r\n" + HOST + b"\r\n"),
        ("a target that is too long", 414,
         b"GET /?" + b"a" * 20000 + b" HTTP/1.1\r\n" + HOST + b"\r\n"),
        ("a target that fills the memory", 414, b"GET /?" + b"a" * 100000),
        ("fields that fill the memory", 431,
         b"GET /healthz HTTP/1.1\r\n" + HOST + b"A: " + b"a" * 100000),
        ("too many fields", 431,
         b"GET /healthz HTTP/1.1\r\n" + HOST + b"A: b\r\n" * 200 + b"\r\n"),
        ("HTTP/2.0 in words", 505, b"GET /healthz HTTP/2.0\r\n" + HOST + b"\r\n"),
        ("a chunk size that is no number", 400,
         b"POST /v1/imports HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n"),
        ("a chunk without its line end", 400,
         b"POST /v1/imports HTTP/1.1\r\n" + HOST +
         b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}xx\r\n0\r\n\r\n"),
        ("no length", 411, b"POST /v1/imports HTTP/1.1\r\n" + HOST + b"\r\n"),
    )

    # libmicrohttpd 0.9.75 looks at the length first, and writes the head of its answer twice.
    refused_by_the_library = (
        ("two lengths in one field", 400,
         b"POST /v1/imports HTTP/1.1\r\n" + HOST + b"Content-Length: 2, 2\r\n\r\n{}"),
        ("a negative length", 400,
         b"POST /v1/imports HTTP/1.1\r\n" + HOST + b"Content-Length: -2\r\n\r\n{}"),
        ("a signed length", 400,
         b"POST /v1/imports HTTP/1.1\r\n" + HOST + b"Content-Length: +2\r\n\r\n{}"),
        ("a length in hexadecimal", 400,
         b"POST /v1/imports HTTP/1.1\r\n" + HOST + b"Content-Length: 0x2\r\n\r\n{}"),
        ("an empty length", 400,
         b"POST /v1/imports HTTP/1.1\r\n" + HOST + b"Content-Length:\r\n\r\n{}"),
        ("a length beyond 64 bits", 413,
         b"POST /v1/imports HTTP/1.1\r\n" + HOST + b"Content-Length: 99999999999999999999\r\n\r\n"),
    )

    def test_refused(self):
        for name, status, request in self.refused:
            with self.subTest(name):
                self.problem(request, status)
        self.assert_alive()

    def test_refused_by_the_library(self):
        for name, status, request in self.refused_by_the_library:
            seen = len(self.server.log_lines("request"))
            with self.subTest(name), self.server.socket() as connection:
                connection.sendall(request)
                answer = b""
                while more := connection.recv(65536):
                    answer += more
                self.assertTrue(answer.startswith(b"HTTP/1.1 %d " % status), answer)
                lines = wait_until(lambda: [line for line in self.server.log_lines("request")[seen:]
                                            if line["status"] == status], "its line")
                self.assertNotIn("error", lines[0])
        self.assert_alive()

    def test_refusals_are_problems(self):
        _, headers, body = self.problem(b"GET /healthz HTTP/1.1\r\n" + HOST + HOST + b"\r\n", 400)
        self.assertEqual(headers["content-type"], "application/problem+json")
        problem = json.loads(body)
        self.assertEqual(problem["status"], 400)
        self.assertIn("Host", problem["detail"])

    def test_a_request_hidden_in_a_body_is_not_answered(self):
        """The second request would be seen by a server that goes by the chunks."""
        with self.server.socket() as connection:
            connection.sendall(b"POST /v1/imports HTTP/1.1\r\n" + HOST + b"Content-Length: 60\r\n"
                               b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                               b"GET /v1/events HTTP/1.1\r\n" + HOST + b"\r\n")
            self.assertEqual(read_answer(connection)[0], 400)
            self.assertTrue(is_closed(connection))

    taken = (
        ("plain", b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"),
        ("HTTP/1.0 without a host", b"GET /healthz HTTP/1.0\r\n\r\n"),
        ("blanks around a value", b"GET /healthz HTTP/1.1\r\n" + HOST + b"A: \t b\t \r\nB:\r\n\r\n"),
        ("an absolute target", b"GET http://localhost/healthz HTTP/1.1\r\n" + HOST + b"\r\n"),
        ("an empty line in front", b"\r\nGET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"),
        ("many fields", b"GET /healthz HTTP/1.1\r\n" + HOST + b"A: b\r\n" * 90 + b"\r\n"),
        ("a large field",
         b"GET /healthz HTTP/1.1\r\n" + HOST + b"Cookie: a=" + b"x" * 15000 + b"\r\n\r\n"),
        ("a body that nobody wants",
         b"GET /healthz HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\nhello"),
        ("chunks that nobody wants",
         b"GET /healthz HTTP/1.1\r\n" + HOST +
         b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
    )

    def test_taken(self):
        for name, request in self.taken:
            with self.subTest(name):
                status, _, body = self.exchange(request)
                self.assertEqual((status, json.loads(body)), (200, {"status": "ok"}))

    def test_taken_byte_by_byte(self):
        for name, request in self.taken[:3]:
            with self.subTest(name), self.server.socket() as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for byte in request:
                    connection.sendall(bytes([byte]))
                self.assertEqual(read_answer(connection)[0], 200)

    def test_the_longest_target_is_taken(self):
        """With as many parameters as it may have, and with other fields besides."""
        query = "&".join("action=" + "a" * 55 for _ in range(255))
        target = "/v1/events?" + query + "&region="
        target += "b" * (16384 - len(target))
        status, _, body = self.exchange(b"GET %s HTTP/1.1\r\n" % target.encode() + HOST +
                                        b"Cookie: a=" + b"x" * 6000 + b"\r\n\r\n")
        self.assertEqual(status, 200, body)

    def test_raw_target_reaches_the_handlers(self):
        """%2F stays apart from / and %00 is a byte like any other."""
        for target, status in (("/v1/events/a%2Fb", 404), ("/v1%2Fevents", 404),
                               ("/v1/events?action=%00", 200), ("/v1/events?action=%zz", 400),
                               ("/v1/events?action=m%C3%BCller", 200)):
            with self.subTest(target):
                self.assertEqual(self.server.get(target).status, status)

    def test_bytes_beyond_ascii(self):
        self.assertEqual(self.exchange("GET /v1/events?principal=müller HTTP/1.1\r\n".encode() +
                                       HOST + b"\r\n")[0], 200)


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


class Listening(unittest.TestCase):
    """Where, and what stands in the way."""

    @unittest.skipUnless(has_ipv6(), "this machine has no IPv6")
    def test_ipv6(self):
        with Traild("--listen", "[::1]:0") as server:
            self.assertEqual(server.get("/healthz").status, 200)
            line = wait_until(lambda: server.log_lines("request"), "the line in the log")[0]
            self.assertEqual(line["client"], "::1")
            with self.assertRaises(OSError):
                socket.create_connection(("127.0.0.1", server.port)).close()

    def test_a_port_that_is_taken(self):
        with Traild() as server, tempfile.TemporaryDirectory() as data:
            address = f"127.0.0.1:{server.port}"
            ended = run("serve", "--listen", address, "--data", data)
            self.assertEqual(ended.returncode, 1)
            self.assertIn(f"another program listens on {address}", ended.stderr)

    def test_a_directory_that_is_taken(self):
        with Traild() as server:
            ended = run("serve", "--listen", "127.0.0.1:0", "--data", server.data)
            self.assertEqual(ended.returncode, 1)
            self.assertIn("another traild (a server or an import) has", ended.stderr)
            self.assertEqual(server.get("/healthz").status, 200)

    def test_not_for_other_machines(self):
        with tempfile.TemporaryDirectory() as data:
            for address in ("0.0.0.0:0", "[::]:0", "192.0.2.1:80"):
                with self.subTest(address):
                    ended = run("serve", "--listen", address, "--data", data)
                    self.assertEqual(ended.returncode, 2)
                    self.assertIn("must be a loopback address", ended.stderr)


class Connections(Story):
    """Keep-alive, pipelining, methods."""

    def test_keep_alive(self):
        connection = self.server.connection()
        for _ in range(20):
            connection.request("GET", "/healthz")
            first = connection.sock
            response = connection.getresponse()
            response.read()
            self.assertEqual(response.status, 200)
            self.assertIs(connection.sock, first, "the server closed the connection")
        connection.close()

    def test_keep_alive_behind_an_upload(self):
        """Through a worker and back."""
        connection = self.server.connection()
        for number in range(5):
            connection.request("POST", "/v1/imports", log_file(1, number))
            first = connection.sock
            response = connection.getresponse()
            response.read()
            self.assertIn(response.status, (200, 201))
            self.assertIs(connection.sock, first, "the server closed the connection")
        connection.close()

    def test_pipelined(self):
        body = log_file(2, 100)
        upload = (b"POST /v1/imports HTTP/1.1\r\n" + HOST +
                  b"Content-Length: %d\r\n\r\n" % len(body) + body)
        read = b"GET /v1/events?limit=1 HTTP/1.1\r\n" + HOST + b"\r\n"
        with self.server.socket() as connection:
            connection.sendall(upload + read + upload + read + read)
            statuses = [read_answer(connection)[0] for _ in range(5)]
        self.assertEqual(statuses, [201, 200, 200, 200, 200])

    def test_http_1_0_closes(self):
        with self.server.socket() as connection:
            connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            self.assertEqual(read_answer(connection)[0], 200)
            self.assertTrue(is_closed(connection))

    def test_head(self):
        get = self.server.get("/v1/events")
        head = self.server.request("HEAD", "/v1/events")
        self.assertEqual(head.status, 200)
        self.assertEqual(head.body, b"")
        self.assertEqual(head.header("Content-Length"), str(len(get.body)))
        self.assertEqual(head.header("Content-Type"), get.header("Content-Type"))

    def test_head_and_get_on_one_connection(self):
        with self.server.socket() as connection:
            connection.sendall(b"HEAD /healthz HTTP/1.1\r\n" + HOST + b"\r\n")
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += connection.recv(1)
            connection.sendall(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")
            self.assertEqual(read_answer(connection)[2], b'{"status":"ok"}\n')

    def test_options(self):
        answer = self.server.request("OPTIONS", "/v1/imports")
        self.assertEqual(answer.status, 204)
        self.assertIn("POST", answer.header("Allow"))

    def test_wrong_method(self):
        for method, target in (("DELETE", "/v1/events"), ("PUT", "/v1/imports"),
                               ("BREW", "/healthz")):
            with self.subTest(method):
                answer = self.server.request(method, target)
                self.assertEqual(answer.status, 405)
                self.assertIn("GET", answer.header("Allow"))

    def test_wrong_method_with_a_large_body(self):
        """Answered without waiting for a byte of it."""
        for method, target, status in (("POST", "/v1/events", 405), ("PUT", "/v1/imports", 405),
                                       ("POST", "/nowhere", 404)):
            with self.subTest(target):
                self.problem(b"%s %s HTTP/1.1\r\n" % (method.encode(), target.encode()) + HOST +
                             b"Content-Length: 1000000000\r\n\r\n", status)

    def test_no_version_in_headers(self):
        self.assertIsNone(self.server.get("/healthz").header("Server"))


class Bodies(Story):
    """Sizes and limits of bodies."""
    options = ("--max-upload", "3M")

    def test_from_nothing_to_the_limit(self):
        """Below, at and above what is kept in memory."""
        for size in (0, 3, 1000, 65536, 500_000, 1_048_000, 1_049_000, 2_900_000):
            with self.subTest(size):
                body = log_file(3, size // 3)
                answer = self.server.upload(body)
                self.assertEqual(answer.status, 201, answer)
                self.assertEqual(answer.json()["bytes"], len(body))
                self.assertEqual(self.server.upload(body).json()["sha256"], answer.json()["sha256"])

    def test_chunked(self):
        body = log_file(3, 700_000)
        pieces = [body[at:at + 100_000] for at in range(0, len(body), 100_000)]
        answer = self.server.request("POST", "/v1/imports", iter(pieces))
        self.assertEqual(answer.status, 201, answer)
        self.assertEqual(answer.json()["bytes"], len(body))

    def test_chunks_of_one_byte(self):
        body = log_file(1)
        chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
        status, _, _ = self.exchange(b"POST /v1/imports HTTP/1.1\r\n" + HOST +
                                     b"Transfer-Encoding: chunked\r\n\r\n" + chunks)
        self.assertIn(status, (200, 201))

    def test_trailer_fields(self):
        body = log_file(1, 5)
        status, _, _ = self.exchange(b"POST /v1/imports HTTP/1.1\r\n" + HOST +
                                     b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(body) + body +
                                     b"\r\n0\r\nX-Trailer: y\r\n\r\n")
        self.assertIn(status, (200, 201))

    def test_too_long_by_its_length(self):
        """Refused before the body is sent."""
        _, _, body = self.problem(b"POST /v1/imports HTTP/1.1\r\n" + HOST +
                                  b"Content-Length: 3145729\r\n\r\n", 413)
        self.assertIn("3145728", json.loads(body)["detail"])

    def test_too_long_with_expect(self):
        """curl asks first, and must not be told to continue."""
        self.problem(b"POST /v1/imports HTTP/1.1\r\n" + HOST +
                     b"Content-Length: 3145729\r\nExpect: 100-continue\r\n\r\n", 413)

    def test_expect_continue(self):
        body = log_file(1, 77)
        with self.server.socket() as connection:
            connection.sendall(b"POST /v1/imports HTTP/1.1\r\n" + HOST +
                               b"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n" % len(body))
            self.assertEqual(read_answer(connection)[0], 100)
            connection.sendall(body)
            self.assertEqual(read_answer(connection)[0], 201)

    def send_endless_chunks(self, connection, limit):
        """Until the server ends it; False when all of `limit` bytes were sent."""
        chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
        try:
            for _ in range(limit // 65536):
                connection.sendall(chunk)
        except OSError:
            return True
        return False

    def test_too_long_in_chunks(self):
        """The answer comes in the middle of the body, to a client that reads and to one that only
        reads once it cannot send any more."""
        with self.server.socket() as connection:
            connection.sendall(b"POST /v1/imports HTTP/1.1\r\n" + HOST +
                               b"Transfer-Encoding: chunked\r\n\r\n")
            for _ in range(49):
                connection.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")
            status, headers, body = read_answer(connection)
            self.assertEqual(status, 413)
            self.assertEqual(headers["connection"], "close")
            self.assertIn("date", headers)
            self.assertEqual(json.loads(body)["status"], 413)
            self.assertIn("%d bytes" % (3 << 20), json.loads(body)["detail"])
            self.assertIn("--max-upload", json.loads(body)["detail"])
            self.assertTrue(self.send_endless_chunks(connection, 1 << 30),
                            "the server took a gigabyte")

    def test_too_long_for_a_client_that_does_not_look(self):
        """It goes on sending for a while behind the refusal, and finds it all the same."""
        with self.server.socket() as connection:
            connection.sendall(b"POST /v1/imports HTTP/1.1\r\n" + HOST +
                               b"Content-Length: 20000000\r\n\r\n")
            connection.sendall(b" " * 10_000_000)
            self.assertEqual(read_answer(connection)[0], 413)

    def test_body_of_a_get_is_bounded(self):
        self.problem(b"GET /healthz HTTP/1.1\r\n" + HOST + b"Content-Length: 1000000\r\n\r\n", 413)
        with self.server.socket() as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\n" + HOST +
                               b"Transfer-Encoding: chunked\r\n\r\n" +
                               b"20000\r\n" + b" " * 0x20000 + b"\r\n")
            self.assertEqual(read_answer(connection)[0], 413)

    def test_nothing_is_left_behind(self):
        """No temporary file survives its request, nor a client that leaves in the middle."""
        with self.server.socket() as connection:
            connection.sendall(b"POST /v1/imports HTTP/1.1\r\n" + HOST +
                               b"Content-Length: 3000000\r\n\r\n" + b" " * 2_000_000)
            wait_until(lambda: self.open_bodies() == 1, "the body to be spooled")
        wait_until(lambda: self.open_bodies() == 0, "the spooled body to go")
        self.assertEqual(os.listdir(os.path.join(self.server.data, "tmp")), [])
        gone = wait_until(lambda: [line for line in self.server.log_lines("request")
                                   if line["status"] == 499], "the line in the log")
        self.assertEqual(gone[0]["error"], "the client went away")

    def open_bodies(self):
        """Descriptors of files without a name in the directory of temporary files."""
        folder = f"/proc/{self.server.process.pid}/fd"
        start = os.path.join(os.path.realpath(self.server.data), "tmp")
        count = 0
        for name in os.listdir(folder):
            try:
                count += os.readlink(os.path.join(folder, name)).startswith(start)
            except FileNotFoundError:
                pass
        return count


class ManySenders(Story):
    """Memory stays bounded whatever the number of those who send at once."""
    options = ("--connections", "120", "--threads", "1")

    def test_a_hundred_bodies_at_once(self):
        before = self.server.resident_bytes()
        senders = [self.server.socket() for _ in range(100)]
        try:
            for sender in senders:
                sender.sendall(b"POST /v1/imports HTTP/1.1\r\n" + HOST +
                               b"Content-Length: 1000001\r\n\r\n" + b" " * 1_000_000)
            self.assert_alive()
            wait_until(lambda: self.server.get("/metrics").status == 200, "an answer")
            grown = self.server.resident_bytes() - before
            self.assertLess(grown, 96 << 20, "bodies were not moved to files")
        finally:
            for sender in senders:
                sender.close()


class SlowClients(Story):
    """Those that keep us waiting are cut off; those that are merely slow are not."""
    options = ("--header-timeout", "500ms", "--transfer-timeout", "700ms", "--min-rate", "1K",
               "--idle-timeout", "1500ms")

    def drip(self, start, piece, pause, seconds):
        """Sends a piece again and again; how many seconds until the server ended it, or None."""
        began = time.monotonic()
        with self.server.socket() as connection:
            connection.sendall(start)
            try:
                while time.monotonic() - began < seconds:
                    connection.sendall(piece)
                    time.sleep(pause)
            except OSError:
                return time.monotonic() - began
        return None

    def test_silence_before_the_request(self):
        with self.server.socket() as connection:
            self.assertTrue(is_closed(connection))

    def test_half_a_request_line(self):
        with self.server.socket() as connection:
            connection.sendall(b"GET /hea")
            self.assertTrue(is_closed(connection))

    def test_headers_byte_by_byte(self):
        self.assertIsNotNone(self.drip(b"GET /healthz HTTP/1.1\r\n", b"a", 0.05, PATIENCE))

    def test_a_body_byte_by_byte(self):
        self.assertIsNotNone(self.drip(b"POST /v1/imports HTTP/1.1\r\n" + HOST +
                                       b"Content-Length: 100000\r\n\r\n", b" ", 0.05, PATIENCE))
        cut = wait_until(lambda: [line for line in self.server.log_lines("request")
                                  if line["status"] == 408 and line["method"] == "POST"],
                         "the line in the log")
        self.assertEqual(cut[0]["error"], "the body came too slowly")

    def test_a_body_that_stops(self):
        """Its sender is told."""
        status, headers, body = self.problem(b"POST /v1/imports HTTP/1.1\r\n" + HOST +
                                             b"Content-Length: 100000\r\n\r\n{", 408)
        self.assertEqual(headers["connection"], "close")
        self.assertEqual(json.loads(body)["detail"], "the body came too slowly")

    def test_chunks_byte_by_byte(self):
        self.assertIsNotNone(self.drip(b"POST /v1/imports HTTP/1.1\r\n" + HOST +
                                       b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", 0.05,
                                       PATIENCE))

    def test_a_body_that_is_fast_enough(self):
        body = log_file(1, 20_000)
        with self.server.socket() as connection:
            connection.sendall(b"POST /v1/imports HTTP/1.1\r\n" + HOST +
                               b"Content-Length: %d\r\n\r\n" % len(body))
            for at in range(0, len(body), 1000):
                connection.sendall(body[at:at + 1000])
                time.sleep(0.05)
            self.assertEqual(read_answer(connection)[0], 201)

    def test_idle_keep_alive(self):
        with self.server.socket() as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")
            self.assertEqual(read_answer(connection)[0], 200)
            time.sleep(0.7)  # longer than a new connection may take
            connection.sendall(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")
            self.assertEqual(read_answer(connection)[0], 200)
            self.assertTrue(is_closed(connection))

    def test_slow_clients_stop_nobody(self):
        senders = [self.server.socket() for _ in range(50)]
        for sender in senders:
            sender.sendall(b"GET /")
        self.assert_alive()
        for sender in senders:
            self.assertTrue(is_closed(sender))
            sender.close()


class SlowReaders(unittest.TestCase):
    """Clients that ask for much and read nothing."""

    def test_an_answer_that_is_not_read(self):
        """More than the kernel buffers."""
        with Traild() as server:
            self.assertEqual(server.upload(log_file(100, 200_000)).status, 201)
            server.stop()
            server.options = ["--transfer-timeout", "500ms"]
            server.start()
            with socket.socket() as connection:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                connection.settimeout(PATIENCE)
                connection.connect((server.host, server.port))
                connection.sendall(b"GET /v1/events?limit=1000 HTTP/1.1\r\n" + HOST + b"\r\n")
                cut = wait_until(lambda: server.log_lines("request"), "the cut")
            self.assertEqual(cut[0]["status"], 200)
            self.assertEqual(cut[0]["error"], "the client read too slowly")


class FullQueue(Story):
    """More uploads than may wait."""
    options = ("--workers", "1", "--backlog", "1")

    def test_refused_with_a_time_to_come_back(self):
        answers = []

        def upload(number):
            answers.append((number, self.server.upload(log_file(50, 1000 + number))))

        threads = [threading.Thread(target=upload, args=(number,)) for number in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        refused = [answer for _, answer in answers if answer.status == 503]
        taken = [number for number, answer in answers if answer.status == 201]
        self.assertEqual(len(refused) + len(taken), 40, answers)
        self.assertTrue(refused, "the queue was never full")
        self.assertTrue(taken)
        for answer in refused:
            self.assertEqual(answer.header("Retry-After"), "1")
            self.assertEqual(answer.json()["status"], 503)
        listed = self.server.get("/v1/imports?limit=1000").json()["imports"]
        self.assertEqual(len(listed), len(taken))


class FullDisk(Story):
    """No room for a body that is too large for memory."""

    def test_insufficient_storage(self):
        self.assertEqual(self.server.upload(log_file(1)).status, 201)
        self.server.limit_files(3 << 20)
        body = log_file(10, 900_000)
        for headers in ({}, {"Expect": "100-continue"}):
            with self.subTest(headers=headers):
                answer = self.server.upload(body, headers)
                self.assertEqual(answer.status, 507, answer)
                self.assertIn("disk", answer.json()["detail"])
        self.server.limit_files(-1)
        self.assertEqual(self.server.upload(body).status, 201)
        full = [line for line in self.server.log_lines("request") if line["status"] == 507]
        self.assertEqual(full[0]["level"], "error")
        self.assertIn("temporary file", full[0]["error"])


class Stopping(unittest.TestCase):
    """SIGTERM, once and twice."""

    def begin_upload(self, connection, length):
        """Sends the head of an upload, and returns when the server has seen it and says go on."""
        connection.sendall(b"POST /v1/imports HTTP/1.1\r\n" + HOST +
                           b"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n" % length)
        self.assertEqual(read_answer(connection)[0], 100)

    def test_idle_connections_do_not_hold_it_up(self):
        with Traild() as server:
            idle = server.socket()
            kept = server.connection()
            kept.request("GET", "/healthz")
            kept.getresponse().read()
            began = time.monotonic()
            self.assertEqual(server.stop(), 0)
            self.assertLess(time.monotonic() - began, PATIENCE / 2)
            self.assertEqual(len(server.log_lines("stopped")), 1)
            idle.close()
            kept.close()

    def test_a_running_upload_gets_its_answer(self):
        with Traild() as server:
            body = log_file(10, 1000)
            with server.socket() as connection:
                self.begin_upload(connection, len(body))
                connection.sendall(body[:-10])
                server.send_signal(signal.SIGTERM)
                wait_until(lambda: server.log_lines("stopping"), "the stop")
                connection.sendall(body[-10:])
                status, headers, _ = read_answer(connection)
                self.assertEqual(status, 201)
                self.assertEqual(headers["connection"], "close")
            self.assertEqual(server.wait(), 0)
            self.assertEqual(len(server.log_lines("stopped")), 1)
            server.start()
            self.assertEqual(len(server.get("/v1/events").json()["events"]), 10)

    def test_not_ready_while_it_stops(self):
        with Traild() as server:
            with server.socket() as sender, server.socket() as asker:
                asker.sendall(b"GET /readyz HTTP/1.1\r\n" + HOST + b"\r\n")
                self.assertEqual(read_answer(asker)[0], 200)
                self.begin_upload(sender, 2)
                sender.sendall(b"{")
                server.send_signal(signal.SIGTERM)
                wait_until(lambda: server.log_lines("stopping"), "the stop")
                asker.sendall(b"GET /readyz HTTP/1.1\r\n" + HOST + b"\r\n")
                status, headers, _ = read_answer(asker)
                self.assertEqual(status, 503)
                self.assertIn("retry-after", headers)
                with server.socket() as late:
                    late.sendall(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")
                    self.assertTrue(is_closed(late))
                sender.sendall(b"}")
                self.assertIsNotNone(read_answer(sender))
            self.assertEqual(server.wait(), 0)

    def test_patience_ends(self):
        """A body that never ends is given up."""
        with Traild("--drain-timeout", "200ms") as server:
            with server.socket() as connection:
                self.begin_upload(connection, 1000)
                connection.sendall(b"{")
                self.assertEqual(server.stop(), 0)
                self.assertTrue(is_closed(connection))
            self.assertTrue(server.log_lines("stopped, giving up on requests that took too long"))

    def test_a_second_signal_ends_it_at_once(self):
        with Traild("--drain-timeout", "1h") as server:
            with server.socket() as connection:
                self.begin_upload(connection, 1000)
                connection.sendall(b"{")
                server.send_signal(signal.SIGTERM)
                wait_until(lambda: server.log_lines("stopping"), "the stop")
                server.send_signal(signal.SIGTERM)
                self.assertEqual(server.wait(), -signal.SIGTERM)

    def test_hang_up_means_nothing(self):
        with Traild() as server:
            server.send_signal(signal.SIGHUP)
            self.assertEqual(server.get("/healthz").status, 200)
            server.send_signal(signal.SIGINT)
            self.assertEqual(server.wait(), 0)

    def test_under_load(self):
        """Many connections, each with requests on the way, inline and on workers."""
        for _ in range(3):
            with Traild("--workers", "2", "--backlog", "4") as server:
                stop = threading.Event()
                threads = [threading.Thread(target=self.keep_asking, args=(server, stop, number))
                           for number in range(12)]
                for thread in threads:
                    thread.start()
                wait_until(lambda: len(server.log_lines("request")) > 200, "some load")
                code = server.stop()
                stop.set()
                for thread in threads:
                    thread.join()
                self.assertEqual(code, 0, server.log[-3:])

    @staticmethod
    def keep_asking(server, stop, number):
        connection = server.connection()
        count = 0
        while not stop.is_set():
            try:
                if number % 2:
                    connection.request("GET", "/v1/events?limit=10")
                else:
                    connection.request("POST", "/v1/imports", log_file(2, number * 1000 + count))
                connection.getresponse().read()
                count += 1
            except (OSError, http.client.HTTPException):
                connection.close()


if __name__ == "__main__":
    sys.exit(unittest.main())
