"""Transcription in every format: what goes out for a request, and what becomes of the answer."""

from __future__ import annotations

from decimal import Decimal

import pytest

from llmkit.dialects.operations import MODULES
from llmkit.testing import FakeHost
from tests.operations.faces import FACES, use
from tests.operations.sound_places import WAVE, answered, asked, moved
from tests.operations.transcription_cases import AT_ONCE
from tests.operations.transcription_jobs import JOBS
from tests.rows import ROWS

CASES = {**AT_ONCE, **JOBS}


@pytest.mark.parametrize("name", CASES)
def test_a_recording_goes_out_and_its_words_come_back(name: str) -> None:
    """What is asked field by field, and what of the answer is told."""
    case = CASES[name]
    provider = case.model.partition("/")[0]
    with FakeHost() as host:
        answered(host, case.answers)
        reply = use("sync", moved(host.url, provider), "transcribe", case.model, case.audio, **case.options)

        assert case.asks == [asked(request) for request in host.requests]
    found = {name: getattr(reply, name) for name in ("text", "language", "duration", "segments", "words", "units", "model", "request_id")}
    found["warnings"] = [warning.parameter for warning in reply.warnings if warning.parameter != "cost"]
    found["tokens"] = reply.usage and (reply.usage.input, reply.usage.output, reply.usage.input_audio)
    found["cost"] = None if reply.cost is None else str(reply.cost.amount)
    assert case.told == {told: found[told] for told in case.told}
    assert case.told.get("warnings", []) == found["warnings"]


def test_every_format_of_a_row_has_a_case() -> None:
    """A format without one is not known to work."""
    ways = {row.name: row.operations["transcribe"].dialect for row in ROWS if "transcribe" in row.operations}

    assert {ways[case.model.partition("/")[0]] for case in CASES.values()} == set(ways.values())
    assert set() == set(ways.values()) - set(MODULES)


@pytest.mark.parametrize("face", FACES)
def test_both_clients_listen(face: str) -> None:
    """The same answer through either."""
    with FakeHost() as host:
        host.on("POST /audio/transcriptions", {"text": "Hi", "usage": {"type": "duration", "seconds": 4}})
        reply = use(face, moved(host.url, "openai"), "transcribe", "openai/whisper-1", WAVE)

    assert ("Hi", "openai", Decimal("0.0004")) == (reply.text, reply.provider, reply.cost.amount)
