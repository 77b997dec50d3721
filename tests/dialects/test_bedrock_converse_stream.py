"""Streams: their grammar, their end, and whatever splits them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.accumulate import fold
from llmkit.dialects import bedrock_converse
from llmkit.testing.aws_eventstream import event
from llmkit.types.events import (
    ArgumentsDelta,
    CitationDelta,
    Finish,
    PartEnd,
    PartStart,
    ReasoningDelta,
    Start,
    WireEvent,
)
from tests.dialects.bedrock_converse_answers import ALL, PAIRS
from tests.dialects.bedrock_converse_cases import TARGET, USAGE, events_of


def test_events_follow_the_grammar() -> None:
    events = events_of(ALL)

    assert isinstance(events[0], Start)
    assert list(range(len(PAIRS))) == [found.index for found in events if isinstance(found, PartStart)]
    assert list(range(len(PAIRS))) == [found.index for found in events if isinstance(found, PartEnd)]
    assert [len(events) - 1] == [place for place, found in enumerate(events) if isinstance(found, Finish)]
    assert not any(isinstance(found, WireEvent) for found in events)


def test_deltas_say_what_the_parts_say() -> None:
    events = events_of(ALL)

    answer = fold(events)
    assert answer.text == "".join([found.text for found in events])
    assert answer.reasoning == "".join([found.reasoning for found in events if isinstance(found, ReasoningDelta)])
    assert '{"a":[1,{"b":"ü"}]}' == "".join([found.json for found in events if isinstance(found, ArgumentsDelta) and found.index == 5])
    assert list(answer.citations) == [found.citation for found in events if isinstance(found, CitationDelta)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000])
def test_any_regular_split_gives_the_same_events(size: int) -> None:
    assert events_of(ALL) == events_of(ALL, size)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, len(ALL)), max_size=30))
def test_any_split_gives_the_same_events(cuts: list[int]) -> None:
    decoder = bedrock_converse.decoder(origin=TARGET)
    places = [0, *sorted(cuts), len(ALL)]

    events = [found for begin, end in pairwise(places) for found in decoder.feed(ALL[begin:end])]

    assert decoder.done
    assert events_of(ALL) == events


@settings(max_examples=30, deadline=None)
@given(st.integers(0, len(ALL) - 1))
def test_a_stream_that_is_cut_anywhere_is_never_complete(length: int) -> None:
    """The usage comes last: what stops before it lacks at least that."""
    decoder = bedrock_converse.decoder(origin=TARGET)

    events = [*decoder.feed(ALL[:length]), *decoder.close()]

    assert not decoder.done
    assert not any(isinstance(found, Finish) for found in events)


def test_the_usage_alone_ends_nothing() -> None:
    """Without a reason to stop the answer is cut, wherever the usage stands; with both it is complete, in either order."""
    usage, stop = event("metadata", {"usage": USAGE}), event("messageStop", {"stopReason": "end_turn"})
    decoder = bedrock_converse.decoder(origin=TARGET)

    early = [*decoder.feed(usage), decoder.done]
    late = decoder.feed(stop)

    assert not early[-1]
    assert decoder.done
    assert isinstance(late[-1], Finish)
    assert late[-1].usage is not None


def test_nothing_counts_behind_the_end() -> None:
    assert events_of(ALL) == events_of(ALL + event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "late"}}))


FIELDS = st.sampled_from(["delta", "start", "contentBlockIndex", "text", "toolUse", "usage", "stopReason", "citation"])


SHAPES = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(FIELDS, inner, max_size=3),
    max_leaves=6,
)


KINDS = st.sampled_from(["contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata", "tomorrow"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(KINDS, st.dictionaries(FIELDS, SHAPES, max_size=3)), max_size=5))
def test_events_of_any_shape_are_kept_or_are_a_typed_error(written: list[tuple[str, dict[str, Any]]]) -> None:
    events = events_of(b"".join([event(kind, said) for kind, said in written]))

    fold(events)
    started = [found.index for found in events if isinstance(found, PartStart)]
    assert list(range(len(started))) == started
