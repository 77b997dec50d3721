"""A streamed answer is handed out as it grows, and ends as the user's own value."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from llmkit import AsyncLLMKit, LLMKit
from llmkit.errors import ConnectionFailed, LLMKitError, OutputInvalid, StreamInterrupted
from llmkit.testing import Answer, FakeProvider, Fault
from tests.faces import DIALECTS, client_of
from tests.structured.asking import answer
from tests.structured.kinds import Line, Order

WIRE = {"id": 7, "lines": [{"item": "pen"}, {"item": "ink", "count": 2}]}
VALUE = Order(7, [Line("pen"), Line("ink", 2)])
PIECES = ['{"id"', ": 7", ', "lines": [{"ite', 'm": "p', 'en"}, {"item": "ink", "count": 2', "}]}"]
GROWN: list[Any] = [
    {},
    {"id": 7, "lines": [{}]},
    {"id": 7, "lines": [{"item": "p"}]},
    {"id": 7, "lines": [{"item": "pen"}, {"item": "ink"}]},
    WIRE,
]


def partials(face: str, fake: FakeProvider, kind: Any, **options: Any) -> tuple[list[Any], Any]:
    """Return everything that was handed out, and the value."""
    model = DIALECTS[fake.dialect][1]
    client = client_of(fake, retries=0)
    if face == "async":
        return asyncio.run(_partials_async(client, model, kind, options))
    with LLMKit(**client) as kit, kit.parse_stream(model, "Answer.", kind, **options) as stream:
        return list(stream), stream.value()


async def _partials_async(client: dict[str, Any], model: str, kind: Any, options: dict[str, Any]) -> tuple[list[Any], Any]:
    async with AsyncLLMKit(**client) as kit, kit.parse_stream(model, "Answer.", kind, **options) as stream:
        return [partial async for partial in stream], await stream.value()


@pytest.mark.parametrize("face", ["sync", "async"])
@pytest.mark.parametrize("mode", ["native", "prompt"])
def test_the_answer_grows(face: str, mode: str, fake: FakeProvider) -> None:
    fake.add(Answer(text="".join(PIECES), pieces=PIECES))

    handed_out, value = partials(face, fake, Order, mode=mode)

    assert (GROWN, VALUE) == (handed_out, value)


def test_the_arguments_of_a_tool_grow_too(fake: FakeProvider) -> None:
    """Some dialects send them in pieces, some whole: the last thing handed out is the whole of it."""
    fake.add(answer("tool", WIRE, name="Order"))

    handed_out, value = partials("async", fake, Order, mode="tool")

    assert (VALUE, WIRE) == (value, handed_out[-1])


def test_words_around_the_answer_are_not_handed_out(fake: FakeProvider) -> None:
    fake.add(Answer(text="Here you are:\n```json\n" + "".join(PIECES) + "\n```\nDone."))

    handed_out, value = partials("sync", fake, Order, mode="prompt")

    assert VALUE == value
    assert WIRE == handed_out[-1]
    assert all(isinstance(grown, dict) for grown in handed_out)


@pytest.mark.parametrize("text", ['{"value": ["a", "b"]}', '["a", "b"]'])
def test_the_wrapping_is_not_handed_out(text: str, fake: FakeProvider) -> None:
    fake.add(Answer(text=text, pieces=list(text)))

    handed_out, value = partials("sync", fake, list[str])

    assert [[], [""], ["a"], ["a", ""], ["a", "b"]] == handed_out
    assert ["a", "b"] == value


def test_a_wrong_answer_is_asked_for_again_and_grows_anew(fake: FakeProvider) -> None:
    fake.add(answer("native", {"id": "x"}), answer("native", WIRE))

    handed_out, value = partials("async", fake, Order)

    assert VALUE == value
    assert {"id": "x"} in handed_out
    assert WIRE == handed_out[-1]
    assert 2 == len(fake.requests)


def test_what_is_wrong_is_raised_by_the_iteration(fake: FakeProvider) -> None:
    fake.always(answer("native", {"id": "x"}))

    with pytest.raises(OutputInvalid, match="id"):
        partials("async", fake, Order, tries=1)


def test_the_failure_stays_a_failure() -> None:
    with FakeProvider("openai_chat") as fake, LLMKit(**client_of(fake)) as kit:
        fake.add(answer("native", {"id": "x"}))
        with kit.parse_stream("openai/gpt-4.1", "Answer.", Order, tries=1) as stream:
            for _ in range(2):
                with pytest.raises(OutputInvalid, match="id"):
                    stream.value()


@pytest.mark.parametrize("face", ["sync", "async"])
def test_a_cut_stream_is_never_a_value(face: str, fake: FakeProvider) -> None:
    """Even where all that came is valid JSON."""
    fake.add(Fault.cut(after=3, answer=Answer(text='{"id": 7, "lines": []}   ', pieces=['{"id": 7, "lines": []}', " ", " ", " "])))

    with pytest.raises((StreamInterrupted, ConnectionFailed)):
        partials(face, fake, Order)

    assert 1 == len(fake.requests)


def test_what_came_is_there_at_any_time() -> None:
    with FakeProvider("openai_chat") as fake, LLMKit(**client_of(fake)) as kit:
        fake.add(Fault.stall(after=4, answer=Answer(text="".join(PIECES), pieces=PIECES)))
        with kit.parse_stream("openai/gpt-4.1", "Answer.", Order) as stream:
            assert {} == next(stream)
            assert "interrupted" == stream.partial.finish.unified
        assert 1 == fake.connections


def test_a_stream_can_be_awaited() -> None:
    async def run(client: dict[str, Any]) -> Any:
        async with AsyncLLMKit(**client) as kit:
            stream = await kit.parse_stream("openai/gpt-4.1", "Answer.", Order)
            found = await stream.parsed()
            await stream.aclose()
            return found

    with FakeProvider("openai_chat") as fake:
        fake.add(answer("native", WIRE, usage=(3, 4)))
        found = asyncio.run(run(client_of(fake)))

    assert (VALUE, "native", 7) == (found.value, found.mode, found.usage.total)


@pytest.mark.parametrize("face", ["sync", "async"])
def test_a_wrong_key_is_said_when_the_stream_is_opened(face: str) -> None:
    with FakeProvider("openai_chat") as fake:
        client = {**client_of(fake), "keys": {"openai": "sk-wrong"}}

        with pytest.raises(LLMKitError, match="key"):
            if face == "sync":
                with LLMKit(**client) as kit:
                    kit.parse_stream("openai/gpt-4.1", "Answer.", Order)
            else:
                asyncio.run(_partials_async(client, "openai/gpt-4.1", Order, {}))
