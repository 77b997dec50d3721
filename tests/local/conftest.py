"""One model in memory for all tests; without runtime and weights they are skipped, and say which commands bring them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from llmkit.local import LocalSettings, problem
from llmkit.local.engine import Engine, acquire, release


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """Keep the model loaded: every client of these tests shares it."""
    missing = problem(LocalSettings())
    if missing:
        pytest.skip(f"THE EMBEDDED MODEL IS NOT TESTED: {missing}")
    yield acquire(LocalSettings())
    release(LocalSettings())
