"""Document reading as Zhipu takes it: GLM-OCR (docs.z.ai/api-reference/tools/layout-parsing, read 2026-11-23)."""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from llmkit.dialects.json_answer import decoded
from llmkit.dialects.media_types import media_type_of
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import Object, count_of, list_of, number_of, object_of, objects_of, text_of
from llmkit.errors import UnsupportedFeature
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.ocr import Box, OcrBlock, OcrPage, OcrRequest, OcrResponse
from llmkit.types.parts import Document, Image
from llmkit.types.usage import Usage
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "steps"]

NAME = "zhipu_ocr"


class _Body(msgspec.Struct):
    md_results: str
    id: str | None = None
    model: str | None = None
    layout_details: Any = None
    data_info: Any = None
    usage: Any = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: OcrRequest, place: Place, /) -> Steps:
    """Ask for the text of a run of pages; of these, the ones that are wanted are picked here."""
    if request.schema is not None:
        raise UnsupportedFeature("taking data out of a document", where=place.provider, hint="Read it, then kit.parse() what it says.")
    warnings = [
        Warning(kind="dropped", parameter=name, detail="this format has no field for it")
        for name in ("images", "tables", "confidence", "prompt")
        if getattr(request, name) not in (None, False)
    ]
    body: dict[str, Any] = {"model": place.model, "file": _file(request.document, place)}
    if request.pages:
        body |= {"start_page_id": min(request.pages) + 1, "end_page_id": max(request.pages) + 1}
    if request.user is not None:
        body["user_id"] = request.user
    answer = yield Ask(path=place.path, body=body, warnings=tuple(warnings))
    wire = decoded(_decoder, answer.body, "text")
    pages = _pages(wire, min(request.pages, default=0))
    return OcrResponse(
        id=wire.id,
        model=wire.model or "",
        pages=tuple([page for page in pages if not request.pages or page.index in request.pages]),
        usage=_usage(wire.usage),
        raw=msgspec.Raw(answer.body),
    )


def _file(part: Document | Image, place: Place) -> str:
    if part.data is not None:
        media_type = part.media_type or media_type_of(part.data) or "application/pdf"
        return f"data:{media_type};base64,{base64.b64encode(part.data).decode()}"
    if part.url is not None:
        return part.url
    raise UnsupportedFeature("reading anything but bytes or an address", where=place.provider)


def _pages(wire: _Body, first: int) -> list[OcrPage]:
    """The text of all pages comes in one piece: a single page has it, of several each has what its own elements say."""
    sizes = objects_of(object_of(wire.data_info).get("pages"))
    layouts = [objects_of(page) for page in list_of(wire.layout_details)]
    if len(layouts) < 2:
        return [_page(first, wire.md_results, layouts[0] if layouts else [], sizes[0] if sizes else {})]
    found = []
    for place, elements in enumerate(layouts):
        words = "\n\n".join([text for element in elements if (text := text_of(element.get("content")))])
        found.append(_page(first + place, words, elements, sizes[place] if place < len(sizes) else {}))
    return found


def _page(index: int, words: str, elements: list[Object], size: Object) -> OcrPage:
    blocks = [
        OcrBlock(kind=text_of(element.get("label")), content=text_of(element.get("content")), box=_box(element.get("bbox_2d")))
        for element in elements
    ]
    return OcrPage(
        index=index, markdown=words, width=number_of(size.get("width")), height=number_of(size.get("height")), blocks=tuple(blocks)
    )


def _box(told: Any) -> Box | None:
    """The reference shows parts of the page, and says nothing of it: numbers up to 1 are taken for such."""
    sides = [side for side in list_of(told) if number_of(side) is not None]
    if len(sides) != 4:
        return None
    return Box(left=sides[0], top=sides[1], right=sides[2], bottom=sides[3], relative=max(sides) <= 1)


def _usage(told: Any) -> Usage | None:
    usage = object_of(told)
    inputs = number_of(usage.get("prompt_tokens"))
    if inputs is None:
        return None
    cached = count_of(object_of(usage.get("prompt_tokens_details")).get("cached_tokens"))
    return Usage(uncached=max(0, int(inputs) - cached), cache_read=cached, output_text=count_of(usage.get("completion_tokens")))
