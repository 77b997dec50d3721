"""Each API's form of a schema: equal to what its own SDK makes, within its limits, and looser than the whole schema, never other."""

from __future__ import annotations

import copy
from typing import Any, Literal

import pydantic
import pytest
from hypothesis import given, settings

from llmkit.errors import ConfigurationError
from llmkit.structured.compilers import RULES, TooComplex, compile_schema, rules_for
from llmkit.structured.output_type import output_type
from llmkit.structured.validator import fits
from tests.structured.kinds import KINDS
from tests.structured.schemas import SCHEMAS, VALUES


class Inner(pydantic.BaseModel):
    """A part."""

    kind: Literal["a", "b"]
    words: str = pydantic.Field(description="What it says.")


class Other(pydantic.BaseModel):
    number: int | None


class Whole(pydantic.BaseModel):
    size: int = pydantic.Field(gt=1, le=9)
    inner: Inner = pydantic.Field(description="The part.")
    parts: list[Inner] = pydantic.Field(min_length=1)
    either: Inner | Other
    maybe: str | None
    fixed: Literal["x"]


class Tree(pydantic.BaseModel):
    name: str
    children: list[Tree]


class Loose(pydantic.BaseModel):
    name: str
    size: int = 5
    other: Inner | None = None
    code: str = pydantic.Field(default="a", pattern="^[a-z]$", max_length=3)


@pytest.mark.parametrize("model", [Inner, Other, Whole, Tree])
def test_the_strict_form_is_that_of_its_sdk(model: Any) -> None:
    """Where every property is required the two must agree; optional ones the SDK makes required without allowing null."""
    from openai.lib._pydantic import to_strict_json_schema  # costs seconds to import

    ours = compile_schema(output_type(model).schema, RULES["openai_chat"])

    assert to_strict_json_schema(model) == ours.schema
    assert () == ours.losses


def without_words(schema: Any, *, inside: bool = False) -> Any:
    """Leave out descriptions, and the types beside lists of values, which the SDK drops."""
    if isinstance(schema, list):
        return [without_words(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: value for key, value in schema.items() if inside or key != "description"}
    if not inside and ("enum" in kept or "const" in kept):
        kept.pop("type", None)
    return {key: without_words(value, inside=key in ("properties", "$defs")) for key, value in kept.items()}


@pytest.mark.parametrize("model", [Inner, Other, Loose])
def test_the_grammar_form_is_that_of_its_sdk(model: Any) -> None:
    """But for the words of descriptions, and a `null` that a default of the SDK's own keeps out."""
    from anthropic import transform_schema  # costs seconds to import

    ours = compile_schema(model.model_json_schema(), RULES["anthropic"])

    assert without_words(transform_schema(model)) == without_words(ours.schema)


@pytest.mark.parametrize("rules", RULES)
def test_compiling_changes_nothing_that_was_given_and_always_gives_the_same(rules: str) -> None:
    schema = Loose.model_json_schema()
    before = copy.deepcopy(schema)
    first = compile_schema(schema, RULES[rules])

    assert before == schema
    assert repr(first) == repr(compile_schema(copy.deepcopy(schema), RULES[rules]))


@pytest.mark.parametrize("name", ["gemini", "cohere", "open"])
@settings(max_examples=15, deadline=None)
@given(SCHEMAS, VALUES)
def test_what_fits_the_whole_schema_can_be_said_in_the_compiled_one(name: str, schema: dict[str, Any], value: Any) -> None:
    """Only looser: a model that keeps to the compiled schema must be able to give every right answer.

    Forms that know no absent and no further properties are left out: their answers have another shape.
    """
    rules = RULES[name]
    if not fits(value, schema, schema):
        return
    try:
        compiled = compile_schema(schema, rules)
    except TooComplex:
        return
    narrowed = any("taken to be" in loss for loss in compiled.losses)
    assert narrowed or fits(value, compiled.schema, compiled.schema)


@pytest.mark.parametrize("rules", RULES)
def test_right_answers_fit_the_compiled_schema_of_their_type(rules: str) -> None:
    for name, (kind, wire, value) in KINDS.items():
        made = output_type(kind)
        try:
            compiled = compile_schema(made.schema, RULES[rules])
        except TooComplex:
            continue
        told = filled(wire, compiled.schema, compiled.schema) if RULES[rules].all_required else wire
        assert RULES[rules].nullable or fits(told, compiled.schema, compiled.schema), name
        assert value == made.read(told), name


def filled(value: Any, schema: Any, root: Any) -> Any:
    """Return the value as a model must write it where every property is required."""
    schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")] if "$ref" in schema else schema
    for branch in schema.get("anyOf", ()):
        candidate = filled(value, branch, root)
        if fits(candidate, branch, root):
            return candidate
    if isinstance(value, dict):
        return {name: filled(value[name], inner, root) if name in value else None for name, inner in schema.get("properties", {}).items()}
    if isinstance(value, list):
        return [filled(item, schema.get("items", {}), root) for item in value]
    return value


LOSSES: list[tuple[str, dict[str, Any], str]] = [
    ("strict", {"type": "string", "minLength": 2}, "$.a: minLength is not enforced"),
    ("strict", {"type": "string", "format": "uri"}, "$.a: format is not enforced"),
    ("strict", {"oneOf": [{"type": "string"}, {"type": "integer"}]}, "$.a: oneOf became anyOf"),
    ("strict", {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]}, "$.a: the order of its items is not enforced"),
    (
        "strict",
        {"type": "object", "properties": {"b": {"type": "null"}}, "additionalProperties": True},
        "$.a: further properties are not possible",
    ),
    ("strict_small", {"type": "string", "pattern": "^a"}, "$.a: pattern is not enforced"),
    ("anthropic", {"type": "array", "items": {"type": "string"}, "minItems": 2}, "$.a: minItems is not enforced"),
    ("anthropic", {"type": "integer", "minimum": 2}, "$.a: minimum is not enforced"),
    ("gemini", {"const": True}, "$.a: the allowed values are not enforced"),
    ("gemini", {"type": "string", "pattern": "^a"}, "$.a: pattern is not enforced"),
    ("cohere", {"type": "integer", "minimum": 2}, "$.a: minimum is not enforced"),
    ("openapi", {"type": "integer", "multipleOf": 2}, "$.a: multipleOf is not enforced"),
]


