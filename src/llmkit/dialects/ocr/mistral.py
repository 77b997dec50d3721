"""Document reading as Mistral takes it, and the clouds that host its model (types of its SDK, read 2026-11-23)."""

from __future__ import annotations

import base64
from binascii import Error as NotBase64
from typing import Any

import msgspec

from llmkit.dialects.json_answer import decoded
from llmkit.dialects.media_types import data_url, media_type_of
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import Object, list_of, loads, name_of, number_of, object_of, objects_of, text_of
from llmkit.errors import ProtocolError, UnsupportedFeature
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.ocr import Box, OcrBlock, OcrImage, OcrPage, OcrRequest, OcrResponse, OcrTable
from llmkit.types.parts import Document, Image

__all__ = ["NAME", "error", "steps"]

NAME = "mistral_ocr"


class _Page(msgspec.Struct):
    index: int
    markdown: str
    images: Any = None
    tables: Any = None
    blocks: Any = None
    hyperlinks: Any = None
    dimensions: Any = None
    header: str | None = None
    footer: str | None = None
    confidence_scores: Any = None


class _Body(msgspec.Struct):
    pages: list[_Page]
    model: str | None = None
    usage_info: Any = None
    document_annotation: Any = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: OcrRequest, place: Place, /) -> Steps:
    """Ask for the text of the pages."""
    answer = yield Ask(path=place.path, body=_encoded(request, place))
    wire = decoded(_decoder, answer.body, "pages")
    pictures: list[Image] = []
    pages = [_page(page, pictures) for page in sorted(wire.pages, key=lambda page: page.index)]
    read = number_of(object_of(wire.usage_info).get("pages_processed"))
    unit = "page" if request.schema is None else "page_annotation"
    return OcrResponse(
        model=wire.model or "",
        pages=tuple(pages),
        images=tuple(pictures),
        annotation=_parsed(wire.document_annotation),
        units={} if read is None else {unit: float(read)},
        raw=msgspec.Raw(answer.body),
    )


def _encoded(request: OcrRequest, place: Place) -> dict[str, Any]:
    body: dict[str, Any] = {"model": place.model, "document": _document(request.document, place)}
    fields = {
        "pages": list(request.pages) or None,
        "include_image_base64": request.images,
        "table_format": request.tables,
        "include_blocks": request.blocks,
        "confidence_scores_granularity": request.confidence,
        "document_annotation_prompt": request.prompt,
    }
    body |= {name: value for name, value in fields.items() if value is not None}
    if request.schema is not None:
        name = name_of(request.schema.get("title")) or "annotation"
        body["document_annotation_format"] = {"type": "json_schema", "json_schema": {"name": name, "schema": request.schema}}
    return body


def _document(part: Document | Image, place: Place) -> dict[str, Any]:
    kind = "image_url" if isinstance(part, Image) else "document_url"
    if part.file_id is not None:
        return {"type": "file", "file_id": part.file_id}
    if part.data is not None:
        media_type = part.media_type or media_type_of(part.data) or "application/pdf"
        return {"type": kind, kind: f"data:{media_type};base64,{base64.b64encode(part.data).decode()}"}
    if part.url is None:
        raise UnsupportedFeature("reading a document that is text", where=place.provider)
    if place.options.get("addresses") is False:
        raise UnsupportedFeature("reading a document at an address", where=place.provider, hint="Fetch it first: kit.fetch(part).")
    named = {"document_name": part.name} if part.name and kind == "document_url" else {}
    return {"type": kind, kind: part.url, **named}


def _page(wire: _Page, pictures: list[Image]) -> OcrPage:
    size = object_of(wire.dimensions)
    return OcrPage(
        index=wire.index,
        markdown=wire.markdown,
        width=number_of(size.get("width")),
        height=number_of(size.get("height")),
        dpi=number_of(size.get("dpi")),
        images=tuple([_image(item, pictures) for item in objects_of(wire.images)]),
        tables=tuple([_table(item) for item in objects_of(wire.tables)]),
        blocks=tuple([_block(item) for item in objects_of(wire.blocks)]),
        links=tuple([link for link in list_of(wire.hyperlinks) if isinstance(link, str)]),
        header=wire.header,
        footer=wire.footer,
        confidence=_confidence(wire.confidence_scores),
    )


def _image(wire: Object, pictures: list[Image]) -> OcrImage:
    place = None
    if encoded := text_of(wire.get("image_base64")):
        place = len(pictures)
        pictures.append(_picture(encoded))
    return OcrImage(id=text_of(wire.get("id")), box=_box(wire), place=place, annotation=_parsed(wire.get("image_annotation")))


def _picture(encoded: str) -> Image:
    """The bytes come as a `data:` address, or as bare base64."""
    found = data_url(encoded)
    if found is None:
        try:
            found = (None, base64.b64decode(encoded, validate=True))
        except NotBase64:
            found = None
    if found is None:
        raise ProtocolError("A picture of the answer is no base64.")
    return Image(data=found[1], media_type=media_type_of(found[1]) or found[0])


def _table(wire: Object) -> OcrTable:
    return OcrTable(id=text_of(wire.get("id")), content=text_of(wire.get("content")), format=name_of(wire.get("format")))


def _block(wire: Object) -> OcrBlock:
    kind, content = text_of(wire.get("type")), text_of(wire.get("content"))
    return OcrBlock(kind=kind, content=content, box=_box(wire), confidence=_confidence(wire.get("confidence_scores")))


def _box(wire: Object) -> Box | None:
    sides = [number_of(wire.get(name)) for name in ("top_left_x", "top_left_y", "bottom_right_x", "bottom_right_y")]
    left, top, right, bottom = sides
    if left is None or top is None or right is None or bottom is None:
        return None
    return Box(left=left, top=top, right=right, bottom=bottom)


def _confidence(wire: Any) -> float | None:
    scores = object_of(wire)
    named = ("average_page_confidence_score", "average_content_confidence_score")
    return next((score for name in named if (score := number_of(scores.get(name))) is not None), None)


def _parsed(told: Any) -> Any:
    """Annotations are JSON in a text; what is no JSON stays as it is."""
    if not isinstance(told, str):
        return told
    try:
        return loads(told)
    except ValueError:
        return told
