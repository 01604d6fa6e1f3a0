"""What the Dockerfile promises and can be tried without an engine: its health check."""

import json
import os
import re
import socket
import subprocess
import unittest

from traild import PATIENCE, ROOT, Traild, wait_until


def health_check():
    """The command as it is written."""
    with open(os.path.join(ROOT, "Dockerfile"), encoding="utf-8") as file:
        text = file.read()
    return json.loads(re.search(r"^HEALTHCHECK .*\\\n +CMD (\[.*\])$", text, re.MULTILINE).group(1))


class HealthCheckTest(unittest.TestCase):
    def exit_code(self, port):
        environment = {"PATH": os.environ["PATH"], "TRAILD_LISTEN": f"127.0.0.1:{port}"}
        return subprocess.run(health_check(), env=environment, stdin=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, timeout=PATIENCE, check=False).returncode

    def test_tells_a_server_that_is_ready_from_none(self):
        with Traild() as server:
            self.assertEqual(self.exit_code(server.port), 0)
            wait_until(lambda: [line for line in server.log_lines("request")
                                if line["route"] == "/readyz"], "the log line")
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            self.assertEqual(self.exit_code(closed.getsockname()[1]), 1)


if __name__ == "__main__":
    unittest.main()
