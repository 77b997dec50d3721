"""How near the token estimates come to what providers and tokenizers count, and how fast they are.

python -m benchmarks.tokens [--every 1]

The errors are of recorded requests that were kept from fitting; they need the recorded traffic beside the repository. Speed is measured
on texts of this repository, side by side with the tokenizers that are installed.
"""

from __future__ import annotations

import argparse
import statistics
from collections import defaultdict
from pathlib import Path
from time import perf_counter

from llmkit.tokens import count, count_text
from llmkit.tokens.families import family_of
from llmkit.tokens.tokenizers import tokenizer
from llmkit.types.parts import Audio, Document, Image, Text, Video
from tests.conformance.corpus import files
from tools.tokens.pairs import MAKERS, Pair, pairs, truncated

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("words", "tools", "schema", "media seen", "media unseen", "output")
"""`media unseen`: of a size that had to be assumed; `output`: the words of answers."""
FEWEST = 5
LEAST_OUTPUT = 20
"""Shorter answers are left out: end marks and the like are most of their tokens."""


def kind_of(pair: Pair) -> str:
    request = pair.request
    if any(isinstance(part, Image | Audio | Video | Document) for message in request.messages for part in message.content):
        return "media"
    return "tools" if request.tools else "schema" if request.output is not None and request.output.schema else "words"


def errors(every: int) -> dict[tuple[str, str], list[float]]:
    """Return the relative errors by family and kind, each request once."""
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    cut, seen = truncated(), set()
    for number, pair in enumerate(pairs()):
        if number % every or not pair.held_out or pair.id in cut or pair.answered_by_tools:
            continue
        family = family_of(pair.request.model)
        at_home = pair.provider in MAKERS.get(family, (pair.provider,))
        counted = count(pair.request, using="estimate")
        key = (family, counted.tokens, pair.true_input, str(pair.request.messages[-1])[:200])
        if key in seen:
            continue
        seen.add(key)
        _output(found, family, pair)
        kind = kind_of(pair)
        if kind == "media":
            kind = "media unseen" if counted.unknown else "media seen"
        if at_home and (not counted.unknown or kind == "media unseen"):
            found[family, kind].append(abs(counted.tokens - pair.true_input) / pair.true_input)
    return found


def _output(found: dict[tuple[str, str], list[float]], family: str, pair: Pair) -> None:
    """Compare the words of an answer with its counted tokens, where nothing else is in them."""
    response, usage = pair.response, pair.response.usage
    only_words = all(isinstance(part, Text) for part in response.content)
    if usage is None or usage.reasoning or not only_words or usage.output_text < LEAST_OUTPUT or response.candidates:
        return
    estimated = count_text(response.text, pair.request.model, using="estimate").tokens
    found[family, "output"].append(abs(estimated - usage.output_text) / usage.output_text)


def print_errors(found: dict[tuple[str, str], list[float]]) -> None:
    print(f"{'family':12}" + "".join(f"{kind:>24}" for kind in KINDS))
    print(f"{'':12}" + "      n   median    p95   " * len(KINDS))
    for family in [*sorted({family for family, _ in found}), ""]:
        cells = []
        for kind in KINDS:
            values = found.get((family, kind), []) if family else [value for key, row in found.items() if key[1] == kind for value in row]
            cells.append(_cell(values))
        print(f"{family or 'all':12}" + "".join(cells))


def _cell(values: list[float]) -> str:
    if len(values) < FEWEST:
        return f"{len(values):7}" + " " * 17
    high = statistics.quantiles(values, n=20, method="inclusive")[-1]
    return f"{len(values):7} {statistics.median(values):7.1%} {high:8.1%}"


def print_speed() -> None:
    prose = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    texts = {
        "prose and code": prose,
        "a short prompt": prose[:200],
        "a million letters": "a" * 1_000_000,
        "Chinese": "模型会计算多少个词元？" * 2000,
    }
    print(f"\n{'microseconds per 100 characters':36}{'estimate':>10}{'tokenizer':>11}")
    exact = tokenizer("o200k")
    for name, text in texts.items():
        estimate = _best(lambda text=text: count_text(text, "gpt-4o", using="estimate"), len(text))
        real = f"{_best(lambda text=text: exact(text), len(text)):11.2f}" if exact is not None else "not there".rjust(11)
        print(f"{name:36}{estimate:10.2f}{real}")


def _best(call, length: int) -> float:  # type: ignore[no-untyped-def]
    rounds = max(1, 200_000 // length)
    best = float("inf")
    for _ in range(5):
        started = perf_counter()
        for _ in range(rounds):
            call()
        best = min(best, (perf_counter() - started) / rounds)
    return best / length * 1e8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="measure one request in so many")
    every = parser.parse_args().every
    if files():
        print_errors(errors(every))
    else:
        print("The recorded traffic is not here: no errors are measured.")
    print_speed()


if __name__ == "__main__":
    main()
