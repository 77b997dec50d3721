"""Fit the estimators of tokens and write `src/llmkit/tokens/coefficients.py`.

    python -m tools.tokens.fit --cache /somewhere/to/keep/labels --texts FOLDER ... --date 2026-11-23

Needs Python 3.12, numpy, scipy and the packages of `tools.tokens.oracles`; the recorded traffic lies beside the repository.
"""

from __future__ import annotations

import argparse
import pickle
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import msgspec
import numpy as np

from llmkit.tokens.families import GENERAL, TOKENIZERS, family_of
from llmkit.tokens.outline import SHAPES, outline, wire
from llmkit.tokens.scan import FEATURES, features
from tools.tokens import chat, weights
from tools.tokens.figures import Sample, figures, write
from tools.tokens.oracles import oracles
from tools.tokens.pairs import MAKERS, Pair, pairs, truncated
from tools.tokens.texts import sample

MOST_TEXTS = 12_000
ENOUGH = 30
"""A family with so many requests at its makers' own addresses is fitted to these alone: other hosts render and count otherwise."""


def main() -> None:
    """Fit all families and write the coefficients."""
    options = argparse.ArgumentParser()
    options.add_argument("--cache", type=Path, required=True)
    options.add_argument("--texts", type=Path, nargs="*", default=[])
    options.add_argument("--date", required=True)
    given = options.parse_args()
    recorded = _kept(given.cache / "pairs.pickle", lambda: list(pairs()))
    texts = _kept(given.cache / "texts.pickle", lambda: sample(recorded, given.texts, MOST_TEXTS))
    fitted, text_errors = text_weights(texts, given.cache)
    samples = by_family(recorded)
    families = chat_formats(samples, fitted)
    write(given.date, fitted, families, figures(samples, fitted, families, text_errors))


def _kept(path: Path, make):  # type: ignore[no-untyped-def]  # whatever `make` returns
    """Return what `path` keeps, or make and keep it."""
    if not path.exists():
        path.write_bytes(pickle.dumps(make()))
    return pickle.loads(path.read_bytes())  # noqa: S301 - our own file


def text_weights(texts: list[str], cache: Path) -> tuple[dict[str, np.ndarray], dict[str, tuple[float, float, int]]]:
    """Return the weights of each tokenizer, and the median and p95 of its errors on texts kept from fitting."""
    rows = weights.matrix(texts)
    held = np.arange(len(texts)) % weights.HELD_OUT == 0
    long = np.array([len(text) >= weights.LONG for text in texts])
    found: dict[str, np.ndarray] = {}
    errors: dict[str, tuple[float, float, int]] = {}
    for name, count in oracles().items():
        counted = _kept(cache / f"{name}.pickle", lambda count=count: np.array([count(text) for text in texts], dtype=float))
        found[name] = weights.fit(rows[~held], counted[~held])
        kept = weights.errors(rows[held & long], counted[held & long], found[name])
        errors[name] = (float(np.median(kept)), float(np.percentile(kept, 95)), len(kept))
    return found, errors


def by_family(recorded: Iterable[Pair]) -> dict[str, list[Sample]]:
    """Return the requests that can be counted, once each, by family."""
    cut = truncated()
    seen: set[bytes] = set()
    found: dict[str, list[Sample]] = defaultdict(list)
    for pair in recorded:
        request = pair.request
        key = msgspec.json.encode((family_of(request.model), request.messages, request.tools, request.output, pair.true_input))
        plan = outline(request)
        if key in seen or pair.id in cut or plan.unknown or plan.media or pair.answered_by_tools:
            continue
        seen.add(key)
        texts = {bucket: "\n".join(words) for bucket, words in plan.words.items()} | wire(request)
        rows = {bucket: np.array(features(text), dtype=float) for bucket, text in texts.items()}
        found[family_of(request.model)].append(Sample(pair, plan, rows))
    return {family: _at_home(family, samples) for family, samples in found.items()}


def _at_home(family: str, samples: list[Sample]) -> list[Sample]:
    home = [sample for sample in samples if sample.pair.provider in MAKERS.get(family, ())]
    return home if len(home) >= ENOUGH else samples


def chat_formats(samples: dict[str, list[Sample]], fitted: dict[str, np.ndarray]) -> dict[str, tuple[str, np.ndarray]]:
    """Return the tokenizer and the chat format of each family; `GENERAL` is fitted to all of them."""
    everyone = [sample for family in samples.values() for sample in family[:: max(1, len(family) // 400)]]
    general = _solve(everyone, fitted[TOKENIZERS[GENERAL]], None)
    found = {GENERAL: (TOKENIZERS[GENERAL], general)}
    for family, theirs in sorted(samples.items()):
        if family == GENERAL:
            continue
        names = [TOKENIZERS[family]] if family in TOKENIZERS else sorted(fitted)
        tried = [(name, _solve(theirs, fitted[name], general)) for name in names]
        found[family] = min(tried, key=lambda row: _loss(theirs, fitted[row[0]], row[1]))
    return found


def _solve(samples: list[Sample], text: np.ndarray, prior: np.ndarray | None) -> np.ndarray:
    learnt = [sample for sample in samples if not sample.pair.held_out]
    words, shared, shapes, counted = arrays(learnt, text)
    return chat.fit(words, shared, shapes, counted, prior)


def _loss(samples: list[Sample], text: np.ndarray, solution: np.ndarray) -> float:
    words, shared, shapes, counted = arrays([sample for sample in samples if not sample.pair.held_out], text)
    estimated = words + np.hstack([shared, shapes]) @ solution
    return float(np.minimum(np.abs(estimated - counted) / counted, 0.5).mean())


def arrays(samples: list[Sample], text: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return what `chat.fit` takes."""
    nothing = np.zeros(len(FEATURES))
    words = np.array([sum(float(sample.rows.get(bucket, nothing) @ text) for bucket in ("text", "calls")) for sample in samples])
    shared = np.array([[float(sample.rows.get(bucket, nothing) @ text) for bucket in chat.SHARED] for sample in samples])
    shapes = np.array([[sample.plan.shapes[shape] for shape in SHAPES] for sample in samples], dtype=float)
    return words, shared, shapes, np.array([sample.pair.true_input for sample in samples], dtype=float)


if __name__ == "__main__":
    main()
