"""From events to the whole response: one pure function."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

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
    Start,
    TextDelta,
)
from llmkit.types.parts import Audio, Citation, Image, InvalidToolCall, Part, Reasoning, Refusal, Text, ToolCall, Video
from llmkit.types.responses import Candidate, CompletionResponse, FinishReason, Logprob

INTERRUPTED = FinishReason(unified="interrupted")


def fold(events: Iterable[Event]) -> CompletionResponse:
    """Return the response that `events` tell: equal to the answer of the same call without a stream.

    Events that stop before `Finish` give what came so far, with the finish `interrupted`; a tool call cut in its
    arguments is an `InvalidToolCall`.
    """
    start, finish = Start(), None
    parts: dict[int, Part | _Growing] = {}
    owner: dict[int, int] = {}
    logprobs: dict[int, list[Logprob]] = {}
    for event in events:
        match event:
            case TextDelta() | ReasoningDelta() | RefusalDelta() | ArgumentsDelta() | CitationDelta() | MediaDelta():
                growing = parts.get(event.index)
                if isinstance(growing, _Growing):
                    growing.add(event)
                elif isinstance(event, CitationDelta) and isinstance(growing, Text):  # sources may come after the words
                    parts[event.index] = growing.replace(citations=(*growing.citations, event.citation))
            case PartStart():
                parts[event.index] = _Growing(event.part)
                owner[event.index] = event.candidate
            case PartEnd():
                parts[event.index] = event.part
            case LogprobsDelta():
                logprobs.setdefault(event.candidate, []).extend(event.logprobs)
            case Start():
                start = event
            case Finish():
                finish = event
            case _:
                pass
    return _response(start, finish, _by_candidate(parts, owner), logprobs)


def _by_candidate(parts: dict[int, Part | _Growing], owner: dict[int, int]) -> dict[int, tuple[Part, ...]]:
    found: dict[int, list[Part]] = {}
    for index in sorted(parts):
        part = parts[index]
        found.setdefault(owner.get(index, 0), []).append(part.part() if isinstance(part, _Growing) else part)
    return {candidate: tuple(content) for candidate, content in found.items()}


def _response(
    start: Start, finish: Finish | None, content: dict[int, tuple[Part, ...]], logprobs: dict[int, list[Logprob]]
) -> CompletionResponse:
    others = finish.others if finish else ()
    last = max([0, len(others), *content])
    candidates = tuple(
        Candidate(
            content=content.get(number, ()),
            finish=others[number - 1] if number <= len(others) else None,
            logprobs=tuple(logprobs.get(number, ())),
        )
        for number in range(1, last + 1)
    )
    return CompletionResponse(
        id=start.id,
        model=start.model,
        created=start.created,
        content=content.get(0, ()),
        candidates=candidates,
        logprobs=tuple(logprobs.get(0, ())),
        finish=finish.finish if finish else INTERRUPTED,
        usage=finish.usage if finish else None,
        cost=finish.cost if finish else None,
        service_tier=finish.service_tier if finish else None,
        region=finish.region if finish else None,
        extra=finish.extra if finish else {},
        warnings=finish.warnings if finish else (),
    )


class _Growing:
    """A part whose end has not come."""

    def __init__(self, start: Part) -> None:
        self.start = start
        self.words: list[str] = []
        self.bytes: list[bytes] = []
        self.citations: list[Citation] = []

    def add(self, event: TextDelta | ReasoningDelta | RefusalDelta | ArgumentsDelta | CitationDelta | MediaDelta) -> None:
        match event:
            case TextDelta():
                self.words.append(event.text)
            case ReasoningDelta():
                self.words.append(event.reasoning)
            case RefusalDelta():
                self.words.append(event.refusal)
            case ArgumentsDelta():
                self.words.append(event.json)
            case CitationDelta():
                self.citations.append(event.citation)
            case MediaDelta():
                self.bytes.append(event.data)
                self.words.append(event.transcript)

    def part(self) -> Part:
        """Return the part as far as it came."""
        words = "".join(self.words)
        match self.start:
            case Text():
                return self.start.replace(text=self.start.text + words, citations=self.start.citations + tuple(self.citations))
            case Reasoning() | Refusal():
                return self.start.replace(text=self.start.text + words)
            case ToolCall(id=id_, name=name, origin=origin):
                return InvalidToolCall(id=id_, name=name, json=self.start.json + words, error="the stream was cut", origin=origin)
            case Image() | Audio() | Video():
                return self.start.replace(**self._media(words))
            case _:
                return self.start

    def _media(self, words: str) -> dict[str, Any]:
        start = self.start
        assert isinstance(start, Image | Audio | Video)
        changes: dict[str, Any] = {"data": (start.data or b"") + b"".join(self.bytes)} if self.bytes else {}
        if isinstance(start, Audio) and words:
            changes["transcript"] = (start.transcript or "") + words
        return changes


def unfold(response: CompletionResponse) -> list[Event]:
    """Return events that tell `response`: for servers that answer a stream request at once."""
    events: list[Event] = [Start(id=response.id, model=response.model, created=response.created)]
    contents = [response.content, *(candidate.content for candidate in response.candidates)]
    index = 0
    for candidate, content in enumerate(contents):
        for part in content:
            blank = part.replace(text="") if isinstance(part, Text) else part
            events.append(PartStart(index=index, part=blank, candidate=candidate))
            if isinstance(part, Text):
                events.append(TextDelta(index=index, text=part.text))
            events.append(PartEnd(index=index, part=part))
            index += 1
    if response.logprobs:
        events.append(LogprobsDelta(logprobs=response.logprobs))
    others = tuple(candidate.finish or INTERRUPTED for candidate in response.candidates)
    events.append(
        Finish(
            finish=response.finish,
            usage=response.usage,
            cost=response.cost,
            others=others,
            service_tier=response.service_tier,
            region=response.region,
            extra=response.extra,
            warnings=response.warnings,
        )
    )
    return events
