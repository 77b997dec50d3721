"""Document reading through both clients."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.errors import InvalidRequest, LLMKitError, ProtocolError, ProviderError, UnsupportedFeature
from llmkit.testing import FakeHost
from llmkit.testing.host import form_of
from llmkit.types.ocr import Box
from llmkit.types.parts import Document, Image
from tests.operations.faces import FACES, client_for, use

MISTRAL, UPSTAGE = "mistral/mistral-ocr-latest", "upstage/document-parse"
PDF = b"%PDF-1.4\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
PLACE = {"top_left_x": 1, "top_left_y": 2, "bottom_right_x": 30, "bottom_right_y": 40}
PAGE = {
    "index": 1,
    "markdown": "# Bill\n![img-0](img-0)",
    "images": [
        {
            "id": "../../etc/passwd",
            **PLACE,
            "image_base64": f"data:image/png;base64,{base64.b64encode(PNG).decode()}",
            "image_annotation": '{"a": 1}',
        },
        {"id": "img-1", **PLACE, "top_left_x": None},
    ],
    "dimensions": {"dpi": 200, "height": 2200, "width": 1700},
    "tables": [{"id": "tbl-0", "content": "<table/>", "format": "html"}],
    "blocks": [{"type": "title", "content": "Bill", **PLACE, "confidence_scores": {"average_content_confidence_score": 0.8}}],
    "hyperlinks": ["https://a.b"],
    "header": "top",
    "confidence_scores": {"average_page_confidence_score": 0.9, "minimum_page_confidence_score": 0.2},
}
READ = {
    "model": "mistral-ocr-2512",
    "pages": [PAGE, {"index": 0, "markdown": "cover", "images": [], "dimensions": None}],
    "usage_info": {"pages_processed": 2, "doc_size_bytes": 15},
    "document_annotation": '{"sum": 12.5}',
}


@pytest.mark.parametrize("face", FACES)
def test_pages_have_their_text_pictures_tables_and_places(face: str) -> None:
    """In the order of the document; annotations are JSON inside JSON."""
    with FakeHost() as host:
        host.on("POST /ocr", READ)

        reply = use(face, client_for("mistral", host.url), "ocr", MISTRAL, PDF, images=True, tables="html", blocks=True, confidence="page")

    assert {
        "model": "mistral-ocr-latest",
        "document": {"type": "document_url", "document_url": f"data:application/pdf;base64,{base64.b64encode(PDF).decode()}"},
        "include_image_base64": True,
        "table_format": "html",
        "include_blocks": True,
        "confidence_scores_granularity": "page",
    } == host.requests[0].json
    page, box = reply.pages[1], Box(left=1, top=2, right=30, bottom=40)
    assert ([0, 1], "cover\n\n# Bill\n![img-0](img-0)") == ([page.index for page in reply.pages], reply.markdown)
    assert (1700, 2200, 200, 0.9, "top", None, ("https://a.b",)) == (
        page.width,
        page.height,
        page.dpi,
        page.confidence,
        page.header,
        page.footer,
        page.links,
    )
    assert [(box, 0, {"a": 1}), (None, None, None)] == [(image.box, image.place, image.annotation) for image in page.images]
    assert [("title", "Bill", box, 0.8)] == [(block.kind, block.content, block.box, block.confidence) for block in page.blocks]
    assert ([("<table/>", "html")], {"sum": 12.5}) == ([(table.content, table.format) for table in page.tables], reply.annotation)
    assert ({"page": 2.0}, "0.008") == (reply.units, f"{reply.cost.amount:.3f}")


def test_pictures_are_saved_under_names_of_ours(tmp_path: Path) -> None:
    """The answer's own names are paths that somebody else chose."""
    with FakeHost() as host:
        host.on("POST /ocr", READ)
        with LLMKit(**client_for("mistral", host.url)) as kit:
            saved = kit.save(kit.ocr(MISTRAL, PDF, images=True), f"{tmp_path}/pictures/")

    assert [tmp_path / "pictures" / "image-1.png"] == saved
    assert PNG == saved[0].read_bytes()


