"""Recorded transcriptions of providers whose work is a job."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.transcription import (
    assemblyai,
    fal,
    gladia,
    replicate,
    revai,
)
from llmkit.types.job import JobState
from llmkit.types.parts import Audio
from tests.recordings.recorded import Recorded, place, told
from tests.recordings.transcription_shape import asked_of, shape_of, wanted_of


def assemblyai_decoded(recorded: Recorded) -> Any:
    if recorded.path.endswith("/upload"):
        steps = assemblyai.start(asked_of(), place("best", "/transcript"))
        next(steps)
        return steps.send(recorded.answer).body["audio_url"]  # type: ignore[index,call-overload]  # a JSON object
    if recorded.path.endswith("/transcript"):
        state = told(assemblyai.start(asked_of().replace(audio=Audio(url="https://x/y")), place("best", "/transcript")), recorded.answer)
        return state.handle, state.status
    state = told(assemblyai.poll(JobState(handle="a", status="queued"), place("best", "/transcript")), recorded.answer)
    return shape_of(state.reply)


def assemblyai_expected(recorded: Recorded) -> Any:
    body = recorded.json
    if recorded.path.endswith("/upload"):
        return body["upload_url"]
    if recorded.path.endswith("/transcript"):
        return body["id"], body["status"]
    return wanted_of(
        body["text"], body["language_code"], body["audio_duration"], body["words"], body["utterances"], word="text", scale=0.001
    )


def gladia_decoded(recorded: Recorded) -> Any:
    body = recorded.json
    if "result_url" in body:
        return told(
            gladia.start(asked_of().replace(audio=Audio(url="https://x/y")), place("m", "/v2/pre-recorded")), recorded.answer
        ).handle
    if "audio_metadata" in body:
        steps = gladia.start(asked_of(), place("m", "/v2/pre-recorded"))
        next(steps)
        return steps.send(recorded.answer).body["audio_url"]  # type: ignore[index,call-overload]  # a JSON object
    return shape_of(told(gladia.poll(JobState(handle="g", status="queued"), place("m", "/v2/pre-recorded")), recorded.answer).reply)


def gladia_expected(recorded: Recorded) -> Any:
    body = recorded.json
    if "result_url" in body:
        return body["id"]
    if "audio_metadata" in body:
        return body["audio_url"]
    heard = body["result"]["transcription"]
    words = [word for utterance in heard["utterances"] for word in utterance["words"]]
    return wanted_of(
        heard["full_transcript"], heard["languages"][0], body["result"]["metadata"]["audio_duration"], words, heard["utterances"]
    )


def revai_decoded(recorded: Recorded) -> Any:
    if "monologues" not in recorded.json:
        steps = revai.poll(JobState(handle=recorded.json["id"], status="running"), place("machine", "/jobs"))
        next(steps)
        return steps.send(recorded.answer).path
    job = recorded.answer.__class__(status=200, headers=recorded.answer.headers, body=b'{"id": "t", "status": "transcribed"}')
    reply = told(revai.poll(JobState(handle="t", status="running"), place("machine", "/jobs")), job, recorded.answer).reply
    return reply.text, len(reply.words), reply.words[-1].end


def revai_expected(recorded: Recorded) -> Any:
    body = recorded.json
    if "monologues" not in body:
        return f"/jobs/{body['id']}/transcript"  # it is done: the words come next
    elements = body["monologues"][0]["elements"]
    texts = [element for element in elements if element["type"] == "text"]
    return "".join([element["value"] for element in elements]).strip(), len(texts), texts[-1]["end_ts"]


def fal_decoded(recorded: Recorded) -> Any:
    done = recorded.answer.__class__(status=200, headers=recorded.answer.headers, body=b'{"status": "COMPLETED"}')
    reply = told(fal.poll(JobState(handle="/x", status="running"), place("m")), done, recorded.answer).reply
    return reply.text, reply.language, [(piece.text, piece.start, piece.end) for piece in reply.segments]


def chunks_of(body: Any) -> Any:
    return [(piece["text"].strip(), *map(float, piece["timestamp"])) for piece in body["chunks"]]


def replicate_decoded(recorded: Recorded) -> Any:
    state = told(replicate.start(asked_of(), place("a/b", "/models/a/b/predictions")), recorded.answer)
    made = state.reply and (state.reply.text, [(piece.text, piece.start, piece.end) for piece in state.reply.segments])
    return state.handle, state.status, made


def replicate_expected(recorded: Recorded) -> Any:
    body = recorded.json
    made = body["output"] and (body["output"]["text"].strip(), chunks_of(body["output"]))
    return body["id"], {"starting": "queued"}.get(body["status"], body["status"]), made
