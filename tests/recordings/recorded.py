"""A recorded interaction of any operation, and how a wire format is tried on it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.http import Headers
from tests.conformance.corpus import CORPUS, files, raw_of


@dataclass(frozen=True)
class Recorded:
    """One request and its answer. `sent` is the parsed body (`{"multipart": [...]}` for a form); None where none is recorded."""

    id: str
    provider: str
    api: str
    model: str
    fixture: bool
    """Made by hand, not recorded."""
    tier: int
    method: str
    url: str
    status: int
    raw: bytes
    stream: bool
    headers: dict[str, str] = field(default_factory=dict)
    sent: Any = None
    truncated: bool = False
    """Media in it was replaced by a placeholder."""

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def json(self) -> Any:
        """Return the answer parsed, None where it is no JSON."""
        try:
            return json.loads(self.raw)
        except ValueError:
            return None

    @property
    def answer(self) -> Answer:
        return Answer(status=self.status, headers=Headers(self.headers.items()), body=self.raw)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """How one wire format is tried: which recordings are its own, what we make of them, and what an independent reading says.

    `sent` and `encoded` are compared where the request is recorded and was accepted: what we put on the wire for the request that
    the recorded one means. They return None where it says something that we have no words for; the table counts these apart.
    """

    codec: str
    apis: tuple[str, ...]
    takes: Callable[[Recorded], bool]
    decoded: Callable[[Recorded], Any]
    expected: Callable[[Recorded], Any]
    encoded: Callable[[Recorded], Any] | None = None
    sent: Callable[[Recorded], Any] | None = None


def place(model: str, path: str = "/x", provider: str = "test", **options: Any) -> Place:
    """Return a place for a format that is tried without a client."""
    return Place(provider=provider, model=model, path=path, options=options)


def first(steps: Any) -> Ask:
    """Return the first question of a format's steps."""
    ask: Ask = next(steps)
    steps.close()
    return ask


def told(steps: Any, *answers: Answer) -> Any:
    """Return what the steps come to when they get `answers` to their questions, one after the other."""
    left = iter(answers)
    try:
        next(steps)
        while True:
            steps.send(next(left))
    except StopIteration as end:
        return end.value


def recordings(apis: frozenset[str], *, core: bool = False, wanted: Callable[[Path], bool] = lambda file: True) -> Iterator[Recorded]:
    """Give the recordings of `apis`; `core`: of the small diverse subset alone."""
    marks = [f'"api": "{api}"' for api in apis] + [f'"api":"{api}"' for api in apis]
    for file in files():
        if not wanted(file):
            continue
        with gzip.open(file, "rt", encoding="utf-8", newline="\n") as lines:
            for line in lines:
                if core and '"tier":1' not in line.replace('"tier": 1', '"tier":1'):
                    break
                if any(mark in line for mark in marks):
                    record = json.loads(line)
                    if record["api"] in apis:
                        yield _recorded(record)


def _recorded(record: dict[str, Any]) -> Recorded:
    request, response = record["request"] or {}, record["response"]
    raw, stream = raw_of(record)
    return Recorded(
        id=record["id"],
        provider=record["provider"],
        api=record["api"],
        model=record.get("model") or "",
        fixture=record["source"]["kind"] != "recorded",
        tier=record["tier"],
        method=request.get("method") or "",
        url=request.get("url") or "",
        status=response["status"],
        raw=raw,
        stream=stream,
        headers=response["headers"] or {},
        sent=request.get("body"),
        truncated=bool(record["source"].get("truncated")),
    )


__all__ = ["CORPUS", "Reader", "Recorded", "first", "place", "recordings", "told"]
