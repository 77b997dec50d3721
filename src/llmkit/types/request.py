"""What every request has, whatever is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self, TypedDict

from llmkit.types.http import Timeouts
from llmkit.types.model import Model
from llmkit.types.warnings import OnUnsupported


class Constraints(Model, frozen=True, kw_only=True):
    """What a deployment must hold to be asked, where the model is a route. What is not known of a deployment never holds."""

    max_input_price: float | None = None
    """US dollars for a million tokens."""
    max_output_price: float | None = None
    max_cost: float | None = None
    """US dollars for this request, by an estimate of its tokens and `max_tokens`."""
    regions: tuple[str, ...] = ()
    """Where it may serve from: countries (`de`), regions (`us-east-1`), `eu`."""
    max_retention: int | None = None
    """Days that the provider may keep what it is sent."""
    needs: tuple[str, ...] = ()
    """Abilities of the registry: `tools`, `vision`, `reasoning` ..."""
    providers: tuple[str, ...] = ()
    """Only these."""
    without: tuple[str, ...] = ()
    """None of these providers."""


class Request(Model, frozen=True, kw_only=True):
    """Whom it is asked of, on whose account, and how long it may take. A field that is None is not sent."""

    model: str
    user: str | None = None
    """An opaque id of your end user, for the provider's abuse detection."""
    tenant: str | None = None
    """On whose account the call is made: limits, budgets and caches go by it. It is never sent."""
    tags: tuple[str, ...] = ()
    """Words to find the call by in records and budgets. They are never sent."""
    route: Constraints | None = None
    """What a deployment must hold, where the model is a route. It is never sent."""
    options: dict[str, dict[str, Any]] = {}
    """Body fields by dialect or provider name, merged in where the name fits."""
    extra_body: dict[str, Any] = {}
    """Body fields merged in last, whatever the provider."""
    extra_headers: dict[str, str] = {}
    timeout: Timeouts | None = None
    on_unsupported: OnUnsupported = "warn"
    dialect: str | None = None
    """The wire format to use, where the provider speaks several; None: the best for the model."""

    def texts(self) -> tuple[str, ...]:
        """Return the words that are sent, in order, where the request is not a conversation; guardrails read them."""
        return ()

    def with_texts(self, texts: Sequence[str]) -> Self:
        """Return the request with other words, in the order of `texts()`."""
        return self


class RequestOptions(TypedDict, total=False):
    """The keyword arguments of every operation; see `Request` for each."""

    user: str
    tenant: str
    tags: Sequence[str]
    route: Constraints | Mapping[str, Any]
    options: Mapping[str, Mapping[str, Any]]
    extra_body: Mapping[str, Any]
    extra_headers: Mapping[str, str]
    timeout: float | Timeouts
    on_unsupported: OnUnsupported
