"""Parts as contents of a message, or of a tool's result."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from llmkit.dialects.media_types import media_type_of
from llmkit.dialects.openai_chat.media import AUDIO_FORMATS, address_of
from llmkit.dialects.openai_chat.wire import Object
from llmkit.dialects.openai_responses.draft import ResponsesDraft
from llmkit.types.parts import Audio, Citation, Document, Image, MediaFields, Part, Reasoning, Refusal, Text, Unknown, Video

_LOST = "Content of another format cannot be sent here."


def content_of(part: Part, draft: ResponsesDraft) -> Object | None:
    """Return `part` as a content, None where it cannot be one (a warning says so). Options that name a `type` are the content itself."""
    options = draft.options(part.options)
    wire = options if "type" in options else _content(part, draft)
    if wire is None:
        return None
    mark = draft.breakpoint(part.cache)
    return {**wire, **options, **({"prompt_cache_breakpoint": mark} if mark is not None else {})}


def plain(blocks: list[Any]) -> Any:
    """Return contents as the wire has them: one that is nothing but words as that text."""
    if len(blocks) == 1 and isinstance(blocks[0], dict):
        only = blocks[0]
        if only.keys() == {"type", "text"} and only["type"] in ("input_text", "output_text"):
            return only["text"]
    return blocks


def _content(part: Part, draft: ResponsesDraft) -> Object | None:
    match part:
        case Text():
            return {"type": "input_text", "text": part.text}
        case Image():
            return _image(part, draft)
        case Document():
            return _document(part, draft)
        case Audio():
            return _audio(part, draft)
        case Video():
            draft.refuse("video input")
        case Refusal():
            draft.warn("lossy", "refusal", "A refusal is sent as plain text.")
            return {"type": "input_text", "text": part.text}
        case Reasoning() | Citation():
            draft.warn("dropped", type(part).__name__.lower(), "It has no place outside of the model's own turn.")
        case Unknown():
            draft.warn("dropped", part.kind or "content", _LOST)
        case _:
            draft.warn("dropped", "messages", f"A part of kind {type(part).__name__} cannot be sent here.")
    return None


def _image(part: Image, draft: ResponsesDraft) -> Object:
    if not draft.profile.images:
        draft.refuse("images")
    wire: Object = {"type": "input_image"}
    if part.detail is not None:
        wire["detail"] = part.detail
    if part.file_id is not None:
        _own_file(part, draft)
        return {**wire, "file_id": part.file_id}
    return {**wire, "image_url": _address(part, "images", draft)}


def _document(part: Document, draft: ResponsesDraft) -> Object:
    for name in ("context", "citations"):
        if getattr(part, name):
            draft.warn("dropped", f"document.{name}", "The format has no place for it.")
    title = part.name or part.title
    if part.text is not None:
        draft.warn("emulated", "document.text", "Sent as text.")
        return {"type": "input_text", "text": f"{title}\n\n{part.text}" if title else part.text}
    if not draft.profile.documents:
        draft.refuse("documents")
    wire: Object = {"type": "input_file"}
    if part.file_id is not None:
        _own_file(part, draft)
        return {**wire, "file_id": part.file_id}
    if part.data is None and part.url is not None and not part.url.startswith("data:"):
        return {**wire, **({"filename": title} if title else {}), "file_url": part.url}
    address = _address(part, "documents", draft)
    kind = part.media_type or address[5:].partition(";")[0]
    return {**wire, "filename": title or f"document.{kind.rpartition('/')[2]}", "file_data": address}


def _audio(part: Audio, draft: ResponsesDraft) -> Object:
    if not draft.profile.audio or part.data is None:
        draft.refuse("audio input" if part.data is not None else "audio by address or file id")
    kind = (part.media_type or media_type_of(part.data) or "").lower()
    sound = {"data": b64encode(part.data).decode(), "format": AUDIO_FORMATS.get(kind, kind.rpartition("/")[2])}
    return {"type": "input_audio", "input_audio": sound}


def _own_file(part: MediaFields, draft: ResponsesDraft) -> None:
    if draft.moved(part):
        draft.warn("lossy", "file_id", "A file belongs to the account it was uploaded to.")


def _address(part: MediaFields, feature: str, draft: ResponsesDraft) -> str:
    if part.data is not None:
        kind = part.media_type or media_type_of(part.data)
        if kind is None:
            draft.refuse(f"{feature} of unknown type", hint="Pass media_type=.")
        return address_of(part.data, kind)
    if part.url is None:
        draft.refuse(f"{feature} without data, url or file_id")
    if not draft.profile.image_urls and not part.url.startswith("data:"):
        draft.refuse(f"{feature} by address", hint="Pass the bytes.")
    return part.url
