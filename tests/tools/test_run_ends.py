"""When the loop over tools ends: limits of time and of steps, pauses, failures."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from llmkit import LLMKit, Text, tool
from llmkit.errors import LLMKitError
from llmkit.testing import Answer, FakeProvider, Fault
from tests.tools.faces import DIALECTS, client_of, play
from tests.tools.run_tools import add, every_face, explode


@every_face
@pytest.mark.parametrize("kind", ["plain", "async"])
def test_a_call_that_takes_too_long_is_told_to_the_model(face: str, kind: str) -> None:
    released = threading.Event()

    @tool
    def plain() -> None:
        released.wait(30)

    @tool(name="plain")
    async def later() -> None:
        await asyncio.sleep(30)

    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(tool_calls=[("c1", "plain", {})]), Answer(text="ok"))
        tools = [plain if kind == "plain" else later]
        result = play(face, client_of(fake), DIALECTS["openai_chat"][1], "Go.", tools=tools, tool_timeout=0.05)
        released.set()

    (late,) = result.steps[0].results
    assert (True, (Text(text="The tool did not answer within 0.05 s."),)) == (late.is_error, late.content)


@every_face
def test_a_tools_own_time_limit_comes_first_and_is_its_own(face: str) -> None:
    @tool(timeout=0.05)
    async def later() -> None:
        await asyncio.sleep(30)

    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(tool_calls=[("c1", "later", {}), ("c2", "add", {"a": 1, "b": 1})]), Answer(text="ok"))
        result = play(face, client_of(fake), DIALECTS["openai_chat"][1], "Go.", tools=[later, add])

    assert [True, False] == [part.is_error for part in result.steps[0].results]


@every_face
def test_a_run_ends_at_max_steps_and_can_go_on(face: str) -> None:
    """A model that repeats a failing call would cost without end."""
    with FakeProvider("openai_chat") as fake:
        for number in range(3):
            fake.add(Answer(tool_calls=[(f"c{number}", "explode", {})]))
        fake.add(Answer(text="I give up."))
        client, model = client_of(fake), DIALECTS["openai_chat"][1]
        stopped = play(face, client, model, "Go.", tools=[explode], max_steps=3)
        ended = play(face, client, model, stopped.messages, tools=[explode])

    assert ("max_steps", 3, "tool") == (stopped.finish, len(stopped.steps), stopped.messages[-1].role)
    assert ("stop", "I give up.") == (ended.finish, ended.text)


@every_face
def test_stop_when_ends_a_run_after_a_step(face: str) -> None:
    told = []

    def enough(steps: Any) -> bool:
        return any(part.name == "add" for part in steps[-1].results)

    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(tool_calls=[("c1", "explode", {})]), Answer(tool_calls=[("c2", "add", {"a": 1, "b": 2})]))
        options = {"stop_when": enough, "on_step": told.append}
        result = play(face, client_of(fake), DIALECTS["openai_chat"][1], "Go.", tools=[explode, add], **options)

    assert ("stopped", 2) == (result.finish, len(result.steps))
    assert list(result.steps) == told


@every_face
@pytest.mark.parametrize("model", [DIALECTS["anthropic"][1], "anthropic/claude-opus-5"])
def test_a_paused_turn_is_sent_again_as_it_is(model: str, face: str) -> None:
    """The provider's own tools can take longer than a request may; models that take no prefill get their own turn again too."""
    with FakeProvider("anthropic") as fake:
        fake.add(Answer(text="Searching", finish="pause_turn"), Answer(text=" and found."))
        result = play(face, client_of(fake), model, "Go.", max_steps=2)

    assert ("stop", " and found.", 2) == (result.finish, result.text, len(result.steps))
    sent = fake.requests[1].json["messages"]
    assert ["user", "assistant"] == [turn["role"] for turn in sent]
    assert "Searching" in str(sent[1]["content"])


@every_face
def test_a_turn_that_is_paused_for_ever_ends_at_max_steps(face: str) -> None:
    with FakeProvider("anthropic") as fake:
        fake.always(Answer(text="Wait", finish="pause_turn"))
        result = play(face, client_of(fake), DIALECTS["anthropic"][1], "Go.", max_steps=3)

    assert ("max_steps", 3) == (result.finish, len(fake.requests))


@every_face
def test_a_failure_carries_the_steps_before_it(face: str) -> None:
    """What tools have done must not be done again."""
    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(tool_calls=[("c1", "add", {"a": 1, "b": 2})]), Fault.error("bad_request"))
        with pytest.raises(LLMKitError) as caught:
            play(face, client_of(fake), DIALECTS["openai_chat"][1], "Go.", tools=[add])

    run = caught.value.run
    assert run is not None
    assert ("interrupted", 1, "tool") == (run.finish, len(run.steps), run.messages[-1].role)


@pytest.mark.parametrize("face", ["sync stream", "async stream"])
def test_a_stream_that_is_left_early_asks_no_more(face: str) -> None:
    async def leave_async(client: dict[str, Any]) -> Any:
        from llmkit import AsyncLLMKit

        async with AsyncLLMKit(**client) as kit, kit.run_stream(DIALECTS["openai_chat"][1], "Go.", tools=[add]) as stream:
            await stream.__anext__()
        return stream.partial

    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(tool_calls=[("c1", "add", {"a": 1, "b": 2})]))
        if face == "async stream":
            partial = asyncio.run(leave_async(client_of(fake)))
        else:
            with LLMKit(**client_of(fake)) as kit:
                with kit.run_stream(DIALECTS["openai_chat"][1], "Go.", tools=[add]) as stream:
                    next(stream)
                partial = stream.partial
                assert [] == list(stream)

    assert ("interrupted", 1) == (partial.finish, len(fake.requests))
