"""Try every wire format on its recordings and count."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from tests.recordings.recorded import Reader, Recorded, recordings

FAMILIES = (
    "batches",
    "caches",
    "embeddings",
    "files",
    "images",
    "moderation",
    "ocr",
    "realtime",
    "rerank",
    "speech",
    "transcription",
    "videos",
)
"""The modules of this package that hold `READERS`."""
Key = tuple[str, str, bool]
"""Codec, provider, and whether it is a fixture."""


@dataclass
class Result:
    """What came of the recordings of one provider in one format."""

    decoded: Counter[str] = field(default_factory=Counter)
    encoded: Counter[str] = field(default_factory=Counter)
    """Under `passed`, `failed` and (requests that we have no words for) `beyond`."""
    reasons: list[tuple[str, str]] = field(default_factory=list)


def readers(family: str | None = None) -> list[Reader]:
    """Return how the formats are tried, of one family or of all."""
    return [reader for name in FAMILIES if family in (None, name) for reader in import_module(f"tests.recordings.{name}").READERS]


def run(family: str | None = None, *, core: bool = False) -> dict[Key, Result]:
    """Return the results by format and provider."""
    known = readers(family)
    apis = frozenset(api for reader in known for api in reader.apis)
    results: dict[Key, Result] = {}
    for recorded in recordings(apis, core=core):
        for reader in known:
            if recorded.api in reader.apis and reader.takes(recorded):
                try_one(reader, recorded, results.setdefault((reader.codec, recorded.provider, recorded.fixture), Result()))
    return results


def try_one(reader: Reader, recorded: Recorded, result: Result) -> None:
    """Try one format on one recording."""
    _compare(reader.decoded, reader.expected, recorded, result.decoded, result, "decode")
    if reader.encoded is not None and reader.sent is not None and recorded.sent is not None and recorded.status < 300:
        _compare(reader.encoded, reader.sent, recorded, result.encoded, result, "encode")


def _compare(ours: Any, theirs: Any, recorded: Recorded, counter: Counter[str], result: Result, phase: str) -> None:
    try:
        found, wanted = ours(recorded), theirs(recorded)
    except Exception as error:  # whatever goes wrong is a failure of this recording, told with its type
        counter["failed"] += 1
        result.reasons.append((recorded.id, f"{phase}: {type(error).__name__}: {error}"[:300]))
        return
    if wanted is None:
        counter["beyond"] += 1
    elif found == wanted:
        counter["passed"] += 1
    else:
        counter["failed"] += 1
        result.reasons.append((recorded.id, f"{phase}: {found!r:.140} is not {wanted!r:.140}"))
