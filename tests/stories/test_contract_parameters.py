"""Each documented parameter is taken with its examples and refused outside its schema; and each
parameter that the service knows is documented."""

import glob
import gzip
import os
import re
import unittest
from urllib.parse import quote

from contract import EXAMPLE_ID, ContractCase
from traild import ROOT

UNKNOWN = re.compile("is no parameter here|has no .not form")


def address(path, *pairs):
    path = path.replace("{event_id}", EXAMPLE_ID).replace("{id}", "1")
    return path + "?" + "&".join(f"{name}={quote(str(value), safe='')}" for name, value in pairs)


class ParametersCase(ContractCase):
    def ask(self, method, path, *pairs):
        body = self.contract.example_file() if method == "post" else None
        return self.server.request(method.upper(), address(path, *pairs), body)

    def examples(self, parameter):
        if "example" in parameter:
            return [parameter["example"]]
        return [example["value"] for example in parameter.get("examples", {}).values()]

    def value_schemas(self, parameter):
        """Those of which a value has to match one, whether or not there may be several values."""
        schema = self.contract.schemas.resolve(parameter["schema"])
        schema = self.contract.schemas.resolve(schema.get("items", schema))
        return schema.get("oneOf", [schema])

    def taken(self, method, path, *pairs):
        answer = self.ask(method, path, *pairs)
        self.assertIn(answer.status, (200, 201))
        self.assertEqual(self.contract.mistakes(method, path, answer), [])

    def refused(self, method, path, *pairs):
        answer = self.ask(method, path, *pairs)
        self.check(method, path, answer, "400")
        if method != "head":
            named = [fault["parameter"] for fault in answer.json()["errors"]]
            self.assertEqual(named, [pairs[0][0]])


def wrong_values(schema):
    """Values just outside the schema."""
    if "enum" in schema:
        yield "other"
    if "enum" in schema or "minLength" in schema or schema["type"] == "integer":
        yield ""
    if schema["type"] == "integer":
        yield "x"
    if "maxLength" in schema:
        yield "x" * (schema["maxLength"] + 1)
    if "minimum" in schema:
        yield schema["minimum"] - 1
    if "maximum" in schema:
        yield schema["maximum"] + 1


def largest_values(schema):
    if "maxLength" in schema:
        yield "x" * schema["maxLength"]
    if "maximum" in schema:
        yield schema["maximum"]
    yield from schema.get("enum", [])


def of_each(schemas, values):
    return [value for schema in schemas for value in values(schema)]


class TestDocumented(ParametersCase):
    def test_examples_are_taken(self):
        for path, method, parameter in self.contract.each_parameter():
            name, examples = parameter["name"], self.examples(parameter)
            self.assertTrue(examples or name == "cursor", name)
            for example in examples:
                with self.subTest(path=path, method=method, parameter=name, example=example):
                    schema = parameter["schema"]
                    self.assertEqual(self.contract.schemas.mistakes(example, schema), [])
                    values = example if isinstance(example, list) else [example]
                    self.taken(method, path, *[(name, value) for value in values])

    def test_all_values_inside_the_schema_are_taken(self):
        for path, method, parameter in self.contract.each_parameter():
            for value in of_each(self.value_schemas(parameter), largest_values):
                with self.subTest(path=path, method=method, parameter=parameter["name"]):
                    self.taken(method, path, (parameter["name"], value))

    def test_values_outside_the_schema_are_refused(self):
        for path, method, parameter in self.contract.each_parameter():
            for value in of_each(self.value_schemas(parameter), wrong_values):
                name = parameter["name"]
                with self.subTest(path=path, method=method, parameter=name, value=str(value)[:9]):
                    self.refused(method, path, (name, value))

    def test_only_lists_may_be_given_twice(self):
        for path, method, parameter in self.contract.each_parameter():
            name, examples = parameter["name"], self.examples(parameter)
            if examples and not isinstance(examples[0], list):
                with self.subTest(path=path, method=method, parameter=name):
                    self.refused(method, path, (name, examples[0]), (name, examples[0]))

    def test_a_cursor_is_taken_where_it_is_documented(self):
        self.server.upload(b"[1,2]")
        for path, method, parameter in self.contract.each_parameter():
            if parameter["name"] == "cursor" and method == "get":
                with self.subTest(path):
                    target = path.replace("{id}", "2")
                    self.server.upload(b'[{"eventTime":"2026-10-01T00:00:00Z","eventID":"more"}]')
                    first = self.server.get(target + "?limit=1")
                    cursor = first.json()["next_cursor"]
                    second = self.server.get(f"{target}?limit=1&cursor={cursor}")
                    self.check(method, path, second, "200")
                    self.assertNotEqual(first.body, second.body)

    def test_values_of_headers_are_taken(self):
        packed = gzip.compress(self.contract.example_file())
        for path, method, parameter in self.contract.each_parameter("header"):
            for value in parameter["schema"].get("enum", []):
                with self.subTest(path=path, parameter=parameter["name"], value=value):
                    headers = {parameter["name"]: value}
                    answer = self.server.request(method.upper(), path, packed, headers)
                    self.assertIn(answer.status, (200, 201))


class TestNothingElse(ParametersCase):
    def known(self, method, path, names):
        """Those of the names that the service does not call unknown."""
        known = set(names)
        for start in range(0, len(names), 100):
            answer = self.ask(method, path, *[(name, "x") for name in names[start:start + 100]])
            for fault in answer.json().get("errors", []):
                if UNKNOWN.search(fault["reason"]):
                    known.discard(fault["parameter"])
        return known

    def test_every_parameter_of_the_service_is_documented(self):
        sources = glob.glob(os.path.join(ROOT, "handlers", "*.c"))
        words = self.literals(sources, re.compile(r'"([a-z][a-z_]{0,30})"'))
        names = [word + form for word in words for form in ("", ".not")]
        for path, method, _ in self.contract.operations():
            if method in ("get", "post"):
                with self.subTest(path=path, method=method):
                    documented = {p["name"] for p in self.contract.parameters(path, method)}
                    self.assertEqual(self.known(method, path, names), documented)


if __name__ == "__main__":
    unittest.main()
