"""What bad input gets, as a real client would send it. None of it is stored, hangs, or ends in a
500."""

import gzip
import json
import socket
import unittest
import zlib
from urllib.parse import quote

import corpus
from traild import Traild

EVENT = {"eventVersion": "1.08", "eventTime": "2026-10-05T10:00:00Z", "eventName": "TagResource",
         "eventID": "e"}
GOOD = json.dumps(EVENT).encode()
FILE = corpus.log_file([GOOD, GOOD.replace(b'"e"', b'"f"')])
PACKED = gzip.compress(FILE, mtime=0)


def spoiled(body, place):
    """The same bytes with one of them another."""
    place %= len(body)
    return body[:place] + bytes([body[place] ^ 0x5a]) + body[place + 1:]


def deep(levels):
    return GOOD[:-1] + b',"x":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


def long_record(size):
    filler = size - len(GOOD) - len(b',"x":""')
    return GOOD[:-1] + b',"x":"' + b"a" * filler + b'"}'


# (what, body, words of the answer, offset, index). None: any or none.
UNREADABLE = [
    ("an empty body", b"", ["empty"], None, None),
    ("white space alone", b" \r\n\t ", ["empty"], None, None),
    ("a byte order mark alone", b"\xef\xbb\xbf", ["empty"], None, None),
    ("empty gzip", gzip.compress(b""), ["empty"], None, None),
    ("gzip that is cut off", PACKED[:-20], ["gzip", "cut off", str(len(PACKED) - 20)], None, None),
    ("gzip cut off in its header", PACKED[:5], ["gzip", "cut off", "5"], None, None),
    ("gzip with a wrong checksum", spoiled(PACKED, -8), ["gzip", "checksum"], None, None),
    ("gzip with a wrong length", spoiled(PACKED, -1), ["gzip"], None, None),
    ("gzip with a bad block", PACKED[:10] + b"\xff" * 20, ["gzip"], None, None),
    ("garbage behind gzip", PACKED + b"garbage", ["gzip"], None, None),
    ("a second member that is cut off", PACKED + PACKED[:-3], ["gzip", "cut off"], None, None),
    ("zlib, which is not gzip", zlib.compress(FILE), ["neither gzip nor JSON"], 0, None),
    ("an archive", b"PK\x03\x04" + FILE, ["neither gzip nor JSON"], 0, None),
    ("a web page", b"<html><body>Not Found</body></html>", ["neither gzip nor JSON"], 0, None),
    ("JSON in UTF-16", FILE.decode().encode("utf-16"), ["neither gzip nor JSON"], 0, None),
    ("JSON cut off in a record", FILE[:-20], ["cut off"], len(FILE) - 20, 1),
    ("JSON cut off between records", FILE[:-2], ["cut off"], len(FILE) - 2, None),
    ("a trailing comma", FILE[:-2] + b",]}", [], len(FILE) - 1, None),
    ("a missing comma", FILE.replace(b"},{", b"} {"), [], FILE.index(b"},{") + 2, None),
    ("a raw line end in a text", FILE.replace(b'"f"', b'"f\n"'), [], FILE.index(b'"f"') + 2, 1),
    ("a bad escape", FILE.replace(b'"f"', b'"\\x"'), [], FILE.index(b'"f"') + 2, 1),
    ("bytes that are not UTF-8",
     FILE.replace(b'"f"', b'"\xff"'), ["UTF-8"], FILE.index(b'"f"') + 1, 1),
    ("a number with a leading zero", FILE.replace(b'"f"', b"01"), [], None, 1),
    ("single quotes", FILE.replace(b'"f"', b"'f'"), [], FILE.index(b'"f"'), 1),
    ("a comment", FILE.replace(b'"f"', b'"f" /* f */'), [], FILE.index(b'"f"') + 4, 1),
    ("NaN", FILE.replace(b'"f"', b"NaN"), [], FILE.index(b'"f"'), 1),
    ("something behind the end", FILE + b" x", [], len(FILE) + 1, None),
    ("damage packed in gzip",
     gzip.compress(FILE.replace(b'"f"', b"'f'")), [], FILE.index(b'"f"'), 1),
    ("damage behind a good line", GOOD + b"\n" + GOOD[:-5], ["cut off"], len(GOOD) * 2 - 4, 1),
    ("a record over 1 MiB", corpus.log_file([GOOD, long_record((1 << 20) + 1)]),
     ["max record size", "1048576"], None, 1),
    ("a record without an end", b'{"Records":[{"x":"' + b"a" * 3000000,
     ["max record size", "1048576"], None, 0),
    ("nesting over 128", corpus.log_file([GOOD, deep(129)]), ["max record depth", "128"], None, 1),
    ("nesting without an end", b"[" * 100000, ["128"], None, None),
]

