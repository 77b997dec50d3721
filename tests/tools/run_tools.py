"""Tools that the tests of the loop call."""

from __future__ import annotations

import pytest

from llmkit import tool
from tests.faces import FACES

every_face = pytest.mark.parametrize("face", FACES)


@tool
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


def explode() -> None:
    """Fail."""
    raise LookupError("the cellar is empty")
