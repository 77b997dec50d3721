"""How a spoken conversation with a model is set up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from llmkit.types.model import Model
from llmkit.types.request import Request, RequestOptions
from llmkit.types.tools import AnyTool, HasTool, ToolChoice

Encoding: TypeAlias = Literal["pcm", "pcmu", "pcma", "opus"]
ENCODINGS: tuple[Encoding, ...] = ("pcm", "pcmu", "pcma", "opus")
Turns: TypeAlias = Literal["server", "semantic", "manual"]
TURNS: tuple[Turns, ...] = ("server", "semantic", "manual")


class AudioFormat(Model, frozen=True, kw_only=True):
    """How sound is written. `pcm` is 16 bits, little-endian, one channel; `pcmu` and `pcma` are G.711. `rate` is in hertz."""

    encoding: Encoding = "pcm"
    rate: int = 24_000


class TurnDetection(Model, frozen=True, kw_only=True):
    """Who finds where a turn of the user ends: the server by silence, or by what was said (`semantic`), or you (`manual`)."""

    kind: Turns = "server"
    threshold: float | None = None
    """How loud speech is, 0 to 1."""
    prefix_ms: int | None = None
    """Sound before the speech that is taken along."""
    silence_ms: int | None = None
    idle_ms: int | None = None
    """Silence of the user after which the model speaks by itself."""
    eagerness: Literal["low", "medium", "high", "auto"] | None = None
    respond: bool | None = None
    """Answer by itself at the end of a turn."""
    interrupt: bool | None = None
    """Stop the answer where the user speaks into it."""


class RealtimeRequest(Request, frozen=True, kw_only=True):
    """A session and its settings. A field that is None is not sent."""

    instructions: str | None = None
    modalities: tuple[str, ...] = ()
    """What the model answers with: `text`, `audio`."""
    voice: str | None = None
    speed: float | None = None
    input_format: AudioFormat | None = None
    output_format: AudioFormat | None = None
    turns: TurnDetection | None = None
    transcription: bool | str | None = None
    """Write down what the user says, with this model, or True: with the usual one."""
    language: str | None = None
    """What the user speaks, as ISO 639-1 or BCP 47."""
    tools: tuple[AnyTool, ...] = ()
    tool_choice: ToolChoice | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    """Most tokens of one answer."""
    effort: str | None = None
    """How much the model should think."""
    resumable: bool = False
    """Ask the API to keep the session, so that it can be taken up again behind a cut."""
    resume: str | None = None
    """Take up this session: `session.handle` of before."""
    idle: float | None = None
    """Seconds without any event after which waiting ends with a `Timeout`; None: wait on, the connection is watched by pings."""

    def texts(self) -> tuple[str, ...]:
        """Return the instructions."""
        return () if self.instructions is None else (self.instructions,)

    def with_texts(self, texts: Sequence[str]) -> RealtimeRequest:
        """Return the request with other instructions."""
        return self.replace(instructions=texts[0]) if texts else self


class RealtimeOptions(RequestOptions, total=False):
    """The keyword arguments of `realtime`; see `RealtimeRequest` for each."""

    instructions: str
    modalities: Sequence[str]
    voice: str
    speed: float
    input_format: str | AudioFormat
    output_format: str | AudioFormat
    turns: Turns | TurnDetection
    transcription: bool | str
    language: str
    tools: Iterable[AnyTool | HasTool | Mapping[str, Any] | Any]
    tool_choice: str | Mapping[str, Any] | ToolChoice
    temperature: float
    max_tokens: int
    effort: str
    resumable: bool
    resume: str
    idle: float


__all__ = ["ENCODINGS", "TURNS", "AudioFormat", "Encoding", "RealtimeOptions", "RealtimeRequest", "TurnDetection", "Turns"]
