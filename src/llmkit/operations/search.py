"""Search the web."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from llmkit.errors import InvalidRequest
from llmkit.operations.inputs import models_in
from llmkit.operations.reading import models_of, read, whole, words
from llmkit.types.search import TOPICS, SearchRequest, SearchResponse

if TYPE_CHECKING:
    from llmkit.core import Core

_AGO = {"day": timedelta(days=1), "week": timedelta(weeks=1), "month": timedelta(days=31), "year": timedelta(days=366)}


async def search(core: Core, provider: Any, query: Any, options: Mapping[str, Any]) -> SearchResponse:
    """Return pages that answer `query`, best first."""
    given: dict[str, Any] = {}
    left = dict(options)
    if not isinstance(provider, SearchRequest):
        if not isinstance(query, str) or not query.strip():
            raise InvalidRequest("There is nothing to search for.", parameter="query", hint="Pass a question as text.")
        today = datetime.fromtimestamp(core.runtime.wall(), UTC).date()
        given = {"query": query, **_days(left, today)}
    request = read(SearchRequest, models_in(provider, SearchRequest)[0], given, left, _CONVERT)
    reply: SearchResponse = await core.operate("search", request, models_of(core, provider, "search"))
    return reply


def _days(options: dict[str, Any], today: date) -> dict[str, str | None]:
    """Take the days out of `options`: as dates, and with the day of the search where the end is open."""
    since, until = [_day(name, options.pop(name, None), today) for name in ("since", "until")]
    if since is not None and until is not None and since > until:
        raise InvalidRequest(f"since ({since}) is later than until ({until}).", parameter="since")
    return {"since": since, "until": until, "today": today.isoformat() if since is not None and until is None else None}


def _day(name: str, value: Any, today: date) -> str | None:
    try:
        match value:
            case None:
                return None
            case datetime():
                return value.date().isoformat()
            case date():
                return value.isoformat()
            case timedelta():
                return (today - value).isoformat()
            case str() if value in _AGO:
                return (today - _AGO[value]).isoformat()
            case str():
                return date.fromisoformat(value).isoformat()
    except (ValueError, OverflowError):
        pass
    raise InvalidRequest(
        f"{name} must be a day such as 2026-11-01, or one of {', '.join(_AGO)}, not {value!r}.",
        parameter=name,
        hint="A timedelta is how long ago.",
    )


def _domains(name: str, value: Any) -> tuple[str, ...]:
    """Return names of hosts: what is no bare name would be searched for in vain, or say more to the engine than meant."""
    hosts = (value,) if isinstance(value, str) else tuple(value)
    for host in hosts:
        if not isinstance(host, str) or not host or not all(char.isalnum() or char in ".-*" for char in host):
            raise InvalidRequest(f"{name} must be names such as example.com, not {host!r}.", parameter=name)
    return hosts


def _letters(name: str, value: Any) -> str:
    if not isinstance(value, str) or not 2 <= len(value) <= 3 or not value.isalpha():
        raise InvalidRequest(f"{name} must be a code of two letters, not {value!r}.", parameter=name)
    return value.lower()


_CONVERT = {
    "count": lambda name, value: whole(name, value, 1, 1000),
    "domains": _domains,
    "without": _domains,
    "country": _letters,
    "language": _letters,
    "topic": lambda name, value: words(name, value, TOPICS),
}
