"""Count what the registry holds: by mode, by provider, and what must not be there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from tools.registry.fact import Fact
from tools.registry.guards import negatives, sourced

TOP = 40


def text(facts: Iterable[Fact]) -> str:
    """Return the figures as a table."""
    known = list(facts)
    priced = [fact for fact in known if fact.info.price is not None]
    parts = [f"{len(known)} models, {len(priced)} priced, {len({fact.info.provider for fact in known})} providers", "", "by mode:"]
    parts += _table(Counter(fact.info.mode for fact in known), Counter(fact.info.mode for fact in priced))
    parts += ["", f"the {TOP} largest providers:"]
    parts += _table(Counter(fact.info.provider for fact in known), Counter(fact.info.provider for fact in priced))[:TOP]
    return "\n".join([*parts, "", *_wrong(priced)])


def _table(every: Counter[str], priced: Counter[str]) -> list[str]:
    return [f"  {name:28} {count:6} {priced[name]:6}" for name, count in sorted(every.items(), key=lambda item: (-item[1], item[0]))]


def _wrong(priced: list[Fact]) -> list[str]:
    zero = [fact for fact in priced if fact.info.price is not None and fact.info.price.rates and not any(fact.info.price.rates.values())]
    rates = [fact.info.price.rates for fact in priced if fact.info.price is not None and fact.info.mode in ("chat", "completion")]
    return [
        f"free {sum(fact.info.free for fact in priced)}, subscription {sum(fact.info.subscription for fact in priced)}, "
        f"zero without either {sum(not fact.info.free and not fact.info.subscription for fact in zero)}",
        f"negative {sum(1 for fact in priced if fact.info.price is not None for _ in negatives(fact.info.price))}, "
        f"without source {sum(1 for fact in priced for _ in sourced(fact))}, "
        f"conversations over 200 a million {sum((rate.get('input') or Decimal(0)) > 200 for rate in rates)}",
    ]
