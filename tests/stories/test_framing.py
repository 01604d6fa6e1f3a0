"""Framing that two parsers could read in two ways, and other heads that are refused; and what must be
taken."""

import json
import socket
import unittest

from socket_case import HOST, SocketCase, is_closed, read_answer
from traild import wait_until


class Framing(SocketCase):
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


if __name__ == "__main__":
    unittest.main()
