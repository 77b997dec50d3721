"""The pinned requirements, as files: what is asked for, what is pinned, with which hashes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.security.policy import ROOT

FOLDER = ROOT / "requirements"
LEVELS: tuple[str, ...] = tuple(sorted(path.stem for path in FOLDER.glob("*.in")))
RUNTIME = "app"
"""What an installation with the command line and the embedded model runs."""
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})(?=\s|$)")
_ADDRESS = re.compile(r"://|--(?:index|extra-index|find-links|trusted-host)|^-[if]\b|^git\+| @ ", re.M)


@dataclass(frozen=True, kw_only=True)
class Pin:
    """One distribution with one version."""

    name: str
    version: str
    marker: Marker | None
    hashes: frozenset[str]


def pins(text: str) -> Iterator[Pin]:
    """Yield the pins of a compiled file. A line that is no pin is an error: nothing is passed over."""
    for line in text.replace("\\\n", " ").splitlines():
        words, _, _ = line.partition("#")
        if not words.strip():
            continue
        head, _, tail = words.partition("--hash")
        requirement = Requirement(head.strip())
        versions = [part for part in requirement.specifier if part.operator == "==" and "*" not in part.version]
        if len(versions) != 1 or len(requirement.specifier) != 1 or requirement.url or requirement.extras:
            raise ValueError(f"not pinned to one version: {head.strip()}")
        hashes = frozenset(_HASH.findall("--hash" + tail)) if tail else frozenset()
        yield Pin(name=canonicalize_name(requirement.name), version=versions[0].version, marker=requirement.marker, hashes=hashes)


def pinned(level: str) -> list[Pin]:
    """Return the pins of a level: `app`, `dev`."""
    return list(pins((FOLDER / f"{level}.txt").read_text(encoding="utf-8")))


def asked(level: str) -> list[Requirement]:
    """Return what a level asks for by name, before anything is resolved."""
    lines = ((FOLDER / f"{level}.in").read_text(encoding="utf-8")).splitlines()
    bare = (line.partition("#")[0].strip() for line in lines)
    return [Requirement(line) for line in bare if line and not line.startswith("-")]


def unheld(level: str, found: list[Pin]) -> Iterator[str]:
    """Yield each requirement that no pin of the level satisfies."""
    for requirement in asked(level):
        named = [pin for pin in found if pin.name == canonicalize_name(requirement.name)]
        if not any(requirement.specifier.contains(pin.version, prereleases=True) for pin in named):
            yield f"{level}: {requirement}"


def addresses(path: Path) -> list[str]:
    """Return the lines that name a place to fetch from: none should."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [f"{path.name}: {line.strip()}" for line in lines if _ADDRESS.search(line.partition("#")[0])]
