"""How likely each label was, by the probabilities of the tokens in which a model wrote one of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from llmkit.types.responses import Logprob

_END = '"'


def label_odds(tokens: Sequence[Logprob], label: str, labels: Sequence[str]) -> dict[str, float]:
    """Return the probability of `label`, which the model wrote as a JSON string, and of its rivals as far as they are told.

    A rival is counted where a token that the model might have written instead leaves no label but it. What is not told is left out;
    the numbers are the model's own and need not add up to 1. Empty where there are no tokens, or the label is not found in them.
    """
    text = "".join([token.token for token in tokens])
    ends = {name: _plain(name) + _END for name in labels}
    begin = text.rfind(_END + ends.get(label, _plain(label) + _END)) + 1
    if begin == 0:
        return {}
    scores = {label: 1.0}
    place = 0
    for token in tokens:
        start, place = place, place + len(token.token)
        if place <= begin:
            continue
        lead, before = text[start:begin], text[begin:start]
        for rival in token.top:
            name = _only(rival.token, lead, before, ends)
            if name is not None and name != label:
                scores[name] = scores.get(name, 0.0) + scores[label] * math.exp(rival.logprob)
        scores[label] *= math.exp(token.logprob)
        if len([end for end in ends.values() if end.startswith(text[begin:place])]) <= 1:
            break  # from here on nothing but this label can follow
    return scores


def _only(token: str, lead: str, before: str, ends: dict[str, str]) -> str | None:
    """Return the only label that can come of `token`, which stands behind `before` and begins with `lead`; None: none or several."""
    if not token.startswith(lead):
        return None
    written = before + token.removeprefix(lead)
    if not written:
        return None
    possible = [name for name, end in ends.items() if end.startswith(written) or written.startswith(end)]
    return possible[0] if len(possible) == 1 else None


def _plain(label: str) -> str:
    return msgspec.json.encode(label).decode()[1:-1]
