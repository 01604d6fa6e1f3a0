"""The benchmark measures what it says: its own sums, comparisons and plots, and a small run."""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from unittest import mock
from xml.etree import ElementTree

from traild import PROGRAM, ROOT, environment_without_settings

sys.path.insert(0, os.path.join(ROOT, "bench"))

from harness import compare, figures, plot, questions, requests, settings

RUN_SECONDS = 300


class TestFigures(unittest.TestCase):
    def test_percentiles_are_measured_values(self):
        for name, values, percent, expected in (
                ("the middle", [3, 1, 2], 50, 2),
                ("the lower of two", [20, 10], 50, 10),
                ("99 of few is the largest", [5, 1, 9, 7], 99, 9),
                ("99 of many", list(range(1, 401)), 99, 396),
                ("nothing smaller than the first", [4, 8], 0, 4)):
            with self.subTest(name):
                self.assertEqual(figures.percentile(values, percent), expected)

    def test_rounds_are_medians_with_their_range(self):
        rounds = [{"seconds": 3}, {"seconds": 1}, {"seconds": 9}]
        self.assertEqual(figures.of_rounds(rounds, "seconds"),
                         {"median": 3, "min": 1, "max": 9, "rounds": 3})
        self.assertIsNone(figures.of_rounds(rounds, "peak"))
        self.assertEqual(figures.with_range(figures.of_rounds(rounds, "seconds")),
                         "3.00 (1.00–9.00)")
        self.assertEqual(figures.with_range(figures.spread([12.34])), "12.3")

    def test_numbers_are_written_for_people(self):
        for number, expected in ((0.1234, "0.123"), (1.234, "1.23"), (12.34, "12.3"),
                                 (1234.5, "1,234")):
            self.assertEqual(figures.short(number), expected)
        for count, expected in ((500000, "500 k"), (3000000, "3 M"), (999, "999")):
            self.assertEqual(figures.name_of_count(count), expected)


class TestCompare(unittest.TestCase):
    LIMIT = 3

    def test_answers_are_the_same_or_it_is_told(self):
        for name, page, others, expected in (
                ("nothing found", [], [], None),
                ("the same", [(3, "a"), (2, "b")], [(3, "a"), (2, "b")], None),
                ("another order within a moment",
                 [(3, "a"), (3, "b"), (2, "c")], [(3, "b"), (3, "a"), (2, "c"), (1, "d")], None),
                ("another choice of the last moment",
                 [(3, "a"), (2, "b"), (2, "c")],
                 [(3, "a"), (2, "c"), (2, "d"), (2, "b"), (1, "e")], None),
                ("no id here, an empty one there", [(3, None)], [(3, "")], None),
                ("one too few", [(3, "a")], [(3, "a"), (2, "b")], "1 events instead of 2"),
                ("one too many", [(3, "a"), (2, "b")], [(3, "a")], "2 events instead of 1"),
                ("another time", [(4, "a")], [(3, "a")], "event 0 is of 4 instead of 3"),
                ("another id", [(3, "a"), (2, "b")], [(3, "x"), (2, "b")], "other events"),
                ("one id twice", [(3, "a"), (3, "a"), (2, "b")],
                 [(3, "a"), (3, "c"), (2, "b")], "other events"),
                ("an id of the last moment that is not there",
                 [(3, "a"), (2, "x")], [(3, "a"), (2, "b")], "other events of the last moment"),
                ("a last moment without an end", [(2, "a"), (2, "b"), (2, "c")],
                 [(2, "a"), (2, "b"), (2, "c"), (2, "d")],
                 "too many events of one moment to compare")):
            with self.subTest(name):
                self.assertEqual(compare.difference(page, others, self.LIMIT), expected)


class TestPlots(unittest.TestCase):
    def test_steps_are_round_numbers(self):
        for most, expected in ((1, 0.2), (9, 2), (48, 10), (500000, 100000), (0.03, 0.01)):
            self.assertAlmostEqual(plot.nice_step(most), expected)

    def test_scales_end_at_a_tick_behind_the_largest_value(self):
        scale = plot.Scale([3, 47], 0, 100)
        self.assertEqual((scale.ticks[0], scale.ticks[-1]), (0, 50))
        self.assertAlmostEqual(scale.at(25), 50)
        scale = plot.Scale([0.3, 47], 0, 300, logarithmic=True)
        self.assertEqual(len(scale.ticks), 4)
        self.assertAlmostEqual(scale.at(1), 100)

    def test_bars_are_svg_with_every_value_in_words(self):
        spread = figures.spread
        svg = plot.bars("Loading", "events per second", {
            "500 k & more": {"traild": spread([400, 500, 600]), "<other>": spread([10])}})
        root = ElementTree.fromstring(svg)
        self.assertIn("500 k & more: traild 500, <other> 10", root.get("aria-label"))
        wide = [float(bar.get("width")) for bar in root.iter("{http://www.w3.org/2000/svg}rect")
                if bar.get("height") == str(plot.ROW - 5)]
        self.assertAlmostEqual(wide[0] / wide[1], 50, places=0)

    def test_lines_are_svg(self):
        svg = plot.lines("Flat", "events", "milliseconds",
                         {"newest": {500000: 1.0, 3000000: 1.2}, "id": {500000: 2, 3000000: 2}})
        root = ElementTree.fromstring(svg)
        self.assertEqual(len(list(root.iter("{http://www.w3.org/2000/svg}polyline"))), 2)


