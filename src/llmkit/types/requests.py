"""What is asked of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias, TypedDict

from llmkit.types.http import Timeouts
from llmkit.types.messages import Message
from llmkit.types.model import Model
from llmkit.types.parts import CacheMark, HasMark
from llmkit.types.request import Constraints, Request
from llmkit.types.tools import AnyTool, HasTool, ToolChoice
from llmkit.types.warnings import OnUnsupported

Effort: TypeAlias = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
EFFORTS: tuple[Effort, ...] = ("none", "minimal", "low", "medium", "high", "xhigh", "max")


OutputMode: TypeAlias = Literal["native", "tool", "json_object", "prompt"]
"""How an answer by schema is asked for: by the API's own means, as a call of a tool, as any JSON object, in words."""
OUTPUT_MODES: tuple[OutputMode, ...] = ("native", "tool", "json_object", "prompt")


class ReasoningOptions(Model, frozen=True, kw_only=True):
    """How much the model should think: by `effort` or by `budget` in tokens.

    `visible` asks for the thinking (or its summary) in the answer; `summary` is `auto`, `concise` or `detailed`.
    """

    effort: Effort | None = None
    budget: int | None = None
    visible: bool | None = None
    summary: str | None = None


class OutputFormat(Model, frozen=True, kw_only=True):
    """The form of the answer: free text, any JSON object, or JSON that fits `schema`."""

    kind: Literal["text", "json_object", "json_schema"] = "json_schema"
    schema: dict[str, Any] | None = None
    name: str | None = None
    description: str | None = None
    strict: bool | None = None
    portable: bool = False
    """The schema may be edited to what the API takes, and where it takes none the form is asked for in another way: whoever asks
    checks the answer against the whole schema. `parse` sets it."""
    modes: tuple[OutputMode, ...] = ()
    """Where `portable`: the ways that may be used; empty: all."""


class CompletionRequest(Request, frozen=True, kw_only=True):
    """A conversation and its settings. A field that is None is not sent."""

    messages: tuple[Message, ...]
    tools: tuple[AnyTool, ...] = ()
    tool_choice: ToolChoice | None = None
    parallel_tool_calls: bool | None = None
    output: OutputFormat | None = None
    reasoning: ReasoningOptions | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    max_tokens: int | None = None
    """Most tokens of output, reasoning included."""
    stop: tuple[str, ...] = ()
    seed: int | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    repetition_penalty: float | None = None
    logit_bias: dict[str, float] | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    n: int | None = None
    metadata: dict[str, str] | None = None
    service_tier: str | None = None
    verbosity: str | None = None
    store: bool | None = None
    modalities: tuple[str, ...] = ()
    """Kinds of output wanted: `text`, `audio`, `image`."""
    voice: dict[str, Any] | None = None
    """Voice and format of spoken output, in the wire format's words."""
    cache: CacheMark | None = None
    """Let the provider choose where to cache the prompt."""


class RetrievalOptions(TypedDict, total=False):
    """The keyword arguments of `retrieve` and `resume`."""

    timeout: float | Timeouts
    dialect: str


class CallOptions(TypedDict, total=False):
    """The keyword arguments of every way to ask, written once; see `CompletionRequest` for each."""

    system: str
    tool_choice: str | ToolChoice | Mapping[str, Any]
    parallel_tool_calls: bool
    output: OutputFormat | Mapping[str, Any]
    reasoning: Effort | int | ReasoningOptions
    temperature: float
    top_p: float
    top_k: int
    min_p: float
    max_tokens: int
    stop: str | Sequence[str]
    seed: int
    frequency_penalty: float
    presence_penalty: float
    repetition_penalty: float
    logit_bias: Mapping[str, float]
    logprobs: bool
    top_logprobs: int
    n: int
    user: str
    metadata: Mapping[str, str]
    tenant: str
    tags: Sequence[str]
    route: Constraints | Mapping[str, Any]
    service_tier: str
    verbosity: str
    store: bool
    modalities: Sequence[str]
    voice: Mapping[str, Any]
    cache: bool | str | CacheMark | HasMark
    options: Mapping[str, Mapping[str, Any]]
    extra_body: Mapping[str, Any]
    extra_headers: Mapping[str, str]
    timeout: float | Timeouts
    on_unsupported: OnUnsupported
    dialect: str


class CompletionOptions(CallOptions, total=False):
    """The keyword arguments of `complete` and `stream`."""

    tools: Sequence[AnyTool | HasTool | Mapping[str, Any]]
