"""What the same work costs on several models, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Unpack

from llmkit.errors import InvalidRequest, nearest
from llmkit.models.cost import cost_of
from llmkit.models.normal_form import spelling
from llmkit.models.search import FindOptions, find, whole
from llmkit.types.model import Model
from llmkit.types.model_info import ModelInfo
from llmkit.types.usage import Cost, Usage


class CheapestOptions(FindOptions, total=False):
    """What `find` takes, and the work to be done. As a rule: one request of 3,000 tokens that gets 1,000, as a chat does."""

    input_tokens: int
    """Of one request, those from the cache included: prices may depend on it."""
    output_tokens: int
    cached_tokens: int
    """How many of the input tokens are read from a cache."""
    service: str
    """How it is to be served: `batch`, `flex`, `priority` ... Models without a price for it are left out."""
    per_model: bool
    """As a rule a model appears once, at its cheapest host, whatever its releases; False: at each of its hosts."""
    include_free: bool
    include_subscription: bool
    """Models that are paid by a plan; their listed price is zero."""


class Priced(Model, frozen=True, kw_only=True):
    """A model, and what the work costs on it."""

    info: ModelInfo
    cost: Cost


class Row(Model, frozen=True, kw_only=True):
    """One model beside others. None: not known."""

    model: str
    name: str = ""
    cost: Cost | None = None
    input_price: Decimal | None = None
    """Per million tokens, in `currency`."""
    output_price: Decimal | None = None
    currency: str = ""
    context_window: int | None = None
    max_output: int | None = None
    abilities: dict[str, bool] = {}
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    knowledge_cutoff: str | None = None
    release_date: str | None = None
    open_weights: bool | None = None
    status: str = ""
    fits: bool | None = None
    """Whether its limits allow the work."""


_WORK = frozenset(CheapestOptions.__annotations__) - frozenset(FindOptions.__annotations__)


def cheapest(infos: Iterable[ModelInfo], n: int = 10, **options: Unpack[CheapestOptions]) -> list[Priced]:
    """Return the `n` models that do the work for the least money, the cheapest first. Raises `InvalidRequest`.

    What cannot be told is not ranked: unknown prices, prices in other currencies than USD. So are models that are known to be too small,
    and, if not asked for, those that are free or paid by a plan.
    """
    for name in options:
        if name not in CheapestOptions.__annotations__:
            near = nearest(name, CheapestOptions.__annotations__, 3)
            raise InvalidRequest(f"Unknown option {name!r}.", parameter=name, hint=f"Did you mean {' or '.join(near)}?" if near else None)
    usage, service = work(options), options.get("service", "")
    wishes: FindOptions = {"mode": "chat", **{name: value for name, value in options.items() if name not in _WORK}}  # type: ignore[typeddict-item]  # the names were checked
    for name in ("sort", "reverse", "limit"):  # those of the result are other ones
        wishes.pop(name, None)  # type: ignore[misc]  # a name from a list
    ranked: list[tuple[Decimal, Priced]] = []
    for info in find(infos, **wishes):
        cost = _cost(info, usage, service) if _asked_for(info, options) and fits(info, usage) is not False else None
        if cost is not None and cost.usd is not None:
            ranked.append((cost.usd, Priced(info=info, cost=cost)))
    ranked.sort(key=lambda pair: (pair[0], pair[1].info.provider, pair[1].info.id))
    found = [priced for _, priced in ranked]
    return list(islice(_once(found) if options.get("per_model", True) else found, whole("n", n)))


def compare(infos: Iterable[ModelInfo], usage: Usage, *, service: str = "") -> list[Row]:
    """Return models side by side in the order given, with what `usage` costs on each as one request; an unknown cost is None."""
    return [_row(info, usage, service) for info in infos]


def work(options: CheapestOptions) -> Usage:
    """Return the work that is to be done as tokens. Raises `InvalidRequest`."""
    inward = whole("input_tokens", options.get("input_tokens", 3000)) or 0
    outward = whole("output_tokens", options.get("output_tokens", 1000)) or 0
    cached = whole("cached_tokens", options.get("cached_tokens", 0)) or 0
    if cached > inward:
        raise InvalidRequest(f"cached_tokens are input tokens, and there are only {inward}.", parameter="cached_tokens")
    return Usage(uncached=inward - cached, cache_read=cached, output_text=outward, source="estimated")


def fits(info: ModelInfo, usage: Usage) -> bool | None:
    """Return whether the limits of a model allow the work as one request; None: they are not known."""
    limits = ((info.context_window, usage.total), (info.max_input, usage.input), (info.max_output, usage.output))
    if any(limit is not None and limit < tokens for limit, tokens in limits):
        return False
    return None if info.context_window is None else True


def _cost(info: ModelInfo, usage: Usage, service: str) -> Cost | None:
    return None if info.price is None else cost_of(info.price, usage, service=service, as_of=info.price_as_of)


def _asked_for(info: ModelInfo, options: CheapestOptions) -> bool:
    if info.free and not (options.get("include_free", False) or options.get("free")):
        return False
    return not info.subscription or options.get("include_subscription", False)


def _once(found: Iterable[Priced]) -> Iterator[Priced]:
    """Keep of each model the first: of those with one name in normal form, that at the maker if it is known."""
    kept: set[str] = set()
    for priced in found:
        name = spelling(priced.info.base_model or priced.info.id).name
        if name not in kept:
            kept.add(name)
            yield priced


def _row(info: ModelInfo, usage: Usage, service: str) -> Row:
    price = info.price
    return Row(
        model=info.model,
        name=info.name,
        cost=_cost(info, usage, service),
        input_price=price.input if price is not None else None,
        output_price=price.output if price is not None else None,
        currency=price.currency if price is not None else "",
        context_window=info.context_window,
        max_output=info.max_output,
        abilities=info.capabilities,
        inputs=info.inputs,
        outputs=info.outputs,
        knowledge_cutoff=info.knowledge_cutoff,
        release_date=info.release_date,
        open_weights=info.open_weights,
        status=info.status,
        fits=fits(info, usage),
    )
