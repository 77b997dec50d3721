"""From a type to a schema with an object at its root, and back from what models write."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

import annotated_types
import msgspec
import pytest
from hypothesis import given, settings

from llmkit.errors import InvalidRequest
from llmkit.structured.fault import Fault
from llmkit.structured.fitting import fitted
from llmkit.structured.output_type import output_type
from llmkit.structured.type_sources import foreign_constraint
from llmkit.structured.validator import fits
from tests.structured.kinds import KINDS
from tests.structured.schemas import SCHEMAS, VALUES


@dataclasses.dataclass
class Node:
    name: str
    weight: int = 1
    children: list[Node] = dataclasses.field(default_factory=list)


class Leaf(msgspec.Struct):
    x: int


class Root(msgspec.Struct):
    leaf: Leaf


@dataclasses.dataclass
class Constrained:
    size: Annotated[int, annotated_types.Gt(0)]


@pytest.mark.parametrize("name", KINDS)
def test_the_root_is_an_object_and_the_answer_fits_the_schema(name: str) -> None:
    kind, wire, _ = KINDS[name]
    made = output_type(kind)

    assert "object" == made.schema["type"]
    assert fits(wire, made.schema, made.schema)


@pytest.mark.parametrize("name", [name for name, (_, wire, _) in KINDS.items() if list(wire) == ["value"]])
def test_an_answer_without_the_wrapping_is_understood(name: str) -> None:
    """Models that are asked in words leave it out."""
    kind, wire, value = KINDS[name]

    assert value == output_type(kind).read(wire["value"])


def test_null_for_an_optional_property_is_its_absence_where_null_is_not_allowed() -> None:
    """Strict schemas know no absent property."""
    read = output_type(Node).read({"name": "a", "weight": None, "children": [{"name": "b", "weight": 2.0, "children": None}]})

    assert Node("a", 1, [Node("b", 2)]) == read


def test_null_stays_where_it_is_allowed() -> None:
    schema = {"type": "object", "properties": {"a": {"type": ["string", "null"]}, "b": {"type": "integer"}}}

    assert {"a": None} == output_type(schema).read({"a": None, "b": None})


def test_null_for_a_required_property_stays_wrong() -> None:
    with pytest.raises(Fault, match="name"):
        output_type(Node).read({"name": None})


@settings(max_examples=15, deadline=None)
@given(SCHEMAS, VALUES)
def test_what_fits_is_never_edited_out_of_fit(schema: dict[str, Any], value: Any) -> None:
    """`fitted` is asked only where a value does not fit; it must not be able to do harm."""
    made = fitted(value, {"type": "object", "properties": {"a": schema}}, schema)

    assert isinstance(made, type(value)) or (isinstance(value, float) and isinstance(made, int))


def test_references_survive_the_wrapping() -> None:
    schema = {
        "type": "array",
        "items": {"anyOf": [{"type": "integer"}, {"$ref": "#"}, {"$ref": "#/$defs/x"}]},
        "$defs": {"x": {"const": "x"}},
    }
    made = output_type(schema)

    assert fits({"value": [1, [2, "x"]]}, made.schema, made.schema)
    assert not fits({"value": [1, ["y"]]}, made.schema, made.schema)
    assert [1, [2, "x"]] == made.read({"value": [1, [2, "x"]]})


def test_definitions_that_nothing_needs_are_left_out() -> None:
    assert ["Leaf"] == list(output_type(Root).schema["$defs"])
    assert "$defs" not in output_type(Leaf).schema


def test_a_constraint_that_nobody_would_check_is_refused() -> None:
    assert "Gt(gt=0)" in (foreign_constraint(Constrained) or "")
    with pytest.raises(Fault):
        output_type(Constrained).read({"size": 0})  # pydantic is loaded here, and reads it


@pytest.mark.parametrize("kind", [list[type], dict[str, complex], Any.__class__])
def test_what_is_no_type_of_json_is_refused(kind: Any) -> None:
    with pytest.raises(InvalidRequest):
        output_type(kind)


@pytest.mark.parametrize("kind", [{"enum": [1]}, {"uniqueItems": True}, Node, KINDS["pydantic"][0]])
def test_an_answer_too_deep_is_a_fault_and_no_crash(kind: Any) -> None:
    deep: Any = []
    for _ in range(5_000):
        deep = [deep]

    with pytest.raises(Fault):
        output_type(kind).read({"name": deep, "price": deep})
        output_type(kind).read([deep, deep])


def test_names_are_what_the_wire_takes() -> None:
    assert ["Node", "output", "A_title"] == [output_type(kind).name for kind in (Node, list[Node], {"type": "object", "title": "A title!"})]
