"""Every command of README.md and samples/README.md works as it stands there, against the samples.

A block that is marked `sh` is run, and a block `text` right behind it is what it prints. A `text`
anywhere else installs, tests, starts a server or needs a container engine.
"""

import gzip
import itertools
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import aws_clients
import s3_server
from traild import PATIENCE, PROGRAM, ROOT, Traild, run

# What script/server loads.
LOGS = ["create-resource-share.json", "AWSLogs"]

# Blocks whose answer is a problem, because they are about errors.
WRONG_ON_PURPOSE = {"When something is wrong"}

BLOCK = re.compile(r"^#+ (?P<heading>[^\n]*)$|^```(?P<mark>\w*)\n(?P<text>.*?)^```$", re.M | re.S)

# Headings whose commands list events: whoever tries them sees some.
LISTS = ("Ask who did what", "Get all pages", "Follow new events", "Questions to try",
         "Use it with the AWS CLI and SDKs")

# Headings whose commands read from a bucket of this name.
FROM_S3 = ("One object, or all below a prefix", "Follow a trail")
BUCKET = "my-trail-logs"

# Options that are not the service's own.
FOREIGN = {"--no-sign-request"}

DOCUMENTS = ("README.md", "samples/README.md")


def read(document):
    with open(os.path.join(ROOT, document), encoding="utf-8") as file:
        return file.read()


def blocks(document="README.md"):
    """(heading, mark, text) of each fenced block; the mark of what a command prints is `output`."""
    text = read(document)
    heading, end = "", None
    for found in BLOCK.finditer(text):
        if found["heading"]:
            heading = found["heading"]
            continue
        behind = text[end:found.start()] == "\n\n"
        yield heading, "output" if behind else found["mark"], found["text"]
        end = found.end()


class ReadmeCase(unittest.TestCase):
    logs = LOGS
    options = ()
    environment = {}

    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="traild-story-")
        self.addCleanup(place.cleanup)
        self.place = os.path.join(place.name, "checkout")
        os.makedirs(os.path.join(self.place, "build"))
        for name in ("traild", "generate"):
            built = os.path.join(os.path.dirname(PROGRAM), name)
            os.symlink(built, os.path.join(self.place, "build", name))
        shutil.copytree(os.path.join(ROOT, "samples"), os.path.join(self.place, "samples"))
        data = os.path.join(place.name, "data")
        logs = [os.path.join(ROOT, "samples", name) for name in self.logs]
        if logs:
            loaded = run("import", "--data", data, *logs)
            self.assertEqual(loaded.returncode, 0, loaded)
        self.server = Traild(*self.options, data=data, environment=self.environment)
        self.addCleanup(self.server.close)

    def shell(self, text):
        text = text.replace("127.0.0.1:8080", f"127.0.0.1:{self.server.port}")
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text], cwd=self.place, check=False, encoding="utf-8",
            env={**aws_clients.shell_environment(), **self.environment},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            timeout=PATIENCE)

    def blocks(self, document):
        """Those that can be run here: not every system has a package of the AWS CLI."""
        for heading, mark, text in blocks(document):
            if mark == "sh" and (aws_clients.find_cli() or not text.startswith("aws ")):
                yield heading, text

    def check_command(self, heading, text):
        result = self.shell(text)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual('"title":' in result.stdout, heading in WRONG_ON_PURPOSE, result.stdout)
        return result.stdout


class TestReadme(ReadmeCase):
    def test_each_command_works(self):
        """And the questions have answers."""
        for document in DOCUMENTS:
            self.assertLessEqual({mark for _, mark, _ in blocks(document)},
                                 {"sh", "text", "output", "json"})
            for heading, text in self.blocks(document):
                if heading not in FROM_S3:
                    with self.subTest(document=document, heading=heading, text=text):
                        shown = self.check_command(heading, text)
                        if heading in LISTS:
                            self.assertRegex(shown + self.unpacked(), r"\b20\d\d-\d\d-\d\d[T ]\d\d:")

    def unpacked(self):
        """What the last command has written into a file."""
        path = os.path.join(self.place, "ram.json.gz")
        if not os.path.exists(path):
            return ""
        with gzip.open(path, "rt", encoding="utf-8") as file:
            os.unlink(path)
            return file.read()

    def test_what_is_marked_json_is(self):
        for _, mark, text in blocks():
            if mark == "json":
                json.loads(text)

    def test_commands_print_what_is_shown_behind_them(self):
        shown = 0
        for (_, mark, text), (_, next_mark, output) in itertools.pairwise(blocks()):
            if (mark, next_mark) == ("sh", "output"):
                self.assertEqual(self.shell(text).stdout, output)
                shown += 1
        self.assertGreater(shown, 0)

    def test_the_first_commands_are_those_that_set_up(self):
        self.assertEqual([text for _, _, text in list(blocks())[:2]],
                         ["script/server\n", "script/test\n"])
        for command in ("script/server", "script/test"):
            self.assertTrue(os.access(os.path.join(ROOT, command), os.X_OK))

    def test_links_lead_to_files(self):
        text = read("README.md")
        headings = {re.sub("[^a-z0-9 -]", "", h.lower()).replace(" ", "-") for h, _, _ in blocks()}
        for link in re.findall(r"\]\(([^)]+)\)", text):
            with self.subTest(link):
                if link.startswith("#"):
                    self.assertIn(link[1:], headings)
                else:
                    self.assertTrue(os.path.exists(os.path.join(ROOT, link)))

    def test_the_limits_are_those_of_the_service(self):
        options = set(re.findall(r"`(--[a-z-]+)`", read("README.md"))) - FOREIGN
        described = run("help", "serve").stdout
        for option in options:
            with self.subTest(option):
                self.assertIn(option, described)


class TestFromS3(ReadmeCase):
    """The samples lie in a bucket, as CloudTrail would have delivered them."""

    logs = []

    @classmethod
    def setUpClass(cls):
        cls.bucket = s3_server.bucket()
        cls.options = ("--s3-allow", cls.bucket.name)
        cls.environment = s3_server.environment()
        samples = os.path.join(ROOT, "samples")
        for place, _, names in os.walk(os.path.join(samples, "AWSLogs")):
            for name in names:
                path = os.path.join(place, name)
                with open(path, "rb") as file:
                    cls.bucket.put(os.path.relpath(path, samples), file.read())

    def test_each_command_works(self):
        tried = 0
        for heading, text in self.blocks("README.md"):
            if heading in FROM_S3:
                with self.subTest(heading=heading, text=text):
                    text = text.replace(BUCKET, self.bucket.name)
                    self.assertRegex(self.check_command(heading, text), r"s3://|files_|failed")
                    tried += 1
        self.assertGreater(tried, 4)


if __name__ == "__main__":
    unittest.main()
