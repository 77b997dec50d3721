"""Usage and cost of several answers together."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import reduce

import msgspec

from llmkit.types.usage import Cost, Usage

_COUNTS = tuple(field.name for field in msgspec.structs.fields(Usage) if field.type is int)


def total_usage(usages: Iterable[Usage | None]) -> Usage | None:
    """Return the sum; None where one of them is not known."""
    given = list(usages)
    known = [usage for usage in given if usage is not None]
    if not known or len(known) < len(given):
        return None
    return known[0] if len(known) == 1 else reduce(add_usage, known)


def total_cost(costs: Iterable[Cost | None]) -> Cost | None:
    """Return the sum; None where one of them is not known, or where they are in several currencies."""
    given = list(costs)
    known = [cost for cost in given if cost is not None]
    if not known or len(known) < len(given) or len({cost.currency for cost in known}) > 1:
        return None
    return known[0] if len(known) == 1 else reduce(_add_cost, known)


def add_usage(left: Usage, right: Usage) -> Usage:
    """Return the sum of the counts; what a provider says beside them does not add up."""
    tools = {name: left.server_tools.get(name, 0) + right.server_tools.get(name, 0) for name in {**left.server_tools, **right.server_tools}}
    counts = {name: getattr(left, name) + getattr(right, name) for name in _COUNTS}
    estimated = "estimated" in (left.source, right.source)
    return Usage(**counts, server_tools=tools, source="estimated" if estimated else "reported")


def _add_cost(left: Cost, right: Cost) -> Cost:
    whole = bool(left.buckets) and bool(right.buckets)
    names = {**left.buckets, **right.buckets} if whole else {}
    return Cost(
        amount=left.amount + right.amount,
        currency=left.currency,
        basis=left.basis if left.basis == right.basis else "mixed",
        as_of=min((day for day in (left.as_of, right.as_of) if day is not None), default=None),
        buckets={name: left.buckets.get(name, Decimal()) + right.buckets.get(name, Decimal()) for name in names},
        estimated=left.estimated or right.estimated,
    )
