"""The JSON Schema and the reader are one source: they take the same files and refuse the same."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from llmkit.config.reading import Reading, read_content
from llmkit.config.schema import json_schema
from llmkit.providers.registry import Providers
from tests.config.examples import EXAMPLES

KNOWN = Providers().rows
SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
OPEN = ("providers", "routes", "mcp", "headers", "settings", "where", "topics", "files")
"""Tables whose keys are the user's own."""


def read(content: dict[str, Any]) -> Reading:
    return read_content(Path("/home/me/c.toml"), "", content, KNOWN, {})


def nodes(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Return the path of everything in `value`, but of nothing inside an MCP server, whose further options its library reads."""
    if path:
        yield path
    if path[:1] == ("mcp",) and len(path) >= 2:
        return
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from nodes(item, (*path, key))


def at(content: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        content = content[key]
    return content


CASES = [(name, path) for name, text in EXAMPLES.items() for path in nodes(tomllib.loads(text))]


def test_it_is_a_schema_of_draft_2020_12() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    assert "https://json-schema.org/draft/2020-12/schema" == SCHEMA["$schema"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_is_right_is_right_for_both(name: str) -> None:
    content = tomllib.loads(EXAMPLES[name])

    assert [] == [error.message for error in VALIDATOR.iter_errors(content)]
    assert () == read(content).mistakes


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_value_of_another_type_is_wrong_for_both(name: str) -> None:
    whole = tomllib.loads(EXAMPLES[name])
    taken = []
    for path in [path for of, path in CASES if of == name]:
        content = copy.deepcopy(whole)
        wrong: Any = [[[]]] if isinstance(at(content, path), dict) else {"nonsense": {}}
        at(content, path[:-1])[path[-1]] = wrong
        taken += [(path, "schema")] if VALIDATOR.is_valid(content) else []
        taken += [(path, "reader")] if not read(content).mistakes else []

    assert [] == taken


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_unknown_key_is_wrong_for_both(name: str) -> None:
    whole = tomllib.loads(EXAMPLES[name])
    taken = []
    tables = [path for of, path in CASES if of == name and isinstance(at(whole, path), dict) and path[-1] not in OPEN]
    for path in [(), *tables]:
        content = copy.deepcopy(whole)
        at(content, path)["nonsense"] = 1
        taken += [(path, "schema")] if VALIDATOR.is_valid(content) else []
        taken += [(path, "reader")] if not any(".nonsense" in f".{mistake.path}" for mistake in read(content).mistakes) else []

    assert [] == taken


def test_each_layer_has_a_place_in_it() -> None:
    from llmkit.config.recipes import RECIPES

    assert set(RECIPES) == set(SCHEMA["properties"]["layers"]["properties"])
