"""Our addresses against facts that others collected."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from llmkit.providers.provider import Provider
from tests.providers.original import FACTS
from tests.rows import ROWS

# Rows whose address is another than the one in the collection, and why.
OTHERWISE = {
    "assemblyai": "its gateway for language models stands beside its speech API",
    "aws-polly": "the version is part of the path",
    "bytez": "the collection has the bare host",
    "fastchat": "the collection has the port of a worker; the API server's is 8000",
    "jina": "its chat API stands beside its embeddings",
    "merge-gateway": "the collection has the address of one vendor's own kit; OpenAI's format is beside it (docs.merge.dev, 2026-11)",
    "ollama": "its own format is spoken, at the root",
    "ollama-cloud": "its own format is spoken, at the root",
    "perplexity": "the version is part of the address here and of the path there",
    "predibase": "the model is part of the path",
    "salad-cloud": "the collection has the address of the cloud's own API (docs.salad.com, 2026-05)",
    "sap-ai-core": "the host is a setting",
    "speechmatics": "the host is that of a region",
    "vertex": "the version and the place are spelled otherwise",
}


def test_the_addresses_are_those_of_an_independent_collection() -> None:
    """A typing error in an address would send a key to a stranger."""
    entries = {entry["id"]: entry for entry in facts()}
    other: dict[str, Any] = {}
    checked = 0
    for row in ROWS:
        entry = next((entries[name] for name in (row.name, *row.aliases) if name in entries), None)
        if entry is None or row.name in OTHERWISE or row.engine != "http":
            continue
        known = {plain(url) for url in (entry.get("base_url", ""), *(url for urls in entry.get("base_urls", {}).values() for url in urls))}
        checked += 1
        if not any(matches(row, url) for url in known):
            other[row.name] = (row.base_url, sorted(known))

    assert {} == other
    assert checked > 290


def matches(row: Provider, url: str) -> bool:
    """Tell whether two addresses are one, whatever their settings are called and with or without a version at the end."""
    return any(ours == url or ours.removesuffix("/v1") == url for ours in spellings(row))


def spellings(row: Provider) -> set[str]:
    """Return the row's address as it stands, and with one default after the other filled in."""
    text = row.base_url
    found = {plain(text)}
    for setting in reversed(row.settings):
        if setting.default and f"{{{setting.name}}}" in text:
            text = text.replace(f"{{{setting.name}}}", setting.default)
            found.add(plain(text))
    return found


def plain(url: str) -> str:
    """Return an address with `*` for every setting."""
    return re.sub(r"(\$?\{[^}]*\})(\.databricks\.com)?", "*", url.replace("localhost", "127.0.0.1")).rstrip("/")


def facts() -> list[dict[str, Any]]:
    if not FACTS.is_file():
        pytest.skip("The facts about providers are not beside this checkout.")
    return json.loads(FACTS.read_text(encoding="utf-8"))
