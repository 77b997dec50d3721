"""National ids of sixteen countries: how they are written, and their check digits."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from llmkit.guardrails.checksums import calendar, luhn, mod_11_10, verhoeff, weighted

Check: TypeAlias = Callable[[str], float]
_A, _Z = r"(?<![A-Za-z0-9])(?<![0-9][.\-/])", r"(?![A-Za-z0-9])"
_SURE, _LIKELY, _MAYBE = 1.0, 0.8, 0.5
"""MAYBE: a bare row of digits; about one in ten of any such rows passes."""


def _digits(text: str) -> str:
    return re.sub("[^0-9]", "", text)


def _brazil(text: str) -> float:
    digits = _digits(text)
    first = weighted(digits, range(10, 1, -1)) * 10 % 11 % 10
    second = weighted(digits, range(11, 1, -1)) * 10 % 11 % 10
    right = digits[9:] == f"{first}{second}" and len(set(digits)) > 1
    return (_SURE if "." in text else _LIKELY) * right


def _china(text: str) -> float:
    rest = weighted(text[:17], (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)) % 11
    return float("10X98765432"[rest] == text[17].upper() and calendar(int(text[6:10]), int(text[10:12]), int(text[12:14])))


def _spain(text: str) -> float:
    bare = text.replace("-", "")
    number = {"X": "0", "Y": "1", "Z": "2"}.get(bare[0], bare[0]) + bare[1:-1]
    return float("TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == bare[-1])


_ITALY_ODD = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
        strict=True,
    )
)


def _italy(text: str) -> float:
    odd = sum(_ITALY_ODD[letter] for letter in text[:15:2])
    even = sum(int(letter) if letter.isdigit() else ord(letter) - 65 for letter in text[1:15:2])
    return float(chr(65 + (odd + even) % 26) == text[15])


def _france(text: str) -> float:
    bare = re.sub("[ .]", "", text).replace("2A", "19").replace("2B", "18")
    return _SURE * (97 - int(bare[:13]) % 97 == int(bare[13:]))


def _germany(text: str) -> float:
    digits = _digits(text)
    most = max(digits[:10].count(digit) for digit in "0123456789")
    return _MAYBE * (most in (2, 3) and mod_11_10(digits))


def _netherlands(text: str) -> float:
    digits = _digits(text)
    return _MAYBE * (weighted(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0 and len(set(digits)) > 1)


def _belgium(text: str) -> float:
    digits = _digits(text)
    right = any(97 - int(century + digits[:9]) % 97 == int(digits[9:]) for century in ("", "2"))
    return (_SURE if "." in text else _LIKELY) * (right and int(digits[2:4]) <= 12 and int(digits[4:6]) <= 31)


def _poland(text: str) -> float:
    month = int(text[2:4]) % 20
    right = (10 - weighted(text, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10) % 10 == int(text[10])
    return _MAYBE * (right and 1 <= month <= 12 and 1 <= int(text[4:6]) <= 31)


def _sweden(text: str) -> float:
    digits = _digits(text)[-10:]
    return _LIKELY * (luhn(digits) and 1 <= int(digits[2:4]) <= 12 and 1 <= int(digits[4:6]) % 60 <= 31)


def _finland(text: str) -> float:
    right = "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(text[:6] + text[7:10]) % 31] == text[10]
    return float(right and 1 <= int(text[2:4]) <= 12 and 1 <= int(text[:2]) <= 31)


def _india(text: str) -> float:
    return (_LIKELY if " " in text else _MAYBE) * verhoeff(_digits(text))


def _turkey(text: str) -> float:
    digits = [int(digit) for digit in text]
    tenth = (sum(digits[:9:2]) * 7 - sum(digits[1:8:2])) % 10
    return _LIKELY * (digits[9] == tenth and sum(digits[:10]) % 10 == digits[10])


def _canada(text: str) -> float:
    return _MAYBE * luhn(_digits(text))


def _health_service(text: str) -> float:
    digits = _digits(text)
    return _MAYBE * ((11 - weighted(digits, range(10, 1, -1)) % 11) % 11 == int(digits[9]) and len(set(digits)) > 1)


def _united_states(text: str) -> float:
    """It has no check digit: only ranges that are never given out can be told."""
    return _LIKELY * (text[:3] not in ("000", "666") and text[0] != "9" and text[4:6] != "00" and text[7:] != "0000")


NATIONAL: dict[str, tuple[re.Pattern[str], Check]] = {
    name: (re.compile(_A + pattern + _Z), check)
    for name, (pattern, check) in {
        "id:be": (r"[0-9]{2}\.?[0-9]{2}\.?[0-9]{2}-?[0-9]{3}\.?[0-9]{2}", _belgium),
        "id:br": (r"(?:[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}|[0-9]{11})", _brazil),
        "id:ca": (r"[1-79][0-9]{2}([ -])[0-9]{3}\1[0-9]{3}", _canada),
        "id:cn": (r"[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx]", _china),
        "id:de": (r"[1-9][0-9](?: ?[0-9]{3}){3}", _germany),
        "id:es": (r"(?:[0-9]{8}|[XYZ][0-9]{7})-?[A-Z]", _spain),
        "id:fi": (r"[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y]", lambda text: _finland(text) if text[10] not in "GIOQ" else 0.0),
        "id:fr": (r"[12] ?[0-9]{2} ?[0-9]{2} ?(?:[0-9]{2}|2[AB]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}", _france),
        "id:gb": (r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}", _health_service),
        "id:in": (r"[2-9][0-9]{3} ?[0-9]{4} ?[0-9]{4}", _india),
        "id:it": (r"[A-Z]{6}[0-9]{2}[ABCDEHLMPRST][0-9]{2}[A-Z][0-9]{3}[A-Z]", _italy),
        "id:nl": (r"[0-9]{9}", _netherlands),
        "id:pl": (r"[0-9]{11}", _poland),
        "id:se": (r"(?:[0-9]{2})?[0-9]{6}[-+][0-9]{4}", _sweden),
        "id:tr": (r"[1-9][0-9]{10}", _turkey),
        "id:us": (r"[0-9]{3}-[0-9]{2}-[0-9]{4}", _united_states),
    }.items()
}
STRICT = ("id:be", "id:br", "id:cn", "id:es", "id:fi", "id:fr", "id:in", "id:it", "id:se", "id:us")
"""What `pii()` looks for: those that rarely are something else. The rest are bare digits with one check digit: ask for them by name."""
