"""`-o key=value` becomes the typed options of a completion."""

from __future__ import annotations

from typing import Any, get_type_hints

import pytest

from llmkit.cli.options import option_names, parse_options, schema_output
from llmkit.errors import InvalidRequest
from llmkit.types.http import Timeouts
from llmkit.types.requests import CompletionOptions, ReasoningOptions

VALUES: dict[str, tuple[str, Any]] = {
    "temperature=0.2": ("temperature", 0.2),
    "temperature=1": ("temperature", 1.0),
    "max_tokens=5": ("max_tokens", 5),
    "max-tokens=5": ("max_tokens", 5),
    "stop=###": ("stop", "###"),
    "stop=5": ("stop", "5"),
    "stop=a,b": ("stop", "a,b"),
    'stop=["a","b"]': ("stop", ["a", "b"]),
    "cache=true": ("cache", True),
    "cache=5m": ("cache", "5m"),
    "logprobs=yes": ("logprobs", True),
    "store=off": ("store", False),
    "reasoning=high": ("reasoning", "high"),
    "reasoning=2048": ("reasoning", 2048),
    'reasoning={"effort":"low"}': ("reasoning", ReasoningOptions(effort="low")),
    "timeout=5": ("timeout", 5.0),
    'timeout={"total":3}': ("timeout", Timeouts(total=3.0)),
    "modalities=text, audio": ("modalities", ["text", "audio"]),
    "user=123": ("user", "123"),
    "user=a=b": ("user", "a=b"),
    'tools=[{"name":"x"}]': ("tools", [{"name": "x"}]),
    "tool_choice=auto": ("tool_choice", "auto"),
    'metadata={"a":"b"}': ("metadata", {"a": "b"}),
    'output={"kind":"json_object"}': ("output", {"kind": "json_object"}),
}
WRONG = {
    "temprature=1": "Did you mean temperature?",
    "maxtokens=1": "Did you mean max_tokens",
    "zzzz=1": "There are cache",
    "temperature=hot": "is not a number",
    "temperature=nan": "is not a number",
    "temperature=Infinity": "is not a number",
    "temperature=1e999": "is not a number",
    "n=1.5": "is not a whole number",
    "on_unsupported=foo": "is not one of warn, error, drop",
    "temperature": "is not of the form key=value",
    "system=x": "has its own flag: -s",
    "user=\udcff": "is not UTF-8",
    'extra_headers={"Authorization":"x"}': "cannot be given on a command line",
}


@pytest.mark.parametrize(("pair", "expected"), VALUES.items(), ids=VALUES.keys())
def test_a_value_gets_the_type_of_its_option(pair: str, expected: tuple[str, Any]) -> None:
    name, value = expected

    assert parse_options([pair]) == {name: value}
    assert type(parse_options([pair])[name]) is type(value)


@pytest.mark.parametrize(("pair", "words"), WRONG.items(), ids=[ascii(pair) for pair in WRONG])
def test_what_is_wrong_is_named_with_its_remedy(pair: str, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        parse_options([pair])


def test_every_option_of_the_client_is_an_option_of_the_command_line() -> None:
    """Two are left out on purpose: one has a flag, the other may hold a credential."""
    assert set(option_names()) == set(get_type_hints(CompletionOptions)) - {"system", "extra_headers"}


def test_the_last_of_two_equal_keys_wins() -> None:
    assert parse_options(["n=1", "n=2"]) == {"n": 2}


def test_a_schema_file_asks_for_json_that_fits_it() -> None:
    schema = b'{"type": "object", "properties": {"b": {}, "a": {}}}'

    output = schema_output(schema, "my schema.v2")

    assert output["kind"] == "json_schema"
    assert list(output["schema"]["properties"]) == ["b", "a"]
    assert output["name"] == "my_schema_v2"


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'"x"', b"\xff\xfe"])
def test_a_schema_that_is_not_a_json_object_is_refused(text: bytes) -> None:
    with pytest.raises(InvalidRequest, match="not a JSON Schema"):
        schema_output(text, "x")
