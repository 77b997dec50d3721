"""Facts about what a model or API takes; sparse, merged: dialect < provider < family < model < user."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from llmkit.types.model import Model

ReasoningControl: TypeAlias = Literal[
    "effort", "budget", "adaptive", "level", "toggle", "toggle_effort", "switch", "template", "enabled", "none"
]
Replay: TypeAlias = Literal["native", "always", "tool_calls", "never"]

API_FACTS = ("reasoning", "system_role", "max_tokens_field", "reasoning_field", "replay", "cache", "stream_usage", "schema_rules")
"""What an API calls a thing and how it wants it: here the provider's row knows better than the model's family."""


class Profile(Model, frozen=True, kw_only=True):
    """What may be sent and how. The defaults are permissive: an unknown model is sent all its dialect can say."""

    sampling: bool = True
    """False: `temperature`, `top_p`, `top_k` are refused by the model."""
    sampling_while_thinking: bool = True
    """False: sampling and log probabilities are refused unless thinking is off, as it is by default."""
    unsupported: tuple[str, ...] = ()
    """Request fields that the API or model refuses; each is dropped with a warning."""
    max_tokens_field: str = ""
    """The wire's name of the output limit, where a dialect has several; empty: the dialect's own."""
    default_max_tokens: int | None = None
    """Sent where the API demands a limit and the caller gave none."""
    system_role: str = ""
    """`system`, `developer` or `user`; empty: as the caller wrote it."""
    reasoning: ReasoningControl | None = None
    """How thinking is controlled; None: the dialect's default way."""
    efforts: tuple[str, ...] = ()
    """The effort levels the model knows; empty: all. Others snap to the nearest lower one, with a warning."""
    min_budget: int = 0
    max_budget: int | None = None
    reasoning_field: str = "reasoning_content"
    """Where earlier reasoning is replayed in a chat message."""
    replay: Replay = "native"
    """Which assistant turns carry their reasoning again: those whose native block says so, all, those with tool calls, none."""
    think_tags: tuple[str, str] | None = None
    """The model writes its thinking into the answer, between these two; it is split off as reasoning."""
    encrypted_reasoning: bool = False
    """The model's reasoning comes back encrypted, where the API is asked for it."""
    always_thinks: bool = False
    """True: thinking cannot be switched off."""
    tools: bool = True
    forced_tools: bool = True
    """False: the model cannot be made to call a tool."""
    forced_tools_while_thinking: bool = True
    parallel_tools: bool = True
    strict_tools: bool = True
    """False: `strict` is left out of tools, with a warning."""
    tool_id_length: int | None = None
    """The exact number of letters and digits that a tool call's id must have."""
    tool_id_limit: int | None = None
    """The most characters a tool call's id may have."""
    media_in_results: bool = True
    """False: pictures and documents in a tool's result go into a user's turn after it."""
    server_tools: dict[str, str] = {}
    """Our names of the provider's own tools, and what the wire calls them."""
    json_schema: bool = True
    json_schema_with_tools: bool = True
    """False: output by schema and tools exclude each other."""
    schema_rules: str = ""
    """Which schema compiler fits; empty: the dialect's own."""
    json_object: bool = True
    images: bool = True
    image_urls: bool = True
    """False: pictures must be sent as bytes."""
    audio: bool = True
    video: bool = True
    documents: bool = True
    prefill: bool = True
    """False: the last message must not be the assistant's."""
    stop_limit: int | None = None
    context_window: int | None = None
    """Tokens of input and output together."""
    max_output_tokens: int | None = None
    cache: Literal["explicit", "auto", "none"] | None = None
    stream_usage: bool = True
    """False: the API refuses the request for usage in a stream."""
    headers: dict[str, str] = {}
    """Fixed headers, such as API versions."""
    betas: dict[str, str] = {}
    """What this backend calls a vendor's beta features; an empty name: it refuses the beta, which is left out with a warning."""

    def fitted(self, row: dict[str, Any], family: dict[str, Any], own: dict[str, Any]) -> Profile:
        """Return this dialect's profile with the facts of a provider's row, of a model's family, and of the user on top."""
        spelled = {name: row[name] for name in API_FACTS if name in row and family.get(name) != "none"}
        return self.merged(row, family, spelled, own)

    def merged(self, *layers: dict[str, Any]) -> Profile:
        """Return this profile with each layer's facts on top; refusals (`unsupported`) add up."""
        facts = {key: value for layer in layers for key, value in layer.items()}
        if not facts:
            return self
        refused = dict.fromkeys([*self.unsupported, *(name for layer in layers for name in layer.get("unsupported", ()))])
        return self.replace(**{**facts, "unsupported": tuple(refused)})
