"""The odds of labels, read off the tokens in which a model wrote one of them."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from llmkit.operations.label_odds import label_odds
from llmkit.types.responses import Logprob

LABELS = ["spam", "ham"]
ODDS = {
    "labels that begin alike": (
        [("{", 1, {}), ('"value": "', 1, {}), ("not_", 0.9, {}), ("ok", 0.6, {"sure": 0.4}), ('"}', 1, {})],
        "not_ok",
        ["not_ok", "not_sure", "ok"],
        {"not_ok": 0.54, "not_sure": 0.36},
    ),
    "one label is the beginning of another": (
        [('{"value": "', 1, {}), ("a", 0.5, {}), ('"', 0.8, {"b": 0.2}), ("}", 1, {})],
        "a",
        ["a", "ab"],
        {"a": 0.4, "ab": 0.1},
    ),
    "the quote is part of the token": (
        [('{"value":', 1, {}), (' "sp', 0.7, {' "h': 0.3}), ('am"}', 1, {})],
        "spam",
        LABELS,
        {"spam": 0.7, "ham": 0.3},
    ),
    "a rival that is no label": ([('{"value": "', 1, {}), ("spam", 0.7, {"Well": 0.3}), ('"}', 1, {})], "spam", LABELS, {"spam": 0.7}),
    "a rival that leaves two labels": (
        [('{"value": "', 1, {}), ("sp", 0.6, {"ha": 0.4}), ("am", 1, {}), ('"}', 1, {})],
        "spam",
        ["spam", "ham", "hat"],
        {"spam": 0.6},
    ),
    "the same label cut otherwise": ([('{"value": "', 1, {}), ("spam", 0.7, {"sp": 0.2}), ('"}', 1, {})], "spam", LABELS, {"spam": 0.7}),
    "no such label in the tokens": ([("thinking", 1, {})], "spam", LABELS, {}),
    "no tokens": ([], "spam", LABELS, {}),
}


@pytest.mark.parametrize("name", ODDS)
def test_odds_are_read_off_the_tokens(name: str) -> None:
    """Only what the tokens really say is counted."""
    tokens, label, labels, expected = ODDS[name]

    found = label_odds([logprob(*one) for one in tokens], label, labels)

    assert expected == {one: round(score, 9) for one, score in found.items()}


def logprob(text: str, odds: float, rivals: dict[str, float]) -> Logprob:
    top = tuple([Logprob(token=name, logprob=math.log(value)) for name, value in {text: odds, **rivals}.items()])
    return Logprob(token=text, logprob=math.log(odds), top=top)


@settings(max_examples=25, deadline=None)
@given(some.lists(some.text('ab"_é', min_size=1, max_size=4), min_size=2, max_size=4, unique=True), some.data())
def test_odds_are_probabilities_wherever_the_tokens_are_cut(labels: list[str], data: some.DataObject) -> None:
    """A tokenizer may cut a label anywhere; rivals may be anything."""
    text = json.dumps({"value": labels[0]}, ensure_ascii=False)
    cuts = sorted(data.draw(some.sets(some.integers(1, len(text) - 1), max_size=6)))
    pieces = [text[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    tokens = [logprob(piece, 0.5, {data.draw(some.sampled_from([*labels, '"', "a"])): 0.3}) for piece in pieces]

    found = label_odds(tokens, labels[0], labels)

    assert labels[0] in found
    assert all(0 < score <= 1 for score in found.values())
    assert sum(found.values()) <= 1 + 1e-9
