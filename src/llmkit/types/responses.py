"""What a model answered."""

from __future__ import annotations

from typing import Literal, TypeAlias

from llmkit.types.messages import Message
from llmkit.types.model import Model
from llmkit.types.parts import Citation, InvalidToolCall, Part, Reasoning, Text, ToolCall
from llmkit.types.reply import Reply

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


class Candidate(Model, frozen=True, kw_only=True):
    """Another answer to the same request, where `n` asked for several."""

    content: tuple[Part, ...] = ()
    finish: FinishReason | None = None
    logprobs: tuple[Logprob, ...] = ()


class CompletionResponse(Reply, frozen=True, kw_only=True):
    """The whole answer: parts, why it ended, tokens and cost (None where not known), and what could not be sent."""

    content: tuple[Part, ...] = ()
    finish: FinishReason = FinishReason(unified="other")
    candidates: tuple[Candidate, ...] = ()
    """Further answers (the second to the n-th)."""
    logprobs: tuple[Logprob, ...] = ()
    created: float | None = None
    """Unix seconds."""
    service_tier: str | None = None
    output_mode: str | None = None
    """How the answer of a `parse` was asked for: `native`, `tool`, `json_object` or `prompt`; else None."""

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
