"""Read what OpenAI's realtime sessions and their relatives tell: both the names of 2024 and those of 2025."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

from llmkit.dialects.openai_chat.errors import error_of
from llmkit.dialects.openai_chat.wire import Object, count_of, name_of, number_of, object_of, objects_of, raw, text_of
from llmkit.errors import ProtocolError, ProviderError
from llmkit.types.realtime import (
    AudioDelta,
    InputCommitted,
    RateLimit,
    RateLimits,
    RealtimeEvent,
    ResponseDone,
    ResponseStarted,
    SessionError,
    SessionStarted,
    SessionUpdated,
    SpeechStarted,
    SpeechStopped,
    TextDelta,
    ToolCallDelta,
    Transcript,
    TranscriptDelta,
)
from llmkit.types.responses import FinishReason, UnifiedFinish
from llmkit.types.usage import Usage

Reader: TypeAlias = Callable[[Object, dict[str, Any]], RealtimeEvent]
"""Gets the message, and the fields that every event has."""
_FINISH: dict[str, UnifiedFinish] = {"completed": "stop", "cancelled": "interrupted", "failed": "error"}
_CUT: dict[str, UnifiedFinish] = {"max_output_tokens": "length", "content_filter": "content_filter"}


def common(message: Object, data: bytes) -> dict[str, Any]:
    """Return the fields that every event has."""
    response = object_of(message.get("response"))
    item = object_of(message.get("item"))
    return {
        "item": name_of(message.get("item_id")) or name_of(item.get("id")),
        "response": name_of(message.get("response_id")) or name_of(response.get("id")),
        "raw": msgspec.Raw(data),
    }


def _started(message: Object, fields: dict[str, Any]) -> RealtimeEvent:
    session = object_of(message.get("session"))
    return SessionStarted(
        id=name_of(session.get("id")), model=text_of(session.get("model")), expires_at=number_of(session.get("expires_at")), **fields
    )


def _audio(message: Object, fields: dict[str, Any]) -> RealtimeEvent:
    try:
        data = b64decode(text_of(message.get("delta")), validate=True)
    except (Base64Error, ValueError):
        data = None
    if data is None:
        raise ProtocolError("A piece of sound is no base64.")
    return AudioDelta(data=data, index=count_of(message.get("content_index")), **fields)


def _text(message: Object, fields: dict[str, Any]) -> RealtimeEvent:
    return TextDelta(text=text_of(message.get("delta")), **fields)


def _spoken(message: Object, fields: dict[str, Any]) -> RealtimeEvent:
    return TranscriptDelta(text=text_of(message.get("delta")), **fields)


def _heard(message: Object, fields: dict[str, Any]) -> RealtimeEvent:
    return TranscriptDelta(text=text_of(message.get("delta")), speaker="user", **fields)


def _all_spoken(message: Object, fields: dict[str, Any]) -> RealtimeEvent:
    return Transcript(text=text_of(message.get("transcript")), **fields)


def _all_heard(message: Object, fields: dict[str, Any]) -> RealtimeEvent:
    return Transcript(text=text_of(message.get("transcript")), speaker="user", **fields)


def _so_far(message: Object, fields: dict[str, Any]) -> RealtimeEvent:
    # DashScope tells what is sure as `text` and what is guessed as `stash` (client events, read 2026-11-23).
    words = text_of(message.get("transcript")) or text_of(message.get("text")) + text_of(message.get("stash"))
    return Transcript(text=words, speaker="user", final=False, **fields)


def _speech_started(message: Object, fields: dict[str, Any]) -> RealtimeEvent:
    return SpeechStarted(at_ms=_milliseconds(message.get("audio_start_ms")), **fields)


def _speech_stopped(message: Object, fields: dict[str, Any]) -> RealtimeEvent:
    return SpeechStopped(at_ms=_milliseconds(message.get("audio_end_ms")), **fields)


def _milliseconds(value: Any) -> int | None:
    number = number_of(value)
    return None if number is None else int(number)


def _arguments(message: Object, fields: dict[str, Any]) -> RealtimeEvent:
    return ToolCallDelta(id=text_of(message.get("call_id")), json=text_of(message.get("delta")), **fields)


def _limits(message: Object, fields: dict[str, Any]) -> RealtimeEvent:
    limits = [
        RateLimit(
            name=text_of(one.get("name")),
            limit=_milliseconds(one.get("limit")),
            remaining=_milliseconds(one.get("remaining")),
            resets_in=number_of(one.get("reset_seconds")),
        )
        for one in objects_of(message.get("rate_limits"))
    ]
    return RateLimits(limits=tuple(limits), **fields)


def _error(message: Object, fields: dict[str, Any]) -> RealtimeEvent:
    return SessionError(error=refusal(message), **fields)


def refusal(message: Object) -> ProviderError:
    """Return the typed error of an `error` message."""
    inner = object_of(message.get("error"))
    return error_of(inner or message, {**message, "error": inner} if inner else message)


def _done(message: Object, fields: dict[str, Any]) -> RealtimeEvent:
    response = object_of(message.get("response"))
    # xAI leaves the usage of the response empty and tells it beside (recorded 2026-07).
    wire = object_of(response.get("usage")) or object_of(message.get("usage"))
    usage = usage_of(wire)
    details = object_of(response.get("status_details"))
    failed = object_of(details.get("error"))
    return ResponseDone(
        finish=_finish(response, details),
        usage=usage,
        shares=() if usage is None else shares_of(wire, usage),
        error=error_of(failed, {"error": failed}) if failed else None,
        **fields,
    )


def _finish(response: Object, details: Object) -> FinishReason:
    status, reason = text_of(response.get("status")), text_of(details.get("reason"))
    calls = any(item.get("type") == "function_call" for item in objects_of(response.get("output")))
    unified = _CUT.get(reason, "other") if status == "incomplete" else _FINISH.get(status, "other")
    return FinishReason(unified="tool_calls" if unified == "stop" and calls else unified, raw=status or None, detail=reason or None)


def usage_of(wire: Object) -> Usage | None:
    """Return the tokens of an answer by bucket, None where none are told."""
    if "input_tokens" not in wire and "output_tokens" not in wire:
        return None
    given = object_of(wire.get("input_token_details") or wire.get("input_tokens_details"))
    made = object_of(wire.get("output_token_details") or wire.get("output_tokens_details"))
    sent, written = count_of(wire.get("input_tokens")), count_of(wire.get("output_tokens"))
    cached = min(count_of(given.get("cached_tokens")), sent)
    audio = min(count_of(made.get("audio_tokens")), written)
    thought = min(count_of(made.get("reasoning_tokens")), written - audio)
    return Usage(
        uncached=sent - cached,
        cache_read=cached,
        output_text=written - audio - thought,
        reasoning=thought,
        output_audio=audio,
        input_audio=count_of(given.get("audio_tokens")),
        input_image=count_of(given.get("image_tokens")),
        raw=raw(wire),
    )


def shares_of(wire: Object, usage: Usage) -> tuple[Usage, ...]:
    """Return the usage by kinds of input, each with what of it came from the cache; nothing where that is not told or does not add up."""
    details = object_of(wire.get("input_token_details"))
    cached = object_of(details.get("cached_tokens_details"))
    if not usage.cache_read or not cached:
        return ()
    sound, pictures = count_of(cached.get("audio_tokens")), count_of(cached.get("image_tokens"))
    words = usage.cache_read - sound - pictures
    plain = usage.uncached - (usage.input_audio - sound) - (usage.input_image - pictures)
    if min(words, plain, usage.input_audio - sound, usage.input_image - pictures) < 0:
        return ()
    found = [usage.replace(uncached=plain, cache_read=words, input_audio=0, input_image=0)]
    if usage.input_audio:
        found.append(Usage(uncached=usage.input_audio - sound, cache_read=sound, input_audio=usage.input_audio))
    if usage.input_image:
        found.append(Usage(uncached=usage.input_image - pictures, cache_read=pictures, input_image=usage.input_image))
    return tuple(found)


READERS: dict[str, Reader] = {
    "conversation.item.input_audio_transcription.completed": _all_heard,
    "conversation.item.input_audio_transcription.delta": _heard,
    "conversation.item.input_audio_transcription.failed": _error,
    "conversation.item.input_audio_transcription.text": _so_far,
    "conversation.item.input_audio_transcription.updated": _so_far,
    "error": _error,
    "input_audio_buffer.committed": lambda message, fields: InputCommitted(**fields),
    "input_audio_buffer.speech_started": _speech_started,
    "input_audio_buffer.speech_stopped": _speech_stopped,
    "rate_limits.updated": _limits,
    "response.audio.delta": _audio,
    "response.audio_transcript.delta": _spoken,
    "response.audio_transcript.done": _all_spoken,
    "response.created": lambda message, fields: ResponseStarted(**fields),
    "response.done": _done,
    "response.function_call_arguments.delta": _arguments,
    "response.output_audio.delta": _audio,
    "response.output_audio_transcript.delta": _spoken,
    "response.output_audio_transcript.done": _all_spoken,
    "response.output_text.delta": _text,
    "response.text.delta": _text,
    "session.created": _started,
    "session.updated": lambda message, fields: SessionUpdated(**fields),
}
"""By the type of the message; calls of tools need a memory and are read by the session."""