class TestSettings(unittest.TestCase):
    def read(self, **variables):
        with mock.patch.dict(os.environ, variables, clear=True):
            return settings.Settings()

    def test_variables(self):
        chosen = self.read(EVENTS="3000000,500000", PARTS="http,import")
        self.assertEqual(chosen.events, [500000, 3000000])
        self.assertEqual(chosen.parts, ["import", "http"])
        self.assertEqual(self.read().parts, list(settings.PARTS))

    def test_what_is_wrong_is_named(self):
        for name, value in (("EVENTS", "many"), ("EVENTS", ""), ("ROUNDS", "0"), ("ROUNDS", "1,2"),
                            ("PARTS", "imports"), ("PEERS", "maybe")):
            with self.subTest(name=name, value=value):
                with self.assertRaisesRegex(settings.Wrong, name):
                    self.read(**{name: value})


class TestRequests(unittest.TestCase):
    GOOD = """
    Latency     1.05ms   13.62ms  89.72ms   99.99%
    Req/Sec     8.64k     2.44k   13.47k    67.50%
  Latency Distribution
     50%  671.00us
     99%    1.51ms
  1000 requests in 1.00s
Requests/sec:  16895.25
"""

    def test_what_wrk_prints(self):
        self.assertEqual(requests.read_wrk(self.GOOD), {"rate": 16895.25, "p50": 0.671,
                                                        "p99": 1.51})

    def test_answers_that_are_errors_do_not_count(self):
        with self.assertRaisesRegex(RuntimeError, "Non-2xx"):
            requests.read_wrk(self.GOOD + "  Non-2xx or 3xx responses: 7\n")


class TestRun(unittest.TestCase):
    """Everything but what others have to be installed for."""

    def run_bench(self, place, **variables):
        return subprocess.run(
            [sys.executable, os.path.join(ROOT, "bench", "run.py")], check=False, encoding="utf-8",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            timeout=RUN_SECONDS, env={
                **environment_without_settings(), "BUILD": os.path.dirname(PROGRAM),
                "PLACE": place, "REPORT": place, "PEERS": "no", "ROUNDS": "2", **variables})

    def test_a_small_run(self):
        with tempfile.TemporaryDirectory(prefix="traild-bench-") as place:
            done = self.run_bench(place, EVENTS="3000", EVENTS_LARGE="6000",
                                  PARTS="import,small,latency,huge,beside")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.check_report(place)
            self.check_results(place)

    def check_report(self, place):
        with open(os.path.join(place, "BENCHMARKS.md"), encoding="utf-8") as file:
            text = file.read()
        for heading in ("Loading", "Size", "Many small uploads", "One huge file", "Questions",
                        "Questions beside uploads"):
            self.assertIn(f"\n## {heading}\n", text)
        for picture in re.findall(r"\]\((benchmarks/[^)]*)\)", text):
            ElementTree.parse(os.path.join(place, picture))

    def check_results(self, place):
        with open(os.path.join(place, "results.json"), encoding="utf-8") as file:
            results = json.load(file)
        rounds = results["import"][0]["rounds"]
        self.assertEqual(set(rounds), {"gunzip", "import", "upload"})
        for measured in rounds["import"] + rounds["upload"]:
            self.assertEqual(measured["events"], 3000)
            self.assertGreater(measured["peak"], 0)
        self.assertEqual([part["events"] for part in results["latency"]], [3000, 6000])
        self.assertEqual(sum(one["uploads"] for one in results["beside"]["rounds"]["uploads"]),
                         self.files(place, "more-3000"))
        for question in questions.QUESTIONS:
            asked = results["latency"][0]["questions"][question]["traild"]
            self.assertEqual(len(asked), 2)
            self.assertGreater(asked[0]["asked"], 0)

    def test_what_clients_of_aws_do(self):
        """Import from S3, and LookupEvents."""
        with tempfile.TemporaryDirectory(prefix="traild-bench-") as place:
            done = self.run_bench(place, EVENTS="1500", ROUNDS="1", PARTS="s3,lookup")
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(os.path.join(place, "results.json"), encoding="utf-8") as file:
                results = json.load(file)
            with open(os.path.join(place, "BENCHMARKS.md"), encoding="utf-8") as file:
                text = file.read()
        self.assertEqual(results["missing"], [])
        self.assertEqual(set(results["s3"]["rounds"]), {"s3_8", "s3_32", "directory", "sync", "scan"})
        for name, rounds in results["s3"]["rounds"].items():
            self.assertEqual([measured["events"] for measured in rounds], [1500], name)
        for client in ("boto3", "plain"):
            for question, rounds in results["lookup"]["lookups"][client].items():
                self.assertEqual([measured["asked"] for measured in rounds], [200], question)
        for heading in ("Import from S3", "LookupEvents"):
            self.assertIn(f"\n## {heading}\n", text)

    def files(self, place, name):
        with open(os.path.join(place, "logs", f"{name}.made"), encoding="utf-8") as file:
            return json.load(file)["files"]

    def test_a_mistake_is_named(self):
        with tempfile.TemporaryDirectory(prefix="traild-bench-") as place:
            done = self.run_bench(place, PARTS="imports")
            self.assertEqual(done.returncode, 2)
            self.assertIn("there is no imports", done.stderr)


if __name__ == "__main__":
    unittest.main()
