"""What every test stands on: no key, no configuration file and no proxy of the developer's machine."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from llmkit.testing import FakeProvider
from tests.faces import DIALECTS
from tests.rows import ROWS

NAMED = {variable.partition("#")[0] for row in ROWS for variable in (*row.env, *(name for setting in row.settings for name in setting.env))}


# jsonschema looks for it to check the formats `iri` and `iri-reference`, which no schema here states, and it compiles 38 grammars
# when it is imported: 2.6 s of each process (rfc3987-syntax 1.1, read 2026-11-23). None says that it is not there.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # the import system's own sign for "not to be found"


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Let the collector of garbage alone while two million objects are made that stay, and never look at them again."""
    often = gc.get_threshold()
    gc.set_threshold(0)
    try:
        return (yield)
    finally:
        gc.set_threshold(*often)
        gc.freeze()


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
