"""The arguments of tool calls, as models write them."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit.dialects.arguments import arguments_json, tool_call
from llmkit.types.parts import InvalidToolCall, ToolCall

GOOD: dict[str, dict[str, Any]] = {
    "": {},
    "  \n": {},
    "{}": {},
    '{"a": 1}': {"a": 1},
    '{"a": {"b": [1.5, null, "é\\u00e9"]}}': {"a": {"b": [1.5, None, "éé"]}},
    '{"n": 123456789012345678901234567890}': {"n": 123456789012345678901234567890},
}
BAD = [
    "null",
    "[]",
    "1",
    '"{}"',
    "{",
    '{"a": 1',
    '{"a": 1} x',
    "{'a': 1}",
    '{"a": NaN}',
    '{"a": "\\ud800"}',
    "\ud800",
    "[" * 100_000,
    "true",
]


@pytest.mark.parametrize("text", GOOD)
def test_an_object_is_parsed_and_its_spelling_kept(text: str) -> None:
    assert ToolCall(id="i", name="n", arguments=GOOD[text], json=text) == tool_call("i", "n", text)


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_anything_else_is_an_invalid_call_with_the_text_and_a_reason(text: str) -> None:
    call = tool_call("i", "n", text)

    assert isinstance(call, InvalidToolCall)
    assert (text, True) == (call.json, bool(call.error))


def test_the_models_spelling_goes_out_again_until_the_arguments_are_changed() -> None:
    """Whoever edits arguments, a redaction say, must not see the old ones sent."""
    call = tool_call("i", "n", '{ "a" : 1 }')
    assert isinstance(call, ToolCall)

    assert '{ "a" : 1 }' == arguments_json(call)
    assert '{"a":2}' == arguments_json(call.replace(arguments={"a": 2}))
    assert '{"b":1}' == arguments_json(ToolCall(id="i", name="n", arguments={"b": 1}))
    assert "{" == arguments_json(tool_call("i", "n", "{"))
