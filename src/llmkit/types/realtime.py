"""What happens in a spoken conversation with a model, and what it comes to."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from llmkit.errors import ProviderError
from llmkit.types.model import NO_NATIVE, Model
from llmkit.types.parts import InvalidToolCall, ToolCall
from llmkit.types.reply import Reply
from llmkit.types.responses import FinishReason
from llmkit.types.usage import Cost, Usage

Speaker: TypeAlias = Literal["user", "model"]


class RealtimeEvent(Model, frozen=True, kw_only=True):
    """Something that happened. `item` and `response` are the API's ids of what it belongs to; `raw` is the message as it came."""

    item: str | None = None
    response: str | None = None
    raw: msgspec.Raw = NO_NATIVE


class SessionStarted(RealtimeEvent, frozen=True, kw_only=True):
    """The session is open. `expires_at` (Unix seconds) is when the provider ends it, where it tells."""

    id: str | None = None
    model: str = ""
    expires_at: float | None = None


class SessionUpdated(RealtimeEvent, frozen=True, kw_only=True):
    """The settings hold."""


class SessionEnding(RealtimeEvent, frozen=True, kw_only=True):
    """The provider will close the connection in `seconds`, where it tells."""

    seconds: float | None = None


class SessionKept(RealtimeEvent, frozen=True, kw_only=True):
    """With `handle` the session can be taken up again; None: right now it cannot be."""

    handle: str | None = None


class SpeechStarted(RealtimeEvent, frozen=True, kw_only=True):
    """The user speaks: stop what is playing. `at_ms` counts from the session's first sound."""

    at_ms: int | None = None


class SpeechStopped(RealtimeEvent, frozen=True, kw_only=True):
    """The user is silent."""

    at_ms: int | None = None


class InputCommitted(RealtimeEvent, frozen=True, kw_only=True):
    """What the user said is a turn of the conversation now."""


class ResponseStarted(RealtimeEvent, frozen=True, kw_only=True):
    """The model begins to answer."""


class AudioDelta(RealtimeEvent, frozen=True, kw_only=True):
    """The next piece of what the model says, in the session's output format."""

    data: bytes = b""
    rate: int | None = None
    """Hertz, where the piece itself tells."""
    index: int = 0
    """Which content of the item it is; `truncate` wants it."""


class TextDelta(RealtimeEvent, frozen=True, kw_only=True):
    """The next words of a written answer."""

    text: str


class ReasoningDelta(RealtimeEvent, frozen=True, kw_only=True):
    """The next words of what the model thinks."""

    text: str


class TranscriptDelta(RealtimeEvent, frozen=True, kw_only=True):
    """The next words of what is spoken, written down."""

    text: str
    speaker: Speaker = "model"


class Transcript(RealtimeEvent, frozen=True, kw_only=True):
    """All that was spoken, written down; not `final`: as far as it is understood."""

    text: str
    speaker: Speaker = "model"
    final: bool = True


class ToolCallDelta(RealtimeEvent, frozen=True, kw_only=True):
    """The next piece of a call's arguments."""

    id: str
    json: str


class ToolCalled(RealtimeEvent, frozen=True, kw_only=True):
    """The model wants a function called: answer with `session.send_tool_result`."""

    call: ToolCall | InvalidToolCall


class ToolCallsCancelled(RealtimeEvent, frozen=True, kw_only=True):
    """The user spoke into the answer: nobody waits for these calls any more."""

    ids: tuple[str, ...] = ()


class Interrupted(RealtimeEvent, frozen=True, kw_only=True):
    """The answer ended because the user spoke into it: forget what has not been played."""


class ResponseDone(RealtimeEvent, frozen=True, kw_only=True):
    """An answer is over: why, what was used for it, and what that cost (None: not known)."""

    finish: FinishReason
    usage: Usage | None = None
    shares: tuple[Usage, ...] = ()
    """The usage again, words, sound and pictures apart, where it is told how much of each came from a cache: their prices differ."""
    cost: Cost | None = None
    error: ProviderError | None = None
    """Why it failed."""


class RateLimit(Model, frozen=True, kw_only=True):
    """What may still be used until `resets_in` seconds from now."""

    name: str
    limit: int | None = None
    remaining: int | None = None
    resets_in: float | None = None


class RateLimits(RealtimeEvent, frozen=True, kw_only=True):
    """How the account stands."""

    limits: tuple[RateLimit, ...] = ()


class SessionError(RealtimeEvent, frozen=True, kw_only=True):
    """Something was refused or failed, and the session goes on."""

    error: ProviderError


class Unknown(RealtimeEvent, frozen=True, kw_only=True):
    """A message that has no type of its own here: `kind` is the API's word for it."""

    kind: str


class Turn(Model, frozen=True, kw_only=True):
    """One answer as a whole: what the user said as far as it was written down, and all that came until it was over."""

    heard: str = ""
    text: str = ""
    """Written words."""
    transcript: str = ""
    """Spoken words."""
    audio: bytes = b""
    calls: tuple[ToolCall, ...] = ()
    finish: FinishReason
    usage: Usage | None = None
    cost: Cost | None = None
    interrupted: bool = False
    errors: tuple[ProviderError, ...] = ()


class RealtimeReply(Reply, frozen=True, kw_only=True):
    """What a session came to: all its usage and cost. `units` has its length in seconds; an unknown price of one answer is one of all."""

    responses: int = 0


__all__ = [
    "AudioDelta",
    "InputCommitted",
    "Interrupted",
    "RateLimit",
    "RateLimits",
    "RealtimeEvent",
    "RealtimeReply",
    "ReasoningDelta",
    "ResponseDone",
    "ResponseStarted",
    "SessionEnding",
    "SessionError",
    "SessionKept",
    "SessionStarted",
    "SessionUpdated",
    "SpeechStarted",
    "SpeechStopped",
    "TextDelta",
    "ToolCallDelta",
    "ToolCalled",
    "ToolCallsCancelled",
    "Transcript",
    "TranscriptDelta",
    "Turn",
    "Unknown",
]
