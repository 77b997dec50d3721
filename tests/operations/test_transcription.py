"""Transcription through the public client: recordings of every kind, streams, jobs, refusals."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from llmkit import AsyncLLMKit, LLMKit
from llmkit.dialects.transcription import soniox
from llmkit.errors import (
    BadRequest,
    InvalidRequest,
    JobInterrupted,
    ProtocolError,
    ProviderError,
    SecurityError,
    ServerError,
    UnsupportedFeature,
)
from llmkit.testing import FakeHost
from llmkit.testing.host import bytes_reply, form_of, stream_reply
from llmkit.testing.serving import json_reply
from llmkit.types.asking import Answer
from llmkit.types.http import Headers
from llmkit.types.parts import Audio, Video
from llmkit.types.transcription import Segment, TranscriptionRequest, TranscriptionResponse, Word
from tests.operations.faces import FACES, use
from tests.operations.sound_places import WAVE, moved, wave
from tests.recordings.recorded import place, told

MODEL = "openai/whisper-1"


def file_of(audio: Any, tmp_path: Path) -> tuple[str | None, str, bytes]:
    """Return name, type and bytes of the file that `audio` goes out as."""
    with FakeHost() as host, LLMKit(**moved(host.url, "openai")) as kit:
        host.on("POST /audio/transcriptions", {"text": "Hi"})
        host.on("GET /talk", bytes_reply(WAVE, "audio/wav"))
        kit.transcribe(MODEL, audio(host.url) if callable(audio) else audio)
        sent = form_of(host.asked("POST /audio/transcriptions")[0])[-1]
    return sent[1:]


RECORDINGS: dict[str, tuple[Any, tuple[str, str, bytes]]] = {
    "bytes": (WAVE, ("audio.wav", "audio/wav", WAVE)),
    "a part": (Audio(data=b"?", media_type="audio/webm"), ("audio.webm", "audio/webm", b"?")),
    "a part by another name": (Audio(data=b"?", media_type="audio/x-m4a"), ("audio.m4a", "audio/mp4", b"?")),
    "a film": (Video(data=b"?", media_type="video/mp4"), ("audio.mp4", "video/mp4", b"?")),
    "bytes that tell nothing": (b"????", ("audio.bin", "application/octet-stream", b"????")),
    "an address": (lambda url: f"{url}/talk", ("audio.wav", "audio/wav", WAVE)),
}


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_goes_out_by_what_it_holds(name: str, tmp_path: Path) -> None:
    """An address is fetched where the provider takes none."""
    audio, wanted = RECORDINGS[name]

    assert wanted == file_of(audio, tmp_path)


def test_a_file_goes_out_without_its_name(tmp_path: Path) -> None:
    """How a user calls their files is nobody's business; the ending tells the kind where the bytes do not."""
    named = tmp_path / "secret plans.aac"
    named.write_bytes(b"\xff\xf1..")

    assert ("audio.aac", "audio/aac", b"\xff\xf1..") == file_of(named, tmp_path) == file_of(str(named), tmp_path)


