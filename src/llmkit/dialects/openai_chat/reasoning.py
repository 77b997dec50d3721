"""The thinking in an answer: a text field, structured details, or blocks of the content."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.growth import grow
from llmkit.dialects.openai_chat.wire import Object, list_of, objects_of, raw, text_of
from llmkit.types.parts import Provenance, Reasoning

FIELDS = ("reasoning_content", "reasoning")
DETAILS = "reasoning_details"
BLOCKS = ("thinking", "reasoning")


def reasoning_of(message: Object, *, origin: Provenance | None) -> Reasoning | None:
    """Return the thinking in a message's own fields as one part, None where there is none.

    `native` holds those fields, to be sent back as they are; text that stands in two fields is taken once.
    """
    fields: Object = {key: message[key] for key in FIELDS if text_of(message.get(key))}
    details = objects_of(message.get(DETAILS))
    if details:
        fields[DETAILS] = list_of(message[DETAILS])
    if not fields:
        return None
    text = next((fields[key] for key in FIELDS if key in fields), "") or "".join([detail_text(detail) for detail in details])
    return Reasoning(
        text=text,
        signature=_only([text_of(detail.get("signature")) for detail in details]),
        encrypted=_only([text_of(detail.get("data")) for detail in details]),
        summary=bool(details) and all(detail.get("type") != "reasoning.text" for detail in details) and bool(text),
        origin=origin,
        native=raw(fields),
    )


def reasoning_block(block: Object, *, origin: Provenance | None) -> Reasoning:
    """Return the thinking in a block of the content."""
    summary = objects_of(block.get("summary"))
    text = text_of(block.get("thinking")) or text_of(block.get("text")) or _joined(block.get("thinking")) or _joined(block.get("summary"))
    return Reasoning(
        text=text,
        signature=text_of(block.get("signature")) or None,
        summary=bool(summary),
        origin=origin,
        native=raw(block),
    )


def detail_text(detail: Object) -> str:
    """Return the words of one of the details."""
    return text_of(detail.get("text")) or text_of(detail.get("summary"))


def merge_details(details: list[Any], more: list[Any]) -> None:
    """Add the details of a stream's piece: those that go on with the last one grow it."""
    for detail in objects_of(more):
        last = details[-1] if details else None
        if last is not None and _continues(last, detail):
            grow(last, detail)
        else:
            details.append(detail)


def _continues(last: Object, detail: Object) -> bool:
    if last.get("type") != detail.get("type") or detail.get("type") == "reasoning.encrypted":
        return False
    if last.get("index") != detail.get("index") or (text_of(last.get("signature")) and detail_text(detail)):
        return False
    return not text_of(detail.get("id")) or not text_of(last.get("id")) or last["id"] == detail["id"]


def _joined(pieces: Any) -> str:
    return "".join([text_of(piece.get("text")) for piece in objects_of(pieces)])


def _only(values: list[str]) -> str | None:
    found = [value for value in values if value]
    return found[0] if len(found) == 1 else None
