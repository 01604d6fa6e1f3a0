"""Prometheus's own checker accepts what /metrics says, fresh and after requests of every kind."""

import os
import shutil
import subprocess
import unittest

from traild import ROOT, Traild
from uploads import LogFile

# On the PATH, or where script/bootstrap puts it.
PROMTOOL = shutil.which("promtool") or os.path.join(ROOT, "build", "tools", "promtool")


class PromtoolTest(unittest.TestCase):
    def check(self, server):
        """The text, accepted: promtool is silent about what it likes."""
        answer = server.get("/metrics")
        self.assertEqual(answer.status, 200)
        result = subprocess.run([PROMTOOL, "check", "metrics"], input=answer.body, check=False,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual((result.returncode, result.stdout.decode()), (0, ""))
        return answer.body.decode()

    def test_fresh(self):
        with Traild() as server:
            self.check(server)

    def test_after_requests_of_every_kind(self):
        with Traild() as server:
            LogFile("log", 40).send(server)
            server.upload(b'{"Records":[17]}')
            server.upload(b"no log")
            for target in ["/v1/events?limit=3", "/v1/events/log-7", "/v1/events/none", "/nowhere",
                           "/v1/events?limit=0", "/v1/imports", "/healthz", "/readyz", "/openapi.json"]:
                server.get(target)
                server.request("HEAD", target)
                server.request("OPTIONS", target)
                server.request("DELETE", target)
            text = self.check(server)
            self.assertGreater(len(text.splitlines()), 40)


if __name__ == "__main__":
    unittest.main()
