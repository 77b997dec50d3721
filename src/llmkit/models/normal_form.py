"""The one spelling under which a model's spellings at a provider meet.

What is only writing goes: case, `_`, `.` and `:` for `-`, addresses before the name, regions, dates of releases, `-latest`, `-v1:0`.
What names another model stays: sizes, `mini`, `preview`, `thinking`, `:free`, the version itself. So two ids of one form are releases
of the same model, whose facts are alike but whose prices may differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

# Cross-region inference profiles (documentation of inference profiles, read 2026-11-22).
_REGION = re.compile(r"(us-gov|us|eu|apac|jp|au|ca|global|regional)\.(?=[a-z])")
_PUBLISHER = re.compile(r"([a-z][a-z0-9]*)\.(?=[a-z])")
"""A dot between a word without a hyphen and a letter; the dots of version numbers stand before digits."""
_BARE_NUMBER = re.compile(r"[a-z]\d")
"""A model that is only a letter and a number keeps its publisher: `publisher.r1`."""
_ORGANISATION = re.compile(r"(?<=[a-z0-9])(?:-?ai|-org|-llama|-labs|-inc)$")
"""One publisher, written with and without: `mistral` and `mistralai`, `x-ai` and `xai`."""
_ADDRESS = re.compile(r"^arn:[^/]*/?|^projects/[^/]+(?:/locations/[^/]+)?/?|(?:^|(?<=/))(?:models|accounts|publishers)(?:/|$)")
"""What a path says beside who made the model."""

_YEAR = r"(20[2-3]\d)"
_MONTH = r"(0[1-9]|1[0-2])"
_DAY = r"(0[1-9]|[12]\d|3[01])"
_END = r"(?=$|[-:@])"
_WHOLE_DATE = re.compile(rf"[-@]{_YEAR}-?{_MONTH}-?{_DAY}{_END}")
"""It can stand anywhere: nothing else has eight digits of this form."""
_REVISION = re.compile(r"-v\d+(?::\d+)?$|:0$")
"""`-v2:0` behind a date counts the date's own revisions."""
_TAG = r"(?=(?::[a-z]+)?$)"
_DATES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"-(2[3-9]){_MONTH}{_DAY}{_TAG}"), r"20\1-\2-\3"),  # 250615
    (re.compile(rf"-{_MONTH}-{_YEAR}{_TAG}"), r"\2-\1"),  # 08-2024
    (re.compile(rf"-{_YEAR}-{_MONTH}{_TAG}"), r"\1-\2"),  # 2025-08
    (re.compile(rf"(?<!\d)-{_MONTH}-{_DAY}{_TAG}"), r"\1-\2"),  # 05-20
    (re.compile(rf"-{_MONTH}{_DAY}{_TAG}"), r"\1-\2"),  # 0528
    (re.compile(rf"-(2[3-9]){_MONTH}{_TAG}"), r"20\1-\2"),  # 2507
)
"""Shorter dates are dates only at the end: `gpt-4-1106-preview` and `gpt-4-0125-preview` are different models."""
_CONTEXT = re.compile(r"(?<=:\d):\d+k$")
_FIRST = re.compile(r"(?:-v1)?:0$")
_FIRST_OF_PUBLISHER = re.compile(r"-v1$")
"""Only behind `publisher.`: there the first version is written or left out."""
_LATEST = re.compile(r"[-:@]latest$|@default$")
_NUMBERED = re.compile(r"@(\d{3})$")
_DIGEST = re.compile(r":[0-9a-f]{64}$|@sha256:.*$")
_POINT = re.compile(r"(?<=\d)p(?=\d)")
"""`v3p1` is how an address writes 3.1."""
_THREE_AND_A_HALF = re.compile(r"^gpt-?35(?=-)")
_SIZE_POINT = re.compile(r"(?<=\d)\.(?=\d+[bmt](?:$|[^a-z0-9]))")
"""The dot of a size stays, so that 1.8b is not 1-8b."""
_VERSION_FIRST = re.compile(r"^claude-(\d+(?:-\d{1,2})?)-([a-z]+)(?=-|$)")
"""Its version stood before the kind until 3.7, and behind it since 4; sellers write either."""
_MARKS = re.compile(r"[-_.: ]+")
_JOINED = re.compile(r"(?<![a-z0-9])([a-z]{3,})-?v?(?=\d)")
"""`llama3`, `llama-3`, `llama-v3`."""


