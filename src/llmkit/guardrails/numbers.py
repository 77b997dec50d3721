"""Find numbers that name a person or an account, and check their check digits: cards, IBANs, telephones, national ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from llmkit.errors import ConfigurationError, nearest
from llmkit.guardrails.checksums import iban_remainder, luhn
from llmkit.guardrails.finding import Finding
from llmkit.guardrails.national_ids import NATIONAL, STRICT
from llmkit.guardrails.openings import number_opening
from llmkit.guardrails.plain import CAPITALS, DIGITS, classes, plain

_LONGEST = 64
_GATE = re.compile(r"[0-9](?:[ .\-/()]{0,2}+[0-9]){6,}+")
"""Every number here has seven digits in one row of groups, but for those that begin with letters."""
_ROW = classes(**{"1": DIGITS})
_CODE = classes(a=DIGITS + CAPITALS)
_SEVEN, _FIFTEEN = b"1" * 7, b"a" * 15
"""The shortest IBAN (Norway) has fifteen capitals and digits; so have Italian ids at least."""
_CARD = re.compile(r"(?<![A-Za-z0-9])(?<![0-9][ .\-])[2-6][0-9]{3}(?:[ -]?[0-9]){8,15}(?![A-Za-z0-9])")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}(?![A-Za-z0-9])")
_PHONE = re.compile(r"(?<![A-Za-z0-9+])\+[1-9](?:[ .\-/()]{0,2}+[0-9]){6,14}(?![A-Za-z0-9])")
# Lengths by country: the IBAN registry of SWIFT (ISO 13616). 68 of them agree with those of python-stdnum (read 2026-11-23), which has 21
# for Costa Rica; the 19 countries that came later were not held against a second source.
IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29, "BY": 28, "CH": 21,
    "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18,
    "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24,
    "ME": 22, "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29,
    "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23,
    "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}  # fmt: skip
# First digits and lengths of the card networks (ISO/IEC 7812; public lists, read 2026-11-23).
_ISSUERS = (
    (re.compile(r"4"), (13, 16, 19)),
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), (16,)),
    (re.compile(r"220[0-4]"), (16, 17, 18, 19)),
    (re.compile(r"3[47]"), (15,)),
    (re.compile(r"3(?:0[0-5]|[689])"), (14, 16, 19)),
    (re.compile(r"6(?:011|4[4-9]|5)"), (16, 19)),
    (re.compile(r"35(?:2[89]|[3-8])"), (16, 17, 18, 19)),
    (re.compile(r"62"), (16, 17, 18, 19)),
    (re.compile(r"5(?:0|[6-9])|6[0-9]"), (12, 13, 14, 15, 16, 17, 18, 19)),
)


NO_DIGITS = bytes(one for one in range(256) if one not in DIGITS.encode())
# How many digits a number has at least, and of which characters one stands in it: quicker to see than that the pattern fails.
NEEDS = {
    "card": (12, ""), "phone": (7, "+"), "id:be": (11, ""), "id:br": (11, ""), "id:ca": (9, " -"), "id:cn": (17, ""), "id:de": (11, ""),
    "id:es": (7, CAPITALS), "id:fi": (9, "-+ABCDEFUVWXY"), "id:fr": (13, ""), "id:gb": (10, ""), "id:in": (12, ""), "id:nl": (9, ""),
    "id:pl": (11, ""), "id:se": (10, "-+"), "id:tr": (11, ""), "id:us": (9, "-"),
}  # fmt: skip


def _card(text: str) -> float:
    digits = re.sub("[ -]", "", text)
    known = any(len(digits) in lengths and pattern.match(digits) for pattern, lengths in _ISSUERS)
    return 1.0 if known and len(set(digits)) > 1 and luhn(digits) else 0.0


def _phone(text: str) -> float:
    return 0.9 if text.count("(") == text.count(")") else 0.0


def _iban_end(text: str) -> int:
    """Return how much of `text` is an IBAN: its country says how long it is, and words may follow."""
    length, seen = IBAN_LENGTHS.get(text[:2], 0), 0
    for place, letter in enumerate(text):
        seen += letter != " "
        if seen == length:
            whole = text[: place + 1].replace(" ", "")
            follows = text[place + 1 : place + 2]
            return place + 1 if iban_remainder(whole) == 1 and follows in ("", " ") else 0
    return 0


class Numbers:
    """Cards, IBANs, telephones in the international form, and national ids; `kinds` narrows them down."""

    def __init__(self, kinds: Iterable[str]) -> None:
        wanted = set(kinds)
        known = {"card", "iban", "phone", *NATIONAL}
        for kind in sorted(wanted - known):
            raise ConfigurationError(f"Unknown kind {kind!r}.", parameter="kinds", hint=f"Near: {', '.join(nearest(kind, known, 3))}.")
        self._iban = "iban" in wanted
        digits: list[tuple[str, re.Pattern[str], Callable[[str], float]]] = []
        if "card" in wanted:
            digits.append(("card", _CARD, _card))
        if "phone" in wanted:
            digits.append(("phone", _PHONE, _phone))
        self._lettered = [(kind, *NATIONAL[kind]) for kind in sorted(wanted & {"id:it"})]
        digits += [(kind, *NATIONAL[kind]) for kind in sorted(wanted & set(NATIONAL) - {"id:it"})]
        rows = [(NEEDS[kind][0], frozenset(NEEDS[kind][1]), kind, pattern, check) for kind, pattern, check in digits]
        self._digits = sorted(rows, key=lambda row: (row[0], row[2]))

    def find(self, text: str, start: int = 0, /) -> Sequence[Finding]:
        """Return the numbers in `text` from `start` on."""
        found: list[Finding] = []
        bare = plain(text)
        if _SEVEN in bare.translate(_ROW, b" .-/()"):
            for row in _GATE.finditer(text, start):
                self._row(text, max(start, row.start() - 2), min(len(text), row.end() + 4), found)
        if (self._iban or self._lettered) and _FIFTEEN in bare.translate(_CODE, b" "):
            for kind, pattern, check in self._lettered:
                found += [Finding(match.start(), match.end(), kind, check(match[0])) for match in pattern.finditer(text, start)]
            if self._iban:
                found += _ibans(text, start)
        return found

    def _row(self, text: str, first: int, end: int, found: list[Finding]) -> None:
        row = text[first:end]
        count = len(row.encode("ascii", "replace").translate(None, NO_DIGITS))
        for least, needed, kind, pattern, check in self._digits:
            if least > count:
                break
            if not needed or not needed.isdisjoint(row):
                matches = pattern.finditer(text, first, end)
                found += [Finding(match.start(), match.end(), kind, check(match[0])) for match in matches]

    def opening(self, text: str, start: int = 0, /) -> int:
        """Return where the last row of groups begins."""
        return number_opening(text, start, _LONGEST)


def _ibans(text: str, start: int) -> list[Finding]:
    found: list[Finding] = []
    for match in _IBAN.finditer(text, start):
        found.append(Finding(match.start(), match.end(), "iban", 0.0))
        length = _iban_end(match[0])
        if length:
            found.append(Finding(match.start(), match.start() + length, "iban"))
    return found


def numbers(*kinds: str) -> Numbers:
    """Find cards, IBANs, telephones and the national ids that cannot be mistaken, or just `kinds` (`card`, `id:de` ...)."""
    return Numbers(kinds or ("card", "iban", "phone", *STRICT))
