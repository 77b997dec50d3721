"""What goes wrong in a call of a tool, as the model is told."""

from __future__ import annotations

import re

LONGEST = 2000
"""Characters of a failure that the model is told."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class ToolError(Exception):
    """Raise it in a tool: the model is told the message as it stands."""


class ArgumentsInvalid(ToolError):
    """The model's arguments do not fit the tool's parameters; each problem names the parameter."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(f"Invalid arguments: {'; '.join(problems)}.")
        self.problems = problems


def told(error: BaseException) -> str:
    """Return what the model is told of `error`: one short text, never a traceback."""
    words = plain(str(error))
    if isinstance(error, ToolError) and words:
        return words
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def plain(text: str, longest: int = LONGEST) -> str:
    """Return `text` without control characters, cut at `longest`."""
    clean = _CONTROLS.sub(" ", text).strip()
    return clean if len(clean) <= longest else f"{clean[:longest]} ..."
