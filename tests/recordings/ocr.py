"""Recorded document reading."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.ocr import mistral
from llmkit.operations.ocr import document_of
from llmkit.types.ocr import OcrRequest
from tests.recordings.recorded import Reader, Recorded, first, place, told

_REQUEST = OcrRequest(model="m", document=document_of(b"%PDF-1.4"))
_FIELDS = {"pages": "pages", "include_image_base64": "images", "table_format": "tables", "include_blocks": "blocks"}


def _decoded(recorded: Recorded) -> Any:
    reply = told(mistral.steps(_REQUEST, place("m")), recorded.answer)
    pages = [(page.index, page.markdown, page.width, page.height, len(page.images), page.links) for page in reply.pages]
    return pages, reply.model, reply.units.get("page")


def _expected(recorded: Recorded) -> Any:
    body = recorded.json
    pages = []
    for page in body["pages"]:
        size = page.get("dimensions") or {}
        links = tuple(page.get("hyperlinks") or ())
        pages.append((page["index"], page["markdown"], size.get("width"), size.get("height"), len(page["images"]), links))
    return pages, body["model"], body["usage_info"]["pages_processed"]


def _encoded(recorded: Recorded) -> Any:
    body = recorded.sent
    if set(body) - {"model", "document", *_FIELDS}:
        return None
    document = body["document"]
    settings = {ours: body[theirs] for theirs, ours in _FIELDS.items() if body.get(theirs) is not None}
    request = OcrRequest(model="m", document=document_of(document[document["type"]]), **settings)
    return first(mistral.steps(request, place(body["model"]))).body


READERS = [
    Reader(
        codec=mistral.NAME,
        apis=("ocr",),
        takes=lambda recorded: recorded.status == 200,
        decoded=_decoded,
        expected=_expected,
        encoded=_encoded,
        sent=lambda recorded: recorded.sent,
    )
]
