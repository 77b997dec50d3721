"""What an answer says of itself that cost nothing: from a cache, or shared with whoever asked first."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeVar

from llmkit.types.reply import Reply
from llmkit.types.usage import Cost

R = TypeVar("R", bound=Reply)

CACHE = "cache"
"""In `response.extra` of an answer from a cache: `age` in seconds, `stale`, what it `saved`, and `similarity` where it answered
another question of the same meaning."""
SHARED = "shared"
"""In `response.extra` of an answer that somebody else's call brought: what it `saved`."""


def as_hit(response: R, *, age: float, stale: bool, similarity: float | None = None) -> R:
    """Return `response` as an answer from a cache."""
    mark: dict[str, Any] = {"age": age, "stale": stale, "saved": saved(response.cost)}
    return _free(response, CACHE, mark if similarity is None else {**mark, "similarity": similarity})


def as_shared(response: R) -> R:
    """Return `response` for one who did not pay for it."""
    return _free(response, SHARED, {"saved": saved(response.cost)})


def saved(cost: Cost | None) -> dict[str, str] | None:
    """Return what the answer cost when it was made; None where that is not known."""
    return None if cost is None else {"amount": f"{cost.amount:f}", "currency": cost.currency}


def _free(response: R, name: str, mark: dict[str, Any]) -> R:
    """Nothing was sent: no attempt, no id of a request, and a cost that is known to be nothing. The usage tells the answer's size."""
    cost = Cost(amount=Decimal(0), currency="USD" if response.cost is None else response.cost.currency, basis="registry")
    return response.replace(cost=cost, attempts=(), request_id=None, extra={**response.extra, name: mark})
