"""The service and openapi/openapi.yaml say the same, in both directions.

What the contract documents is asked for: each method, parameter, status, header and example. What the
service knows, its paths, methods and parameters, must be in the contract.
"""

import glob
import gzip
import json
import os
import re
import signal
import threading
import unittest
from urllib.parse import quote

import yaml

from schema import Schemas
from traild import ROOT, Answer, Traild, wait_until

METHODS = ["get", "head", "post", "put", "patch", "delete", "options"]

# What every HTTP answer may have.
PLAIN_HEADERS = {"date", "server", "connection", "keep-alive", "content-type", "content-length"}

EVENT_ID = "5f1b0c3a-7d2e-4c18-9a64-0e6d2f8b9c31"

# A request for each documented answer that one server gives at rest. The other ones have stories below.
REACH = {
    ("get", "/v1/events", "200"): ["/v1/events", "/v1/events?view=records", "/v1/events?view=summary&limit=1"],
    ("get", "/v1/events", "400"): ["/v1/events?limit=0&from=never", "/v1/events?nothing=x", "/v1/events?account=%zz"],
    ("head", "/v1/events", "200"): ["/v1/events?limit=1"],
    ("head", "/v1/events", "400"): ["/v1/events?limit=0"],
    ("options", "/v1/events", "204"): ["/v1/events"],
    ("get", "/v1/events/{event_id}", "200"): [f"/v1/events/{EVENT_ID}", f"/v1/events/{EVENT_ID}?view=summary"],
    ("get", "/v1/events/{event_id}", "400"): [f"/v1/events/{EVENT_ID}?view=records", "/v1/events/%zz"],
    ("get", "/v1/events/{event_id}", "404"): ["/v1/events/none"],
    ("head", "/v1/events/{event_id}", "200"): [f"/v1/events/{EVENT_ID}"],
    ("head", "/v1/events/{event_id}", "400"): [f"/v1/events/{EVENT_ID}?x=y"],
    ("head", "/v1/events/{event_id}", "404"): ["/v1/events/none"],
    ("options", "/v1/events/{event_id}", "204"): ["/v1/events/any"],
    ("get", "/v1/imports", "200"): ["/v1/imports", "/v1/imports?limit=1"],
    ("get", "/v1/imports", "400"): ["/v1/imports?limit=0", "/v1/imports?cursor=x"],
    ("head", "/v1/imports", "200"): ["/v1/imports?limit=1"],
    ("head", "/v1/imports", "400"): ["/v1/imports?limit=0"],
    ("options", "/v1/imports", "204"): ["/v1/imports"],
    ("get", "/v1/imports/{id}", "200"): ["/v1/imports/1", "/v1/imports/2"],
    ("get", "/v1/imports/{id}", "400"): ["/v1/imports/x", "/v1/imports/1?x=y"],
    ("get", "/v1/imports/{id}", "404"): ["/v1/imports/999"],
    ("head", "/v1/imports/{id}", "200"): ["/v1/imports/1"],
    ("head", "/v1/imports/{id}", "400"): ["/v1/imports/0"],
    ("head", "/v1/imports/{id}", "404"): ["/v1/imports/999"],
    ("options", "/v1/imports/{id}", "204"): ["/v1/imports/1"],
    ("get", "/v1/imports/{id}/rejected", "200"): ["/v1/imports/2/rejected", "/v1/imports/2/rejected?limit=1"],
    ("get", "/v1/imports/{id}/rejected", "400"): ["/v1/imports/2/rejected?cursor=x", "/v1/imports/x/rejected"],
    ("get", "/v1/imports/{id}/rejected", "404"): ["/v1/imports/999/rejected"],
    ("head", "/v1/imports/{id}/rejected", "200"): ["/v1/imports/2/rejected?limit=1"],
    ("head", "/v1/imports/{id}/rejected", "400"): ["/v1/imports/2/rejected?limit=0"],
    ("head", "/v1/imports/{id}/rejected", "404"): ["/v1/imports/999/rejected"],
    ("options", "/v1/imports/{id}/rejected", "204"): ["/v1/imports/2/rejected"],
    **{
        reached: requests
        for path in ("/healthz", "/readyz", "/metrics", "/openapi.yaml", "/openapi.json")
        for reached, requests in {
            ("get", path, "200"): [path],
            ("get", path, "400"): [path + "?x=y"],
            ("head", path, "200"): [path],
            ("head", path, "400"): [path + "?x=y"],
            ("options", path, "204"): [path],
        }.items()
    },
}

