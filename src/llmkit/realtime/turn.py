"""Gather the events of one answer into a whole."""

from __future__ import annotations

from collections.abc import Iterable

from llmkit.errors import ProviderError
from llmkit.types.parts import ToolCall
from llmkit.types.realtime import (
    AudioDelta,
    Interrupted,
    RealtimeEvent,
    ResponseDone,
    SessionError,
    SpeechStarted,
    TextDelta,
    ToolCalled,
    Transcript,
    TranscriptDelta,
    Turn,
)
from llmkit.types.responses import FinishReason


def folded(events: Iterable[RealtimeEvent]) -> Turn:
    """Return what `events`, as far as they came, say together."""
    text: list[str] = []
    audio: list[bytes] = []
    spoken = {"user": Words(), "model": Words()}
    calls: list[ToolCall] = []
    errors: list[ProviderError] = []
    interrupted = speaking = False
    done: ResponseDone | None = None
    for event in events:
        match event:
            case TextDelta():
                text.append(event.text)
            case AudioDelta():
                audio.append(event.data)
                speaking = True
            case TranscriptDelta() | Transcript():
                spoken[event.speaker].take(event)
            case ToolCalled(call=ToolCall() as call):
                calls.append(call)
            case SessionError():
                errors.append(event.error)
            case Interrupted():
                interrupted = True
            case SpeechStarted():
                interrupted = interrupted or speaking
            case ResponseDone():
                done = event
    return Turn(
        heard=spoken["user"].text,
        text="".join(text),
        transcript=spoken["model"].text,
        audio=b"".join(audio),
        calls=tuple(calls),
        finish=FinishReason(unified="interrupted") if done is None else done.finish,
        usage=None if done is None else done.usage,
        cost=None if done is None else done.cost,
        interrupted=interrupted,
        errors=(*errors, *(() if done is None or done.error is None else (done.error,))),
    )


class Words:
    """What is spoken in one item comes in pieces, or again as a whole."""

    def __init__(self) -> None:
        self._items: dict[str | None, str] = {}

    def take(self, event: Transcript | TranscriptDelta) -> None:
        """Take a piece, or a whole in place of its pieces."""
        so_far = self._items.get(event.item, "")
        self._items[event.item] = event.text if isinstance(event, Transcript) else so_far + event.text

    @property
    def text(self) -> str:
        """Return all of it."""
        return " ".join(words.strip() for words in self._items.values() if words.strip())
