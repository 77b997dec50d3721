"""Write amounts for people: money, tokens, dates; what is not known is a dash."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

__all__ = ["UNKNOWN", "days_until", "in_days", "money", "read_count", "short_count", "symbol", "trimmed"]

UNKNOWN = "-"
_SCALES = {"k": 1_000, "m": 1_000_000, "g": 1_000_000_000, "b": 1_000_000_000}
_SYMBOLS = {"USD": "$", "CNY": "¥", "EUR": "€"}
_CENT = Decimal("0.01")


def symbol(currency: str) -> str:
    """Return the sign of a currency; another is its code and a space."""
    return _SYMBOLS.get(currency, f"{currency} ")


def trimmed(value: Decimal) -> str:
    """Return a decimal exactly, without an exponent and without zeros at its end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: Decimal, currency: str = "USD") -> str:
    """Return an amount with at least cents and four digits that matter: `$1,234.50`, `$0.0001235`."""
    rounded = value.quantize(_CENT, ROUND_HALF_EVEN) if abs(value) >= 1000 else _four_digits(value)
    digits = f"{rounded:,f}"
    whole, _, rest = digits.partition(".")
    rest = rest.rstrip("0").ljust(2, "0")
    return f"{symbol(currency)}{whole}.{rest}"


def _four_digits(value: Decimal) -> Decimal:
    if not value:
        return Decimal("0.00")
    places = max(2, 3 - value.adjusted())
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)


def short_count(value: int | None) -> str:
    """Return a number of tokens short: `128k`, `1.05M`; multiples of 1,024 are told as such a model is sold (131,072 is `131k`)."""
    if value is None:
        return UNKNOWN
    for letter, scale in (("M", 1_000_000), ("k", 1_000)):
        if value >= scale:
            shown = f"{value / scale:.2f}" if value < 10 * scale and letter == "M" else f"{value / scale:.0f}"
            return f"{shown.rstrip('0').rstrip('.') if '.' in shown else shown}{letter}"
    return str(value)


def read_count(text: str) -> int:
    """Return the number in `200k`, `1.5M`, `1e6` or `200,000`. Raises `ValueError`."""
    plain = text.strip().lower().replace(",", "").replace("_", "")
    scale = _SCALES.get(plain[-1:], 1)
    value = _decimal(plain[:-1] if scale > 1 else plain) * scale
    if value < 0 or value != value.to_integral_value() or value > 10**15:
        raise ValueError(text)
    return int(value)


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    if not value.is_finite() or abs(value.adjusted()) > 30:
        raise ValueError(text)
    return value


def days_until(day: str, today: date) -> int | None:
    """Return the days from `today` until an ISO date; None for one that is no day (a month, a year)."""
    try:
        return (date.fromisoformat(day) - today).days
    except ValueError:
        return None


def in_days(days: int) -> str:
    """Return when that is, in words: `today`, `in 12 days`, `3 months ago`."""
    if days == 0:
        return "today"
    length = abs(days)
    if length >= 730:
        size, unit = length // 365, "year"
    elif length >= 60:
        size, unit = round(length / 30.44), "month"
    else:
        size, unit = length, "day"
    words = f"{size} {unit}{'' if size == 1 else 's'}"
    return f"in {words}" if days > 0 else f"{words} ago"
