"""Parts of an answer as output items: this format's own as they came, those of another in its words."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import msgspec

from llmkit.dialects.openai_chat.wire import Object, dumps, text_of
from llmkit.dialects.openai_responses.dialect_profile import NAME
from llmkit.dialects.openai_responses.items import contents
from llmkit.serving.losses import Losses
from llmkit.serving.openai_responses.annotations import annotations_of
from llmkit.serving.origins import is_native
from llmkit.types.parts import (
    Citation,
    Compaction,
    Image,
    InvalidToolCall,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    Unknown,
)

MADE = "llmkit"
"""Stands in the ids that we make, so that what comes back with them is known not to be the provider's own."""
_ID = {
    "message": "msg",
    "reasoning": "rs",
    "function_call": "fc",
    "custom_tool_call": "ctc",
    "web_search_call": "ws",
    "code_interpreter_call": "ci",
    "image_generation_call": "ig",
}


def made_id(kind: str, response: str, place: int) -> str:
    """Return an id for the item at `place`: the same for the same answer, streamed or not."""
    return f"{_ID.get(kind, 'item')}_{MADE}_{response.removeprefix('resp_')}_{place}"


def native_item(part: Part) -> Object | None:
    """Return the item that a part of this format came as."""
    if not is_native(part, NAME):
        return None
    item = msgspec.json.decode(part.native)
    return item if isinstance(item, dict) else None


def content_of(part: Part, logprobs: list[Object], losses: Losses) -> Object | None:
    """Return words as a content of a message, None for what is no words."""
    match part:
        case Text():
            return {
                "type": "output_text",
                "annotations": annotations_of(part.citations, len(part.text), losses),
                "logprobs": logprobs,
                "text": part.text,
            }
        case Refusal():
            return {"type": "refusal", "refusal": part.text}
    return None


def item_of(part: Part, identity: tuple[str, int], custom: frozenset[str], losses: Losses) -> Object | None:
    """Return the item of a part that is no words, None where the format has none (a loss). `custom`: tools that take free text."""
    native = native_item(part)
    if native is not None:
        return native
    made = _item(part, custom, losses)
    return None if made is None else {"id": made_id(made["type"], *identity), **made}


def message_of(blocks: list[Object], identity: tuple[str, int], status: str = "completed") -> Object:
    """Return a message with `blocks`."""
    return {"id": made_id("message", *identity), "type": "message", "status": status, "role": "assistant", "content": blocks}


def same_message(item: Object, part: Part) -> Object | None:
    """Return the message that `part` came in where it is `item`, which it is then a further content of."""
    native = native_item(part) if isinstance(part, Text | Refusal) else None
    if native is None or not native.get("id") or native.get("id") != item.get("id"):
        return None
    return native


def joined(item: Object, more: Object) -> Object:
    """Return a message with the contents of both."""
    return {**more, "content": [*contents(item), *contents(more)]}


def items_of(content: tuple[Part, ...], response: str, custom: frozenset[str], logprobs: list[Object], losses: Losses) -> list[Object]:
    """Return the output items of an answer. Words of another format that follow each other are one message."""
    found: list[Object] = []
    growing = False
    for part in content:
        native = native_item(part)
        if native is not None:
            if found and same_message(found[-1], part) is not None:
                found[-1] = joined(found[-1], native)
            else:
                found.append(native)
            growing = False
            continue
        if isinstance(part, Citation):
            _cite(part, found, losses)
            continue
        block = content_of(part, logprobs, losses)
        if block is not None:
            logprobs = []
            if growing:
                _extend(found[-1]["content"], block)
            else:
                found.append(message_of([block], (response, len(found))))
                growing = True
            continue
        item = item_of(part, (response, len(found)), custom, losses)
        if item is not None:
            found.append(item)
            growing = False
    return found


def extended(block: Object, more: Object) -> Object | None:
    """Return a text that goes on with `more`, None where one of them is none: clients take the first text for the whole answer."""
    if block.get("type") != "output_text" or more.get("type") != "output_text":
        return None
    shift = len(block["text"])
    notes = [{**note, "start_index": note["start_index"] + shift, "end_index": note["end_index"] + shift} for note in more["annotations"]]
    return {
        **block,
        "annotations": [*block["annotations"], *notes],
        "logprobs": [*block["logprobs"], *more["logprobs"]],
        "text": block["text"] + more["text"],
    }


def _extend(blocks: list[Object], more: Object) -> None:
    longer = extended(blocks[-1], more)
    if longer is None:
        blocks.append(more)
    else:
        blocks[-1] = longer


def _cite(part: Citation, found: list[Object], losses: Losses) -> None:
    """Put a source that stands by itself to the last words before it."""
    blocks = contents(found[-1]) if found and found[-1].get("type") == "message" else []
    if not blocks or blocks[-1].get("type") != "output_text":
        losses.add("dropped", "citations", "a source that belongs to no words has no place")
        return
    blocks[-1].setdefault("annotations", []).extend(annotations_of((part,), len(text_of(blocks[-1].get("text"))), losses))


def _item(part: Part, custom: frozenset[str], losses: Losses) -> Object | None:
    match part:
        case Reasoning():
            return _reasoning(part, losses)
        case ToolCall() if part.name in custom:
            words = text_of(part.arguments.get("input"))
            return {"type": "custom_tool_call", "status": "completed", "call_id": part.id, "input": words, "name": part.name}
        case ToolCall() | InvalidToolCall():
            arguments = part.json or (dumps(part.arguments) if isinstance(part, ToolCall) else "")
            if part.signature is not None:
                losses.add("lossy", "tool_call.signature", "the seal of a call has no place")
            return {"type": "function_call", "status": "completed", "arguments": arguments, "call_id": part.id, "name": part.name}
        case ServerToolCall():
            return _server_call(part, losses)
        case Image() if part.data:
            return {"type": "image_generation_call", "status": "completed", "result": b64encode(part.data).decode()}
        case ServerToolResult():
            losses.add("dropped", "server_tool", "what the provider's own tool answered has no place")
        case Compaction():
            losses.add("dropped", "compaction", "another format's summary has no place")
        case Unknown():
            losses.add("dropped", "content", f"a block of the kind {part.kind} has no place")
        case _:
            losses.add("dropped", type(part).__name__.lower(), "it has no place")
    return None


def _reasoning(part: Reasoning, losses: Losses) -> Object | None:
    if part.signature is not None or part.encrypted is not None:
        losses.add("lossy", "reasoning", "the seal of another format's thinking has no place")
    if not part.text:
        return None
    return {"type": "reasoning", "summary": [{"type": "summary_text", "text": part.text}]}


def _server_call(part: ServerToolCall, losses: Losses) -> Object | None:
    wire: dict[str, Any]
    match part.name:
        case "web_search":
            query = text_of(part.arguments.get("query"))
            wire = {"type": "web_search_call", "status": "completed", "action": {"type": "search", "query": query, "queries": [query]}}
        case "code_execution":
            code = text_of(part.arguments.get("code"))
            wire = {"type": "code_interpreter_call", "status": "completed", "code": code, "container_id": "", "outputs": None}
        case name:
            losses.add("dropped", "server_tool", f"a call of the provider's own tool {name} has no place")
            return None
    return wire
