"""The dialects that differ in how answers are asked for; `test_parse` goes through all there are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from llmkit.testing import FakeProvider


@pytest.fixture(params=["anthropic", "gemini", "openai_chat", "openai_responses"])
def fake(request: pytest.FixtureRequest) -> Iterator[FakeProvider]:
    """Return a running fake of each of them in turn."""
    with FakeProvider(request.param) as running:
        yield running
