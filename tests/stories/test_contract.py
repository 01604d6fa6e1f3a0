"""What the contract documents can be had: each operation, status, header and example; and each path
and method of the service is documented. Parameters, busy services and answers that take an S3 server
have files of their own."""

import glob
import os
import re
import unittest
from urllib.parse import quote

from contract import EXAMPLE_ID, METHODS, ContractCase, aws_headers, without_clock
from test_contract_busy import BUSY, FULL, STOPPING
from test_contract_s3 import FROM_S3
from traild import ROOT, Traild

EVENT = "/v1/events/" + EXAMPLE_ID
OPERATIONS = ["/healthz", "/readyz", "/metrics", "/openapi.yaml", "/openapi.json"]

# Requests for each documented answer that a server at rest gives. Import 2 has rejected records.
GET = {
    ("/v1/events", "200"): ["/v1/events", "/v1/events?view=records", "/v1/events?limit=1"],
    ("/v1/events", "400"): ["/v1/events?limit=0&from=never", "/v1/events?x=y",
                            "/v1/events?account=%zz"],
    ("/v1/events/{event_id}", "200"): [EVENT, EVENT + "?view=summary"],
    ("/v1/events/{event_id}", "400"): [EVENT + "?view=records", "/v1/events/%zz"],
    ("/v1/events/{event_id}", "404"): ["/v1/events/none"],
    ("/v1/imports", "200"): ["/v1/imports", "/v1/imports?limit=1", "/v1/imports?parent=7",
                             "/v1/imports?parent=none",
                             "/v1/imports?parent=1&status=done&status=failed"],
    ("/v1/imports", "400"): ["/v1/imports?limit=0", "/v1/imports?cursor=x",
                             "/v1/imports?status=x"],
    ("/v1/imports/{id}", "200"): ["/v1/imports/1", "/v1/imports/2"],
    ("/v1/imports/{id}", "400"): ["/v1/imports/x", "/v1/imports/0", "/v1/imports/1?x=y"],
    ("/v1/imports/{id}", "404"): ["/v1/imports/999"],
    ("/v1/imports/{id}/rejected", "200"): ["/v1/imports/2/rejected",
                                           "/v1/imports/2/rejected?limit=1"],
    ("/v1/imports/{id}/rejected", "400"): ["/v1/imports/2/rejected?cursor=x",
                                           "/v1/imports/x/rejected"],
    ("/v1/imports/{id}/rejected", "404"): ["/v1/imports/999/rejected"],
    ("/v1/trails", "200"): ["/v1/trails"],
    ("/v1/trails", "400"): ["/v1/trails?limit=1"],
    ("/v1/trails/{id}", "400"): ["/v1/trails/x", "/v1/trails/1?x=y"],
    ("/v1/trails/{id}", "404"): ["/v1/trails/999"],
    **{(path, "200"): [path] for path in OPERATIONS},
    **{(path, "400"): [path + "?x=y"] for path in OPERATIONS},
}

PREFIX = b'{"eventTime":"2026-10-01T00:00:00Z","resources":[{"ARNPrefix":"a"}]}'
REJECTED = b'{"Records":[7,{"a":"b"},' + PREFIX + b"]}"

S3_TEST = b'{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}'
OBJECT = b'{"uri":"s3://bucket/key"}'

LOOKUP = aws_headers("LookupEvents")

