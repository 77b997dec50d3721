"""Measure the fitted estimators on what was kept from fitting, and write the coefficients as a module."""

from __future__ import annotations

import math
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from llmkit.tokens.outline import SHAPES, Outline
from tools.tokens import chat
from tools.tokens.pairs import Pair

MODULE = Path(__file__).resolve().parents[2] / "src" / "llmkit" / "tokens" / "coefficients.py"
FEWEST = 8
"""An error is stated for a kind of request when at least so many were kept from fitting."""
WIDER = 1.25
"""The stated error is the measured one and a quarter, rounded up to a hundredth: the sample is finite."""


@dataclass(frozen=True)
class Sample:
    """A recorded request, taken apart."""

    pair: Pair
    plan: Outline
    rows: dict[str, np.ndarray]
    """The text features by bucket."""

    @property
    def kind(self) -> str:
        """Say what makes the request hard to count."""
        return "tools" if self.plan.shapes["tool"] else "schema" if self.plan.shapes["schema"] else "plain"


Families = dict[str, tuple[str, np.ndarray]]


def estimate(sample: Sample, text: np.ndarray, solution: np.ndarray) -> float:
    """Return the estimate that the package will make."""
    factors = dict(zip(chat.SHARED, solution, strict=False))
    words = sum(float(row @ text) * factors.get(bucket, 1.0) for bucket, row in sample.rows.items())
    added = sum(sample.plan.shapes[shape] * value for shape, value in zip(SHAPES, solution[len(factors) :], strict=True))
    return max(1.0, round(words + added))


def figures(
    samples: dict[str, list[Sample]], fitted: dict[str, np.ndarray], families: Families, texts: dict[str, tuple[float, float, int]]
) -> dict[str, dict[str, float]]:
    """Return the stated errors of each family by kind of request, and print what was measured."""
    found: dict[str, dict[str, float]] = {}
    for family, (tokenizer, solution) in sorted(families.items()):
        found[family] = {"text": _stated(texts[tokenizer][1])}
        errors: dict[str, list[float]] = {"plain": [], "schema": [], "tools": []}
        for sample in samples.get(family, []):
            if sample.pair.held_out:
                true = sample.pair.true_input
                errors[sample.kind].append(abs(estimate(sample, fitted[tokenizer], solution) - true) / true)
        for kind, measured in errors.items():
            if len(measured) >= FEWEST:
                found[family][kind] = _stated(float(np.percentile(measured, 95)))
                middle, high = np.median(measured) * 100, np.percentile(measured, 95) * 100
                print(f"{family:12} {tokenizer:10} {kind:7} n={len(measured):4} median {middle:5.1f} % p95 {high:5.1f} %")  # noqa: T201
    for tokenizer, (middle, high, count) in sorted(texts.items()):
        print(f"text {tokenizer:12} n={count:4} median {middle * 100:4.1f} % p95 {high * 100:4.1f} %")  # noqa: T201
    return found


def _stated(measured: float) -> float:
    return math.ceil(measured * WIDER * 100) / 100


def write(date: str, fitted: dict[str, np.ndarray], families: Families, errors: dict[str, dict[str, float]]) -> None:
    """Write the module of coefficients."""
    rows = {name: ", ".join([f"{round(float(value), 4):g}" for value in values]) for name, values in sorted(fitted.items())}
    shared = len(chat.SHARED)
    formats = {name: dict(zip(SHAPES, solution[shared:], strict=True)) for name, (_, solution) in sorted(families.items())}
    factors = {name: dict(zip(chat.SHARED, solution, strict=False)) for name, (_, solution) in sorted(families.items())}
    lines = [
        HEAD.format(date=date),
        "# fmt: off",
        "WEIGHTS: dict[str, tuple[float, ...]] = {",
        *[line for name, row in rows.items() for line in _wrapped(name, f"({row})")],
        *_closed("Tokens of each text feature, by tokenizer."),
        "FORMATS: dict[str, dict[str, float]] = {",
        *[line for name, values in formats.items() for line in _wrapped(name, _literal(values, 2))],
        *_closed("Tokens of each shape of a request, by family."),
        "FACTORS: dict[str, dict[str, float]] = {",
        *[line for name, values in factors.items() for line in _wrapped(name, _literal(values, 3))],
        *_closed("How much the words of these buckets count, by family."),
        "NEAREST: dict[str, str] = {",
        *[line for name, (tokenizer, _) in sorted(families.items()) for line in _wrapped(name, f'"{tokenizer}"')],
        *_closed("The tokenizer of each family, or the one that is nearest to it."),
        "ERRORS: dict[str, dict[str, float]] = {",
        *[line for name, stated in sorted(errors.items()) for line in _wrapped(name, _literal(stated, 2))],
        *_closed("The relative error that 95 of 100 cases kept from fitting stayed below, by family and kind of request."),
    ]
    MODULE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _literal(values: dict[str, float], digits: int) -> str:
    rounded = {name: round(float(value), digits) for name, value in values.items()}
    return "{" + ", ".join([f'"{name}": {value:g}' for name, value in rounded.items() if value]) + "}"


def _wrapped(name: str, value: str) -> list[str]:
    whole = re.sub(r'"[^"]*"', lambda word: word[0].replace(" ", "\0"), f'"{name}": {value},')  # no break inside a name
    lines = textwrap.wrap(whole, 135, initial_indent="    ", subsequent_indent="        ", break_on_hyphens=False, break_long_words=False)
    return [line.replace("\0", " ") for line in lines]


def _closed(meaning: str) -> list[str]:
    return ["}", f'"""{meaning}"""']


HEAD = '''"""What a token estimate is made of. Generated by `tools/tokens/fit.py` on {date}; do not edit.

Weights of text features: least relative errors against real tokenizers, on texts of recorded traffic and files; chat formats: least
absolute relative errors against the input tokens that providers reported for recorded requests. One in five was kept from fitting;
the stated errors are those of the kept ones.
"""
'''
