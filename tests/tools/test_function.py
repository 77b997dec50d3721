"""From a signature to a schema, and from a model's arguments to values."""

from __future__ import annotations

import datetime
import enum
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import attrs
import msgspec
import pydantic
import pytest

from llmkit import FunctionTool, Tool, ToolBuilder, ToolContext, ToolError, tool
from llmkit.errors import InvalidRequest
from llmkit.types.parts import ToolCall

CONTEXT = ToolContext(call=ToolCall(id="1", name="f"))


class Unit(enum.Enum):
    C = "celsius"
    F = "fahrenheit"


@dataclass
class Point:
    x: int
    y: float = 0


class Filter(TypedDict):
    title: NotRequired[str]
    limit: int


class Node(msgspec.Struct):
    name: str
    children: list[Node] = []


@attrs.define
class Range:
    low: int
    high: int


class Person(pydantic.BaseModel):
    name: str = pydantic.Field(description="Who.", min_length=1)
    title: str | None = None


def schema_of(annotation: Any) -> dict[str, Any]:
    def function(value): ...

    function.__annotations__ = {"value": annotation}
    schema: dict[str, Any] = tool(function).tool.parameters
    return schema["properties"]["value"] if "$defs" not in schema else schema


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        (str, {"type": "string"}),
        (int, {"type": "integer"}),
        (float, {"type": "number"}),
        (bool, {"type": "boolean"}),
        (Any, {}),
        (list[int], {"type": "array", "items": {"type": "integer"}}),
        (dict[str, int], {"type": "object", "additionalProperties": {"type": "integer"}}),
        (str | None, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        (Literal["a", "b"], {"type": "string", "enum": ["a", "b"]}),
        (Unit, {"type": "string", "enum": ["celsius", "fahrenheit"]}),
        (datetime.date, {"type": "string", "format": "date"}),
        (Annotated[int, msgspec.Meta(ge=1)], {"type": "integer", "minimum": 1}),
        (
            Point,
            {"type": "object", "properties": {"x": {"type": "integer"}, "y": {"type": "number", "default": 0}}, "required": ["x"]},
        ),
        (Filter, {"type": "object", "properties": {"limit": {"type": "integer"}, "title": {"type": "string"}}, "required": ["limit"]}),
        (Range, {"type": "object", "properties": {"low": {"type": "integer"}, "high": {"type": "integer"}}, "required": ["low", "high"]}),
        (
            list[Person],
            {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "name": {"description": "Who.", "minLength": 1, "type": "string"},
                        "title": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
                    },
                    "required": ["name"],
                },
            },
        ),
    ],
    ids=str,
)
def test_a_type_becomes_a_schema_without_references(annotation: Any, schema: dict[str, Any]) -> None:
    """Several APIs do not read `$ref`; a `title` that repeats the name costs tokens."""
    assert schema == schema_of(annotation)


def test_a_type_that_contains_itself_keeps_its_reference() -> None:
    schema = schema_of(Node)

    assert {"$ref": "#/$defs/Node"} == schema["properties"]["value"]
    assert {"$ref": "#/$defs/Node"} == schema["$defs"]["Node"]["properties"]["children"]["items"]


GOOGLE = """Tell the weather.

    It is never sure.

    Args:
        city: The city,
            in English.
        days (int): How many days.

    Returns:
        Words.
    """
NUMPY = """Tell the weather.

    It is never sure.

    Parameters
    ----------
    city : str
        The city,
        in English.
    days : int, optional
        How many days.

    Returns
    -------
    str
        Words.
    """
REST = """Tell the weather.

    It is never sure.

    :param city: The city,
        in English.
    :param int days: How many days.
    :returns: Words.
    """


@pytest.mark.parametrize("docstring", [GOOGLE, NUMPY, REST], ids=["Google", "NumPy", "reST"])
def test_the_docstring_describes_the_tool_and_its_parameters(docstring: str) -> None:
    def weather(city: str, days: int = 1) -> str:
        return city * days

    weather.__doc__ = docstring

    made = tool(weather).tool

    assert (
        Tool(
            name="weather",
            description="Tell the weather.\n\nIt is never sure.",
            parameters={
                "type": "object",
                "properties": {
                    "city": {"type": "string", "description": "The city, in English."},
                    "days": {"type": "integer", "description": "How many days.", "default": 1},
                },
                "required": ["city"],
                "additionalProperties": False,
            },
        )
        == made
    )


def test_an_annotation_describes_a_parameter_before_the_docstring_does() -> None:
    @tool
    def look(place: Annotated[str, "Where."], what: Annotated[int, pydantic.Field(description="What.", ge=1)], who: str) -> None:
        """Look.

        Args:
            place: Somewhere.
            who: Somebody.
        """

    found = {name: rule.get("description") for name, rule in look.tool.parameters["properties"].items()}
    assert {"place": "Where.", "what": "What.", "who": "Somebody."} == found


def test_types_that_live_inside_a_function_are_found() -> None:
    """`from __future__ import annotations` turns them into text that no module can resolve."""

    @dataclass
    class Local:
        value: int

    @tool
    def take(one: Local) -> int:
        return one.value

    assert 3 == take.bind({"one": {"value": 3}}, CONTEXT)()


def test_settings_of_the_decorator_are_sent() -> None:
    @tool(name="find", description="Find it.", strict=True, options={"anthropic": {"defer_loading": True}})
    def search(words: str) -> str:
        """Never seen."""
        return words

    made = search.tool
    expected = ("find", "Find it.", True, {"anthropic": {"defer_loading": True}})
    assert expected == (made.name, made.description, made.strict, made.options)


def test_a_tool_is_still_the_function() -> None:
    @tool
    def add(a: int, b: int = 2) -> int:
        """Add."""
        return a + b

    assert (3, 5, "add", "Add.") == (add(1), add(1, b=4), add.__name__, add.__doc__)


