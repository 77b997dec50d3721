"""OpenAI's realtime sessions, as they are since they left beta; Azure speaks them too."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import Object
from llmkit.dialects.realtime.openai_session import OpenAISession, choice_of, tools_of, transcriber, turns_of
from llmkit.dialects.realtime.words import check_format, laid_over, leave_out, own_fields
from llmkit.errors import InvalidRequest
from llmkit.types.asking import Place
from llmkit.types.realtime_request import AudioFormat, RealtimeRequest
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "session", "settings"]

NAME = "openai_realtime"
# developers.openai.com/api/reference/resources/realtime/client-events, read 2026-11-23.
FORMATS = (AudioFormat(), AudioFormat(encoding="pcmu", rate=8000), AudioFormat(encoding="pcma", rate=8000))
_GONE = "The API has no such setting any more."


def session(request: RealtimeRequest, place: Place) -> OpenAISession:
    """Return a fresh session."""
    return OpenAISession(request, place, settings)


def settings(request: RealtimeRequest, place: Place, warnings: list[Warning]) -> Object:
    """Return the `session` object."""
    leave_out(request, warnings, temperature=_GONE, resumable="The API keeps no sessions.", resume="The API keeps no sessions.")
    wire: Object = {"type": "realtime"}
    if request.instructions is not None:
        wire["instructions"] = request.instructions
    if request.modalities:
        wire["output_modalities"] = modalities(request)
    sound = {"input": _input(request, place, warnings), "output": _output(request)}
    if sound := {name: value for name, value in sound.items() if value}:
        wire["audio"] = sound
    wire |= tool_fields(request, place)
    if request.max_tokens is not None:
        wire["max_output_tokens"] = request.max_tokens
    if request.effort is not None:
        wire["reasoning"] = {"effort": request.effort}
    return laid_over(wire, own_fields(request, place, NAME))


def modalities(request: RealtimeRequest) -> list[str]:
    """Return what is answered with: sound, which comes with its transcript, or text alone."""
    unknown = set(request.modalities) - {"text", "audio"}
    if unknown:
        raise InvalidRequest(f"modalities are text and audio, not {', '.join(sorted(unknown))}.", parameter="modalities")
    return ["audio"] if "audio" in request.modalities else ["text"]


def tool_fields(request: RealtimeRequest, place: Place, *, nested: bool = False) -> Object:
    """Return the fields about tools."""
    wire: Object = {}
    if request.tools:
        wire["tools"] = tools_of(request, place, nested=nested)
    if request.tool_choice is not None:
        wire["tool_choice"] = choice_of(request.tool_choice)
    return wire


def sound_format(value: AudioFormat) -> Object:
    """Return a format of sound as the wire says it."""
    return {"type": "audio/pcm", "rate": value.rate} if value.encoding == "pcm" else {"type": f"audio/{value.encoding}"}


def _input(request: RealtimeRequest, place: Place, warnings: list[Warning]) -> Object:
    check_format("input_format", request.input_format, FORMATS)
    wire: dict[str, Any] = {}
    if request.input_format is not None:
        wire["format"] = sound_format(request.input_format)
    if request.turns is not None:
        wire["turn_detection"] = turns_of(request, warnings)
    if request.transcription is not None:
        wire["transcription"] = transcriber(request, place)
    elif request.language:
        warnings.append(Warning(kind="dropped", parameter="language", detail="It is said to who writes down: pass transcription=."))
    return wire


def _output(request: RealtimeRequest) -> Object:
    check_format("output_format", request.output_format, FORMATS)
    wire: dict[str, Any] = {}
    if request.output_format is not None:
        wire["format"] = sound_format(request.output_format)
    if request.voice is not None:
        wire["voice"] = request.voice
    if request.speed is not None:
        wire["speed"] = request.speed
    return wire
