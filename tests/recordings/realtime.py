"""Recorded realtime sessions: every frame, in both directions."""

from __future__ import annotations

import base64
import json
from typing import Any

from llmkit.dialects.realtime import dashscope, gemini, openai, xai
from llmkit.types.parts import ToolCall
from llmkit.types.realtime import (
    AudioDelta,
    RateLimits,
    ResponseDone,
    SessionError,
    SpeechStarted,
    TextDelta,
    ToolCalled,
    ToolCallsCancelled,
    Transcript,
    TranscriptDelta,
)
from llmkit.types.realtime_request import AudioFormat, RealtimeRequest, TurnDetection
from llmkit.types.tools import Tool
from tests.recordings.recorded import Reader, Recorded, place

Frames = list[tuple[str, Any]]


def frames_of(recorded: Recorded) -> Frames:
    body = recorded.json
    found = body.get("frames", []) if isinstance(body, dict) else []
    return [(frame["dir"], frame["data"]) for frame in found]


def first_sent(recorded: Recorded) -> dict[str, Any]:
    return next((data for direction, data in frames_of(recorded) if direction == "sent"), {})


def is_gemini(recorded: Recorded) -> bool:
    return "setup" in first_sent(recorded)


def is_openai(recorded: Recorded) -> bool:
    """The same recordings hold the sockets of Responses, which are no sessions of this kind."""
    kinds = {data.get("type") for _, data in frames_of(recorded)}
    return "session.created" in kinds and recorded.provider != "xai"


def is_xai(recorded: Recorded) -> bool:
    return recorded.provider == "xai" and bool(frames_of(recorded))


# What we read.


def summary(events: list[Any]) -> dict[str, Any]:
    def joined(kind: type, **same: str) -> str:
        return "".join(event.text for event in events if isinstance(event, kind) and all(getattr(event, k) == v for k, v in same.items()))

    done = [event for event in events if isinstance(event, ResponseDone)]
    return {
        "text": joined(TextDelta),
        "spoken": joined(TranscriptDelta, speaker="model"),
        "heard": joined(TranscriptDelta, speaker="user"),
        "whole": [(event.speaker, event.text, event.final) for event in events if isinstance(event, Transcript)],
        "audio": b"".join(event.data for event in events if isinstance(event, AudioDelta)),
        "calls": [
            (event.call.id, event.call.name, event.call.arguments if isinstance(event.call, ToolCall) else None)
            for event in events
            if isinstance(event, ToolCalled)
        ],
        "done": [(event.finish.raw, event.usage and (event.usage.input, event.usage.output, event.usage.output_audio)) for event in done],
        "cached": [event.usage.cache_read for event in done if event.usage],
        "speech": sum(isinstance(event, SpeechStarted) for event in events),
        "errors": [event.error.code for event in events if isinstance(event, SessionError)],
        "limits": [limit.remaining for event in events if isinstance(event, RateLimits) for limit in event.limits],
        "cancelled": [id for event in events if isinstance(event, ToolCallsCancelled) for id in event.ids],
    }


def decoded(module: Any) -> Any:
    def read(recorded: Recorded) -> Any:
        session = module.session(RealtimeRequest(model="m"), place(recorded.model or "m", **_OPTIONS))
        events = []
        for direction, data in frames_of(recorded):
            if direction == "received":
                events += session.feed(data, json.dumps(data).encode())
        assert session.ready
        return summary(events)

    return read


_OPTIONS: dict[str, Any] = {"transcriber": "t"}
_AUDIO = ("response.output_audio.delta", "response.audio.delta")
_SPOKEN = ("response.output_audio_transcript.delta", "response.audio_transcript.delta")
_SPOKEN_WHOLE = ("response.output_audio_transcript.done", "response.audio_transcript.done")
_HEARD = "conversation.item.input_audio_transcription."


def expected_openai(recorded: Recorded) -> Any:
    """Read the frames by their types alone, item by item."""
    got = [data for direction, data in frames_of(recorded) if direction == "received"]

    def deltas(*kinds: str) -> str:
        return "".join(data["delta"] for data in got if data["type"] in kinds)

    whole = []
    for data in got:
        if data["type"] in _SPOKEN_WHOLE:
            whole.append(("model", data["transcript"], True))
        elif data["type"] in (f"{_HEARD}completed", f"{_HEARD}updated"):
            whole.append(("user", data["transcript"], data["type"].endswith("completed")))
    done = [data for data in got if data["type"] == "response.done"]
    usages = [data["response"].get("usage") or data.get("usage") for data in done]
    names = {data["item"].get("call_id"): data["item"].get("name") for data in got if data["type"] == "response.output_item.added"}
    items = [data for data in got if data["type"] == "response.function_call_arguments.done"]
    return {
        "text": deltas("response.output_text.delta", "response.text.delta"),
        "spoken": deltas(*_SPOKEN),
        "heard": deltas(f"{_HEARD}delta"),
        "whole": whole,
        "audio": b"".join(base64.b64decode(data["delta"]) for data in got if data["type"] in _AUDIO),
        "calls": [(item["call_id"], item.get("name") or names[item["call_id"]], json.loads(item["arguments"])) for item in items],
        "done": [
            (
                data["response"]["status"],
                usage and (usage["input_tokens"], usage["output_tokens"], usage["output_token_details"]["audio_tokens"]),
            )
            for data, usage in zip(done, usages, strict=True)
        ],
        "cached": [usage["input_token_details"].get("cached_tokens", 0) for usage in usages if usage],
        "speech": sum(data["type"] == "input_audio_buffer.speech_started" for data in got),
        "errors": [data["error"]["code"] for data in got if "error" in data and data["type"] in ("error", f"{_HEARD}failed")],
        "limits": [one["remaining"] for data in got if data["type"] == "rate_limits.updated" for one in data["rate_limits"]],
        "cancelled": [],
    }