def test_documents_come_from_files_addresses_and_parts(tmp_path: Path) -> None:
    """An office document is known by the end of its name."""
    (tmp_path / "a.pdf").write_bytes(PDF)
    (tmp_path / "b.docx").write_bytes(b"PK\x03\x04")
    (tmp_path / "c.png").write_bytes(PNG)
    given: list[tuple[Any, str, str]] = [
        (tmp_path / "a.pdf", "document_url", "data:application/pdf;base64,"),
        (str(tmp_path / "b.docx"), "document_url", "data:application/vnd.openxmlformats-officedocument.wordprocessingml.document;base64,"),
        (tmp_path / "c.png", "image_url", "data:image/png;base64,"),
        ("https://a.b/c.pdf", "document_url", "https://a.b/c.pdf"),
        ("https://a.b/c.PNG?x=1", "image_url", "https://a.b/c.PNG?x=1"),
        (f"data:application/pdf;base64,{base64.b64encode(PDF).decode()}", "document_url", "data:application/pdf;base64,"),
        (Document(file_id="f1"), "file_id", "f1"),
        (Image(data=PNG), "image_url", "data:image/png;base64,"),
    ]
    with FakeHost() as host:
        host.on("POST /ocr", READ)
        with LLMKit(**client_for("mistral", host.url)) as kit:
            for document, _, _ in given:
                kit.ocr(MISTRAL, document)

    assert all(request.json["document"][kind].startswith(begin) for request, (_, kind, begin) in zip(host.requests, given, strict=True))


PARSED = {
    "api": "2.0",
    "model": "document-parse-260930",
    "elements": [
        {
            "id": 0,
            "category": "heading1",
            "page": 1,
            "content": {"markdown": "# Bill", "html": "", "text": ""},
            "coordinates": [{"x": 0.1, "y": 0.2}, {"x": 0.5, "y": 0.2}, {"x": 0.5, "y": 0.3}, {"x": 0.1, "y": 0.3}],
        },
        {"id": 1, "category": "table", "page": 2, "content": {"markdown": "|a|", "html": "<table/>"}, "coordinates": []},
        {"id": 2, "category": "figure", "page": 2, "content": {"markdown": ""}, "base64_encoding": base64.b64encode(PNG).decode()},
    ],
    "usage": {"pages": 2},
}


@pytest.mark.parametrize("face", FACES)
def test_a_form_carries_the_file_and_elements_become_pages(face: str) -> None:
    """Their pages are counted from 1; places are parts of the page."""
    with FakeHost() as host:
        host.on("POST /document-digitization", PARSED)

        reply = use(face, client_for("upstage", host.url), "ocr", UPSTAGE, PDF, images=True, tables="html")

    assert [
        ("document", "document.pdf", "application/pdf", PDF),
        ("model", None, "text/plain", b"document-parse"),
        ("output_formats", None, "text/plain", b'["markdown", "html"]'),
        ("ocr", None, "text/plain", b"auto"),
        ("base64_encoding", None, "text/plain", b'["figure", "chart"]'),
    ] == form_of(host.requests[0])
    assert [(0, "# Bill"), (1, "|a|")] == [(page.index, page.markdown) for page in reply.pages]
    assert Box(left=0.1, top=0.2, right=0.5, bottom=0.3, relative=True) == reply.pages[0].blocks[0].box
    assert ([("<table/>", "html")], [PNG]) == (
        [(table.content, table.format) for table in reply.pages[1].tables],
        [image.data for image in reply.images],
    )
    assert {"page": 2.0} == reply.units


def test_the_plain_reader_gives_words_and_only_the_pages_that_are_wanted() -> None:
    """All are billed: a warning says so."""
    word = {"text": "hello", "confidence": 0.9, "boundingBox": {"vertices": [{"x": 1, "y": 2}, {"x": 9, "y": 2}, {"x": 9, "y": 5}]}}
    pages = [
        {"id": 0, "text": "hello", "width": 10, "height": 20, "confidence": 0.8, "words": [word]},
        {"id": 1, "text": "bye", "words": []},
    ]
    with FakeHost() as host:
        host.on("POST /document-digitization", {"modelVersion": "ocr-260930", "numBilledPages": 2, "pages": pages})

        reply = use("sync", client_for("upstage", host.url), "ocr", "upstage/ocr", PDF, pages=0)

    assert [("hello", 10, 0.8)] == [(page.markdown, page.width, page.confidence) for page in reply.pages]
    assert [("word", "hello", Box(left=1, top=2, right=9, bottom=5))] == [(one.kind, one.content, one.box) for one in reply.pages[0].blocks]
    assert ("emulated", "pages") in [(warning.kind, warning.parameter) for warning in reply.warnings]


CLOUDS = {
    "vertex": (
        "vertex/mistral-ocr-2505",
        {"vertex": {"project": "mine", "location": "us-central1", "access_token": "ya29.token"}},
        "/publishers/mistralai/models/mistral-ocr-2505:rawPredict",
    ),
    "azure": ("azure-ai/mistral-ocr-2512", {"azure-ai": {"resource": "mine"}}, "/providers/mistral/azure/ocr"),
}