# (what, query, parameter, value as shown, words of the reason)
BAD_QUERIES = [
    ("an unknown parameter", "actoin=x", "actoin", "x", ["action"]),
    ("another unknown parameter", "foo=", "foo", "", []),
    ("a parameter in capitals", "Action=x", "Action", "x", ["action"]),
    ("a .not that does not exist", "limit.not=3", "limit.not", "3", []),
    ("a bad date", "from=yesterday", "from", "yesterday", []),
    ("a day that does not exist", "from=2026-02-30", "from", "2026-02-30", []),
    ("an hour that does not exist", "to=2026-02-03T24:01:00Z", "to", "2026-02-03T24:01:00Z", []),
    ("a unit that does not exist", "from=-7y", "from", "-7y", []),
    ("a time of too many digits", "from=12345678901234567", "from", "12345678901234567", []),
    ("from after to", "from=2026-02-02&to=2026-02-01", "from", "2026-02-02", ["before", "to"]),
    ("from equal to to", "from=2026-02-02&to=2026-02-02", "from", "2026-02-02", ["before", "to"]),
    ("from twice", "from=2026-02-02&from=2026-02-03", "from", "2026-02-03", ["once"]),
    ("a bad network", "source_ip=10.0.0.0/33", "source_ip", "10.0.0.0/33", ["network"]),
    ("a network of nothing", "source_ip=10.0.0/8", "source_ip", "10.0.0/8", ["network"]),
    ("a network without bits", "source_ip=10.0.0.0/", "source_ip", "10.0.0.0/", ["network"]),
    ("a bad network to leave out", "source_ip.not=2001:db8::/129", "source_ip.not",
     "2001:db8::/129", ["network"]),
    ("limit=0", "limit=0", "limit", "0", ["1", "1000"]),
    ("limit=1001", "limit=1001", "limit", "1001", ["1", "1000"]),
    ("a limit below zero", "limit=-1", "limit", "-1", ["1", "1000"]),
    ("a limit that is no number", "limit=ten", "limit", "ten", ["1", "1000"]),
    ("a huge limit", "limit=99999999999999999999", "limit", "99999999999999999999", ["1", "1000"]),
    ("an empty limit", "limit=", "limit", "", ["empty"]),
    ("a parameter without a value", "account", "account", "", ["empty"]),
    ("an empty filter", "region=", "region", "", ["empty"]),
    ("an unknown order", "order=newest", "order", "newest", ["desc", "asc", "arrival"]),
    ("an unknown view", "view=all", "view", "all", ["full", "summary", "records"]),
    ("an unknown format", "format=xml", "format", "xml", ["json"]),
    ("an unknown kind of principal", "principal_kind=admin", "principal_kind", "admin",
     ["root", "role_session", "unknown"]),
    ("a truth that is neither", "read_only=yes", "read_only", "yes", ["true", "false"]),
    ("an import that is no number", "import=x", "import", "x", []),
    ("import 0", "import=0", "import", "0", []),
    ("an action without a name", "action=ram:", "action", "ram:", []),
    ("a broken cursor", "cursor=abc", "cursor", "abc", []),
    ("a cursor of odd characters", "cursor=%00%ff%22", "cursor", None, []),
    ("a bad escape", "account=%zz", "account", "%zz", ["escape"]),
    ("half an escape", "account=%4", "account", "%4", ["escape"]),
    ("a value that is too long", "account=" + "1" * 2049, "account", None, ["2048"]),
    ("digits of another script", "limit=" + quote("٣"), "limit", "٣", []),
]