class Spelling(NamedTuple):
    """A model id taken apart."""

    name: str
    """The normal form, without publisher, region and date."""
    publisher: str = ""
    region: str = ""
    date: str = ""
    """`2025-09-29`, `2025-09`, or `09-29` where the id tells no year."""


def spelling(model: str) -> Spelling:
    """Take the id of a model within its provider apart."""
    path, _, name = (_DIGEST.sub("", model) if ":" in model else model).strip().lower().rpartition("/")
    publisher = _ADDRESS.sub("", f"{path}/").strip("/@~") if path else ""
    region = ""
    if found := _REGION.match(name):
        region, name = found[1], name[found.end() :]
    if found := _PUBLISHER.match(name):
        rest = name[found.end() :]
        publisher, name = found[1], f"{found[1]}-{rest}" if _BARE_NUMBER.match(rest) else _FIRST_OF_PUBLISHER.sub("", rest)
    name, date = _undated(_LATEST.sub("", name))
    return Spelling(_marks(name), _ORGANISATION.sub("", publisher), region, date)


def normal_form(model: str) -> str:
    """Return the normal form of a model id within its provider: `publisher/name`, or `name` where it tells no publisher."""
    found = spelling(model)
    return f"{found.publisher}/{found.name}" if found.publisher else found.name


def forms_of(ids: Iterable[str]) -> dict[str, str]:
    """Return the id that each normal form means, for `alike`: the one without a date, else the newest release.

    A name that several publishers use means none of them where the publisher is not told.
    """
    by_name: dict[str, dict[str, list[tuple[Spelling, str]]]] = {}
    for one in ids:
        found = spelling(one)
        by_name.setdefault(found.name, {}).setdefault(found.publisher, []).append((found, one))
    forms: dict[str, str] = {}
    for name, publishers in by_name.items():
        for publisher, releases in publishers.items():
            _enter(forms, f"{publisher}/{name}", releases)
        owner = "" if "" in publishers else next(iter(publishers)) if len(publishers) == 1 else "/"
        if "/" not in owner:
            _enter(forms, name, publishers[owner])
    return forms


def alike(model: str, forms: dict[str, str]) -> str | None:
    """Return the id among `forms_of` a provider that is `model` in another spelling, or another release of it."""
    found = spelling(model)
    publishers = (f"{found.publisher}/", "/") if found.publisher else ("",)
    dates = (f"@{found.date}", "") if found.date else ("",)
    keys = (f"{publisher}{found.name}{date}" for date in dates for publisher in publishers)
    return next((forms[key] for key in keys if key in forms), None)


def _enter(forms: dict[str, str], form: str, releases: list[tuple[Spelling, str]]) -> None:
    for found, one in sorted(releases, key=_plainness):
        forms.setdefault(form, one)
        if found.date:
            forms.setdefault(f"{form}@{found.date}", one)


def _plainness(release: tuple[Spelling, str]) -> tuple[bool, tuple[int, ...], bool, int, str]:
    """Sort the one without a date first, then the newest; a date without a year comes last, for it may be of any."""
    found, one = release
    parts = found.date.split("-") if found.date else []
    whole = bool(parts) and len(parts[0]) == 4
    newest = tuple([-int(part) for part in parts]) if whole else (0, *[-int(part) for part in parts])
    return bool(parts), newest, bool(found.region), len(one), one


def _undated(name: str) -> tuple[str, str]:
    whole = _WHOLE_DATE.search(name) if "20" in name else None
    if whole is not None:
        return name[: whole.start()] + _REVISION.sub("", _CONTEXT.sub("", name[whole.end() :])), "-".join(whole.groups())
    name = _FIRST.sub("", _CONTEXT.sub("", name))
    for pattern, date in _DATES if name[-1:].isdigit() or ":" in name else ():
        found = pattern.search(name)
        if found is not None and found.start() > 0:
            return name[: found.start()] + name[found.end() :], found.expand(date)
    return name, ""


def _marks(name: str) -> str:
    name = _THREE_AND_A_HALF.sub("gpt-3.5", _POINT.sub(".", _NUMBERED.sub(r"-\1", name)))
    name = _SIZE_POINT.sub("\0", _JOINED.sub(r"\1-", name))
    name = _MARKS.sub("-", name).strip("-")
    return (_VERSION_FIRST.sub(r"claude-\2-\1", name) if name.startswith("claude-") else name).replace("\0", ".")
