"""What a layer of ours refuses: limits, budgets, guardrails, hooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from llmkit.errors.root import LLMKitError

if TYPE_CHECKING:
    from decimal import Decimal


class HookFailed(LLMKitError):
    """A function of the user's around the call failed; `hook` names it, the cause is its own exception."""

    def __init__(self, hook: str, cause: Exception) -> None:
        super().__init__(f"The hook {hook} failed: {type(cause).__name__}.")
        self.hook = hook


class Suspended(LLMKitError, RuntimeError):
    """A coroutine awaited real asynchronous I/O inside a sync client."""


class CircuitOpen(LLMKitError):
    """This deployment failed too often lately, and nothing was sent. It is tried again after `retry_after` seconds."""

    def __init__(self, deployment: str, *, retry_after: float, reason: str = "") -> None:
        why = f" ({reason})" if reason else ""
        super().__init__(f"{deployment} is left alone for {retry_after:.1f} s{why}.", hint="Give a second model to go on at once.")
        self.deployment = deployment
        self.reason = reason
        self.retry_after = retry_after


class TooManyAtOnce(LLMKitError):
    """All places of this deployment are taken, and nothing was sent. `retry_after` estimates when one is free."""

    def __init__(self, deployment: str, *, limit: int, retry_after: float) -> None:
        super().__init__(f"{deployment} has {limit} calls under way, which is the limit.", hint="Raise limit= or patience=.")
        self.deployment = deployment
        self.limit = limit
        self.retry_after = retry_after


class LocalRateLimited(LLMKitError):
    """A limit of our own is reached, and nothing was sent. `limit` says which, `retry_after` (seconds) when there is room again.

    `retry_after` is None where waiting does not help: the call alone is larger than what the limit ever lets through at once.
    """

    def __init__(self, limit: str, *, retry_after: float | None, hint: str | None = None) -> None:
        when = f": room in {retry_after:.3g} s" if retry_after is not None else ""
        super().__init__(f"The limit of {limit} is reached{when}.", hint=hint)
        self.limit = limit
        self.retry_after = retry_after


class BudgetExceeded(LLMKitError):
    """The call might cost more than a budget has left, and nothing was sent.

    `budget` names it; `spent`, `held` (by calls under way), `wanted` (the most that this call can cost) and `limit` are dollars.
    `resets_at` is when it has more again, in Unix seconds; None: never, or the call alone is more than the limit.
    """

    def __init__(
        self,
        budget: str,
        *,
        spent: Decimal,
        held: Decimal,
        wanted: Decimal,
        limit: Decimal,
        resets_at: float | None,
        hint: str | None = None,
    ) -> None:
        amounts = f"${spent:f} spent and ${held:f} held of ${limit:f}"
        super().__init__(f"The budget {budget!r} has too little left: {amounts}; this call may cost ${wanted:f}.", hint=hint)
        self.budget = budget
        self.spent = spent
        self.held = held
        self.wanted = wanted
        self.limit = limit
        self.resets_at = resets_at


class PriceUnknown(BudgetExceeded):
    """No price is listed for the model, so no budget can hold for it; nothing was sent."""

    def __init__(self, model: str) -> None:
        LLMKitError.__init__(self, f"No price of {model} is known, so no budget can hold for it.", hint="Give its prices to the budgets.")
        self.budget, self.resets_at = "", None
        self.model = model


class StoreUnavailable(LLMKitError):
    """What a layer keeps its state in (a server, a file) cannot be asked, and the layer refuses calls meanwhile."""

    def __init__(self, store: str, reason: str) -> None:
        super().__init__(f"{store} cannot be asked ({reason}).", hint="Pass away='open' to the layer to go on without it.")
        self.store = store
        self.reason = reason


class NoDeployment(LLMKitError):
    """No deployment of this route can be asked, and nothing was sent. `reasons` says why, by deployment."""

    def __init__(self, route: str, reasons: Sequence[tuple[str, str]] = ()) -> None:
        why = "; ".join([f"{model}: {reason}" for model, reason in reasons[:5]])
        more = f"; and {len(reasons) - 5} more" if len(reasons) > 5 else ""
        super().__init__(f"{route} has no deployment for this request.", hint=f"{why}{more}." if why else None)
        self.route = route
        self.reasons = tuple(reasons)


class SaveFailed(LLMKitError):
    """A file could not be written: the disk is full, or the place may not be written to. Nothing is left of it. `path` is its name."""

    def __init__(self, path: str, reason: str, hint: str | None = None) -> None:
        super().__init__(f"{path} could not be written: {reason}.", hint=hint)
        self.path = path
        self.reason = reason


class GuardrailBlocked(LLMKitError):
    """A guardrail stopped the request before it was sent, or the answer. `category` is the kind of the finding, `where` input or output.

    `start` and `end` are its place in the text it was found in; the text itself is nowhere in the error.
    """

    def __init__(self, category: str, *, where: str, start: int = 0, end: int = 0) -> None:
        sent = " Nothing was sent." if where == "input" else ""
        super().__init__(f"A guardrail blocked the {where}: {category} at {start}-{end}.{sent}")
        self.category = category
        self.where = where
        self.start = start
        self.end = end
