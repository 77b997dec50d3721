"""Remember calls in a file of your own: one JSON object a line."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from llmkit.errors import ConfigurationError
from llmkit.pipeline.call import Call, Next
from llmkit.pipeline.trace import Outcome, Work, observed
from llmkit.tracing.content import LONGEST, Content, Redact
from llmkit.tracing.record import record
from llmkit.tracing.rotating_file import RotatingFile
from llmkit.types.events import Event, Finish, PartEnd, PartStart, Start, WireEvent

_SMALLEST = 4 * LONGEST
_NO_CHUNK = (Start, PartStart, PartEnd, WireEvent, Finish)
"""Events that bring nothing new of the answer."""
_encode = msgspec.json.Encoder(enc_hook=str).encode


class Trace(msgspec.Struct, frozen=True):
    """Write a line about each call to `path`; `llmkit trace PATH` shows the last ones.

    The file is made with mode 0600. At `largest` bytes it is moved to `path.1` and so on, and the oldest beyond `kept` goes. What
    was asked and answered is written only with `content=True`, each text through `redact`.

    >>> from llmkit import LLMKit
    >>> kit = LLMKit(layers=[Trace("calls.jsonl")])
    """

    path: str | os.PathLike[str]
    content: bool = False
    redact: Redact | None = None
    largest: int = 8 * 1024 * 1024
    kept: int = 1
    _file: list[RotatingFile] = msgspec.field(default_factory=list)

    def __post_init__(self) -> None:
        if self.largest < _SMALLEST:
            raise ConfigurationError(f"largest must be at least {_SMALLEST} bytes, not {self.largest!r}.", parameter="largest")
        if not 0 <= self.kept <= 100:
            raise ConfigurationError(f"kept must be a whole number from 0 to 100, not {self.kept!r}.", parameter="kept")
        if self.redact is not None and not self.content:
            raise ConfigurationError("redact goes with content=True: nothing else holds words.", parameter="redact")
        self._file.append(RotatingFile(Path(self.path), largest=self.largest, kept=self.kept))

    @property
    def name(self) -> str:
        """Return the place in the order of layers."""
        return "trace"

    async def __call__(self, call: Call, next: Next[Any], /) -> Any:
        """Return the reply, and write down how it ended."""
        return await observed(call, next, _Line(call, self._file[0], Content(self.redact) if self.content else None))


class _Line:
    """What is written about one call."""

    def __init__(self, call: Call, file: RotatingFile, content: Content | None) -> None:
        self._call, self._file, self._content = call, file, content
        self._at = call.runtime.wall()
        self._first: float | None = None
        self._chunks = 0

    def event(self, event: Event, seconds: float) -> None:
        if not isinstance(event, _NO_CHUNK):
            self._chunks += 1
            if self._first is None:
                self._first = round(seconds, 6)

    def end(self, outcome: Outcome) -> Work:
        fields: dict[str, Any] = {"at": round(self._at, 3), "trace": os.urandom(4).hex()}
        if self._first is not None:
            fields |= {"first_chunk": self._first, "chunks": self._chunks}
        about = record(self._call, outcome, self._content)
        line = _encode(fields | about)
        if len(line) > self._file.largest // 2:
            line = _encode(fields | {name: value for name, value in about.items() if name not in ("input", "output")} | {"cut": True})
        return partial(self._file.append, line + b"\n")
