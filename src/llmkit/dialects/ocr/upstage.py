"""Document reading as Upstage takes it: `document-parse` finds the layout, `ocr` the words (console.upstage.ai/api, read 2026-11-23)."""

from __future__ import annotations

import base64
from binascii import Error as NotBase64
from collections import defaultdict
from contextlib import suppress
from typing import Any

import msgspec

from llmkit.dialects.json_answer import object_in
from llmkit.dialects.media_types import media_type_of
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import Object, number_of, object_of, objects_of, text_of
from llmkit.errors import ProtocolError, UnsupportedFeature
from llmkit.types.asking import Ask, Form, FormFile, Place, Steps
from llmkit.types.ocr import Box, OcrBlock, OcrImage, OcrPage, OcrRequest, OcrResponse, OcrTable
from llmkit.types.parts import Document, Image
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "steps"]

NAME = "upstage_ocr"
_PICTURES = ("figure", "chart")


def steps(request: OcrRequest, place: Place, /) -> Steps:
    """Send the file as a form. The whole document is read and billed, whatever pages are wanted."""
    if request.schema is not None:
        raise UnsupportedFeature("taking data out of a document", where=place.provider, hint="Read it, then kit.parse() what it says.")
    warnings = [] if not request.pages else [Warning(kind="emulated", parameter="pages", detail="every page is read and billed")]
    unsaid = {"tables": request.tables == "markdown", "confidence": request.confidence is not None, "prompt": request.prompt is not None}
    warnings += [
        Warning(kind="dropped", parameter=name, detail="this format has no field for it") for name, asked in unsaid.items() if asked
    ]
    answer = yield Ask(path=place.path, body=_form(request, place), warnings=tuple(warnings))
    wire = object_in(answer.body, "pages")
    if "elements" in wire:
        reply = _parsed(wire)
    elif "pages" in wire:
        reply = _words(wire)
    else:
        raise ProtocolError("The answer holds neither elements nor pages.")
    if request.pages:
        reply = reply.replace(pages=tuple([page for page in reply.pages if page.index in request.pages]))
    return reply.replace(raw=msgspec.Raw(answer.body))


def _form(request: OcrRequest, place: Place) -> Form:
    fields: list[tuple[str, str | FormFile]] = [("document", _file(request.document, place)), ("model", place.model)]
    if "parse" in place.model:
        fields += [("output_formats", '["markdown", "html"]' if request.tables == "html" else '["markdown"]'), ("ocr", "auto")]
        if request.images:
            fields.append(("base64_encoding", '["figure", "chart"]'))
    return Form(fields=tuple(fields))


def _file(part: Document | Image, place: Place) -> FormFile:
    if part.data is None:
        raise UnsupportedFeature(
            "reading anything but the bytes of a file", where=place.provider, hint="Fetch an address first: kit.fetch(part)."
        )
    media_type = part.media_type or media_type_of(part.data) or "application/pdf"
    return FormFile(data=part.data, media_type=media_type, filename=f"document.{media_type.rpartition('/')[2]}")


def _parsed(wire: Object) -> OcrResponse:
    """Elements tell their page, the first being 1, and where on it they stand, in parts of its size."""
    by_page: dict[int, list[Object]] = defaultdict(list)
    for element in objects_of(wire.get("elements")):
        by_page[int(number_of(element.get("page")) or 1) - 1].append(element)
    pictures: list[Image] = []
    pages = [_page(index, elements, pictures) for index, elements in sorted(by_page.items())]
    read = number_of(object_of(wire.get("usage")).get("pages"))
    return OcrResponse(
        model=text_of(wire.get("model")),
        pages=tuple(pages),
        images=tuple(pictures),
        units={} if read is None else {"page": float(read)},
    )


def _page(index: int, elements: list[Object], pictures: list[Image]) -> OcrPage:
    images = [_image(element, pictures) for element in elements if text_of(element.get("category")) in _PICTURES]
    tables = [element for element in elements if element.get("category") == "table"]
    return OcrPage(
        index=index,
        markdown="\n\n".join([text for element in elements if (text := _content(element))]),
        images=tuple(images),
        tables=tuple([_table(element) for element in tables]),
        blocks=tuple([OcrBlock(kind=text_of(one.get("category")), content=_content(one), box=_box(one)) for one in elements]),
    )


def _content(element: Object) -> str:
    content = object_of(element.get("content"))
    return next((text for name in ("markdown", "text", "html") if (text := text_of(content.get(name)))), "")


def _table(element: Object) -> OcrTable:
    html = text_of(object_of(element.get("content")).get("html"))
    return OcrTable(id=str(element.get("id", "")), content=html or _content(element), format="html" if html else "markdown")


def _image(element: Object, pictures: list[Image]) -> OcrImage:
    place = None
    if encoded := text_of(element.get("base64_encoding")):
        place = len(pictures)
        pictures.append(_picture(encoded))
    return OcrImage(id=str(element.get("id", "")), box=_box(element), place=place)


def _picture(encoded: str) -> Image:
    data = b""
    with suppress(NotBase64):
        data = base64.b64decode(encoded, validate=True)
    if not data:
        raise ProtocolError("A picture of the answer is no base64.")
    return Image(data=data, media_type=media_type_of(data))


def _box(element: Object) -> Box | None:
    return _around([object_of(corner) for corner in objects_of(element.get("coordinates"))], relative=True)


def _around(corners: list[Object], *, relative: bool) -> Box | None:
    across = [x for corner in corners if (x := number_of(corner.get("x"))) is not None]
    down = [y for corner in corners if (y := number_of(corner.get("y"))) is not None]
    if not across or not down:
        return None
    return Box(left=min(across), top=min(down), right=max(across), bottom=max(down), relative=relative)


def _words(wire: Object) -> OcrResponse:
    """The plain reader gives words with their places in pixels; pages are counted from 0."""
    pages = [_page_of_words(place, page) for place, page in enumerate(objects_of(wire.get("pages")))]
    read = number_of(wire.get("numBilledPages"))
    told: Any = wire.get("modelVersion")
    return OcrResponse(model=text_of(told), pages=tuple(pages), units={} if read is None else {"page": float(read)})


def _page_of_words(place: int, page: Object) -> OcrPage:
    index = number_of(page.get("id"))
    return OcrPage(
        index=place if index is None else int(index),
        markdown=text_of(page.get("text")),
        width=number_of(page.get("width")),
        height=number_of(page.get("height")),
        confidence=number_of(page.get("confidence")),
        blocks=tuple([_word(word) for word in objects_of(page.get("words"))]),
    )


def _word(word: Object) -> OcrBlock:
    corners = objects_of(object_of(word.get("boundingBox")).get("vertices"))
    box = _around(corners, relative=False)
    return OcrBlock(kind="word", content=text_of(word.get("text")), box=box, confidence=number_of(word.get("confidence")))
