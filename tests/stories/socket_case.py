"""What stories about sockets share: requests written by hand, answers read from a bare socket, and a
server for each class that must end well."""

import json
import unittest

from traild import Traild

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


class SocketCase(unittest.TestCase):
    options = ()
    environment = {}

    @classmethod
    def setUpClass(cls):
        cls.server = Traild(*cls.options, environment=cls.environment)

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
