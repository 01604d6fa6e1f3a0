"""The first command that a newcomer runs: script/server. It prints curl lines, and they work."""

import contextlib
import json
import os
import random
import re
import shlex
import signal
import socket
import subprocess
import tempfile
import unittest

from traild import PATIENCE, ROOT, environment_without_settings

SCRIPT = os.path.join(ROOT, "script", "server")


def free_port():
    """One below those that the kernel hands out, so that nobody gets it before the script does."""
    while True:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", random.randrange(20000, 32000)))
            return probe.getsockname()[1]


class ScriptServerTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="traild-script-")
        self.addCleanup(directory.cleanup)
        self.data = os.path.join(directory.name, "data")
        self.listen = f"127.0.0.1:{free_port()}"

    def start(self):
        """The process and what it printed up to the server's own log."""
        process = subprocess.Popen(
            [SCRIPT, "--listen", self.listen, f"--data={self.data}"], encoding="utf-8",
            env=environment_without_settings(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        printed = []
        for line in process.stdout:
            printed.append(line)
            if '"message":"listening"' in line:
                return process, "".join(printed)
        self.fail(f"did not start: {''.join(printed)}")

    def stop(self, process):
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(PATIENCE), 0)

    def test_the_printed_lines_find_events_of_the_samples(self):
        _, printed = self.start()
        self.assertIn("Loading samples/", printed)
        lines = re.findall(r"^ *(curl .*/v1/events.*)$", printed, re.MULTILINE)
        self.assertEqual(len(lines), 3)
        for line in lines:
            with self.subTest(line=line):
                self.assertIn(self.listen, line)
                answer = subprocess.run(shlex.split(line) + ["-sS", "--fail"], timeout=PATIENCE,
                                        env=environment_without_settings(),
                                        stdout=subprocess.PIPE, check=True).stdout
                self.assertGreater(len(json.loads(answer)["events"]), 1)

    def test_samples_are_loaded_once(self):
        process, _ = self.start()
        self.stop(process)
        process, printed = self.start()
        self.assertNotIn("Loading samples/", printed)
        self.stop(process)

    @staticmethod
    def run_to_its_end(*arguments):
        return subprocess.run(
            [SCRIPT, *arguments], encoding="utf-8", timeout=PATIENCE,
            env=environment_without_settings(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)

    def test_help_loads_nothing(self):
        result = self.run_to_its_end("--data", self.data, "--help")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("--follow-interval TIME", result.stdout)
        self.assertFalse(os.path.exists(self.data))

    def test_an_address_in_use_is_named(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listen = f"127.0.0.1:{listener.getsockname()[1]}"
            result = self.run_to_its_end("--listen", listen, "--data", self.data)
        self.assertEqual(result.returncode, 1)
        self.assertIn(f"{listen} is in use", result.stderr)
        self.assertFalse(os.path.exists(self.data))


if __name__ == "__main__":
    unittest.main()