# (status, target, body, headers): the last body is never sent in full.
UPLOADS = [
    ("201", "/v1/imports?source=new", b'{"Records":[{"eventTime":"2026-10-01T00:00:00Z","eventID":"u"},7]}', {}),
    ("201", "/v1/imports", b'{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}', {}),
    ("200", "/v1/imports", b'{"Records":[{"eventTime":"2026-10-01T00:00:00Z","eventID":"u"},7]}', {}),
    ("400", "/v1/imports?source=", b"{}", {}),
    ("413", "/v1/imports", b"{}", {"Content-Length": str(65 << 20)}),
    ("415", "/v1/imports", b"{}", {"Content-Type": "multipart/form-data; boundary=x"}),
    ("415", "/v1/imports", b"{}", {"Content-Encoding": "br"}),
    ("422", "/v1/imports", b'{"Records":[{]}', {}),
    ("422", "/v1/imports", b"", {}),
]

# What a service with too much to do answers. "shared" is in more blocks than are searched at once.
BUSY = {
    ("post", "/v1/imports", "503"): "/v1/imports",
    ("get", "/v1/events", "503"): "/v1/events?region=a&action=y",
    ("head", "/v1/events", "503"): "/v1/events?region=a&action=y",
    ("get", "/v1/events/{event_id}", "503"): "/v1/events/shared",
    ("head", "/v1/events/{event_id}", "503"): "/v1/events/shared",
    ("get", "/v1/imports/{id}/rejected", "503"): "/v1/imports/1/rejected",
    ("head", "/v1/imports/{id}/rejected", "503"): "/v1/imports/1/rejected",
}
STOPPING = {("get", "/readyz", "503"), ("head", "/readyz", "503")}


class TextTimes(yaml.SafeLoader):
    """Leaves times the text that they are."""


