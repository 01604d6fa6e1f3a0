"""Checks JSON values against the schemas of the contract (JSON Schema 2020-12, the part it uses).

    Schemas(contract).mistakes(value, {"$ref": "#/components/schemas/Event"})

gives a list of sentences, empty when the value is right. Stricter than JSON Schema where a test has
to be: an object whose properties are listed has no others unless additionalProperties says so,
since a field that nobody documented is a mistake; and a keyword that is not known here is an error,
not a pass.
"""

import re
from datetime import datetime

TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
}

# Say nothing about a value.
REMARKS = {"description", "default", "example", "examples", "summary", "contentMediaType"}


def is_moment(text):
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).tzinfo is not None
    except ValueError:
        return False


FORMATS = {"date-time": is_moment}


def same(a, b):
    """Equal as JSON: true is not 1."""
    return type(a) is type(b) and a == b


class Schemas:
    def __init__(self, document):
        self.document = document
        self.keywords = {
            name[len("_check_"):]: getattr(self, name)
            for name in dir(self) if name.startswith("_check_")
        }

    def resolve(self, node):
        """The node itself, or what its $ref points to."""
        while isinstance(node, dict) and "$ref" in node:
            target = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def mistakes(self, value, schema, where="the answer"):
        if schema is True:
            return []
        schema = self.resolve(schema)
        found = []
        for keyword, wanted in schema.items():
            if keyword in REMARKS:
                continue
            if keyword not in self.keywords:
                raise ValueError(f"the checker does not know the keyword {keyword}")
            found += self.keywords[keyword](value, wanted, schema, where)
        closed = "properties" in schema and "additionalProperties" not in schema
        if closed and isinstance(value, dict):
            found += self._check_additionalProperties(value, False, schema, where)
        return found

    def _check_type(self, value, wanted, _, where):
        names = wanted if isinstance(wanted, list) else [wanted]
        if any(TYPES[name](value) for name in names):
            return []
        return [f"{where} is {value!r}, not {' or '.join(names)}"]

    def _check_enum(self, value, wanted, _, where):
        if any(same(value, choice) for choice in wanted):
            return []
        return [f"{where} is {value!r}, not one of {wanted}"]

    def _check_pattern(self, value, wanted, _, where):
        if not isinstance(value, str) or re.search(wanted, value):
            return []
        return [f"{where} is {value[:200]!r} and does not match {wanted}"]

    def _check_format(self, value, wanted, _, where):
        if not isinstance(value, str) or FORMATS[wanted](value):
            return []
        return [f"{where} is {value!r}, not a {wanted}"]

    def _check_minLength(self, value, wanted, _, where):
        short = isinstance(value, str) and len(value) < wanted
        return [f"{where} is shorter than {wanted}"] if short else []

    def _check_maxLength(self, value, wanted, _, where):
        long = isinstance(value, str) and len(value) > wanted
        return [f"{where} is longer than {wanted}"] if long else []

    def _check_minimum(self, value, wanted, _, where):
        low = TYPES["number"](value) and value < wanted
        return [f"{where} is {value}, below {wanted}"] if low else []

    def _check_maximum(self, value, wanted, _, where):
        high = TYPES["number"](value) and value > wanted
        return [f"{where} is {value}, above {wanted}"] if high else []

    def _check_required(self, value, wanted, _, where):
        if not isinstance(value, dict):
            return []
        return [f"{where} has no {name}" for name in wanted if name not in value]

    def _check_properties(self, value, wanted, _, where):
        if not isinstance(value, dict):
            return []
        return [
            mistake
            for name in wanted if name in value
            for mistake in self.mistakes(value[name], wanted[name], f"{where}.{name}")
        ]

    def _check_additionalProperties(self, value, wanted, schema, where):
        if not isinstance(value, dict):
            return []
        others = [name for name in value if name not in schema.get("properties", {})]
        if wanted is False:
            return [f"{where} has {name}, which the contract does not" for name in others]
        return [m for name in others for m in self.mistakes(value[name], wanted, f"{where}.{name}")]

    def _check_items(self, value, wanted, _, where):
        if not isinstance(value, list):
            return []
        return [
            mistake
            for number, item in enumerate(value)
            for mistake in self.mistakes(item, wanted, f"{where}[{number}]")
        ]

    def _check_minItems(self, value, wanted, _, where):
        few = isinstance(value, list) and len(value) < wanted
        return [f"{where} has {len(value)} items, fewer than {wanted}"] if few else []

    def _check_maxItems(self, value, wanted, _, where):
        many = isinstance(value, list) and len(value) > wanted
        return [f"{where} has {len(value)} items, more than {wanted}"] if many else []

    def _check_oneOf(self, value, wanted, _, where):
        results = [self.mistakes(value, schema, where) for schema in wanted]
        right = results.count([])
        if right == 1:
            return []
        if right > 1:
            return [f"{where} fits {right} of the alternatives, not one"]
        return [f"{where} fits none of the alternatives"] + min(results, key=len)

    def _check_anyOf(self, value, wanted, _, where):
        results = [self.mistakes(value, schema, where) for schema in wanted]
        return [] if [] in results else [f"{where} fits no alternative"] + min(results, key=len)

    def _check_allOf(self, value, wanted, _, where):
        return [mistake for schema in wanted for mistake in self.mistakes(value, schema, where)]
