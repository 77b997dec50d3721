"""What the answers of a log cost, by model; or what they would have cost on others."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from llmkit.cli.cost_lines import CostLine, Tally, missing
from llmkit.cli.usage_log import LONGEST, Fault, Record, records
from llmkit.errors import InvalidRequest

if TYPE_CHECKING:
    from llmkit.client import LLMKit
    from llmkit.types.model_info import Match

__all__ = ["LogCosts", "costs_of_log"]

_NAMED = 100
"""Lines that could not be read and are told one by one."""
_LARGE = 4 * 1024 * 1024
"""Bytes from which on progress is shown."""


class LogCosts(NamedTuple):
    """A line for each model, and the lines of the log that tell no usage (the first of them one by one)."""

    lines: list[CostLine]
    read: int
    faulty: int
    faults: list[Fault]


def costs_of_log(kit: LLMKit, path: str, models: Sequence[str], service: str) -> LogCosts:
    """Return the costs by the model that answered; with `models`, what the same tokens cost on each of these.

    Raises `InvalidRequest` where no line tells anything.
    """
    others = [_tally(kit, model) for model in dict.fromkeys(models)]
    own: dict[tuple[str, str], Tally] = {}
    named: dict[str, Tally] = {}
    faults: list[Fault] = []
    read = faulty = 0
    for item in _items(path):
        if isinstance(item, Fault):
            faulty += 1
            if len(faults) < _NAMED:
                faults.append(item)
            continue
        read += 1
        if others:
            for tally in others:
                tally.add(item.usage, told=None, service=service, at=item.at)
        else:
            key = (item.provider, item.model)
            if key not in own:
                new = _own(kit, item)
                own[key] = named.setdefault(new.model, new)
            own[key].add(item.usage, told=item.cost, service=service or item.service, at=item.at)
    if not read:
        first = f" Line {faults[0].line}: {faults[0].reason}." if faults else ""
        raise InvalidRequest(f"No line of {path} tells tokens.{first}", parameter="log")
    return LogCosts([tally.line() for tally in others or named.values()], read, faulty, faults)


def _tally(kit: LLMKit, model: str) -> Tally:
    found = kit.models.match(model)
    return Tally(found.info.model if found.info is not None and found.kind != "normalised" else model, found, missing(kit, model))


def _own(kit: LLMKit, item: Record) -> Tally:
    found = _match(kit, item)
    if found.info is not None and found.kind in ("exact", "alias"):
        return Tally(found.info.model, found, "")
    why = missing(kit, item.model) if not item.provider else "no such model is known"
    return Tally("/".join(filter(None, (item.provider, item.model))) or "(no model named)", found, why)


def _match(kit: LLMKit, item: Record) -> Match:
    from llmkit.types.model_info import Match

    if item.provider and item.model:
        found = kit.models.match(f"{item.provider}/{item.model}")
        if found.kind in ("exact", "alias"):
            return found
        return Match(asked=found.asked) if "/" not in item.model else kit.models.match(item.model)
    return kit.models.match(item.model) if item.model else Match(asked="")


def _items(path: str) -> Iterator[Record | Fault]:
    with ExitStack() as stack:
        source = sys.stdin.buffer if path == "-" else stack.enter_context(_opened(path))
        size = 0 if path == "-" else os.fstat(source.fileno()).st_size
        told: Any = None
        if size > _LARGE and sys.stderr.isatty():
            import click

            told = stack.enter_context(click.progressbar(length=size, label="reading", file=sys.stderr, update_min_steps=1024 * 1024))
        yield from records(_lines(source, told))


def _opened(path: str) -> IO[bytes]:
    try:
        return open(path, "rb")
    except OSError as error:
        raise InvalidRequest(f"The log {path} cannot be read: {error.strerror or error}.", parameter="log") from None


def _lines(source: IO[bytes], told: Any) -> Iterator[bytes]:
    """Return the lines; one that is too long is cut, and the rest of it passed over."""
    while line := source.readline(LONGEST):
        rest = line
        while len(rest) >= LONGEST and not rest.endswith(b"\n"):
            rest = source.readline(LONGEST)
        if told is not None:
            told.update(len(line))
        yield line
