"""Realtime sessions through both clients, against a host that talks back."""

from __future__ import annotations

import asyncio
import threading
from decimal import Decimal
from typing import Any

import pytest

from llmkit import AsyncLLMKit, Budgets, Guard, LLMKit, tool
from llmkit.errors import (
    AuthenticationError,
    BadRequest,
    BudgetExceeded,
    InvalidRequest,
    LLMKitError,
    ProtocolError,
    SecurityError,
    SessionLost,
    Timeout,
    UnsupportedFeature,
)
from llmkit.metering.budget import Budget
from llmkit.metering.sinks import Callback
from llmkit.pipeline.meter import Meter
from llmkit.realtime import AudioDelta, ResponseDone, SessionEnding, SessionError, SessionKept, SessionStarted, TextDelta, ToolCalled
from llmkit.testing.websocket import FakeSocket, Talk
from tests.realtime.hosts import FACES, Same, answer, called, client_for, created, set_up, talk_with

MODEL = "openai/gpt-realtime"


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


def test_sound_from_a_cache_has_a_price_of_its_own() -> None:
    """gpt-realtime: words 4 and 0.4 dollars a million, sound 32 and 0.4, its own words 16 and sound 64."""
    usage = {
        "input_tokens": 1000,
        "output_tokens": 100,
        "input_token_details": {
            "text_tokens": 300,
            "audio_tokens": 700,
            "cached_tokens": 600,
            "cached_tokens_details": {"text_tokens": 200, "audio_tokens": 400},
        },
        "output_token_details": {"text_tokens": 20, "audio_tokens": 80},
    }

    def script(talk: Talk) -> None:
        created(talk)
        talk.send({"type": "response.done", "response": {"id": "r", "status": "completed", "output": [], "usage": usage}})
        talk.until_gone()

    with FakeSocket(script) as host:
        turn = talk_with("sync", client_for("openai", host), MODEL, lambda session: session.turn())

    prices = {4: 100, Decimal("0.4"): 600, 32: 300, 16: 20, 64: 80}
    assert sum(price * count for price, count in prices.items()) / Decimal(1_000_000) == turn.cost.amount
    assert (700, 400, 600) == (turn.usage.input_audio, turn.usage.uncached, turn.usage.cache_read)


def test_a_session_that_is_billed_by_its_length_has_a_cost_at_its_end() -> None:
    """xAI bills by the minute, and messages in writing beside."""

    def script(talk: Talk) -> None:
        created(talk)
        talk.receive()
        talk.receive()
        answer(talk, "Hello.")
        talk.until_gone()

    def use(session: Same) -> Any:
        session.send_text("Hi.")
        turn = session.turn()
        session.close() if hasattr(session._session, "close") else session.aclose()
        return turn.cost, session.reply

    with FakeSocket(script) as host:
        each, reply = talk_with("sync", client_for("xai", host), "xai/grok-voice-think-fast-1.0", use)

    by_time = Decimal("0.00083333333") * Decimal(repr(reply.units["session_second"]))
    assert each is None
    assert abs(reply.cost.amount - by_time - Decimal("0.004")) < Decimal("0.000001")


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


def test_the_layers_see_one_call() -> None:
    """Budgets are asked before, and the session is recorded at its end, with all its answers."""
    records: list[Any] = []
    budgets = Budgets([Budget(usd=0.26215, per="day")])  # what one session may cost at most is 0.262144

    def script(talk: Talk) -> None:
        created(talk)
        answer(talk, "One.")
        answer(talk, "Two.", 2)
        talk.until_gone()

    with FakeSocket(script) as host:
        client = client_for("openai", host, layers=[Meter(Callback(records.append)), budgets])
        with LLMKit(**client) as kit:
            with kit.realtime(MODEL, tenant="acme") as session:
                session.turn()
                session.turn()
            with pytest.raises(BudgetExceeded):
                kit.realtime(MODEL, instructions="Be brief.")

    assert [("realtime", "acme", "ok", 20)] == [
        (one.operation, one.tenant, one.status, one.uncached + one.cache_read) for one in records[:1]
    ]
    assert Decimal(0) < Decimal(records[0].cost)
    assert 1 == len(host.handshakes)


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


def test_a_compressed_sound_that_is_no_base64_loses_the_session() -> None:
    """Half a piece of sound is none."""

    def script(talk: Talk) -> None:
        created(talk)
        talk.send({"type": "response.output_audio.delta", "delta": "?"})
        talk.until_gone()

    with FakeSocket(script) as host, pytest.raises(SessionLost) as caught:
        talk_with("sync", client_for("openai", host), MODEL, lambda session: session.events())

    assert isinstance(caught.value.cause, ProtocolError)


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
