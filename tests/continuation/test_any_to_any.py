"""A conversation begun with one provider goes on with any other, and nothing that is private to an account travels."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import product

import pytest

from llmkit import CompletionResponse, LLMKit, Message, Tool
from llmkit.testing import Answer, FakeProvider
from llmkit.types.parts import ToolResult
from tests.faces import DIALECTS, client_of

SIGNATURE = "U2lnbmF0dXJlT2ZPbmVBY2NvdW50"
REDACTED = "UmVkYWN0ZWRGb3JPbmVBY2NvdW50"
THOUGHT = "Rain needs a look at the weather."
ARGUMENTS = {"city": "Zürich", "days": [1, 2]}
WEATHER = Tool(name="get_weather", parameters={"type": "object", "properties": {"city": {"type": "string"}}})
BEGUN = Answer(
    text="Let me look.",
    reasoning=THOUGHT,
    signature=SIGNATURE,
    tool_calls=[("call_abcdef123", "get_weather", ARGUMENTS)],
)
PAIRS = list(product(DIALECTS, DIALECTS))
TALKING = [name for name in DIALECTS if name not in ("completions", "predictions")]
"""The dialects that have turns, tools and results."""


def begin(dialect: str) -> CompletionResponse:
    """Return the first answer of a conversation held with the fake of `dialect`."""
    with FakeProvider(dialect) as fake, LLMKit(**client_of(fake)) as kit:
        fake.add(BEGUN)
        return kit.complete(DIALECTS[dialect][1], "Will it rain?", tools=[WEATHER])


def conversation(first: CompletionResponse) -> list[Message]:
    """Return the turns up to the question that the next provider gets."""
    results = [ToolResult(id=call.id, name=call.name, content=(Message.user("It will pour.").content[0],)) for call in first.tool_calls]
    return [Message.user("Will it rain?"), first.message, Message(role="tool", content=tuple(results)), Message.user("So, umbrella?")]


def go_on(dialect: str, messages: Sequence[Message], key: str | None = None) -> tuple[str, CompletionResponse]:
    """Return what the fake of `dialect` was sent, and its answer."""
    with FakeProvider(dialect, key=key) as fake, LLMKit(**client_of(fake)) as kit:
        fake.add(Answer(text="Take one."))
        reply = kit.complete(DIALECTS[dialect][1], list(messages), tools=[WEATHER])
        return json.dumps(fake.requests[0].json, ensure_ascii=False), reply


@pytest.mark.parametrize(("one", "other"), [pair for pair in product(TALKING, TALKING) if pair[0] != pair[1]])
def test_every_turn_reaches_another_provider(one: str, other: str) -> None:
    first = begin(one)

    sent, reply = go_on(other, conversation(first))

    assert "Take one." == reply.text
    for words in ("Will it rain?", "get_weather", "Zürich", "It will pour.", "So, umbrella?"):
        assert words in sent, words
    assert ("Let me look." in sent) == bool(first.text)


@pytest.mark.parametrize(("one", "other"), [pair for pair in product(TALKING, TALKING) if pair[0] != pair[1]])
def test_what_only_one_provider_can_read_stays_with_it(one: str, other: str) -> None:
    first = begin(one)

    sent, reply = go_on(other, conversation(first))

    assert SIGNATURE not in sent
    if first.reasoning and THOUGHT not in sent:
        assert [warning for warning in reply.warnings if warning.kind in ("dropped", "lossy")]


@pytest.mark.parametrize("dialect", TALKING)
def test_the_same_provider_gets_its_own_blocks_again(dialect: str) -> None:
    first = begin(dialect)

    sent, reply = go_on(dialect, conversation(first))

    assert (SIGNATURE in sent) == (SIGNATURE in str(first.message.to_dict()))
    assert () == reply.warnings


@pytest.mark.parametrize("dialect", TALKING)
def test_another_account_of_the_same_provider_gets_no_signature(dialect: str) -> None:
    """Signatures are bound to the account that got them: elsewhere they are an error, or a leak."""
    first = begin(dialect)

    sent, reply = go_on(dialect, conversation(first), key="sk-another-account-9876543210")

    assert SIGNATURE not in sent
    assert "Let me look." in sent or not first.text
    if SIGNATURE in str(first.message.to_dict()):
        assert reply.warnings


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_conversation_survives_being_written_down(dialect: str) -> None:
    """What is sent after a round through JSON has the same values in the same order."""
    messages = conversation(begin(dialect)) if dialect in TALKING else [Message.user("hi"), Message.assistant("ho"), Message.user("he")]
    stored = [Message.from_dict(json.loads(json.dumps(message.to_dict()))) for message in messages]

    before, after = go_on(dialect, messages)[0], go_on(dialect, stored)[0]

    assert [message.to_dict() for message in messages] == [message.to_dict() for message in stored]
    assert before == after
