"""Say how many tokens a request has and what it would cost, without sending it."""

from __future__ import annotations

from typing import Any

from llmkit.models.cost import explain
from llmkit.types.estimate import Estimate
from llmkit.types.model_info import Match
from llmkit.types.requests import CompletionRequest
from llmkit.types.token_count import TokenCount
from llmkit.types.usage import Cost, Usage
from llmkit.types.warnings import Warning


def estimate(
    match: Match, request: CompletionRequest, tokens: TokenCount, *, model: str, output_tokens: int | None, service: str, at: float
) -> Estimate:
    """Return what `request` of so many `tokens` would cost on `model` at the time `at` (Unix seconds)."""
    most = request.max_tokens or (match.info.max_output if match.info is not None else None)
    price = _Price(match, service or request.service_tier or "", at)
    usage = Usage(uncached=tokens.tokens, source="estimated" if tokens.method == "estimated" else "reported")
    return Estimate(
        model=model,
        input=tokens,
        output_tokens=output_tokens,
        most_output_tokens=most,
        input_cost=price.of(usage),
        cost=None if output_tokens is None else price.of(usage.replace(output_text=output_tokens)),
        most=None if most is None else price.of(usage.replace(output_text=most)),
        warnings=tuple(dict.fromkeys(price.warnings)),
    )


class _Price:
    """The listed price of one model, with what is not known of it."""

    def __init__(self, match: Match, service: str, at: float) -> None:
        self._info = match.info if match.kind in ("exact", "alias") else None
        self._how: dict[str, Any] = {"service": service, "at": at}
        self.warnings: list[Warning] = []
        if self._info is None or self._info.price is None:
            near = f"; {match.info.model} is like it, and its price may differ" if match.info is not None and self._info is None else ""
            self._tell(f"no price of {match.asked} is known{near}")

    def of(self, usage: Usage) -> Cost | None:
        """Return the cost of `usage`; a warning says why it is not known."""
        if self._info is None or self._info.price is None:
            return None
        priced = explain(self._info.price, usage, as_of=self._info.price_as_of, **self._how)
        if priced.cost is None:
            self._tell(priced.reason)
        return priced.cost

    def _tell(self, reason: str) -> None:
        self.warnings.append(Warning(kind="unknown", parameter="cost", detail=reason))
