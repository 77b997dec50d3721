"""Read documents: pages, tables and pictures as text with its places."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmkit.dialects.media_types import data_url, media_type_of
from llmkit.errors import InvalidRequest
from llmkit.operations.inputs import models_in
from llmkit.operations.reading import models_of, read, whole, words
from llmkit.options import CONVERT
from llmkit.types.ocr import CONFIDENCES, TABLE_FORMATS, OcrRequest, OcrResponse
from llmkit.types.parts import Document, Image

if TYPE_CHECKING:
    from llmkit.core import Core

LARGEST = 100 * 2**20
"""Bytes of one document; no provider takes more inline."""
_OFFICE = "application/vnd.openxmlformats-officedocument"
_BY_ENDING = {
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".pptx": f"{_OFFICE}.presentationml.presentation",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".bmp": "image/bmp",
}
"""Types that the first bytes do not tell apart."""
_PICTURES_BY_ENDING = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".bmp", ".tif", ".tiff")


async def ocr(core: Core, model: Any, document: Any, options: Mapping[str, Any]) -> OcrResponse:
    """Return the pages of `document`."""
    given = {} if isinstance(model, OcrRequest) else {"document": document_of(document)}
    request = read(OcrRequest, models_in(model, OcrRequest)[0], given, options, _CONVERT)
    reply: OcrResponse = await core.operate("ocr", request, models_of(core, model, "ocr"))
    return reply


def document_of(value: Any) -> Document | Image:
    """Return what is to be read, of its path, its bytes, its address or as a part. Raises `InvalidRequest` for anything else."""
    if isinstance(value, Document | Image):
        if value.data is None and value.url is None and value.file_id is None:
            raise InvalidRequest("The document has neither bytes, an address nor a file id.", parameter="document")
        return value
    if isinstance(value, bytes):
        return _part(value, "")
    if isinstance(value, str) and value[:5].lower() == "data:":
        found = data_url(value)
        if found is None:
            raise InvalidRequest("document is no `data:` address that can be read.", parameter="document")
        return _part(found[1], "")
    if isinstance(value, str) and value[:8].lower().startswith(("https://", "http://")):
        picture = value.partition("?")[0].lower().endswith(_PICTURES_BY_ENDING)
        return Image(url=value) if picture else Document(url=value)
    if isinstance(value, str | os.PathLike):
        return _file(Path(value))
    raise InvalidRequest(
        f"document must be a path, bytes, an address or a part, not {type(value).__name__}.",
        parameter="document",
        hint="A file of the provider is Document(file_id='...').",
    )


def _file(path: Path) -> Document | Image:
    if not path.is_file():
        raise InvalidRequest(f"There is no file {path}.", parameter="document")
    with path.open("rb") as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise InvalidRequest(f"{path} has more than {LARGEST:,} bytes.", parameter="document")
    return _part(data, path.name)


def _part(data: bytes, name: str) -> Document | Image:
    if not data:
        raise InvalidRequest("The document is empty.", parameter="document")
    kind = media_type_of(data) or _BY_ENDING.get(Path(name).suffix.lower())
    if kind is None or kind.partition("/")[0] in ("audio", "video"):
        raise InvalidRequest(
            f"{name or 'The document'} is neither a PDF, a picture nor an office document.",
            parameter="document",
            hint="Say what it is: Document(data=..., media_type=...).",
        )
    part = Image if kind.startswith("image/") else Document
    return part(data=data, media_type=kind, name=name or None)


def _pages(name: str, value: Any) -> tuple[int, ...]:
    pages = (value,) if isinstance(value, int) else tuple(value)
    return tuple([whole(name, page, 0, 1_000_000) for page in pages])


_CONVERT = {
    "pages": _pages,
    "tables": lambda name, value: words(name, value, TABLE_FORMATS),
    "confidence": lambda name, value: words(name, value, CONFIDENCES),
    "schema": CONVERT["extra_body"],
}
