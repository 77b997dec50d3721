"""What could not be sent or had to be changed: never silent."""

from __future__ import annotations

from typing import Literal

from llmkit.types.model import Model

WarningKind = Literal["dropped", "clamped", "renamed", "emulated", "deprecated", "lossy", "unknown", "exceeded", "flagged", "refused"]
OnUnsupported = Literal["warn", "error", "drop"]


class Warning(Model, frozen=True, kw_only=True):
    """One edit of a request or one doubt about an answer. `parameter` is the request's field, `detail` a sentence."""

    kind: WarningKind
    parameter: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.parameter}: {self.detail}" if self.detail else f"{self.kind} {self.parameter}"
