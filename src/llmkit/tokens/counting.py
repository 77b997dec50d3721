"""Say how many tokens a text or a request has, without a network."""

from __future__ import annotations

from typing import Literal

from llmkit.tokens.coefficients import ERRORS, FACTORS, FORMATS, NEAREST, WEIGHTS
from llmkit.tokens.families import GENERAL, TOKENIZERS, family_of
from llmkit.tokens.media import add_media
from llmkit.tokens.outline import SHAPES, Outline, outline, wire
from llmkit.tokens.scan import features
from llmkit.tokens.tokenizers import tokenizer
from llmkit.types.requests import CompletionRequest
from llmkit.types.token_count import TokenCount

Using = Literal["auto", "estimate"]
"""`auto`: the model's own tokenizer where it is installed (the extra `tokens`), else an estimate."""
SHARED = frozenset({"reasoning", "tools", "tools wire", "schema", "schema wire"})
"""Buckets whose words count by a factor of the family; those of all others count once."""
_GUESSED = 0.36
"""p95 of one tokenizer's estimates against what all 15 count (2026-11-23): what is stated of texts where the tokenizer is not known."""
_WIDEST = max(error for stated in ERRORS.values() for error in stated.values())


def count_text(text: str, model: str, *, using: Using = "auto") -> TokenCount:
    """Return the tokens of `text` alone, as `model` would cut it."""
    family = family_of(model)
    exact = tokenizer(TOKENIZERS[family]) if using == "auto" and family in TOKENIZERS and family != GENERAL else None
    tokens = exact(text) if exact is not None else None
    if tokens is not None:
        return TokenCount(tokens=tokens, method="exact", family=family, error=0.0, buckets={"text": tokens})
    tokens = _estimated(text, WEIGHTS[NEAREST.get(family, TOKENIZERS[GENERAL])])
    return TokenCount(tokens=tokens, family=family, error=_error(family, "text"), buckets={"text": tokens})


def count(request: CompletionRequest, model: str = "", *, using: Using = "auto") -> TokenCount:
    """Return the input tokens of `request` for `model` (where it is empty: the request's own).

    The words are counted, or estimated, and what the chat format adds around them is known from recorded requests: so a whole
    request is always an estimate, only a closer one where the tokenizer is installed. `unknown` says what could not be seen.
    """
    model = model or request.model
    family = family_of(model)
    found = outline(request)
    buckets = _words(found, request, family, using) | add_media(found, model)
    formats = FORMATS.get(family, FORMATS[GENERAL])
    added = sum([formats.get(shape, 0.0) * found.shapes[shape] for shape in SHAPES])
    total = max(1, round(sum(buckets.values()) + added))
    whole = {bucket: round(tokens) for bucket, tokens in buckets.items()}
    whole["format"] = total - sum(whole.values())
    return TokenCount(tokens=total, family=family, error=_stated(found, family), buckets=whole, unknown=tuple(found.unknown))


def _words(found: Outline, request: CompletionRequest, family: str, using: Using) -> dict[str, float]:
    exact = tokenizer(TOKENIZERS[family]) if using == "auto" and family in TOKENIZERS and family != GENERAL else None
    row = WEIGHTS[NEAREST.get(family, TOKENIZERS[GENERAL])]
    factors = FACTORS.get(family, FACTORS[GENERAL])
    texts = {bucket: "\n".join(words) for bucket, words in found.words.items()}
    if (request.tools or request.output is not None) and ("tools wire" in factors or "schema wire" in factors):
        texts |= wire(request)
    buckets: dict[str, float] = {}
    for bucket, text in texts.items():
        factor = factors.get(bucket, 0.0) if bucket in SHARED else 1.0
        if text and factor:
            tokens = exact(text) if exact is not None else None
            name = bucket.removesuffix(" wire")
            buckets[name] = buckets.get(name, 0.0) + factor * (_estimated(text, row) if tokens is None else tokens)
    return buckets


def _estimated(text: str, row: tuple[float, ...]) -> int:
    """Return the estimate, which is between one token and one a byte for any text."""
    if not text:
        return 0
    counted = features(text)
    least, most = max(1, len(text) // 128), 4 * len(text)
    return min(most, max(least, round(sum([number * weight for number, weight in zip(counted, row, strict=True)]))))


def _error(family: str, kind: str) -> float:
    if kind == "text" and (family == GENERAL or family not in TOKENIZERS):
        return _GUESSED
    stated = ERRORS.get(family, ERRORS[GENERAL])
    return stated.get(kind, max(ERRORS[GENERAL].get(kind, _WIDEST), stated["text"]))


def _stated(found: Outline, family: str) -> float | None:
    if found.unknown:
        return None
    return _error(family, "tools" if found.shapes["tool"] else "schema" if found.shapes["schema"] else "plain")
