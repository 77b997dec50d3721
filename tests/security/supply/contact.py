"""Whether `security.txt` is what RFC 9116 asks for, and still holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from tests.security.policy import ROOT

FILE = ROOT / ".well-known" / "security.txt"
KNOWN = frozenset({"acknowledgments", "canonical", "contact", "encryption", "expires", "hiring", "policy", "preferred-languages", "csaf"})
"""Fields of RFC 9116 and of the registry it opened (read 2026-11-23)."""
ONCE = frozenset({"expires", "preferred-languages"})
ADDRESSES = frozenset({"acknowledgments", "canonical", "contact", "encryption", "hiring", "policy", "csaf"})
LONGEST = timedelta(days=366)
SOON = timedelta(days=30)
"""The file is renewed before so little is left."""


def fields(text: str) -> list[tuple[str, str]]:
    """Return the fields with their values, comments left out."""
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]


def faults(text: str, now: datetime) -> Iterator[str]:
    """Yield what is wrong with the file at a time."""
    found = fields(text)
    names = [name for name, _ in found]
    yield from (f"{name}: unknown" for name in names if name not in KNOWN)
    yield from (f"{name}: more than once" for name in ONCE if names.count(name) > 1)
    yield from (f"{name}: missing" for name in ("contact", "expires") if name not in names)
    yield from (f"{name}: {value} is no https address" for name, value in found if name in ADDRESSES and not _safe(value))
    for value in (value for name, value in found if name == "expires"):
        yield from _expiry(value, now)
    if any("/security/advisories/new" not in value for name, value in found if name == "contact"):
        yield "contact: not the repository's private advisories"


def _safe(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme == "https" and bool(parts.hostname)


def _expiry(value: str, now: datetime) -> Iterator[str]:
    try:
        until = datetime.fromisoformat(value)
    except ValueError:
        yield f"expires: {value} is no time"
        return
    if until.tzinfo is None:
        yield f"expires: {value} has no time zone"
    elif until <= now:
        yield f"expires: {value} is over"
    elif until - now > LONGEST:
        yield f"expires: {value} is more than a year ahead"


def days_left(text: str, now: datetime) -> int:
    """Return how many days the file still holds."""
    return (datetime.fromisoformat(dict(fields(text))["expires"]) - now).days


def published(text: str) -> bool:
    """Tell whether the repository's real address is filled in."""
    return "repository.example" not in text


def today() -> datetime:
    """Return the time."""
    return datetime.now(UTC)
