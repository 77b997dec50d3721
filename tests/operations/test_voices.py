"""The voices of each provider, as one list."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit.errors import UnsupportedFeature
from llmkit.testing import FakeHost
from tests.operations.faces import FACES, use
from tests.operations.sound_places import moved

VOICES: dict[str, tuple[str, list[tuple[str, Any]], list[Any], list[tuple[Any, ...]]]] = {
    "elevenlabs": (
        "elevenlabs",
        [("GET", "/voices")],
        [
            {
                "voices": [
                    {"voice_id": "21m", "name": "Rachel", "labels": {"gender": "female", "language": "en"}, "preview_url": "https://x/y"}
                ]
            }
        ],
        [("21m", "Rachel", ("en",), "female")],
    ),
    "cartesia": (
        "cartesia",
        [("GET", "/voices?limit=100"), ("GET", "/voices?limit=100&starting_after=a")],
        [
            {"data": [{"id": "a", "name": "A", "language": "en"}], "has_more": True},
            {"data": [{"id": "b", "name": "B", "language": "pt-BR", "gender": "masculine"}], "has_more": False},
        ],
        [("a", "A", ("en",), None), ("b", "B", ("pt-BR",), "masculine")],
    ),
    "lmnt": ("lmnt", [("GET", "/v1/ai/voice/list")], [[{"id": "leah", "name": "Leah", "gender": "F"}]], [("leah", "Leah", (), "F")]),
    "resemble": (
        "resemble",
        [("GET", "/voices?page=1&page_size=100"), ("GET", "/voices?page=2&page_size=100")],
        [
            {"page": 1, "num_pages": 2, "items": [{"uuid": "u", "name": "U", "default_language": "en-US"}]},
            {"page": 2, "num_pages": 2, "items": []},
        ],
        [("u", "U", ("en-US",), None)],
    ),
    "mistral": (
        "mistral",
        [("GET", "/audio/voices?page_size=100&page=1")],
        [{"items": [{"id": "1", "slug": "en_paul", "name": "Paul", "languages": ["en"], "gender": "male"}], "page": 1, "total_pages": 1}],
        [("en_paul", "Paul", ("en",), "male")],
    ),
    "xai": ("xai", [("GET", "/tts/voices")], [{"voices": [{"voice_id": "eve", "name": "Eve"}]}], [("eve", "Eve", (), None)]),
    "minimax": (
        "minimax",
        [("POST", "/get_voice")],
        [
            {
                "system_voice": [{"voice_id": "w", "voice_name": "Woman"}],
                "voice_cloning": [{"voice_id": "mine"}],
                "base_resp": {"status_code": 0},
            }
        ],
        [("w", "Woman", (), None), ("mine", "", (), None)],
    ),
    "azure": (
        "azure-speech",
        [("GET", "/cognitiveservices/voices/list")],
        [[{"ShortName": "en-US-AvaNeural", "DisplayName": "Ava", "Locale": "en-US", "Gender": "Female"}]],
        [("en-US-AvaNeural", "Ava", ("en-US",), "female")],
    ),
    "polly": (
        "aws-polly",
        [("GET", "/v1/voices"), ("GET", "/v1/voices?NextToken=n%2F1")],
        [
            {"Voices": [{"Id": "Joanna", "Name": "Joanna", "LanguageCode": "en-US", "Gender": "Female"}], "NextToken": "n/1"},
            {"Voices": []},
        ],
        [("Joanna", "Joanna", ("en-US",), "female")],
    ),
}


@pytest.mark.parametrize("name", VOICES)
def test_voices_are_listed_page_by_page(name: str) -> None:
    """Whatever the provider calls them."""
    provider, asked, answers, voices = VOICES[name]
    with FakeHost() as host:
        left = iter(answers)
        host.on("GET /*", lambda request: next(left)).on("POST /*", lambda request: next(left))
        found = use("sync", moved(host.url, provider), "voices", provider)

    assert asked == [(request.method, request.target) for request in host.requests]
    assert voices == [(voice.id, voice.name, voice.languages, voice.gender) for voice in found]


@pytest.mark.parametrize("face", FACES)
def test_voices_by_language_and_those_that_the_documentation_names(face: str) -> None:
    """`pt` takes `pt-BR`; a list that is no secret needs no key."""
    answer = {"data": [{"id": "a", "language": "pt-BR"}, {"id": "b", "language": "en"}], "has_more": False}
    with FakeHost() as host:
        host.on("GET /voices", answer)
        found = use(face, moved(host.url, "cartesia"), "voices", "cartesia", language="pt")

    assert ["a"] == [voice.id for voice in found]
    assert "alloy" in [voice.id for voice in use(face, {}, "voices", "openai")]


def test_a_list_that_a_provider_does_not_have_is_said_so() -> None:
    """And who has one."""
    with pytest.raises(UnsupportedFeature, match="voices"):
        use("sync", {"keys": {"anthropic": "k"}}, "voices", "anthropic")
