"""Pictures, films, sounds and documents as wire blocks: bytes, or a place in S3."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from llmkit.dialects.bedrock_converse.draft import ConverseDraft
from llmkit.dialects.bedrock_converse.formats import AUDIOS, DOCUMENTS, IMAGES, VIDEOS, format_of
from llmkit.dialects.media_types import data_url, media_type_of
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.parts import Audio, Document, Image, Media, Video

_WHERE = "The Converse format"
_S3 = "s3://"
_NOUNS: dict[type[Media], tuple[str, str, dict[str, str]]] = {
    Image: ("image", "images", IMAGES),
    Video: ("video", "video", VIDEOS),
    Audio: ("audio", "audio", AUDIOS),
    Document: ("document", "documents", DOCUMENTS),
}
"""Wire name, field of the profile, formats."""
SOURCE = "source"


def media_block(media: Media, draft: ConverseDraft, options: dict[str, Any]) -> dict[str, Any]:
    """Return the block of `media`; a source or format in its options stands in place of ours."""
    noun, feature, formats = _NOUNS[type(media)]
    if not getattr(draft.profile, feature):
        raise UnsupportedFeature(feature, where="This model")
    if isinstance(media, Image) and media.detail not in (None, "auto"):
        draft.warn("dropped", "image.detail", "There is no level of detail here.")
    data, media_type = _data(media)
    block: dict[str, Any] = {}
    word = options.pop("format", None) or format_of(media_type or _kind(data), media.name or media.url, formats)
    if word is None and isinstance(media, Document) and media.text is not None:
        word = "txt"
    if word is None:
        raise UnsupportedFeature(f"{noun} of type {media_type or 'unknown'}", where=_WHERE, hint=f"Known: {', '.join(formats)}.")
    block["format"] = word
    if isinstance(media, Document):
        block["name"] = draft.document_name(media.title if media.title is not None else media.name)
    block[SOURCE] = options.pop(SOURCE, None) or _source(media, data, noun)
    if isinstance(media, Document):
        block |= {} if media.context is None else {"context": media.context}
        block |= {} if media.citations is None else {"citations": {"enabled": media.citations}}
    return {noun: {**block, **options}}


def _data(media: Media) -> tuple[bytes | None, str | None]:
    if isinstance(media, Document) and media.text is not None:
        return media.text.encode(), media.media_type or "text/plain"
    inline = data_url(media.url) if media.url is not None and media.data is None else None
    if inline is not None:
        return inline[1], inline[0] or media.media_type
    return media.data, media.media_type


def _kind(data: bytes | None) -> str | None:
    return None if data is None else media_type_of(data)


def _source(media: Media, data: bytes | None, noun: str) -> dict[str, Any]:
    if data is not None:
        return {"bytes": b64encode(data).decode()}
    place = media.url or media.file_id
    if place is None:
        raise InvalidRequest(f"The {noun} has neither data nor url nor file_id.", parameter=noun)
    if not place.startswith(_S3):
        raise UnsupportedFeature(f"{noun} addresses", where=_WHERE, hint="Pass the bytes, or an s3:// address.")
    return {"s3Location": {"uri": place}}
