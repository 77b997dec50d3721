"""Pages of the web that answer a question: what is asked and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal, Self, TypeAlias

from llmkit.types.model import Model
from llmkit.types.parts import Text
from llmkit.types.reply import Reply
from llmkit.types.request import Request, RequestOptions

Topic: TypeAlias = Literal["web", "news"]
TOPICS: tuple[Topic, ...] = ("web", "news")
When: TypeAlias = str | date | datetime | timedelta
"""A day (`2026-11-01`), `day`, `week`, `month` or `year` (the last one), or how long ago."""


class SearchRequest(Request, frozen=True, kw_only=True):
    """A question to a search engine. A field that is None is not sent."""

    query: str
    count: int | None = None
    """How many results, at most."""
    domains: tuple[str, ...] = ()
    """Only from these: `example.com`."""
    without: tuple[str, ...] = ()
    """None from these."""
    since: str | None = None
    """Published on this day (ISO 8601) or later."""
    until: str | None = None
    """Published on this day or earlier."""
    today: str | None = None
    """The day of the search, where `since` is given without an end: some engines want both."""
    country: str | None = None
    """Two letters: `de`."""
    language: str | None = None
    """Two letters: `en`."""
    topic: Topic | None = None
    text: bool | None = None
    """The words of the pages, too, where the engine reads them."""
    answer: bool | None = None
    """A written answer, too, where the engine gives one."""
    depth: str | None = None
    """How hard to look, in the engine's words (`basic`, `advanced`; `fast`, `deep`)."""

    def texts(self) -> tuple[str, ...]:
        """Return the question."""
        return (self.query,)

    def with_texts(self, texts: Sequence[str]) -> Self:
        """Return the request with another question."""
        return self.replace(query=texts[0])


class SearchResult(Model, frozen=True, kw_only=True):
    """A page. What the engine does not tell is None."""

    url: str
    title: str | None = None
    snippet: str | None = None
    """The words of the page that fit the question."""
    text: str | None = None
    """The words of the whole page, where they were asked for."""
    published: str | None = None
    """When, in the engine's words."""
    score: float | None = None
    author: str | None = None
    extra: dict[str, Any] = {}
    """What else the engine says of it."""


class SearchResponse(Reply, frozen=True, kw_only=True):
    """Pages, best first. What they say is the web's: treat it as untrusted."""

    results: tuple[SearchResult, ...] = ()
    answer: str | None = None

    @property
    def part(self) -> Text:
        """Return the results for a message: untrusted, for they are the web's words."""
        told = ["\n".join([text for text in (one.title, one.url, one.text or one.snippet) if text]) for one in self.results]
        return Text(text="\n\n".join([*([self.answer] if self.answer else []), *told]), trust="untrusted")

    def texts(self) -> tuple[str, ...]:
        """Return the words of the results and the answer."""
        fields = [text for result in self.results for text in (result.title, result.snippet, result.text) if text is not None]
        return tuple(fields if self.answer is None else [*fields, self.answer])

    def with_texts(self, texts: Sequence[str]) -> Self:
        """Return the results with other words."""
        left = iter(texts)
        results = []
        for result in self.results:
            told = {name: next(left) for name in ("title", "snippet", "text") if getattr(result, name) is not None}
            results.append(result.replace(**told))
        return self.replace(results=tuple(results), answer=None if self.answer is None else next(left))


class SearchOptions(RequestOptions, total=False):
    """The keyword arguments of `search`; see `SearchRequest` for each."""

    count: int
    domains: str | Sequence[str]
    without: str | Sequence[str]
    since: When
    until: When
    country: str
    language: str
    topic: Topic
    text: bool
    answer: bool
    depth: str
