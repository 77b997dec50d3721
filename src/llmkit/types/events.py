"""What a stream says, piece by piece.

Grammar: `Start`, then per part `PartStart`, its deltas, `PartEnd`; last `Finish`, once. `index` names the part within the
response and rises in order of appearance. Every event has `text`: the words to show, empty for all but `TextDelta`.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from llmkit.types.model import NO_NATIVE, Model
from llmkit.types.parts import Citation, Part
from llmkit.types.responses import FinishReason, Logprob
from llmkit.types.usage import Cost, Usage
from llmkit.types.warnings import Warning


class EventFields(Model, frozen=True, kw_only=True, tag_field="type"):
    """What every event has."""

    @property
    def text(self) -> str:
        """Return the words to show."""
        return ""


class Start(EventFields, frozen=True, kw_only=True, tag="start"):
    """The response begins."""

    id: str | None = None
    model: str = ""
    created: float | None = None


class PartStart(EventFields, frozen=True, kw_only=True, tag="part_start"):
    """A part begins; `part` holds what is known of it so far. `candidate` counts from 0 where `n` asked for several."""

    index: int
    part: Part
    candidate: int = 0


class TextDelta(EventFields, frozen=True, kw_only=True, tag="text_delta"):
    """More words of the answer."""

    index: int
    text: str = ""


class ReasoningDelta(EventFields, frozen=True, kw_only=True, tag="reasoning_delta"):
    """More of the thinking."""

    index: int
    reasoning: str


class RefusalDelta(EventFields, frozen=True, kw_only=True, tag="refusal_delta"):
    """More words of a refusal."""

    index: int
    refusal: str


class ArgumentsDelta(EventFields, frozen=True, kw_only=True, tag="arguments_delta"):
    """More of a tool call's arguments, as JSON text."""

    index: int
    json: str


class CitationDelta(EventFields, frozen=True, kw_only=True, tag="citation_delta"):
    """A citation of the text part `index`."""

    index: int
    citation: Citation


class MediaDelta(EventFields, frozen=True, kw_only=True, tag="media_delta"):
    """More bytes of an image or sound, or more of its transcript."""

    index: int
    data: bytes = b""
    transcript: str = ""


class LogprobsDelta(EventFields, frozen=True, kw_only=True, tag="logprobs_delta"):
    """Probabilities of the tokens just sent."""

    logprobs: tuple[Logprob, ...]
    candidate: int = 0


class PartEnd(EventFields, frozen=True, kw_only=True, tag="part_end"):
    """A part is complete; `part` is the whole of it, with signature and wire block."""

    index: int
    part: Part


class WireEvent(EventFields, frozen=True, kw_only=True, tag="wire_event"):
    """A wire event that has no type of its own here: kept, not dropped."""

    kind: str
    native: msgspec.Raw = NO_NATIVE


class Finish(EventFields, frozen=True, kw_only=True, tag="finish"):
    """The response is complete. `others` are the reasons of the second to the n-th candidate."""

    finish: FinishReason
    usage: Usage | None = None
    cost: Cost | None = None
    others: tuple[FinishReason, ...] = ()
    service_tier: str | None = None
    region: str | None = None
    extra: dict[str, Any] = {}
    warnings: tuple[Warning, ...] = ()


Event: TypeAlias = (
    Start
    | PartStart
    | TextDelta
    | ReasoningDelta
    | RefusalDelta
    | ArgumentsDelta
    | CitationDelta
    | MediaDelta
    | LogprobsDelta
    | PartEnd
    | WireEvent
    | Finish
)