@pytest.mark.parametrize(("rules", "inner", "loss"), LOSSES)
def test_each_loss_is_named_with_its_place(rules: str, inner: dict[str, Any], loss: str) -> None:
    schema = {"type": "object", "properties": {"a": inner}, "required": ["a"]}

    assert (loss,) == compile_schema(schema, RULES[rules]).losses


def wide(count: int, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {f"p{place}": {"type": "string"} for place in range(count)}, **more}


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "properties": {"x": {"type": "string"}}, "required": ["x"]}
    for _ in range(depth - 1):
        schema = {"type": "object", "properties": {"x": schema}, "required": ["x"]}
    return schema


def unions(count: int) -> dict[str, Any]:
    either = {"anyOf": [{"type": "string"}, {"type": "integer"}]}
    names = [f"p{place}" for place in range(count)]
    return {"type": "object", "properties": dict.fromkeys(names, either), "required": names}


def values(count: int) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": {"enum": list(range(count))}}}


BEYOND: list[tuple[str, dict[str, Any], dict[str, Any] | None, str]] = [
    ("anthropic", wide(25), wide(24), "25 optional properties"),
    ("anthropic", unions(17), unions(16), "17 properties with alternatives"),
    ("anthropic", Tree.model_json_schema(), Whole.model_json_schema(), "refers to itself"),
    ("strict", nested(11), nested(10), "11 levels"),
    ("strict", values(1001), values(1000), "1001 values"),
    ("strict", {"type": "object", "properties": {"a": {}}}, None, "may be anything"),
    ("strict", {"type": "object", "additionalProperties": {"type": "string"}}, None, "free names"),
    ("strict", {"type": "object", "properties": {"a": False}}, None, "may be nothing"),
    ("strict", {"type": "object", "properties": {"a": {"allOf": [{"type": "string"}, {"type": "integer"}]}}}, None, "combines"),
    ("strict_small", wide(501), wide(20), "501 properties"),
    ("cohere", wide(2), wide(2, required=["p0"]), "no required property"),
    ("openapi", Tree.model_json_schema(), Whole.model_json_schema(), "refers to itself"),
]


@pytest.mark.parametrize(("rules", "beyond", "within", "words"), BEYOND)
def test_a_limit_is_kept_to_the_last(rules: str, beyond: dict[str, Any], within: dict[str, Any] | None, words: str) -> None:
    with pytest.raises(TooComplex, match=words):
        compile_schema(beyond, RULES[rules])
    if within is not None:
        compile_schema(within, RULES[rules])


def test_optional_becomes_nullable_and_words_stay_outside() -> None:
    compiled = compile_schema(Loose.model_json_schema(), RULES["strict"]).schema

    assert ["name", "size", "other", "code"] == compiled["required"]
    assert {"title": "Size", "description": "(default: 5)", "anyOf": [{"type": "integer"}, {"type": "null"}]} == compiled["properties"][
        "size"
    ]
    assert [{"$ref": "#/$defs/Inner"}, {"type": "null"}] == compiled["properties"]["other"]["anyOf"]
    assert "maxLength: 3" in compiled["properties"]["code"]["description"]


def test_the_older_subset_says_null_and_parts_in_its_own_way() -> None:
    compiled = compile_schema(Loose.model_json_schema(), RULES["openapi"]).schema

    assert "$ref" not in str(compiled)
    assert "$defs" not in compiled
    assert ("object", True) == (compiled["properties"]["other"]["type"], compiled["properties"]["other"]["nullable"])


def test_unknown_rules_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="nonsense"):
        rules_for("nonsense", "openai_chat")
    assert RULES["strict"] is rules_for("", "a dialect of tomorrow")
