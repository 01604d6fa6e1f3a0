"""The documented answers of a service that has too much to do, no room left, or was told to stop."""

import gzip
import json
import signal
import threading
import unittest

from contract import ContractCase, aws_headers
from traild import Answer, Traild, wait_until

# "shared" and what is asked of regions and actions are in more blocks than are searched at once,
# three times over: what one question has read is at hand for the next.
BUSY = {
    ("post", "/v1/imports", "503"): "/v1/imports",
    ("get", "/v1/events", "503"): "/v1/events?region=a&action=y",
    ("head", "/v1/events", "503"): "/v1/events?region=a&action=y",
    ("get", "/v1/events/{event_id}", "503"): "/v1/events/shared",
    ("head", "/v1/events/{event_id}", "503"): "/v1/events/shared",
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

BLOCKS = 14
EVENTS_IN_A_BLOCK = 16384


def block(number):
    """Events of one day, and one that is the same in each block but for its account."""
    others = [
        {"eventTime": f"2026-10-{2 + number:02}T00:00:{n % 60:02}Z", "eventID": f"{number} {n}",
         "awsRegion": "ab"[n % 2], "eventName": "xy"[n % 2]}
        for n in range(1, EVENTS_IN_A_BLOCK)
    ]
    shared = {"eventTime": "2026-10-01T00:00:00Z", "eventID": "shared",
              "recipientAccountId": str(number)}
    return json.dumps([shared, *others]).encode()


class TestBusy(ContractCase):
    def setUp(self):
        # One worker, and room for one upload and one search to wait.
        self.busy = Traild("--workers", "1", "--backlog", "1")
        self.addCleanup(self.busy.close)

    def occupy(self, *waiting):
        """One upload that takes long to read, and requests that wait for it to end."""
        bomb = gzip.compress(b" " * (64 << 20)) * 32
        self.ask_meanwhile("POST", "/v1/imports", bomb)
        for number, (method, target) in enumerate(waiting, 1):
            self.ask_meanwhile(method, target, bomb if method == "POST" else None)
            wait_until(lambda number=number: self.waits(number), f"{target} to wait")

    def ask_meanwhile(self, *request):
        def ask():
            try:
                while self.busy.request(*request).status == 503:
                    pass  # the one before has not reached the worker yet
            except OSError:
                pass  # the story is over

        thread = threading.Thread(target=ask)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.busy.kill)

    def waits(self, count):
        """Whether so many wait, and not just until the worker comes for them."""
        line = f"\ntraild_http_queued_requests {count}\n"
        return all(line in self.busy.get("/metrics").body.decode() for _ in range(20))

    def test_more_than_the_queue_holds(self):
        for number in range(BLOCKS):
            receipt = self.busy.upload(block(number)).json()
            self.assertEqual(receipt["inserted"], EVENTS_IN_A_BLOCK)
        self.occupy(("POST", "/v1/imports"), ("GET", "/v1/events/shared"))
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
