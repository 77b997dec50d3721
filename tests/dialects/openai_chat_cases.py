"""Ways to write streams and answers of the Chat Completions format."""

from __future__ import annotations

import json
from typing import Any

from llmkit.accumulate import fold
from llmkit.dialects import openai_chat
from llmkit.errors import LLMKitError
from llmkit.types.events import Event
from llmkit.types.parts import Provenance
from llmkit.types.responses import CompletionResponse

ORIGIN = Provenance(provider="example", dialect="openai_chat", model="m", account="a")
ELSEWHERE = Provenance(provider="other", dialect="openai_chat", model="m", account="b")
FOREIGN = Provenance(provider="other", dialect="anthropic", model="m")
PIECES = ("content", "reasoning_content", "reasoning", "refusal")


def sse(*chunks: Any, done: bool = True) -> bytes:
    """Return `chunks` as an event stream."""
    payloads = [chunk if isinstance(chunk, str) else json.dumps(chunk) for chunk in chunks]
    return "".join([f"data: {payload}\n\n" for payload in [*payloads, *(["[DONE]"] if done else [])]]).encode()


def chunk(delta: dict[str, Any] | None = None, finish: str | None = None, index: int = 0, **fields: Any) -> dict[str, Any]:
    """Return one event of a stream."""
    choice = {"index": index, "delta": delta or {}, "finish_reason": finish}
    return {"id": "c1", "object": "chat.completion.chunk", "created": 7, "model": "m", "choices": [choice], **fields}


def body(message: dict[str, Any], finish: str | None = "stop", **fields: Any) -> dict[str, Any]:
    """Return a whole answer."""
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}
    return {"id": "c1", "object": "chat.completion", "created": 7, "model": "m", "choices": [choice], **fields}


def decoded(message: dict[str, Any], finish: str | None = "stop", **fields: Any) -> CompletionResponse:
    """Return the response that our dialect reads from a whole answer."""
    return openai_chat.decode(json.dumps(body(message, finish, **fields)).encode(), origin=ORIGIN)


def read(stream: bytes, size: int = 1 << 20) -> tuple[list[Event], bool, LLMKitError | None]:
    """Return the events of `stream` in pieces of `size` bytes, whether it is done, and its error."""
    decoder = openai_chat.decoder(origin=ORIGIN)
    events: list[Event] = []
    for start in range(0, len(stream), size):
        events += decoder.feed(stream[start : start + size])
    events += decoder.close()
    return events, decoder.done, decoder.error


def folded(stream: bytes) -> CompletionResponse:
    """Return what a stream says when it is whole."""
    events, done, error = read(stream)
    assert (done, error) == (True, None)
    return fold(events)


def streamed(answer: dict[str, Any], size: int = 7) -> bytes:
    """Return the stream that would tell the whole answer `answer`: words and arguments in pieces of `size` characters."""
    chunks: list[dict[str, Any]] = []
    plain = {key: value for key, value in answer.items() if key not in ("choices", "usage", "object")}
    for choice in answer["choices"]:
        message = dict(choice.get("message") or {})
        calls = message.pop("tool_calls", None)
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        for name in ("reasoning_content", "reasoning", "reasoning_details", "executed_tools", "content", "refusal", "images", "audio"):
            value = message.pop(name, None)
            deltas += [{name: piece} for piece in _pieces(value, size)]
        deltas += [{key: value} for key, value in message.items() if value is not None and key != "role"]
        for place, call in enumerate(calls or []):
            function = call.get("function")
            if not isinstance(function, dict) or not isinstance(function.get("arguments"), str):
                deltas.append({"tool_calls": [{**call, "index": place}]})
                continue
            deltas.append({"tool_calls": [{**call, "index": place, "function": {**function, "arguments": ""}}]})
            deltas += [
                {"tool_calls": [{"index": place, "function": {"arguments": piece}}]} for piece in _pieces(function["arguments"], size)
            ]
        rest = {key: value for key, value in choice.items() if key not in ("message", "finish_reason", "delta")}
        number = choice.get("index", 0)
        chunks += [{**plain, "choices": [{"index": number, "delta": delta, "finish_reason": None}]} for delta in deltas]
        chunks.append({**plain, "choices": [{**rest, "delta": {}, "finish_reason": choice.get("finish_reason")}]})
    if answer.get("usage"):
        chunks.append({**plain, "choices": [], "usage": answer["usage"]})
    return sse(*chunks)


def _pieces(value: Any, size: int) -> list[Any]:
    if isinstance(value, str):
        return [value[start : start + size] for start in range(0, len(value), size)]
    return [] if value is None else [value]
