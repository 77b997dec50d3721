"""Where in the configuration file something stands, and what is wrong there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from llmkit.types.model import Model

WRONG: Final[Any] = object()
"""What reading returns for a value that is wrong: the mistake has been told."""


class Mistake(Model, frozen=True, kw_only=True):
    """What is wrong in the file: `path` is where, as `layers.ratelimit.limits[1].per`; `line` counts from 1, and 0 is the whole file."""

    path: str
    message: str
    hint: str | None = None
    line: int = 0

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        hint = f" {self.hint}" if self.hint else ""
        return f"{where}{self.message}{hint}"


class Session:
    """One reading of one file: what surrounds it, and the mistakes found so far."""

    def __init__(self, file: Path, environment: Mapping[str, str]) -> None:
        self.file = file
        self.environment = environment
        self.mistakes: list[Mistake] = []
        self.shared: dict[Any, Any] = {}
        """Connections that several layers use."""


class Place:
    """A place in the file."""

    __slots__ = ("path", "session")

    def __init__(self, session: Session, path: str = "") -> None:
        self.session = session
        self.path = path

    def at(self, key: str) -> Place:
        """Return the place of `key` in the table here."""
        name = key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else f'"{key}"'
        return Place(self.session, f"{self.path}.{name}" if self.path else name)

    def item(self, index: int) -> Place:
        """Return the place of an item of the list here, counted from 0."""
        return Place(self.session, f"{self.path}[{index}]")

    def wrong(self, message: str, hint: str | None = None) -> Any:
        """Tell a mistake; `message` goes on where the path ends. Return `WRONG`."""
        text = f"{self.path or 'the file'}{message if message.startswith(':') else f' {message}'}"
        self.session.mistakes.append(Mistake(path=self.path, message=text, hint=hint))
        return WRONG
