"""Transcription as OpenAI and its many relatives take it: a form, and one of several shapes of answers."""

from __future__ import annotations

from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from llmkit.dialects.accepted import needed, unsaid
from llmkit.dialects.answered import count, number, object_in, objects, text, under
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.transcription.pieces import TranscriptEvents, fold
from llmkit.dialects.transcription.recording import form_file, heard_seconds, no_speakers, no_translation, segment, spelled, word
from llmkit.errors import ProtocolError, UnsupportedFeature
from llmkit.framing.sse import ServerSentEvents
from llmkit.types.asking import Answer, Ask, Form, FormFile, Place, Steps
from llmkit.types.transcription import TranscriptChunk, TranscriptionRequest, TranscriptionResponse
from llmkit.types.usage import Cost, Usage
from llmkit.types.warnings import Warning

__all__ = ["NAME", "ask_stream", "decoded", "decoder", "error", "fold", "steps", "used"]

NAME = "openai_transcriptions"
_PATTERNS = {"plain": ("gpt-*transcribe*",), "diarize": ("*-diarize*",), "prompts": ("*",), "streams": ("gpt-*",)}
"""Which models do what (API reference, read 2026-11-23); a row may say otherwise in `Serving.options`.

`plain`: they tell no times; `diarize`: they tell speakers apart; `streams`: they say what they hear at once. Further facts of a row:
`fields` are all that the host takes; `required` are those it answers nothing without; `translations`: where it translates.
"""
_LIMIT = 4 << 20


def steps(request: TranscriptionRequest, place: Place, /) -> Steps:
    """Ask for what is said."""
    answer = yield _ask(request, place)
    return decoded(answer)


def ask_stream(request: TranscriptionRequest, place: Place, /) -> Ask:
    """Ask for what is said while it is heard. Raises `UnsupportedFeature` for a model that hears to the end first."""
    if request.translate or not _is(place, "streams"):
        raise UnsupportedFeature("streams of transcriptions", where=f"{place.provider}/{place.model}", hint="Use transcribe.")
    return _ask(request, place, (("stream", "true"),))


def decoder(request: TranscriptionRequest, place: Place, /) -> TranscriptEvents:
    """Return the decoder of its events."""
    return _Events(ServerSentEvents(max_event=_LIMIT, max_line=_LIMIT))


def _is(place: Place, ability: str) -> bool:
    return any(fnmatchcase(place.model, pattern) for pattern in place.options.get(ability, _PATTERNS[ability]))


def _ask(request: TranscriptionRequest, place: Place, more: tuple[tuple[str, str], ...] = ()) -> Ask:
    warnings: list[Warning] = []
    fields: list[tuple[str, str | FormFile]] = [*_fields(request, place, warnings), *more, ("file", form_file(request, place))]
    path = place.path
    if request.translate:
        path = place.options.get("translations", place.path.replace("/transcriptions", "/translations"))
        if not path:
            no_translation(request, place)
    return Ask(path=path, body=Form(fields=tuple(fields)), warnings=tuple(warnings))


def _fields(request: TranscriptionRequest, place: Place, warnings: list[Warning]) -> list[tuple[str, str]]:
    for name in place.options.get("required", ()):
        needed(name, getattr(request, name), place.provider)
    speaks = _is(place, "diarize")
    if not speaks:
        no_speakers(request, place, _OTHERS)
    if speaks and request.translate:
        no_translation(request, place)
    found: list[tuple[str, str]] = [("model", place.model)]
    for name, value in (
        ("language", None if request.translate else request.language),
        ("prompt", request.prompt if not speaks else None),
        ("temperature", request.temperature),
    ):
        if value is not None:
            found.append((name, spelled(value)))
    warnings += unsaid(request, *(["prompt"] if speaks else []), *(["language"] if request.translate else []))
    warnings += unsaid(request, *(["speakers"] if speaks else []), detail="the model finds out how many there are")
    found += _shape(request, place, speaks)
    taken = place.options.get("fields")
    if taken is not None:
        left = {name.removesuffix("[]") for name, _ in found} - set(taken)
        warnings += [Warning(kind="dropped", parameter=name, detail="this host has no field for it") for name in sorted(left & _SAID)]
        found = [(name, value) for name, value in found if name.removesuffix("[]") in taken]
    return found


