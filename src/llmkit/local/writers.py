"""Write an answer as the wire wants it: one JSON object, or a stream of chunks."""

from __future__ import annotations

import secrets
import time
from typing import Any, Protocol

import msgspec

from llmkit.transport.inprocess import Pipe

_encode = msgspec.json.Encoder().encode
_JSON = (("Content-Type", "application/json"),)
_EVENTS = (("Content-Type", "text/event-stream"),)


class Writer(Protocol):
    """Takes an answer piece by piece."""

    def text(self, text: str, logprobs: Any = None) -> None:
        """Add text."""
        ...

    def call(self, name: str) -> None:
        """Begin a call."""
        ...

    def arguments(self, text: str) -> None:
        """Add to the arguments of the call."""
        ...

    def end(self, reason: str, usage: dict[str, Any]) -> None:
        """Finish the answer."""
        ...


def write_json(pipe: Pipe, status: int, body: dict[str, Any]) -> None:
    """Answer with one object."""
    pipe.head(status, _JSON)
    pipe.write(_encode(body))


class WholeWriter:
    """Keeps everything until the end."""

    def __init__(self, pipe: Pipe, model: str) -> None:
        self._pipe = pipe
        self._head = _head(model, "chat.completion")
        self._text: list[str] = []
        self._logprobs: list[Any] = []
        self._name: str | None = None
        self._arguments: list[str] = []

    def text(self, text: str, logprobs: Any = None) -> None:
        self._pipe.head(200, _JSON)
        self._text.append(text)
        self._logprobs += (logprobs or {}).get("content") or ()

    def call(self, name: str) -> None:
        self._pipe.head(200, _JSON)
        self._name = name

    def arguments(self, text: str) -> None:
        self._arguments.append(text)

    def end(self, reason: str, usage: dict[str, Any]) -> None:
        message: dict[str, Any] = {"role": "assistant", "content": "".join(self._text)}
        if self._name is not None:
            function = {"name": self._name, "arguments": "".join(self._arguments)}
            message |= {"content": None, "tool_calls": [{"id": _identity("call_"), "type": "function", "function": function}]}
        logprobs = {"content": self._logprobs} if self._logprobs else None
        choice = {"index": 0, "message": message, "logprobs": logprobs, "finish_reason": reason}
        write_json(self._pipe, 200, {**self._head, "choices": [choice], "usage": usage})


class StreamWriter:
    """Sends each piece at once."""

    def __init__(self, pipe: Pipe, model: str, *, with_usage: bool) -> None:
        self._pipe = pipe
        self._head = _head(model, "chat.completion.chunk")
        self._with_usage = with_usage
        self._begun = False

    def text(self, text: str, logprobs: Any = None) -> None:
        self._delta({"content": text}, logprobs=logprobs)

    def call(self, name: str) -> None:
        function = {"name": name, "arguments": ""}
        self._delta({"tool_calls": [{"index": 0, "id": _identity("call_"), "type": "function", "function": function}]})

    def arguments(self, text: str) -> None:
        self._delta({"tool_calls": [{"index": 0, "function": {"arguments": text}}]})

    def end(self, reason: str, usage: dict[str, Any]) -> None:
        self._delta({}, reason)
        if self._with_usage:
            self._event({**self._head, "choices": [], "usage": usage})
        self._pipe.write(b"data: [DONE]\n\n")

    def fail(self, body: dict[str, Any]) -> None:
        """Say that the answer breaks off here, and why."""
        self._event(body)

    def _delta(self, delta: dict[str, Any], reason: str | None = None, logprobs: Any = None) -> None:
        if not self._begun:
            self._begun = True
            self._pipe.head(200, _EVENTS)
            self._delta({"role": "assistant", "content": None if "tool_calls" in delta else ""})
        choice: dict[str, Any] = {"index": 0, "delta": delta, "logprobs": logprobs, "finish_reason": reason}
        self._event({**self._head, "choices": [choice]})

    def _event(self, value: dict[str, Any]) -> None:
        self._pipe.write(b"data: %b\n\n" % _encode(value))


def _head(model: str, kind: str) -> dict[str, Any]:
    return {"id": _identity("chatcmpl-"), "object": kind, "created": int(time.time()), "model": model}


def _identity(prefix: str) -> str:
    return prefix + secrets.token_hex(12)
