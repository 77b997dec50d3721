"""The validator agrees with the reference implementation, and its work is bounded."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

from llmkit.structured.fault import Fault
from llmkit.structured.schema_check import check_schema
from llmkit.structured.validator import fits, validate
from tests.structured.schemas import SCHEMAS, VALUES


@settings(max_examples=40, deadline=None)
@given(SCHEMAS, VALUES)
def test_the_verdict_is_that_of_the_reference_implementation(schema: dict[str, Any], value: Any) -> None:
    check_schema(schema)

    assert jsonschema.Draft202012Validator(schema).is_valid(value) == fits(value, schema, schema)


CASES: list[tuple[Any, Any, str]] = [
    ({"type": "integer"}, True, "$"),
    ({"type": "integer"}, 1.5, "$"),
    ({"enum": [1]}, True, "$"),
    ({"const": {"a": [0]}}, {"a": [False]}, "$"),
    ({"uniqueItems": True}, [{"a": 1}, {"a": 1.0}], "$"),
    ({"properties": {"a": {"items": {"type": "string"}}}}, {"a": ["x", 1]}, "$.a[1]"),
    ({"multipleOf": 0.1}, 0.35, "$"),
    ({"additionalProperties": False}, {"b": 1}, "$"),
    ({"$ref": "#/$defs/n", "$defs": {"n": {"minimum": 3}}}, 2, "$"),
]


@pytest.mark.parametrize(("schema", "value", "path"), CASES)
def test_a_fault_has_its_place(schema: Any, value: Any, path: str) -> None:
    with pytest.raises(Fault) as caught:
        validate(value, schema, schema)

    assert path == caught.value.path


@pytest.mark.parametrize(
    ("schema", "value"), [({"type": "integer"}, 1.0), ({"multipleOf": 0.1}, 0.3), ({"enum": [1.0]}, 1), ({"format": "email"}, "x")]
)
def test_what_the_standard_calls_valid_is_valid(schema: Any, value: Any) -> None:
    validate(value, schema, schema)


def deep(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"$ref": "#"}, 1),
        ({"items": {"$ref": "#"}}, deep(500)),
        ({"anyOf": [{"$ref": "#"}, {"$ref": "#"}]}, 1),
        ({"anyOf": [{"items": {"$ref": "#"}, "type": "array"}, {"items": {"$ref": "#"}, "minItems": 9}], "minItems": 1}, deep(90)),
    ],
)
def test_an_endless_check_ends(schema: Any, value: Any) -> None:
    with pytest.raises(Fault):
        validate(value, schema, schema)


def test_a_schema_too_deep_is_refused() -> None:
    schema: dict[str, Any] = {}
    for _ in range(200):
        schema = {"items": schema}

    with pytest.raises(Fault, match="too deep"):
        check_schema(schema)
