"""Realtime sessions through both clients, against a host that talks back."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from llmkit import AsyncLLMKit, tool
from llmkit.realtime import AudioDelta, ResponseDone, SessionError, TextDelta, ToolCalled
from llmkit.testing.websocket import FakeSocket, Talk
from tests.realtime.hosts import FACES, MODEL, Same, answer, called, client_for, created, set_up, talk_with


def one_answer(talk: Talk) -> None:
    created(talk)
    talk.receive()
    talk.receive()
    answer(talk, "Hello.")
    talk.until_gone()


@pytest.mark.parametrize("face", FACES)
def test_a_turn_in_writing(face: str) -> None:
    """Settings first, then a message and the wish for an answer; the answer has its words, its usage and its cost."""

    def use(session: Same) -> Any:
        session.send_text("Hi.")
        turn = session.turn()
        return turn, session.reply, session.started

    with FakeSocket(one_answer) as host:
        turn, reply, started = talk_with(face, client_for("openai", host), MODEL, use, instructions="Be brief.", modalities=["text"])
        handshake = host.handshakes[0]

    assert ("Hello.", "stop") == (turn.text, turn.finish.unified)
    assert (6, 4, 3, 2) == (turn.usage.uncached, turn.usage.cache_read, turn.usage.output_text, turn.usage.output_audio)
    assert turn.cost.amount == reply.cost.amount > 0
    assert (10, 1, "openai") == (reply.usage.input, reply.responses, reply.provider)
    assert ("sess_1", 1785217655) == (started.id, started.expires_at)
    assert ("/realtime?model=gpt-realtime", "Bearer sk-test-realtime") == (handshake.target, handshake.headers["authorization"])
    assert [
        {"type": "session.update", "session": {"type": "realtime", "instructions": "Be brief.", "output_modalities": ["text"]}},
        {
            "type": "conversation.item.create",
            "item": {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi."}]},
        },
        {"type": "response.create"},
    ] == host.received


@pytest.mark.parametrize("face", FACES)
def test_iterating_tells_everything_until_the_provider_closes(face: str) -> None:
    """The events come one by one, and a normal close is an end."""

    def script(talk: Talk) -> None:
        created(talk)
        answer(talk, "Hello.")
        talk.close(1000)

    with FakeSocket(script) as host:
        events = talk_with(face, client_for("openai", host), MODEL, lambda session: session.events())

    assert ["SessionStarted", "SessionUpdated", "ResponseStarted", "TextDelta", "ResponseDone"] == [type(one).__name__ for one in events]
    assert b"Hello." in bytes(events[3].raw)


@tool
def weather(city: str) -> dict[str, Any]:
    """Look up the weather.

    Args:
        city: where.
    """
    if city == "Nowhere":
        raise ValueError("no such city")
    return {"city": city, "sky": "fog"}


@pytest.mark.parametrize("face", FACES)
def test_tools_are_called_and_the_model_goes_on_when_all_are_answered(face: str) -> None:
    """Two calls of one answer, the second of which fails: the model is told of both before it is asked again."""

    def script(talk: Talk) -> None:
        created(talk)
        called(talk, ("c1", "weather", '{"city": "Rome"}'), ("c2", "weather", '{"city": "Nowhere"}'))
        for _ in range(3):
            talk.receive()
        answer(talk, "Fog.", 2)
        talk.until_gone()

    def use(session: Same) -> Any:
        results = []
        while not isinstance(event := session.next(), ResponseDone):
            if isinstance(event, ToolCalled):
                results.append(session.call_tool(event))
        return results, event.finish.unified, session.turn().text

    with FakeSocket(script) as host:
        results, finish, text = talk_with(face, client_for("openai", host), MODEL, use, tools=[weather])

    update, *sent = host.received
    assert ("tool_calls", "Fog.") == (finish, text)
    assert [False, True] == [result.is_error for result in results]
    assert "weather" == update["session"]["tools"][0]["name"]
    assert ["conversation.item.create", "conversation.item.create", "response.create"] == [one["type"] for one in sent]
    assert ("c1", '{"city":"Rome","sky":"fog"}') == (sent[0]["item"]["call_id"], sent[0]["item"]["output"])


def test_an_answer_is_asked_for_behind_the_one_that_is_made() -> None:
    """There can be only one at a time; a second wish is an error of the API's."""
    seen: list[Any] = []

    def script(talk: Talk) -> None:
        created(talk)
        seen.append(talk.receive()["type"])
        talk.send({"type": "response.created", "response": {"id": "r1"}})
        seen.append(talk.receive()["type"])
        talk.send({"type": "response.done", "response": {"id": "r1", "status": "cancelled", "output": []}})
        seen.append(talk.receive()["type"])
        talk.until_gone()

    def use(session: Same) -> Any:
        session.respond()
        while type(session.next()).__name__ != "ResponseStarted":
            pass
        session.respond()
        session.cancel()
        turn = session.turn()
        return turn.finish.unified, turn.usage, session.reply.cost

    with FakeSocket(script) as host:
        found = talk_with("sync", client_for("openai", host), MODEL, use)

    assert ["response.create", "response.cancel", "response.create"] == seen
    assert ("interrupted", None, None) == found