def test_values_are_converted_before_the_call() -> None:
    @tool
    def take(
        count: int,
        unit: Unit,
        point: Point,
        filter: Filter,
        range: Range,
        person: Person,
        tree: Node,
        when: datetime.date | None = None,
        word: str = "none",
    ) -> tuple[Any, ...]:
        return (count, unit, point, filter, range, person, tree, when, word)

    call = take.bind(
        {
            "count": "5",
            "unit": "celsius",
            "point": {"x": 1, "y": 2},
            "filter": {"limit": 3},
            "range": {"low": 1, "high": 2},
            "person": {"name": "Ada"},
            "tree": {"name": "a", "children": [{"name": "b"}]},
            "when": "2026-11-22",
        },
        CONTEXT,
    )

    tree = Node(name="a", children=[Node(name="b")])
    expected = (5, Unit.C, Point(1, 2.0), {"limit": 3}, Range(1, 2), Person(name="Ada"), tree, datetime.date(2026, 11, 22), "none")
    assert expected == call()


def test_every_problem_with_the_arguments_is_told_at_once() -> None:
    """One round trip mends them all."""

    @tool
    def take(count: int, unit: Unit, person: Person, point: Point) -> None: ...

    with pytest.raises(ToolError) as caught:
        take.bind({"count": "many", "unit": "kelvin", "person": {"name": ""}, "other": 1}, CONTEXT)

    assert (
        "Invalid arguments: count: Expected int, got str; unit: Invalid enum value 'kelvin'; "
        "person: name String should have at least 1 character; point is missing; other is not a parameter."
    ) == str(caught.value)


def test_the_context_is_filled_in_and_not_shown() -> None:
    @tool
    def who(context: ToolContext, word: str = "x") -> Any:
        return context.call.id, word

    assert ["word"] == list(who.tool.parameters["properties"])
    assert ("1", "y") == who.bind({"word": "y"}, CONTEXT)()


def test_a_method_is_a_tool_of_its_object() -> None:
    class Counter:
        def __init__(self, start: int) -> None:
            self.value = start

        @tool
        def add(self, by: int) -> int:
            """Count."""
            self.value += by
            return self.value

    one, two = Counter(1), Counter(10)

    assert (3, 13) == (one.add.bind({"by": 2}, CONTEXT)(), two.add.bind({"by": 3}, CONTEXT)())
    assert ["by"] == list(one.add.tool.parameters["properties"])
    assert 5 == tool(one.add.function).bind({"by": 2}, CONTEXT)()


def _many(*values: int) -> None: ...
def _positional(value: int, /) -> None: ...
def _any_name(**values: int) -> None: ...
def _unknown(value: Nowhere) -> None: ...  # type: ignore[name-defined] # noqa: F821 - that is the case
def _foreign(value: pytest.Item) -> None: ...


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (_many, "any number of values"),
        (_positional, "positional-only"),
        (_any_name, "any name"),
        (_unknown, "'Nowhere' is not defined"),
        (_foreign, "JSON Schema cannot say"),
        (lambda value: value, "lambda"),
        (5, "must be a function"),
    ],
)
def test_what_a_model_cannot_fill_in_is_refused_with_the_reason(function: Any, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        tool(function)


@pytest.mark.parametrize("name", ["", "with space", "a" * 65, "ü", "a.b"])
def test_a_name_that_apis_refuse_is_refused_here(name: str) -> None:
    with pytest.raises(InvalidRequest, match="no name for a tool"):
        FunctionTool.of(Tool(name=name), print)


def test_a_tool_is_written_by_hand() -> None:
    made = (
        ToolBuilder("order")
        .describe("Order it.")
        .parameter("item", str, "What.", maxLength=20)
        .parameter("point", Point)
        .parameter("count", {"type": "integer", "minimum": 1}, default=1)
        .strict()
        .cache("1h")
        .option("anthropic", defer_loading=True)
        .build(lambda item, point, count=1: f"{count} {item} {point['x']}", needs_approval=True, timeout=3)
    )

    assert {
        "type": "object",
        "properties": {
            "item": {"type": "string", "description": "What.", "maxLength": 20},
            "point": schema_of(Point),
            "count": {"type": "integer", "minimum": 1, "default": 1},
        },
        "required": ["item", "point"],
        "additionalProperties": False,
    } == made.tool.parameters
    assert (True, "1h", {"anthropic": {"defer_loading": True}}) == (
        made.tool.strict,
        made.tool.cache and made.tool.cache.ttl,
        made.tool.options,
    )
    assert "1 tea 5" == made.bind({"item": "tea", "point": {"x": 5}}, CONTEXT)()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "item is missing"),
        ({"item": 5}, "item must be of type string"),
        ({"item": "a", "size": "XXL"}, "size must be one of S, M"),
        ({"item": "a", "count": True}, "count must be of type integer or null"),
        ({"item": "a", "count": 1.5}, "count must be of type"),
        ({"item": "a", "more": 1}, "more is not a parameter"),
    ],
)
def test_arguments_are_checked_against_a_schema_by_hand(arguments: dict[str, Any], words: str) -> None:
    schema = {
        "type": "object",
        "properties": {"item": {"type": "string"}, "size": {"type": "string", "enum": ["S", "M"]}, "count": {"type": ["integer", "null"]}},
        "required": ["item"],
        "additionalProperties": False,
    }
    made = FunctionTool.of(Tool(name="order", parameters=schema), lambda **given: given)

    with pytest.raises(ToolError, match=words):
        made.bind(arguments, CONTEXT)
    assert {"item": "a", "count": 2.0} == made.bind({"item": "a", "count": 2.0}, CONTEXT)()
