"""Parts as chunks of a message's content."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import msgspec

from llmkit.dialects.mistral.setting import MistralSetting
from llmkit.dialects.openai_chat.blocks import image_block, media_type
from llmkit.dialects.openai_chat.media import address_of
from llmkit.dialects.openai_chat.wire import Object, raw
from llmkit.types.parts import Audio, Citation, Compaction, Document, Image, Part, Reasoning, Refusal, Text, Unknown, Video

fields_of = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def chunk(part: Part, setting: MistralSetting) -> Any:
    """Return `part` as a chunk, None where it cannot be one, with a warning.

    Options that name a `type` are the chunk itself; other options are added to it.
    """
    options = setting.options(part.options)
    if "type" in options:
        return setting.marked(options, part.cache)
    if setting.is_native(part) and (not isinstance(part, Citation) or part.location == "reference"):
        return part.native
    wire = _chunk(part, setting)
    return None if wire is None else setting.marked({**wire, **options} if options else wire, part.cache)


def thinking_chunk(part: Reasoning, setting: MistralSetting) -> Any:
    """Return earlier thinking as a chunk, None where it stays behind."""
    if setting.profile.replay == "never":
        return None
    if setting.foreign(part):
        setting.warn("dropped", "messages", "thinking of another format cannot be sent")
        return None
    if setting.is_native(part) and "type" in fields_of(part.native):
        return _unsealed(part, setting) if setting.moved(part) else part.native
    if not part.text:
        return None
    wire: Object = {"type": "thinking", "thinking": [{"type": "text", "text": part.text}]}
    if part.signature is not None and not setting.moved(part):
        wire["signature"] = part.signature
    return wire


def _unsealed(part: Reasoning, setting: MistralSetting) -> Any:
    """Return the chunk without the signature, which only the account that got it may send."""
    wire = fields_of(part.native)
    if "signature" not in wire:
        return part.native
    setting.warn("lossy", "messages", "the signature of another account's thinking is not sent")
    return raw({key: value for key, value in wire.items() if key != "signature"})


def _chunk(part: Part, setting: MistralSetting) -> Object | None:
    match part:
        case Text():
            if part.citations:
                setting.warn("lossy", "messages", "citations are not sent back")
            return {"type": "text", "text": part.text}
        case Image():
            return image_block(part, setting)
        case Audio():
            return _audio(part, setting)
        case Document():
            return _document(part, setting)
        case Refusal():
            setting.warn("emulated", "messages", "a refusal is sent as text")
            return {"type": "text", "text": part.text}
        case Compaction() if part.text:
            setting.warn("emulated", "messages", "a summary of earlier turns is sent as text")
            return {"type": "text", "text": part.text}
        case Video():
            setting.refuse("video")
        case Unknown():
            setting.warn("dropped", "messages", f"a block of kind {part.kind} of another format cannot be sent")
        case _:
            setting.warn("dropped", "messages", f"a part of kind {type(part).__name__} cannot be sent here")
    return None


def _audio(part: Audio, setting: MistralSetting) -> Object | None:
    """Return sound as a chunk: its bytes in base64, or its address."""
    if part.data is None and part.url is None and part.origin is not None:
        if part.transcript:
            setting.warn("emulated", "messages", "a spoken answer is sent as its transcript")
            return {"type": "text", "text": part.transcript}
        setting.warn("dropped", "messages", "a spoken answer without a transcript cannot be sent")
        return None
    if not setting.profile.audio:
        setting.refuse("audio")
    if part.data is None and part.url is None:
        setting.refuse("audio by file id", hint="Pass the bytes.")
    return {"type": "input_audio", "input_audio": part.url if part.data is None else b64encode(part.data).decode()}


def _document(part: Document, setting: MistralSetting) -> Object:
    for name in ("context", "citations"):
        if getattr(part, name):
            setting.warn("dropped", f"document.{name}", "the format has no place for it")
    title = part.name or part.title
    if part.text is not None:
        setting.warn("emulated", "document.text", "sent as text")
        return {"type": "text", "text": f"{title}\n\n{part.text}" if title else part.text}
    if not setting.profile.documents:
        setting.refuse("documents")
    if part.file_id is not None:
        return {"type": "file", "file_id": part.file_id}
    address = part.url if part.data is None else address_of(part.data, media_type(part, "documents", setting))
    wire: Object = {"type": "document_url", "document_url": address}
    if title:
        wire["document_name"] = title
    return wire
