"""Documents as text with its places: what is asked and what comes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, Self, TypeAlias

from llmkit.types.model import Model
from llmkit.types.parts import Document, Image, Text
from llmkit.types.reply import Reply
from llmkit.types.request import Request, RequestOptions

TableFormat: TypeAlias = Literal["markdown", "html"]
TABLE_FORMATS: tuple[TableFormat, ...] = ("markdown", "html")
Confidence: TypeAlias = Literal["page", "block", "word"]
CONFIDENCES: tuple[Confidence, ...] = ("page", "block", "word")


class OcrRequest(Request, frozen=True, kw_only=True):
    """A document to read. A field that is None is not sent."""

    document: Document | Image
    pages: tuple[int, ...] = ()
    """Which pages, the first being 0; none: all."""
    images: bool | None = None
    """Give the bytes of the pictures, too."""
    tables: TableFormat | None = None
    """Give tables apart, in this format."""
    blocks: bool | None = None
    """Tell where on the page each paragraph stands."""
    confidence: Confidence | None = None
    """Tell how sure the reading is, of each of these."""
    schema: dict[str, Any] | None = None
    """A JSON Schema of what to take out of the document as a whole."""
    prompt: str | None = None
    """What to take care of when filling the schema."""


class Box(Model, frozen=True, kw_only=True):
    """A place on a page, from its upper left corner: in pixels of `OcrPage.width` and `height`, or in parts (0 to 1) where
    `relative`."""

    left: float
    top: float
    right: float
    bottom: float
    relative: bool = False


class OcrImage(Model, frozen=True, kw_only=True):
    """A picture on a page; its bytes, where they were asked for, are in `OcrResponse.images[place]`."""

    id: str
    box: Box | None = None
    place: int | None = None
    annotation: Any = None


class OcrTable(Model, frozen=True, kw_only=True):
    """A table, as the text that `format` says."""

    id: str
    content: str
    format: str | None = None


class OcrBlock(Model, frozen=True, kw_only=True):
    """A paragraph, heading, table ... `kind` is the provider's word."""

    kind: str
    content: str
    box: Box | None = None
    confidence: float | None = None


class OcrPage(Model, frozen=True, kw_only=True):
    """A page, `index` being 0 for the first."""

    index: int
    markdown: str = ""
    width: float | None = None
    """Pixels of the page's picture."""
    height: float | None = None
    dpi: float | None = None
    images: tuple[OcrImage, ...] = ()
    tables: tuple[OcrTable, ...] = ()
    blocks: tuple[OcrBlock, ...] = ()
    links: tuple[str, ...] = ()
    header: str | None = None
    footer: str | None = None
    confidence: float | None = None
    """How sure the reading is, 0 to 1."""


class OcrResponse(Reply, frozen=True, kw_only=True):
    """The pages in order, and the pictures that stand on them."""

    pages: tuple[OcrPage, ...] = ()
    images: tuple[Image, ...] = ()
    annotation: Any = None
    """What was taken out of the document, by the schema."""

    @property
    def markdown(self) -> str:
        """Return the text of all pages."""
        return "\n\n".join([page.markdown for page in self.pages])

    @property
    def part(self) -> Text:
        """Return the text of all pages for a message: untrusted, for whoever wrote the document wrote it."""
        return Text(text=self.markdown, trust="untrusted")

    def texts(self) -> tuple[str, ...]:
        """Return the words of all pages, their tables and blocks."""
        return tuple([text for page in self.pages for text in _texts(page)])

    def with_texts(self, texts: Sequence[str]) -> Self:
        """Return the pages with other words."""
        left = iter(texts)
        return self.replace(pages=tuple([_with(page, left) for page in self.pages]))


class OcrOptions(RequestOptions, total=False):
    """The keyword arguments of `ocr`; see `OcrRequest` for each. `pages` may be one page, a list or a range."""

    pages: int | Sequence[int]
    images: bool
    tables: TableFormat
    blocks: bool
    confidence: Confidence
    schema: Mapping[str, Any]
    prompt: str


def _texts(page: OcrPage) -> Iterator[str]:
    yield page.markdown
    yield from (table.content for table in page.tables)
    yield from (block.content for block in page.blocks)
    yield from (text for text in (page.header, page.footer) if text is not None)


def _with(page: OcrPage, left: Iterator[str]) -> OcrPage:
    return page.replace(
        markdown=next(left),
        tables=tuple([table.replace(content=next(left)) for table in page.tables]),
        blocks=tuple([block.replace(content=next(left)) for block in page.blocks]),
        header=None if page.header is None else next(left),
        footer=None if page.footer is None else next(left),
    )
