"""Known vulnerabilities from a snapshot of the Python advisory database (OSV records), matched without a network."""

from __future__ import annotations

import re
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tests.security.policy import ROOT

BESIDE = ROOT.parent / "shared" / "audit"
"""Where a snapshot may lie beside the repository: `advisories-pypa-20260723.tar.xz`."""
Record = Mapping[str, Any]


def snapshot(folder: Path = BESIDE) -> Path | None:
    """Return the newest snapshot, if there is one."""
    return max(folder.glob("advisories-*-*.tar.xz"), default=None) if folder.is_dir() else None


def taken(path: Path) -> date:
    """Return the day a snapshot was taken, which its name says."""
    found = re.search(r"-(\d{8})\.", path.name)
    if not found:
        raise ValueError(f"{path.name} does not say when it was taken")
    return datetime.strptime(found[1], "%Y%m%d").replace(tzinfo=UTC).date()


def age(path: Path) -> str:
    """Say how old a snapshot is."""
    return f"snapshot of {taken(path)}, {(datetime.now(UTC).date() - taken(path)).days} days old"


class Advisories:
    """A snapshot's records by the package they are about; they are parsed when they are asked for."""

    def __init__(self, path: Path) -> None:
        self._texts: dict[str, list[bytes]] = defaultdict(list)
        with tarfile.open(path) as archive:
            for member in archive:
                file = archive.extractfile(member) if member.name.endswith(".yaml") else None
                if file:
                    text = file.read()
                    for name in set(_NAMES.findall(text)):
                        self._texts[canonicalize_name(name.decode())].append(text)
        self.about = cache(self._about)

    def __len__(self) -> int:
        return len({text for texts in self._texts.values() for text in texts})

    def _about(self, name: str) -> tuple[Record, ...]:
        import yaml  # not needed by the tests of the suite

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        found = (yaml.load(text, Loader=loader) for text in self._texts.get(name, ()))
        return tuple(record for record in found if not record.get("withdrawn"))

    def of(self, name: str, version: str) -> list[Record]:
        """Return what is known against a version."""
        return [record for record in self.about(canonicalize_name(name)) if affects(record, canonicalize_name(name), version)]

    def admitted(self, name: str, accepted: SpecifierSet) -> list[str]:
        """Return the vulnerable versions that a requirement accepts, each with the first record against it."""
        found = {}
        for record in self.about(canonicalize_name(name)):
            for version in _versions(record, canonicalize_name(name)):
                if accepted.contains(version):
                    found.setdefault(version, record["id"])
        return [f"{name} {version} ({found[version]})" for version in sorted(found, key=Version)]


_NAMES = re.compile(rb"^\s*(?:- )?name: *['\"]?([A-Za-z0-9._-]+)", re.M)


def affects(record: Record, name: str, version: str) -> bool:
    """Tell whether a record is about a version of a package."""
    for affected in _affected(record, name):
        if version in (affected.get("versions") or ()):
            return True
        spans = (span for span in affected.get("ranges") or () if span["type"] != "GIT")
        if any(_inside(span["events"], Version(version)) for span in spans):
            return True
    return False


def _affected(record: Record, name: str) -> Iterator[Mapping[str, Any]]:
    return (affected for affected in record["affected"] if canonicalize_name(affected["package"]["name"]) == name)


def _inside(events: Iterable[Mapping[str, Any]], version: Version) -> bool:
    """Follow the events of a range in the order of their versions, as OSV's own text on evaluation has it (read 2026-11-23)."""
    within = False
    for kind, bound in sorted(_bounds(events), key=lambda pair: (pair[1], pair[0] != "introduced")):
        if kind == "introduced" and version >= bound:
            within = True
        elif (kind == "fixed" and version >= bound) or (kind == "last_affected" and version > bound):
            within = False
    return within


def _bounds(events: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Version]]:
    for event in events:
        for kind, bound in event.items():
            try:
                yield kind, Version("0.dev0" if str(bound) == "0" else str(bound))
            except InvalidVersion:
                if kind == "introduced":
                    yield kind, Version("0.dev0")  # rather one warning too many


def _versions(record: Record, name: str) -> Iterator[str]:
    """Yield the versions of a record that are affected: those it lists, and the bounds of its ranges that are inside."""
    for affected in _affected(record, name):
        listed = {str(version) for version in affected.get("versions") or ()}
        spans = [span["events"] for span in affected.get("ranges") or () if span["type"] != "GIT"]
        listed |= {str(bound) for events in spans for _, bound in _bounds(events)}
        for version in listed:
            try:
                known = affects(record, name, str(Version(version)))
            except InvalidVersion:
                continue
            if known:
                yield version
