"""Answers of voices and ears with something odd in them: they are read as far as they can be, or refused as what they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from llmkit.dialects.operations import codec
from llmkit.errors import LLMKitError
from llmkit.testing.replies import Reply
from llmkit.types.asking import Answer, Place
from llmkit.types.http import Headers
from llmkit.types.parts import Audio
from llmkit.types.reply import Reply as Told
from llmkit.types.speech import SoundRequest, SpeechRequest
from llmkit.types.transcription import TranscriptionRequest
from tests.operations.speech_cases import CASES as SPOKEN
from tests.operations.test_voices import VOICES
from tests.operations.transcription_cases import AT_ONCE
from tests.operations.transcription_jobs import JOBS
from tests.rows import PROVIDERS

ODD: tuple[Any, ...] = (None, "x", 1e308, True, [None], {"a": [1]})
CASES = {**{f"speech, {name}": case for name, case in SPOKEN.items()}, **AT_ONCE, **JOBS}


def mutations(value: Any) -> Iterator[Any]:
    """Give `value` with each of its places replaced by each odd value, and without it."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield {other: one for other, one in value.items() if other != name}
            for odd in (*ODD, *mutations(item)):
                yield {**value, name: odd}
    elif isinstance(value, list):
        for place, item in enumerate(value):
            for odd in (*ODD, *mutations(item)):
                yield [*value[:place], odd, *value[place + 1 :]]


def request_of(case: Any) -> Any:
    method = getattr(case, "method", "transcribe")
    if method == "transcribe":
        audio = Audio(data=case.audio, media_type="audio/wav") if isinstance(case.audio, bytes) else Audio(url=case.audio)
        return TranscriptionRequest(model=case.model, audio=audio, **case.options)
    return {"speech": SpeechRequest}.get(method, SoundRequest)(model=case.model, text=case.text, **case.options)


def told(spoken: Any, request: Any, place: Place, answers: list[Any]) -> Any:
    """Return what the steps come to."""
    steps = spoken.steps(request, place)
    try:
        next(steps)
        for answer in answers:
            steps.send(answered(answer))
    except StopIteration as end:
        return end.value
    return None  # it wants to look again


def answered(answer: Any) -> Answer:
    if isinstance(answer, Reply):
        return Answer(status=200, headers=Headers(answer.headers), body=b"".join(answer.pieces))  # type: ignore[arg-type]  # bytes alone
    return Answer(status=200, headers=Headers((("content-type", "application/json"),)), body=json.dumps(answer).encode())


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not isinstance(case.answers[-1], Reply)])
def test_what_is_odd_in_an_answer_breaks_nothing(name: str) -> None:
    """A reply or an error of ours, whatever stands where: never an accident of Python."""
    case = CASES[name]
    provider, _, model = case.model.partition("/")
    way = PROVIDERS[provider].operations[getattr(case, "method", "transcribe")]
    spoken = codec(way.dialect)
    place = Place(provider=provider, model=model, path=way.path, options={**way.options, "delay": 0})
    answers = [answer("https://x.example") if callable(answer) else answer for answer in case.answers]
    request, count = request_of(case), 0
    assert isinstance(told(spoken, request, place, answers), Told)

    for which, answer in enumerate(answers):
        for odd in mutations(answer):
            count += 1
            try:
                reply = told(spoken, request, place, [*answers[:which], odd, *answers[which + 1 :]])
            except LLMKitError:
                continue
            assert reply is None or isinstance(reply, Told)

    assert count > 5


@pytest.mark.parametrize("name", VOICES)
def test_what_is_odd_in_a_list_of_voices_breaks_nothing(name: str) -> None:
    """A voice is left out or told as far as it is known."""
    provider, _, answers, voices = VOICES[name]
    spoken: Any = codec(PROVIDERS[provider].operations["voices"].dialect)
    assert len(voices) == sum([len(spoken.voices_in(answered(answer))) for answer in answers])

    for answer in answers:
        for odd in mutations(answer):
            try:
                found = spoken.voices_in(answered(odd))
                spoken.next_voices(answered(odd))
            except LLMKitError:
                continue
            assert all(isinstance(voice.id, str) and all(isinstance(one, str) for one in voice.languages) for voice in found)