# Matched as they are, which finds nothing.
ODD_VALUES = [
    "%00", "a%00b", "'", "' OR 1=1 --", '"', "\\", "%27%3BDROP%20TABLE%20events%3B--", "%ff%fe",
    "%e2%82", "%0d%0aX-A:%20b", "a" * 2048, "*" * 500 + "z", "%2a%5c%2a", "{}", "%25s%25n", "+",
    "%20", "../../etc/passwd", "%F0%9F%9B%B0", "-1", "null",
]


class BadInputCase(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = Traild("--max-upload", "8M", "--max-inflated", "64M")
        cls.addClassCleanup(cls.server.close)

    def problem(self, answer, status):
        """A problem document of this status, in the form that all have."""
        self.assertEqual(answer.status, status, answer)
        self.assertEqual(answer.header("Content-Type"), "application/problem+json")
        problem = answer.json()
        self.assertEqual(problem["status"], status)
        self.assertTrue(problem["title"] and problem["detail"])
        return problem


class TestBadFiles(BadInputCase):
    def nothing_stored(self):
        self.assertEqual(self.server.get("/v1/events").json()["events"], [])
        self.assertEqual(self.server.get("/v1/imports").json()["imports"], [])

    def test_files_that_cannot_be_read(self):
        for what, body, words, offset, index in UNREADABLE:
            with self.subTest(what):
                problem = self.problem(self.server.upload(body), 422)
                for word in words:
                    self.assertIn(word, problem["detail"])
                if offset is not None:
                    self.assertEqual(problem["offset"], offset, problem)
                if index is not None:
                    self.assertEqual(problem["index"], index, problem)
                self.nothing_stored()

    def test_a_file_that_unpacks_beyond_the_limit(self):
        bomb = gzip.compress(b'{"Records":[' + b" " * (65 << 20) + b"]}", 1)
        problem = self.problem(self.server.upload(bomb), 422)
        self.assertIn("max-inflated", problem["detail"])
        self.assertIn(str(64 << 20), problem["detail"])
        self.nothing_stored()

    def test_a_bomb_in_a_bomb(self):
        bomb = gzip.compress(gzip.compress(b" " * (65 << 20), 1), 1)
        self.assertIn("max-inflated", self.problem(self.server.upload(bomb), 422)["detail"])

    def test_the_limits_themselves_are_fine(self):
        with Traild() as server:
            body = corpus.log_file([long_record(1 << 20), deep(128).replace(b'"e"', b'"d"')])
            self.assertEqual(server.upload(body).json()["inserted"], 2)

    def test_a_form_is_no_file(self):
        head = b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n'
        form = head + FILE + b"\r\n--x--\r\n"
        answer = self.server.upload(form, {"Content-Type": "multipart/form-data; boundary=x"})
        self.assertIn("--data-binary", self.problem(answer, 415)["detail"])

    def test_a_coding_that_is_not_taken(self):
        for coding in ("br", "deflate", "gzip, br", "compress"):
            with self.subTest(coding):
                self.problem(self.server.upload(FILE, {"Content-Encoding": coding}), 415)
        self.nothing_stored()

    def test_a_bad_source(self):
        for query in ("source=", "source=" + "x" * 2049, "source=a&source=b", "source=%zz",
                      "sauce=x"):
            with self.subTest(query[:20]):
                answer = self.server.post("/v1/imports?" + query, FILE)
                self.assertEqual(self.problem(answer, 400)["errors"][0]["parameter"],
                                 query.partition("=")[0])
        self.nothing_stored()


HEAD = b"POST /v1/imports HTTP/1.1\r\nHost: localhost\r\n"


class TestBadLengths(BadInputCase):
    """Sent by hand: no HTTP client would."""

    def send(self, text, more=b""):
        """The status line and the rest of what comes back before the server closes or rests."""
        with self.server.socket() as connection:
            connection.sendall(HEAD + text.replace("\n", "\r\n").encode() + more)
            received = b""
            while b"\r\n\r\n" not in received:
                piece = connection.recv(65536)
                if not piece:
                    break
                received += piece
            return received.decode("latin-1")

    def check(self, status, text, more=b""):
        answer = self.send(text, more)
        self.assertRegex(answer, rf"^HTTP/1\.1 {status} ")

    def test_a_body_over_the_limit(self):
        self.check(413, "Content-Length: 8388609\n\n")
        self.check(413, "Content-Length: 99999999999\n\n")

    def test_a_body_over_the_limit_that_waits_for_leave(self):
        self.check(413, "Content-Length: 8388609\nExpect: 100-continue\n\n")

    def test_chunks_over_the_limit(self):
        piece = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
        with self.server.socket() as connection:
            connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
            try:
                for _ in range(9):
                    connection.sendall(piece)
            except (BrokenPipeError, ConnectionResetError):
                pass
            self.assertTrue(connection.recv(65536).startswith(b"HTTP/1.1 413 "))

    def test_two_lengths(self):
        self.check(400, "Content-Length: 3\nContent-Length: 4\n\n", b"abc")

    def test_a_length_and_chunks(self):
        self.check(400, "Content-Length: 3\nTransfer-Encoding: chunked\n\n", b"0\r\n\r\n")

    def test_a_length_that_is_no_number(self):
        for length in ("-1", "0x10", "3,4", "1e3"):
            with self.subTest(length):
                self.check(400, f"Content-Length: {length}\n\n", b"abc")

    def test_a_length_that_lies(self):
        with self.server.socket() as connection:
            connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n" + FILE[:50])
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
        self.assertEqual(self.server.get("/v1/imports").json()["imports"], [])


class TestBadQueries(BadInputCase):
    def test_queries_that_make_no_sense(self):
        for what, query, parameter, value, words in BAD_QUERIES:
            with self.subTest(what):
                problem = self.problem(self.server.get("/v1/events?" + query), 400)
                self.assertEqual(len(problem["errors"]), 1)
                fault = problem["errors"][0]
                self.assertEqual(fault["parameter"], parameter)
                if value is not None:
                    self.assertEqual(fault["value"], value)
                for word in words:
                    self.assertIn(word, fault["reason"])

    def test_all_mistakes_are_named_at_once(self):
        answer = self.server.get("/v1/events?limit=0&actoin=x&from=never&region=eu-west-1")
        faults = self.problem(answer, 400)["errors"]
        self.assertEqual([fault["parameter"] for fault in faults], ["limit", "actoin", "from"])

    def test_too_many_parameters(self):
        def ask(count):
            return self.server.get("/v1/events?" + "&".join(f"region=r{n}" for n in range(count)))

        self.problem(ask(257), 400)
        self.assertEqual(ask(256).status, 200)

    def test_an_address_that_is_too_long(self):
        self.assertEqual(self.server.get("/v1/events?region=" + "x" * 17000).status, 414)
        self.assertEqual(self.server.get("/v1/events?region=" + "x" * 200000).status, 414)

    def test_odd_values_are_matched_as_they_are(self):
        names = ["account", "region", "service", "action", "principal", "principal_account",
                 "access_key", "user_agent", "error_code", "resource", "event_type",
                 "event_category", "event_id"]
        for name in names:
            for value in ODD_VALUES:
                with self.subTest(name=name, value=value[:30]):
                    answer = self.server.get(f"/v1/events?{name}={quote(value, safe='%+*')}")
                    self.assertEqual((answer.status, answer.json().get("events")), (200, []))

    def test_odd_values_never_fail_inside(self):
        names = ["from", "to", "source_ip", "principal_kind", "read_only", "import", "order",
                 "limit", "cursor", "view", "format", "%00", "account%00", "'"]
        for name in names:
            for value in ODD_VALUES:
                with self.subTest(name=name, value=value[:30]):
                    answer = self.server.get(f"/v1/events?{name}={quote(value, safe='%+*')}")
                    self.assertIn(answer.status, (200, 400))

    def test_odd_paths(self):
        rows = [
            ("/", 405), ("/v1", 404), ("/v1/events/", 404), ("/v2/events", 404),
            ("/v1/events/a/b", 404), ("//v1/events", 404), ("/v1/imports/1/accepted", 404),
            ("/v1/imports/abc", 400), ("/v1/imports/0", 400), ("/v1/imports/-1", 400),
            ("/v1/imports/1.0", 400), ("/v1/imports/99999999999999999999", 400),
            ("/v1/imports/abc/rejected", 400), ("/v1/imports/%00", 400),
            ("/v1/events/%zz", 400), ("/v1/events/%", 400), ("/v1/events?limit=1?x", 400),
        ]
        for path, status in rows:
            with self.subTest(path):
                self.problem(self.server.get(path), status)

    def test_cursors_that_belong_elsewhere(self):
        with Traild() as server:
            server.upload(FILE)
            first = server.get("/v1/events?limit=1&read_only.not=true")
            cursor = first.json()["next_cursor"]
            good = f"/v1/events?limit=1&read_only.not=true&cursor={cursor}"
            self.assertEqual(server.get(good).status, 200)
            rows = [
                ("without the filter", f"/v1/events?limit=1&cursor={cursor}"),
                ("with another filter", f"/v1/events?limit=1&read_only.not=false&cursor={cursor}"),
                ("with a time more", good + "&from=2020-01-01"),
                ("in another order", good + "&order=asc"),
                ("of another list", f"/v1/imports?cursor={cursor}"),
                ("one character less", good[:-1]),
                ("one character more", good + "A"),
            ]
            for place in range(2, len(cursor), 7):
                other = "B" if good[-place] == "A" else "A"
                rows.append((f"character {place}", good[:-place] + other + good[-place + 1:]))
            for what, target in rows:
                with self.subTest(what):
                    answer = server.get(target)
                    self.assertEqual(self.problem(answer, 400)["errors"][0]["parameter"], "cursor")
            self.assertEqual(self.server.get(good).status, 400, "a cursor of another store")


class TestBadMethods(BadInputCase):
    def test_methods_that_a_path_does_not_take(self):
        rows = [
            ("/v1/events", "GET, HEAD, OPTIONS"), ("/v1/imports", "GET, HEAD, POST, OPTIONS"),
            ("/v1/imports/1", "GET, HEAD, DELETE, OPTIONS"), ("/healthz", "GET, HEAD, OPTIONS"),
            ("/v1/imports/s3", "POST, OPTIONS"), ("/v1/trails", "GET, HEAD, POST, OPTIONS"),
            ("/v1/trails/1", "GET, HEAD, DELETE, OPTIONS"),
            ("/v1/notifications/sns", "POST, OPTIONS"),
        ]
        for path, allowed in rows:
            for method in {"POST", "PUT", "PATCH", "DELETE", "BREW"} - set(allowed.split(", ")):
                with self.subTest(path=path, method=method):
                    answer = self.server.request(method, path, body=b"{}")
                    self.problem(answer, 405)
                    self.assertEqual(answer.header("Allow"), allowed)


if __name__ == "__main__":
    unittest.main()
