"""All rows of the catalogue, for tests."""

from __future__ import annotations

from llmkit.providers.catalog import all_rows

ROWS = all_rows()
PROVIDERS = {row.name: row for row in ROWS}
