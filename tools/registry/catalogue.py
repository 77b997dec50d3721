"""Know the catalogue's names of providers: the registry's are the same."""

from __future__ import annotations

from functools import cache

from llmkit.providers.catalog import all_rows


@cache
def canonical() -> dict[str, str]:
    """Return the catalogue's name for every name of a provider that it knows."""
    rows = all_rows()
    aliases = {alias: row.name for row in rows for alias in row.aliases}
    return aliases | {row.name: row.name for row in rows}
