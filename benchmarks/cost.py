"""What pricing a call costs, and how near the listed prices come to what providers say themselves.

python -m benchmarks.cost [--corpus]

`--corpus` decodes all recorded answers (some minutes) and compares ours with the cost that the answer tells, where it tells one.
"""

from __future__ import annotations

import argparse
import importlib
import statistics
import timeit
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal

from llmkit.models.cost import explain
from llmkit.types.price import Price, RateCard, Tier
from llmkit.types.responses import CompletionResponse
from llmkit.types.usage import Usage

RATES = {"input": Decimal("1.25"), "output": Decimal(10), "cache_read": Decimal("0.125"), "cache_write": Decimal("1.5625")}
CASES: dict[str, tuple[Price, Usage, str]] = {
    "input, output": (Price(rates=RATES), Usage(uncached=1200, output_text=300), ""),
    "input, output, cache": (Price(rates=RATES), Usage(uncached=1200, cache_read=8000, output_text=300), ""),
    "a tier": (
        Price(rates=RATES, tiers=(Tier(above=200_000, rates=RATES),)),
        Usage(uncached=1200, cache_read=300_000, output_text=300),
        "default",
    ),
    "a service": (
        Price(rates=RATES, services={"flex": RateCard(rates=RATES)}),
        Usage(uncached=1200, cache_read=8000, output_text=300),
        "flex",
    ),
    "a tool": (Price(rates=RATES, fees={"web_search": Decimal("0.01")}), Usage(uncached=1200, server_tools={"web_search": 2}), ""),
    "unknown": (Price(rates=RATES), Usage(uncached=1200, cache_write_1h=8000), ""),
}
TARGET = {"input, output, cache": 3000}
SELLERS = {"vercel_gateway": "vercel"}
"""Names in the recordings that the registry does not use."""
NEAR = 0.01


def main() -> None:
    """Measure, and compare if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", action="store_true")
    wanted = parser.parse_args()
    for name, (price, usage, service) in CASES.items():
        target = f"  (target {TARGET[name]})" if name in TARGET else ""
        print(f"{name:22} {nanoseconds(lambda: explain(price, usage, service=service)):6.0f} ns{target}")  # noqa: B023 - called at once
    print(f"{'(Decimals alone)':22} {nanoseconds(_alone):6.0f} ns")
    if wanted.corpus:
        agreement()


def nanoseconds(call: Callable[[], object], number: int = 500, rounds: int = 400) -> float:
    """Return the time of the quickest round, as others share the machine."""
    return min(timeit.repeat(call, number=number, repeat=rounds)) / number * 1e9


def _alone() -> Decimal:
    """Do the same sum and nothing else; it is rounded where it does not fit."""
    return _INPUT * 1200 * _MILLIONTH + _READ * 8000 * _MILLIONTH + _OUTPUT * 300 * _MILLIONTH


_INPUT, _READ, _OUTPUT, _MILLIONTH = Decimal("1.25"), Decimal("0.125"), Decimal(10), Decimal("0.000001")


def agreement() -> None:
    """Compare with the figures of the providers that tell them."""
    from llmkit.models.registry import Registry

    registry, verdicts, unknown = Registry(), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    errors: dict[str, list[float]] = {}
    for provider, asked, answer in answers():
        if answer.cost is None or answer.usage is None:
            continue
        match = next((found for model in (asked, answer.model) if (found := registry.match(f"{provider}/{model}")).kind in SURE), None)
        if match is None or match.info is None or match.info.price is None:
            verdicts[provider, "not listed"] += 1
            continue
        priced = explain(match.info.price, answer.usage, service=answer.service_tier or "", at=answer.created)
        if priced.cost is None:
            verdicts[provider, "unknown"] += 1
            unknown[provider, priced.reason] += 1
        elif answer.cost.amount == 0:
            verdicts[provider, "free" if priced.cost.amount == 0 else "said to be free"] += 1
        else:
            error = float(priced.cost.amount / answer.cost.amount) - 1
            errors.setdefault(provider, []).append(error)
            verdicts[provider, "agrees" if abs(error) <= NEAR else "over" if error > 0 else "under"] += 1
    _print(verdicts, unknown, errors)


SURE = ("exact", "alias")


def answers() -> Iterator[tuple[str, str, CompletionResponse]]:
    """Yield provider, model asked for and answer of every recording that one of our dialects reads."""
    from llmkit.accumulate import fold
    from llmkit.errors import LLMKitError
    from llmkit.types.parts import Provenance
    from tests.conformance.check import _decoder
    from tests.conformance.corpus import files, interactions

    for file in files():
        for it in interactions(file, lambda _id, _tier: True):
            if it.status >= 400 or it.fixture:
                continue
            dialect = importlib.import_module(f"llmkit.dialects.{it.dialect}")
            origin = Provenance(provider=it.provider, dialect=it.dialect)
            try:
                if it.stream:
                    decoder = _decoder(dialect, it, origin)
                    answer = fold([*decoder.feed(it.raw), *decoder.close()])
                else:
                    answer = dialect.decode(it.raw, origin=origin)
            except LLMKitError:
                continue
            yield SELLERS.get(it.provider, it.provider), str((it.sent or {}).get("model") or answer.model), answer


def _print(verdicts: Counter[tuple[str, str]], unknown: Counter[tuple[str, str]], errors: dict[str, list[float]]) -> None:
    for provider in sorted({name for name, _ in verdicts}):
        counted = ", ".join(f"{count} {verdict}" for (name, verdict), count in sorted(verdicts.items()) if name == provider)
        found = errors.get(provider, [])
        median = f"; median error {statistics.median(map(abs, found)):.2%}" if found else ""
        print(f"{provider:16} {counted}{median}")
    every = [error for found in errors.values() for error in found]
    if every:
        near = sum(1 for error in every if abs(error) <= NEAR)
        print(f"all: {near} of {len(every)} within {NEAR:.0%}, median error {statistics.median(map(abs, every)):.2%}")
    for (provider, why), count in unknown.most_common(20):
        print(f"  {count:4} {provider}: {why}")


if __name__ == "__main__":
    main()
