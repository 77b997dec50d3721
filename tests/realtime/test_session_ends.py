"""How sessions end before their time, and go on."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit.errors import (
    ProtocolError,
    SessionLost,
    Timeout,
)
from llmkit.realtime import SessionEnding, SessionKept, SessionStarted
from llmkit.testing.websocket import FakeSocket, Talk
from tests.realtime.hosts import FACES, MODEL, Same, answer, client_for, created, set_up, talk_with


@pytest.mark.parametrize("face", FACES)
def test_a_broken_session_is_lost_with_its_code_and_what_it_cost(face: str) -> None:
    """Whoever talks must know that the other side has forgotten everything."""

    def script(talk: Talk) -> None:
        created(talk)
        answer(talk, "Hel")
        talk.close(1011, "keepalive ping timeout")

    with FakeSocket(script) as host, pytest.raises(SessionLost) as caught:
        talk_with(face, client_for("openai", host), MODEL, lambda session: session.events())

    lost = caught.value
    assert (1011, None, 1, "openai") == (lost.code, lost.handle, lost.reply.responses, lost.provider)
    assert "begin a new one" in str(lost)
    assert not lost.retryable


@pytest.mark.parametrize(
    "cut", [lambda talk: talk.cut(), lambda talk: talk.send("[1"), lambda talk: talk.send("[]")], ids=["cut", "half", "list"]
)
def test_what_is_no_message_loses_the_session(cut: Any) -> None:
    """Bytes that make no sense cannot be talked with."""

    def script(talk: Talk) -> None:
        created(talk)
        cut(talk)
        talk.until_gone()

    with FakeSocket(script) as host, pytest.raises(SessionLost) as caught:
        talk_with("sync", client_for("openai", host), MODEL, lambda session: session.events())

    assert caught.value.code is None


@pytest.mark.parametrize("face", FACES)
def test_google_keeps_a_session_and_takes_it_up_again(face: str) -> None:
    """Its connections last ten minutes: the warning, the handle, and the next connection."""
    setups: list[Any] = []

    def first(talk: Talk) -> None:
        setups.append(set_up(talk))
        talk.send({"sessionResumptionUpdate": {"newHandle": "handle-1", "resumable": True}}, {"goAway": {"timeLeft": "9.5s"}})
        talk.cut()

    def second(talk: Talk) -> None:
        setups.append(set_up(talk))
        talk.until_gone()

    def use(session: Same) -> Any:
        seen = [session.next() for _ in range(3)]
        with pytest.raises(SessionLost) as caught:
            session.next()
        return seen, caught.value

    with FakeSocket(first, second) as host:
        client = client_for("google", host)
        seen, lost = talk_with(face, client, "google/gemini-live", use, resumable=True)
        talk_with(face, client, "google/gemini-live", lambda session: None, resume=lost.handle)

    assert [SessionStarted, SessionKept, SessionEnding] == [type(one) for one in seen]
    assert ("handle-1", 9.5) == (lost.handle, seen[2].seconds)
    assert [{}, {"handle": "handle-1"}] == [setup["sessionResumption"] for setup in setups]
    assert "sk-test-realtime" == host.handshakes[0].headers["x-goog-api-key"]
    assert "sk-test" not in host.handshakes[0].target


def test_xai_takes_up_a_conversation_by_its_id() -> None:
    """The id comes with the first messages, and stands in the address of the next connection."""

    def script(talk: Talk) -> None:
        created(talk)
        talk.send({"type": "conversation.created", "conversation": {"id": "conv 1"}})
        talk.until_gone()

    def use(session: Same) -> Any:
        while session.handle is None:
            session.next()
        return session.handle

    with FakeSocket(script) as host:
        client = client_for("xai", host)
        handle = talk_with("sync", client, "xai/grok-voice-latest", use, resumable=True)
        talk_with("sync", client, "xai/grok-voice-latest", lambda session: None, resume=handle)

    assert ["/realtime?model=grok-voice-latest", "/realtime?model=grok-voice-latest&conversation_id=conv%201"] == [
        one.target for one in host.handshakes
    ]
    assert [{"enabled": True}] * 2 == [one["session"]["resumption"] for one in host.received]


@pytest.mark.parametrize("face", FACES)
def test_silence_may_be_limited_and_is_no_end(face: str) -> None:
    """Only the caller knows how long nothing may happen."""

    def script(talk: Talk) -> None:
        created(talk)
        talk.receive()
        talk.receive()
        answer(talk, "Yes?")
        talk.until_gone()

    def use(session: Same) -> Any:
        session.next()
        session.next()
        with pytest.raises(Timeout) as caught:
            session.next()
        session.send_text("There?")
        return caught.value.phase, session.turn().text

    with FakeSocket(script) as host:
        found = talk_with(face, client_for("openai", host), MODEL, use, idle=0.02)

    assert ("idle", "Yes?") == found


def test_a_time_limit_that_is_given_ends_the_session() -> None:
    """`timeout` is for the whole; without it a session lasts."""
    with FakeSocket(lambda talk: created(talk) and talk.until_gone()) as host, pytest.raises(Timeout) as caught:
        talk_with("sync", client_for("openai", host), MODEL, lambda session: session.events(), timeout=0.1)

    assert "total" == caught.value.phase


def test_a_compressed_sound_that_is_no_base64_loses_the_session() -> None:
    """Half a piece of sound is none."""

    def script(talk: Talk) -> None:
        created(talk)
        talk.send({"type": "response.output_audio.delta", "delta": "?"})
        talk.until_gone()

    with FakeSocket(script) as host, pytest.raises(SessionLost) as caught:
        talk_with("sync", client_for("openai", host), MODEL, lambda session: session.events())

    assert isinstance(caught.value.cause, ProtocolError)
