"""Pictures, sound, films and documents as wire blocks."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from llmkit.dialects.gemini.draft import WHERE, GeminiDraft
from llmkit.dialects.media_types import data_url, media_type_of
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.parts import Audio, Document, Image, Media, Video

_EXTENSIONS = {
    "avif": "image/avif",
    "csv": "text/csv",
    "flac": "audio/flac",
    "gif": "image/gif",
    "heic": "image/heic",
    "html": "text/html",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "m4a": "audio/mp4",
    "md": "text/markdown",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "ogg": "audio/ogg",
    "pdf": "application/pdf",
    "png": "image/png",
    "txt": "text/plain",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webp": "image/webp",
}


def media_block(media: Media, draft: GeminiDraft) -> dict[str, Any]:
    """Return the block of `media`. Raises `UnsupportedFeature` where the model or the format has no place for it."""
    _allowed(media, draft)
    _losses(media, draft)
    if isinstance(media, Document) and media.text is not None:
        return _inline(media.text.encode(), media.media_type or "text/plain")
    if media.data is not None:
        return _inline(media.data, media.media_type or media_type_of(media.data))
    if media.file_id is not None:
        if draft.foreign(media):
            raise UnsupportedFeature("files that were uploaded elsewhere", where=WHERE, hint="Pass the bytes.")
        return _file(media.file_id, media.media_type)
    if media.url is None:
        raise InvalidRequest("A media part has neither data nor url nor file_id.", parameter="messages")
    inline = data_url(media.url)
    if inline is not None:
        kind, data = inline
        return _inline(data, kind or media.media_type or media_type_of(data))
    if isinstance(media, Image) and not draft.profile.image_urls:
        raise UnsupportedFeature("image addresses", where="This API", hint="Pass the bytes.")
    return _file(media.url, media.media_type or media_type_by_extension(media.url))


def _allowed(media: Media, draft: GeminiDraft) -> None:
    profile = draft.profile
    match media:
        case Image():
            allowed, noun = profile.images, "images"
        case Audio():
            allowed, noun = profile.audio, "audio"
        case Video():
            allowed, noun = profile.video, "video"
        case _:
            allowed, noun = profile.documents, "documents"
    if not allowed:
        raise UnsupportedFeature(noun, where="This model")


def _losses(media: Media, draft: GeminiDraft) -> None:
    """Warn of what a block of this format cannot say."""
    if media.name is not None and (media.origin is None or draft.foreign(media)):
        draft.warn("dropped", "name", "Files have no name here.")
    if isinstance(media, Image) and media.detail not in (None, "auto"):
        draft.warn("dropped", "image.detail", "Newer models take a `mediaResolution` through the options of the part.")
    if isinstance(media, Document):
        for field in ("title", "context"):
            if getattr(media, field) is not None:
                draft.warn("dropped", f"document.{field}", "Documents have no such field here.")
        if media.citations:
            draft.warn("dropped", "document.citations", "Citations from documents cannot be asked for here.")


def _inline(data: bytes, media_type: str | None) -> dict[str, Any]:
    if media_type is None:
        raise InvalidRequest("The bytes do not tell what they are.", parameter="media_type", hint="Say their media_type.")
    return {"inlineData": {"mimeType": media_type, "data": b64encode(data).decode()}}


def _file(uri: str, media_type: str | None) -> dict[str, Any]:
    return {"fileData": {"fileUri": uri} if media_type is None else {"mimeType": media_type, "fileUri": uri}}


def media_type_by_extension(url: str) -> str | None:
    """Return the media type that the end of an address tells, None where it does not."""
    path = url.partition("?")[0].partition("#")[0]
    return _EXTENSIONS.get(path.rpartition("/")[2].rpartition(".")[2].lower())
