"""xAI's voice sessions: OpenAI's messages with settings of their own, and sessions that can be taken up again."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import Object, name_of, object_of, text_of
from llmkit.dialects.realtime.openai import modalities, sound_format, tool_fields
from llmkit.dialects.realtime.openai_session import OpenAISession, transcriber, turns_of, with_query
from llmkit.dialects.realtime.words import check_format, laid_over, leave_out, own_fields
from llmkit.types.asking import Place
from llmkit.types.realtime import RealtimeEvent, SessionKept
from llmkit.types.realtime_request import AudioFormat, RealtimeRequest
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "session", "settings"]

NAME = "xai_realtime"
# docs.x.ai/docs/guides/voice/agent, read 2026-11-23.
_RATES = (8000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
FORMATS = (
    *(AudioFormat(rate=rate) for rate in _RATES),
    AudioFormat(encoding="pcmu", rate=8000),
    AudioFormat(encoding="pcma", rate=8000),
)


def session(request: RealtimeRequest, place: Place) -> XaiSession:
    """Return a fresh session."""
    return XaiSession(request, place)


class XaiSession(OpenAISession):
    """Keeps the id of the conversation, which is the handle where the session is kept."""

    def __init__(self, request: RealtimeRequest, place: Place) -> None:
        super().__init__(request, place, settings)
        self._kept = request.resumable or request.resume is not None
        if request.resume is not None:
            # The id of the conversation stands in the address of the next connection (recorded 2026-07: it comes back the same).
            self.path = with_query(self.path, conversation_id=request.resume)

    def feed(self, message: dict[str, Any], raw: bytes, /) -> list[RealtimeEvent]:
        """Return what a message says."""
        events = super().feed(message, raw)
        if self._kept and text_of(message.get("type")) == "conversation.created":
            self.handle = name_of(object_of(message.get("conversation")).get("id"))
            return [SessionKept(handle=self.handle, raw=events[0].raw)]
        return events


def settings(request: RealtimeRequest, place: Place, warnings: list[Warning]) -> Object:
    """Return the `session` object."""
    leave_out(request, warnings, max_tokens="The API has no such setting.")
    wire: Object = {}
    for name, value in (("instructions", request.instructions), ("voice", request.voice), ("temperature", request.temperature)):
        if value is not None:
            wire[name] = value
    if request.modalities:
        wire["modalities"] = modalities(request)
    if request.turns is not None:
        wire["turn_detection"] = turns_of(request, warnings)
    if sound := _sound(request, place):
        wire["audio"] = sound
    wire |= tool_fields(request, place)
    if request.effort is not None:
        wire["reasoning"] = {"effort": request.effort}
    if request.resumable or request.resume is not None:
        wire["resumption"] = {"enabled": True}
    return laid_over(wire, own_fields(request, place, NAME))


def _sound(request: RealtimeRequest, place: Place) -> Object:
    check_format("input_format", request.input_format, FORMATS)
    check_format("output_format", request.output_format, FORMATS)
    given: Object = {}
    if request.input_format is not None:
        given["format"] = sound_format(request.input_format)
    if request.transcription is not None:
        given["transcription"] = transcriber(request, place)
    made: Object = {}
    if request.output_format is not None:
        made["format"] = sound_format(request.output_format)
    if request.speed is not None:
        made["speed"] = request.speed
    return {name: value for name, value in (("input", given), ("output", made)) if value}