_OTHERS = "A model such as openai/gpt-4o-transcribe-diarize does, or deepgram, assemblyai and elevenlabs."
_SAID = frozenset({"language", "prompt", "temperature"})


def _shape(request: TranscriptionRequest, place: Place, speaks: bool) -> list[tuple[str, str]]:
    """Return the shape of the answer that tells what is asked for."""
    wanted = request.granularity
    if speaks:
        shape = [("response_format", "diarized_json" if request.diarize is not False else "json"), ("chunking_strategy", "auto")]
        if wanted == "word":
            raise UnsupportedFeature("times of words", where=f"{place.provider}/{place.model}", hint="It tells those of segments.")
        return shape
    if wanted == "none":
        return []
    taken = place.options.get("fields")
    if _is(place, "plain") or (taken is not None and "timestamp_granularities" not in taken and "response_format" not in taken):
        raise UnsupportedFeature(f"times of {wanted}s", where=f"{place.provider}/{place.model}", hint="A model such as whisper does.")
    granular = [("timestamp_granularities[]", wanted)] if not request.translate else []
    return [
        ("response_format", "verbose_json"),
        *granular,
        *([("timestamp_granularities[]", "segment")] if wanted == "word" and granular else []),
    ]


def decoded(answer: Answer) -> TranscriptionResponse:
    """Return what the answer says, in whichever shape."""
    if answer.media_type.startswith("text/plain"):
        return TranscriptionResponse(text=answer.body.decode("utf-8", "replace").strip())
    found = object_in(answer, "a transcript")
    return read(found).replace(raw=msgspec.Raw(answer.body))


def read(found: dict[str, Any]) -> TranscriptionResponse:
    """Return the transcript in an object of the answer or of a stream's last event."""
    duration = number(found.get("duration"))
    usage, units, cost = used(found.get("usage"), duration)
    return TranscriptionResponse(
        text=_text(found),
        language=text(found.get("language")) or text(under(found, "languages", 0, "code")),
        duration=duration,
        segments=tuple([segment(item) for item in objects(found.get("segments"))]),
        words=tuple([word(item, name="word" if "word" in item else "text") for item in objects(found.get("words"))]),
        model=text(found.get("model")) or "",
        usage=usage,
        units=units,
        cost=cost,
        request_id=text(under(found, "x_groq", "id")),
    )


def _text(found: dict[str, Any]) -> str:
    value = found.get("text")
    if not isinstance(value, str):
        raise ProtocolError("The answer holds no text.")
    return value.strip()


def used(told: Any, duration: float | None) -> tuple[Usage | None, dict[str, float], Cost | None]:
    """Return tokens, seconds and the cost that the host itself tells."""
    cost = number(under(told, "cost"))
    own = None if cost is None else Cost(amount=Decimal(repr(cost)))
    given, made = under(told, "input_tokens"), under(told, "output_tokens")
    if given is None and made is None:
        seconds = number(under(told, "seconds"))
        return None, heard_seconds(seconds if seconds is not None else duration), own
    audio = count(under(told, "input_token_details", "audio_tokens"))
    return Usage(uncached=count(given), output_text=count(made), input_audio=audio), {}, own


class _Events(TranscriptEvents):
    """`transcript.text.delta`, `.segment` and `.done` (API reference, read 2026-11-23)."""

    def _heard(self, event: dict[str, Any], /) -> TranscriptChunk | None:
        match event.get("type"):
            case "transcript.text.delta":
                return self._words(text(event.get("delta")) or "")
            case "transcript.text.segment":
                return self._finished(segment(event), text(event.get("text")) or "")
            case "transcript.text.done":
                return self._whole(read(event))
        return None