# (method, path, status, target, body, headers), with nothing allowed of S3. The bodies of the 413
# are never sent in full.
SENT = [
    ("post", "/v1/imports", "201", "/v1/imports?source=new", REJECTED, {}),
    ("post", "/v1/imports", "201", "/v1/imports", S3_TEST, {}),
    ("post", "/v1/imports", "200", "/v1/imports", REJECTED, {}),
    ("post", "/v1/imports", "400", "/v1/imports?source=", b"{}", {}),
    ("post", "/v1/imports", "413", "/v1/imports", b"{}", {"Content-Length": str(65 << 20)}),
    ("post", "/v1/imports", "415", "/v1/imports", b"{}",
     {"Content-Type": "multipart/form-data; boundary=x"}),
    ("post", "/v1/imports", "415", "/v1/imports", b"{}", {"Content-Encoding": "br"}),
    ("post", "/v1/imports", "422", "/v1/imports", b'{"Records":[{]}', {}),
    ("post", "/v1/imports", "422", "/v1/imports", b"", {}),
    ("post", "/v1/imports/s3", "200", "/v1/imports/s3", S3_TEST, {}),
    ("post", "/v1/imports/s3", "400", "/v1/imports/s3", b"{}", {}),
    ("post", "/v1/imports/s3", "400", "/v1/imports/s3", b"", {}),
    ("post", "/v1/imports/s3", "400", "/v1/imports/s3", b'{"url":"s3://bucket/key"}', {}),
    ("post", "/v1/imports/s3", "403", "/v1/imports/s3", OBJECT, {}),
    ("post", "/v1/imports/s3", "403", "/v1/imports/s3", b'{"uri":"s3://bucket/"}', {}),
    ("post", "/v1/imports/s3", "413", "/v1/imports/s3", b"{}", {"Content-Length": str(2 << 20)}),
    ("delete", "/v1/imports/{id}", "400", "/v1/imports/x", None, {}),
    ("delete", "/v1/imports/{id}", "404", "/v1/imports/999", None, {}),
    ("delete", "/v1/imports/{id}", "409", "/v1/imports/1", None, {}),
    ("post", "/v1/trails", "400", "/v1/trails", b'{"from":"never"}', {}),
    ("post", "/v1/trails", "400", "/v1/trails", b"[]", {}),
    ("post", "/v1/trails", "403", "/v1/trails", b'{"uri":"s3://bucket/"}', {}),
    ("post", "/v1/trails", "413", "/v1/trails", b"{}", {"Content-Length": str(2 << 20)}),
    ("delete", "/v1/trails/{id}", "400", "/v1/trails/0", None, {}),
    ("delete", "/v1/trails/{id}", "404", "/v1/trails/999", None, {}),
    ("post", "/v1/notifications/sns", "400", "/v1/notifications/sns", b"", {}),
    ("post", "/v1/notifications/sns", "403", "/v1/notifications/sns", b"{}", {}),
    ("post", "/v1/notifications/sns", "413", "/v1/notifications/sns", b"{}",
     {"Content-Length": str(2 << 20)}),
    ("post", "/", "200", "/", b"{}", LOOKUP),
    ("post", "/", "200", "/", b"", LOOKUP),
    ("post", "/", "200", "/", b'{"EventCategory":"insight"}', LOOKUP),
    ("post", "/", "200", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=60", b"{}", LOOKUP),
    ("post", "/", "200", "/", b"{}", aws_headers("ListTrails")),
    ("post", "/", "400", "/", b'{"MaxResults":0}', LOOKUP),
    ("post", "/", "400", "/", b"[]", LOOKUP),
    ("post", "/", "400", "/", b"{}", {}),
    ("post", "/", "400", "/?Action=LookupEvents", b"{}", LOOKUP),
    ("post", "/", "400", "/", b'{"Name":"trail-1"}', aws_headers("GetTrail")),
    ("post", "/", "413", "/", b"{}", {"Content-Length": str(1 << 20), **LOOKUP}),
]


class TestDocument(ContractCase):
    def test_the_service_serves_the_contract(self):
        self.assertEqual(self.server.get("/openapi.yaml").body, self.contract.text)
        self.assertEqual(self.server.get("/openapi.json").json(), self.contract.document)

    def test_every_reference_leads_somewhere_and_nothing_is_left_over(self):
        used = set()

        def walk(node):
            if isinstance(node, dict):
                if "$ref" in node:
                    self.contract.schemas.resolve(node)
                    used.add(node["$ref"])
                node = list(node.values())
            if isinstance(node, list):
                for part in node:
                    walk(part)

        walk(self.contract.document)
        components = self.contract.document["components"]
        made = {f"#/components/{kind}/{name}" for kind in components for name in components[kind]}
        self.assertEqual(made - used, set())

    def test_every_operation_is_described(self):
        names = []
        for path, method, operation in self.contract.operations():
            with self.subTest(path=path, method=method):
                names.append(operation["operationId"])
                self.assertTrue(operation["summary"] and operation["tags"])
                in_path = [p["name"] for p in self.contract.parameters(path, method, "path")]
                self.assertEqual(in_path, re.findall(r"{(\w+)}", path))
                for parameter in self.contract.parameters(path, method):
                    self.assertTrue(parameter["description"])
        self.assertEqual(len(names), len(set(names)))

    def test_examples_fit_their_schemas(self):
        for method, path, status, name, example in self.contract.examples():
            with self.subTest(path=path, status=status, name=name):
                content = self.contract.response(path, method, status)["content"]
                schema = next(iter(content.values()))["schema"]
                self.assertEqual(self.contract.schemas.mistakes(example["value"], schema), [])


class TestExamples(ContractCase):
    """The contract's own log file goes in; then each example is what comes out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = Traild()
        cls.addClassCleanup(cls.server.close)
        cls.server.post("/v1/imports?source=example.json", cls.contract.example_file())

    def test_each_example_can_be_had(self):
        with Traild() as new:
            for method, path, status, name, example in self.contract.examples():
                if "x-needs" in example:
                    continue
                with self.subTest(path=path, status=status, name=name):
                    asked, target = example["x-request"].split(" ")
                    self.assertEqual(asked.lower(), method)
                    body = self.contract.example_body(method, path, example)
                    # Only a new server gives the answer to a first upload.
                    server = new if status == "201" else self.server
                    headers = self.contract.example_headers(example)
                    answer = server.request(asked, target, body, headers)
                    self.check(method, path, answer, status)
                    self.assertEqual(without_clock(answer.json()), without_clock(example["value"]))


class TestAnswers(ContractCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.upload(REJECTED)

    def test_every_documented_answer_is_asked_for_here(self):
        asked = {(method, *answer) for method in ("get", "head") for answer in GET}
        asked |= {(method, path, status) for method, path, status, *_ in SENT}
        asked |= {("options", path, "204") for path in self.contract.paths}
        self.assertEqual(self.contract.answers(), asked | set(BUSY) | FULL | STOPPING | FROM_S3)

    def test_each_documented_answer_is_given(self):
        for (path, status), targets in GET.items():
            for method in ("get", "head"):
                for target in targets:
                    with self.subTest(method=method, target=target):
                        answer = self.server.request(method.upper(), target)
                        self.check(method, path, answer, status)

    def test_each_documented_answer_to_what_is_sent(self):
        with Traild("--max-upload", "64M") as server:
            for method, path, status, target, body, headers in SENT:
                with self.subTest(status=status, target=target, body=body):
                    answer = server.request(method.upper(), target, body, headers)
                    self.check(method, path, answer, status)

    def test_head_is_get_without_the_body(self):
        def plain(answer):
            return {name: value for name, value in answer.headers if name != "Date"}

        for path, status in GET:
            for target in GET[path, status] if path != "/metrics" else []:
                with self.subTest(target):
                    got, head = self.server.get(target), self.server.request("HEAD", target)
                    self.assertEqual(plain(head), plain(got))
                    self.assertEqual((head.status, head.body), (got.status, b""))

    def test_a_link_is_sent_with_every_page_but_the_last(self):
        for path in ("/v1/events?", "/v1/imports?", "/v1/imports/2/rejected?"):
            with self.subTest(path):
                first = self.server.get(path + "limit=1")
                self.assertIn(quote(first.json()["next_cursor"]), first.header("Link"))
                last = self.server.get(path + "limit=1000")
                self.assertIsNone(last.json()["next_cursor"])
                self.assertIsNone(last.header("Link"))


class TestNothingElse(ContractCase):
    """The other direction: what the service knows is in the contract."""

    def test_every_path_of_the_service_is_documented(self):
        sources = glob.glob(os.path.join(ROOT, "handlers", "*.c"))
        literals = self.literals(sources, re.compile(r'"(/[^"% ]*)"'))
        known = {path for path in literals if self.server.request("OPTIONS", path).status == 204}
        self.assertEqual(known, set(self.contract.paths))

    def test_every_route_that_was_counted_is_documented(self):
        for path in self.contract.paths:
            self.server.get(path)
        routes = re.findall(r'route="([^"]*)"', self.server.get("/metrics").body.decode())
        self.assertEqual(set(routes) - {"(none)"}, set(self.contract.paths))

    def test_every_method_of_a_path_is_documented(self):
        problem = {"$ref": "#/components/schemas/Problem"}
        for path, item in self.contract.paths.items():
            documented = {method.upper() for method in METHODS if method in item}
            options = self.server.request("OPTIONS", path)
            self.check("options", path, options, "204")
            self.assertEqual(set(options.header("Allow").split(", ")), documented, path)
            for method in {method.upper() for method in METHODS} - documented:
                with self.subTest(path=path, method=method):
                    answer = self.server.request(method, path, b"{}")
                    self.assertEqual(answer.status, 405)
                    self.assertEqual(answer.header("Allow"), options.header("Allow"))
                    if method != "HEAD":
                        self.assertEqual(self.contract.schemas.mistakes(answer.json(), problem), [])


if __name__ == "__main__":
    unittest.main()
