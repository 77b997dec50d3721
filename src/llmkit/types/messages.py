"""One turn of a conversation."""

from __future__ import annotations

from typing import Any, Self

from llmkit.types.model import Model
from llmkit.types.parts import CacheMark, Part, Role, Text, ToolResult


def begins_an_answer(message: Message, dialect: str | None = None) -> bool:
    """Tell whether an assistant's `message`, as the last one, is a beginning written for the model to go on from.

    A turn that the provider itself paused is none: it comes from there and goes back as it came. With `dialect` it must come from there.
    """
    if message.role != "assistant":
        return False
    origin = message.content[-1].origin if message.content else None
    if message.content and not isinstance(message.content[-1], Text):
        return False
    return origin is None or (dialect is not None and origin.dialect != dialect)


class Message(Model, frozen=True, kw_only=True):
    """A role and its parts. Build one with `Message.user("text", Image(...))`, `.system`, `.assistant`, `.tool`."""

    role: Role
    content: tuple[Part, ...] = ()
    name: str | None = None
    id: str | None = None
    cache: CacheMark | None = None
    """Cache the prompt up to the end of this message."""
    options: dict[str, dict[str, Any]] = {}
    """Extra wire fields of the message by dialect or provider name."""

    @classmethod
    def system(cls, *content: str | Part) -> Self:
        """Make an instruction to the model."""
        return cls(role="system", content=parts_of(content))

    @classmethod
    def user(cls, *content: str | Part) -> Self:
        """Make a user's turn."""
        return cls(role="user", content=parts_of(content))

    @classmethod
    def assistant(cls, *content: str | Part) -> Self:
        """Make a model's turn."""
        return cls(role="assistant", content=parts_of(content))

    @classmethod
    def tool(cls, *results: ToolResult) -> Self:
        """Make the turn that answers tool calls."""
        return cls(role="tool", content=results)

    @property
    def text(self) -> str:
        """Return the words of all text parts, joined."""
        return "".join([part.text for part in self.content if isinstance(part, Text)])


def parts_of(content: tuple[str | Part, ...]) -> tuple[Part, ...]:
    """Return `content` with each string as a `Text`."""
    return tuple([Text(text=part) if isinstance(part, str) else part for part in content])
