"""What an answer's message, usage and end say."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.cohere.citations import citations_of, place_of
from llmkit.dialects.cohere.messages import PLAN
from llmkit.dialects.openai_chat.calls import call_of
from llmkit.dialects.openai_chat.wire import Object, count_of, list_of, name_of, number_of, object_of, objects_of, raw, text_of, told
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import Citation, Part, Provenance, Reasoning, Text, Unknown
from llmkit.types.responses import FinishReason, Logprob, UnifiedFinish
from llmkit.types.usage import Usage

MESSAGE_FIELDS = frozenset({"role", "content", PLAN, "tool_calls", "citations"})
FINISH: dict[str, UnifiedFinish] = {
    "COMPLETE": "stop",
    "STOP_SEQUENCE": "stop",
    "MAX_TOKENS": "length",
    "TOOL_CALL": "tool_calls",
    "ERROR": "error",
    "TIMEOUT": "error",
    "ERROR_TOXIC": "content_filter",
    "ERROR_LIMIT": "context_exceeded",
}
"""The last two are words of the older version that hosts still use."""


def parts_of(message: Object, *, response_id: str, origin: Provenance) -> list[Part]:
    """Return what `message` says: its content, the plan, the calls, and the citations that are about no text."""
    found: list[Part] = []
    places: dict[int, int] = {}
    content = message.get("content")
    for number, item in enumerate([{"type": "text", "text": content}] if isinstance(content, str) else list_of(content)):
        part = (
            block_of(object_of(item), origin=origin) if isinstance(item, dict) else Unknown(kind="block", origin=origin, native=raw(item))
        )
        if part is not None:
            places[number] = len(found)
            found.append(part)
    loose = _cite(found, places, objects_of(message.get("citations")), origin)
    if text_of(message.get(PLAN)):
        found.append(plan_of(message[PLAN], origin=origin))
    calls = objects_of(message.get("tool_calls"))
    found += [call_of(item, position=place, response_id=response_id, origin=origin) for place, item in enumerate(calls)]
    return [*found, *loose]


def block_of(block: Object, *, origin: Provenance) -> Part | None:
    """Return the part in one block of the content, None for a text or thinking block that says nothing."""
    kind = text_of(block.get("type"))
    if kind == "text" and isinstance(block.get("text"), str):
        more = told(block, frozenset({"type", "text"}))
        if not block["text"] and not more:
            return None
        return Text(text=block["text"], origin=origin, native=raw(block) if more else NO_NATIVE)
    if kind == "thinking" and isinstance(block.get("thinking"), str):
        more = told(block, frozenset({"type", "thinking"}))
        if not block["thinking"] and not more:
            return None
        return Reasoning(text=block["thinking"], origin=origin, native=raw(block) if more else NO_NATIVE)
    return Unknown(kind=kind or "block", origin=origin, native=raw(block))


def plan_of(text: str, *, origin: Provenance) -> Reasoning:
    """Return what the model means to do before it calls tools; it goes out again as the plan."""
    return Reasoning(text=text, origin=origin, native=raw({PLAN: text}))


def _cite(parts: list[Part], places: dict[int, int], wires: list[Object], origin: Provenance) -> list[Citation]:
    """Add citations to the texts they are about; return those that are about none."""
    loose: list[Citation] = []
    first = next((place for place, part in enumerate(parts) if isinstance(part, Text)), -1)
    for wire in wires:
        number = place_of(wire)
        place = -1 if number is None else (places.get(number, -1) if number >= 0 else first)
        text = parts[place] if place >= 0 else None
        found = citations_of(wire, origin=origin)
        if isinstance(text, Text):
            parts[place] = text.replace(citations=(*text.citations, *found))
        else:
            loose += found
    return loose


def finish_of(word: Any, *, calls: bool) -> FinishReason:
    """Return why the answer ended."""
    name = name_of(word)
    if name is None:
        return FinishReason(unified="tool_calls" if calls else "other")
    return FinishReason(unified=FINISH.get(name.upper(), "other"), raw=name)


def usage_of(value: Any) -> Usage | None:
    """Return the tokens that are billed, None where the server told nothing.

    `tokens` counts the server's own instructions too, of which `cached_tokens` is a part: neither is billed, both are kept in `raw`.
    """
    wire = object_of(value)
    tokens = object_of(wire.get("tokens"))
    counted = object_of(wire.get("billed_units")) or tokens
    if not counted.keys() & {"input_tokens", "output_tokens"}:
        return None
    made = count_of(counted.get("output_tokens"))
    thought = min(count_of(tokens.get("reasoning_tokens")), made)
    sent = count_of(counted.get("input_tokens"))
    return Usage(
        uncached=sent,
        output_text=made - thought,
        reasoning=thought,
        input_image=min(count_of(tokens.get("image_tokens")), sent),
        raw=raw(wire),
    )


def logprobs_of(value: Any) -> tuple[Logprob, ...]:
    """Return the probabilities of pieces of text; a piece of several tokens has the sum of theirs."""
    found: list[Logprob] = []
    for item in [value] if isinstance(value, dict) else objects_of(value):
        numbers = [number for number in list_of(item.get("logprobs")) if number_of(number) is not None]
        if numbers:
            found.append(Logprob(token=text_of(item.get("text")), logprob=float(sum(numbers))))
    return tuple(found)
