"""Whether texts, pictures or conversations break a policy: what is asked and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self, TypeAlias

from llmkit.types.messages import Message
from llmkit.types.model import Model
from llmkit.types.parts import Part
from llmkit.types.reply import Reply
from llmkit.types.request import Request, RequestOptions
from llmkit.types.wording import reworded, reworded_parts, words_of

ModerationInput: TypeAlias = str | tuple[Part, ...]
"""One thing to judge: a text, or parts (texts and pictures) that are judged together."""


class ModerationRequest(Request, frozen=True, kw_only=True):
    """Things to judge, or one conversation. A field that is None is not sent."""

    inputs: tuple[ModerationInput, ...] = ()
    messages: tuple[Message, ...] = ()
    """Instead of inputs: a conversation, whose last turn is judged in the light of the others."""
    source: Literal["input", "output"] | None = None
    """Whether it is a user's or a model's, for policies that differ by that."""

    def texts(self) -> tuple[str, ...]:
        """Return the words of all inputs."""
        return tuple(words_of([*self.inputs, *[message.content for message in self.messages]]))

    def with_texts(self, texts: Sequence[str]) -> Self:
        """Return the request with other words."""
        left = iter(texts)
        inputs = [reworded(item, left) for item in self.inputs]
        messages = [message.replace(content=reworded_parts(message.content, left)) for message in self.messages]
        return self.replace(inputs=tuple(inputs), messages=tuple(messages))


class Moderation(Model, frozen=True, kw_only=True):
    """The verdict on one input."""

    flagged: bool
    """The provider's own word; where it says only the categories, whether one of them is true."""
    categories: dict[str, bool] = {}
    """Whether the input falls into each category, in the provider's words."""
    scores: dict[str, float] = {}
    """How sure that is, 0 to 1, for the categories of which it is told."""
    kinds: dict[str, tuple[str, ...]] = {}
    """Which kinds of input (`text`, `image`) a category was looked for in, where that is told."""
    text: str | None = None
    """The input as the policy would have it, where the provider masks or replaces words."""

    @property
    def found(self) -> tuple[str, ...]:
        """Return the categories that are true."""
        return tuple([name for name, true in self.categories.items() if true])


class ModerationResponse(Reply, frozen=True, kw_only=True):
    """A verdict for each input, in order; of a conversation one."""

    results: tuple[Moderation, ...] = ()

    @property
    def flagged(self) -> bool:
        """Tell whether any input is flagged."""
        return any(result.flagged for result in self.results)


class ModerationOptions(RequestOptions, total=False):
    """The keyword arguments of `moderate`; see `ModerationRequest` for each."""

    source: Literal["input", "output"]
