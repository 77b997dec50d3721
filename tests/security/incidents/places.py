"""Where an incident is played: clients that speak to a fake, and marks that show that something happened which must not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from llmkit import LLMKit
from llmkit.testing import Answer, FakeProvider
from tests.faces import DIALECTS, client_of

DIALECT, MODEL = "openai_chat", DIALECTS["openai_chat"][1]
OK = Answer(text="ok")


def kit_of(fake: FakeProvider, **more: Any) -> LLMKit:
    """Return a client of a fake that asks once."""
    return LLMKit(**client_of(fake, **{"retries": 0, **more}))


def code_that_touches(mark: Path) -> str:
    """Return a word of Python that makes the file `mark`, for whoever runs it."""
    return f"__import__('pathlib').Path({str(mark)!r}).touch()"


class Touching:
    """An object whose pickle makes a file when it is read."""

    def __init__(self, mark: Path) -> None:
        self.mark = str(mark)

    def __reduce__(self) -> tuple[Any, ...]:
        """Say that reading it is making the file."""
        return eval, (code_that_touches(Path(self.mark)),)
