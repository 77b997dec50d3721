"""One candidate of a stream while it grows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llmkit.dialects.openai_chat.answer import MESSAGE_FIELDS, block_of, executed_of
from llmkit.dialects.openai_chat.call_pieces import CallPieces
from llmkit.dialects.openai_chat.decode import CHOICE_FIELDS
from llmkit.dialects.openai_chat.finish import finish_of
from llmkit.dialects.openai_chat.growing_parts import GrowingAudio, GrowingBlock
from llmkit.dialects.openai_chat.logprobs import logprobs_of
from llmkit.dialects.openai_chat.media import image_of
from llmkit.dialects.openai_chat.reasoning import BLOCKS, DETAILS, FIELDS, detail_text, merge_details, reasoning_of
from llmkit.dialects.openai_chat.sources import annotations_of
from llmkit.dialects.openai_chat.wire import CallPiece, Object, count_of, dumps, list_of, object_of, objects_of, text_of, told
from llmkit.types.events import CitationDelta, Event, LogprobsDelta, PartEnd, PartStart, ReasoningDelta, RefusalDelta, TextDelta
from llmkit.types.parts import Citation, Part, Provenance, Reasoning, Refusal, Text
from llmkit.types.responses import FinishReason

_BESIDE = MESSAGE_FIELDS | {"token_id", "index"}
_COMMON = frozenset({"role", "content", "tool_calls", *FIELDS, DETAILS})


class Candidate:
    """The parts of one candidate. The format has fields, not blocks: thinking, words and calls grow side by side until the finish."""

    __slots__ = (
        "_audio",
        "_block",
        "_calls",
        "_citations",
        "_details",
        "_executed",
        "_number",
        "_origin",
        "_place",
        "_plain",
        "_refusal",
        "_refusal_index",
        "_thinking",
        "beside",
        "choice",
        "finish",
        "reasoning_index",
        "text_index",
        "words",
    )

    def __init__(self, number: int, place: Callable[[], int], *, response_id: str, origin: Provenance) -> None:
        self._number = number
        self._place = place
        self._origin = origin
        self._calls = CallPieces(place, candidate=number, response_id=response_id, origin=origin)
        self._audio: GrowingAudio | None = None
        self._block: GrowingBlock | None = None
        self._citations: list[Citation] = []
        self._details: list[Any] = []
        self._executed: dict[int, tuple[Object, list[int]]] = {}
        self._thinking: list[str] = []
        self._plain: list[str] = []
        self._refusal: list[str] = []
        self._refusal_index = -1
        self.words: list[str] = []
        self.text_index = -1
        self.reasoning_index = -1
        self.choice: Object = {}
        self.beside: Object = {}
        self.finish: str | None = None

    def begin_text(self, found: list[Event]) -> int:
        """Begin the words; return their index."""
        if self._block is not None:
            self._end_block(found)
        index = self.text_index = self._place()
        found.append(PartStart(index=index, part=Text(text="", origin=self._origin), candidate=self._number))
        return index

    def thinking(self, content: bool, text: str) -> None:
        """Keep a piece of `reasoning_content` (`content`) or of `reasoning`."""
        (self._thinking if content else self._plain).append(text)

    def more(self, pieces: list[CallPiece], found: list[Event]) -> bool:
        """Add an ordinary piece of a call that has begun; tell whether it was one."""
        piece = pieces[0]
        function = piece.function
        if len(pieces) > 1 or piece.id or function is None or function.name or not function.arguments:
            return False
        return self._calls.more(piece.index, function.arguments, found)

    def add(self, choice: Object, found: list[Event]) -> None:
        """Add one piece, whatever it holds."""
        delta = choice.get("delta")
        if not isinstance(delta, dict):
            delta = object_of(choice.get("message")) or {"content": choice.get("text")}
        self._reason(delta, found)
        self._content(delta.get("content"), found)
        if delta.keys() - _COMMON:
            self._rest(delta, found)
        for wire in objects_of(delta.get("tool_calls")) or objects_of(choice.get("tool_calls")):
            self._calls.add(wire, found)
        legacy = object_of(delta.get("function_call"))
        if legacy.get("name") or legacy.get("arguments"):
            self._calls.add({"function": legacy}, found, legacy=True)
        logprobs = logprobs_of(choice.get("logprobs"))
        if logprobs:
            found.append(LogprobsDelta(logprobs=logprobs, candidate=self._number))
        self.choice.update(told(choice, CHOICE_FIELDS))
        reason = choice.get("finish_reason") or object_of(choice.get("finish_details")).get("type")
        if reason:
            self.finish = str(reason)
            self.choice["finish_reason"] = self.finish
            self.close(found)

    def reason(self) -> FinishReason:
        """Return why the candidate ended."""
        return finish_of(self.choice, calls=self._calls.count > 0)

    def close(self, found: list[Event]) -> None:
        """End every part that is open, in the order of their beginning."""
        ends: list[Event] = []
        if self._block is not None:
            self._end_block(ends)
        if self.reasoning_index >= 0:
            ends.append(PartEnd(index=self.reasoning_index, part=self._reasoning()))
            self.reasoning_index, self._thinking, self._plain, self._details = -1, [], [], []
        for item, places in self._executed.values():
            parts = executed_of(item, origin=self._origin)
            ends.extend([PartEnd(index=place, part=part) for place, part in zip(places, parts, strict=True)])
        self._executed = {}
        if self.text_index >= 0:
            self._end_text(ends)
        for citation in self._citations:
            self._whole(citation, ends)
        self._citations = []
        if self._refusal_index >= 0:
            ends.append(PartEnd(index=self._refusal_index, part=Refusal(text="".join(self._refusal), origin=self._origin)))
            self._refusal_index, self._refusal = -1, []
        if self._audio is not None:
            ends.append(self._audio.end())
            self._audio = None
        self._calls.close(ends)
        found.extend(ends)

    def _whole(self, part: Part, found: list[Event]) -> None:
        index = self._place()
        found += [PartStart(index=index, part=part, candidate=self._number), PartEnd(index=index, part=part)]

    def _end_text(self, found: list[Event]) -> None:
        part = Text(text="".join(self.words), citations=tuple(self._citations), origin=self._origin)
        found.append(PartEnd(index=self.text_index, part=part))
        self.text_index, self.words, self._citations = -1, [], []

    def _end_block(self, found: list[Event]) -> None:
        if self._block is not None:
            found.append(self._block.end())
            self._block = None

    def _reasoning(self) -> Part:
        return reasoning_of(self._message(), origin=self._origin) or Reasoning(origin=self._origin)

    def _message(self) -> Object:
        return {"reasoning_content": "".join(self._thinking), "reasoning": "".join(self._plain), DETAILS: self._details}

    def _reason(self, delta: Object, found: list[Event]) -> None:
        details = list_of(delta.get(DETAILS))
        texts = [text_of(delta.get(field)) for field in FIELDS]
        if not any(texts) and not details:
            return
        if self.reasoning_index < 0:
            self.reasoning_index = self._place()
            found.append(PartStart(index=self.reasoning_index, part=Reasoning(origin=self._origin), candidate=self._number))
        for field, text in zip((self._thinking, self._plain), texts, strict=True):
            if text:
                field.append(text)
        merge_details(self._details, details)
        seen = texts[0] or texts[1] or "".join([detail_text(detail) for detail in objects_of(details)])
        if seen:
            found.append(ReasoningDelta(index=self.reasoning_index, reasoning=seen))

    def _content(self, content: Any, found: list[Event]) -> None:
        if content is None or content == "":
            return
        for item in content if isinstance(content, list) else [content]:
            if isinstance(item, dict) and isinstance(content, list):
                self._add_block(item, found)
            else:
                self._text(item if isinstance(item, str) else dumps(item), found)

    def _text(self, text: str, found: list[Event]) -> None:
        if text:
            index = self.text_index if self.text_index >= 0 else self.begin_text(found)
            self.words.append(text)
            found.append(TextDelta(index=index, text=text))

    def _add_block(self, block: Object, found: list[Event]) -> None:
        kind = text_of(block.get("type"))
        if kind == "text" and isinstance(block.get("text"), str) and not told(block, frozenset({"type", "text"})):
            self._text(block["text"], found)
            return
        if self.text_index >= 0:
            self._end_text(found)
        if kind in BLOCKS:
            if self._block is None or self._block.kind != kind:
                self._end_block(found)
                self._block = GrowingBlock(self._place(), kind, candidate=self._number, origin=self._origin)
            self._block.add(block, found)
            return
        self._end_block(found)
        part = block_of(block, origin=self._origin)
        if part is not None:
            self._whole(part, found)

    def _rest(self, delta: Object, found: list[Event]) -> None:
        """What few answers hold."""
        self.beside.update(told(delta, _BESIDE))
        refusal = text_of(delta.get("refusal"))
        if refusal:
            if self._refusal_index < 0:
                self._refusal_index = self._place()
                found.append(PartStart(index=self._refusal_index, part=Refusal(text="", origin=self._origin), candidate=self._number))
            self._refusal.append(refusal)
            found.append(RefusalDelta(index=self._refusal_index, refusal=refusal))
        for item in objects_of(delta.get("images")):
            image = image_of(item, origin=self._origin)
            if image is not None:
                self._whole(image, found)
        audio = object_of(delta.get("audio"))
        if any(audio.get(key) for key in ("id", "data", "transcript")):
            if self._audio is None:
                self._audio = GrowingAudio(self._place(), candidate=self._number, origin=self._origin)
            self._audio.add(audio, found)
        if audio.get("expires_at"):
            self.beside["audio"] = {"expires_at": audio["expires_at"]}
        for item in objects_of(delta.get("executed_tools")):
            self._execute(item, found)
        for citation in annotations_of(delta.get("annotations"), origin=self._origin):
            self._citations.append(citation)
            if self.text_index >= 0:
                found.append(CitationDelta(index=self.text_index, citation=citation))

    def _execute(self, piece: Object, found: list[Event]) -> None:
        """Add news of a tool that the server runs: first the call, later what it gave."""
        item, places = self._executed.setdefault(count_of(piece.get("index")), ({}, []))
        item.update(piece)
        for part in executed_of(item, origin=self._origin)[len(places) :]:
            places.append(self._place())
            found.append(PartStart(index=places[-1], part=part, candidate=self._number))
