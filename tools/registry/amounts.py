"""Write amounts of money exactly: the shortest decimal that a source can have meant."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any


def amount(value: Any) -> Decimal | None:
    """Return a source's number as a decimal; None: it is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        exact = Decimal(repr(value) if isinstance(value, float) else str(value))
    except InvalidOperation:
        return None
    return plain(exact) if exact.is_finite() else None


def plain(value: Decimal) -> Decimal:
    """Return the same amount without needless zeros or an exponent."""
    return Decimal(format(value.normalize(), "f"))


def scaled(value: Any, factor: int | str) -> Decimal | None:
    """Return a source's number times `factor`, rounded to twelve significant digits (sources write binary fractions)."""
    exact = amount(value)
    if exact is None:
        return None
    product = exact * Decimal(factor)
    return plain(product.normalize() if product == 0 else Decimal(f"{product:.12g}"))


def close(one: Decimal | None, other: Decimal | None, *, within: Decimal = Decimal("0.01")) -> bool:
    """Return whether two amounts differ by no more than `within` of the larger one."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= within * max(abs(one), abs(other))


def amounts(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Decimal]:
    """Return the amounts of `values` under our `names`, in the order of `names`."""
    found = {ours: amount(values[theirs]) for theirs, ours in names.items() if theirs in values}
    return {name: value for name, value in found.items() if value is not None}
