"""The vendors' own packages and our client, pointed at the same host, put the same on the wire."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme

from llmkit.realtime import TurnDetection
from llmkit.testing.websocket import FakeSocket, Talk
from llmkit.types.tools import Tool
from tests.realtime.hosts import client_for, created, set_up, talk_with

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL = Tool(name="weather", description="Look it up.", parameters=SCHEMA)
_SETTINGS: Any = {
    "type": "realtime",
    "instructions": "Be brief.",
    "output_modalities": ["audio"],
    "audio": {
        "input": {
            "format": {"type": "audio/pcm", "rate": 24000},
            "turn_detection": {"type": "semantic_vad", "eagerness": "high", "interrupt_response": True},
            "transcription": {"model": "gpt-realtime-whisper", "language": "de"},
        },
        "output": {"format": {"type": "audio/pcmu"}, "voice": "marin", "speed": 1.2},
    },
    "tools": [{"type": "function", "name": "weather", "description": "Look it up.", "parameters": SCHEMA}],
    "tool_choice": "auto",
    "max_output_tokens": 500,
    "reasoning": {"effort": "low"},
}


def until(count: int, greet: Any) -> Any:
    """Return a script that greets and takes so many messages."""

    def script(talk: Talk) -> None:
        greet(talk)
        for _ in range(count):
            talk.receive()
        talk.close()

    return script


def sent(host: FakeSocket, *names: str) -> tuple[Any, ...]:
    """Return what came: the address, the headers `names`, and every message."""
    handshake = host.handshakes[0]
    return (handshake.path, handshake.query, [handshake.headers.get(name) for name in names], host.received)


def test_openai_gets_what_its_own_package_sends() -> None:
    """Its types say which settings there are; its client where the key goes and how each message is called."""
    openai = pytest.importorskip("openai")

    async def theirs(url: str) -> None:
        async with (
            openai.AsyncOpenAI(api_key="sk-test-realtime", base_url=f"{url}/v1") as client,
            client.realtime.connect(model="gpt-realtime") as connection,
        ):
            await connection.recv()
            await connection.session.update(session=_SETTINGS)
            await connection.recv()
            item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi."}]}
            await connection.conversation.item.create(item=item)
            await connection.response.create()
            await connection.input_audio_buffer.append(audio="AAE=")
            await connection.input_audio_buffer.commit()
            await connection.response.cancel()
            await connection.conversation.item.truncate(item_id="i", content_index=0, audio_end_ms=700)
            await connection.conversation.item.create(item={"type": "function_call_output", "call_id": "c", "output": "Fog."})

    def ours(session: Any) -> None:
        from llmkit.types.parts import ToolCall

        session.send_text("Hi.")
        session.send_audio(b"\x00\x01")
        session.commit()
        session.cancel()
        session.truncate("i", 700)
        session.send_tool_result(ToolCall(id="c", name="weather"), "Fog.", respond=False)

    options: dict[str, Any] = {
        "instructions": "Be brief.",
        "modalities": ["audio"],
        "input_format": "pcm",
        "output_format": "pcmu",
        "turns": TurnDetection(kind="semantic", eagerness="high", interrupt=True),
        "transcription": True,
        "language": "de",
        "voice": "marin",
        "speed": 1.2,
        "tools": [TOOL],
        "tool_choice": "auto",
        "max_tokens": 500,
        "effort": "low",
    }
    with FakeSocket(until(7, created)) as one, FakeSocket(until(7, created)) as other:
        asyncio.run(theirs(one.url))
        client = client_for("openai", other)
        client["base_urls"]["openai"] += "/v1"
        talk_with("sync", client, "openai/gpt-realtime", ours, **options)

    assert sent(one, "authorization") == sent(other, "authorization")


@pytest.mark.filterwarnings("ignore")
def test_google_gets_what_its_own_package_sends(tmp_path: Path) -> None:
    """The setup is made by it; it spells two of the messages in another way, which the API takes too."""
    genai = pytest.importorskip("google.genai")

    config = {
        "response_modalities": ["AUDIO"],
        "system_instruction": "Be brief.",
        "speech_config": {"voice_config": {"prebuilt_voice_config": {"voice_name": "Kore"}}, "language_code": "de"},
        "input_audio_transcription": {},
        "output_audio_transcription": {},
        "temperature": 0.5,
        "max_output_tokens": 500,
        "tools": [{"function_declarations": [{"name": "weather", "description": "Look it up.", "parameters_json_schema": SCHEMA}]}],
        "session_resumption": {"handle": "h"},
        "realtime_input_config": {"automatic_activity_detection": {"prefix_padding_ms": 20, "silence_duration_ms": 100}},
    }

    async def theirs(url: str) -> None:
        # It speaks to nothing but TLS. The documentation of the sockets names v1beta (ai.google.dev/api/live, 2026-11).
        options = {"base_url": url, "api_version": "v1beta", "async_client_args": {"ssl": trusted}}
        client = genai.Client(api_key="sk-test-realtime", http_options=options)
        async with client.aio.live.connect(model="gemini-live", config=config) as session:
            await session.send_client_content(turns={"role": "user", "parts": [{"text": "Hi."}]}, turn_complete=True)
            await session.send_realtime_input(audio={"data": b"\x00\x01", "mime_type": "audio/pcm;rate=16000"})
            await session.send_realtime_input(audio_stream_end=True)
            answer = {"id": "c", "name": "weather", "response": {"output": "Fog."}}
            await session.send_tool_response(function_responses=[answer])

    def ours(session: Any) -> None:
        from llmkit.types.parts import ToolCall

        session.send_text("Hi.")
        session.send_audio(b"\x00\x01")
        session.commit()
        session.send_tool_result(ToolCall(id="c", name="weather"), "Fog.")

    options: dict[str, Any] = {
        "modalities": ["audio"],
        "instructions": "Be brief.",
        "voice": "Kore",
        "language": "de",
        "transcription": True,
        "temperature": 0.5,
        "max_tokens": 500,
        "tools": [TOOL],
        "resume": "h",
        "turns": TurnDetection(prefix_ms=20, silence_ms=100),
    }
    authority, file = trustme.CA(), tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(file)
    server, trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile=str(file))
    authority.issue_cert("127.0.0.1").configure_cert(server)
    with FakeSocket(until(4, set_up), context=server) as one, FakeSocket(until(4, set_up), context=server) as other:
        asyncio.run(theirs(one.url))
        client = client_for("google", other, ca_file=file)
        talk_with("sync", client, "google/gemini-live", ours, **options)

    path, query, headers, messages = sent(one, "x-goog-api-key")
    assert (path, query, headers, [spelled(message) for message in messages]) == sent(other, "x-goog-api-key")


def spelled(message: Any) -> Any:
    """Return a message of the package's in the API's own spelling, without the role that instructions do not have."""
    if isinstance(message, dict):
        message.get("systemInstruction", {}).pop("role", None)
        return {camel(key): spelled(value) for key, value in message.items()}
    return [spelled(one) for one in message] if isinstance(message, list) else message


def camel(name: str) -> str:
    first, *more = name.split("_")
    return first + "".join(word.capitalize() for word in more)
