"""What every client must get from every upstream: one function a feature, over any client."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from llmkit import CompletionResponse, LLMKit
from llmkit.testing import Answer, FakeProvider, Fault
from llmkit.types.messages import Message
from llmkit.types.requests import CompletionRequest
from tests.matrix.clients import PNG, Ask, Client

# Few pieces: each costs the SDKs a millisecond.
SAID = Answer(text="Hello wörld, how are you?\nSecond line.", pieces=["Hello wö", "rld, how are you?\nSecond", " line."], usage=(30, 12))
THOUGHT = Answer(text="Four, then.", reasoning="Two and two.", signature="c2lnbmVk", usage=(30, 12), thought=5)
CALLS = Answer(
    text="Let me look.",
    tool_calls=[("call_1", "get_weather", {"city": "Pärís", "days": [1, 2]}), ("call_2", "get_time", {"zone": "CET"})],
    usage=(40, 20),
)
CALLED = [("get_weather", {"city": "Pärís", "days": [1, 2]}), ("get_time", {"zone": "CET"})]
RESULTS = ["22 degrees and sunny", "half past noon"]
TOOLS = {
    "get_weather": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "array", "items": {"type": "integer"}}},
        "required": ["city"],
    },
    "get_time": {"type": "object", "properties": {"zone": {"type": "string"}}},
}
SCHEMA = {
    "type": "object",
    "properties": {"town_of_answer": {"type": "string"}},
    "required": ["town_of_answer"],
    "additionalProperties": False,
}


@dataclass
class Way:
    """One cell's surroundings: a client, an upstream's fake, and the public client that asks it directly."""

    client: Client
    upstream: str
    fake: FakeProvider
    kit: LLMKit
    model: str
    stream: bool

    def ask(self, answer: Answer | Fault, ask: Ask) -> Any:
        """Let the upstream say `answer`, and return what the client sees."""
        self.fake.always(answer)
        return self.client.ask(self.upstream, ask, stream=self.stream)

    @property
    def sent(self) -> str:
        """Return what the upstream got last, as text without escapes."""
        asked = next(request for request in reversed(self.fake.requests) if request.method == "POST")
        return json.dumps(asked.json, ensure_ascii=False)

    def direct(self, answer: Answer) -> CompletionResponse:
        """Return what the public client makes of `answer` without a gateway."""
        self.fake.always(answer)
        request = CompletionRequest(model=self.model, messages=(Message.user("Hi"),), dialect=self.upstream)
        if not self.stream:
            return self.kit.complete(request)
        with self.kit.stream(request) as stream:
            return stream.response()


class NotExpressible(Exception):
    """The upstream's format has no place for the feature."""


def text(way: Way) -> None:
    seen = way.ask(SAID, Ask())

    assert (SAID.text, "stop", []) == (seen.text, seen.finish, seen.calls)


def usage(way: Way) -> None:
    direct = way.direct(SAID).usage
    if direct is None:
        raise NotExpressible("the upstream's format counts no tokens")

    seen = way.ask(SAID, Ask())

    assert (direct.input, direct.output) == seen.usage


def system(way: Way) -> None:
    seen = way.ask(SAID, Ask(system="Answer as a pirate."))

    assert SAID.text == seen.text
    assert "Answer as a pirate." in way.sent


def reasoning(way: Way) -> None:
    if way.direct(THOUGHT).reasoning != THOUGHT.reasoning:
        raise NotExpressible("the upstream's format has no place for thinking")

    seen = way.ask(THOUGHT, Ask(think=True))

    assert (THOUGHT.reasoning, THOUGHT.text) == (seen.reasoning, seen.text)


def tools(way: Way) -> None:
    seen = way.ask(CALLS, Ask(tools=TOOLS))

    assert (CALLED, "tool_calls") == ([call[1:] for call in seen.calls], seen.finish)
    assert seen.text in (CALLS.text, "")
    assert all(name in way.sent for name in TOOLS)


def second_turn(way: Way) -> None:
    first = way.ask(CALLS, Ask(tools=TOOLS, system="Answer as a pirate."))
    seen = way.ask(SAID, Ask(tools=TOOLS, system="Answer as a pirate.", before=(first, RESULTS)))

    sent = way.sent
    assert SAID.text == seen.text
    assert 0 < sent.index(RESULTS[0]) < sent.index(RESULTS[1])
    assert "Pärís" in sent
    if way.client.name != way.upstream:  # A client of the upstream's own format may leave ids out, as that format allows.
        counts = {sent.count(f'"{identity}"') for identity, *_ in CALLS.tool_calls}
        assert counts in ({0}, {2})  # Where the upstream gives ids, the call and its result carry them again.


def schema(way: Way) -> None:
    answer = Answer(text='{"town_of_answer": "Oslo"}')
    seen = way.ask(answer, Ask(schema=SCHEMA))

    assert {"town_of_answer": "Oslo"} == json.loads(seen.text)
    assert "town_of_answer" in way.sent


def image(way: Way) -> None:
    seen = way.ask(SAID, Ask(image=PNG))

    assert SAID.text == seen.text
    assert base64.b64encode(PNG).decode() in way.sent.replace("-", "+").replace("_", "/")  # in either alphabet


def rate_limit(way: Way) -> None:
    way.fake.always(Fault.rate_limited(7))
    failed = way.client.fails(way.upstream, stream=way.stream)

    assert failed is not None
    assert 429 == failed.status


def too_long(way: Way) -> None:
    way.fake.always(Fault.error("context_length"))
    failed = way.client.fails(way.upstream, stream=way.stream)

    assert failed is not None
    assert 400 == failed.status


def broken_stream(way: Way) -> None:
    """An error after the first words: the client must not take what came for the whole answer."""
    if not way.stream:
        raise NotExpressible("there is no stream")
    way.fake.always(Fault.error_in_stream("server"))

    assert way.client.fails(way.upstream, stream=True) is not None


FEATURES: tuple[Callable[[Way], None], ...] = (
    text,
    usage,
    system,
    reasoning,
    tools,
    second_turn,
    schema,
    image,
    rate_limit,
    too_long,
    broken_stream,
)
ESSENTIAL = ("text", "system", "tools", "second_turn")
"""Features that no upstream may refuse."""
WORDS_ONLY = ("completions", "predictions")
"""Formats without tools, which may refuse all but words."""
