"""A stream of any parts, cut anywhere, is changed as the whole answer is: words, thinking, arguments, further candidates."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit import LLMKit
from llmkit.accumulate import fold
from llmkit.guardrails import anonymise, fields, flag, html, injection, links, mask, pii, secrets, terminal, words
from llmkit.guardrails.lens import GuardLens
from llmkit.guardrails.placeholders import Placeholders
from llmkit.guardrails.rules import Checks, rewrite
from llmkit.guardrails.words_of import changed_reply
from llmkit.pipeline.guard import Guard
from llmkit.testing.answers import Answer
from llmkit.testing.fake import FakeProvider
from llmkit.types.events import (
    ArgumentsDelta,
    Event,
    Finish,
    MediaDelta,
    PartEnd,
    PartStart,
    ReasoningDelta,
    RefusalDelta,
    Start,
    TextDelta,
)
from llmkit.types.parts import Audio, Part, Reasoning, Refusal, Text, ToolCall
from llmkit.types.responses import Candidate, CompletionResponse, FinishReason
from tests.faces import DIALECTS, FACES, ask, client_of
from tests.guardrails.test_guardrail_streams import TEXTS

DONE = FinishReason(unified="stop")
RULES = [mask(secrets(), pii(["de"]), links("example.com"), terminal(), html()), flag(injection()), mask(words("bad", "very bad thing"))]


def call_of(text: str) -> ToolCall:
    arguments = {"say": text, "deep": [{text[:3]: 4111111111111111}]}
    return ToolCall(id="c", name="f", arguments=arguments, json=json.dumps(arguments))


PARTS = st.builds(
    lambda kind, text: kind(text),
    st.sampled_from(
        [
            lambda text: Text(text=text),
            lambda text: Reasoning(text=text),
            lambda text: Refusal(text=text),
            lambda text: Audio(data=b"x", media_type="audio/wav", transcript=text or None),
            call_of,
        ]
    ),
    TEXTS,
)
CONTENTS = st.lists(PARTS, min_size=1, max_size=3).map(tuple)


def events_of(response: CompletionResponse, step: int) -> list[Event]:
    """Return the events of a stream that brings every part in pieces of `step` characters, the candidates by turns."""
    contents = [response.content, *(candidate.content for candidate in response.candidates)]
    events: list[list[Event]] = []
    index = 0
    for candidate, content in enumerate(contents):
        for part in content:
            events.append(part_events(part, index, candidate, step))
            index += 1
    longest = max(map(len, events))
    mixed = [some[place] for place in range(longest) for some in events if place < len(some)]
    others = tuple([DONE for _ in response.candidates])
    return [Start(), *mixed, Finish(finish=DONE, others=others)]


def part_events(part: Part, index: int, candidate: int, step: int) -> list[Event]:
    made: Any
    blank: Part
    match part:
        case Text():
            said, blank, made = part.text, part.replace(text=""), lambda piece: TextDelta(index=index, text=piece)
        case Reasoning():
            said, blank, made = part.text, part.replace(text=""), lambda piece: ReasoningDelta(index=index, reasoning=piece)
        case Refusal():
            said, blank, made = part.text, part.replace(text=""), lambda piece: RefusalDelta(index=index, refusal=piece)
        case Audio():
            said, blank = part.transcript or "", part.replace(transcript=None)
            made = lambda piece: MediaDelta(index=index, transcript=piece)  # noqa: E731 - one of several
        case ToolCall():
            said, blank = part.json, part.replace(json="", arguments={})
            made = lambda piece: ArgumentsDelta(index=index, json=piece)  # noqa: E731 - one of several
        case _:
            raise AssertionError(part)
    pieces: list[Event] = [made(said[place : place + step]) for place in range(0, len(said), step)]
    return [PartStart(index=index, part=blank, candidate=candidate), *pieces, PartEnd(index=index, part=part)]


def through(lens: GuardLens, events: list[Event], batch: int) -> CompletionResponse:
    seen: list[Event] = []
    for place in range(0, len(events), batch):
        seen += lens.feed(events[place : place + batch])
    return fold(seen + lens.close())


@settings(max_examples=120, deadline=None)
@given(CONTENTS, st.lists(CONTENTS, max_size=2), st.integers(1, 9), st.integers(1, 4))
def test_a_stream_of_any_parts_is_changed_as_the_whole_answer_is(content: Any, others: Any, step: int, batch: int) -> None:
    """Also where several candidates come by turns, and arguments of tools in pieces."""
    response = CompletionResponse(content=content, finish=DONE, candidates=tuple([Candidate(content=one, finish=DONE) for one in others]))
    whole, parts = Checks(RULES, "output"), Checks(RULES, "output")

    expected = changed_reply(response, partial(rewrite, whole))
    streamed = through(GuardLens(parts, lambda: ()), events_of(response, step), batch)

    assert expected.content == streamed.content
    assert expected.candidates == streamed.candidates
    assert whole.masked == parts.masked
    assert sorted(map(str, whole.warnings)) == sorted(map(str, parts.warnings))


NAMED = st.lists(st.sampled_from(["[EMAIL_1]", "[EMAIL_2]", "[EMAIL_", "[", "]", "x ", "1", "[EMAIL_12]", "[CARD_1]"]), max_size=8).map(
    "".join
)


@settings(max_examples=60, deadline=None)
@given(st.lists(NAMED, min_size=1, max_size=3), st.integers(1, 5))
def test_originals_come_back_in_any_part_however_it_is_cut(texts: list[str], step: int) -> None:
    """In words, in thinking, in the arguments of tools, in the transcript of speech."""
    names = Placeholders()
    for number in range(12):
        names.of("email", f"user{number}@example.org")
    names.of("card", "4111111111111111")
    kinds: list[Any] = [lambda text: Text(text=text), lambda text: Reasoning(text=text), call_of]
    response = CompletionResponse(content=tuple([kind(text) for text in texts for kind in kinds]), finish=DONE)

    expected = changed_reply(response, partial(rewrite, names))
    streamed = through(GuardLens(names, lambda: ()), events_of(response, step), 1)

    assert expected.content == streamed.content


@pytest.mark.parametrize("face", FACES)
def test_thinking_and_arguments_are_masked_through_the_client(face: str) -> None:
    """Through the wire, not only through events of ours."""
    key = "ghp_" + "a1B2" * 9
    reply = Answer(text=f"say {key}", reasoning=f"think {key}", tool_calls=[("c1", "f", {"key": key, "card": 4111111111111111})])
    with FakeProvider("openai_chat").add(reply) as fake:
        answer = ask(face, client_of(fake, layers=[Guard(output=RULES)]), DIALECTS["openai_chat"][1], "hi")

    assert ("say [SECRET_GITHUB_KEY]", "think [SECRET_GITHUB_KEY]") == (answer.text, answer.reasoning)
    assert {"key": "[SECRET_GITHUB_KEY]", "card": "[CARD]"} == answer.tool_calls[0].arguments


def test_placeholders_and_a_list_of_fields_work_together() -> None:
    """The list looks at what the provider said; the originals come after."""
    said = '{"to": "[EMAIL_1]", "cc": "[EMAIL_1]"}'
    with FakeProvider("openai_chat").add(Answer(text=said, pieces=[said[:12], said[12:]])) as fake:
        guard = Guard(input=[anonymise(pii())], output=[mask(fields("to"))])
        with LLMKit(**client_of(fake, layers=[guard])) as kit, kit.stream(DIALECTS["openai_chat"][1], "to jane@example.org") as stream:
            told = "".join(event.text for event in stream)

    assert '{"to": "jane@example.org"}' == told
