"""Where the server listens, how long connections live, and how it stops."""

import http.client
import signal
import socket
import tempfile
import threading
import time
import unittest

from socket_case import HOST, SocketCase, is_closed, log_file, read_answer
from traild import PATIENCE, Traild, run, wait_until


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


def listening(server):
    """The tables of the kernel, tcp and tcp6, in which a socket listens on the server's port that is
    its own: others may have the number at other addresses."""
    own = server.open_files()
    found = set()
    for name in ("tcp", "tcp6"):
        with open(f"/proc/{server.process.pid}/net/{name}", encoding="ascii") as table:
            rows = [line.split() for line in list(table)[1:]]
        found |= {name for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in own
                  and int(row[1].rpartition(":")[2], 16) == server.port}
    return found


class Listening(unittest.TestCase):
    """Where, and what stands in the way."""

    @unittest.skipUnless(has_ipv6(), "this machine has no IPv6")
    def test_ipv6(self):
        with Traild("--listen", "[::1]:0") as server:
            self.assertEqual(server.get("/healthz").status, 200)
            line = wait_until(lambda: server.log_lines("request"), "the line in the log")[0]
            self.assertEqual(line["client"], "::1")
            self.assertEqual(listening(server), {"tcp6"})

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


class Connections(SocketCase):
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
                stop.wait(0.01)


if __name__ == "__main__":
    unittest.main()
