"""No request leads to another's answer: neither by its key nor by likeness."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.caching import Semantic
from llmkit.caching.key import NOT_SHAPING, key_of
from llmkit.caching.semantic import ALSO
from llmkit.caching.statistics import Statistics
from llmkit.pipeline.alike import Likeness
from llmkit.types.messages import Message
from llmkit.types.parts import Text
from llmkit.types.requests import CompletionRequest
from tests.caching.alike_cases import equal
from tests.caching.cache_cases import World
from tests.caching.test_key import OTHER
from tests.strategies import completion_requests, texts, words

LIKENESS = Likeness(Semantic(embed=equal, also=ALSO, hottest=2.0, longest=10_000), Statistics())
WORLD = World(None)


def partition(request: CompletionRequest, *about: str) -> bytes | None:
    found = LIKENESS.question(WORLD.call(request), about)
    return None if found is None else found.partition


def reworded(request: CompletionRequest, word: str) -> CompletionRequest:
    """Return the request with other words in its last turn."""
    last = request.messages[-1]
    content = tuple([part.replace(text=word) if isinstance(part, Text) else part for part in last.content])
    return request.replace(messages=(*request.messages[:-1], last.replace(content=content)))


asked = completion_requests(parts=texts).map(lambda request: reworded(request, "alpha"))


@settings(max_examples=6, deadline=None)
@given(asked)
def test_requests_that_differ_in_any_field_share_neither_key_nor_partition(request: CompletionRequest) -> None:
    key, place = key_of(request, ()), partition(request)
    assert place is not None

    for name in [name for name in OTHER if name != "messages"]:
        changed: CompletionRequest = msgspec.structs.replace(request, **{name: OTHER[name]})  # type: ignore[arg-type]
        same = name in NOT_SHAPING or getattr(request, name) == OTHER[name]

        assert (name, same, same) == (name, key == key_of(changed, ()), place == partition(changed))


@settings(max_examples=8, deadline=None)
@given(asked, words, st.data())
def test_requests_that_differ_in_any_earlier_turn_share_no_partition(request: CompletionRequest, other: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(request.messages) - 1))
    changes: list[tuple[Message, ...]] = [
        (*request.messages[:place], Message.user(other), *request.messages[place:]),
        (*request.messages[:place], request.messages[place].replace(name="other"), *request.messages[place + 1 :]),
    ]
    if place < len(request.messages) - 1:
        changes.append((*request.messages[:place], *request.messages[place + 1 :]))

    for messages in changes:
        changed = request.replace(messages=messages)
        assert key_of(request, ()) != key_of(changed, ())
        assert partition(request) != partition(changed)


@settings(max_examples=8, deadline=None)
@given(asked)
def test_requests_that_differ_only_in_the_words_of_the_last_turn_share_a_partition_and_no_key(request: CompletionRequest) -> None:
    changed = reworded(request, "beta")

    assert partition(request) == partition(changed)
    assert partition(request) != partition(reworded(request, "not alpha"))
    assert partition(request) != partition(request, "another owner")
    assert key_of(request, ()) != key_of(changed, ())


@pytest.mark.parametrize(("one", "other"), [("model/a", "model/b"), (equal, lambda texts: equal(texts))])
def test_vectors_of_two_makers_are_no_neighbours(one: Any, other: Any) -> None:
    found = [
        Likeness(Semantic(embed=embed), Statistics()).question(WORLD.call(CompletionRequest(model="m", messages=(Message.user("hi"),))), ())
        for embed in (one, other)
    ]

    assert found[0] is not None
    assert found[1] is not None
    assert found[0].partition != found[1].partition
