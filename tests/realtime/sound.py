"""Hosts that listen and speak, format by format: what they script, and what must have been on the wire."""

from __future__ import annotations

import asyncio
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

from llmkit import AsyncLLMKit, LLMKit
from llmkit.testing.websocket import Talk
from tests.realtime.hosts import Same

SOUND = b"\x01\x00" * 1600
"""100 ms at 16 kHz."""


def use(face: str, client: dict[str, Any], operation: str, model: str, act: Callable[[Same], Any], **options: Any) -> Any:
    """Open a session by `kit.listen` or `kit.speak`, use it, and close it."""
    if face == "sync":
        with LLMKit(**client) as kit, getattr(kit, operation)(model, **options) as session:
            return act(Same(session, lambda value: value))
    with asyncio.Runner() as runner:

        async def opened() -> Any:
            kit = AsyncLLMKit(**client)
            try:
                return kit, await getattr(kit, operation)(model, **options)
            except BaseException:
                await kit.aclose()
                raise

        async def closed(kit: Any, session: Any) -> None:
            await session.aclose()
            await kit.aclose()

        async def awaited(value: Any) -> Any:
            return await value

        kit, session = runner.run(opened())
        try:
            return act(Same(session, lambda value: runner.run(awaited(value))))
        finally:
            runner.run(closed(kit, session))


def heard(session: Same) -> tuple[list[Any], Any]:
    """Send a sound, end it, and read to the end."""
    session.send_audio(SOUND)
    session.finish()
    return session.events(), session.reply


def spoken(session: Same) -> tuple[list[Any], Any]:
    """Send words in pieces that are no words, end them, and read to the end."""
    for piece in ("Good mor", "ning, ", "Ada"):
        session.send_text(piece)
    session.finish()
    return session.events(), session.reply


def until(talk: Talk, last: Callable[[Any], bool]) -> None:
    """Take messages up to the last one."""
    while not last(talk.receive()):
        pass


def deepgram(talk: Talk) -> None:
    """Guess, be sure, and tell how long it was."""
    until(talk, lambda message: message == {"type": "CloseStream"})
    words = [
        {"word": "hello", "punctuated_word": "Hello", "start": 0.1, "end": 0.3, "confidence": 0.9, "speaker": 0},
        {"word": "there", "punctuated_word": "there.", "start": 0.3, "end": 0.6, "confidence": 0.8, "speaker": 1},
    ]

    def results(text: str, words: list[Any], **told: Any) -> dict[str, Any]:
        best = {"transcript": text, "confidence": 0.85, "words": words, "languages": ["en"]}
        return {"type": "Results", "start": 0.0, "duration": 1.0, "channel": {"alternatives": [best]}, **told}

    talk.send({"type": "SpeechStarted", "timestamp": 0.1}, results("hell", [], is_final=False, speech_final=False))
    talk.send(results("Hello there.", words, is_final=True, speech_final=True))
    talk.send({"type": "Metadata", "request_id": "r1", "duration": 1.5, "model_info": {"u": {"name": "general-nova-3"}}})
    talk.close(1000)


def assemblyai(talk: Talk) -> None:
    """Greet, and tell a turn three times: guessed, ended, and written properly."""
    talk.send({"type": "Begin", "id": "s1", "expires_at": 1785217655})
    until(talk, lambda message: message == {"type": "Terminate"})
    words = [{"text": "hello", "start": 100, "end": 300, "confidence": 0.9}, {"text": "there", "start": 300, "end": 600, "confidence": 0.8}]
    turn = {"type": "Turn", "turn_order": 0, "words": words, "transcript": "hello there"}
    talk.send({"type": "SpeechStarted", "timestamp": 100}, {**turn, "transcript": "hell", "end_of_turn": False})
    talk.send({**turn, "end_of_turn": True, "turn_is_formatted": False})
    talk.send({**turn, "transcript": "Hello there.", "end_of_turn": True, "turn_is_formatted": True, "speaker_label": "A"})
    talk.send({"type": "Termination", "audio_duration_seconds": 1.5, "session_duration_seconds": 2})
    talk.close(1000)


def elevenlabs(talk: Talk) -> None:
    """Greet, guess, commit twice (once with words), and say no more."""
    talk.send({"message_type": "session_started", "session_id": "s1", "config": {"model_id": "scribe_v2_realtime"}})
    until(talk, lambda message: message["commit"])
    talk.send({"message_type": "partial_transcript", "text": "hell"}, {"message_type": "committed_transcript", "text": "Hello there."})
    words = [
        {"text": "Hello", "start": 0.1, "end": 0.3, "type": "word"},
        {"text": " ", "start": 0.3, "end": 0.3, "type": "spacing"},
        {"text": "there.", "start": 0.3, "end": 0.6, "type": "word"},
    ]
    whole = {"message_type": "committed_transcript_with_timestamps", "text": "Hello there.", "language_code": "en", "words": words}
    talk.send(whole)
    talk.until_gone()


def cartesia(talk: Talk) -> None:
    """Write down in two pieces when it is over."""
    until(talk, lambda message: message == "close")
    talk.send(
        {"type": "transcript", "is_final": True, "text": "Hello", "language": "en", "words": [{"word": "Hello", "start": 0, "end": 0.2}]}
    )
    talk.send({"type": "transcript", "is_final": True, "text": " there."}, {"type": "flush_done"}, {"type": "done", "request_id": "r1"})
    talk.until_gone()


