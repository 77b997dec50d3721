"""Sessions that do not begin, and what is said of it."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit import Guard, LLMKit
from llmkit.errors import (
    AuthenticationError,
    BadRequest,
    InvalidRequest,
    LLMKitError,
    SecurityError,
    UnsupportedFeature,
)
from llmkit.testing.websocket import FakeSocket, Talk
from tests.realtime.hosts import FACES, MODEL, client_for, talk_with


@pytest.mark.parametrize("face", FACES)
def test_a_refused_handshake_is_the_providers_error(face: str) -> None:
    """What is wrong with a key is said in the answer's body, as for any call."""
    body = {"error": {"message": "Incorrect API key provided: sk-test-realtime", "code": "invalid_api_key"}}
    with FakeSocket(refusal=(401, body)) as host, pytest.raises(AuthenticationError) as caught:
        talk_with(face, client_for("openai", host), MODEL, lambda session: None)

    assert ("openai", "gpt-realtime", 401) == (caught.value.provider, caught.value.model, caught.value.status)
    assert "sk-test-realtime" not in str(caught.value)


@pytest.mark.parametrize("face", FACES)
def test_refused_settings_are_told_at_once(face: str) -> None:
    """A session whose settings do not hold is no session."""

    def script(talk: Talk) -> None:
        talk.send({"type": "session.created", "session": {}})
        talk.receive()
        talk.send({"type": "error", "error": {"type": "invalid_request_error", "code": "invalid_value", "message": "No such voice."}})
        talk.until_gone()

    with FakeSocket(script) as host, pytest.raises(BadRequest, match="No such voice") as caught:
        talk_with(face, client_for("openai", host), MODEL, lambda session: None, voice="nobody")

    assert "openai" == caught.value.provider


def test_a_setup_that_is_refused_by_the_way_it_closes() -> None:
    """Google says what is wrong with a close code and its words."""

    def script(talk: Talk) -> None:
        talk.receive()
        talk.close(1007, "Request contains an invalid argument.")

    with FakeSocket(script) as host, pytest.raises(BadRequest, match=r"invalid argument.*1007"):
        talk_with("sync", client_for("google", host), "google/gemini-live", lambda session: None)


REFUSED = {
    "a guard that could not look": (MODEL, {"layers": [Guard()]}, {}, UnsupportedFeature, "guardrails"),
    "a provider without": ("anthropic/claude-sonnet-4-5", {}, {}, UnsupportedFeature, "others do"),
    "an unknown option": (MODEL, {}, {"voise": "x"}, InvalidRequest, "Did you mean voice"),
    "a wrong format": (MODEL, {}, {"input_format": "mp3"}, InvalidRequest, "pcm, pcmu, pcma, opus"),
    "a rate that is not taken": (MODEL, {}, {"input_format": "pcm/16000"}, InvalidRequest, "It is pcm/24000"),
    "a wrong kind of turns": (MODEL, {}, {"turns": "auto"}, InvalidRequest, "server, semantic, manual"),
    "what cannot be said, where that is an error": (
        MODEL,
        {},
        {"temperature": 0.5, "on_unsupported": "error"},
        UnsupportedFeature,
        "temperature",
    ),
    "a header of the handshake": (
        MODEL,
        {},
        {"extra_headers": {"Sec-WebSocket-Key": "x"}},
        SecurityError,
        "sec-websocket-key|Sec-WebSocket-Key",
    ),
    "a key in a header": (MODEL, {}, {"extra_headers": {"Authorization": "x"}}, SecurityError, "Authorization"),
}


@pytest.mark.parametrize(("model", "client", "options", "kind", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_before_anything_is_sent(
    model: str, client: dict[str, Any], options: dict[str, Any], kind: type[LLMKitError], words: str
) -> None:
    """Each error says what would be right."""
    with FakeSocket() as host:
        provider = model.partition("/")[0]
        with pytest.raises(kind, match=words):
            talk_with("sync", client_for(provider, host, **client), model, lambda session: None, **options)

        assert [] == host.talks


def test_an_engine_without_websockets_says_so() -> None:
    """A transport of the user's need not have them."""

    class Plain:
        async def send(self, request: Any, /) -> Any:
            raise AssertionError

        async def aclose(self) -> None:
            pass

    with LLMKit(keys={"openai": "sk-x"}, transport=Plain()) as kit, pytest.raises(UnsupportedFeature, match="WebSockets"):
        kit.realtime(MODEL)
