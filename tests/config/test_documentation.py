"""The files that the documentation shows are read, and the page about the file knows every table."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from llmkit.config.reading import read_content
from llmkit.config.recipes import RECIPES
from llmkit.config.stores import STORES
from llmkit.config.top import top_table
from llmkit.providers.registry import Providers

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCKS = [
    (page.name, text) for page in sorted(DOCS.glob("*.md")) for text in re.findall(r"^```toml\n(.*?)^```", page.read_text(), re.M | re.S)
]
PAGE = (DOCS / "configuration.md").read_text()


@pytest.mark.parametrize(("page", "text"), BLOCKS, ids=[f"{page}-{number}" for number, (page, _) in enumerate(BLOCKS)])
def test_every_file_in_the_documentation_is_right(page: str, text: str) -> None:
    reading = read_content(DOCS / "c.toml", text, tomllib.loads(text), Providers().rows, {})

    assert [] == [str(mistake) for mistake in reading.mistakes]


def test_the_page_knows_every_layer_and_setting() -> None:
    named = set(re.findall(r"`(\w+)`", PAGE)) | set(re.findall(r"^(?:\[?\[layers\.)?(\w+)", PAGE, re.M))

    assert set(RECIPES) <= named
    assert set(top_table().fields) - {"providers", "routes", "mcp", "models_url", "layers"} <= named


def test_the_page_says_which_layers_keep_their_state_where() -> None:
    """In the table of places: the layer behind each place that the code has for its store."""
    owners = {
        "CircuitStore": "breaker",
        "RateStore": "ratelimit",
        "CacheStore": "cache",
        "FlightStore": "singleflight",
        "Ledger": "budgets",
        "Sink": "meter",
    }
    rows = {
        kind: next(line for line in PAGE.splitlines() if line.startswith(f'| `"{kind}'))
        for kind in ("memory", "sqlite", "jsonl", "otel", "redis")
    }

    missing = [(name, kind) for name, owner in owners.items() for kind in STORES[name] if f"`{owner}`" not in rows[kind]]
    assert [] == missing
