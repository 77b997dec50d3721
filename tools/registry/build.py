"""Build the packed registry that the package reads from the lines of the source."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tools.registry.fact import Fact
from tools.registry.origins import MAKERS
from tools.registry.packing import pack

PACKED = Path(__file__).parents[2] / "src" / "llmkit" / "models" / "data" / "registry.bin"
LARGEST = 1_000_000
"""The most bytes that the package's data may have."""


def as_of(facts: Iterable[Fact]) -> str:
    """Return the day of the newest source."""
    return max((fact.info.last_seen or "" for fact in facts if len(fact.info.last_seen or "") == len("2026-01-01")), default="")


def owners(facts: Iterable[Fact]) -> frozenset[str]:
    """Return who makes models: those that a model names as its maker, and those known to be one."""
    return MAKERS | {fact.info.base_model.partition("/")[0] for fact in facts if "/" in fact.info.base_model}


def makers(facts: Iterable[Fact]) -> list[str]:
    """Return the providers that serve models of their own."""
    known = list(facts)
    return sorted({fact.info.provider for fact in known} & owners(known))


def build(facts: Iterable[Fact], target: Path = PACKED) -> int:
    """Write the packed registry all at once (it is read all the time), and return its size. Raises ValueError if it is too large."""
    known = list(facts)
    content = pack(known, as_of=as_of(known), makers=makers(known))
    if len(content) > LARGEST:
        raise ValueError(f"The packed registry has {len(content)} bytes, more than {LARGEST}.")
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.name)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).chmod(0o644)
    Path(name).replace(target)
    return len(content)
