"""The checker that the contract test relies on finds what it should, and nothing else."""

import unittest

from schema import Schemas

DOCUMENT = {
    "components": {
        "schemas": {
            "Name": {"type": "string", "minLength": 1, "maxLength": 5},
            "a/b": {"type": "boolean"},
            "Person": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"$ref": "#/components/schemas/Name"},
                               "age": {"type": "integer"}},
            },
        }
    }
}
PERSON = {"$ref": "#/components/schemas/Person"}
OPEN = {"type": "object", "properties": {"a": {}}, "additionalProperties": True}
EITHER = {"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 3}]}

GOOD = [
    ("a string", "x", {"type": "string"}),
    ("null among types", None, {"type": ["string", "null"]}),
    ("any value", {"a": [1]}, True),
    ("a remark", 1, {"description": "a number", "type": "integer"}),
    ("a reference", {"name": "ann", "age": 3}, PERSON),
    ("a reference with an escape", True, {"$ref": "#/components/schemas/a~1b"}),
    ("an optional property left out", {"name": "ann"}, PERSON),
    ("other properties where they are allowed", {"b": 1}, OPEN),
    ("other properties by schema", {"b": 1}, {"additionalProperties": {"type": "integer"}}),
    ("items", [1, 2], {"type": "array", "items": {"type": "integer"}, "minItems": 2}),
    ("exactly one alternative", 2, EITHER),
    ("any alternative", None, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
    ("all of them", 3, {"allOf": [{"minimum": 1}, {"maximum": 3}]}),
    ("a pattern", "ab", {"pattern": "^a"}),
    ("a time", "2026-11-02T09:14:05Z", {"format": "date-time"}),
    ("a choice", "a", {"enum": ["a", "b"]}),
]

BAD = [
    ("true is no integer", True, {"type": "integer"}, "not integer"),
    ("a fraction is no integer", 1.5, {"type": "integer"}, "not integer"),
    ("null is no string", None, {"type": "string"}, "not string"),
    ("a property is missing", {}, PERSON, "has no name"),
    ("a property has the wrong type", {"name": "ann", "age": "3"}, PERSON, "age is '3'"),
    ("a property that nobody documented", {"name": "ann", "x": 1}, PERSON, "has x"),
    ("other properties of the wrong type", {"b": "c"}, {"additionalProperties": {"type": "null"}},
     "b is"),
    ("a deep mistake", [{"name": ""}], {"items": PERSON}, "[0].name is shorter"),
    ("too long", {"name": "abcdef"}, PERSON, "longer"),
    ("too few items", [], {"minItems": 1}, "fewer"),
    ("too many items", [1, 2], {"maxItems": 1}, "more"),
    ("too small", 0, {"minimum": 1}, "below"),
    ("too large", 9, {"maximum": 8}, "above"),
    ("two alternatives at once", 3, EITHER, "fits 2"),
    ("no alternative", "x", EITHER, "fits none"),
    ("no alternative of any", 1, {"anyOf": [{"type": "string"}, {"type": "null"}]}, "fits no"),
    ("one of all", 4, {"allOf": [{"minimum": 1}, {"maximum": 3}]}, "above"),
    ("another pattern", "ba", {"pattern": "^a"}, "does not match"),
    ("no time", "2026-13-02T09:14:05Z", {"format": "date-time"}, "not a date-time"),
    ("a time without a zone", "2026-11-02T09:14:05", {"format": "date-time"}, "not a date-time"),
    ("no choice", "c", {"enum": ["a", "b"]}, "not one of"),
    ("true is not the choice 1", True, {"enum": [1]}, "not one of"),
]


class TestSchema(unittest.TestCase):
    def setUp(self):
        self.schemas = Schemas(DOCUMENT)

    def test_right_values(self):
        for name, value, schema in GOOD:
            with self.subTest(name):
                self.assertEqual(self.schemas.mistakes(value, schema), [])

    def test_wrong_values(self):
        for name, value, schema, part in BAD:
            with self.subTest(name):
                self.assertIn(part, " ".join(self.schemas.mistakes(value, schema)))

    def test_an_unknown_keyword_is_no_pass(self):
        with self.assertRaises(ValueError):
            self.schemas.mistakes(1, {"multipleOf": 2})


if __name__ == "__main__":
    unittest.main()
