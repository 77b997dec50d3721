"""A step of a stream on its way: the wire's deltas into one step, and events of the parts in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from llmkit.dialects.gemini.wire import Fields, read_any, string_of
from llmkit.dialects.gemini_interactions.content import content_part
from llmkit.dialects.gemini_interactions.steps import CONTENT, OUTPUT, server_name, step_part, step_parts, summary_text
from llmkit.types.events import ArgumentsDelta, CitationDelta, Event, MediaDelta, PartEnd, PartStart, ReasoningDelta, TextDelta
from llmkit.types.parts import Audio, Part, Provenance, Reasoning, ServerToolCall, Text, ToolCall

_ANNOTATIONS = ("text_annotation", "text_annotation_delta")


class OpenStep:
    """One step. `step` becomes what the API would have sent without a stream."""

    __slots__ = ("_arguments", "_block", "_index", "_new_index", "_origin", "_words", "kind", "parts", "step")

    def __init__(self, step: Fields, origin: Provenance, new_index: Callable[[], int]) -> None:
        self.kind = str(step.get("type"))
        self.step = {name: value for name, value in step.items() if name != "content"}
        self.parts: list[Part] = []
        self._origin = origin
        self._new_index = new_index
        self._index = -1
        self._block: Fields | None = None
        self._words: list[str] = []
        self._arguments: list[str] = []

    def begin(self, content: Any, events: list[Event]) -> None:
        """Say the beginning; `content` is what a step of output holds from the start."""
        match self.kind:
            case "model_output":
                for block in content if isinstance(content, list) else ():
                    self._content(block, events)
            case kind if kind in CONTENT:
                if self.step.keys() > {"type"} or kind != "text":
                    self._content(self.step, events) if kind == "text" or "data" in self.step or "uri" in self.step else None
            case "thought":
                summary = self.step.get("summary")
                self._start(Reasoning(summary=True, origin=self._origin), events)
                if words := summary_text(summary):
                    events.append(ReasoningDelta(index=self._index, reasoning=words))
            case "function_call":
                call = ToolCall(id=string_of(self.step.get("id")) or "", name=string_of(self.step.get("name")) or "", origin=self._origin)
                self._start(call, events)
            case kind if kind.endswith("_call"):
                name = server_name(kind.removesuffix("_call"))
                self._start(ServerToolCall(id=string_of(self.step.get("id")) or "", name=name, origin=self._origin), events)

    def add(self, delta: Fields, events: list[Event]) -> bool:
        """Take in a delta; tell whether its kind is known."""
        kind = str(delta.get("type"))
        if kind == "thought_summary" and self.kind == "thought":
            self._summary(delta.get("content"), events)
        elif kind == "thought_signature":
            self.step["signature"] = string_of(delta.get("signature")) or self.step.get("signature")
        elif kind in ("arguments_delta", "arguments") and self.kind == "function_call":
            self._piece(str(delta.get("arguments") or ""), events)
        elif kind in _ANNOTATIONS:
            return self._annotate(delta.get("annotations"))
        elif kind in CONTENT and (self.kind == OUTPUT or self.kind in CONTENT):
            self._content(delta, events)
        elif kind == self.kind:
            self.step |= {name: value for name, value in delta.items() if name != "type" and value is not None}
        else:
            return False
        return True

    def text(self, words: str, events: list[Event]) -> None:
        """Take in more words of the answer."""
        if self._block is None or self._block.get("type") != "text":
            self._content({"type": "text", "text": words}, events)
            return
        self._words.append(words)
        if words:
            events.append(TextDelta(index=self._index, text=words))

    def end(self, events: list[Event]) -> None:
        """Say the end of the step."""
        if self.kind == OUTPUT or self.kind in CONTENT:
            self._close_block(events)
            beside = {name: value for name, value in self.step.items() if value is not None}
            if self.kind == OUTPUT and len(beside) > 1:
                for part in step_parts(msgspec.json.encode(beside), self._origin):
                    self._whole(part, events)
            return
        if self._arguments:
            self.step["arguments"] = _raw_json("".join(self._arguments))
        step = {name: value for name, value in self.step.items() if value is not None}
        native = msgspec.Raw(msgspec.json.encode(step))
        part = step_part(self.kind, read_any(native), native, self._origin)
        if self._index < 0:
            self._whole(part, events)
        else:
            if self.kind == "function_call" and not self._arguments and (given := getattr(part, "json", "")):
                events.append(ArgumentsDelta(index=self._index, json=given))
            self._finish(part, events)

    def _summary(self, content: Any, events: list[Event]) -> None:
        items = content if isinstance(content, list) else [content]
        self.step["summary"] = [*self.step.get("summary", ()), *items]
        if words := summary_text(items):
            events.append(ReasoningDelta(index=self._index, reasoning=words))

    def _piece(self, text: str, events: list[Event]) -> None:
        self._arguments.append(text)
        if text:
            events.append(ArgumentsDelta(index=self._index, json=text))

    def _annotate(self, annotations: Any) -> bool:
        if self._block is None or self._block.get("type") != "text" or not isinstance(annotations, list):
            return False
        self._block["annotations"] = [*self._block.get("annotations", ()), *annotations]
        return True

    def _content(self, block: Any, events: list[Event]) -> None:
        """Take in a block of content, or more of the one that is open."""
        kind = block.get("type") if isinstance(block, dict) else None
        if kind == "text" and isinstance(block.get("text", ""), str):
            if self._block is None or self._block.get("type") != "text":
                self._close_block(events)
                self._block = {name: value for name, value in block.items() if name != "text"}
                self._start(Text(text="", origin=self._origin), events)
            elif block.get("annotations"):
                self._annotate(block["annotations"])
            self.text(block.get("text", ""), events)
        elif kind == "audio" and self._more_sound(block, events):
            return
        else:
            self._close_block(events)
            part = content_part(block, self._origin)
            if isinstance(part, Audio) and part.data is not None:
                self._block = dict(block)
                self._start(part.replace(data=None), events)
                self._words = [block["data"]]
                events.append(MediaDelta(index=self._index, data=part.data))
            elif part is not None:
                self._whole(part, events)

    def _more_sound(self, block: Fields, events: list[Event]) -> bool:
        """Add a piece of the sound that is open: every piece is base64 of its own."""
        same = self._block is not None and self._block.get("type") == "audio" and self._block.get("mime_type") == block.get("mime_type")
        piece = content_part(block, self._origin) if same else None
        if not isinstance(piece, Audio) or piece.data is None:
            return False
        self._words.append(block["data"])
        events.append(MediaDelta(index=self._index, data=piece.data))
        return True

    def _close_block(self, events: list[Event]) -> None:
        block, self._block = self._block, None
        if block is None:
            return
        if block.get("type") == "text":
            block["text"] = "".join(self._words)
            self._words = []
            part = content_part(block, self._origin) or Text(text="", origin=self._origin)
            if isinstance(part, Text):
                events += [CitationDelta(index=self._index, citation=citation) for citation in part.citations]
            self._finish(part, events)
            return
        pieces, self._words = [content_part({**block, "data": data}, self._origin) for data in self._words], []
        sounds = [piece for piece in pieces if isinstance(piece, Audio)]
        self._finish(sounds[0].replace(data=b"".join([sound.data or b"" for sound in sounds])), events)

    def _start(self, part: Part, events: list[Event]) -> None:
        self._index = self._new_index()
        events.append(PartStart(index=self._index, part=part))

    def _finish(self, part: Part, events: list[Event]) -> None:
        self.parts.append(part)
        events.append(PartEnd(index=self._index, part=part))

    def _whole(self, part: Part, events: list[Event]) -> None:
        """Say a part that came in one piece."""
        data = getattr(part, "data", None)
        self._start(part if data is None else part.replace(data=None), events)
        if data is not None:
            events.append(MediaDelta(index=self._index, data=data))
        self._finish(part, events)


def _raw_json(text: str) -> Any:
    """Return arguments in the model's own spelling: as JSON where they are an object, else as the text that they are."""
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return text
    return msgspec.Raw(text.encode()) if isinstance(found, dict) else text
