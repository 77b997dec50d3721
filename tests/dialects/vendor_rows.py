"""Provider rows and answers for the tests of single vendors' formats."""

from __future__ import annotations

from typing import Any

from llmkit.providers.provider import Provider
from llmkit.testing import Answer, FakeProvider
from llmkit.types.events import Event, Finish, PartEnd, PartStart
from llmkit.types.parts import Provenance
from llmkit.types.tools import Tool

MODEL = "testing/some-model"
WEATHER = Tool(
    name="get_weather",
    description="Tell the weather.",
    parameters={"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
)
ANSWER = Answer(text="Grüße aus 東京.", reasoning="Let me think about it.", usage=(30, 12), cached=4, thought=5)
CALLS = Answer(
    reasoning="I will look it up.",
    tool_calls=[("D681PevKs", "get_weather", {"city": "Zürich", "days": [1, 2]}), ("abc123XYZ", "now", {})],
    usage=(30, 12),
)


def client_of(fake: FakeProvider, **more: Any) -> dict[str, Any]:
    """Return the arguments of a client whose provider `testing` speaks the fake's dialect."""
    row = Provider(name="testing", title="Testing", base_url=fake.base_url, dialect=fake.dialect, local=fake.dialect == "ollama")
    return {"providers": [row], "keys": {"testing": fake.key}, "retries": 0, **more}


def target(dialect: str, account: str = "") -> Provenance:
    """Return the origin of an answer of that dialect."""
    return Provenance(provider="testing", dialect=dialect, model="m", account=account)


def well_formed(events: list[Event]) -> bool:
    """Tell whether every part begins once, ends once, and the finish comes last."""
    begun = [event.index for event in events if isinstance(event, PartStart)]
    ended = [event.index for event in events if isinstance(event, PartEnd)]
    return begun == list(range(len(begun))) == sorted(ended) and isinstance(events[-1], Finish)


def error_cases() -> list[tuple[str, str]]:
    """Return the kinds of failure and the classes that they must be."""
    return [
        ("unauthorized", "AuthenticationError"),
        ("not_found", "NotFound"),
        ("context_length", "ContextLengthExceeded"),
        ("content_filter", "ContentFiltered"),
        ("quota", "QuotaExhausted"),
        ("forbidden", "PermissionDenied"),
        ("too_large", "ContentTooLarge"),
        ("rate_limited", "RateLimited"),
        ("overloaded", "Overloaded"),
        ("server", "ServerError"),
    ]
