"""Speech, sounds and music in every format: what goes out for a request, and what becomes of the answer."""

from __future__ import annotations

from decimal import Decimal

import pytest

from llmkit.dialects.operations import MODULES
from llmkit.testing import FakeHost
from tests.operations.faces import FACES, use
from tests.operations.sound_places import answered, asked, moved
from tests.operations.speech_case import MP3, mp3
from tests.operations.speech_cases import CASES
from tests.rows import ROWS


@pytest.mark.parametrize("name", CASES)
def test_a_request_goes_out_and_its_answer_comes_back(name: str) -> None:
    """What is asked word for word, and what of the answer is told."""
    case = CASES[name]
    provider, _, _ = case.model.partition("/")
    with FakeHost() as host:
        answered(host, case.answers)
        reply = use("sync", moved(host.url, provider), case.method, case.model, case.text, **case.options)

        assert case.asks == [asked(request) for request in host.requests]
    audio = reply.audio
    found = {
        "data": audio.data,
        "size": len(audio.data or b""),
        "url": audio.url,
        "media_type": audio.media_type,
        "units": reply.units,
        "duration": reply.duration,
        "request_id": reply.request_id,
        "model": reply.model,
        "warnings": [warning.parameter for warning in reply.warnings if warning.kind != "unknown" and warning.parameter != "cost"],
        "tokens": reply.usage and (reply.usage.input, reply.usage.output_audio),
    }
    assert case.told == {told: found[told] for told in case.told}
    assert case.told.get("warnings", []) == found["warnings"]


def test_every_format_of_a_row_has_a_case() -> None:
    """A format without one is not known to work."""
    kinds = ("speech", "sound", "music")
    spoken = {(operation, way.dialect) for row in ROWS for operation, way in row.operations.items() if operation in kinds}
    ways = {row.name: row.operations for row in ROWS}
    tried = {(case.method, dict(ways[case.model.partition("/")[0]])[case.method].dialect) for case in CASES.values()}  # type: ignore[index]  # the table's methods

    assert {(operation, dialect) for operation, dialect in spoken if dialect in MODULES} - {("sound", "fal_speech")} == tried
    assert set() == {dialect for _, dialect in spoken} - set(MODULES)


@pytest.mark.parametrize("face", FACES)
def test_both_clients_speak(face: str) -> None:
    """The same answer through either."""
    with FakeHost() as host:
        host.on("POST /audio/speech", mp3())
        reply = use(face, moved(host.url, "openai"), "speech", "openai/tts-1", "Hello")

    assert (MP3, "audio/mpeg", "openai") == (reply.audio.data, reply.audio.media_type, reply.provider)
    assert Decimal("0.000075") == reply.cost.amount
