"""From what a tool returns to what a model is told."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pydantic
import pytest

from llmkit import Image, Text, ToolResult
from llmkit.tools.failures import ToolError, told
from llmkit.tools.results import result_of


@dataclass
class Weather:
    city: str
    degrees: Decimal


class Person(pydantic.BaseModel):
    name: str
    born: datetime.date


PICTURE = Image(data=b"x", media_type="image/png")


@pytest.mark.parametrize(
    ("value", "content", "structured"),
    [
        ("words", (Text(text="words"),), None),
        ("", (Text(text=""),), None),
        (None, (Text(text="null"),), None),
        (5, (Text(text="5"),), None),
        (True, (Text(text="true"),), None),
        ([1, "a"], (Text(text='[1,"a"]'),), None),
        ({"a": {1: "b"}}, (Text(text='{"a":{"1":"b"}}'),), {"a": {"1": "b"}}),
        (Weather("Paris", Decimal("1.50")), (Text(text='{"city":"Paris","degrees":"1.50"}'),), {"city": "Paris", "degrees": "1.50"}),
        (
            Person(name="Ada", born=datetime.date(1815, 12, 10)),
            (Text(text='{"name":"Ada","born":"1815-12-10"}'),),
            {"name": "Ada", "born": "1815-12-10"},
        ),
        ([Person(name="A", born=datetime.date(2000, 1, 1))], (Text(text='[{"name":"A","born":"2000-01-01"}]'),), None),
        (PICTURE, (PICTURE,), None),
        (["look", PICTURE, {"a": 1}], (Text(text="look"), PICTURE, Text(text='{"a":1}')), None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_becomes_parts(value: Any, content: Any, structured: Any) -> None:
    assert ToolResult(id="1", name="f", content=content, structured=structured) == result_of(value, "1", "f")


def test_a_result_keeps_all_but_its_id() -> None:
    given = ToolResult(id="", content=(PICTURE,), is_error=True, structured={"a": 1})

    assert given.replace(id="1", name="f") == result_of(given, "1", "f")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (b"raw", "bytes"),
        ({"a": [bytearray(b"raw")]}, "bytes"),
        ({"a": float("nan")}, "nan"),
        ([float("inf")], "inf"),
        (object(), "object has no JSON form"),
        ({(1, 2): 3}, "not JSON"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_json_cannot_say_is_refused(value: Any, words: str) -> None:
    """A NaN would silently become null, bytes a text that no model can read."""
    with pytest.raises(ToolError, match=words):
        result_of(value, "1", "f")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ToolError("No such city."), "No such city."),
        (ValueError("no"), "ValueError: no"),
        (KeyError(), "KeyError"),
        (ValueError("a\x1b[31mb\x00"), "ValueError: a [31mb"),
        (ValueError("x" * 5000), "ValueError: " + "x" * 2000 + " ..."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_failure_is_told_in_a_few_plain_words(error: Exception, words: str) -> None:
    assert words == told(error)