@pytest.mark.parametrize("name", CLOUDS)
def test_clouds_that_host_the_reader_take_bytes_alone(name: str) -> None:
    """They fetch nothing."""
    model, settings, path = CLOUDS[name]
    provider = model.partition("/")[0]
    with FakeHost() as host:
        host.on(f"POST {path}", READ)
        client = {"base_urls": {provider: host.url}, "settings": settings, **({"keys": {provider: "sk-test"}} if name == "azure" else {})}

        reply = use("sync", client, "ocr", model, PDF)
        with pytest.raises(UnsupportedFeature, match="at an address"):
            use("sync", client, "ocr", model, "https://a.b/c.pdf")

    assert (2, model.partition("/")[2]) == (len(reply.pages), host.requests[0].json["model"])


@pytest.mark.parametrize("face", FACES)
def test_a_run_of_pages_is_read_and_the_wanted_ones_are_picked(face: str) -> None:
    """GLM-OCR counts pages from 1 and takes a first and a last one."""
    layout = [[{"label": "text", "bbox_2d": [0.1, 0.2, 0.5, 0.3], "content": words}] for words in ("two", "three", "four")]
    sizes = {"num_pages": 3, "pages": [{"width": 600, "height": 800}]}
    answer = {"id": "z1", "model": "GLM-OCR", "md_results": "two three four", "layout_details": layout, "data_info": sizes}
    with FakeHost() as host:
        host.on("POST /layout_parsing", {**answer, "usage": {"prompt_tokens": 9, "completion_tokens": 4}})

        reply = use(face, client_for("zai", host.url), "ocr", "zai/glm-ocr", "https://a.b/c.pdf", pages=[1, 3])

    assert {"model": "glm-ocr", "file": "https://a.b/c.pdf", "start_page_id": 2, "end_page_id": 4} == host.requests[0].json
    assert [(1, "two", 600), (3, "four", None)] == [(page.index, page.markdown, page.width) for page in reply.pages]
    assert Box(left=0.1, top=0.2, right=0.5, bottom=0.3, relative=True) == reply.pages[0].blocks[0].box
    assert (9, 4) == (reply.usage.input, reply.usage.output)


WRONG: dict[str, tuple[list[Any], dict[str, Any], Any, type[LLMKitError], str]] = {
    "no such file": ([MISTRAL, "nowhere.pdf"], {}, {}, InvalidRequest, "There is no file"),
    "nothing": ([MISTRAL, b""], {}, {}, InvalidRequest, "empty"),
    "what nobody reads": ([MISTRAL, b"plain words"], {}, {}, InvalidRequest, "neither a PDF"),
    "a number": ([MISTRAL, 7], {}, {}, InvalidRequest, "must be a path"),
    "a part with nothing in it": ([MISTRAL, Document()], {}, {}, InvalidRequest, "neither bytes"),
    "a page before the first": ([MISTRAL, PDF], {"pages": -1}, {}, InvalidRequest, "pages must be"),
    "an unknown format": ([MISTRAL, PDF], {"tables": "csv"}, {}, InvalidRequest, "markdown, html"),
    "an address where only bytes are read": ([UPSTAGE, "https://a.b/c.pdf"], {}, {}, UnsupportedFeature, "kit.fetch"),
    "a schema where none is read": ([UPSTAGE, PDF], {"schema": {}}, {}, UnsupportedFeature, "kit.parse"),
    "who reads nothing": (["groq/x", PDF], {}, {}, UnsupportedFeature, "others do"),
    "no pages": ([MISTRAL, PDF], {}, {"model": "m"}, ProtocolError, "no pages"),
    "neither": ([UPSTAGE, PDF], {}, {"api": "2.0"}, ProtocolError, "neither elements nor pages"),
    "a picture that is none": (
        [MISTRAL, PDF],
        {},
        {"pages": [{**PAGE, "images": [{"id": "x", "image_base64": "?"}]}]},
        ProtocolError,
        "no base64",
    ),
    "an error with status 200": ([MISTRAL, PDF], {}, {"error": {"message": "too many pages"}}, ProviderError, "too many pages"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_an_error_with_words(name: str) -> None:
    """Before anything is sent where that can be known."""
    arguments, options, answer, error, words = WRONG[name]
    with FakeHost() as host, pytest.raises(error, match=words):
        host.on("POST /*", answer)
        use("sync", client_for(arguments[0].partition("/")[0], host.url, retries=0), "ocr", *arguments, **options)


def test_words_of_pages_can_be_read_and_changed() -> None:
    """A guardrail that masks a page masks its tables and blocks too."""
    with FakeHost() as host:
        host.on("POST /ocr", READ)
        reply = use("sync", client_for("mistral", host.url), "ocr", MISTRAL, PDF)

    changed = reply.with_texts(["*"] * len(reply.texts()))

    assert ("cover", PAGE["markdown"], "<table/>", "Bill", "top") == reply.texts()
    assert {"*"} == set(changed.texts())
