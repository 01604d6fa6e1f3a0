"""Clients that are slow: those that keep the server waiting are cut off, the others are not."""

import json
import socket
import time
import unittest

from socket_case import HOST, SocketCase, is_closed, log_file, read_answer
from traild import PATIENCE, Traild, wait_until

UPLOAD = b"POST /v1/imports HTTP/1.1\r\n" + HOST
HEALTH = b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"

# What a connection may take, in seconds.
HEADER, TRANSFER, IDLE = 0.3, 0.4, 0.8


class SlowClientsCase(SocketCase):
    options = ("--header-timeout", f"{HEADER * 1000:.0f}ms", "--min-rate", "1K",
               "--transfer-timeout", f"{TRANSFER * 1000:.0f}ms",
               "--idle-timeout", f"{IDLE * 1000:.0f}ms")


class CutOff(SlowClientsCase):
    def drip(self, start, piece):
        """Sends a piece again and again until the server ends it."""
        end = time.monotonic() + PATIENCE
        with self.server.socket() as connection:
            connection.sendall(start)
            try:
                while time.monotonic() < end:
                    connection.sendall(piece)
                    time.sleep(0.03)
            except OSError:
                return
        self.fail("it was never ended")

    def test_silence_before_the_request(self):
        with self.server.socket() as connection:
            self.assertTrue(is_closed(connection))

    def test_half_a_request_line(self):
        with self.server.socket() as connection:
            connection.sendall(b"GET /hea")
            self.assertTrue(is_closed(connection))

    def test_headers_byte_by_byte(self):
        self.drip(b"GET /healthz HTTP/1.1\r\n", b"a")

    def test_a_body_byte_by_byte(self):
        self.drip(UPLOAD + b"Content-Length: 100000\r\n\r\n", b" ")
        cut = wait_until(lambda: [line for line in self.server.log_lines("request")
                                  if line["status"] == 408 and line["method"] == "POST"],
                         "the line in the log")
        self.assertEqual(cut[0]["error"], "the body came too slowly")

    def test_a_body_that_stops(self):
        """Its sender is told."""
        status, headers, body = self.problem(UPLOAD + b"Content-Length: 100000\r\n\r\n{", 408)
        self.assertEqual(headers["connection"], "close")
        self.assertEqual(json.loads(body)["detail"], "the body came too slowly")

    def test_chunks_byte_by_byte(self):
        self.drip(UPLOAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n")


class NotCutOff(SlowClientsCase):
    """A client of these may be held up by the machine, and is then cut off rightly: what it meets
    counts only when it has been in time."""

    @staticmethod
    def first_in_time(attempt):
        return wait_until(attempt, "a client that is in time")

    def ask(self, connection, since, most):
        """The status of an answer, None when there was none; and whether the request was sent in
        time."""
        try:
            connection.sendall(HEALTH)
            in_time = time.monotonic() - since < most
            answer = read_answer(connection)
        except OSError:
            return None, time.monotonic() - since < most
        return answer and answer[0], in_time

    def send_slowly(self, body):
        """The status (None: cut off), and the longest that it was silent."""
        longest = 0
        with self.server.socket() as connection:
            connection.sendall(UPLOAD + b"Content-Length: %d\r\n\r\n" % len(body))
            try:
                for at in range(0, len(body), 500):
                    before = time.monotonic()
                    connection.sendall(body[at:at + 500])
                    time.sleep(0.02)
                    longest = max(longest, time.monotonic() - before)
                answer = read_answer(connection)
            except OSError:
                answer = None
        return answer and answer[0], longest

    def test_a_body_that_is_fast_enough(self):
        """It takes longer than the server would wait for nothing."""
        body = log_file(1, 20_000)

        def send():
            began = time.monotonic()
            status, longest = self.send_slowly(body)
            self.assertGreater(time.monotonic() - began, 2 * TRANSFER)
            return longest < TRANSFER / 2 and (status,)

        self.assertIn(self.first_in_time(send), ((200,), (201,)))

    def test_idle_keep_alive(self):
        """Longer than a new connection may be."""
        def ask_twice():
            with self.server.socket() as connection:
                began = time.monotonic()
                first, first_in_time = self.ask(connection, began, HEADER)
                if not first_in_time:
                    return None
                self.assertEqual(first, 200)
                time.sleep(HEADER + 0.1)
                second, second_in_time = self.ask(connection, began, IDLE)
                if not second_in_time:
                    return None
                self.assertEqual(second, 200)
                return is_closed(connection)

        self.assertTrue(self.first_in_time(ask_twice))

    def test_beside_many_that_are_cut_off(self):
        senders = [self.server.socket() for _ in range(50)]
        for sender in senders:
            sender.sendall(b"GET /")

        def ask():
            began = time.monotonic()
            with self.server.socket() as connection:
                status, in_time = self.ask(connection, began, HEADER)
            return in_time and (status,)

        self.assertEqual(self.first_in_time(ask), (200,))
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


if __name__ == "__main__":
    unittest.main()
