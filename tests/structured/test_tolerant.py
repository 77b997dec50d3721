"""Only documented repairs; what is missing is never added; the work is bounded."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.structured.fault import Fault
from llmkit.structured.tolerant import found_in
from tests.structured.schemas import VALUES

REPAIRED: list[tuple[str, Any, tuple[str, ...]]] = [
    ('{"a": 1}', {"a": 1}, ()),
    ('\ufeff {"a": 1}\n', {"a": 1}, ()),
    ("3", 3, ()),
    ('Sure!\n```json\n{"a": 1}\n```\nAnything else?', {"a": 1}, ("words around the JSON",)),
    ("```\n[1, 2]\n```", [1, 2], ("words around the JSON",)),
    ("```json\n42\n```", 42, ("words around the JSON",)),
    ('The answer is {"a": [1, {"b": 2}]}.', {"a": [1, {"b": 2}]}, ("words around the JSON",)),
    ('{"a": 1,}', {"a": 1}, ("a comma too many",)),
    ("[1, 2, ]", [1, 2], ("a comma too many",)),
    ("{'a': 'it\\'s \"b\"'}", {"a": 'it\'s "b"'}, ("single quotes",)),
    ('{"a": True, "b": None, "c": False}', {"a": True, "b": None, "c": False}, ("words of another language",)),
    ('{"a": "one\ntwo\t"}', {"a": "one\ntwo\t"}, ("control characters in a string",)),
    ('Use braces {like this}. {"a": 1}', {"a": 1}, ("words around the JSON",)),
    ('First {"a": 1}, better {"a": 2}', {"a": 2}, ("words around the JSON",)),
    ('Not {"a": 1} but\n```json\n{"a": 2}\n```\nand [3]', {"a": 2}, ("words around the JSON",)),
]


@pytest.mark.parametrize(("text", "value", "repairs"), REPAIRED)
def test_what_leaves_no_doubt_is_repaired_and_said(text: str, value: Any, repairs: tuple[str, ...]) -> None:
    found = found_in(text)[0]

    assert (value, repairs) == (found.value, found.repairs)


NOT_JSON = [
    "",
    "no JSON here",
    '{"a": 1',
    '{"a": "cut',
    '{"a": ',
    "[1, 2",
    '{"a" 1}',
    '{"a": 1 "b": 2}',
    "{a: 1}",
    "[1,,2]",
    '{"a": undefined}',
    '{"a": 01}',
    '{"a": 1..2}',
    '{"a": "\\x"}',
    '{"a": "\\\n"}',
    '{"a": NaN}',
    '```json\n{"a": 1\n```',
]


@pytest.mark.parametrize("text", NOT_JSON)
def test_what_is_missing_or_in_doubt_is_not_invented(text: str) -> None:
    with pytest.raises(Fault):
        found_in(text)


@settings(max_examples=40, deadline=None)
@given(VALUES.filter(lambda value: isinstance(value, dict | list)), st.text(alphabet="ab .!\n", max_size=8), st.booleans())
def test_a_value_survives_the_words_around_it(value: Any, words: str, indented: bool) -> None:
    text = json.dumps(value, indent=2 if indented else None, ensure_ascii=False)

    assert value == found_in(f"{words}{text}{words}")[0].value
    assert value == found_in(f"{words}\n```json\n{text}\n```\n{words}")[0].value


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="{}[]\",:'\\ntrue1-.e \n`", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = found_in(text)
    except Fault:
        return
    assert found


@pytest.mark.parametrize(
    "text", ["[" * 50_000, '{"a":' * 20_000, '["' * 30_000, "{'" * 30_000, "```json\n" * 20_000, "{" + '"a":1,' * 40_000]
)
def test_hostile_text_costs_little(text: str) -> None:
    begun = time.process_time()
    with pytest.raises(Fault):
        found_in(text)

    assert time.process_time() - begun < 2
