"""What a model answered."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

from llmkit.types.messages import Message
from llmkit.types.model import NO_NATIVE, Model
from llmkit.types.parts import Citation, InvalidToolCall, Part, Reasoning, Text, ToolCall
from llmkit.types.usage import Cost, Usage
from llmkit.types.warnings import Warning

UnifiedFinish: TypeAlias = Literal[
    "stop",
    "length",
    "tool_calls",
    "content_filter",
    "refusal",
    "pause",
    "context_exceeded",
    "compaction",
    "interrupted",
    "error",
    "other",
]


class FinishReason(Model, frozen=True, kw_only=True):
    """Why the answer ended: in our words and in the provider's."""

    unified: UnifiedFinish
    raw: str | None = None
    detail: str | None = None
    """What the provider says beside it: the stop sequence, the category of a refusal ..."""

    def __str__(self) -> str:
        return self.unified


class Logprob(Model, frozen=True, kw_only=True):
    """A token with the natural logarithm of its probability, and its strongest rivals."""

    token: str
    logprob: float
    bytes: tuple[int, ...] | None = None
    top: tuple[Logprob, ...] = ()


class Attempt(Model, frozen=True, kw_only=True):
    """One try at the call. `seconds` is its duration, `error` the type of its failure (None: it worked)."""

    provider: str
    model: str
    seconds: float
    error: str | None = None
    status: int | None = None
    key: int = 0
    """Which of the provider's keys it was made with: its place, never the key."""
    delay: float = 0.0
    """Seconds that were waited after it, before the next."""


class Candidate(Model, frozen=True, kw_only=True):
    """Another answer to the same request, where `n` asked for several."""

    content: tuple[Part, ...] = ()
    finish: FinishReason | None = None
    logprobs: tuple[Logprob, ...] = ()


class CompletionResponse(Model, frozen=True, kw_only=True):
    """The whole answer: parts, why it ended, tokens and cost (None where not known), and what could not be sent."""

    id: str | None = None
    model: str = ""
    """The model the provider says it used."""
    provider: str = ""
    content: tuple[Part, ...] = ()
    finish: FinishReason = FinishReason(unified="other")
    usage: Usage | None = None
    cost: Cost | None = None
    warnings: tuple[Warning, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    """Further answers (the second to the n-th)."""
    logprobs: tuple[Logprob, ...] = ()
    created: float | None = None
    """Unix seconds."""
    service_tier: str | None = None
    region: str | None = None
    """Where the model ran, in the provider's words, if it tells."""
    request_id: str | None = None
    attempts: tuple[Attempt, ...] = ()
    output_mode: str | None = None
    """How the answer of a `parse` was asked for: `native`, `tool`, `json_object` or `prompt`; else None."""
    extra: dict[str, Any] = {}
    """What the provider says beside the answer (system fingerprint, grounding, timings ...)."""
    raw: msgspec.Raw = NO_NATIVE
    """The body as it came; empty for a stream."""

    @property
    def text(self) -> str:
        """Return the words of all text parts, joined."""
        return "".join([part.text for part in self.content if isinstance(part, Text)])

    @property
    def reasoning(self) -> str:
        """Return the visible thinking, joined."""
        return "".join([part.text for part in self.content if isinstance(part, Reasoning)])

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """Return the calls the model wants made."""
        return tuple([part for part in self.content if isinstance(part, ToolCall)])

    @property
    def invalid_tool_calls(self) -> tuple[InvalidToolCall, ...]:
        """Return the calls whose arguments are not a JSON object."""
        return tuple([part for part in self.content if isinstance(part, InvalidToolCall)])

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Return all citations, inside texts and beside them."""
        found: list[Citation] = []
        for part in self.content:
            if isinstance(part, Citation):
                found.append(part)
            elif isinstance(part, Text):
                found.extend(part.citations)
        return tuple(found)

    @property
    def message(self) -> Message:
        """Return the answer as a turn of the conversation, to be sent back as it is."""
        return Message(role="assistant", content=self.content)
