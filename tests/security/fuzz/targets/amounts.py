"""Amounts, times and prices: what people write, and sums of what providers report."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import suppress
from datetime import date
from decimal import Context, localcontext
from typing import Any

import click
import msgspec

from llmkit.cli.amounts import days_until, in_days, money, read_count, short_count, trimmed
from llmkit.cli.ocr import _pages
from llmkit.cli.usage import _since
from llmkit.metering.money import micro_down, micro_up
from llmkit.metering.report import dollars
from llmkit.models.cost import explain
from llmkit.types.price import Price
from llmkit.types.usage import Usage
from llmkit.types.vectors import VECTOR_FORMATS, similarity, unpacked, width
from tests.security.fuzz.harvest import words_of
from tests.security.fuzz.target import Target, hold

_WRITTEN = (
    b"200k",
    b"1.5M",
    b"1e6",
    b"200,000",
    b"24h",
    b"7d",
    b"2026-11-01",
    b"1-3,7",
    b"0.0001235",
    b"1e-30",
    b"-5",
    b"NaN",
    b"1234567.891",
)
_USAGE = b'{"uncached":1000,"cache_read":50,"output_text":300,"reasoning":20,"server_tools":{"web_search":2}}'
_PRICE = b'{"rates":{"input":"1.25","output":"10","cache_read":"0.125"}}'


def targets() -> Iterator[Target]:
    """Return amounts as they are written, costs, and vectors."""
    words = (
        b"k",
        b"M",
        b"g",
        b"_",
        b",",
        b"-",
        b".",
        b"e",
        b"E+",
        b"9" * 20,
        b"inf",
        b"h",
        b"w",
        b"d",
        b"\xd9\xa3",
        b"\xc2\xb2",
        b"sNaN",
        b" ",
    )
    yield Target(name="amounts", run=_amounts, seeds=lambda: _WRITTEN, words=lambda: words, longest=60)
    yield Target(
        name="cost", run=_cost, seeds=lambda: (_USAGE + b"\n" + _PRICE,), words=lambda: words_of("llmkit.types.usage", "llmkit.types.price")
    )
    yield Target(name="vectors", run=_vectors, seeds=lambda: (bytes(9), b"\x01" * 17), longest=80)


def _amounts(data: bytes) -> Hashable:
    text = data.decode("utf-8", "replace")
    told: list[bool] = []
    with suppress(ValueError):
        count = read_count(text)
        hold(0 <= count <= 10**15, "a count is none")
        short_count(count)
        told.append(True)
    amount = dollars(text)
    hold(amount.is_finite(), "an amount is none")
    if abs(amount) < 10**15 and (not amount or amount.adjusted() > -40):
        shown = money(amount)
        hold(shown.startswith("$") and len(trimmed(amount)) < 100, "an amount has no bound")
        hold(micro_down(amount) <= amount.scaleb(6) <= micro_up(amount), "a rounding goes the wrong way")
    days = days_until(text, date(2026, 11, 23))
    if days is not None:
        in_days(days)
    for read in (_pages, _since):
        with suppress(click.BadParameter):
            found: Any = read(None, None, text)  # type: ignore[arg-type]  # neither looks at its first two
            told.append(bool(found))
    return tuple(told), days is None, bool(amount)


def _cost(data: bytes) -> Hashable:
    first, _, second = data.partition(b"\n")
    try:
        usage, price = msgspec.json.decode(first, type=Usage), msgspec.json.decode(second, type=Price)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if (
        min(usage.uncached, usage.cache_read, usage.cache_write, usage.output_text, usage.reasoning, usage.output_audio, usage.output_image)
        < 0
    ):
        return "less than nothing"
    priced = explain(price, usage, at=1.79e9)
    if priced.cost is None:
        return priced.reason[:16]
    hold(priced.cost.amount.is_finite(), "a cost is no amount")
    with localcontext(Context(prec=2000)):
        hold(not priced.cost.buckets or sum(priced.cost.buckets.values()) == priced.cost.amount, "the parts are not the whole")
    return tuple(priced.cost.buckets)


def _vectors(data: bytes) -> Hashable:
    format = VECTOR_FORMATS[data[0] % len(VECTOR_FORMATS)] if data else VECTOR_FORMATS[0]
    body = data[1:]
    if format == "float":  # whoever unpacks has looked at the length
        body = body[: len(body) // 4 * 4]
    vector = unpacked(body, format)
    hold(width(len(vector), format) >= 0, "a vector has no width")
    similarity(vector, vector, format)
    return format, len(vector)
