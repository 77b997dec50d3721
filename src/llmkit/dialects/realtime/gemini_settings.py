"""How Gemini's live sessions are set up: one message at the beginning."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.gemini.path import full_name
from llmkit.dialects.gemini.server_tools import TOOL_KEYS
from llmkit.dialects.openai_chat.wire import Object
from llmkit.dialects.realtime.words import check_format, laid_over, leave_out, own_fields
from llmkit.errors import InvalidRequest
from llmkit.types.asking import Place
from llmkit.types.realtime_request import AudioFormat, RealtimeRequest
from llmkit.types.tools import Tool
from llmkit.types.warnings import Warning

# ai.google.dev/api/live, read 2026-11-23: 16 bits, one channel; any rate in (16 kHz is the native one), 24 kHz out.
SPEECH_IN, _SPEECH_OUT = AudioFormat(rate=16_000), AudioFormat()
_NAME = "gemini_realtime"


def settings(request: RealtimeRequest, place: Place, warnings: list[Warning]) -> Object:
    """Return the `setup` object."""
    leave_out(request, warnings, speed="The API has no such setting.", tool_choice="The model chooses among tools here.")
    if request.input_format is not None and request.input_format.encoding != "pcm":
        check_format("input_format", request.input_format, (SPEECH_IN,))
    check_format("output_format", request.output_format, (_SPEECH_OUT,))
    wire: Object = {"model": full_name(place)}
    if generation := _generation(request):
        wire["generationConfig"] = generation
    if request.instructions is not None:
        wire["systemInstruction"] = {"parts": [{"text": request.instructions}]}
    if request.tools:
        wire["tools"] = _tools(request, place)
    if request.turns is not None:
        wire["realtimeInputConfig"] = _turns(request, warnings)
    if request.transcription:
        wire |= {"inputAudioTranscription": {}, "outputAudioTranscription": {}}
        if isinstance(request.transcription, str):
            warnings.append(Warning(kind="dropped", parameter="transcription", detail="The API has one way to write down; it names none."))
    if request.resumable or request.resume is not None:
        wire["sessionResumption"] = {"handle": request.resume} if request.resume is not None else {}
    return laid_over(wire, own_fields(request, place, _NAME))


def _generation(request: RealtimeRequest) -> Object:
    wire: Object = {}
    if request.modalities:
        unknown = set(request.modalities) - {"text", "audio"}
        if unknown or len(request.modalities) > 1:
            raise InvalidRequest("modalities is one of text and audio.", parameter="modalities", hint="transcription=True writes it down.")
        wire["responseModalities"] = [request.modalities[0].upper()]
    for name, value in (("temperature", request.temperature), ("maxOutputTokens", request.max_tokens)):
        if value is not None:
            wire[name] = value
    speech: Object = {}
    if request.voice is not None:
        speech["voiceConfig"] = {"prebuiltVoiceConfig": {"voiceName": request.voice}}
    if request.language is not None:
        speech["languageCode"] = request.language
    if speech:
        wire["speechConfig"] = speech
    if request.effort is not None:
        wire["thinkingConfig"] = {"thinkingBudget": 0} if request.effort == "none" else {"thinkingLevel": request.effort}
    return wire


def _tools(request: RealtimeRequest, place: Place) -> list[Object]:
    functions: list[Object] = []
    others: list[Object] = []
    for tool in request.tools:
        if isinstance(tool, Tool):
            wire: dict[str, Any] = {"name": tool.name}
            if tool.description is not None:
                wire["description"] = tool.description
            if tool.parameters:
                wire["parametersJsonSchema"] = tool.parameters
            functions.append({**wire, **tool.options.get(place.provider, {})})
        else:
            key = TOOL_KEYS.get(tool.name, tool.name)
            others.append({key: tool.config})
    return [*([{"functionDeclarations": functions}] if functions else []), *others]


def _turns(request: RealtimeRequest, warnings: list[Warning]) -> Object:
    turns = request.turns
    assert turns is not None
    if turns.kind == "manual":
        return {"automaticActivityDetection": {"disabled": True}}
    lost = [name for name in ("threshold", "idle_ms", "eagerness", "respond") if getattr(turns, name) is not None]
    if turns.kind == "semantic":
        lost.append("kind")
    if lost:
        warnings.append(Warning(kind="dropped", parameter="turns", detail=f"The API has no {', '.join(lost)}."))
    found = {"prefixPaddingMs": turns.prefix_ms, "silenceDurationMs": turns.silence_ms}
    wire: Object = {"automaticActivityDetection": {name: value for name, value in found.items() if value is not None}}
    if turns.interrupt is False:
        wire["activityHandling"] = "NO_INTERRUPTION"
    return wire
