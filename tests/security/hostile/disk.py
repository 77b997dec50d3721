"""A disk that is full: each file that we write is whole or absent, and a call ends in its answer or in a typed error."""

from __future__ import annotations

import json
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from llmkit import LLMKit
from llmkit.caching import SqliteEntries
from llmkit.errors import LLMKitError, SaveFailed
from llmkit.metering import Budget, JsonLines, SQLiteLedger, SQLiteSink
from llmkit.pipeline.budget import Budgets
from llmkit.pipeline.cache import Cache
from llmkit.pipeline.meter import Meter
from llmkit.testing import FakeProvider
from llmkit.testing.answers import SAMPLE
from llmkit.tracing import Trace
from llmkit.unfinished import UnfinishedFile
from tests.security.claim import Figure

ROOM = (0, 1, 100, 1000, 4096, 5000, 20_000, 70_000)
"""Bytes that a file can have: none, half a line, half a page, a page and a half ..."""
Layers = Callable[[Path], list[Any]]
LAYERS: dict[str, Layers] = {
    "cache": lambda folder: [Cache(store=SqliteEntries(folder / "cache.db"))],
    "ledger": lambda folder: [Budgets([Budget(usd=1000)], store=SQLiteLedger(folder / "ledger.db"))],
    "usage in lines": lambda folder: [Meter(JsonLines(folder / "usage.jsonl"))],
    "usage in SQLite": lambda folder: [Meter(SQLiteSink(folder / "usage.db"))],
    "trace": lambda folder: [Trace(folder / "trace.jsonl", content=True)],
}


@dataclass(frozen=True)
class Written:
    """What came of writing without room."""

    name: str
    outcomes: tuple[str, ...]
    damage: tuple[str, ...]

    @property
    def wrong(self) -> bool:
        """Tell whether something else came than an answer or a typed error, or a file is damaged."""
        return bool(self.damage) or any(outcome.startswith("!") for outcome in self.outcomes)


@contextmanager
def room(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes, in all of this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def layered(name: str, size: int) -> Written:
    """Ask three times without room, and once with it."""
    with TemporaryDirectory() as place, FakeProvider("openai_chat") as fake:
        folder = Path(place)
        fake.always(SAMPLE)
        client: dict[str, Any] = {"keys": {"openai": fake.key}, "base_urls": {"openai": fake.base_url}, "retries": 0}
        with LLMKit(layers=LAYERS[name](folder), **client) as kit:
            with room(size):
                outcomes = [_asked(kit, number) for number in range(3)]
            outcomes.append(_asked(kit, 3))
            if outcomes[-1] != "answer":
                outcomes[-1] = f"!{outcomes[-1]} with room again"
        return Written(f"{name}, {size} bytes", tuple(outcomes), tuple(_damage(folder)))


def saved(size: int) -> Written:
    """Save a file where there is less room than it needs."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        try:
            with room(size), UnfinishedFile(folder / "picture.png") as file:
                file.write(bytes(100_000))
                file.keep()
            outcome = "!saved"
        except SaveFailed:
            outcome = "SaveFailed"
        except Exception as error:
            outcome = f"!{type(error).__name__}"
        return Written(f"saved file, {size} bytes", (outcome,), tuple(one.name for one in folder.iterdir()))


def _asked(kit: LLMKit, number: int) -> str:
    try:
        kit.complete("openai/gpt-4.1-mini", f"Question {number} " + "x" * 500)
    except LLMKitError as error:
        return type(error).__name__
    except Exception as error:  # what nobody should see
        return f"!{type(error).__name__}: {error}"
    return "answer"


def _damage(folder: Path) -> Iterator[str]:
    for path in sorted(folder.iterdir()):
        if path.suffix == ".db":
            with closing(sqlite3.connect(path)) as base:
                said = base.execute("PRAGMA integrity_check").fetchone()[0]
            if said != "ok":
                yield f"{path.name}: {said}"
        elif path.suffix == ".jsonl":
            last = path.read_bytes().splitlines()[-1:]
            if not last or not _is_json(last[0]):
                yield f"{path.name}: its last line is not whole"


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def disk() -> Figure:
    """Take the room away from everything that writes."""
    found = [layered(name, size) for name in LAYERS for size in ROOM] + [saved(size) for size in ROOM]
    wrong = [f"{one.name}: {', '.join((*one.outcomes, *one.damage))}" for one in found if one.wrong]
    return Figure(
        met=not wrong,
        measured=f"{len(wrong)} of {len(found)}",
        wanted="0 untyped or damaged",
        notes=("A full disk is played by a limit on the size of files.", *wrong),
    )