def speechmatics(talk: Talk) -> None:
    """Take the settings, confirm each piece, guess, be sure."""
    talk.receive()
    talk.send({"message": "RecognitionStarted", "id": "s1"})
    talk.receive()
    talk.send({"message": "AudioAdded", "seq_no": 1})
    assert talk.receive() == {"message": "EndOfStream", "last_seq_no": 1}

    def word(text: str, start: float, who: str, kind: str = "word") -> dict[str, Any]:
        best = {"content": text, "confidence": 1, "speaker": who}
        return {"type": kind, "start_time": start, "end_time": start + 0.2, "alternatives": [best]}

    told = {"metadata": {"transcript": "Hello there. ", "start_time": 0.1, "end_time": 0.6}}
    results = [word("Hello", 0.1, "S1"), word("there", 0.3, "S2"), word(".", 0.5, "S2", "punctuation")]
    talk.send({"message": "AddPartialTranscript", "metadata": {"transcript": "hell"}, "results": []})
    talk.send({"message": "AddTranscript", **told, "results": results}, {"message": "EndOfTranscript"})
    talk.close(1000)


def openai(talk: Talk) -> None:
    """Take the settings, commit, and write down."""
    talk.send({"type": "session.created", "session": {"id": "s1", "object": "realtime.transcription_session"}})
    talk.receive()
    talk.send({"type": "session.updated", "session": {}})
    until(talk, lambda message: message["type"] == "input_audio_buffer.commit")
    kind = "conversation.item.input_audio_transcription"
    usage = {"type": "tokens", "input_tokens": 10, "output_tokens": 4, "input_token_details": {"audio_tokens": 10}}
    talk.send({"type": "input_audio_buffer.committed", "item_id": "i1"}, {"type": f"{kind}.delta", "item_id": "i1", "delta": "Hello"})
    talk.send({"type": f"{kind}.completed", "item_id": "i1", "transcript": "Hello there.", "usage": usage})
    talk.until_gone()


def mistral(talk: Talk) -> None:
    """Greet, take the settings, and tell the words one by one and then all of them."""
    talk.send({"type": "session.created", "session": {"request_id": "s1", "model": "voxtral-realtime", "audio_format": {}}})
    talk.receive()
    talk.send({"type": "session.updated", "session": {}})
    until(talk, lambda message: message == {"type": "input_audio.end"})
    talk.send({"type": "turn.start", "time_s": 0.1}, {"type": "transcription.text.delta", "text": "Hello"})
    usage = {"prompt_tokens": 5, "completion_tokens": 4, "total_tokens": 9, "prompt_audio_seconds": 2}
    talk.send({"type": "transcription.text.delta", "text": " there."}, {"type": "turn.end", "time_s": 0.6, "end_reason": "silence"})
    talk.send({"type": "transcription.done", "model": "voxtral-realtime", "text": "Hello there.", "language": "en", "usage": usage})
    talk.until_gone()


def mistral_voice(talk: Talk) -> None:
    """Greet, take the settings, and speak when the text is over."""
    talk.send({"type": "session.created", "session": {"request_id": "s1", "model": "voxtral-tts"}})
    talk.receive()
    talk.send({"type": "session.updated", "session": {}})
    until(talk, lambda message: message == {"type": "input_text.end"})
    for piece in (b"\x01\x02", b"{}"):
        talk.send({"type": "speech.audio.delta", "audio_data": b64encode(piece).decode()})
    talk.send({"type": "speech.audio.done", "usage": {"prompt_tokens": 5}})
    talk.until_gone()


def deepgram_voice(talk: Talk) -> None:
    """Greet, and speak what is flushed."""
    talk.send({"type": "Metadata", "request_id": "r1", "model_name": "aura-2-thalia-en"})
    until(talk, lambda message: message == {"type": "Flush"})
    talk.send(b"\x01\x02", b"{}", {"type": "Flushed", "sequence_id": 0})
    assert talk.receive() == {"type": "Close"}
    talk.close(1000)


def elevenlabs_voice(talk: Talk) -> None:
    """Speak when the text is over."""
    until(talk, lambda message: message["text"] == "")
    for piece in (b"\x01\x02", b"{}"):
        talk.send({"audio": b64encode(piece).decode(), "isFinal": None, "alignment": {"chars": ["a"]}})
    talk.send({"audio": None, "isFinal": True})
    talk.close(1000)


def cartesia_voice(talk: Talk) -> None:
    """Speak when the text is over."""
    until(talk, lambda message: not message["continue"])
    context = talk.received[0]["context_id"]
    for piece in (b"\x01\x02", b"{}"):
        talk.send({"type": "chunk", "data": b64encode(piece).decode(), "done": False, "context_id": context})
    talk.send({"type": "done", "done": True, "context_id": context})
    talk.until_gone()


def sound_of(host: Any) -> bytes:
    """Return all the sound that a host was sent, however it was wrapped."""
    found = b""
    for message in host.received:
        if isinstance(message, bytes):
            found += message
        elif isinstance(message, dict):
            found += b64decode(message.get("audio_base_64", message.get("audio", "")) or "")
    return found
