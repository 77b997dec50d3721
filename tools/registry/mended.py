"""Mend what all sources leave out or mix up, by what the makers' documentation says. Each rule names its page and the day it was read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from llmkit.models.normal_form import alike, forms_of, spelling
from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price, RateCard
from tools.registry.fact import Fact

SEARCHING = {"anthropic": Decimal("0.01")}
"""The fee of a web search on every model: platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool, read 2026-11-23."""
_HYBRIDS = ("alibaba", "alibaba-cn", "alibaba-us")
_GEMINI = ("google", "vertex")
_ELSEWHERE = (("google", "claude-"),)
"""What begins so is not served there: its other service has these (ai.google.dev/gemini-api/docs/models, read 2026-11-23)."""
_BY_ANSWER = Decimal("0.035")
_READING = ("embedding", "rerank", "moderation", "decision")
_LEAST = Decimal("0.004")
Rule = Callable[[ModelInfo, Price], Price]


def mended(facts: Iterable[Fact]) -> list[Fact]:
    """Return the facts as they should be; doing it twice changes nothing."""
    found = [Fact(info=_priced(fact.info), evidence=fact.evidence) for fact in facts if not _elsewhere(fact.info)]
    by_provider: dict[str, list[str]] = {}
    for fact in found:
        by_provider.setdefault(fact.info.provider, []).append(fact.info.id)
    forms = {provider: forms_of(ids) for provider, ids in by_provider.items()}
    return [Fact(info=_own_names(fact.info, forms[fact.info.provider]), evidence=fact.evidence) for fact in found]


def _elsewhere(info: ModelInfo) -> bool:
    """Tell whether the model is another provider's: one list keeps both services of a company under one name."""
    return any(info.provider == provider and info.id.startswith(prefix) for provider, prefix in _ELSEWHERE)


def _own_names(info: ModelInfo, forms: dict[str, str]) -> ModelInfo:
    """Take away names that read as another model of the same provider: a pattern for old names that matches newer ones too."""
    kept = tuple([alias for alias in info.aliases if _is_own(alias, info.id, forms)])
    return info if kept == info.aliases else info.replace(aliases=kept)


def _is_own(alias: str, model: str, forms: dict[str, str]) -> bool:
    other = alike(alias, forms)
    return other is None or spelling(other).name == spelling(model).name


def _priced(info: ModelInfo) -> ModelInfo:
    price = info.price
    if price is None:
        return info
    for rule in _RULES:
        price = rule(info, price)
    if price.known:
        return info.replace(price=price)
    return info.replace(price=None, price_source="", price_as_of=None)


def _search_fee(info: ModelInfo, price: Price) -> Price:
    fee = SEARCHING.get(info.provider)
    if fee is None or info.mode != "chat" or any(name.startswith("web_search") for name in price.fees):
        return price
    return price.replace(fees={**price.fees, "web_search": fee})


def _thinking_is_a_way_to_be_served(info: ModelInfo, price: Price) -> Price:
    """The words behind the thinking cost as much as it: https://www.alibabacloud.com/help/en/model-studio/deep-thinking, 2026-11."""
    thought, plain = price.rates.get("reasoning"), price.rates.get("output")
    if info.provider not in _HYBRIDS or thought is None or plain is None:
        return price
    rates = {name: rate for name, rate in price.rates.items() if name != "reasoning"}
    if thought == plain or "thinking" in price.services:
        return price.replace(rates=rates)
    services = {**price.services, "thinking": RateCard(rates={**rates, "output": thought})}
    return price.replace(rates=rates, services=services)


def _search_by_answer(info: ModelInfo, price: Price) -> Price:
    """Before Gemini 3 an answer that searched costs once, not by query: https://ai.google.dev/gemini-api/docs/pricing, read 2026-11-23."""
    if info.provider not in _GEMINI or price.fees.get("web_search") != _BY_ANSWER:
        return price
    fees = {("web_search:answer" if name == "web_search" else name): fee for name, fee in price.fees.items()}
    return price.replace(fees=fees)


def _request_fee_by_size(info: ModelInfo, price: Price) -> Price:
    """A request costs by the size of what it searches, and no search beside (docs.perplexity.ai/getting-started/pricing, 2026-11)."""
    sizes = {size: price.fees.get(f"web_search:{size}") for size in ("low", "high")}
    if price.units.get("request") is None or price.units["request"] != sizes["high"]:
        return price
    known = {**{size: fee for size, fee in sizes.items() if fee is not None}, "medium": price.fees["web_search"]}
    fees = {name: fee for name, fee in price.fees.items() if not name.startswith("web_search")}
    units = {name: unit for name, unit in price.units.items() if name != "request"}
    return price.replace(units=units, fees=fees, variants={**price.variants, "request": dict(sorted(known.items()))})


def _no_price_by_the_unit(info: ModelInfo, price: Price) -> Price:
    """A million tokens of a model that makes something cost more than this: it is a price per step, second or minute."""
    first = price.rates.get("input")
    if info.mode in _READING or first is None or not 0 < first < _LEAST:
        return price
    return price.replace(rates={}, tiers=(), services={})


_RULES: tuple[Rule, ...] = (
    _search_fee,
    _thinking_is_a_way_to_be_served,
    _search_by_answer,
    _request_fee_by_size,
    _no_price_by_the_unit,
)
