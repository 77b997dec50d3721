"""One line for each call: when, who, which model, how many tokens, how much money, how long."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Status: TypeAlias = Literal["ok", "error", "aborted"]


class UsageRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What a call used. It never holds a word of the prompt, the answer or an error's message."""

    id: str
    """Of this record: a sink that gets it twice keeps it once."""
    at: float
    """When the call began, in Unix seconds."""
    operation: str = "complete"
    model: str = ""
    """As it was asked for: `provider/id`."""
    answered_by: str = ""
    """The model the provider says it used."""
    tenant: str = ""
    user: str = ""
    key: str = ""
    tags: tuple[str, ...] = ()
    status: Status = "ok"
    error: str = ""
    """The type of the error."""
    http_status: int | None = None
    finish: str = ""
    stream: bool = False
    uncached: int = 0
    cache_read: int = 0
    cache_write: int = 0
    output_text: int = 0
    reasoning: int = 0
    output_other: int = 0
    """Tokens of sound and pictures."""
    units: dict[str, float] = {}
    """What was used that is no tokens: `{"image": 2}`."""
    estimated: bool = False
    """Tokens (and cost) were counted here: the provider told none."""
    cost: str | None = None
    """Dollars, exactly; None: not known."""
    micro: int | None = None
    """The same in whole micro-dollars, rounded up."""
    basis: str = ""
    """Who says so: `provider`, `registry`, `mixed`; `free` where the model runs here."""
    saved: str | None = None
    """Dollars that the provider's cache of prompts saved, where its prices tell; less than 0 where writing cost more."""
    seconds: float = 0.0
    first_event: float | None = None
    """Seconds until the first event of a stream."""
    attempts: int = 1
    cached: bool = False
    """It came out of our own cache and cost nothing."""
    again: bool = False
    """An answer that the provider keeps was fetched again: what it used was recorded when it was made, and here only what was missing."""
    hedged: bool = False
    """Not a call, but the slower of two requests for one."""
    request_id: str = ""
    """The provider's."""
    response_id: str = ""

    @property
    def input(self) -> int:
        """Return all input tokens."""
        return self.uncached + self.cache_read + self.cache_write

    @property
    def output(self) -> int:
        """Return all output tokens."""
        return self.output_text + self.reasoning + self.output_other
