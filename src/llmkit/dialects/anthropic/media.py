"""Pictures and documents as wire sources."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from llmkit.dialects.anthropic.betas import FILES_BETA
from llmkit.dialects.anthropic.draft import AnthropicDraft
from llmkit.dialects.media_types import data_url, media_type_of
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.parts import Document, Image

_WHERE = "The Messages format"
_PDF = "application/pdf"
_TEXTUAL = ("application/json", "application/xml", "application/javascript", "application/x-yaml")


def image_block(image: Image, draft: AnthropicDraft, given: bool) -> dict[str, Any]:
    """Return the block of a picture; `given`: its source is written out in its options."""
    if not draft.profile.images:
        raise UnsupportedFeature("images", where="This model")
    if image.detail not in (None, "auto"):
        draft.warn("dropped", "image.detail", "There is no level of detail here.")
    return {"type": "image"} if given else {"type": "image", "source": _image_source(image, draft)}


def document_block(document: Document, draft: AnthropicDraft, given: bool) -> dict[str, Any]:
    """Return the block of a document; `given`: its source is written out in its options."""
    if not draft.profile.documents:
        raise UnsupportedFeature("documents", where="This model")
    block: dict[str, Any] = {"type": "document"}
    if not given:
        block["source"] = _document_source(document, draft)
    title = document.title if document.title is not None else document.name
    if title is not None:
        block["title"] = title
    if document.context is not None:
        block["context"] = document.context
    if document.citations is not None:
        block["citations"] = {"enabled": document.citations}
    return block


def _image_source(image: Image, draft: AnthropicDraft) -> dict[str, Any]:
    if image.data is not None:
        return _bytes(image.data, image.media_type or media_type_of(image.data), "image")
    return _elsewhere(image, draft, "image") or _nothing("image")


def _document_source(document: Document, draft: AnthropicDraft) -> dict[str, Any]:
    if document.text is not None:
        return _plain(document.text)
    if document.data is None:
        return _elsewhere(document, draft, "document") or _nothing("document")
    return _document_bytes(document.data, document.media_type)


def _elsewhere(media: Image | Document, draft: AnthropicDraft, noun: str) -> dict[str, Any] | None:
    if media.file_id is not None:
        draft.betas.append(FILES_BETA)
        return {"type": "file", "file_id": media.file_id}
    if media.url is None:
        return None
    inline = data_url(media.url)
    if inline is not None:
        kind, data = inline
        kind = kind or media.media_type
        return _document_bytes(data, kind) if isinstance(media, Document) else _bytes(data, kind or media_type_of(data), noun)
    if not draft.profile.image_urls:
        raise UnsupportedFeature(f"{noun} addresses", where="This API", hint="Pass the bytes.")
    return {"type": "url", "url": media.url}


def _document_bytes(data: bytes, media_type: str | None) -> dict[str, Any]:
    kind = media_type or media_type_of(data)
    if kind == _PDF:
        return _bytes(data, kind, "document")
    if kind is None or kind.startswith("text/") or kind in _TEXTUAL:
        try:
            return _plain(data.decode())
        except UnicodeDecodeError:
            raise InvalidRequest("The document is not UTF-8 text.", parameter="media_type", hint="Say its media_type.") from None
    raise UnsupportedFeature(f"documents of type {kind}", where=_WHERE, hint="PDF and plain text are taken.")


def _bytes(data: bytes, media_type: str | None, noun: str) -> dict[str, Any]:
    if media_type is None:
        raise InvalidRequest(f"The {noun}'s bytes do not tell what they are.", parameter="media_type", hint="Say its media_type.")
    return {"type": "base64", "media_type": media_type, "data": b64encode(data).decode()}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "text", "media_type": "text/plain", "data": text}


def _nothing(noun: str) -> dict[str, Any]:
    raise InvalidRequest(f"The {noun} has neither data nor url nor file_id.", parameter=noun)
