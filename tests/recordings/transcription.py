"""Recorded transcriptions."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from llmkit.dialects.transcription import (
    assemblyai,
    deepgram,
    elevenlabs,
    fal,
    fish,
    gladia,
    mistral,
    openai,
    replicate,
    revai,
    xai,
)
from llmkit.types.job import JobState
from llmkit.types.parts import Audio
from llmkit.types.transcription import TranscriptionRequest
from tests.recordings.recorded import Reader, Recorded, first, place, told

AUDIO = Audio(data=b"RIFF....WAVE", media_type="audio/wav")
_API = ("audio.transcriptions",)
_ERRORS = {400: "BadRequest", 401: "AuthenticationError", 422: "BadRequest", 501: "ServerError"}
_SAID = {"model", "language", "prompt", "temperature", "response_format", "diarize", "chunking_strategy", "stream"}


def _request(**fields: Any) -> TranscriptionRequest:
    return TranscriptionRequest(model="m", audio=AUDIO, **fields)


def _shape(reply: Any) -> Any:
    ends = [(word.text, word.start, word.end, word.speaker) for word in (reply.words[:1] + reply.words[-1:])]
    edges = [(segment.text, segment.start, segment.end, segment.speaker) for segment in (reply.segments[:1] + reply.segments[-1:])]
    return reply.text, reply.language, reply.duration, len(reply.words), ends, len(reply.segments), edges


def _seconds(value: Any) -> float | None:
    return None if value is None else float(value)


def _wanted(
    text: str,
    language: Any,
    duration: Any,
    words: list[Any],
    segments: list[Any],
    *,
    word: str = "word",
    scale: float = 1.0,
    who: str = "speaker",
) -> Any:
    """Return the same shape by plain indexing."""

    def time(value: Any) -> float | None:
        return None if value is None else float(value) if scale == 1.0 else round(value * scale, 6)

    def name(value: Any) -> str | None:
        return None if value is None else str(value)

    ends = [(item[word].strip(), time(item.get("start")), time(item.get("end")), name(item.get(who))) for item in words[:1] + words[-1:]]
    edges = [
        (item.get("text", item.get("transcript")).strip(), time(item.get("start")), time(item.get("end")), name(item.get(who)))
        for item in segments[:1] + segments[-1:]
    ]
    return text.strip(), language or None, _seconds(duration), len(words), ends, len(segments), edges


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
    reply = told(openai.steps(_request(), place("whisper-1")), recorded.answer)
    usage = reply.usage and (reply.usage.input, reply.usage.output)
    return _shape(reply), usage, reply.units, reply.cost and float(reply.cost.amount)


def _openai_expected(recorded: Recorded) -> Any:
    if recorded.status >= 400:
        return _ERRORS[recorded.status]
    body = recorded.json
    if not isinstance(body, dict):
        return _wanted(recorded.raw.decode(), None, None, [], []), None, {}, None
    usage = body.get("usage") or {}
    tokens = (usage["input_tokens"], usage["output_tokens"]) if "input_tokens" in usage else None
    length = usage.get("seconds", body.get("duration"))
    units = {} if tokens or length is None else {"second_in": float(length)}
    shape = _wanted(body["text"], body.get("language"), body.get("duration"), body.get("words", []), body.get("segments", []))
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
    request = _request(
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
        decoder = openai.decoder(_request(), place("gpt-4o-transcribe"))
        events = [event for start in range(0, len(recorded.raw), width) for event in decoder.feed(recorded.raw[start : start + width])]
        events += decoder.close()
        assert decoder.done, decoder.error
        found.append(_shape(openai.fold(events)))
    assert found[0] == found[1] == found[2]
    return found[0]


def _streamed_expected(recorded: Recorded) -> Any:
    events = [json.loads(line[6:]) for line in recorded.raw.decode().splitlines() if line.startswith("data: {")]
    segments = [event for event in events if event["type"] == "transcript.text.segment"]
    return _wanted(events[-1]["text"], None, None, [], segments)


def _mistral_decoded(recorded: Recorded) -> Any:
    if recorded.status >= 400:
        return type(mistral.error(recorded.status, recorded.answer.headers, recorded.raw)).__name__
    reply = told(mistral.steps(_request(), place(recorded.model)), recorded.answer)
    return _shape(reply), reply.units


def _mistral_expected(recorded: Recorded) -> Any:
    body = recorded.json
    if recorded.status >= 400:
        return _ERRORS[recorded.status]
    seconds = (body.get("usage") or {}).get("prompt_audio_seconds")
    shape = _wanted(body["text"], body.get("language"), body.get("duration"), [], body.get("segments", []), who="speaker_id")
    return shape, {} if seconds is None else {"second_in": float(seconds)}


def _mistral_encoded(recorded: Recorded) -> Any:
    fields = _fields(recorded)
    if fields is None:
        return None
    said = dict(fields)
    ask = first(mistral.steps(_request(language=said.get("language")), place(said["model"])))
    assert hasattr(ask.body, "fields")
    return sorted([item for item in ask.body.fields if item[0] != "file"])


def _deepgram_decoded(recorded: Recorded) -> Any:
    return _shape(told(deepgram.steps(_request(), place("nova-3")), recorded.answer))


def _deepgram_expected(recorded: Recorded) -> Any:
    body = recorded.json
    channel = body["results"]["channels"][0]
    words = [{**word, "word": word.get("punctuated_word", word["word"])} for word in channel["alternatives"][0]["words"]]
    utterances = body["results"].get("utterances", [])
    return _wanted(
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
    request = _request(timestamps="segment" if utterances else None)
    if isinstance(body, dict):
        request = request.replace(audio=Audio(url=body["url"]))
    ask = first(deepgram.steps(request, place(model)))
    query = dict(parse_qsl(urlsplit(ask.path).query))
    return query["model"], "utterances" in query, ask.body if isinstance(ask.body, dict) else "sound"


def _xai_decoded(recorded: Recorded) -> Any:
    return _shape(told(xai.steps(_request(), place("stt")), recorded.answer))[:5]


def _xai_expected(recorded: Recorded) -> Any:
    body = recorded.json
    return _wanted(body["text"], body["language"], body.get("duration"), body.get("words", []), [], word="text")[:5]


def _xai_encoded(recorded: Recorded) -> Any:
    fields = _fields(recorded)
    if fields is None or {name for name, _ in fields} - {"diarize"}:
        return None
    ask = first(xai.steps(_request(diarize=True if ("diarize", "true") in fields else None), place("stt")))
    assert hasattr(ask.body, "fields")
    return sorted([item for item in ask.body.fields if item[0] != "file"])


def _elevenlabs_decoded(recorded: Recorded) -> Any:
    return _shape(told(elevenlabs.steps(_request(), place("scribe_v2")), recorded.answer))[:5]


def _elevenlabs_expected(recorded: Recorded) -> Any:
    body = recorded.json
    words = [word for word in body["words"] if word["type"] != "spacing"]
    return _wanted(body["text"], body["language_code"], None, words, [], word="text", who="speaker_id")[:5]


def _assemblyai_decoded(recorded: Recorded) -> Any:
    if recorded.path.endswith("/upload"):
        steps = assemblyai.start(_request(), place("best", "/transcript"))
        next(steps)
        return steps.send(recorded.answer).body["audio_url"]  # type: ignore[index,call-overload]  # a JSON object
    if recorded.path.endswith("/transcript"):
        state = told(assemblyai.start(_request().replace(audio=Audio(url="https://x/y")), place("best", "/transcript")), recorded.answer)
        return state.handle, state.status
    state = told(assemblyai.poll(JobState(handle="a", status="queued"), place("best", "/transcript")), recorded.answer)
    return _shape(state.reply)


def _assemblyai_expected(recorded: Recorded) -> Any:
    body = recorded.json
    if recorded.path.endswith("/upload"):
        return body["upload_url"]
    if recorded.path.endswith("/transcript"):
        return body["id"], body["status"]
    return _wanted(body["text"], body["language_code"], body["audio_duration"], body["words"], body["utterances"], word="text", scale=0.001)


def _gladia_decoded(recorded: Recorded) -> Any:
    body = recorded.json
    if "result_url" in body:
        return told(
            gladia.start(_request().replace(audio=Audio(url="https://x/y")), place("m", "/v2/pre-recorded")), recorded.answer
        ).handle
    if "audio_metadata" in body:
        steps = gladia.start(_request(), place("m", "/v2/pre-recorded"))
        next(steps)
        return steps.send(recorded.answer).body["audio_url"]  # type: ignore[index,call-overload]  # a JSON object
    return _shape(told(gladia.poll(JobState(handle="g", status="queued"), place("m", "/v2/pre-recorded")), recorded.answer).reply)


def _gladia_expected(recorded: Recorded) -> Any:
    body = recorded.json
    if "result_url" in body:
        return body["id"]
    if "audio_metadata" in body:
        return body["audio_url"]
    heard = body["result"]["transcription"]
    words = [word for utterance in heard["utterances"] for word in utterance["words"]]
    return _wanted(
        heard["full_transcript"], heard["languages"][0], body["result"]["metadata"]["audio_duration"], words, heard["utterances"]
    )


def _revai_decoded(recorded: Recorded) -> Any:
    if "monologues" not in recorded.json:
        steps = revai.poll(JobState(handle=recorded.json["id"], status="running"), place("machine", "/jobs"))
        next(steps)
        return steps.send(recorded.answer).path
    job = recorded.answer.__class__(status=200, headers=recorded.answer.headers, body=b'{"id": "t", "status": "transcribed"}')
    reply = told(revai.poll(JobState(handle="t", status="running"), place("machine", "/jobs")), job, recorded.answer).reply
    return reply.text, len(reply.words), reply.words[-1].end


def _revai_expected(recorded: Recorded) -> Any:
    body = recorded.json
    if "monologues" not in body:
        return f"/jobs/{body['id']}/transcript"  # it is done: the words come next
    elements = body["monologues"][0]["elements"]
    texts = [element for element in elements if element["type"] == "text"]
    return "".join([element["value"] for element in elements]).strip(), len(texts), texts[-1]["end_ts"]


def _fal_decoded(recorded: Recorded) -> Any:
    done = recorded.answer.__class__(status=200, headers=recorded.answer.headers, body=b'{"status": "COMPLETED"}')
    reply = told(fal.poll(JobState(handle="/x", status="running"), place("m")), done, recorded.answer).reply
    return reply.text, reply.language, [(piece.text, piece.start, piece.end) for piece in reply.segments]


def _chunks(body: Any) -> Any:
    return [(piece["text"].strip(), *map(float, piece["timestamp"])) for piece in body["chunks"]]


def _replicate_decoded(recorded: Recorded) -> Any:
    state = told(replicate.start(_request(), place("a/b", "/models/a/b/predictions")), recorded.answer)
    made = state.reply and (state.reply.text, [(piece.text, piece.start, piece.end) for piece in state.reply.segments])
    return state.handle, state.status, made


def _replicate_expected(recorded: Recorded) -> Any:
    body = recorded.json
    made = body["output"] and (body["output"]["text"].strip(), _chunks(body["output"]))
    return body["id"], {"starting": "queued"}.get(body["status"], body["status"]), made


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
    Reader(
        codec="assemblyai_transcriptions", apis=_API, takes=_by("assemblyai"), decoded=_assemblyai_decoded, expected=_assemblyai_expected
    ),
    Reader(codec="gladia_transcriptions", apis=_API, takes=_by("gladia"), decoded=_gladia_decoded, expected=_gladia_expected),
    Reader(codec="revai_transcriptions", apis=_API, takes=_by("revai"), decoded=_revai_decoded, expected=_revai_expected),
    Reader(
        codec="fal_transcriptions",
        apis=_API,
        takes=_by("fal"),
        decoded=_fal_decoded,
        expected=lambda recorded: (recorded.json["text"].strip(), recorded.json["languages"][0], _chunks(recorded.json)),
    ),
    Reader(
        codec="fish_transcriptions",
        apis=_API,
        takes=_by("fish_audio"),
        decoded=lambda recorded: type(fish.error(recorded.status, recorded.answer.headers, recorded.raw)).__name__,
        expected=lambda recorded: _ERRORS[recorded.status],
    ),
    Reader(codec="replicate_transcriptions", apis=_API, takes=_by("replicate"), decoded=_replicate_decoded, expected=_replicate_expected),
]