def test_sound_both_ways_and_what_was_heard() -> None:
    """The piece that was playing when the user spoke is forgotten by the model, too."""

    def script(talk: Talk) -> None:
        created(talk)
        talk.receive()
        talk.send(
            {"type": "input_audio_buffer.speech_started", "audio_start_ms": 120, "item_id": "u1"},
            {"type": "conversation.item.input_audio_transcription.completed", "item_id": "u1", "transcript": "Who are you?"},
            {"type": "response.created", "response": {"id": "r1"}},
            {"type": "response.output_audio.delta", "item_id": "a1", "content_index": 0, "delta": "AAEC"},
            {"type": "response.output_audio_transcript.delta", "item_id": "a1", "delta": "I am"},
            {"type": "response.output_audio_transcript.done", "item_id": "a1", "transcript": "I am Ada."},
            {"type": "input_audio_buffer.speech_started", "audio_start_ms": 900, "item_id": "u2"},
            {"type": "response.done", "response": {"id": "r1", "status": "cancelled", "output": [], "usage": None}},
        )
        talk.receive()
        talk.until_gone()

    def use(session: Same) -> Any:
        session.send_audio(b"\x00\x01")
        turn = session.turn()
        session.truncate("a1", 350)
        return turn

    with FakeSocket(script) as host:
        turn = talk_with("sync", client_for("openai", host), MODEL, use, turns="server", transcription=True)

    assert (b"\x00\x01\x02", "I am Ada.", "Who are you?", True) == (turn.audio, turn.transcript, turn.heard, turn.interrupted)
    assert {"model": "gpt-realtime-whisper"} == host.received[0]["session"]["audio"]["input"]["transcription"]
    assert {"type": "input_audio_buffer.append", "audio": "AAE="} == host.received[1]
    assert {"type": "conversation.item.truncate", "item_id": "a1", "content_index": 0, "audio_end_ms": 350} == host.received[2]


def test_another_thread_sends_while_one_reads() -> None:
    """A microphone in one thread, a loudspeaker in another."""

    def script(talk: Talk) -> None:
        created(talk)
        for _ in range(50):
            talk.send({"type": "response.output_audio.delta", "delta": talk.receive()["audio"]})
        talk.close(1000)

    def use(session: Same) -> Any:
        thread = threading.Thread(target=lambda: [session.send_audio(bytes([number])) for number in range(50)])
        thread.start()
        events = session.events()
        thread.join()
        return b"".join(event.data for event in events if isinstance(event, AudioDelta))

    with FakeSocket(script) as host:
        heard = talk_with("sync", client_for("openai", host), MODEL, use)

    assert bytes(range(50)) == heard


def test_a_task_sends_while_another_reads() -> None:
    """The same on an event loop."""

    def script(talk: Talk) -> None:
        created(talk)
        for _ in range(50):
            talk.send({"type": "response.output_audio.delta", "delta": talk.receive()["audio"]})
        talk.close(1000)

    async def whole(host: FakeSocket) -> bytes:
        async with AsyncLLMKit(**client_for("openai", host)) as kit, kit.realtime(MODEL) as session:

            async def speak() -> None:
                for number in range(50):
                    await session.send_audio(bytes([number]))

            speaking = asyncio.create_task(speak())
            heard = b"".join([event.data async for event in session if isinstance(event, AudioDelta)])
            await speaking
            return heard

    with FakeSocket(script) as host:
        heard = asyncio.run(whole(host))

    assert bytes(range(50)) == heard


def test_errors_of_a_running_session_are_events() -> None:
    """One refused message ends nothing."""

    def script(talk: Talk) -> None:
        created(talk)
        talk.send({"type": "error", "error": {"code": "rate_limit_exceeded", "message": "Slow down."}})
        answer(talk, "Go on.")
        talk.close(1000)

    with FakeSocket(script) as host:
        events = talk_with("sync", client_for("openai", host), MODEL, lambda session: session.events())

    assert ["RateLimited"] == [type(event.error).__name__ for event in events if isinstance(event, SessionError)]
    assert ["Go on."] == [event.text for event in events if isinstance(event, TextDelta)]


PLACES = {
    "openai": ("/realtime", {"model": "m"}, "authorization", "Bearer sk-test-realtime"),
    "azure": ("/realtime", {"model": "m"}, "api-key", "sk-test-realtime"),
    "xai": ("/realtime", {"model": "m"}, "authorization", "Bearer sk-test-realtime"),
    "alibaba": ("/api-ws/v1/realtime", {"model": "m"}, "authorization", "Bearer sk-test-realtime"),
    "google": (
        "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent",
        {},
        "x-goog-api-key",
        "sk-test-realtime",
    ),
    "vertex": ("/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent", {}, "authorization", "Bearer token"),
}


@pytest.mark.parametrize(("name", "place"), PLACES.items(), ids=PLACES)
def test_where_each_provider_is_asked_and_with_what(name: str, place: tuple[Any, ...]) -> None:
    """The key is in a header, never in the address."""
    google = name in ("google", "vertex")
    settings = {"vertex": {"project": "p", "location": "here", "access_token": "token"}, "azure": {"resource": "r"}}
    with FakeSocket(lambda talk: ((set_up if google else created)(talk), talk.until_gone())) as host:
        client = client_for(name, host, settings={key: value for key, value in settings.items() if key == name})
        if name == "vertex":
            del client["keys"]
        talk_with("sync", client, f"{name}/m", lambda session: None)
        asked, sent = host.handshakes[0], host.received[0]

    assert place == (asked.path, asked.query, place[2], asked.headers[place[2]])
    if google:
        assert {"google": "models/m", "vertex": "projects/p/locations/here/publishers/google/models/m"}[name] == sent["setup"]["model"]
