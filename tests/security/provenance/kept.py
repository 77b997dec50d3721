"""Where marks must survive: our own JSON, copies, saved runs, streams, guardrails, traces."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from llmkit.accumulate import fold, unfold
from llmkit.guardrails.parts import changed_message, changed_part
from llmkit.tracing.content import Content
from llmkit.types.messages import Message
from llmkit.types.parts import Part, Trust
from llmkit.types.responses import CompletionResponse, FinishReason
from tests.security.provenance.samples import MARKS, SAMPLES, marked, marks_in

Keep = Callable[[Message], Message]
Way = Callable[[], tuple[list[Any], list[Any]]]
_decode = msgspec.json.Decoder(Message).decode


def _through_response(message: Message) -> Message:
    answer = CompletionResponse(content=message.content, finish=FinishReason(unified="stop"))
    return message.replace(content=CompletionResponse.from_dict(answer.to_dict()).content)


def _through_events(message: Message) -> Message:
    return message.replace(content=fold(unfold(CompletionResponse(content=message.content, finish=FinishReason(unified="stop")))).content)


KEEPERS: dict[str, Keep] = {
    "to_dict": lambda message: Message.from_dict(message.to_dict()),
    "json": lambda message: _decode(msgspec.json.encode(message)),
    "list": lambda message: msgspec.json.decode(msgspec.json.encode([message]), type=list[Message])[0],
    "response": _through_response,
    "events": _through_events,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "replace": lambda message: message.replace(id="m1"),
    "pickle": lambda message: pickle.loads(pickle.dumps(_bare(message))),
    "guardrail": lambda message: changed_message(message, lambda text: text.replace("e", "*")),
    "guarded part": lambda message: message.replace(content=tuple([changed_part(part, str.upper) for part in message.content])),
}


def ways_to_keep() -> Iterator[tuple[str, Way]]:
    """Yield each way to keep each kind of part with each mark."""
    for name, keep in KEEPERS.items():
        for role, part in SAMPLES:
            for trust in (*MARKS, None):
                yield f"{name} {type(part).__name__} {trust}", _kept_by(keep, Message(role=role, content=(marked(part, trust),)))
    for _, part in SAMPLES:
        for mark in MARKS:
            yield f"trace {type(part).__name__} {mark}", _traced(part, mark)


def kept(way: Way) -> bool:
    """Tell whether the marks after it are those before."""
    before, after = way()
    return before == after


def _kept_by(keep: Keep, message: Message) -> Way:
    def way() -> tuple[list[Any], list[Any]]:
        after = keep(message)
        return [list(marks_in(part)) for part in message.content], [list(marks_in(part)) for part in after.content]

    return way


def _traced(part: Part, trust: Trust) -> Way:
    return lambda: ([trust], [Content().parts([marked(part, trust)])[0].get("trust")])


def _bare(message: Message) -> Message:
    return message.replace(content=tuple([part.replace(native=msgspec.Raw()) for part in message.content]))
