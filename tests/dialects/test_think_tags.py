"""Thinking between tags: the same parts whole and streamed, nothing lost, and sent back as it came."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit import Message
from llmkit.accumulate import fold
from llmkit.dialects import openai_chat
from llmkit.dialects.tag_splitter import TagSplitter
from llmkit.dialects.think_replay import joined
from llmkit.dialects.think_tags import NAME, ThinkTags, split, split_text
from llmkit.types.events import CitationDelta, Event, PartEnd, PartStart, TextDelta
from llmkit.types.parts import CacheMark, Citation, Part, Provenance, Reasoning, Text, ToolCall
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import Candidate, CompletionResponse

TAGS = ("<think>", "</think>")
ORIGIN = Provenance(provider="p", dialect="openai_chat", model="m")

CASES: list[tuple[str, list[str]]] = [
    ("Hello", ["Hello"]),
    ("", [""]),
    (" \n", [" \n"]),
    ("<think>hm</think>Hi", ["(hm)", "Hi"]),
    ("\n<think>\n hm\n\n</think>\n\nHi\n", ["(hm)", "Hi\n"]),
    ("<think>\n\n</think>\n\nHi", ["()", "Hi"]),
    ("<think>hm", ["(hm)"]),
    ("<think>hm</thi", ["(hm</thi)"]),
    ("<think>hm</think>", ["(hm)"]),
    ("Hi <thi", ["Hi <thi"]),
    ("a<think>b</think>c<think>d</think> e", ["a", "(b)", "c", "(d)", "e"]),
    ("<think>a</think>\n<think>b</think>c", ["(a)", "(b)", "c"]),
    ("<think>a <think> b</think>c", ["(a <think> b)", "c"]),
    ("no opening</think>Hi", ["no opening</think>Hi"]),
    ("The tag is `<think>` here", ["The tag is `<think>` here"]),
    ("See:\n```xml\n<think>x</think>\n```\nDone", ["See:\n```xml\n<think>x</think>\n```\nDone"]),
    ("See:\n```\nx\n```\n<think>y</think>z", ["See:\n```\nx\n```\n", "(y)", "z"]),
    ("<think>```</think>a<think>b</think>c", ["(```)", "a", "(b)", "c"]),
]


def told(parts: tuple[Part, ...]) -> list[str]:
    return [f"({part.text})" if isinstance(part, Reasoning) else getattr(part, "text", type(part).__name__) for part in parts]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_every_pair_outside_of_code_is_thinking(text: str, expected: list[str]) -> None:
    assert expected == told(split_text(Text(text=text, origin=ORIGIN), TAGS))


def test_an_answer_may_begin_with_thinking_whose_tag_stands_in_the_prompt() -> None:
    """Chat templates of reasoning models end with the opening tag; the answer then has the closing one alone."""
    tags = ("", "</think>")

    assert ["(hm)", "Hi"] == told(split_text(Text(text="hm</think>\n\nHi"), tags))
    assert ["(hm)", "Hi"] == told(split_text(Text(text="<think>hm</think>Hi"), tags))
    assert ["(<thi)"] == told(split_text(Text(text="<thi"), tags))


def stream_of(text: str, sizes: list[int]) -> bytes:
    """Return `text` as a stream of the chat format, cut into deltas of these sizes."""
    pieces: list[str] = []
    at = 0
    while at < len(text):
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(text[at : at + size])
        at += size
    chunks: list[dict[str, Any]] = [{"delta": {"content": piece}, "index": 0} for piece in pieces]
    chunks.append({"delta": {}, "index": 0, "finish_reason": "stop"})
    frames = [f"data: {json.dumps({'id': 'x', 'model': 'm', 'choices': [chunk]})}\n\n" for chunk in chunks]
    return "".join(frames).encode() + b"data: [DONE]\n\n"


def streamed(data: bytes, size: int = 1 << 20) -> tuple[list[Event], ThinkTags]:
    decoder = ThinkTags(openai_chat.decoder(origin=ORIGIN), TAGS)
    events: list[Event] = []
    for at in range(0, len(data), size):
        events += decoder.feed(data[at : at + size])
    return events + decoder.close(), decoder


@pytest.mark.parametrize("text", [text for text, _ in CASES if text])
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_stream_gives_the_parts_of_the_whole_answer(text: str, size: int) -> None:
    events, decoder = streamed(stream_of(text, [size]))

    assert decoder.done
    assert split_text(Text(text=text, origin=ORIGIN), TAGS) == fold(events).content


words = st.text(alphabet="a<>/ thinkTHINK`~\n", max_size=12)
texts = st.lists(st.sampled_from(["<think>", "</think>", "\n```\n", "\n~~~", " ", "`"]) | words, max_size=8).map("".join)


@settings(max_examples=80, deadline=None)
@given(texts, st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_any_split_of_any_text_gives_the_same_parts_and_loses_nothing(text: str, sizes: list[int]) -> None:
    whole = split_text(Text(text=text, origin=ORIGIN), TAGS)
    events, _ = streamed(stream_of(text, sizes))
    pieces = TagSplitter(TAGS)
    source = "".join(
        piece for kind, piece in [found for letter in text for found in pieces.feed(letter)] + pieces.close() if kind in ("words", "end")
    )

    assert source == text
    assert (whole if text else ()) == fold(events).content


@settings(max_examples=40, deadline=None)
@given(texts, st.integers(1, 40))
def test_events_keep_the_grammar(text: str, size: int) -> None:
    """Indexes are dense and rise; every part that starts ends, and nothing speaks of a part that is not open."""
    events, _ = streamed(stream_of(text, [size]), size=17)

    starts = [event.index for event in events if isinstance(event, PartStart)]
    open_parts: set[int] = set()
    for event in events:
        if isinstance(event, PartStart):
            open_parts.add(event.index)
        elif (index := getattr(event, "index", None)) is not None:
            assert index in open_parts
            if isinstance(event, PartEnd):
                open_parts.remove(index)
    assert list(range(len(starts))) == starts
    assert not open_parts


def test_a_cut_stream_says_what_was_held_back() -> None:
    data = stream_of("<think>hm</think>Hi <thi", [4])
    events, decoder = streamed(data[: data.rindex(b"data: {")])

    assert not decoder.done
    assert ["(hm)", "Hi <thi"] == told(fold(events).content)


def test_citations_stay_with_their_words() -> None:
    """Offsets count from the text that they belong to; those into the thinking have no place."""
    cited = tuple(Citation(url=url, start=start, end=end) for url, start, end in [("a", 0, 12), ("b", 10, 12), ("c", 21, 23)])
    part = Text(text="ab<think>cd</think>  efg", citations=(*cited, Citation(url="d")), signature="s", cache=CacheMark(), origin=ORIGIN)

    first, thinking, last = split_text(part, TAGS)

    assert Text(text="ab", citations=(cited[0].replace(end=2),), origin=ORIGIN) == first
    assert ("cd", NAME) == (thinking.text, thinking.origin.dialect) if isinstance(thinking, Reasoning) and thinking.origin else None
    assert isinstance(last, Text)
    assert [("b", None, None), ("c", 0, 2), ("d", None, None)] == [(c.url, c.start, c.end) for c in last.citations]
    assert ("s", CacheMark()) == (last.signature, last.cache)


class LateSources:
    """A decoder whose sources come after the words."""

    def __init__(self) -> None:
        self.done, self.error = False, None

    def feed(self, data: bytes, /) -> list[Event]:
        self.done = True
        text = Text(text=data.decode(), origin=ORIGIN)
        ended: list[Event] = [
            PartStart(index=0, part=text.replace(text="")),
            TextDelta(index=0, text=text.text),
            PartEnd(index=0, part=text),
        ]
        return [*ended, CitationDelta(index=0, citation=Citation(url="u", start=20, end=22))]

    def close(self) -> list[Event]:
        return []


def test_sources_that_come_after_the_words_belong_to_the_last_of_them() -> None:
    """Their offsets count from the start of a text that is no more."""
    split_up = fold(ThinkTags(LateSources(), TAGS).feed(b"<think>hm</think>Hello there")).content
    whole = fold(ThinkTags(LateSources(), TAGS).feed(b"Hello there, this is a text")).content

    assert [("u", None, None)] == [(c.url, c.start, c.end) for part in split_up if isinstance(part, Text) for c in part.citations]
    assert [("u", 20, 22)] == [(c.url, c.start, c.end) for part in whole if isinstance(part, Text) for c in part.citations]


def test_other_parts_and_candidates_are_split_too() -> None:
    text = Text(text="<think>a</think>b", origin=ORIGIN)
    call = ToolCall(id="1", name="f")

    found = split(CompletionResponse(content=(text, call), candidates=(Candidate(content=(text,)),)), TAGS)

    assert ["(a)", "b", "ToolCall"] == told(found.content)
    assert ["(a)", "b"] == told(found.candidates[0].content)


def _request(*content: Part) -> CompletionRequest:
    return CompletionRequest(model="m", messages=(Message.user("q"), Message(role="assistant", content=content), Message.user("r")))


OURS = split_text(Text(text="\n<think>\nhm\n</think>\n\nHi", origin=ORIGIN), TAGS)
THEIRS = (Reasoning(text="far", signature="s", origin=Provenance(provider="q", dialect="anthropic")), Text(text="Hi"))
CALLING = (*OURS, ToolCall(id="1", name="f"))
EXACT = "\n<think>\nhm\n</think>\n\nHi"
REPLAYS: list[tuple[str, tuple[Part, ...], list[str], list[str]]] = [
    ("native", OURS, [EXACT], []),
    ("always", OURS, [EXACT], []),
    ("never", OURS, ["Hi"], []),
    ("tool_calls", OURS, ["Hi"], []),
    ("tool_calls", CALLING, [EXACT, "ToolCall"], []),
    ("always", THEIRS, ["<think>\nfar\n</think>\n\nHi"], ["emulated reasoning"]),
    ("native", THEIRS, ["(far)", "Hi"], []),
]


@pytest.mark.parametrize(("replay", "content", "expected", "warned"), REPLAYS)
def test_thinking_goes_back_between_its_tags_as_the_profile_says(
    replay: Any, content: tuple[Part, ...], expected: list[str], warned: list[str]
) -> None:
    """Byte for byte, so that the provider's prompt cache still fits; what stays a `Reasoning` is the dialect's to judge."""
    found, warnings = joined(_request(*content), Profile(think_tags=TAGS, replay=replay), ORIGIN)

    assert expected == told(found.messages[1].content)
    assert warned == [f"{warning.kind} {warning.parameter}" for warning in warnings]


def test_thinking_of_another_host_is_dropped_with_a_warning_by_the_dialect() -> None:
    """Its origin names no wire format, so no dialect takes its source for a block of its own."""
    request, _ = joined(_request(*OURS), Profile(think_tags=TAGS), ORIGIN.replace(provider="other"))

    encoded = openai_chat.encode(request, model="m", target=ORIGIN.replace(provider="other"), profile=openai_chat.PROFILE, stream=False)

    assert "Hi" == encoded.body["messages"][1]["content"]
    assert ["dropped messages"] == [f"{warning.kind} {warning.parameter}" for warning in encoded.warnings]
