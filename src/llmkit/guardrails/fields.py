"""Find what an answer in JSON says beyond what it may: members and values that are not on a list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from llmkit.errors import ConfigurationError
from llmkit.guardrails.finding import Finding
from llmkit.guardrails.json_places import NotJSON, Path, Place, place_of

_FENCE = re.compile(r"\s*```[a-zA-Z0-9]{0,12}[ \t]*\n|\s*")
_AFTER = re.compile(r"\s*+(?:```\s*+)?\Z")


class Fields:
    """Members by path (`customer.name`; lists are passed through, `*` is any name), and values for some of them.

    A path allows all below it. What is masked becomes `null`, a member that may not be there goes, so the JSON stays JSON. A text that
    begins like JSON and is none is found whole; any other text only if `strict`.
    """

    def __init__(self, paths: Iterable[str], values: Mapping[str, Sequence[Any]], *, strict: bool = False) -> None:
        self._values = {_path(path): tuple(some) for path, some in values.items()}
        self._paths = frozenset({*map(_path, paths), *self._values})
        if not self._paths:
            raise ConfigurationError("No path: nothing would be allowed.", parameter="paths", hint="fields('name', 'address.city')")
        self._above = frozenset(path[:length] for path in self._paths for length in range(len(path)))
        self._strict = strict

    def find(self, text: str, start: int = 0, /) -> Sequence[Finding]:
        """Return what `text` says that it may not, from `start` on."""
        if not text[start:].strip():
            return ()
        begin = _FENCE.match(text, start)
        first = begin.end() if begin else start
        if text[first : first + 1] not in ("{", "["):
            return [Finding(start, len(text), "json", words="null")] if self._strict else ()
        try:
            place = place_of(text, first)
        except NotJSON:
            return [Finding(start, len(text), "json", words="null")]
        if not _AFTER.match(text, place.end):
            return [Finding(start, len(text), "json", words="null")]
        found: list[Finding] = []
        self._look(place, (), found)
        return found

    def _look(self, value: Place, path: Path, found: list[Finding]) -> None:
        """A value where an object is expected says what no path allows."""
        if value.is_scalar and value.value is not None:
            found.append(Finding(value.start, value.end, "value", words="null"))
        for item in value.items:
            self._look(item, path, found)
        found += _removed(value, [self._has((*path, member.name)) for member in value.members])
        for member in value.members:
            whole = (*path, member.name)
            if _matched(whole, self._paths):
                self._check(member.value, whole, found)
            elif _matched(whole, self._above):
                self._look(member.value, whole, found)

    def _check(self, value: Place, path: Path, found: list[Finding]) -> None:
        some = [allowed for one, allowed in self._values.items() if _fits(path, one)]
        for one in (value.items or (value,)) if some else ():
            if not (one.is_scalar and any(type(one.value) is type(allowed) and one.value == allowed for allowed in some[0])):
                found.append(Finding(one.start, one.end, "value", words="null"))  # noqa: PERF401 - the condition is long

    def _has(self, path: Path) -> bool:
        return _matched(path, self._paths) or _matched(path, self._above)

    def opening(self, text: str, start: int = 0, /) -> int:
        """Hold all: what follows decides whether it is JSON."""
        return start


def _matched(path: Path, allowed: frozenset[Path]) -> bool:
    return path in allowed or any(_fits(path, one) for one in allowed)


def _fits(path: Path, allowed: Path) -> bool:
    return len(path) == len(allowed) and all(name in ("*", part) for name, part in zip(allowed, path, strict=True))


def _path(path: str) -> Path:
    names = tuple(path.split("."))
    if not all(names):
        raise ConfigurationError(f"{path!r} is no path.", parameter="paths", hint="Names with points between: customer.name")
    return names


def _removed(place: Place, allowed: Sequence[bool]) -> list[Finding]:
    """Return the members that are not allowed, with the commas that go with them."""
    found: list[Finding] = []
    members = place.members
    number = 0
    while number < len(members):
        last = number
        while last < len(members) and not allowed[last]:
            last += 1
        if last > number:
            start = members[number - 1].value.end if number and last == len(members) else members[number].start
            end = members[last].start if last < len(members) else members[-1].value.end
            found.append(Finding(start, end, "field", words=""))
        number = last + 1
    return found


def fields(*paths: str, values: Mapping[str, Sequence[Any]] | None = None, strict: bool = False) -> Fields:
    """Find what JSON says beyond `paths`, and other values than those of `values`: `fields("name", values={"status": ["open"]})`."""
    return Fields(paths, values or {}, strict=strict)
