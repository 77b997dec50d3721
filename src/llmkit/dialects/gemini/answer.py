"""One candidate of a stream: its pieces into parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from llmkit.dialects.arguments import tool_call
from llmkit.dialects.gemini.content import PartReader
from llmkit.dialects.gemini.decode import extra_of, logprobs_of
from llmkit.dialects.gemini.finish import finish_of
from llmkit.dialects.gemini.open_parts import OpenSound, OpenWords, is_sound
from llmkit.dialects.gemini.partial_call import PartialCall
from llmkit.dialects.gemini.sources import Sources, merged, placed
from llmkit.dialects.gemini.wire import Fields, WireCandidate, WireText, object_of, read_any, read_text, string_of
from llmkit.types.events import (
    ArgumentsDelta,
    CitationDelta,
    Event,
    LogprobsDelta,
    MediaDelta,
    PartEnd,
    PartStart,
    ReasoningDelta,
    TextDelta,
)
from llmkit.types.parts import Audio, Citation, Document, Image, InvalidToolCall, Part, Provenance, Reasoning, Text, ToolCall, Video
from llmkit.types.responses import FinishReason


class StreamedAnswer:
    """Grows one candidate's parts.

    Words of one kind that follow each other in different events are one part. A part with a signature stands alone: it must be
    sent back as it came, neither joined to one without nor to another with one (the API's documentation, read 2026-11).
    """

    __slots__ = (
        "_candidate",
        "_citations",
        "_last",
        "_message",
        "_new_index",
        "_open",
        "_origin",
        "_parts",
        "_reader",
        "_sources",
        "_texts",
        "_urls",
        "reason",
    )

    def __init__(self, origin: Provenance, seed: str, candidate: int, new_index: Callable[[], int]) -> None:
        self.reason: Any = None
        self._message: str | None = None
        self._origin = origin
        self._candidate = candidate
        self._new_index = new_index
        self._reader = PartReader(origin, seed, candidate)
        self._sources = Sources(origin)
        self._open: OpenWords | OpenSound | PartialCall | None = None
        self._parts: list[Part] = []
        self._texts: list[OpenWords] = []
        self._last = WireCandidate()
        self._citations: Fields = {}
        self._urls: Fields = {}

    def take(self, candidate: WireCandidate, events: list[Event]) -> None:
        """Take in what one event says of this candidate."""
        blocks = (candidate.content.parts if candidate.content is not None else None) or ()
        sourced = candidate.grounding_metadata or candidate.citation_metadata
        late = self._sourced(candidate, blocks, events) if sourced else []
        joins = True
        for raw in blocks:
            try:
                block = read_text(raw)
            except msgspec.ValidationError:
                self._other(raw, events, joins=joins)
            else:
                self._words(block, events, joins=joins)
            joins = False
        if late:
            self._cite(late, events)
        if candidate.finish_reason is not None:
            self.reason, self._message = candidate.finish_reason, candidate.finish_message
        if candidate.logprobs_result:
            events.append(LogprobsDelta(logprobs=logprobs_of(candidate.logprobs_result), candidate=self._candidate))
        if candidate.url_context_metadata:
            self._urls = merged(self._urls, object_of(candidate.url_context_metadata))
        if candidate.safety_ratings or candidate.avg_logprobs is not None:
            self._last = candidate

    def end(self, events: list[Event]) -> None:
        """End what is still open: no more comes."""
        if self._texts:
            text = self._text()
            self._cite(self._sources.settle(text, final=False) + self._sources.settle(text, final=True), events)
        if isinstance(self._open, PartialCall):
            self._open.is_cut = True
        self._close(events)

    def finish(self) -> FinishReason:
        """Return why the answer ended."""
        return finish_of(self.reason, self._message, self._parts)

    def extra(self) -> Fields:
        """Return what the API said beside the content."""
        extra = extra_of(self._last, {}, self._sources.grounding)
        more = {"citation_metadata": self._citations, "url_context": self._urls}
        return extra | {name: value for name, value in more.items() if value}

    def _words(self, block: WireText, events: list[Event], *, joins: bool) -> None:
        text, signature = block.text, block.thought_signature
        if not text and signature is None:
            return
        kind: type[Text | Reasoning] = Reasoning if block.thought else Text
        words = self._open
        if not joins or signature is not None or not isinstance(words, OpenWords) or words.kind is not kind:
            words = self._begin_words(kind, events)
        if text:
            words.pieces.append(text)
            events.append(TextDelta(index=words.index, text=text) if kind is Text else ReasoningDelta(index=words.index, reasoning=text))
        if signature is not None:
            self._close(events, signature)

    def _begin_words(self, kind: type[Text | Reasoning], events: list[Event]) -> OpenWords:
        self._close(events)
        words = self._open = OpenWords(self._new_index(), kind)
        if kind is Text:
            self._texts.append(words)
        empty: Part = Text(text="", origin=self._origin) if kind is Text else Reasoning(summary=True, origin=self._origin)
        events.append(PartStart(index=words.index, part=empty, candidate=self._candidate))
        return words

    def _close(self, events: list[Event], signature: str | None = None) -> None:
        """End the open part."""
        match self._open:
            case None:
                return
            case OpenWords() as words:
                part: Part = words.part(self._origin, signature)
            case OpenSound() as sound:
                part = sound.part()
            case PartialCall() as call:
                text = call.json()
                events.append(ArgumentsDelta(index=call.index, json=text))
                part = tool_call(call.id, call.name, text, signature=call.signature, origin=self._origin)
        events.append(PartEnd(index=self._open.index, part=part))
        self._parts.append(part)
        self._open = None

    def _other(self, raw: msgspec.Raw, events: list[Event], *, joins: bool) -> None:
        found = read_any(raw)
        call = found.get("functionCall") if isinstance(found, dict) else None
        if isinstance(call, dict) and self._is_partial(call):
            self._partial(call, string_of(found.get("thoughtSignature")), events)
            return
        part = self._reader.other(raw)
        if part is None:
            return
        if isinstance(part, Audio) and is_sound(part):
            self._sound(part, events, joins=joins)
            return
        self._close(events)
        self._whole(part, events)

    def _whole(self, part: Part, events: list[Event]) -> None:
        """Say a part that came in one piece."""
        index, candidate = self._new_index(), self._candidate
        match part:
            case ToolCall() | InvalidToolCall():
                bare = ToolCall(id=part.id, name=part.name, origin=part.origin)
                events.append(PartStart(index=index, part=bare, candidate=candidate))
                if part.json:
                    events.append(ArgumentsDelta(index=index, json=part.json))
            case Image(data=bytes() as data) | Audio(data=bytes() as data) | Video(data=bytes() as data) | Document(data=bytes() as data):
                events.append(PartStart(index=index, part=part.replace(data=None), candidate=candidate))
                events.append(MediaDelta(index=index, data=data))
            case Text() | Reasoning():
                events.append(PartStart(index=index, part=part.replace(text="", native=msgspec.Raw()), candidate=candidate))
                if part.text:
                    events.append(
                        TextDelta(index=index, text=part.text)
                        if isinstance(part, Text)
                        else ReasoningDelta(index=index, reasoning=part.text)
                    )
                if isinstance(part, Text):
                    words = OpenWords(index, Text)
                    words.pieces.append(part.text)
                    self._texts.append(words)
            case _:
                events.append(PartStart(index=index, part=part, candidate=candidate))
        events.append(PartEnd(index=index, part=part))
        self._parts.append(part)

    def _sound(self, part: Audio, events: list[Event], *, joins: bool) -> None:
        sound = self._open
        if not joins or not isinstance(sound, OpenSound) or not sound.takes(part):
            self._close(events)
            sound = self._open = OpenSound(self._new_index(), part.replace(data=None))
            events.append(PartStart(index=sound.index, part=sound.first, candidate=self._candidate))
        sound.pieces.append(part.data or b"")
        events.append(MediaDelta(index=sound.index, data=part.data or b""))

    def _is_partial(self, call: Fields) -> bool:
        """Tell a piece of a call from a whole one; an empty object ends the call before it."""
        if call.get("partialArgs") is not None or call.get("willContinue"):
            return True
        return isinstance(self._open, PartialCall) and not call.get("args") and call.get("name") in (None, "", self._open.name)

    def _partial(self, call: Fields, signature: str | None, events: list[Event]) -> None:
        name, given = string_of(call.get("name")), string_of(call.get("id"))
        open_call = self._open
        if not isinstance(open_call, PartialCall) or (given is not None and open_call.given not in (None, given)):
            self._close(events)
            id_ = self._reader.call_id(given, name or "")
            open_call = self._open = PartialCall(self._new_index(), id_, name or "", given)
            bare = ToolCall(id=id_, name=open_call.name, origin=self._origin)
            events.append(PartStart(index=open_call.index, part=bare, candidate=self._candidate))
        open_call.signature = open_call.signature or signature
        args = call.get("args")
        if isinstance(args, dict):
            open_call.merge(args)
        pieces = call.get("partialArgs")
        for piece in pieces if isinstance(pieces, list) else ():
            open_call.add(piece)
        if not call.get("willContinue"):
            self._close(events)

    def _sourced(self, candidate: WireCandidate, blocks: Any, events: list[Event]) -> list[Citation]:
        """Take in sources; say the citations of words that are there already, return those of words that come with this event."""
        cited = object_of(candidate.citation_metadata)
        self._citations = merged(self._citations, cited)
        self._sources.add(object_of(candidate.grounding_metadata), cited)
        before = self._text()
        found = self._sources.settle(before + _text_in(blocks), final=False)
        self._cite([citation for citation in found if _ends_by(citation, len(before))], events)
        return [citation for citation in found if not _ends_by(citation, len(before))]

    def _cite(self, citations: list[Citation], events: list[Event]) -> None:
        lengths = [sum(map(len, words.pieces)) for words in self._texts]
        for citation in citations if lengths else ():
            for number, shifted in placed(citation, lengths):
                words = self._texts[number]
                words.citations.append(shifted)
                events.append(CitationDelta(index=words.index, citation=shifted))

    def _text(self) -> str:
        return "".join([words.text for words in self._texts])


def _text_in(blocks: Any) -> str:
    found: list[str] = []
    for raw in blocks:
        block = read_any(raw)
        if isinstance(block, dict) and not block.get("thought") and isinstance(block.get("text"), str):
            found.append(block["text"])
    return "".join(found)


def _ends_by(citation: Citation, length: int) -> bool:
    return citation.end is not None and citation.end <= length