def expected_gemini(recorded: Recorded) -> Any:
    got = [data for direction, data in frames_of(recorded) if direction == "received"]
    contents = [data["serverContent"] for data in got if "serverContent" in data]
    parts = [part for content in contents for part in content.get("modelTurn", {}).get("parts", [])]
    done = []
    for data in got:
        if data.get("serverContent", {}).get("turnComplete"):
            usage = data.get("usageMetadata")
            written = usage.get("responseTokenCount", usage.get("candidatesTokenCount", 0)) if usage else 0
            made = (usage or {}).get("responsesTokensDetails") or (usage or {}).get("responseTokensDetails")
            made = made or (usage or {}).get("candidatesTokensDetails") or []
            audio = sum(one.get("tokenCount", 0) for one in made if one["modality"] == "AUDIO")
            counts = usage and (usage["promptTokenCount"], written + usage.get("thoughtsTokenCount", 0), min(audio, written))
            done.append((None, counts))
    return {
        "text": "".join(part["text"] for part in parts if "text" in part and not part.get("thought")),
        "spoken": "".join(content.get("outputTranscription", {}).get("text", "") for content in contents),
        "heard": "".join(content.get("inputTranscription", {}).get("text", "") for content in contents),
        "whole": [],
        "audio": b"".join(base64.b64decode(part["inlineData"]["data"]) for part in parts if "inlineData" in part),
        "calls": [
            (call["id"], call["name"], call["args"]) for data in got if "toolCall" in data for call in data["toolCall"]["functionCalls"]
        ],
        "done": done,
        "cached": [0 for _, usage in done if usage],
        "speech": 0,
        "errors": [],
        "limits": [],
        "cancelled": [id for data in got for id in data.get("toolCallCancellation", {}).get("ids", [])],
    }


# What we send.


def sound(wire: dict[str, Any] | None) -> AudioFormat | None:
    if wire is None:
        return None
    kind = wire["type"].removeprefix("audio/")
    return AudioFormat(encoding=kind, rate=wire.get("rate", 24_000 if kind == "pcm" else 8000))


def turns(holder: dict[str, Any]) -> TurnDetection | None:
    wire = holder.get("turn_detection")
    if "turn_detection" not in holder:
        return None
    if wire is None:
        return TurnDetection(kind="manual")
    kind: Any = "semantic" if wire["type"] == "semantic_vad" else "server"
    return TurnDetection(
        kind=kind,
        threshold=wire.get("threshold"),
        prefix_ms=wire.get("prefix_padding_ms"),
        silence_ms=wire.get("silence_duration_ms"),
        respond=wire.get("create_response"),
        interrupt=wire.get("interrupt_response"),
    )


def tools(wires: list[dict[str, Any]]) -> tuple[Tool, ...]:
    return tuple(Tool(name=wire["name"], description=wire.get("description"), parameters=wire["parameters"]) for wire in wires)


_KNOWN = {"type", "instructions", "output_modalities", "audio", "tools", "turn_detection", "reasoning", "resumption"}


def openai_request(recorded: Recorded) -> RealtimeRequest | None:
    """Return the words for a recorded `session.update`; None: it has the shape of 2024, or fields that we have no words for."""
    updates = [data["session"] for direction, data in frames_of(recorded) if direction == "sent" and data["type"] == "session.update"]
    if not updates or set(updates[0]) - _KNOWN or "audio" not in updates[0]:
        return None
    wire = updates[0]
    given, made = wire["audio"].get("input", {}), wire["audio"].get("output", {})
    return RealtimeRequest(
        model="m",
        instructions=wire.get("instructions"),
        modalities=tuple(wire.get("output_modalities", ())),
        voice=made.get("voice"),
        input_format=sound(given.get("format")),
        output_format=sound(made.get("format")),
        turns=turns(given if "turn_detection" in given else wire),
        transcription=given["transcription"]["model"] if "transcription" in given else None,
        tools=tools(wire.get("tools", [])),
        effort=wire.get("reasoning", {}).get("effort"),
        resumable="resumption" in wire,
    )


