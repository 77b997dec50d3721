"""One format is enough: layers never see the wire."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from llmkit.testing import FakeProvider


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with FakeProvider("openai_chat") as provider:
        yield provider