WRONG: dict[str, tuple[Any, str]] = {
    "no file": ("/no/such/file.mp3", "There is no file"),
    "nothing": (b"", "empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "image/png"),
    "a number": (7, "must be a file"),
    "an id elsewhere": (Audio(file_id="f1"), "takes the recording itself"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_recording_is_refused(name: str) -> None:
    """Before anything is sent."""
    audio, words = WRONG[name]
    with FakeHost() as host, pytest.raises(InvalidRequest, match=words):
        use("sync", moved(host.url, "openai"), "transcribe", MODEL, audio)

    assert [] == host.requests


@pytest.mark.parametrize("address", ["http://example.com/a.mp3", "https://127.0.0.1/a.mp3", "s3://bucket/a.mp3"])
def test_an_address_is_fetched_by_the_fetch_policy_only(address: str) -> None:
    """Plain http, this machine and other schemes are refused."""
    with pytest.raises((SecurityError, InvalidRequest, ProviderError)):
        use("sync", {"keys": {"openai": "k"}, "retries": 0}, "transcribe", MODEL, address)


REFUSED: dict[str, tuple[str, dict[str, Any], type[Exception], str]] = {
    "speakers where none are told apart": (MODEL, {"diarize": True}, UnsupportedFeature, "gpt-4o-transcribe-diarize"),
    "times where there are none": ("openai/gpt-4o-transcribe", {"timestamps": "word"}, UnsupportedFeature, "times of words"),
    "words of speakers": ("openai/gpt-4o-transcribe-diarize", {"timestamps": "word"}, UnsupportedFeature, "times of words"),
    "a translation": ("deepgram/nova-3", {"translate": True}, UnsupportedFeature, "translation"),
    "a translation at a host without": ("cohere/c", {"translate": True, "language": "en"}, UnsupportedFeature, "translation"),
    "a language that is missing": ("cohere/c", {}, InvalidRequest, "language="),
    "times at a host without": ("cohere/c", {"language": "en", "timestamps": "word"}, UnsupportedFeature, "times"),
    "a wrong word": (MODEL, {"timestamps": "words"}, InvalidRequest, "Did you mean word"),
    "a wrong number": (MODEL, {"speakers": 0}, InvalidRequest, "speakers must be"),
    "bytes where a bucket is wanted": ("aws-transcribe/transcribe", {}, InvalidRequest, "s3://"),
    "too long at once": ("sarvam/saaras:v3", {"audio": wave(31)}, InvalidRequest, "30 seconds"),
    "an option": (MODEL, {"diarise": True}, InvalidRequest, "Did you mean diarize"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_refused_before_anything_is_sent(name: str) -> None:
    """Every message says what to do."""
    model, options, kind, words = REFUSED[name]
    left = dict(options)
    audio = left.pop("audio", WAVE)
    with FakeHost() as host, pytest.raises(kind, match=words):
        use("sync", moved(host.url, model.partition("/")[0]), "transcribe", model, audio, **left)

    assert [] == host.requests


STREAMS: dict[str, tuple[str, dict[str, Any], list[dict[str, Any]], list[str], dict[str, Any]]] = {
    "words": (
        "openai/gpt-4o-transcribe",
        {},
        [
            {"type": "transcript.text.delta", "delta": "Hi"},
            {"type": "transcript.text.delta", "delta": " you."},
            {"type": "transcript.text.done", "text": "Hi you.", "usage": {"input_tokens": 9, "output_tokens": 3}},
        ],
        ["Hi", " you.", ""],
        {"text": "Hi you.", "segments": ()},
    ),
    "segments": (
        "openai/gpt-4o-transcribe-diarize",
        {"diarize": True},
        [
            {"type": "transcript.text.segment", "text": " Hi.", "speaker": "A", "start": 0.0, "end": 1.0},
            {"type": "transcript.text.done", "text": "Hi.", "usage": {"input_tokens": 9, "output_tokens": 3}},
        ],
        [" Hi.", ""],
        {"text": "Hi.", "segments": (Segment(text="Hi.", start=0.0, end=1.0, speaker="A"),)},
    ),
    "mistral": (
        "mistral/voxtral-mini-latest",
        {},
        [
            {"type": "transcription.language", "audio_language": "en"},
            {"type": "transcription.text.delta", "text": "Hi."},
            {"type": "transcription.segment", "text": "Hi.", "start": 0.1, "end": 0.9},
            {"type": "transcription.done", "model": "m", "text": "Hi.", "usage": {"prompt_audio_seconds": 2}, "language": None},
        ],
        ["Hi.", "", ""],
        {"text": "Hi.", "language": "en", "segments": (Segment(text="Hi.", start=0.1, end=0.9),), "units": {"second_in": 2.0}},
    ),
}


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_tells_what_is_heard(name: str) -> None:
    """Words once, segments when they are finished, the whole at the end."""
    model, options, events, texts, whole = STREAMS[name]
    with FakeHost() as host, LLMKit(**moved(host.url, model.partition("/")[0])) as kit:
        host.on("POST /audio/transcriptions", stream_reply(*events))
        with kit.stream_transcription(model, WAVE, **options) as stream:
            pieces = [chunk.text for chunk in stream]
            reply = stream.response()

    assert ("stream", None, "text/plain", b"true") in form_of(host.requests[0])
    assert texts == pieces
    assert whole == {name: getattr(reply, name) for name in whole}


def test_an_asyncio_stream_is_the_same() -> None:
    """`async with`, `async for`."""

    async def listen(client: dict[str, Any], events: list[str]) -> Any:
        async with AsyncLLMKit(**client) as kit, kit.stream_transcription("openai/gpt-4o-transcribe", WAVE) as stream:
            async for chunk in stream:
                events.append(chunk.text)
            return await stream.response()

    model, _, events, texts, whole = STREAMS["words"]
    heard: list[str] = []
    with FakeHost() as host:
        host.on("POST /audio/transcriptions", stream_reply(*events))
        reply = asyncio.run(listen(moved(host.url, "openai"), heard))

    assert (texts, whole["text"], model) == (heard, reply.text, f"{reply.provider}/{reply.model}")


def test_a_stream_of_a_model_that_hears_to_the_end_first_is_refused() -> None:
    """The parameter would be ignored in silence."""
    with FakeHost() as host, pytest.raises(UnsupportedFeature, match="whisper-1"), LLMKit(**moved(host.url, "openai")) as kit:
        kit.stream_transcription(MODEL, WAVE)

    assert [] == host.requests


def test_an_error_inside_a_stream_is_typed() -> None:
    """After the first word it carries what came."""
    with FakeHost() as host, LLMKit(**moved(host.url, "openai")) as kit:
        host.on("POST /audio/transcriptions", stream_reply({"error": {"message": "no", "code": "bad_request"}}))
        with pytest.raises(BadRequest):
            kit.stream_transcription("openai/gpt-4o-transcribe", WAVE)


BROKEN: dict[str, tuple[str, list[Any], type[Exception], str]] = {
    "no text": (MODEL, [{"words": []}], ProtocolError, "no text"),
    "no JSON": (MODEL, [bytes_reply(b"<html>", "text/html")], ProtocolError, "no JSON"),
    "an error with status 200": (MODEL, [{"error": {"message": "no", "code": "bad_request"}}], BadRequest, "no"),
    "no channel": ("deepgram/nova-3", [{"metadata": {}}], ProtocolError, "no transcript"),
    "their own words": ("deepgram/nova-3", [json_reply(400, {"err_code": "Bad", "err_msg": "corrupt data"})], BadRequest, "corrupt data"),
    "a failed job": (
        "assemblyai/best",
        [{"upload_url": "https://x/u"}, {"id": "a", "status": "queued"}, {"id": "a", "status": "error", "error": "too short"}],
        ProviderError,
        "too short",
    ),
    "a refused job": (
        "speechmatics/enhanced",
        [{"id": "j"}, {"job": {"status": "rejected", "errors": [{"message": "bad file"}]}}],
        ProviderError,
        "bad file",
    ),
    "no upload": ("gladia/solaria-1", [{}], ProtocolError, "no upload"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_answer_without_words_is_an_error(name: str) -> None:
    """Nothing is made up for it."""
    model, answers, kind, words = BROKEN[name]
    with FakeHost() as host, pytest.raises(kind, match=words):
        left = iter(answers)
        host.on("POST /*", lambda request: next(left)).on("GET /*", lambda request: next(left))
        use("sync", moved(host.url, model.partition("/")[0]), "transcribe", model, WAVE)


DONE = {"id": "a1", "status": "completed", "text": "Hi.", "audio_duration": 60, "words": [{"text": "Hi.", "start": 1, "end": 2}]}


@pytest.mark.parametrize("face", FACES)
def test_a_long_recording_is_a_job(face: str) -> None:
    """Its id is enough to come back for the words in another process."""
    with FakeHost() as host:
        host.on("POST /upload", {"upload_url": "https://x/u"}).on("POST /transcript", {"id": "a1", "status": "queued"})
        host.on("GET /transcript/a1", {"id": "a1", "status": "processing"}, DONE)
        job = use(face, moved(host.url, "assemblyai"), "start_transcription", "assemblyai/best", WAVE)
        with LLMKit(**moved(host.url, "assemblyai")) as kit:
            taken_up = kit.job(job.id)
            reply = taken_up.wait()

    assert ("transcribe:assemblyai/best:a1", "queued") == (job.id, job.status)
    assert ("Hi.", 60.0, "succeeded") == (reply.text, reply.duration, taken_up.status)
    assert (0.001, 0.002) == (reply.words[0].start, reply.words[0].end)


def test_a_job_that_is_lost_sight_of_names_itself() -> None:
    """It is not begun anew, which would be paid for twice."""
    with FakeHost() as host, pytest.raises(JobInterrupted) as caught:
        host.on("POST /upload", {"upload_url": "https://x/u"}).on("POST /transcript", {"id": "a1", "status": "queued"})
        host.on("GET /transcript/a1", json_reply(400, {"error": "gone"}))
        use("sync", moved(host.url, "assemblyai"), "transcribe", "assemblyai/best", WAVE)

    assert "transcribe:assemblyai/best:a1" == caught.value.job
    assert 1 == len(host.asked("POST /transcript"))


def test_a_look_that_fails_in_passing_is_repeated() -> None:
    """The job goes on meanwhile."""
    with FakeHost() as host:
        host.on("POST /upload", {"upload_url": "https://x/u"}).on("POST /transcript", {"id": "a1", "status": "queued"})
        host.on("GET /transcript/a1", json_reply(503, {"error": "busy"}), DONE)
        reply = use("sync", moved(host.url, "assemblyai"), "transcribe", "assemblyai/best", WAVE)

    assert "Hi." == reply.text


def test_a_job_that_was_begun_before_is_taken_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A try whose answer was lost has begun it."""
    with FakeHost() as host, pytest.raises(ProviderError, match="Bad media"):
        failed = {"TranscriptionJob": {"TranscriptionJobStatus": "FAILED", "FailureReason": "Bad media"}}
        host.on("POST /", json_reply(400, {"__type": "ConflictException", "Message": "exists"}), failed)
        use("sync", moved(host.url, "aws-transcribe"), "transcribe", "aws-transcribe/transcribe", "s3://b/a.mp3")

    assert ["Transcribe.StartTranscriptionJob", "Transcribe.GetTranscriptionJob"] == [
        request.headers["x-amz-target"] for request in host.requests
    ]


@pytest.mark.parametrize(("options", "delay"), [({}, 2.0), ({"delay": 0}, 0.0)])
def test_a_row_says_how_often_to_look(options: dict[str, Any], delay: float) -> None:
    """Else the format does."""
    steps = soniox.start(TranscriptionRequest(model="m", audio=Audio(url="https://x/y")), place("m", "/transcriptions", **options))
    state = told(steps, Answer(status=200, headers=Headers(), body=b'{"id": "t", "status": "queued"}'))

    assert delay == state.delay


def test_a_job_can_be_ended() -> None:
    """Where the provider lets one."""
    with FakeHost() as host, LLMKit(**moved(host.url, "speechmatics")) as kit:
        host.on("POST /jobs", {"id": "j1"}).on("DELETE /jobs/j1", {"job": {}})
        job = kit.start_transcription("speechmatics/enhanced", WAVE).cancel()

    assert ("cancelled", "force=true") == (job.status, host.requests[-1].target.partition("?")[2])


def test_a_retry_sends_the_recording_again() -> None:
    """A refusal is tried again like any call."""
    with FakeHost() as host:
        host.on("POST /audio/transcriptions", json_reply(503, {"error": "busy"}, (("Retry-After", "0.001"),)), {"text": "Hi"})
        reply = use("sync", {**moved(host.url, "openai"), "retries": 1}, "transcribe", MODEL, WAVE)

    assert ["Overloaded", None] == [attempt.error for attempt in reply.attempts]
    assert host.requests[0].body == host.requests[1].body


def test_a_server_that_fails_says_so() -> None:
    """Typed like any other failure."""
    with FakeHost() as host, pytest.raises(ServerError):
        host.on("POST /audio/transcriptions", json_reply(500, {"error": "oops"}))
        use("sync", moved(host.url, "openai"), "transcribe", MODEL, WAVE)


def test_the_length_of_a_recording_is_known_beforehand_where_it_tells() -> None:
    """Budgets reserve by it."""
    assert 2.0 == TranscriptionRequest(model="m", audio=Audio(data=wave(2))).seconds
    endless = wave(2)[:40] + b"\xff\xff\xff\xff" + wave(2)[44:]
    assert 2.0 == TranscriptionRequest(model="m", audio=Audio(data=endless)).seconds
    assert None is TranscriptionRequest(model="m", audio=Audio(data=b"RIFF....WAVEfmt ")).seconds
    assert None is TranscriptionRequest(model="m", audio=Audio(url="https://x/y")).seconds


def test_other_words_leave_no_trace_of_the_old_ones() -> None:
    """A guardrail that masks a name in the text must not leave it among the words."""
    reply = TranscriptionResponse(text="I am Ada", segments=(Segment(text="I am Ada", start=0, end=1),), words=(Word(text="Ada"),))

    masked = reply.with_texts([text.replace("Ada", "***") for text in reply.texts()])

    assert ("I am ***", "I am ***", ()) == (masked.text, masked.segments[0].text, masked.words)
    assert reply == reply.with_texts(reply.texts())


def test_seconds_are_priced() -> None:
    """By the list, where the host tells no cost of its own."""
    with FakeHost() as host:
        host.on("POST /listen", {"metadata": {"duration": 60}, "results": {"channels": [{"alternatives": [{"transcript": "x"}]}]}})
        reply = use("sync", moved(host.url, "deepgram"), "transcribe", "deepgram/nova-3", WAVE)

    assert reply.cost is not None and Decimal(0) < reply.cost.amount < Decimal("0.02")
