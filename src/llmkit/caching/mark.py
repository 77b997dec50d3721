"""What an answer says of itself that cost nothing: from a cache, or shared with whoever asked first."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from llmkit.types.responses import CompletionResponse
from llmkit.types.usage import Cost

CACHE = "cache"
"""In `response.extra` of an answer from a cache: `age` in seconds, `stale`, and what it `saved`."""
SHARED = "shared"
"""In `response.extra` of an answer that somebody else's call brought: what it `saved`."""


def as_hit(response: CompletionResponse, *, age: float, stale: bool) -> CompletionResponse:
    """Return `response` as an answer from a cache."""
    return _free(response, CACHE, {"age": age, "stale": stale, "saved": saved(response.cost)})


def as_shared(response: CompletionResponse) -> CompletionResponse:
    """Return `response` for one who did not pay for it."""
    return _free(response, SHARED, {"saved": saved(response.cost)})


def saved(cost: Cost | None) -> dict[str, str] | None:
    """Return what the answer cost when it was made; None where that is not known."""
    return None if cost is None else {"amount": f"{cost.amount:f}", "currency": cost.currency}


def _free(response: CompletionResponse, name: str, mark: dict[str, Any]) -> CompletionResponse:
    """Nothing was sent: no attempt, no id of a request, and a cost that is known to be nothing. The usage tells the answer's size."""
    cost = Cost(amount=Decimal(0), currency="USD" if response.cost is None else response.cost.currency, basis="registry")
    return response.replace(cost=cost, attempts=(), request_id=None, extra={**response.extra, name: mark})
