"""However a stream is split, it gives the same events and the same answer."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.dialects import openai_chat
from llmkit.types.parts import (
    Part,
)
from tests.dialects.openai_chat_cases import ORIGIN, body, chunk, folded, read, sse, streamed
from tests.dialects.openai_chat_stream_cases import CALLS, ERRORS, ODD, REASONING, STOP, UNFINISHED

CASES = [
    *[sse(*chunks, STOP) for chunks, _ in CALLS.values()],
    *[sse(*[chunk(delta) for delta in deltas], chunk({"content": "é🎉"}), STOP) for deltas, _ in REASONING.values()],
    *[sse(chunk({"content": "a"}), wire, STOP) for wire, _ in ERRORS.values()],
    sse(*ODD, STOP),
    *UNFINISHED.values(),
]


@given(st.sampled_from(CASES), st.lists(st.integers(1, 60), min_size=1, max_size=8))
def test_any_split_gives_the_same_events(stream: bytes, sizes: list[int]) -> None:
    decoder = openai_chat.decoder(origin=ORIGIN)
    found, start, turn = [], 0, 0
    while start < len(stream):
        size = sizes[turn % len(sizes)]
        found += decoder.feed(stream[start : start + size])
        start, turn = start + size, turn + 1
    found += decoder.close()

    events, done, error = read(stream)

    assert events == found
    assert (done, str(error)) == (decoder.done, str(decoder.error))


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def _details(pairs: list[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"type": "reasoning.text", "text": text, "signature": seal, "index": place} for place, (text, seal) in enumerate(pairs)]


texts: st.SearchStrategy[Any] = st.none() | words


messages: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"content": texts},
    optional={
        "reasoning_content": words,
        "reasoning": words,
        "refusal": words,
        "reasoning_details": st.lists(st.tuples(words, words), max_size=2).map(_details),
        "tool_calls": st.lists(
            st.builds(
                lambda id_, name, arguments: {"id": id_, "type": "function", "function": {"name": name, "arguments": arguments}},
                st.uuids().map(str),
                st.from_regex(r"[a-z]{1,8}", fullmatch=True),
                st.sampled_from(["{}", "", '{"a": 1}', '{"a": [1, {"b": null}]}', "{", "null"]),
            ),
            max_size=3,
        ),
        "annotations": st.just([{"type": "url_citation", "url_citation": {"url": "u"}}]),
    },
)


@settings(max_examples=60)
@given(messages, st.sampled_from(["stop", "tool_calls", "length", "odd", None]), st.integers(1, 9))
def test_a_stream_ends_as_the_same_answer_without_a_stream(message: dict[str, Any], finish: str | None, size: int) -> None:
    answer = body(message, finish, usage={"prompt_tokens": 3, "completion_tokens": 2}, system_fingerprint="fp")
    whole = openai_chat.decode(json.dumps(answer).encode(), origin=ORIGIN)

    found = folded(streamed(answer, size))

    assert _plain(whole.content) == _plain(found.content)
    assert (whole.finish, whole.usage, whole.extra) == (found.finish, found.usage, found.extra)


def _plain(parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    return [part.to_dict() for part in parts]
