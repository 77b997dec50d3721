"""A stream seen through a stage: held back where a match may have begun, and released as soon as it has not."""

from __future__ import annotations

from collections.abc import Callable

from llmkit.guardrails.parts import changed_part
from llmkit.guardrails.rules import Stage, rewrite
from llmkit.guardrails.running import Running
from llmkit.types.events import (
    ArgumentsDelta,
    CitationDelta,
    Event,
    Finish,
    LogprobsDelta,
    MediaDelta,
    PartEnd,
    PartStart,
    ReasoningDelta,
    RefusalDelta,
    TextDelta,
)
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import Audio, InvalidToolCall, Part, Reasoning, Refusal, Text, ToolCall
from llmkit.types.warnings import Warning


class GuardLens:
    """One stage over all words of a stream. Arguments of tool calls are held until they are whole: before, they are no use to anybody.

    Probabilities of tokens spell the words out: they are held to the end, and dropped where anything was changed.
    """

    def __init__(self, stage: Stage, report: Callable[[], tuple[Warning, ...]], forget: Callable[[], None] = lambda: None) -> None:
        self._stage, self._report, self._forget = stage, report, forget
        self._running: dict[int, _Part] = {}
        self._logprobs: list[Event] = []
        self._changed = False

    def feed(self, events: list[Event], /) -> list[Event]:
        """Return what may be seen now."""
        seen: list[Event] = []
        for event in events:
            match event:
                case TextDelta() | ReasoningDelta() | RefusalDelta() | ArgumentsDelta():
                    self._part(event.index, event).feed(_words(event), seen)
                case MediaDelta():
                    if event.data:
                        seen.append(event.replace(transcript=""))
                    if event.transcript:
                        self._part(event.index, event).feed(event.transcript, seen)
                case PartStart():
                    self._start(event, seen)
                case PartEnd():
                    seen += self._end(event)
                case CitationDelta():
                    seen.append(event.replace(citation=self._whole(event.citation)))
                case LogprobsDelta():
                    self._logprobs.append(event)
                case Finish():
                    seen += self._rest()
                    seen.append(self._finish(event))
                case _:
                    seen.append(event)
        return seen

    def close(self) -> list[Event]:
        """Return what was held back, and forget everything."""
        rest = self._rest()
        self._forget()
        return rest

    def _part(self, index: int, event: Event) -> _Part:
        part = self._running.get(index)
        if part is None:
            part = self._running[index] = _Part(self._stage, index, type(event))
        return part

    def _start(self, event: PartStart, seen: list[Event]) -> None:
        words, kind, blank = _opened(event.part)
        if kind is None:
            seen.append(event.replace(part=self._whole(event.part)))
            return
        seen.append(event.replace(part=blank))
        part = self._running[event.index] = _Part(self._stage, event.index, kind)
        if words:
            part.feed(words, seen)

    def _end(self, event: PartEnd) -> list[Event]:
        part, seen = self._running.pop(event.index, None), list[Event]()
        if part is None:
            return [event.replace(part=self._whole(event.part))]
        if part.kind is ArgumentsDelta:
            whole = self._whole(event.part)
            words = whole.json if isinstance(whole, ToolCall | InvalidToolCall) else ""
            return [*([ArgumentsDelta(index=event.index, json=words)] if words and part.raw else []), event.replace(part=whole)]
        part.close(seen)
        self._changed = self._changed or part.running.changed
        return [*seen, event.replace(part=self._ended(event.part, part))]

    def _ended(self, whole: Part, part: _Part) -> Part:
        """The words were seen already; only what else the part says is checked here, or all if its words are others."""
        field = "transcript" if isinstance(whole, Audio) else "text"
        if getattr(whole, field, None) != "".join(part.raw):
            return self._whole(whole)
        blank = whole.replace(**{field: ""})
        rest = self._whole(blank)
        told = "".join(part.told)
        if not part.running.changed and rest is blank:
            return whole
        return rest.replace(**{field: told, "native": NO_NATIVE})

    def _whole(self, part: Part) -> Part:
        new = changed_part(part, lambda text: rewrite(self._stage, text) if text else text)
        self._changed = self._changed or new is not part
        return new

    def _rest(self) -> list[Event]:
        seen: list[Event] = []
        for part in self._running.values():
            part.close(seen)
            self._changed = self._changed or part.running.changed
        self._running.clear()
        kept, self._logprobs = self._logprobs, []
        return seen if self._changed else [*seen, *kept]

    def _finish(self, event: Finish) -> Finish:
        warnings = self._report()
        return event.replace(warnings=(*event.warnings, *warnings)) if warnings else event


class _Part:
    """The words of one part: as they came, as they were told, and what waits."""

    __slots__ = ("index", "kind", "raw", "running", "told")

    def __init__(self, stage: Stage, index: int, kind: type[Event]) -> None:
        self.index, self.kind, self.running = index, kind, Running(stage)
        self.raw: list[str] = []
        self.told: list[str] = []

    def feed(self, words: str, seen: list[Event]) -> None:
        self.raw.append(words)
        if self.kind is not ArgumentsDelta:
            self._tell(self.running.feed(words), seen)

    def close(self, seen: list[Event]) -> None:
        if self.kind is ArgumentsDelta:  # cut: what is no JSON is a text like others
            self.running.feed("".join(self.raw))
        self._tell(self.running.close(), seen)

    def _tell(self, words: str, seen: list[Event]) -> None:
        if words:
            self.told.append(words)
            seen.append(_event(self.kind, self.index, words))


def _event(kind: type[Event], index: int, words: str) -> Event:
    if kind is TextDelta:
        return TextDelta(index=index, text=words)
    if kind is ReasoningDelta:
        return ReasoningDelta(index=index, reasoning=words)
    if kind is RefusalDelta:
        return RefusalDelta(index=index, refusal=words)
    if kind is ArgumentsDelta:
        return ArgumentsDelta(index=index, json=words)
    return MediaDelta(index=index, transcript=words)


def _words(event: TextDelta | ReasoningDelta | RefusalDelta | ArgumentsDelta) -> str:
    match event:
        case TextDelta():
            return event.text
        case ReasoningDelta():
            return event.reasoning
        case RefusalDelta():
            return event.refusal
        case ArgumentsDelta():
            return event.json


def _opened(part: Part) -> tuple[str, type[Event] | None, Part]:
    """Return the words a part begins with, the event that carries more of them, and the part without."""
    match part:
        case Text() if not part.citations:
            return part.text, TextDelta, part.replace(text="", native=NO_NATIVE) if part.text else part
        case Reasoning():
            return part.text, ReasoningDelta, part.replace(text="", native=NO_NATIVE) if part.text else part
        case Refusal():
            return part.text, RefusalDelta, part.replace(text="", native=NO_NATIVE) if part.text else part
        case ToolCall() | InvalidToolCall():
            blank = part.replace(json="", native=NO_NATIVE) if part.json else part
            if isinstance(blank, ToolCall) and blank.arguments:
                blank = blank.replace(arguments={}, native=NO_NATIVE)
            return part.json, ArgumentsDelta, blank
        case Audio():
            words = part.transcript or ""
            return words, MediaDelta, part.replace(transcript=None, native=NO_NATIVE) if words else part
        case _:
            return "", None, part