TextTimes.yaml_implicit_resolvers = {
    first: [pair for pair in resolvers if pair[0] != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_contract():
    with open(os.path.join(ROOT, "openapi", "openapi.yaml"), encoding="utf-8") as file:
        return yaml.load(file, TextTimes)


class Contract:
    def __init__(self, document):
        self.document = document
        self.schemas = Schemas(document)

    def operations(self):
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    yield path, method, item[method]

    def parameters(self, path, method, place="query"):
        item = self.document["paths"][path]
        declared = item.get("parameters", []) + item[method].get("parameters", [])
        return [p for p in map(self.schemas.resolve, declared) if p["in"] == place]

    def answers(self):
        """(method, path, status) of all documented answers but `default`."""
        return {(method, path, status) for path, method, operation in self.operations()
                for status in operation["responses"] if status != "default"}

    def examples(self):
        for path, method, operation in self.operations():
            for status, response in operation["responses"].items():
                for content in self.schemas.resolve(response).get("content", {}).values():
                    for name, example in content.get("examples", {}).items():
                        yield method, path, status, name, example

    def mistakes(self, method, path, answer):
        """Where the answer is not as documented."""
        responses = self.document["paths"][path][method]["responses"]
        if str(answer.status) not in responses:
            return [f"status {answer.status} is not documented"]
        response = self.schemas.resolve(responses[str(answer.status)])
        return self.header_mistakes(response, answer) + self.body_mistakes(method, response, answer)

    def header_mistakes(self, response, answer):
        found, documented = [], set()
        for name, header in response.get("headers", {}).items():
            documented.add(name.lower())
            header = self.schemas.resolve(header)
            value = answer.header(name)
            if value is not None:
                found += self.schemas.mistakes(value, header["schema"], name)
            elif header.get("required"):
                found.append(f"the header {name} is missing")
        others = {name.lower() for name, _ in answer.headers} - documented - PLAIN_HEADERS
        # A representation's own headers need no mention where there is none.
        if "content" not in response:
            others -= {"cache-control", "link", "location", "retry-after"}
        return found + [f"the header {name} is not documented" for name in others]

    def body_mistakes(self, method, response, answer):
        if method == "head" or "content" not in response:
            return ["there is a body"] if answer.body else []
        kind = answer.header("Content-Type")
        if kind not in response["content"]:
            return [f"{kind} is not among {list(response['content'])}"]
        value = answer.json() if "json" in kind else answer.body.decode()
        found = self.schemas.mistakes(value, response["content"][kind]["schema"])
        if "problem" in kind and value["status"] != answer.status:
            found.append(f"the problem speaks of {value['status']}")
        return found


def example_body(contract):
    content = contract.document["paths"]["/v1/imports"]["post"]["requestBody"]["content"]
    value = content["application/json"]["examples"]["log_file"]["value"]
    return json.dumps(value, separators=(",", ":")).encode()


class ContractCase(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.contract = Contract(read_contract())
        cls.server = Traild("--max-upload", "64M")
        cls.addClassCleanup(cls.server.close)

    def check(self, method, path, answer, status):
        self.assertEqual(str(answer.status), status, answer)
        self.assertEqual(self.contract.mistakes(method, path, answer), [])


class TestDocument(ContractCase):
    def test_the_service_serves_the_contract(self):
        with open(os.path.join(ROOT, "openapi", "openapi.yaml"), "rb") as file:
            self.assertEqual(self.server.get("/openapi.yaml").body, file.read())
        self.assertEqual(self.server.get("/openapi.json").json(), self.contract.document)

    def test_every_reference_leads_somewhere(self):
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
        parts = self.contract.document["components"]
        made = {f"#/components/{kind}/{name}" for kind in parts for name in parts[kind]}
        self.assertEqual(made - used, set(), "components that nothing uses")

    def test_every_operation_is_described(self):
        names = []
        for path, method, operation in self.contract.operations():
            with self.subTest(path=path, method=method):
                names.append(operation["operationId"])
                self.assertTrue(operation["summary"] and operation["tags"])
                braces = re.findall(r"{(\w+)}", path)
                self.assertEqual([p["name"] for p in self.contract.parameters(path, method, "path")], braces)
                for parameter in self.contract.parameters(path, method):
                    self.assertTrue(parameter["description"])
        self.assertEqual(len(names), len(set(names)))

    def test_examples_fit_their_schemas(self):
        for method, path, status, name, example in self.contract.examples():
            with self.subTest(path=path, status=status, name=name):
                response = self.contract.schemas.resolve(
                    self.contract.document["paths"][path][method]["responses"][status])
                schema = next(iter(response["content"].values()))["schema"]
                self.assertEqual(self.contract.schemas.mistakes(example["value"], schema), [])


class TestExamples(ContractCase):
    """The contract's own log file goes in; then each example is what comes out."""

    def test_each_example_can_be_had(self):
        self.server.post("/v1/imports?source=example.json", example_body(self.contract))
        with Traild() as first:
            for method, path, status, name, example in self.contract.examples():
                with self.subTest(path=path, status=status, name=name):
                    # The first upload's answer needs a server of its own.
                    server = first if (method, status) == ("post", "201") else self.server
                    asked_method, target = example["x-request"].split(" ")
                    body = example_body(self.contract) if method == "post" else None
                    answer = server.request(asked_method, target, body)
                    self.assertEqual(asked_method.lower(), method)
                    self.check(method, path, answer, status)
                    self.assertEqual(without_clock(answer.json()), without_clock(example["value"]))


def without_clock(value):
    """Times of arrival differ."""
    if isinstance(value, list):
        return [without_clock(item) for item in value]
    if isinstance(value, dict):
        return {name: without_clock(item) for name, item in value.items() if name != "received_at"}
    return value


class TestAnswers(ContractCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.upload(example_body(cls.contract))
        cls.server.upload(b'{"Records":[7,{"a":"b"},{"eventTime":"2026-10-01T00:00:00Z","resources":[{"ARNPrefix":"a"}]}]}')

    def test_every_documented_answer_has_a_request_here(self):
        uploads = {("post", "/v1/imports", status) for status, *_ in UPLOADS}
        methods = {("options", path, "204") for path in self.contract.document["paths"]}
        self.assertEqual(self.contract.answers(), set(REACH) | uploads | methods | set(BUSY) | STOPPING)

    def test_each_documented_answer_is_given(self):
        for (method, path, status), targets in REACH.items():
            for target in targets:
                with self.subTest(f"{method} {target}"):
                    self.check(method, path, self.server.request(method.upper(), target), status)

    def test_each_documented_answer_to_an_upload(self):
        with Traild("--max-upload", "64M") as server:
            for status, target, body, headers in UPLOADS:
                with self.subTest(status=status, body=body):
                    answer = server.request("POST", target, body, headers)
                    self.check("post", "/v1/imports", answer, status)

    def test_head_is_get_without_the_body(self):
        for (method, path, status), targets in REACH.items():
            for target in targets if method == "get" and path != "/metrics" else []:
                with self.subTest(target):
                    got, head = self.server.get(target), self.server.request("HEAD", target)
                    dated = {"date"}
                    self.assertEqual({n.lower(): v for n, v in head.headers if n.lower() not in dated},
                                     {n.lower(): v for n, v in got.headers if n.lower() not in dated})
                    self.assertEqual((head.status, head.body), (got.status, b""))

    def test_a_link_is_sent_with_every_page_but_the_last(self):
        for path in ("/v1/events?", "/v1/imports?", "/v1/imports/2/rejected?"):
            with self.subTest(path):
                first = self.server.get(path + "limit=1")
                self.assertIn(quote(first.json()["next_cursor"]), first.header("Link"))
                self.assertIsNone(self.server.get(path + "limit=1000").header("Link"))


class TestParameters(ContractCase):
    """Each documented parameter is taken with its examples, and refused outside its schema."""

    def target(self, path, *pairs):
        path = path.replace("{event_id}", EVENT_ID).replace("{id}", "1")
        return path + "?" + "&".join(f"{name}={quote(str(value), safe='')}" for name, value in pairs)

    def ask(self, method, path, *pairs):
        body = example_body(self.contract) if method == "post" else None
        return self.server.request(method.upper(), self.target(path, *pairs), body)

    def each(self, place="query"):
        for path, method, _ in self.contract.operations():
            for parameter in self.contract.parameters(path, method, place):
                yield path, method, parameter

    def setUp(self):
        self.server.upload(example_body(self.contract))

    def examples(self, parameter):
        return [parameter["example"]] if "example" in parameter else [e["value"] for e in parameter.get("examples", {}).values()]

    def test_examples_are_taken(self):
        for path, method, parameter in self.each():
            if parameter["name"] != "cursor":
                self.assertTrue(self.examples(parameter), parameter["name"])
            for example in self.examples(parameter):
                with self.subTest(path=path, method=method, parameter=parameter["name"], example=example):
                    self.assertEqual(self.contract.schemas.mistakes(example, parameter["schema"]), [])
                    values = example if isinstance(example, list) else [example]
                    answer = self.ask(method, path, *[(parameter["name"], value) for value in values])
                    self.assertIn(answer.status, (200, 201))
                    self.assertEqual(self.contract.mistakes(method, path, answer), [])

    def wrong_values(self, schema):
        schema = self.contract.schemas.resolve(schema)
        if schema.get("type") == "array":
            yield from self.wrong_values(schema["items"])
            return
        if "enum" in schema:
            yield "other"
        if "minLength" in schema or "enum" in schema or schema["type"] == "integer":
            yield ""
        if "maxLength" in schema:
            yield "x" * (schema["maxLength"] + 1)
        if schema["type"] == "integer":
            yield "x"
        if "minimum" in schema:
            yield schema["minimum"] - 1
        if "maximum" in schema:
            yield schema["maximum"] + 1

    def refused(self, method, path, name, *pairs):
        answer = self.ask(method, path, *pairs)
        self.check(method, path, answer, "400")
        if method != "head":
            self.assertEqual([fault["parameter"] for fault in answer.json()["errors"]], [name])

    def test_values_outside_the_schema_are_refused(self):
        for path, method, parameter in self.each():
            for value in self.wrong_values(parameter["schema"]):
                with self.subTest(path=path, method=method, parameter=parameter["name"], value=str(value)[:20]):
                    self.refused(method, path, parameter["name"], (parameter["name"], value))

    def test_only_lists_may_be_given_twice(self):
        for path, method, parameter in self.each():
            name, examples = parameter["name"], self.examples(parameter)
            schema = self.contract.schemas.resolve(parameter["schema"])
            if not examples or schema["type"] == "array":
                continue
            with self.subTest(path=path, method=method, parameter=name):
                self.refused(method, path, name, (name, examples[0]), (name, examples[0]))

    def test_the_largest_values_are_taken(self):
        for path, method, parameter in self.each():
            schema = self.contract.schemas.resolve(parameter["schema"])
            schema = self.contract.schemas.resolve(schema.get("items", schema))
            if "maximum" in schema or "maxLength" in schema:
                with self.subTest(path=path, method=method, parameter=parameter["name"]):
                    value = schema.get("maximum") or "x" * schema["maxLength"]
                    self.assertIn(self.ask(method, path, (parameter["name"], value)).status, (200, 201))

    def test_values_of_headers_are_taken(self):
        packed = gzip.compress(example_body(self.contract))
        for path, method, parameter in self.each("header"):
            for value in parameter["schema"]["enum"]:
                with self.subTest(path=path, method=method, parameter=parameter["name"], value=value):
                    answer = self.server.request(method.upper(), path, packed, {parameter["name"]: value})
                    self.assertIn(answer.status, (200, 201))


class TestNothingElse(ContractCase):
    """The other direction: what the service knows is in the contract."""

    def literals(self, pattern):
        found = set()
        for file in glob.glob(os.path.join(ROOT, "handlers", "*.c")):
            with open(file, encoding="utf-8") as source:
                found |= set(re.findall(pattern, source.read()))
        self.assertTrue(found)
        return sorted(found)

    def known_parameters(self, method, path, names):
        """Those of the names that the service does not call unknown."""
        target = path.replace("{event_id}", "x").replace("{id}", "1")
        known = set(names)
        for start in range(0, len(names), 100):
            query = "&".join(f"{name}=x" for name in names[start:start + 100])
            answer = self.server.request(method.upper(), target + "?" + query, b"" if method == "post" else None)
            for fault in answer.json().get("errors", []):
                if re.search("is no parameter here|has no .not form", fault["reason"]):
                    known.discard(fault["parameter"])
        return known

    def test_every_parameter_of_the_service_is_documented(self):
        words = self.literals(r'"([a-z][a-z_]{0,30})"')
        names = [word + suffix for word in words for suffix in ("", ".not")]
        for path, method, _ in self.contract.operations():
            if method in ("get", "post"):
                with self.subTest(path=path, method=method):
                    documented = {p["name"] for p in self.contract.parameters(path, method)}
                    self.assertEqual(self.known_parameters(method, path, names), documented)

    def test_every_path_of_the_service_is_documented(self):
        known = {path for path in self.literals(r'"(/[^"% ]*)"') if self.server.request("OPTIONS", path).status == 204}
        self.assertEqual(known, set(self.contract.document["paths"]))

    def test_every_route_that_was_counted_is_documented(self):
        for path in self.contract.document["paths"]:
            self.server.get(path)
        routes = set(re.findall(r'route="([^"]*)"', self.server.get("/metrics").body.decode()))
        self.assertEqual(routes - {"(none)"}, set(self.contract.document["paths"]))

    def test_every_method_of_a_path_is_documented(self):
        for path, item in self.contract.document["paths"].items():
            documented = {method.upper() for method in METHODS if method in item}
            allowed = self.server.request("OPTIONS", path).header("Allow")
            self.assertEqual(set(allowed.split(", ")), documented, path)
            for method in {method.upper() for method in METHODS} - documented:
                with self.subTest(path=path, method=method):
                    answer = self.server.request(method, path, b"{}")
                    self.assertEqual((answer.status, answer.header("Allow")), (405, allowed))
                    problem = {"$ref": "#/components/schemas/Problem"}
                    self.assertEqual(self.contract.schemas.mistakes(answer.json(), problem), [])


class TestBusy(ContractCase):
    """The answers of a service that has too much to do, or is told to stop."""

    BLOCKS = 6
    BLOCK = 16384

    def setUp(self):
        # One worker, and room for one upload and one search to wait.
        self.busy = Traild("--workers", "1", "--queue", "1")
        self.addCleanup(self.busy.close)

    def occupy(self, *waiting):
        """One upload that takes long to read, and requests that wait for it to end."""
        bomb = gzip.compress(b" " * (64 << 20)) * 32
        self.ask_meanwhile("POST", "/v1/imports", bomb)
        for number, (method, target) in enumerate(waiting):
            self.ask_meanwhile(method, target, bomb if method == "POST" else None)
            wait_until(lambda number=number: self.waits(number + 1), f"{target} to wait")

    def ask_meanwhile(self, *request):
        def ask():
            try:
                while self.busy.request(*request).status == 503:
                    pass  # the one before has not reached the worker yet
            except OSError:
                pass  # the story is over
        thread = threading.Thread(target=ask)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.busy.kill)

    def waits(self, count):
        """Whether so many wait, and not just until the worker comes for them."""
        line = f"\ntraild_http_queued_requests {count}\n"
        return all(line in self.busy.get("/metrics").body.decode() for _ in range(20))

    def block(self, number):
        """Events of one day, and one that is the same in each block but for its account."""
        others = [{"eventTime": f"2026-10-{2 + number:02}T00:00:{n % 60:02}Z", "eventID": f"{number} {n}",
                   "awsRegion": "ab"[n % 2], "eventName": "xy"[n % 2]} for n in range(1, self.BLOCK)]
        shared = {"eventTime": "2026-10-01T00:00:00Z", "eventID": "shared", "recipientAccountId": str(number)}
        return json.dumps([shared, *others]).encode()

    def test_more_than_the_queue_holds(self):
        for number in range(self.BLOCKS):
            self.assertEqual(self.busy.upload(self.block(number)).json()["inserted"], self.BLOCK)
        self.occupy(("POST", "/v1/imports"), ("GET", "/v1/events/shared"))
        for (method, path, status), target in BUSY.items():
            with self.subTest(method=method, target=target):
                answer = self.busy.request(method.upper(), target, b"[]" if method == "post" else None)
                self.check(method, path, answer, status)

    def test_not_ready_while_stopping(self):
        # Once it stops, it takes no new connections, and closes these after the answer.
        connections = {method: self.busy.connection() for method in ("get", "head")}
        for method, connection in connections.items():
            self.addCleanup(connection.close)
            self.assertEqual(self.ask_on(connection, method).status, 200)
        self.occupy(("POST", "/v1/imports"))
        self.busy.send_signal(signal.SIGTERM)
        wait_until(lambda: self.busy.log_lines("stopping"), "the signal to arrive")
        for method, connection in connections.items():
            self.check(method, "/readyz", wait_until(lambda: self.unless_ready(connection, method), "503"), "503")

    def ask_on(self, connection, method):
        connection.request(method.upper(), "/readyz")
        response = connection.getresponse()
        return Answer(response.status, response.getheaders(), response.read())

    def unless_ready(self, connection, method):
        answer = self.ask_on(connection, method)
        return answer if answer.status != 200 else None


if __name__ == "__main__":
    unittest.main()
