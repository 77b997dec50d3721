"""Recorded transcriptions."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from llmkit.dialects.transcription import (
    deepgram,
    elevenlabs,
    fish,
    mistral,
    openai,
    xai,
)
from llmkit.types.parts import Audio
from tests.recordings.recorded import Reader, Recorded, first, place, told
from tests.recordings.transcription_jobs import (
    assemblyai_decoded,
    assemblyai_expected,
    chunks_of,
    fal_decoded,
    gladia_decoded,
    gladia_expected,
    replicate_decoded,
    replicate_expected,
    revai_decoded,
    revai_expected,
)
from tests.recordings.transcription_shape import asked_of, shape_of, wanted_of

_API = ("audio.transcriptions",)
_ERRORS = {400: "BadRequest", 401: "AuthenticationError", 422: "BadRequest", 501: "ServerError"}
_SAID = {"model", "language", "prompt", "temperature", "response_format", "diarize", "chunking_strategy", "stream"}


def _openai_takes(recorded: Recorded) -> bool:
    body = recorded.json
    if recorded.provider in ("mistral", "vertex", "xai", "deepgram", "fal", "replicate", "elevenlabs") or recorded.stream:
        return False
    if recorded.status >= 400:
        return recorded.provider in ("openai", "llamacpp", "groq")
    plain = recorded.headers.get("content-type", "").startswith("text/plain")
    return plain or (isinstance(body, dict) and "text" in body and "status" not in body)


def _openai_decoded(recorded: Recorded) -> Any:
    if recorded.status >= 400:
        return type(openai.error(recorded.status, recorded.answer.headers, recorded.raw)).__name__
    reply = told(openai.steps(asked_of(), place("whisper-1")), recorded.answer)
    usage = reply.usage and (reply.usage.input, reply.usage.output)
    return shape_of(reply), usage, reply.units, reply.cost and float(reply.cost.amount)


def _openai_expected(recorded: Recorded) -> Any:
    if recorded.status >= 400:
        return _ERRORS[recorded.status]
    body = recorded.json
    if not isinstance(body, dict):
        return wanted_of(recorded.raw.decode(), None, None, [], []), None, {}, None
    usage = body.get("usage") or {}
    tokens = (usage["input_tokens"], usage["output_tokens"]) if "input_tokens" in usage else None
    length = usage.get("seconds", body.get("duration"))
    units = {} if tokens or length is None else {"second_in": float(length)}
    shape = wanted_of(body["text"], body.get("language"), body.get("duration"), body.get("words", []), body.get("segments", []))
    return shape, tokens, units, usage.get("cost")


def _fields(recorded: Recorded) -> list[tuple[str, str]] | None:
    """Return the fields of a form but the file, None where they are not recorded."""
    form = recorded.sent.get("multipart") if isinstance(recorded.sent, dict) else None
    return None if form is None else sorted([(item["name"], item["text"]) for item in form if "filename" not in item])


def _openai_sent(recorded: Recorded) -> Any:
    """Return what the form says; the usual shape of the answer need not be asked for."""
    fields = _fields(recorded)
    if fields is None or {name for name, _ in fields} - _SAID:
        return None
    shape = dict(fields).get("response_format", "json")
    if shape not in ("json", "diarized_json"):
        return None  # text and subtitles: we make these ourselves
    return [("path", recorded.path.rpartition("/")[2]), *[item for item in fields if item != ("response_format", "json")]]


def _openai_encoded(recorded: Recorded) -> Any:
    wanted = _openai_sent(recorded)
    if wanted is None:
        return None
    said = dict(wanted)
    request = asked_of(
        language=said.get("language"),
        prompt=said.get("prompt"),
        temperature=float(said["temperature"]) if "temperature" in said else None,
        translate=said["path"] == "translations",
        diarize=True if said.get("response_format") == "diarized_json" else None,
    )
    where = place(said["model"], "/audio/transcriptions")
    ask = openai.ask_stream(request, where) if said.get("stream") == "true" else first(openai.steps(request, where))
    assert hasattr(ask.body, "fields")
    return [("path", ask.path.rpartition("/")[2]), *sorted([item for item in ask.body.fields if item[0] != "file"])]


def _streamed(recorded: Recorded) -> Any:
    """Return what the stream comes to, cut at several widths."""
    found = []
    for width in (1, 7, len(recorded.raw)):
        decoder = openai.decoder(asked_of(), place("gpt-4o-transcribe"))
        events = [event for start in range(0, len(recorded.raw), width) for event in decoder.feed(recorded.raw[start : start + width])]
        events += decoder.close()
        assert decoder.done, decoder.error
        found.append(shape_of(openai.fold(events)))
    assert found[0] == found[1] == found[2]
    return found[0]


def _streamed_expected(recorded: Recorded) -> Any:
    events = [json.loads(line[6:]) for line in recorded.raw.decode().splitlines() if line.startswith("data: {")]
    segments = [event for event in events if event["type"] == "transcript.text.segment"]
    return wanted_of(events[-1]["text"], None, None, [], segments)


def _mistral_decoded(recorded: Recorded) -> Any:
    if recorded.status >= 400:
        return type(mistral.error(recorded.status, recorded.answer.headers, recorded.raw)).__name__
    reply = told(mistral.steps(asked_of(), place(recorded.model)), recorded.answer)
    return shape_of(reply), reply.units


def _mistral_expected(recorded: Recorded) -> Any:
    body = recorded.json
    if recorded.status >= 400:
        return _ERRORS[recorded.status]
    seconds = (body.get("usage") or {}).get("prompt_audio_seconds")
    shape = wanted_of(body["text"], body.get("language"), body.get("duration"), [], body.get("segments", []), who="speaker_id")
    return shape, {} if seconds is None else {"second_in": float(seconds)}


def _mistral_encoded(recorded: Recorded) -> Any:
    fields = _fields(recorded)
    if fields is None:
        return None
    said = dict(fields)
    ask = first(mistral.steps(asked_of(language=said.get("language")), place(said["model"])))
    assert hasattr(ask.body, "fields")
    return sorted([item for item in ask.body.fields if item[0] != "file"])


def _deepgram_decoded(recorded: Recorded) -> Any:
    return shape_of(told(deepgram.steps(asked_of(), place("nova-3")), recorded.answer))


def _deepgram_expected(recorded: Recorded) -> Any:
    body = recorded.json
    channel = body["results"]["channels"][0]
    words = [{**word, "word": word.get("punctuated_word", word["word"])} for word in channel["alternatives"][0]["words"]]
    utterances = body["results"].get("utterances", [])
    return wanted_of(
        channel["alternatives"][0]["transcript"], channel.get("detected_language"), body["metadata"]["duration"], words, utterances
    )


def _deepgram_sent(recorded: Recorded) -> Any:
    query = dict(parse_qsl(urlsplit(recorded.url).query))
    if "model" not in query or set(query) - {"model", "smart_format", "utterances"} or not isinstance(recorded.sent, dict):
        return None
    return query["model"], "utterances" in query, recorded.sent if "url" in recorded.sent else "sound"


def _deepgram_encoded(recorded: Recorded) -> Any:
    wanted = _deepgram_sent(recorded)
    if wanted is None:
        return None
    model, utterances, body = wanted
    request = asked_of(timestamps="segment" if utterances else None)
    if isinstance(body, dict):
        request = request.replace(audio=Audio(url=body["url"]))
    ask = first(deepgram.steps(request, place(model)))
    query = dict(parse_qsl(urlsplit(ask.path).query))
    return query["model"], "utterances" in query, ask.body if isinstance(ask.body, dict) else "sound"


def _xai_decoded(recorded: Recorded) -> Any:
    return shape_of(told(xai.steps(asked_of(), place("stt")), recorded.answer))[:5]


def _xai_expected(recorded: Recorded) -> Any:
    body = recorded.json
    return wanted_of(body["text"], body["language"], body.get("duration"), body.get("words", []), [], word="text")[:5]


def _xai_encoded(recorded: Recorded) -> Any:
    fields = _fields(recorded)
    if fields is None or {name for name, _ in fields} - {"diarize"}:
        return None
    ask = first(xai.steps(asked_of(diarize=True if ("diarize", "true") in fields else None), place("stt")))
    assert hasattr(ask.body, "fields")
    return sorted([item for item in ask.body.fields if item[0] != "file"])


def _elevenlabs_decoded(recorded: Recorded) -> Any:
    return shape_of(told(elevenlabs.steps(asked_of(), place("scribe_v2")), recorded.answer))[:5]


def _elevenlabs_expected(recorded: Recorded) -> Any:
    body = recorded.json
    words = [word for word in body["words"] if word["type"] != "spacing"]
    return wanted_of(body["text"], body["language_code"], None, words, [], word="text", who="speaker_id")[:5]


def _by(provider: str) -> Any:
    return lambda recorded: recorded.provider == provider and not recorded.stream


READERS = [
    Reader(
        codec="openai_transcriptions",
        apis=_API,
        takes=_openai_takes,
        decoded=_openai_decoded,
        expected=_openai_expected,
        encoded=_openai_encoded,
        sent=_openai_sent,
    ),
    Reader(
        codec="openai_transcriptions",
        apis=_API,
        takes=lambda recorded: recorded.provider == "openai" and recorded.stream,
        decoded=_streamed,
        expected=_streamed_expected,
        encoded=_openai_encoded,
        sent=_openai_sent,
    ),
    Reader(
        codec="mistral_transcriptions",
        apis=_API,
        takes=_by("mistral"),
        decoded=_mistral_decoded,
        expected=_mistral_expected,
        encoded=_mistral_encoded,
        sent=_fields,
    ),
    Reader(
        codec="deepgram_transcriptions",
        apis=_API,
        takes=_by("deepgram"),
        decoded=_deepgram_decoded,
        expected=_deepgram_expected,
        encoded=_deepgram_encoded,
        sent=_deepgram_sent,
    ),
    Reader(
        codec="xai_transcriptions",
        apis=_API,
        takes=_by("xai"),
        decoded=_xai_decoded,
        expected=_xai_expected,
        encoded=_xai_encoded,
        sent=_fields,
    ),
    Reader(
        codec="elevenlabs_transcriptions",
        apis=_API,
        takes=_by("elevenlabs"),
        decoded=_elevenlabs_decoded,
        expected=_elevenlabs_expected,
    ),
    Reader(codec="assemblyai_transcriptions", apis=_API, takes=_by("assemblyai"), decoded=assemblyai_decoded, expected=assemblyai_expected),
    Reader(codec="gladia_transcriptions", apis=_API, takes=_by("gladia"), decoded=gladia_decoded, expected=gladia_expected),
    Reader(codec="revai_transcriptions", apis=_API, takes=_by("revai"), decoded=revai_decoded, expected=revai_expected),
    Reader(
        codec="fal_transcriptions",
        apis=_API,
        takes=_by("fal"),
        decoded=fal_decoded,
        expected=lambda recorded: (recorded.json["text"].strip(), recorded.json["languages"][0], chunks_of(recorded.json)),
    ),
    Reader(
        codec="fish_transcriptions",
        apis=_API,
        takes=_by("fish_audio"),
        decoded=lambda recorded: type(fish.error(recorded.status, recorded.answer.headers, recorded.raw)).__name__,
        expected=lambda recorded: _ERRORS[recorded.status],
    ),
    Reader(codec="replicate_transcriptions", apis=_API, takes=_by("replicate"), decoded=replicate_decoded, expected=replicate_expected),
]
