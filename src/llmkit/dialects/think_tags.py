"""Thinking that a model writes into its answer between tags: split off as reasoning, see `think_replay` for the way back.

`ThinkTags` wraps a stream decoder, `split` does the same for a whole answer (see `tag_splitter` for where a tag counts). What a
split text part had of its own (its wire block) says nothing that the parts do not say, so it is dropped; the exact source of the
thinking, tags and white space included, is the reasoning's `native`.
"""

from __future__ import annotations

import msgspec

from llmkit.dialects.tag_splitter import Piece, TagSplitter
from llmkit.errors import LLMKitError
from llmkit.types.dialect import StreamDecoder
from llmkit.types.events import CitationDelta, Event, PartEnd, PartStart, ReasoningDelta, TextDelta
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import Citation, Part, Provenance, Reasoning, Text
from llmkit.types.responses import CompletionResponse

NAME = "think_tags"
"""The `dialect` in the origin of such reasoning: no wire format takes it as its own."""


def split(response: CompletionResponse, tags: tuple[str, str]) -> CompletionResponse:
    """Return `response` with the thinking in its texts as parts of their own."""
    content = _split_all(response.content, tags)
    candidates = tuple([candidate.replace(content=_split_all(candidate.content, tags)) for candidate in response.candidates])
    return response.replace(content=content, candidates=candidates)


def split_text(part: Text, tags: tuple[str, str]) -> tuple[Part, ...]:
    """Return the words and the thinking in `part`; the part itself where no thinking is in it."""
    splitter = TagSplitter(tags)
    parts: list[Text | Reasoning] = []
    starts: list[int] = []
    at = 0
    words: list[str] = []
    thought: list[str] = []

    def say() -> int:
        if not (text := "".join(words)):
            return at
        parts.append(Text(text=text, origin=part.origin))
        starts.append(at)
        words.clear()
        return at + len(text)

    for kind, text in splitter.feed(part.text) + splitter.close():
        match kind:
            case "words":
                words.append(text)
            case "begin":
                at = say()
            case "thought":
                thought.append(text)
            case "end":
                parts.append(reasoning_of("".join(thought), text, part.origin))
                starts.append(at)
                thought.clear()
                at += len(text)
    if not parts:
        return (part,)
    say()
    return _furnished(part, parts, starts)


def reasoning_of(thought: str, source: str, origin: Provenance | None) -> Reasoning:
    """Return the part of one stretch of thinking."""
    made = origin.replace(dialect=NAME) if origin is not None else Provenance(provider="", dialect=NAME)
    return Reasoning(text=thought, origin=made, native=msgspec.Raw(msgspec.json.encode(source)))


class ThinkTags:
    """A decoder that splits the texts of another one. Part indexes are counted anew."""

    __slots__ = ("_cut", "_decoder", "_indices", "_parts", "_texts", "done", "error", "tags")

    def __init__(self, decoder: StreamDecoder, tags: tuple[str, str]) -> None:
        self.done = decoder.done
        self.error: LLMKitError | None = decoder.error
        self.tags = tags
        self._decoder = decoder
        self._indices = 0
        self._parts: dict[int, int] = {}
        self._cut: set[int] = set()
        self._texts: dict[int, _OpenText] = {}

    def feed(self, data: bytes, /) -> list[Event]:
        """Return the events that `data` completes."""
        return self._split(self._decoder.feed(data))

    def close(self) -> list[Event]:
        """Return what is left at the end; text that was held back for a tag is said as far as it came."""
        events = self._split(self._decoder.close())
        for text in self._texts.values():
            text.cut(events)
        self._texts.clear()
        return events

    def _split(self, events: list[Event]) -> list[Event]:
        self.done, self.error = self._decoder.done, self._decoder.error
        found: list[Event] = []
        for event in events:
            match event:
                case PartStart(part=Text(text=begun)):
                    self._texts[event.index] = _OpenText(event, self)
                    self._texts[event.index].say(begun, found)
                case TextDelta() if event.index in self._texts:
                    self._texts[event.index].say(event.text, found)
                case CitationDelta() if event.index in self._texts:
                    pass  # The part's end has them all.
                case PartEnd() if event.index in self._texts:
                    text = self._texts.pop(event.index)
                    self._parts[event.index] = text.end(event.part, found)
                    if text.parts > 1:
                        self._cut.add(event.index)
                case CitationDelta() if event.index in self._cut:
                    placeless = event.citation.replace(start=None, end=None)
                    found.append(event.replace(index=self._parts[event.index], citation=placeless))
                case PartStart():
                    self._parts[event.index] = self.index()
                    found.append(event.replace(index=self._parts[event.index]))
                case _ if (index := getattr(event, "index", None)) is not None:
                    found.append(event.replace(index=self._parts.get(index, index)))
                case _:
                    found.append(event)
        return found

    def index(self) -> int:
        """Return the index of a new part."""
        index = self._indices
        self._indices += 1
        return index


