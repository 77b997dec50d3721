"""Tell whose words a part holds: only what a format itself made may be written in it as it came."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from llmkit.types.parts import Part, Provenance
from llmkit.types.responses import CompletionResponse, FinishReason

ELSEWHERE = Provenance(provider="", dialect="")
"""The origin of what a client sends back that its format did not make: thinking we wrote there for another format, say.

No dialect has this name, so every encoder takes such a part for a foreign one and never for its own sealed state."""


def is_own(part: Part, dialect: str) -> bool:
    """Tell whether `dialect` made `part`."""
    return part.origin is not None and part.origin.dialect == dialect


def is_native(part: Part, dialect: str) -> bool:
    """Tell whether `part` has a wire block of `dialect`."""
    return bool(part.native) and is_own(part, dialect)


def dialect_of(parts: Iterable[Part]) -> str:
    """Return the dialect that made the first part that tells, empty where none does."""
    return next((part.origin.dialect for part in parts if part.origin is not None), "")


def made_by(response: CompletionResponse, dialect: str, is_own_finish: Callable[[FinishReason], bool]) -> bool:
    """Tell whether `dialect` made `response`: its parts tell, or, without any, the provider's word for the end."""
    made = dialect_of(response.content)
    return made == dialect if made or response.content else is_own_finish(response.finish)
