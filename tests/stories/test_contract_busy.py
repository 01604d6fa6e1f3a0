"""The documented answers of a service that has too much to do, no room left, or was told to stop."""

import contextlib
import json
import signal
import threading
import unittest

from contract import ContractCase, aws_headers
from disk import Disk
from traild import Answer, Traild, wait_until

# Each of these is in more blocks than are searched at once, and in others than the one before: what
# one question has read is at hand for the next.
BUSY = {
    ("post", "/v1/imports", "503"): "/v1/imports",
    ("get", "/v1/events", "503"): "/v1/events?region=a&action=y",
    ("head", "/v1/events", "503"): "/v1/events?region=a&action=y",
    ("get", "/v1/events/{event_id}", "503"): "/v1/events/shared-0",
    ("head", "/v1/events/{event_id}", "503"): "/v1/events/shared-1",
    ("get", "/v1/imports/{id}/rejected", "503"): "/v1/imports/1/rejected",
    ("head", "/v1/imports/{id}/rejected", "503"): "/v1/imports/1/rejected",
    ("post", "/", "503"): "/",
    ("get", "/v1/trails", "503"): "/v1/trails",
    ("head", "/v1/trails", "503"): "/v1/trails",
    ("get", "/v1/trails/{id}", "503"): "/v1/trails/1",
    ("head", "/v1/trails/{id}", "503"): "/v1/trails/1",
}
FULL = {("post", "/v1/imports", "507")}
STOPPING = {("get", "/readyz", "503"), ("head", "/readyz", "503")}

BLOCKS = 18
EVENTS_IN_A_BLOCK = 8200
# So many have an event in common. Those of eight would be merged in a quiet moment.
SHARING = 6

RECORD = b'[{"eventTime":"2026-11-01T00:00:00Z"}]'


def block(number):
    """Events of one day, and one that is that of others but for its account."""
    others = [
        {"eventTime": f"2026-10-{2 + number:02}T00:00:{n % 60:02}Z", "eventID": f"{number} {n}",
         "awsRegion": "ab"[n % 2], "eventName": "xy"[n % 2]}
        for n in range(1, EVENTS_IN_A_BLOCK)
    ]
    group = number // SHARING
    shared = {"eventTime": f"2026-10-{2 + group * SHARING:02}T00:00:00Z", "eventID": f"shared-{group}",
              "recipientAccountId": str(number)}
    return json.dumps([shared, *others]).encode()


class TestBusy(ContractCase):
    def setUp(self):
        self.disk = self.enterContext(Disk())
        # One worker, and room for one upload and one search to wait.
        self.busy = Traild("--workers", "1", "--backlog", "1", environment=self.disk.environment)
        self.addCleanup(self.busy.close)

    def occupy(self, *waiting):
        """One upload whose commit is stuck, and requests that wait for it to end."""
        self.disk.hold = 1
        self.addCleanup(self.disk.heal)
        self.ask_meanwhile("POST", "/v1/imports", RECORD)
        wait_until(lambda: self.disk.waiting, "the commit to be stuck")
        for number, (method, target) in enumerate(waiting, 1):
            self.ask_meanwhile(method, target, b"{}" if method == "POST" else None)
            line = f"\ntraild_http_queued_requests {number}\n".encode()
            wait_until(lambda line=line: line in self.busy.get("/metrics").body,
                       f"{target} to wait")

    def ask_meanwhile(self, *request):
        def ask():
            with contextlib.suppress(OSError):  # the story is over
                self.busy.request(*request)

        thread = threading.Thread(target=ask)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.busy.kill)

    def test_more_than_the_queue_holds(self):
        for number in range(BLOCKS):
            receipt = self.busy.upload(block(number)).json()
            self.assertEqual(receipt["inserted"], EVENTS_IN_A_BLOCK)
        self.occupy(("POST", "/v1/imports"), ("GET", "/v1/events/shared-2"))
        for (method, path, status), target in BUSY.items():
            with self.subTest(method=method, target=target):
                body = b"{}" if method == "post" else None
                headers = aws_headers("ListTrails") if target == "/" else {}
                answer = self.busy.request(method.upper(), target, body, headers)
                self.check(method, path, answer, status)
        quick = self.busy.post("/", b'{"MaxResults":1}', aws_headers("LookupEvents"))
        self.check("post", "/", quick, "200")

    def test_no_room(self):
        self.busy.limit_files(1 << 20)
        answer = self.busy.upload(b" " * (2 << 20))
        self.check("post", "/v1/imports", answer, "507")

    def test_not_ready_while_stopping(self):
        # Once it stops, it takes no new connections, and closes these after the answer.
        connections = {method: self.busy.connection() for method in ("get", "head")}
        for method, connection in connections.items():
            self.addCleanup(connection.close)
            self.assertEqual(self.ask_on(connection, method).status, 200)
        self.occupy(("POST", "/v1/imports"))
        self.busy.send_signal(signal.SIGTERM)
        wait_until(lambda: self.busy.log_lines("stopping"), "the signal to arrive")
        for method, connection in connections.items():
            answer = wait_until(lambda: self.unless_ready(connection, method), "503")
            self.check(method, "/readyz", answer, "503")

    def ask_on(self, connection, method):
        connection.request(method.upper(), "/readyz")
        response = connection.getresponse()
        return Answer(response.status, response.getheaders(), response.read())

    def unless_ready(self, connection, method):
        answer = self.ask_on(connection, method)
        return answer if answer.status != 200 else None


if __name__ == "__main__":
    unittest.main()
