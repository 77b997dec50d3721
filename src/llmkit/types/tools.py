"""Tools a model may call, and how it must choose."""

from __future__ import annotations

from typing import Any, Literal, Protocol, TypeAlias

from llmkit.types.model import Model
from llmkit.types.parts import CacheMark


class Tool(Model, frozen=True, kw_only=True, tag_field="type", tag="function"):
    """A function of yours. `parameters` is a JSON Schema object."""

    name: str
    description: str | None = None
    parameters: dict[str, Any] = {}
    strict: bool | None = None
    """Ask the provider to guarantee that arguments fit the schema."""
    cache: CacheMark | None = None
    options: dict[str, dict[str, Any]] = {}
    """Extra wire fields by dialect or provider name (`defer_loading`, `input_examples`, `allowed_callers` ...)."""


class ServerTool(Model, frozen=True, kw_only=True, tag_field="type", tag="server"):
    """A tool the provider runs. `name` is `web_search`, `code_execution` ..., or the exact type or key of the wire format."""

    name: str
    config: dict[str, Any] = {}
    """Its settings, in the wire format's own words."""
    cache: CacheMark | None = None
    portable: bool = False
    """The name and the settings are in our words, to be put in each format's: what `llmkit.tools.server` makes."""


AnyTool: TypeAlias = Tool | ServerTool


class HasTool(Protocol):
    """What knows more than what is sent: a function with its tool."""

    @property
    def tool(self) -> Tool:
        """Return what the model is told."""
        ...


class ToolChoice(Model, frozen=True, kw_only=True):
    """How the model must choose. With `names`, only these may be called: `required` and one name is exactly that tool."""

    mode: Literal["auto", "none", "required"] = "auto"
    names: tuple[str, ...] = ()
