"""An answer that the provider keeps is fetched later, and a cut stream is taken up behind the last event that came."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from llmkit import AsyncLLMKit, LLMKit
from llmkit.errors import BadRequest, InvalidRequest, StreamInterrupted, UnsupportedFeature
from llmkit.testing import Answer, FakeProvider, Fault
from tests.faces import client_of

MODEL = "openai/gpt-5.3-codex"
KEPT: dict[str, Any] = {"store": True, "options": {"openai_responses": {"background": True}}}
SAID = Answer(text="The quick brown fox jumps over the lazy dog", reasoning="A pangram.", usage=(12, 9))


@pytest.fixture
def fake() -> Any:
    with FakeProvider("openai_responses") as running:
        yield running


@pytest.mark.parametrize("face", ["sync", "async"])
def test_a_kept_answer_is_fetched(face: str, fake: FakeProvider) -> None:
    fake.add(SAID)

    async def fetch() -> str:
        async with AsyncLLMKit(**client_of(fake)) as kit:
            return (await kit.retrieve(MODEL, "resp_1/2", dialect="openai_responses")).text

    if face == "async":
        text = asyncio.run(fetch())
    else:
        with LLMKit(**client_of(fake)) as kit:
            text = kit.retrieve(MODEL, "resp_1/2", dialect="openai_responses").text

    assert SAID.text == text
    assert ("GET", "/v1/responses/resp_1%2F2") == (fake.requests[0].method, fake.requests[0].target)


def test_the_stream_of_a_kept_answer_is_read_from_its_start_and_from_any_event(fake: FakeProvider) -> None:
    fake.always(SAID)

    with LLMKit(**client_of(fake)) as kit:
        with kit.resume(MODEL, "resp_1") as stream:
            assert SAID.text == stream.response().text
        with kit.resume(MODEL, "resp_1", after=3) as stream:
            stream.response()

    assert ["/v1/responses/resp_1?stream=true", "/v1/responses/resp_1?stream=true&starting_after=3"] == [
        request.target for request in fake.requests
    ]


@pytest.mark.parametrize("face", ["sync", "async"])
@pytest.mark.parametrize("after", [4, 7, 12])
def test_a_cut_stream_goes_on_where_it_broke(face: str, after: int, fake: FakeProvider) -> None:
    fake.add(Fault.cut(after=after, answer=SAID), SAID)

    async def ask() -> tuple[str, str]:
        async with AsyncLLMKit(**client_of(fake, retries=0)) as kit, kit.stream(MODEL, "hi", **KEPT) as stream:
            seen = []
            try:
                async for event in stream:
                    seen.append(event.text)
            except StreamInterrupted:
                await stream.resume()
                async for event in stream:
                    seen.append(event.text)
            return "".join(seen), (await stream.response()).text

    if face == "async":
        seen, whole = asyncio.run(ask())
    else:
        with LLMKit(**client_of(fake, retries=0)) as kit, kit.stream(MODEL, "hi", **KEPT) as stream:
            words = []
            with pytest.raises(StreamInterrupted):
                for event in stream:
                    words.append(event.text)
            stream.resume()
            words += [event.text for event in stream]
            seen, whole = "".join(words), stream.response().text

    assert SAID.text == seen
    assert SAID.text == whole
    assert f"starting_after={after - 1}" in fake.requests[1].target


def test_a_stream_that_was_not_cut_is_not_taken_up_again(fake: FakeProvider) -> None:
    fake.add(SAID)

    with LLMKit(**client_of(fake)) as kit, kit.stream(MODEL, "hi", **KEPT) as stream:
        stream.response()
        with pytest.raises(UnsupportedFeature, match="taken up again"):
            stream.resume()


def test_a_format_that_keeps_no_answers_says_so() -> None:
    with FakeProvider("anthropic") as fake, LLMKit(**client_of(fake)) as kit:
        with pytest.raises(UnsupportedFeature, match="fetching an answer again"):
            kit.retrieve("anthropic/claude-sonnet-4-5", "msg_1")
        with pytest.raises(InvalidRequest, match="id of the answer"):
            kit.retrieve("anthropic/claude-sonnet-4-5", "")

    assert [] == fake.requests


def test_events_are_told_by_number(fake: FakeProvider) -> None:
    with LLMKit(**client_of(fake)) as kit, pytest.raises(InvalidRequest, match="numbered"):
        kit.resume(MODEL, "resp_1", after="x&y")

    assert [] == fake.requests


def test_a_key_that_the_server_echoes_when_a_stream_is_taken_up_is_not_shown(fake: FakeProvider) -> None:
    fake.add(Fault.cut(after=7, answer=SAID), Fault.error("bad_request", message=f"Bad key {fake.key}."))

    with LLMKit(**client_of(fake, retries=0)) as kit, kit.stream(MODEL, "hi", **KEPT) as stream:
        with pytest.raises(StreamInterrupted):
            list(stream)
        with pytest.raises(BadRequest) as caught:
            stream.resume()

    assert fake.key not in f"{caught.value}{caught.value!r}{vars(caught.value)}"
    assert "openai" == caught.value.provider
