"""What `parsed` returns: the user's value, with all that is known about how it came."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

from llmkit.types.responses import CompletionResponse
from llmkit.types.usage import Cost, Usage
from llmkit.types.warnings import Warning

T = TypeVar("T")


class Parsed(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A value and where it comes from. `usage` and `cost` are those of all tries; None where one of them is not known."""

    value: T
    response: CompletionResponse
    """The answer that the value was read from."""
    tries: int = 1
    """How often the model was asked until the answer fitted."""
    usage: Usage | None = None
    cost: Cost | None = None

    @property
    def mode(self) -> str | None:
        """Return how the answer was asked for: `native`, `tool`, `json_object` or `prompt`."""
        return self.response.output_mode

    @property
    def warnings(self) -> tuple[Warning, ...]:
        """Return what could not be sent, and what had to be repaired."""
        return self.response.warnings
