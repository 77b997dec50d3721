"""Parts as blocks of a message's content."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from llmkit.dialects.media_types import media_type_of
from llmkit.dialects.openai_chat.media import AUDIO_FORMATS, address_of
from llmkit.dialects.openai_chat.setting import Setting
from llmkit.dialects.openai_chat.wire import Object
from llmkit.types.parts import Audio, Citation, Document, Image, MediaFields, Part, Refusal, Text, Unknown, Video


def block(part: Part, setting: Setting) -> Any:
    """Return `part` as a block of the content, None where it cannot be one, with a warning.

    Options that name a `type` are the block itself; other options are added to it.
    """
    options = setting.options(part.options)
    if "type" in options:
        return setting.marked(options, part.cache)
    if setting.is_native(part) and not isinstance(part, Citation):
        return part.native
    wire = _block(part, setting)
    return None if wire is None else setting.marked({**wire, **options} if options else wire, part.cache)


def content(blocks: list[Any]) -> Any:
    """Return blocks as a message's content: a text of one plain block is sent as that text, which every server takes."""
    if len(blocks) == 1:
        only = blocks[0]
        if isinstance(only, dict) and len(only) == 2 and only.get("type") == "text":
            return only.get("text")
    return blocks


def image_block(part: Image, setting: Setting) -> Object:
    """Return a picture as an `image_url` block."""
    if not setting.profile.images:
        setting.refuse("images")
    place: Object = {"url": _address(part, "images", setting)}
    if part.detail is not None:
        place["detail"] = part.detail
    return {"type": "image_url", "image_url": place}


def _block(part: Part, setting: Setting) -> Object | None:
    match part:
        case Text():
            if part.citations:
                setting.warn("lossy", "messages", "citations are not sent back")
            return {"type": "text", "text": part.text}
        case Image():
            return image_block(part, setting)
        case Audio():
            return _audio(part, setting)
        case Video():
            if not setting.profile.video:
                setting.refuse("video")
            return {"type": "video_url", "video_url": {"url": _address(part, "video", setting)}}
        case Document():
            return _document(part, setting)
        case Refusal():
            return {"type": "refusal", "refusal": part.text}
        case Unknown():
            setting.warn("dropped", "messages", f"a block of kind {part.kind} of another format cannot be sent")
        case _:
            setting.warn("dropped", "messages", f"a part of kind {type(part).__name__} cannot be sent here")
    return None


def _address(part: MediaFields, feature: str, setting: Setting) -> str:
    if part.data is not None:
        return address_of(part.data, media_type(part, feature, setting))
    if part.url is None:
        setting.refuse(f"{feature} by file id", hint="Pass the bytes.")
    if not setting.profile.image_urls and not part.url.startswith("data:"):
        setting.refuse(f"{feature} by address", hint="Pass the bytes.")
    return part.url


def media_type(part: MediaFields, feature: str, setting: Setting) -> str:
    """Return the media type, as given or as the bytes tell."""
    found = part.media_type or media_type_of(part.data or b"")
    if found is None:
        setting.refuse(f"{feature} of unknown type", hint="Pass media_type=.")
    return found


def _audio(part: Audio, setting: Setting) -> Object:
    if not setting.profile.audio:
        setting.refuse("audio")
    if part.data is None:
        setting.refuse("audio by address or file id", hint="Pass the bytes.")
    kind = media_type(part, "audio", setting).lower()
    wire = {"data": b64encode(part.data).decode(), "format": AUDIO_FORMATS.get(kind, kind.rpartition("/")[2])}
    return {"type": "input_audio", "input_audio": wire}


def _document(part: Document, setting: Setting) -> Object:
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
        wire: Object = {"file_id": part.file_id}
    elif part.data is not None:
        kind = media_type(part, "documents", setting)
        wire = {"filename": title or f"document.{kind.rpartition('/')[2]}", "file_data": address_of(part.data, kind)}
    else:
        setting.refuse("documents by address", hint="Pass the bytes.")
    return {"type": "file", "file": wire}
