"""How many tokens a text or a request has, and how sure that is."""

from __future__ import annotations

from typing import Literal, TypeAlias

from llmkit.types.model import Model

CountMethod: TypeAlias = Literal["estimated", "exact", "provider"]


class TokenCount(Model, frozen=True, kw_only=True):
    """Input tokens of a text or a request.

    `method` is `provider` (its endpoint counted), `exact` (the model's own tokenizer did) or `estimated`.
    """

    tokens: int
    method: CountMethod = "estimated"
    family: str = ""
    """Whose tokenizer and chat format were assumed; `general` where the model is of no family we know."""
    error: float | None = None
    """The relative error that 95 % of measured requests of this kind stayed below, such as 0.08; None: not known.

    It is not known where `unknown` is not empty."""
    buckets: dict[str, int] = {}
    """The same tokens by what they are for: `text`, `reasoning`, `calls`, `tools`, `schema`, `images`, `audio`, `video`, `documents`,
    `format` (what the chat format adds around it all). Empty: only the sum is known."""
    unknown: tuple[str, ...] = ()
    """What could not be counted or has an assumed size: an image by address, an encrypted block, a provider's file ..."""

    def __int__(self) -> int:
        return self.tokens

    def __str__(self) -> str:
        if self.method != "estimated":
            return f"{self.tokens:,} tokens ({self.method})"
        about = "" if self.error is None else f" ± {self.error:.0%}"
        return f"about {self.tokens:,} tokens{about} ({self.family})"