class _OpenText:
    """A text part of the inner decoder that has not ended, and the parts that it becomes."""

    __slots__ = ("_candidate", "_ended", "_fed", "_index", "_open", "_origin", "_outer", "_splitter", "_words", "parts")

    def __init__(self, start: PartStart, outer: ThinkTags) -> None:
        self._candidate = start.candidate
        self._origin = start.part.origin
        self._outer = outer
        self._splitter = TagSplitter(outer.tags)
        self._open: type[Text | Reasoning] | None = None
        self._index = -1
        self.parts = 0
        self._words: list[str] = []
        self._fed: list[str] = []
        self._ended: list[int] = []

    def say(self, text: str, events: list[Event]) -> None:
        """Take in more text."""
        self._fed.append(text)
        self._take(self._splitter.feed(text), events)

    def cut(self, events: list[Event]) -> None:
        """Say what was held back; the part that is open stays so."""
        self._take([piece for piece in self._splitter.close() if piece[0] != "end"], events)

    def end(self, part: Part, events: list[Event]) -> int:
        """End what is open; return the index of the last part, to which late citations belong."""
        if not isinstance(part, Text):
            return self._index
        if part.text.startswith(fed := "".join(self._fed)):
            self.say(part.text[len(fed) :], events)
        self._take(self._splitter.close(), events)
        texts = [found for found in split_text(part, self._outer.tags) if isinstance(found, Text)]
        for index, text in zip(self._ended, texts, strict=False):
            events += [CitationDelta(index=index, citation=citation) for citation in text.citations]
        for text in texts[len(self._ended) :]:
            if self._open is None:
                self._begin(Text, events)
            events += [CitationDelta(index=self._index, citation=citation) for citation in text.citations]
            self._end(text, events)
        return self._index

    def _take(self, pieces: list[Piece], events: list[Event]) -> None:
        for kind, text in pieces:
            match kind:
                case "words":
                    if self._open is None:
                        self._begin(Text, events)
                    self._words.append(text)
                    events.append(TextDelta(index=self._index, text=text))
                case "begin":
                    if self._open is Text:
                        self._ended.append(self._index)
                        self._end(Text(text="".join(self._words), origin=self._origin), events)
                    self._begin(Reasoning, events)
                case "thought":
                    self._words.append(text)
                    events.append(ReasoningDelta(index=self._index, reasoning=text))
                case "end":
                    self._end(reasoning_of("".join(self._words), text, self._origin), events)

    def _begin(self, kind: type[Text | Reasoning], events: list[Event]) -> None:
        self._index = self._outer.index()
        self.parts += 1
        self._open = kind
        empty: Part = Text(text="", origin=self._origin)
        if kind is Reasoning:
            empty = reasoning_of("", "", self._origin).replace(native=NO_NATIVE)
        events.append(PartStart(index=self._index, part=empty, candidate=self._candidate))

    def _end(self, part: Part, events: list[Event]) -> None:
        events.append(PartEnd(index=self._index, part=part))
        self._open = None
        self._words.clear()


def _split_all(content: tuple[Part, ...], tags: tuple[str, str]) -> tuple[Part, ...]:
    if not any(isinstance(part, Text) for part in content):
        return content
    return tuple([found for part in content for found in (split_text(part, tags) if isinstance(part, Text) else (part,))])


def _furnished(part: Text, parts: list[Text | Reasoning], starts: list[int]) -> tuple[Part, ...]:
    """Give the pieces of `part` what it had beside its words: each text its citations, the last one the rest."""
    spots = [spot for spot, found in enumerate(parts) if isinstance(found, Text)]
    if not spots and (part.citations or part.signature is not None or part.options or part.cache is not None):
        spots = [len(parts)]
        starts = [*starts, len(part.text)]
        parts = [*parts, Text(text="", origin=part.origin)]
    for citation in part.citations:
        spot = next(
            (spot for spot in spots if citation.start is not None and citation.start < starts[spot] + len(parts[spot].text)), spots[-1]
        )
        text = parts[spot]
        assert isinstance(text, Text)
        parts[spot] = text.replace(citations=(*text.citations, _placed(citation, starts[spot], len(text.text))))
    if spots:
        last = parts[spots[-1]]
        assert isinstance(last, Text)
        parts[spots[-1]] = last.replace(signature=part.signature, options=part.options, cache=part.cache)
    return tuple(parts)


def _placed(citation: Citation, start: int, length: int) -> Citation:
    """Return a citation counted from `start`; one that lies in the thinking has no place in the words."""
    if citation.start is None or citation.end is None:
        return citation
    if not start <= citation.start < start + length:
        return citation.replace(start=None, end=None)
    return citation.replace(start=citation.start - start, end=min(citation.end - start, length))
