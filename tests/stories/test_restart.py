"""What a server answers after it was stopped or killed, and started again on the same directory."""

import json
import os
import tempfile
import unittest

from traild import Traild, run
from uploads import LogFile, walk_events, walk_imports


class RestartTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="traild-restart-")
        self.addCleanup(directory.cleanup)
        self.data = os.path.join(directory.name, "data")
        self.server = Traild(data=self.data)
        self.addCleanup(self.server.close)

    def send(self, file):
        answer = file.send(self.server)
        self.assertEqual(answer.status, 201, answer)
        return answer.json()

    def each_way_to_restart(self):
        """Runs the body once after an orderly stop and once after a kill."""
        for stop in [self.server.stop, self.server.kill]:
            stop()
            self.server.start()
            yield

    def answers(self, targets):
        answers = [self.server.get(target) for target in targets]
        self.assertEqual({answer.status for answer in answers}, {200})
        return [answer.body for answer in answers]

    def test_an_empty_store_starts_again(self):
        for _ in self.each_way_to_restart():
            self.assertEqual(walk_events(self.server), [])
            self.assertEqual(walk_imports(self.server), [])

    def test_answers_stay_the_same(self):
        """Few events, which wait in the open block, and many, which fill blocks."""
        self.send(LogFile("many", 17000))
        for number in range(20):
            self.send(LogFile(f"few-{number}", 3, number * 3600))
        targets = [
            "/v1/events?limit=1000", "/v1/events?limit=1000&order=asc",
            "/v1/events?limit=1000&order=arrival", "/v1/events?principal=user-3&view=records",
            "/v1/events?source_ip=192.0.2.0/29&view=summary", "/v1/events?import=7",
            "/v1/events?event_id=few-4-2", "/v1/events?account=444455556666&action=ram:Tag*",
            "/v1/events/few-19-0", "/v1/events/many-16999", "/v1/imports", "/v1/imports/21",
        ]
        before = self.answers(targets)
        for _ in self.each_way_to_restart():
            self.assertEqual(self.answers(targets), before)

    def test_a_page_goes_on_after_a_restart(self):
        self.send(LogFile("log", 500))
        for order in ["desc", "asc", "arrival"]:
            whole = walk_events(self.server, order=order)
            self.assertEqual(len(whole), 500)
            target = f"/v1/events?view=summary&limit=200&order={order}"
            first = self.server.get(target).json()
            for _ in self.each_way_to_restart():
                second = self.server.get(f"{target}&cursor={first['next_cursor']}")
                self.assertEqual(second.status, 200, second)
                self.assertEqual(first["events"] + second.json()["events"], whole[:400])

    def test_a_poller_misses_nothing(self):
        self.send(LogFile("first", 10, 86400))
        whole = walk_events(self.server, order="arrival")
        seen = []
        cursor = ""
        for number, _ in enumerate(self.each_way_to_restart()):
            self.send(LogFile(f"late-{number}", 5))
            page = self.server.get(f"/v1/events?order=arrival&view=summary&limit=9{cursor}").json()
            seen += page["events"]
            cursor = f"&cursor={page['next_cursor']}"
        whole = walk_events(self.server, order="arrival")
        self.assertEqual(seen, whole[:18])

    def test_the_same_file_and_the_same_events_are_known(self):
        file = LogFile("log", 40)
        receipt = self.send(file)
        for number, _ in enumerate(self.each_way_to_restart()):
            again = file.send(self.server)
            self.assertEqual(again.status, 200, again)
            self.assertEqual(again.json()["duplicate_of"], receipt["id"])
            other = self.send(LogFile(f"other-{number}", 1, repeated=file.records))
            self.assertEqual([other["inserted"], other["duplicates"]], [1, 40])
        self.assertEqual(len(walk_events(self.server)), 42)

    def test_rejected_records_are_kept(self):
        good = LogFile("x", 1).records[0]
        body = json.dumps({"Records": [{"eventName": "no time"}, good, [17]]})
        receipt = self.server.upload(body).json()
        self.assertEqual([receipt["inserted"], receipt["rejected"]], [1, 2])
        before = self.server.get(f"/v1/imports/{receipt['id']}/rejected").json()
        self.assertEqual([item["record"] for item in before["rejected"]],
                         [{"eventName": "no time"}, [17]])
        for _ in self.each_way_to_restart():
            after = self.server.get(f"/v1/imports/{receipt['id']}/rejected").json()
            self.assertEqual(after, before)

    def test_numbers_of_imports_go_on(self):
        ids = [self.send(LogFile("log", 1))["id"]]
        for number, _ in enumerate(self.each_way_to_restart()):
            ids.append(self.send(LogFile(f"log-{number}", 1))["id"])
        self.assertEqual(ids, [1, 2, 3])

    def test_a_half_sent_upload_leaves_nothing(self):
        """Killed while the body is still coming; the directory is as before."""
        self.send(LogFile("log", 3))
        self.server.restart()
        before = self.files()
        with self.server.socket() as connection:
            connection.sendall(b"POST /v1/imports HTTP/1.1\r\nHost: localhost\r\n"
                               b"Content-Length: 9000000\r\n\r\n" + b" " * 4000000)
            self.server.kill()
        self.server.start()
        self.server.restart()
        self.assertEqual(self.files(), before)
        self.assertEqual(len(walk_imports(self.server)), 1)

    def files(self):
        return sorted(os.path.join(folder, name) for folder, _, names in os.walk(self.data)
                      for name in names)

    def test_a_second_server_is_refused(self):
        self.send(LogFile("log", 3))
        second = run("serve", "--listen", "127.0.0.1:0", "--data", self.data)
        self.assertEqual(second.returncode, 1, second)
        self.assertIn(self.data, second.stderr)
        self.assertEqual(len(walk_events(self.server)), 3)


if __name__ == "__main__":
    unittest.main()
