"""What every test stands on: no key, no configuration file and no proxy of the developer's machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmkit.testing import FakeProvider
from tests.faces import DIALECTS
from tests.rows import ROWS

NAMED = {variable.partition("#")[0] for row in ROWS for variable in (*row.env, *(name for setting in row.settings for name in setting.env))}


@pytest.fixture(scope="session")
def _no_config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One empty folder for all: a folder a test would cost more than most tests, for each new one looks through all before it."""
    return tmp_path_factory.mktemp("no-config")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, _no_config: Path) -> None:
    for name in list(os.environ):
        if name.endswith(("_API_KEY", "_proxy", "_PROXY")) or name.startswith(("LLMKIT_", "AWS_")) or name in NAMED:
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(_no_config))


@pytest.fixture(params=sorted(DIALECTS))
def fake(request: pytest.FixtureRequest) -> Iterator[FakeProvider]:
    """Return a running fake of each dialect in turn."""
    with FakeProvider(request.param) as running:
        yield running
