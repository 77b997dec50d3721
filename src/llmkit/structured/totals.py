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
    return known[0] if len(known) == 1 else reduce(_sum, known)


def total_cost(costs: Iterable[Cost | None]) -> Cost | None:
    """Return the sum; None where one of them is not known."""
    given = list(costs)
    known = [cost for cost in given if cost is not None]
    if not known or len(known) < len(given):
        return None
    bases = {cost.basis for cost in known}
    return Cost(usd=sum((cost.usd for cost in known), Decimal(0)), basis="provider" if bases == {"provider"} else "registry")


def _sum(left: Usage, right: Usage) -> Usage:
    tools = {name: left.server_tools.get(name, 0) + right.server_tools.get(name, 0) for name in {**left.server_tools, **right.server_tools}}
    counts = {name: getattr(left, name) + getattr(right, name) for name in _COUNTS}
    estimated = "estimated" in (left.source, right.source)
    return Usage(**counts, server_tools=tools, source="estimated" if estimated else "reported")
