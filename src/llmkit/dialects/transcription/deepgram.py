"""Transcription as Deepgram takes it: the recording is the body, the settings stand in the query."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import msgspec

from llmkit.dialects.accepted import filled, unsaid
from llmkit.dialects.answered import number, object_in, objects, text, under
from llmkit.dialects.openai_chat.errors import error as plain_error
from llmkit.dialects.openai_chat.wire import loads
from llmkit.dialects.transcription.recording import (
    WEB,
    address_of,
    data_of,
    heard_seconds,
    media_type,
    no_translation,
    segment,
    spelled,
    word,
)
from llmkit.errors import ProtocolError, ProviderError
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.http import Headers
from llmkit.types.transcription import TranscriptionRequest, TranscriptionResponse, Word

__all__ = ["ADDRESSES", "NAME", "error", "steps"]

NAME = "deepgram_transcriptions"
ADDRESSES = WEB


def steps(request: TranscriptionRequest, place: Place, /) -> Steps:
    """Ask for what is said."""
    answer = yield _ask(request, place)
    found = object_in(answer, "a transcript")
    return _read(found).replace(raw=msgspec.Raw(answer.body))


def _ask(request: TranscriptionRequest, place: Place) -> Ask:
    no_translation(request, place)
    speakers = True if request.diarize or request.speakers else None
    settings = filled(
        model=place.model,
        language=request.language,
        detect_language=True if request.language is None else None,
        smart_format=True,
        diarize=speakers,
        utterances=True if request.granularity != "none" else None,
    )
    query = [(name, spelled(value)) for name, value in settings.items()]
    if request.prompt is not None:  # names and terms, separated by commas
        query += [("keyterm", term.strip()) for term in request.prompt.split(",") if term.strip()]
    address = address_of(request)
    warnings = unsaid(request, "speakers", detail="the model finds out how many there are") + unsaid(request, "temperature", "user")
    body: Any = {"url": address} if address is not None else data_of(request, place)
    headers = {} if address is not None else {"Content-Type": media_type(request)}
    return Ask(path=f"{place.path}?{urlencode(query)}", body=body, headers=headers, warnings=tuple(warnings))


def _read(found: dict[str, Any]) -> TranscriptionResponse:
    channels = objects(under(found, "results", "channels"))
    if not channels:
        raise ProtocolError("The answer holds no transcript.")
    best = [next(iter(objects(channel.get("alternatives"))), {}) for channel in channels]
    duration = number(under(found, "metadata", "duration"))
    return TranscriptionResponse(
        text="\n".join([text(one.get("transcript")) or "" for one in best]).strip(),
        language=text(channels[0].get("detected_language")) or text(under(best[0], "languages", 0)),
        duration=duration,
        segments=tuple([segment(item, name="transcript") for item in objects(under(found, "results", "utterances"))]),
        words=tuple([_word(item) for one in best for item in objects(one.get("words"))]),
        model=_model(found),
        units=heard_seconds(duration),
        request_id=text(under(found, "metadata", "request_id")),
    )


def _word(item: dict[str, Any]) -> Word:
    return word(item, name="punctuated_word" if text(item.get("punctuated_word")) else "word")


def _model(found: dict[str, Any]) -> str:
    told = under(found, "metadata", "model_info")
    names = [text(under(one, "name")) for one in told.values()] if isinstance(told, dict) else []
    return next((name for name in names if name), "")


def error(status: int, headers: Headers, body: bytes, /) -> ProviderError:
    """Return the typed error; the message stands in `err_msg`, the code in `err_code`."""
    try:
        told = loads(body)
    except ValueError:
        told = None
    if isinstance(told, dict) and text(told.get("err_msg")):
        body = json.dumps(
            {"error": {"message": told["err_msg"], "code": told.get("err_code")}, "request_id": told.get("request_id")}
        ).encode()
    return plain_error(status, headers, body)
