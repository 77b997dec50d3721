"""Read and write the reviewable source of the registry: a folder of JSON lines, a file a provider, a line a model."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from tools.registry.fact import Fact

HOME = Path(__file__).parents[2] / "registry"
"""The folder that is committed."""
SUFFIX = ".jsonl"
SAFE = re.compile(r"[a-z0-9][a-z0-9._-]*")
_ENCODER = msgspec.json.Encoder(decimal_format="number", order="deterministic")
_DECODER = msgspec.json.Decoder(Fact)


class BadLine(ValueError):
    """A line of the source that cannot be read; its message names file, line and fault."""


def encoded(fact: Fact) -> bytes:
    """Return the line of a fact: fields in one order, without those at their defaults."""
    info = fact.info
    # A default is left out only where it is the very same object.
    return _ENCODER.encode(Fact(info=info.replace(mode=sys.intern(info.mode), status=sys.intern(info.status)), evidence=fact.evidence))


def files(facts: Iterable[Fact]) -> dict[str, bytes]:
    """Return the content of every file, by name."""
    by_provider: dict[str, list[Fact]] = {}
    for fact in sorted(facts, key=lambda fact: (fact.info.provider, fact.info.id)):
        by_provider.setdefault(fact.info.provider, []).append(fact)
    return {_file_name(provider): b"".join(encoded(fact) + b"\n" for fact in lines) for provider, lines in by_provider.items()}


def write(facts: Iterable[Fact], folder: Path = HOME) -> None:
    """Write the source, and remove the files of providers that are no more."""
    contents = files(facts)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"*{SUFFIX}"):
        if old.name not in contents:
            old.unlink()
    for name, content in contents.items():
        path = folder / name
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)


def read(folder: Path = HOME) -> list[Fact]:
    """Return all facts of a folder, in the order of its files. Raises `BadLine`."""
    return decoded({path.name: path.read_bytes() for path in sorted(folder.glob(f"*{SUFFIX}"))})


def unformatted(folder: Path = HOME) -> list[tuple[str, str]]:
    """Return the lines that are not as `write` writes them (`file:number`), and why."""
    found: list[tuple[str, str]] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            fact = _fact(path.name, number, line)
            if _file_name(fact.info.provider) != path.name:
                found.append((f"{path.name}:{number}", f"is a line of {fact.info.provider}"))
            elif encoded(fact) != line:
                found.append((f"{path.name}:{number}", "has an unknown field or is not in the usual form: run `format`"))
    return found


def decoded(contents: Mapping[str, bytes]) -> list[Fact]:
    """Return the facts of files that were read, by name. Raises `BadLine`."""
    ordered = sorted(contents.items(), key=lambda entry: entry[0].removesuffix(SUFFIX))
    return [_fact(name, number, line) for name, content in ordered for number, line in enumerate(content.splitlines(), 1)]


def _fact(name: str, number: int, line: bytes) -> Fact:
    try:
        return _DECODER.decode(line)
    except msgspec.DecodeError as error:
        raise BadLine(f"{name}:{number}: {error}") from None


def _file_name(provider: str) -> str:
    if not SAFE.fullmatch(provider):
        raise ValueError(f"{provider!r} cannot name a file.")
    return provider + SUFFIX
