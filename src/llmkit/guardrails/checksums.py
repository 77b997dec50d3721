"""Check digits: arithmetic that tells a number from a row of digits."""

from __future__ import annotations

from collections.abc import Sequence

_VERHOEFF_PRODUCT = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_VERHOEFF_TURN = ("0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258")


def luhn(digits: str) -> bool:
    """Tell whether `digits` pass the Luhn test (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        if place % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def weighted(digits: str, weights: Sequence[int]) -> int:
    """Return the sum of the digits times their weights."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def iban_remainder(text: str) -> int:
    """Return the IBAN's number modulo 97 (ISO 13616): 1 where it is right."""
    return int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97


def verhoeff(digits: str) -> bool:
    """Tell whether `digits` pass Verhoeff's test."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = int(_VERHOEFF_PRODUCT[check][int(_VERHOEFF_TURN[place % 8][int(digit)])])
    return check == 0


def mod_11_10(digits: str) -> bool:
    """Tell whether `digits` pass ISO 7064 MOD 11,10."""
    product = 10
    for digit in digits[:-1]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(digits[-1])


def calendar(year: int, month: int, day: int) -> bool:
    """Tell whether there is such a day."""
    days = (31, 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return 1 <= month <= 12 and 1 <= day <= days[month - 1]
