"""What the tests of the Responses format share."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from llmkit.dialects import openai_responses
from llmkit.types.events import Event
from llmkit.types.messages import Message
from llmkit.types.parts import Part, Provenance
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest

TARGET = Provenance(provider="openai", dialect="openai_responses", model="m", account="acc-1")
ELSEWHERE = TARGET.replace(account="acc-2")
FOREIGN = Provenance(provider="anthropic", dialect="anthropic", model="claude")
HELLO = (Message.user("Hello"),)
REASONING: dict[str, Any] = {
    "id": "rs_1",
    "type": "reasoning",
    "summary": [{"type": "summary_text", "text": "Hm."}],
    "encrypted_content": "U0VBTA==",
}
SAID: dict[str, Any] = {
    "id": "msg_1",
    "type": "message",
    "status": "completed",
    "role": "assistant",
    "phase": "final_answer",
    "content": [{"type": "output_text", "annotations": [], "logprobs": [], "text": "Grüße 🎉"}],
}
CALL: dict[str, Any] = {
    "id": "fc_1",
    "type": "function_call",
    "status": "completed",
    "call_id": "call_1",
    "name": "f",
    "arguments": '{"a":[1,{"b":"c"}]}',
}
CUSTOM: dict[str, Any] = {"id": "ctc_1", "type": "custom_tool_call", "call_id": "call_2", "name": "sql", "input": 'SELECT "a"\n'}
SEARCH: dict[str, Any] = {"id": "ws_1", "type": "web_search_call", "status": "completed", "action": {"type": "search", "query": "q"}}
SEVERAL: dict[str, Any] = {
    **SAID,
    "id": "msg_2",
    "content": [{"type": "output_text", "annotations": [], "text": "One."}, {"type": "refusal", "refusal": "No."}],
}


def request(*messages: Message, **fields: Any) -> CompletionRequest:
    return CompletionRequest(model="m", messages=messages or HELLO, **fields)


def encoded(
    asked: CompletionRequest, *, profile: Profile = openai_responses.PROFILE, target: Provenance = TARGET, stream: bool = False
) -> tuple[dict[str, Any], list[str]]:
    """Return the body as JSON has it, and `kind parameter` of each warning."""
    found = openai_responses.encode(asked, model=asked.model, target=target, profile=profile, stream=stream)
    return json.loads(msgspec.json.encode(found.body)), [f"{warning.kind} {warning.parameter}" for warning in found.warnings]


def items(*parts: Part, role: str = "assistant", **fields: Any) -> tuple[list[Any], list[str]]:
    """Return the items of a message with `parts`, and the warnings."""
    profile = fields.pop("profile", openai_responses.PROFILE)
    message = Message(role=role, content=parts)  # type: ignore[arg-type]  # tables spell roles as strings
    body, warnings = encoded(request(message, **fields), profile=profile)
    return body["input"], warnings


def response(*output: Any, **fields: Any) -> dict[str, Any]:
    """Return a response object as the API has it."""
    usage = {
        "input_tokens": 10,
        "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 1},
        "output_tokens": 7,
        "output_tokens_details": {"reasoning_tokens": 3},
        "total_tokens": 17,
    }
    base = {"id": "resp_1", "object": "response", "created_at": 1767225600, "status": "completed", "model": "m-1", "output": list(output)}
    return {**base, "error": None, "incomplete_details": None, "usage": usage, "service_tier": "default", **fields}


def body_of(*output: Any, **fields: Any) -> bytes:
    return compact(response(*output, **fields))


def decoded(*output: Any, **fields: Any) -> Any:
    return openai_responses.decode(body_of(*output, **fields), origin=TARGET)


def sse(*events: dict[str, Any]) -> bytes:
    numbered = [{**event, "sequence_number": number} for number, event in enumerate(events)]
    return b"".join([b"event: %s\ndata: %s\n\n" % (event["type"].encode(), compact(event)) for event in numbered])


def stream_of(*output: Any, growth: dict[int, list[dict[str, Any]]] | None = None, end: str = "completed", **fields: Any) -> bytes:
    """Return the stream of a response; `growth` holds the events within each item."""
    begun = response(status="in_progress", usage=None)
    told: list[dict[str, Any]] = [{"type": "response.created", "response": begun}, {"type": "response.in_progress", "response": begun}]
    for place, item in enumerate(output):
        blank: dict[str, dict[str, Any]] = {
            "message": {"content": []},
            "reasoning": {"summary": []},
            "function_call": {"arguments": ""},
            "custom_tool_call": {"input": ""},
        }
        told.append({"type": "response.output_item.added", "output_index": place, "item": {**item, **blank.get(item["type"], {})}})
        told += [{"output_index": place, "item_id": item.get("id"), **event} for event in (growth or {}).get(place, [])]
        told.append({"type": "response.output_item.done", "output_index": place, "item": item})
    told.append({"type": f"response.{end}", "response": response(*output, **fields)})
    return sse(*told)


def words(text: str, place: int = 0) -> list[dict[str, Any]]:
    """Return the events of a text content."""
    at = {"content_index": place}
    return [
        {"type": "response.content_part.added", **at, "part": {"type": "output_text", "annotations": [], "text": ""}},
        *[{"type": "response.output_text.delta", **at, "delta": letter, "logprobs": []} for letter in text],
        {"type": "response.output_text.done", **at, "text": text},
        {"type": "response.content_part.done", **at, "part": {"type": "output_text", "annotations": [], "text": text}},
    ]


def events_of(data: bytes, size: int = 0) -> list[Event]:
    """Return the events of a stream fed in pieces of `size` bytes."""
    decoder = openai_responses.decoder(origin=TARGET)
    found: list[Event] = []
    for at in range(0, len(data), size or len(data) or 1):
        found += decoder.feed(data[at : at + (size or len(data))])
    return found + decoder.close()


def compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