def sent_as(module: Any, words: Any, say: Any) -> Any:
    """Return what says a recorded session's sent frames again, between its received ones."""

    def encoded(recorded: Recorded) -> Any:
        request = words(recorded)
        if request is None:
            return None
        session = module.session(request, place("m", **_OPTIONS))
        ours: list[Any] = []
        for direction, data in frames_of(recorded):
            if direction == "received":
                session.feed(data, b"{}")
            elif direction == "sent":
                say(session, data)
            else:  # the socket was closed, and what follows is another
                session = module.session(request, place("m", **_OPTIONS))
            ours += session.outgoing
            session.outgoing.clear()
        return ours

    return encoded


def say_openai(session: Any, data: dict[str, Any]) -> None:
    match data["type"]:
        case "conversation.item.create" if data["item"]["type"] == "message":
            session.text(data["item"]["content"][0]["text"], data["item"]["role"], False)
        case "conversation.item.create":
            session.tool_result(data["item"]["call_id"], "", data["item"]["output"], False)
        case "response.create":
            session.respond(None)
        case "input_audio_buffer.append":
            session.audio(base64.b64decode(data["audio"]))


def sent_openai(recorded: Recorded) -> Any:
    if openai_request(recorded) is None or any(data.get("type") == "error" for _, data in frames_of(recorded)):
        return None  # the provider refused something of it
    frames = [data for direction, data in frames_of(recorded) if direction == "sent"]
    kinds = {"session.update", "conversation.item.create", "response.create", "input_audio_buffer.append"}
    return frames if {data["type"] for data in frames} <= kinds else None


def gemini_request(recorded: Recorded) -> RealtimeRequest | None:
    setup = first_sent(recorded)["setup"]
    declared = [one for group in setup.get("tools", []) for one in group["functionDeclarations"]]
    return RealtimeRequest(
        model="m",
        instructions=setup["systemInstruction"]["parts"][0]["text"],
        modalities=tuple(word.lower() for word in setup["generationConfig"]["responseModalities"]),
        transcription=True if "inputAudioTranscription" in setup else None,
        tools=tuple(
            Tool(name=one["name"], description=one.get("description"), parameters=plain(one.get("parameters", {}))) for one in declared
        ),
    )


def plain(schema: Any) -> Any:
    """Return an OpenAPI schema as JSON Schema has it."""
    if isinstance(schema, dict):
        return {key: value.lower() if key == "type" and isinstance(value, str) else plain(value) for key, value in schema.items()}
    return [plain(one) for one in schema] if isinstance(schema, list) else schema


def declaration(wire: dict[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in wire.items() if key in ("name", "description")}
    return found | ({"parametersJsonSchema": plain(wire["parameters"])} if wire.get("parameters") else {})


def say_gemini(session: Any, data: dict[str, Any]) -> None:
    if "client_content" in data:
        turn = data["client_content"]["turns"][0]
        session.text(turn["parts"][0]["text"], turn["role"], data["client_content"]["turnComplete"])
    elif "tool_response" in data:
        for one in data["tool_response"]["functionResponses"]:
            session.tool_result(one["id"], one["name"], one["response"]["output"], None)


def sent_gemini(recorded: Recorded) -> Any:
    """Return the recorded frames in the API's own spelling: the client that made them mixes two."""
    found = []
    for direction, data in frames_of(recorded):
        if direction != "sent":
            continue
        if "setup" in data:
            setup = {**data["setup"], "model": "models/m"}
            setup["systemInstruction"] = {"parts": setup["systemInstruction"]["parts"]}
            for group in setup.get("tools", []):
                group["functionDeclarations"] = [declaration(one) for one in group["functionDeclarations"]]
            found.append({"setup": setup})
        elif "client_content" in data:
            if len(data["client_content"]["turns"]) != 1:
                return None  # several turns at once: we send one at a time
            found.append({"clientContent": data["client_content"]})
        else:
            found.append({"toolResponse": data["tool_response"]})
    return found


def _of(codec: str, takes: Any, module: Any, expected: Any, words: Any, say: Any, sent: Any) -> Reader:
    return Reader(
        codec=codec,
        apis=("realtime",),
        takes=takes,
        decoded=decoded(module),
        expected=expected,
        encoded=sent_as(module, words, say),
        sent=sent,
    )


READERS = [
    _of("openai_realtime", is_openai, openai, expected_openai, openai_request, say_openai, sent_openai),
    _of("xai_realtime", is_xai, xai, expected_openai, openai_request, say_openai, sent_openai),
    _of("gemini_realtime", is_gemini, gemini, expected_gemini, gemini_request, say_gemini, sent_gemini),
]
assert dashscope.FlatSession.feed is openai.OpenAISession.feed  # what is read of one is read of the other
