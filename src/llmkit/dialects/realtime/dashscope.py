"""Alibaba's realtime sessions: OpenAI's messages of 2024, whose settings lie flat in one object; Azure's Voice Live has them so too."""

from __future__ import annotations

from base64 import b64encode

from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import Object
from llmkit.dialects.realtime.openai import tool_fields
from llmkit.dialects.realtime.openai_session import OpenAISession, transcriber, turns_of
from llmkit.dialects.realtime.words import check_format, laid_over, leave_out, own_fields
from llmkit.errors import UnsupportedFeature
from llmkit.types.asking import Place
from llmkit.types.parts import Image
from llmkit.types.realtime_request import AudioFormat, RealtimeRequest
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "session", "settings"]

NAME = "dashscope_realtime"
# alibabacloud.com/help/en/model-studio/client-events (2026-10-23), read 2026-11-23: 16 kHz in, 24 kHz out.
_INPUT, _OUTPUT = (AudioFormat(rate=16_000),), (AudioFormat(),)


def session(request: RealtimeRequest, place: Place) -> FlatSession:
    """Return a fresh session."""
    return FlatSession(request, place, settings)


class FlatSession(OpenAISession):
    """Pictures are single frames of a film that goes with the sound."""

    def image(self, image: Image, /) -> None:
        """Show a frame."""
        if image.data is None:
            raise UnsupportedFeature("pictures by their address", where="A realtime session of this API", hint="Pass its bytes.")
        self.outgoing.append({"type": "input_image_buffer.append", "image": b64encode(image.data).decode()})

    def truncate(self, item: str, index: int, played_ms: int, /) -> None:
        """Refuse: the API has no such message."""
        raise UnsupportedFeature("telling how much was heard", where="A realtime session of this API")


def settings(request: RealtimeRequest, place: Place, warnings: list[Warning]) -> Object:
    """Return the `session` object."""
    leave_out(
        request,
        warnings,
        speed="The API has no such setting.",
        effort="The API has no such setting.",
        resumable="The API keeps no sessions.",
        resume="The API keeps no sessions.",
    )
    check_format("input_format", request.input_format, _INPUT)
    check_format("output_format", request.output_format, _OUTPUT)
    wire: Object = {}
    if request.instructions is not None:
        wire["instructions"] = request.instructions
    if request.modalities:
        wire["modalities"] = ["text", "audio"] if "audio" in request.modalities else ["text"]
    if request.voice is not None:
        wire["voice"] = request.voice
    wire |= {f"{side}_audio_format": "pcm" for side in ("input", "output") if getattr(request, f"{side}_format") is not None}
    if request.turns is not None:
        wire["turn_detection"] = turns_of(request, warnings)
    if request.transcription is not None:
        wire["input_audio_transcription"] = transcriber(request, place)
    wire |= tool_fields(request, place, nested=True)
    for name, value in (("temperature", request.temperature), ("max_tokens", request.max_tokens)):
        if value is not None:
            wire[name] = value
    return laid_over(wire, own_fields(request, place, NAME))
