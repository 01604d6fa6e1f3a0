"""`traild import`: loading files into a store that no server holds."""

import gzip
import json
import os
import re
import subprocess
import tempfile
import unittest

import corpus
from traild import PROGRAM, Traild, environment_without_settings, run, wait_until

SUMMARY = re.compile(
    r"(?P<files>[\d,]+) files?, (?P<records>[\d,]+) records: (?P<inserted>[\d,]+) inserted, "
    r"(?P<duplicates>[\d,]+) duplicates, (?P<rejected>[\d,]+) rejected; "
    r"(?P<skipped>[\d,]+) files? skipped, (?P<failed>[\d,]+) failed; [\d.]+ s, [\d,]+ events/s\n")


def event(name, **fields):
    return {"eventVersion": "1.08", "eventTime": "2026-10-05T10:00:00Z", "eventName": "TagResource",
            "eventID": name,
            "recipientAccountId": "111122223333", **fields}


def log_file(*names):
    return corpus.log_file([json.dumps(event(name)).encode() for name in names])


def delivered(account, minute, part):
    folder = f"AWSLogs/{account}/CloudTrail/eu-west-1/2026/10/05"
    return f"{folder}/{account}_CloudTrail_eu-west-1_20261005T{minute}Z_{part * 16}.json.gz"


class CommandCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="traild-story-")
        self.addCleanup(directory.cleanup)
        self.logs = os.path.join(directory.name, "logs")
        self.data = os.path.join(directory.name, "data")
        os.mkdir(self.logs)

    def write(self, name, body):
        path = os.path.join(self.logs, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(body)
        return path

    def load(self, *paths, stdin=None, options=()):
        return run("import", "--data", self.data, *options, *paths, stdin=stdin)

    def summary(self, result):
        """The figures of the summary, which is all that goes to standard output."""
        text = result.stdout if isinstance(result.stdout, str) else result.stdout.decode()
        found = SUMMARY.fullmatch(text)
        self.assertIsNotNone(found, text)
        return {name: int(number.replace(",", "")) for name, number in found.groupdict().items()}

    def stored(self):
        """(event ids in order of arrival, receipts oldest first)."""
        with Traild(data=self.data) as server:
            events = server.get("/v1/events?order=arrival&limit=1000").json()["events"]
            receipts = server.get("/v1/imports?limit=1000").json()["imports"]
        return [item["event_id"] for item in events], receipts[::-1]


class TestImporting(CommandCase):
    def test_a_directory(self):
        paths = [delivered("111122223333", "1010", "A"), delivered("444455556666", "1005", "B"),
                 "notes/other.json"]
        self.write(paths[0], gzip.compress(log_file("a1", "a2")))
        self.write(paths[1], gzip.compress(log_file("b1")))
        self.write(paths[2], log_file("c1", "a1"))
        result = self.load(self.logs)
        self.assertEqual(result.returncode, 0, result)
        figures = self.summary(result)
        self.assertEqual(figures, {"files": 3, "records": 5, "inserted": 4, "duplicates": 1,
                                   "rejected": 0, "skipped": 0, "failed": 0})
        names, receipts = self.stored()
        self.assertEqual(sorted(names), ["a1", "a2", "b1", "c1"])
        self.assertEqual({receipt["source"] for receipt in receipts},
                         {os.path.join(self.logs, name) for name in paths})

    def test_files_of_a_directory_go_in_by_their_time_of_delivery(self):
        files = [("1010", "A", "third"), ("1000", "C", "first"), ("1005", "B", "second")]
        for minute, part, name in files:
            self.write(delivered("111122223333", minute, part), gzip.compress(log_file(name)))
        self.assertEqual(self.load(self.logs, options=["--jobs", "1"]).returncode, 0)
        self.assertEqual(self.stored()[0], ["first", "second", "third"])

    def test_of_a_directory_only_what_has_the_name_of_a_log(self):
        self.write("notes.txt", b"not a log")
        self.write(".hidden/a.json", log_file("hidden"))
        for number, name in enumerate(["a.json", "b.JSON", "c.ndjson", "d.jsonl", "e.log", "f"]):
            self.write(name, log_file(f"e{number}"))
        result = self.load(self.logs)
        self.assertEqual(result.returncode, 0, result)
        self.assertEqual(self.summary(result)["inserted"], 6)
        self.assertIn("notes.txt", result.stderr)
        named = self.load(os.path.join(self.logs, "notes.txt"))
        self.assertEqual(named.returncode, 1, "what is named itself is read, whatever its name")

    def test_several_files(self):
        paths = [self.write(f"{n}.json", log_file(f"e{n}")) for n in range(5)]
        self.assertEqual(self.load(*paths[:3]).returncode, 0)
        self.assertEqual(sorted(self.stored()[0]), ["e0", "e1", "e2"])

    def test_standard_input(self):
        result = self.load("-", stdin=gzip.compress(log_file("from a pipe")))
        self.assertEqual(result.returncode, 0, result)
        self.assertEqual(self.stored()[0], ["from a pipe"])

    def test_names_that_begin_with_a_dash(self):
        self.write("-odd.json", log_file("odd"))
        result = subprocess.run(
            [PROGRAM, "import", "--data", self.data, "--", "-odd.json"], cwd=self.logs, check=False,
            env=environment_without_settings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(result.returncode, 0, result)
        self.assertEqual(self.stored()[0], ["odd"])

    def test_the_same_again_inserts_nothing(self):
        self.write("a.json", log_file("a1", "a2"))
        self.load(self.logs)
        result = self.load(self.logs)
        self.assertEqual(result.returncode, 0, result)
        figures = self.summary(result)
        self.assertEqual((figures["inserted"], figures["duplicates"]), (0, 2))
        self.assertEqual(len(self.stored()[1]), 1)

    def test_the_record_that_is_no_event_is_counted(self):
        self.write("a.json", b'[{"no":"time"},' + json.dumps(event("good")).encode() + b"]")
        result = self.load(self.logs)
        self.assertEqual(result.returncode, 0, result)
        self.assertEqual(self.summary(result)["rejected"], 1)

    def test_strangers_are_skipped(self):
        self.write("digest.json", b'{"digestStartTime":"x","digestS3Object":"k"}')
        self.write("a.json", log_file("a1"))
        result = self.load(self.logs)
        self.assertEqual(result.returncode, 0, result)
        self.assertEqual(self.summary(result)["skipped"], 1)

    def test_an_empty_directory(self):
        result = self.load(self.logs)
        self.assertEqual(result.returncode, 0, result)
        self.assertEqual(self.summary(result)["files"], 0)

    def test_output_that_is_no_terminal_holds_no_progress_bar(self):
        self.write("a.json", log_file("a1"))
        result = self.load(self.logs)
        self.assertNotRegex(result.stdout + result.stderr, "[\r\x1b]")


class TestFailing(CommandCase):
    def test_a_bad_file_is_named_and_the_others_kept(self):
        self.write("bad.json", b'{"Records":[{"a":]}')
        self.write("cut.json.gz", gzip.compress(log_file("cut"))[:-9])
        self.write("good.json", log_file("good"))
        result = self.load(self.logs)
        self.assertEqual(result.returncode, 1, result)
        self.assertEqual(self.summary(result)["failed"], 2)
        for name in ("bad.json", "cut.json.gz"):
            self.assertIn(name, result.stdout + result.stderr)
        self.assertEqual(self.stored()[0], ["good"])

    def test_the_place_of_the_damage_is_told_once(self):
        record = self.write("record.json", b'{"Records":[{"a":]}')
        cut = gzip.compress(log_file("cut"))[:-9]
        packed = self.write("cut.json.gz", cut)
        result = self.load(record, packed)
        self.assertEqual(sorted(result.stderr.splitlines()), [
            f"{packed}: gzip data is cut off at byte {len(cut)} of the body",
            f"{record}: a value must stand here at byte 17 of the text, in record 0",
        ])

    def test_a_file_that_is_not_there(self):
        good = self.write("good.json", log_file("good"))
        result = self.load(os.path.join(self.logs, "missing.json"), good)
        self.assertEqual(result.returncode, 1, result)
        self.assertIn("missing.json", result.stdout + result.stderr)
        self.assertEqual(self.stored()[0], ["good"])

    def test_rejected_records_are_told_by_file(self):
        for number in range(22):
            self.write(f"{number:02}.json", b'{"Records":[%d,{"a":%d}]}' % (number, number))
        result = self.load(self.logs, options=["--jobs", "1"])
        self.assertEqual(result.returncode, 0, result)
        self.assertEqual(self.summary(result)["rejected"], 44)
        lines = result.stderr.splitlines()
        self.assertEqual(len(lines), 21, lines)
        for number, line in enumerate(lines[:20]):
            start = os.path.join(self.logs, f"{number:02}.json") + ": 2 records rejected, the first: "
            self.assertTrue(line.startswith(start) and len(line) > len(start), line)
        self.assertEqual(lines[20], "and 2 more files with rejected records")

    def test_nothing_is_for_everybody_to_read(self):
        old = os.umask(0)
        try:
            self.assertEqual(self.load(self.write("a.json", log_file("a1"))).returncode, 0)
        finally:
            os.umask(old)
        for folder, _, names in os.walk(self.data):
            for path in [folder] + [os.path.join(folder, name) for name in names]:
                self.assertEqual(os.stat(path).st_mode & 0o027, 0, path)

    def test_closed_standard_descriptors(self):
        """No file of the store takes the place of standard error."""
        command = [PROGRAM, "serve", "--data", self.data, "--listen", "127.0.0.1:0"]
        server = subprocess.Popen(["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *command],
                                  env=environment_without_settings())
        try:
            wait_until(lambda: os.path.exists(os.path.join(self.data, "traild.sqlite")), "a store")
            for number in range(3):
                self.assertEqual(os.readlink(f"/proc/{server.pid}/fd/{number}"), "/dev/null")
        finally:
            server.kill()
            server.wait()

    def test_a_store_that_a_server_holds(self):
        path = self.write("a.json", log_file("a1"))
        with Traild(data=self.data) as server:
            result = self.load(path)
            self.assertEqual(result.returncode, 1, result)
            self.assertIn(f"another traild (a server or an import) has {self.data} open; "
                          "if it is the server, upload to it instead", result.stderr)
            self.assertEqual(server.get("/v1/imports").json()["imports"], [])

    def test_a_file_over_the_limit(self):
        self.write("a.json", log_file("a1") + b" " * 5000)
        result = self.load(self.logs, options=["--max-inflated", "4K"])
        self.assertEqual(result.returncode, 1, result)
        self.assertIn("max-inflated", result.stdout + result.stderr)

    def test_wrong_use(self):
        rows = [
            ("without a directory for the data", ["import", "x.json"], "--data"),
            ("without a file", ["import", "--data", self.data], "nothing to import"),
            ("with an unknown option", ["import", "--data", self.data, "--jops", "2", "x"],
             "--jobs"),
            ("with a bad value", ["import", "--data", self.data, "--jobs", "many", "x"],
             "--jobs many"),
            ("with an option that wants a value", ["import", "x", "--data"], "--data"),
            ("an unknown command", ["imoprt", "x"], "imoprt"),
        ]
        for what, arguments, part in rows:
            with self.subTest(what):
                result = run(*arguments)
                self.assertEqual(result.returncode, 2, result)
                self.assertIn(part, result.stderr)
                self.assertFalse(os.path.exists(self.data))


class TestHelp(unittest.TestCase):
    def test_help_names_commands_and_options(self):
        rows = [(["help"], ["serve", "import"]), (["help", "import"], ["--data", "--jobs", "-"]),
                (["help", "serve"], ["--listen", "TRAILD_LISTEN", "127.0.0.1:8080"]),
                (["import", "--help"], ["--data"]),
                (["version"], ["traild 0.1.0"])]
        for arguments, parts in rows:
            with self.subTest(arguments):
                result = run(*arguments)
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                for part in parts:
                    self.assertIn(part, result.stdout)

    def test_help_for_what_is_not_there(self):
        result = run("help", "improt")
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn('there is no command "improt"; did you mean `traild import`?', result.stderr)


if __name__ == "__main__":
    unittest.main()
