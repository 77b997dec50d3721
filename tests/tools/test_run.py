"""The tool loop, in every dialect and through all four faces."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from llmkit import CompletionRequest, Message, Text, Tool, ToolChoice, ToolContext, ToolError, tool
from llmkit.errors import InvalidRequest
from llmkit.testing import Answer, FakeProvider, Fault
from llmkit.tools import ToolFinished
from llmkit.tools.outcome import result_of_run
from llmkit.types.parts import InvalidToolCall, ToolCall
from llmkit.types.totals import total_cost
from llmkit.types.usage import Cost
from tests.faces import ask
from tests.tools.faces import DIALECTS, client_of, play, seen
from tests.tools.run_tools import add, every_face, explode

every_dialect = pytest.mark.parametrize("dialect", DIALECTS)


@tool
async def weather(city: str) -> dict[str, Any]:
    """Tell the weather."""
    await asyncio.sleep(0)
    return {"city": city, "degrees": 18}


ANSWERS = ("tool_call_id", "tool_use_id", "toolUseId", "call_id", "functionResponse", "tool_name")
"""What marks the answer to a call, in one format or another."""


def results_in(body: Any) -> list[str]:
    """Return what a request answers to calls, in its order, whatever the format."""
    if isinstance(body, list):
        return [said for item in body for said in results_in(item)]
    if not isinstance(body, dict):
        return []
    if any(mark in body for mark in ANSWERS) and body.get("type") != "function_call" and "input" not in body:
        return [str(body)]
    return [said for value in body.values() for said in results_in(value)]


@every_face
@every_dialect
def test_calls_are_answered_in_their_order_whatever_becomes_of_them(dialect: str, face: str) -> None:
    """Some APIs demand the order; all demand an answer to each call."""
    calls = [
        ("call_1", "weather", {"city": "Paris"}),
        ("call_2", "explode", {}),
        ("call_3", "nowhere", {}),
        ("call_4", "add", {"a": 1}),
        ("call_5", "add", {"a": 1, "b": 2}),
    ]
    with FakeProvider(dialect) as fake:
        fake.add(Answer(tool_calls=calls), Answer(text="All done."))
        result = play(face, client_of(fake), DIALECTS[dialect][1], "Go.", tools=[add, weather, explode])

    told = [(part.name, part.is_error, part.content[0].text) for part in result.steps[0].results if isinstance(part.content[0], Text)]
    assert [
        ("weather", False, '{"city":"Paris","degrees":18}'),
        ("explode", True, "LookupError: the cellar is empty"),
        ("nowhere", True, "There is no tool 'nowhere'. The tools are add, weather, explode."),
        ("add", True, "Invalid arguments: b is missing."),
        ("add", False, "3"),
    ] == told
    sent = results_in(fake.requests[1].json)
    assert 5 == len(sent)
    assert all(words in said for words, said in zip(["Paris", "cellar", "no tool", "missing", "3"], sent, strict=True))
    assert ("All done.", "stop", 2) == (result.text, result.finish, len(result.steps))
    assert [message.role for message in result.messages] == ["user", "assistant", "tool", "assistant"]
    assert result.usage is not None
    assert (20, 10) == (result.usage.input, result.usage.output)


@every_face
def test_the_conversation_goes_on_where_a_run_ended(face: str) -> None:
    with FakeProvider("anthropic") as fake:
        fake.add(Answer(tool_calls=[("c1", "add", {"a": 1, "b": 2})]), Answer(text="3."), Answer(text="Gladly."))
        client, model = client_of(fake), DIALECTS["anthropic"][1]
        first = play(face, client, model, "What is 1 + 2?", system="Be short.", tools=[add])
        second = play(face, client, model, [*first.messages, Message.user("Thanks.")], system="Be short.", tools=[add])

    assert "Gladly." == second.text
    assert ["user", "assistant", "tool", "assistant", "user", "assistant"] == [message.role for message in second.messages]
    body = fake.requests[2].json
    assert ["user", "assistant", "user", "assistant", "user"] == [turn["role"] for turn in body["messages"]]
    assert "Be short." == body["system"]


@every_face
def test_calls_run_at_the_same_time(face: str) -> None:
    """Each waits for the other: one after the other they would never end."""
    meeting = threading.Barrier(2, timeout=10)

    def meet() -> str:
        meeting.wait()
        return "met"

    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(tool_calls=[("c1", "meet", {}), ("c2", "meet", {})]), Answer(text="ok"))
        result = play(face, client_of(fake), DIALECTS["openai_chat"][1], "Go.", tools=[meet])

    assert ["met", "met"] == [part.content[0].text for part in result.steps[0].results if isinstance(part.content[0], Text)]


@pytest.mark.parametrize("face", ["async", "async stream"])
def test_hooks_may_be_async(face: str) -> None:
    async def never(steps: Any) -> bool:
        await asyncio.sleep(0)
        return False

    async def yes(call: ToolCall) -> bool:
        await asyncio.sleep(0)
        return call.name == "add"

    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(tool_calls=[("c1", "add", {"a": 1, "b": 2})]), Answer(text="3"))
        result = play(face, client_of(fake), DIALECTS["openai_chat"][1], "Go.", tools=[add], stop_when=never, approve=yes)

    assert ("3", False) == (result.text, result.steps[0].results[0].is_error)


@every_face
@pytest.mark.parametrize("choice", ["required", "add", ToolChoice(mode="required", names=("add",))], ids=str)
def test_a_forced_call_is_forced_once(face: str, choice: Any) -> None:
    """A model that must call a tool each time can never answer."""
    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(tool_calls=[("c1", "add", {"a": 1, "b": 2})]), Answer(text="3"))
        play(face, client_of(fake), DIALECTS["openai_chat"][1], "Go.", tools=[add], tool_choice=choice)

    assert "tool_choice" in fake.requests[0].json
    assert "tool_choice" not in fake.requests[1].json


@every_face
def test_a_request_value_can_be_run(face: str) -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(tool_calls=[("c1", "add", {"a": 1, "b": 2})]), Answer(text="3"))
        request = CompletionRequest(model=DIALECTS["openai_chat"][1], messages=(Message.user("Go."),), max_tokens=50)
        result = play(face, client_of(fake), request, tools=[add])

    assert "3" == result.text
    assert [50, 50] == [one.json.get("max_completion_tokens", one.json.get("max_tokens")) for one in fake.requests]


@every_face
def test_tools_see_the_run_through_their_context(face: str) -> None:
    seen_by_tool = []

    @tool
    def look(context: ToolContext) -> str:
        seen_by_tool.append((context.call.id, context.step, len(context.messages), context.state))
        return "seen"

    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(tool_calls=[("c1", "look", {})]), Answer(tool_calls=[("c2", "look", {})]), Answer(text="ok"))
        play(face, client_of(fake), DIALECTS["openai_chat"][1], "Go.", tools=[look], state={"user": 7})

    assert [("c1", 1, 2, {"user": 7}), ("c2", 2, 4, {"user": 7})] == seen_by_tool


@every_face
def test_the_model_that_answered_is_asked_again_first(face: str) -> None:
    """Its thinking is of no use to another."""
    with FakeProvider("openai_chat") as down, FakeProvider("anthropic") as up:
        down.always(Fault.error("context_length"))
        up.add(Answer(tool_calls=[("c1", "add", {"a": 1, "b": 2})]), Answer(text="3"))
        first, second = client_of(down), client_of(up)
        client = {name: {**first[name], **second[name]} for name in first}
        result = play(face, client, [DIALECTS["openai_chat"][1], DIALECTS["anthropic"][1]], "Go.", tools=[add])

    assert ("3", 1, 2) == (result.text, len(down.requests), len(up.requests))


@every_face
def test_calls_in_an_answer_that_was_taken_back_are_not_made(face: str) -> None:
    made = []
    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(tool_calls=[("c1", "do", {})], finish="content_filter"))
        result = play(face, client_of(fake), DIALECTS["openai_chat"][1], "Go.", tools=[tool(name="do")(lambda: made.append(1))])

    assert ("stop", []) == (result.finish, made)


def test_arguments_that_are_no_json_object_are_told_to_the_model() -> None:
    broken = Message.assistant(InvalidToolCall(id="c1", name="add", json='{"a": 1', error="Not JSON"))
    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(text="Sorry."))
        result = play("sync", client_of(fake), DIALECTS["openai_chat"][1], [Message.user("Go."), broken], tools=[add])

    part = result.steps[0].results[0]
    assert (True, "The arguments are no JSON object: Not JSON") == (part.is_error, part.content[0].text)  # type: ignore[union-attr] # a Text


@pytest.mark.parametrize("face", ["sync stream", "async stream"])
def test_the_stream_tells_each_step_and_each_call(face: str) -> None:
    """The first call ends only when the end of the second was heard: events do not wait for the step."""
    heard = threading.Event()

    def first() -> str:
        heard.wait(10)
        return "late"

    def second() -> str:
        return "early"

    def watch(event: Any) -> None:
        if isinstance(event, ToolFinished):
            heard.set()

    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(text="Let me see.", tool_calls=[("c1", "first", {}), ("c2", "second", {})]), Answer(text="Well."))
        result, events = seen(face, client_of(fake), DIALECTS["openai_chat"][1], "Go.", tools=[first, second], watch=watch)

    told = [(type(event).__name__, getattr(getattr(event, "call", None), "name", "")) for event in events]
    own = [one for one in told if one[0] in ("ToolStarted", "ToolFinished", "StepFinished", "Finish")]
    assert [
        ("Finish", ""),
        ("ToolStarted", "first"),
        ("ToolStarted", "second"),
        ("ToolFinished", "second"),
        ("ToolFinished", "first"),
        ("StepFinished", ""),
        ("Finish", ""),
        ("StepFinished", ""),
    ] == own
    assert "Let me see.Well." == "".join(event.text for event in events)
    assert ["first", "second"] == [part.name for part in result.steps[0].results]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"max_steps": 0}, "max_steps"),
        ({"max_steps": True}, "max_steps"),
        ({"parallel": 0}, "parallel"),
        ({"tool_timeout": -1}, "tool_timeout"),
        ({"tool_timeout": float("nan")}, "tool_timeout"),
        ({"approve": True}, "approve"),
        ({"tools": add}, "tools must be a list"),
        ({"tools": [add, add]}, "Two tools are called 'add'"),
        ({"tools": [5]}, "must be a function"),
        ({"n": 2}, "n must be 1"),
        ({"max_step": 3}, "max_step"),
    ],
    ids=str,
)
def test_what_is_wrong_with_the_arguments_is_told_before_anything_is_sent(options: dict[str, Any], words: str) -> None:
    with FakeProvider("openai_chat") as fake, pytest.raises(InvalidRequest, match=words):
        play("sync", client_of(fake), DIALECTS["openai_chat"][1], "Go.", **options)

    assert [] == fake.requests


@pytest.mark.parametrize("face", ["sync", "async stream"])
@every_dialect
def test_a_decorated_function_is_a_tool_of_every_way_to_ask(dialect: str, face: str) -> None:
    with FakeProvider(dialect) as fake:
        fake.add(Answer(tool_calls=[("c1", "add", {"a": 1, "b": 2})]))
        reply = ask(face, client_of(fake), DIALECTS[dialect][1], "Go.", tools=[add])

    assert [{"a": 1, "b": 2}] == [call.arguments for call in reply.tool_calls]
    assert "Add two numbers." in str(fake.requests[0].json)


def test_a_sum_with_an_unknown_in_it_is_unknown() -> None:
    """A sum of what is known would look like the price of the run."""
    from decimal import Decimal

    from llmkit import CompletionResponse
    from llmkit.tools.outcome import Step
    from llmkit.types.usage import Usage

    known = CompletionResponse(usage=Usage(uncached=3, server_tools={"web_search": 1}), cost=Cost(amount=Decimal("0.1")))
    priced = CompletionResponse(usage=Usage(uncached=4, server_tools={"web_search": 2}), cost=Cost(amount=Decimal("0.2"), basis="registry"))
    blank = CompletionResponse()

    whole = result_of_run([], [Step(response=known), Step(), Step(response=priced)], "stop", ())
    partly = result_of_run([], [Step(response=known), Step(response=blank)], "stop", ())

    assert (Usage(uncached=7, server_tools={"web_search": 3}), Cost(amount=Decimal("0.3"), basis="mixed")) == (whole.usage, whole.cost)
    assert (None, None) == (partly.usage, partly.cost)
    assert ["unknown usage: 1 of 2 steps did not tell it: no sum.", "unknown cost: 1 of 2 steps did not tell it: no sum."] == [
        str(warning) for warning in partly.warnings
    ]
    assert total_cost([]) is None


def test_a_tool_may_say_in_its_own_words_what_went_wrong() -> None:
    @tool
    def order(item: str) -> str:
        raise ToolError(f"There is no {item} left.")

    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(tool_calls=[("c1", "order", {"item": "tea"})]), Answer(text="ok"))
        result = play("sync", client_of(fake), DIALECTS["openai_chat"][1], "Go.", tools=[order, Tool(name="other")])

    assert "There is no tea left." == result.steps[0].results[0].content[0].text  # type: ignore[union-attr] # a Text
