"""What a web page of another site tries through the browser of somebody on this machine."""

import unittest

from traild import Traild, wait_until

EVIL = "http://evil.example"


class TestOrigin(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Traild("--host", "audit.example.com,audit")
        cls.addClassCleanup(cls.server.close)

    def ask(self, method, target, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.server.request(method, target, b"{}" if method == "POST" else None, named)

    def refused(self, answer, status, *parts):
        self.assertEqual((answer.status, answer.header("Content-Type")),
                         (status, "application/problem+json"), answer)
        self.assertEqual(answer.json()["status"], status)
        for part in parts:
            self.assertIn(part, answer.json()["detail"])

    def test_a_page_uploads(self):
        own = f"http://127.0.0.1:{self.server.port}"
        self.refused(self.ask("POST", "/v1/imports", Origin=EVIL), 403, EVIL)
        self.refused(self.ask("POST", "/v1/imports", Origin="null"), 403)
        self.assertEqual(self.server.get("/v1/imports").json()["imports"], [])
        self.assertNotEqual(self.ask("POST", "/v1/imports", Origin=own).status, 403)
        self.assertNotEqual(self.ask("POST", "/v1/imports", Origin="https://audit").status, 403)

    def test_a_page_asks(self):
        asked = self.ask("GET", "/v1/events", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors")
        self.refused(asked, 403)
        clicked = self.ask("GET", "/v1/events", Sec_Fetch_Site="cross-site",
                           Sec_Fetch_Mode="navigate")
        self.assertEqual(clicked.status, 200)
        self.assertIsNone(clicked.header("Access-Control-Allow-Origin"))

    def test_a_name_that_was_bent_to_this_machine(self):
        port = self.server.port
        self.refused(self.ask("GET", "/v1/events", Host=f"evil.example:{port}"), 421,
                     "evil.example", "--host")
        for host in (f"localhost:{port}", "127.0.0.1", "[::1]:80", f"audit:{port}",
                     "AUDIT.example.com"):
            with self.subTest(host):
                self.assertEqual(self.ask("GET", "/v1/events", Host=host).status, 200)

    def test_the_log_tells(self):
        self.ask("GET", "/healthz?told", Host="evil.example")
        lines = wait_until(lambda: [line for line in self.server.log_lines("request")
                                    if line["target"] == "/healthz?told"], "the line")
        self.assertEqual((lines[0]["status"], lines[0]["level"]), (421, "info"))

    def test_the_environment_names_hosts(self):
        with Traild(environment={"TRAILD_HOST": "logs.example"}) as server:
            self.assertEqual(server.get("/healthz", {"Host": "logs.example"}).status, 200)
            self.assertEqual(server.get("/healthz", {"Host": "audit.example"}).status, 421)


if __name__ == "__main__":
    unittest.main()
