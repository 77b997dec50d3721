"""How much a provider still lets you send, as its last answer told it."""

from __future__ import annotations

from llmkit.types.model import Model


class RateState(Model, frozen=True, kw_only=True):
    """The limits as an answer's headers tell them; None: it does not say.

    `..._left` is what may still be sent, `..._reset_seconds` the time from the answer until the limit is full again.
    """

    requests_limit: int | None = None
    requests_left: int | None = None
    requests_reset_seconds: float | None = None
    tokens_limit: int | None = None
    tokens_left: int | None = None
    tokens_reset_seconds: float | None = None
