"""Believe no figure of an answer that cannot be: one below nothing would pay money back, and make room in a budget."""

from __future__ import annotations

from typing import Any

from llmkit.types.reply import Reply
from llmkit.types.usage import Usage

MOST = 10**15
"""More was never used by one call."""


def believable(reply: Reply) -> Reply:
    """Return `reply` without figures below 0 or beyond all bounds: tokens count as none, units and cost as not told."""
    changes: dict[str, Any] = {}
    if reply.usage is not None and (sound := _sound(reply.usage)) is not reply.usage:
        changes["usage"] = sound
    if not all(0 <= amount < MOST for amount in reply.units.values()):
        changes["units"] = {name: amount for name, amount in reply.units.items() if 0 <= amount < MOST}
    if reply.cost is not None and not (reply.cost.amount.is_finite() and 0 <= reply.cost.amount < MOST):
        changes["cost"] = None
    return reply.replace(**changes) if changes else reply


def _sound(usage: Usage) -> Usage:
    counts = {name: getattr(usage, name) for name in usage.__struct_fields__}
    wrong = {name: 0 for name, count in counts.items() if isinstance(count, int) and not 0 <= count < MOST}
    return usage.replace(**wrong) if wrong else usage
