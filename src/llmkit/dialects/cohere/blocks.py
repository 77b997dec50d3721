"""Parts as blocks of a message's content."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.cohere.draft import CohereDraft
from llmkit.dialects.media_types import media_type_of
from llmkit.dialects.openai_chat.media import address_of
from llmkit.dialects.openai_chat.wire import Object
from llmkit.types.parts import (
    Audio,
    Citation,
    Compaction,
    Document,
    Image,
    Part,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Text,
    Unknown,
    Video,
)


def block(part: Part, draft: CohereDraft, *, beside: bool) -> Any:
    """Return `part` as a block of the content, None where it is none.

    Options that name a `type` are the block itself. With `beside`, text documents go into the body's list; else they are blocks.
    """
    draft.unmarked(part.cache)
    options = draft.options(part.options)
    if "type" in options:
        return options
    if draft.is_native(part) and not isinstance(part, Citation):
        return part.native
    wire = _block(part, draft, beside)
    return {**wire, **options} if wire is not None and options else wire


def document_of(part: Document, draft: CohereDraft) -> Object:
    """Return a text document as the wire has it."""
    data: Object = {}
    title = part.title or part.name
    if title:
        data["title"] = title
    if part.context is not None:
        data["context"] = part.context
    data["text"] = part.text
    return {"data": data, **draft.options(part.options)}


def _block(part: Part, draft: CohereDraft, beside: bool) -> Object | None:
    match part:
        case Text():
            return {"type": "text", "text": part.text}
        case Image():
            return _image(part, draft)
        case Document() if part.text is not None:
            return _document(part, draft, beside)
        case Refusal():
            draft.warn("emulated", "messages", "a refusal is sent as text")
            return {"type": "text", "text": part.text}
        case Compaction() if part.text:
            draft.warn("emulated", "messages", "a summary of earlier turns is sent as text")
            return {"type": "text", "text": part.text}
        case Audio() if part.origin is not None and part.transcript:
            draft.warn("emulated", "messages", "a spoken answer is sent as its transcript")
            return {"type": "text", "text": part.transcript}
        case Audio() | Video() | Document():
            draft.refuse(
                f"{type(part).__name__.lower()} input", hint="Documents can be sent as text." if isinstance(part, Document) else None
            )
        case ServerToolCall() | ServerToolResult() | Citation():
            draft.warn("dropped", "messages", "another server's tool calls and loose citations are not sent back")
        case Unknown():
            draft.warn("dropped", "messages", f"a block of kind {part.kind} of another format cannot be sent")
        case _:
            draft.warn("dropped", "messages", f"a part of kind {type(part).__name__} cannot be sent here")
    return None


def _document(part: Document, draft: CohereDraft, beside: bool) -> Object | None:
    wire = document_of(part, draft)
    if not beside:
        return {"type": "document", "document": wire}
    draft.uncited += part.citations is False
    draft.documents.append({**wire, "id": wire.get("id") or f"doc:{len(draft.documents)}"})
    return None


def _image(part: Image, draft: CohereDraft) -> Object:
    if not draft.profile.images:
        draft.refuse("images")
    place: Object = {"url": part.url}
    if part.data is not None:
        kind = part.media_type or media_type_of(part.data)
        if kind is None:
            draft.refuse("images of unknown type", hint="Pass media_type=.")
        place["url"] = address_of(part.data, kind)
    elif part.url is None:
        draft.refuse("images by file id", hint="Pass the bytes.")
    elif not draft.profile.image_urls and not part.url.startswith("data:"):
        draft.refuse("images by address", hint="Pass the bytes.")
    if part.detail is not None:
        place["detail"] = part.detail
    return {"type": "image_url", "image_url": place}
