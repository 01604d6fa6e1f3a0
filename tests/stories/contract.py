"""The contract, openapi/openapi.yaml, as the stories about it use it: its operations, parameters
and examples, and where an answer is not as documented."""

import json
import os
import unittest

import yaml

from schema import Schemas
from traild import ROOT, Traild

METHODS = ["get", "head", "post", "put", "patch", "delete", "options"]

EXAMPLE_ID = "5f1b0c3a-7d2e-4c18-9a64-0e6d2f8b9c31"

AWS_JSON = "application/x-amz-json-1.1"

# What every HTTP answer may have.
PLAIN_HEADERS = {"date", "server", "connection", "keep-alive", "content-type", "content-length"}

# What an answer of HEAD may have like that of GET, without being documented a second time.
HEADERS_OF_GET = {"cache-control", "link", "retry-after"}


def aws_headers(operation):
    """Of a request to the API that AWS's clients speak."""
    target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101." + operation
    return {"X-Amz-Target": target, "Content-Type": AWS_JSON}


class TextTimes(yaml.SafeLoader):
    """Leaves times the text that they are."""


TextTimes.yaml_implicit_resolvers = {
    first: [pair for pair in resolvers if pair[0] != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class Contract:
    def __init__(self):
        with open(os.path.join(ROOT, "openapi", "openapi.yaml"), "rb") as file:
            self.text = file.read()
        self.document = yaml.load(self.text, TextTimes)
        self.paths = self.document["paths"]
        self.schemas = Schemas(self.document)

    def operations(self):
        for path, item in self.paths.items():
            for method in METHODS:
                if method in item:
                    yield path, method, item[method]

    def parameters(self, path, method, place="query"):
        item = self.paths[path]
        declared = item.get("parameters", []) + item[method].get("parameters", [])
        return [p for p in map(self.schemas.resolve, declared) if p["in"] == place]

    def each_parameter(self, place="query"):
        for path, method, _ in self.operations():
            for parameter in self.parameters(path, method, place):
                yield path, method, parameter

    def answers(self):
        """(method, path, status) of all documented answers but `default`."""
        return {(method, path, status) for path, method, operation in self.operations()
                for status in operation["responses"] if status != "default"}

    def response(self, path, method, status):
        return self.schemas.resolve(self.paths[path][method]["responses"][status])

    def examples(self):
        for path, method, operation in self.operations():
            for status in operation["responses"]:
                contents = self.response(path, method, status).get("content", {})
                for content in contents.values():
                    for name, example in content.get("examples", {}).items():
                        yield method, path, status, name, example

    def example_body(self, method, path, example):
        """What the request of an example sends."""
        if method != "post":
            return None
        if "x-body" not in example:
            return self.example_file()
        contents = self.paths[path][method]["requestBody"]["content"]
        content = contents.get("application/json") or contents[AWS_JSON]
        return json.dumps(content["examples"][example["x-body"]]["value"]).encode()

    def example_headers(self, example):
        return aws_headers(example["x-target"]) if "x-target" in example else {}

    def example_file(self):
        """The log file that the examples of answers are about."""
        content = self.paths["/v1/imports"]["post"]["requestBody"]["content"]
        value = content["application/json"]["examples"]["log_file"]["value"]
        return json.dumps(value, separators=(",", ":")).encode()

    # ---- answers ----

    def mistakes(self, method, path, answer):
        """Where the answer is not as documented."""
        if str(answer.status) not in self.paths[path][method]["responses"]:
            return [f"status {answer.status} is not documented"]
        response = self.response(path, method, str(answer.status))
        return self._headers(method, response, answer) + self._body(method, response, answer)

    def _headers(self, method, response, answer):
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
        if method == "head":
            others -= HEADERS_OF_GET
        return found + [f"the header {name} is not documented" for name in others]

    def _body(self, method, response, answer):
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


# Members that tell of clocks; no two answers have the same.
CLOCKS = {"received_at", "started_at", "ended_at", "created_at", "last_listed_at",
          "last_looked_back_at", "lag_seconds", "events_per_second", "bytes_per_second"}


def without_clock(value):
    if isinstance(value, list):
        return [without_clock(item) for item in value]
    if isinstance(value, dict):
        return {name: without_clock(item) for name, item in value.items() if name not in CLOCKS}
    return value


class ContractCase(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.contract = Contract()
        cls.server = Traild("--max-upload", "64M")
        cls.addClassCleanup(cls.server.close)
        cls.server.upload(cls.contract.example_file())

    def check(self, method, path, answer, status):
        self.assertEqual(str(answer.status), status, answer)
        self.assertEqual(self.contract.mistakes(method, path, answer), [])

    def literals(self, sources, pattern):
        """What the pattern finds in these source files."""
        found = set()
        for source in sources:
            with open(source, encoding="utf-8") as file:
                found |= set(pattern.findall(file.read()))
        self.assertTrue(found)
        return sorted(found)
