"""Who may say no to a call, and how a run waits for them."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit import Message, Text, Tool, ToolResult, tool
from llmkit.testing import Answer, FakeProvider
from llmkit.types.parts import ToolCall
from tests.faces import FACES
from tests.tools.faces import DIALECTS, client_of, play

MODEL = DIALECTS["anthropic"][1]
every_face = pytest.mark.parametrize("face", FACES)
deleted: list[str] = []


@pytest.fixture(autouse=True)
def _clean() -> None:
    deleted.clear()


@tool
def delete(path: str) -> str:
    """Delete a file."""
    deleted.append(path)
    return f"{path} is gone"


@tool(needs_approval=True)
def wipe(path: str) -> str:
    """Delete a folder."""
    deleted.append(path)
    return f"{path} is empty"


def said(results: tuple[ToolResult, ...]) -> list[tuple[bool, str]]:
    return [(result.is_error, "".join(part.text for part in result.content if isinstance(part, Text))) for result in results]


@every_face
@pytest.mark.parametrize(
    ("decision", "expected", "done"),
    [
        (True, (False, "a is gone"), ["a"]),
        (False, (True, "The user declined this call."), []),
        ("It is gone already.", (False, "It is gone already."), []),
        (ToolResult(id="", content=(Text(text="No right to."),), is_error=True), (True, "No right to."), []),
        (ToolCall(id="x", name="x", arguments={"path": "b"}), (False, "b is gone"), ["b"]),
    ],
    ids=["yes", "no", "words", "result", "other arguments"],
)
def test_approve_decides_each_call(face: str, decision: Any, expected: tuple[bool, str], done: list[str]) -> None:
    asked = []

    def approve(call: ToolCall) -> Any:
        asked.append(call.arguments)
        return decision

    with FakeProvider("anthropic") as fake:
        fake.add(Answer(tool_calls=[("c1", "delete", {"path": "a"})]), Answer(text="ok"))
        result = play(face, client_of(fake), MODEL, "Go.", tools=[delete], approve=approve)

    assert ([expected], done, [{"path": "a"}]) == (said(result.steps[0].results), deleted, asked)
    assert ("c1", "delete") == (result.steps[0].results[0].id, result.steps[0].results[0].name)


@every_face
def test_a_call_left_open_pauses_the_run_and_the_others_are_made(face: str) -> None:
    calls = [("c1", "wipe", {"path": "a"}), ("c2", "delete", {"path": "b"})]
    with FakeProvider("anthropic") as fake:
        fake.add(Answer(tool_calls=calls), Answer(text="Both are gone."))
        client = client_of(fake)
        paused = play(face, client, MODEL, "Go.", tools=[wipe, delete])
        before = list(deleted)
        ended = play(face, client, MODEL, paused.messages, tools=[wipe, delete], approve=lambda call: call.name == "wipe")

    assert ("pending", ["c1"], ["b"]) == (paused.finish, [call.id for call in paused.pending], before)
    assert ("stop", "Both are gone.", ["b", "a"]) == (ended.finish, ended.text, deleted)
    results = [block["tool_use_id"] for block in fake.requests[1].json["messages"][-1]["content"]]
    assert ["c1", "c2"] == results  # one turn, in the order of the calls


@every_face
def test_a_run_goes_on_with_results_made_elsewhere(face: str) -> None:
    """A declared tool without a function is the caller's to answer, in a browser for example."""
    ask_user = Tool(name="ask_user", parameters={"type": "object", "properties": {}})
    with FakeProvider("anthropic") as fake:
        fake.add(Answer(tool_calls=[("c1", "ask_user", {}), ("c2", "delete", {"path": "b"})]), Answer(text="Thanks."))
        client = client_of(fake)
        paused = play(face, client, MODEL, "Go.", tools=[ask_user, delete])
        answer = Message.tool(ToolResult(id="c1", name="ask_user", content=(Text(text="Yes."),)))
        ended = play(face, client, MODEL, [*paused.messages, answer], tools=[ask_user, delete])

    assert ("pending", ["c1"], ["b"]) == (paused.finish, [call.id for call in paused.pending], deleted)
    assert "Thanks." == ended.text
    assert {"c1", "c2"} == {block["tool_use_id"] for block in fake.requests[1].json["messages"][-1]["content"]}


@every_face
def test_a_conversation_may_be_saved_while_calls_wait(face: str) -> None:
    with FakeProvider("anthropic") as fake:
        fake.add(Answer(tool_calls=[("c1", "wipe", {"path": "a"})]), Answer(text="ok"))
        client = client_of(fake)
        paused = play(face, client, MODEL, "Go.", tools=[wipe])
        loaded = [Message.from_dict(message.to_dict()) for message in paused.messages]
        ended = play(face, client, MODEL, loaded, tools=[wipe], approve=lambda call: False)

    assert ("ok", [], [(True, "The user declined this call.")]) == (ended.text, deleted, said(ended.steps[0].results))
    assert ended.steps[0].response is None
