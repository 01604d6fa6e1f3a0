"""Bodies of every size: taken in memory or on disk, refused when they are too large or too many."""

import contextlib
import gzip
import json
import os
import signal
import unittest

from socket_case import HOST, SocketCase, log_file, read_answer
from traild import wait_until, watched_by_the_checker_of_threads

UPLOAD = b"POST /v1/imports HTTP/1.1\r\n" + HOST


class BodiesCase(SocketCase):
    def open_bodies(self):
        """Descriptors of files without a name in the directory of temporary files."""
        start = os.path.join(os.path.realpath(self.server.data), "tmp")
        return sum(path.startswith(start) for path in self.server.open_files())


class Bodies(BodiesCase):
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


class ManySenders(BodiesCase):
    """Memory stays bounded whatever the number of those who send at once."""
    options = ("--connections", "240", "--threads", "2")
    # The checker of memory holds on to what is freed, up to four times what is measured here.
    environment = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"}
    SENDERS = 200  # of a megabyte each: three times what may be kept in memory
    MOST = (96 << 20) * (3 if watched_by_the_checker_of_threads() else 1)

    def test_many_bodies_at_once(self):
        before = self.server.resident_bytes()
        with contextlib.ExitStack() as stack:
            for _ in range(self.SENDERS):
                sender = stack.enter_context(self.server.socket())
                sender.sendall(UPLOAD + b"Content-Length: 1000001\r\n\r\n" + b" " * 1_000_000)
            wait_until(lambda: self.open_bodies() > self.SENDERS // 2, "bodies to go to files")
            self.assert_alive()
            grown = self.server.resident_bytes() - before
            self.assertLess(grown, self.MOST, "bodies were not moved to files")


class FullQueue(SocketCase):
    """More uploads than may wait."""
    options = ("--workers", "1", "--backlog", "1")

    def test_refused_with_a_time_to_come_back(self):
        answers = self.answers_at_once([self.long_to_read(number) for number in range(40)])
        refused = [answer for answer in answers if answer[0] == 503]
        taken = [answer for answer in answers if answer[0] == 201]
        self.assertEqual(len(refused) + len(taken), 40, answers)
        self.assertTrue(refused, "the queue was never full")
        self.assertTrue(taken)
        for _, headers, body in refused:
            self.assertEqual(headers["retry-after"], "1")
            self.assertEqual(json.loads(body)["status"], 503)
        listed = self.server.get("/v1/imports?limit=1000").json()["imports"]
        self.assertEqual(len(listed), len(taken))

    BLANKS = gzip.compress(b" " * (8 << 20), 1)

    def long_to_read(self, number):
        """A small body that keeps the worker much longer than it takes to receive it."""
        body = gzip.compress(log_file(1, number)) + self.BLANKS
        return UPLOAD + b"Content-Length: %d\r\n\r\n" % len(body) + body

    def answers_at_once(self, requests):
        """The requests lie before the server when it wakes."""
        with contextlib.ExitStack() as stack:
            self.server.send_signal(signal.SIGSTOP)
            connections = [stack.enter_context(self.server.socket()) for _ in requests]
            for connection, request in zip(connections, requests):
                connection.sendall(request)
            self.server.send_signal(signal.SIGCONT)
            return [read_answer(connection) for connection in connections]


class FullDisk(SocketCase):
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
        full = wait_until(lambda: [line for line in self.server.log_lines("request")
                                   if line["status"] == 507], "the line in the log")
        self.assertEqual(full[0]["level"], "error")
        self.assertIn("temporary file", full[0]["error"])


if __name__ == "__main__":
    unittest.main()
