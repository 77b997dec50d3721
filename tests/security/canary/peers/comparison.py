"""What the same harness finds in several libraries."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tests.security.canary.peers.libraries import ROOT, Library, libraries, surroundings

AT_ONCE = 2
SECONDS = 400
LEFT_OUT = {
    "the wire: a proxy that the environment names": "over HTTPS a proxy sees no key, and here is none",
    "bad keys: a list": "nobody passes one",
}
"""Channels that would say nothing fair about a library, and why."""
MEASURED = 40
"""Fewer channels than this are no comparison."""


@dataclass
class Column:
    """One subject: what each channel showed of it (`leak`, `clean`, `none`, `not measured`, and why), and the facts."""

    name: str
    version: str
    scheme: str
    ours: bool
    cells: dict[str, tuple[str, str]] = field(default_factory=dict)
    facts: dict[str, tuple[str, bool | None]] = field(default_factory=dict)

    def counted(self, group: str = "") -> Counter[str]:
        """Return how many channels, of one group or of all, have each outcome."""
        return Counter(outcome for channel, (outcome, _) in self.cells.items() if channel.startswith(group))

    def total(self, group: str = "") -> str:
        """Return how many of the channels that apply and could be measured leak."""
        found = self.counted(group)
        return f"{found['leak']}/{found['leak'] + found['clean']}"

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass
class Comparison:
    """All subjects, and what kept one from being looked at."""

    columns: list[Column] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def channels(self) -> list[str]:
        """Return the channels, in the order in which they were looked at."""
        return list(dict.fromkeys(channel for column in self.columns for channel in column.cells))

    @property
    def facts(self) -> list[str]:
        """Return the facts that were measured."""
        return list(dict.fromkeys(fact for column in self.columns for fact in column.facts))

    def add(self, library: Library, found: Iterable[dict[str, Any]]) -> None:
        """Add what one process found."""
        mine: dict[str, Column] = {}
        modules: list[str] | None = None
        for each in found:
            if "modules" in each:
                modules = each["modules"]
                continue
            column = mine.setdefault(each["name"], Column(each["name"], each["version"], each["scheme"], library.ours))
            if "fact" in each:
                column.facts[each["fact"]] = each["said"], each["held"]
            elif each["channel"] not in LEFT_OUT:
                column.cells[each["channel"]] = each["outcome"], each["why"]
        self.columns += mine.values()
        self.failures += _failures(library, modules)


def _failures(library: Library, modules: list[str] | None) -> Iterator[str]:
    if modules is None:
        yield f"{library}: the process ended before it was done"
    elif not library.ours and any(name.partition(".")[0] == "llmkit" for name in modules):
        yield f"{library}: LLMKit was imported beside it"


def compare(what: str = "play") -> Comparison:
    """Look at every library in its own environment: the channels (`play`), the `facts`, or `all`."""
    comparison = Comparison()
    wanted = list(libraries())
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for library, found in zip(wanted, pool.map(lambda library: look_at(library, what), wanted), strict=True):
            comparison.add(library, found) if library.version else comparison.failures.append(f"{library} is not installed")
    return comparison


def look_at(library: Library, what: str) -> list[dict[str, Any]]:
    """Return what the process says that looks at a library; it may end early."""
    if not library.version:
        return []
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile("w+", encoding="utf-8") as out:
        process = subprocess.Popen(
            [*library.command, what], cwd=ROOT, env=dict(surroundings(home)), stdout=out, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        out.seek(0)
        return [json.loads(line) for line in out if line.endswith("\n")]
