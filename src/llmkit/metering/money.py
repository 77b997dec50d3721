"""Dollars as whole numbers: millionths where limits hold, millionths of these where remainders are carried."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

PICO = 1_000_000
"""Parts of a micro-dollar that a ledger carries, so that no sum ever drifts."""


def micro_up(dollars: Decimal) -> int:
    """Return micro-dollars, rounded up: what is reserved is never too little."""
    return int(dollars.scaleb(6).to_integral_value(ROUND_CEILING))


def micro_down(dollars: Decimal) -> int:
    """Return micro-dollars, rounded down: a limit is never too much."""
    return int(dollars.scaleb(6).to_integral_value(ROUND_FLOOR))


def pico_of(dollars: Decimal) -> int:
    """Return a cost in millionths of a micro-dollar, half to even; less than nothing is nothing."""
    return max(0, round(dollars.scaleb(12)))


def dollars_of(micro: int) -> Decimal:
    """Return dollars."""
    return Decimal(micro).scaleb(-6)
