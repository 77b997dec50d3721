"""One stand for all."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from llmkit.providers.catalog import ROWS
from tests.contract.stand import Stand


@pytest.fixture(scope="package")
def stand() -> Iterator[Stand]:
    """Return the server that stands for every provider."""
    running = Stand()
    yield running
    running.close()


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own settings must not reach the rows."""
    names = {name.partition("#")[0] for row in ROWS for setting in row.settings for name in setting.env}
    for name in names | {name for row in ROWS for name in row.env} | {"GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_QUOTA_PROJECT"}:
        if name in os.environ:
            monkeypatch.delenv(name)
