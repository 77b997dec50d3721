"""Transcription at hosts that answer at once: requests, and what goes out for them."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from llmkit.testing.host import bytes_reply
from llmkit.types.transcription import Segment, Word
from tests.operations.sound_places import WAVE

WAVE_URL = f"data:audio/wav;base64,{base64.b64encode(WAVE).decode()}"
LINK = "https://recordings.example/talk.mp3"


@dataclass(frozen=True)
class Case:
    """`asks` are the requests that are expected in order, `answers` what comes back; a function of the host's address makes one."""

    model: str
    options: dict[str, Any]
    asks: list[tuple[str, Any]]
    answers: list[Any]
    told: dict[str, Any] = field(default_factory=dict)
    audio: Any = WAVE


def words(*said: tuple[Any, ...]) -> tuple[Word, ...]:
    return tuple([Word(text=text, start=start, end=end, speaker=who, confidence=sure) for text, start, end, who, sure in said])


def segments(*said: tuple[Any, ...]) -> tuple[Segment, ...]:
    return tuple([Segment(text=text, start=start, end=end, speaker=who) for text, start, end, who in said])


FILE = ("file", WAVE)
AT_ONCE: dict[str, Case] = {
    "openai": Case(
        "openai/whisper-1",
        {"language": "en", "prompt": "Names: Ada", "temperature": 0.2},
        [
            (
                "POST /audio/transcriptions",
                [("model", "whisper-1"), ("language", "en"), ("prompt", "Names: Ada"), ("temperature", "0.2"), FILE],
            )
        ],
        [{"text": " Hi Ada. ", "usage": {"type": "duration", "seconds": 4}}],
        {"text": "Hi Ada.", "units": {"second_in": 4.0}},
    ),
    "openai, words": Case(
        "openai/whisper-1",
        {"timestamps": "word"},
        [
            (
                "POST /audio/transcriptions",
                [
                    ("model", "whisper-1"),
                    ("response_format", "verbose_json"),
                    ("timestamp_granularities[]", "word"),
                    ("timestamp_granularities[]", "segment"),
                    FILE,
                ],
            )
        ],
        [
            {
                "task": "transcribe",
                "text": "Hi Ada.",
                "language": "english",
                "duration": 1.5,
                "words": [{"word": "Hi", "start": 0.0, "end": 0.4}, {"word": "Ada", "start": 0.5, "end": 1}],
                "segments": [{"id": 0, "start": 0.0, "end": 1.2, "text": " Hi Ada."}],
            }
        ],
        {
            "language": "english",
            "duration": 1.5,
            "words": words(("Hi", 0.0, 0.4, None, None), ("Ada", 0.5, 1.0, None, None)),
            "segments": segments(("Hi Ada.", 0.0, 1.2, None)),
            "units": {"second_in": 1.5},
        },
    ),
    "openai, by tokens": Case(
        "openai/gpt-4o-transcribe",
        {},
        [("POST /audio/transcriptions", [("model", "gpt-4o-transcribe"), FILE])],
        [
            {
                "text": "Hi",
                "usage": {"type": "tokens", "input_tokens": 26, "output_tokens": 5, "input_token_details": {"audio_tokens": 21}},
            }
        ],
        {"tokens": (26, 5, 21), "units": {}},
    ),
    "openai, speakers": Case(
        "openai/gpt-4o-transcribe-diarize",
        {"diarize": True, "speakers": 2},
        [
            (
                "POST /audio/transcriptions",
                [("model", "gpt-4o-transcribe-diarize"), ("response_format", "diarized_json"), ("chunking_strategy", "auto"), FILE],
            )
        ],
        [{"text": "Hi", "duration": 2.0, "segments": [{"id": "s", "start": 0, "end": 1, "text": " Hi", "speaker": "A"}]}],
        {"segments": segments(("Hi", 0.0, 1.0, "A")), "warnings": ["speakers"]},
    ),
    "openai, translated": Case(
        "openai/whisper-1",
        {"translate": True, "language": "de"},
        [("POST /audio/translations", [("model", "whisper-1"), FILE])],
        [bytes_reply(b"Good day.\n", "text/plain; charset=utf-8")],
        {"text": "Good day.", "warnings": ["language"]},
    ),
    "a host that tells the cost": Case(
        "openrouter/openai/whisper-1",
        {},
        [("POST /audio/transcriptions", [("model", "openai/whisper-1"), FILE])],
        [{"text": "Hi", "usage": {"cost": 0.0006, "seconds": 6}}],
        {"cost": "0.0006", "units": {"second_in": 6.0}},
    ),
    "cohere": Case(
        "cohere/cohere-transcribe-03-2026",
        {"language": "en", "prompt": "x"},
        [("POST /audio/transcriptions", [("model", "cohere-transcribe-03-2026"), ("language", "en"), FILE])],
        [{"text": " Hi"}],
        {"text": "Hi", "warnings": ["prompt"]},
    ),
    "mistral": Case(
        "mistral/voxtral-mini-latest",
        {"diarize": True, "prompt": "Ada, Lovelace", "language": "en"},
        [
            (
                "POST /audio/transcriptions",
                [
                    ("model", "voxtral-mini-latest"),
                    ("language", "en"),
                    ("diarize", "true"),
                    ("timestamp_granularities", "segment"),
                    ("context_bias", "Ada"),
                    ("context_bias", "Lovelace"),
                    FILE,
                ],
            )
        ],
        [
            {
                "model": "voxtral-mini-2602",
                "text": "Hi",
                "language": "en",
                "segments": [{"text": " Hi", "start": 0.1, "end": 0.9, "speaker_id": "speaker_1", "type": "transcription_segment"}],
                "usage": {"prompt_audio_seconds": 3, "prompt_tokens": 3, "completion_tokens": 11, "total_tokens": 389},
            }
        ],
        {"segments": segments(("Hi", 0.1, 0.9, "speaker_1")), "units": {"second_in": 3.0}, "model": "voxtral-mini-2602"},
    ),
    "mistral, an address": Case(
        "mistral/voxtral-mini-latest",
        {},
        [("POST /audio/transcriptions", [("model", "voxtral-mini-latest"), ("file_url", LINK)])],
        [{"text": "Hi", "usage": {}}],
        {"text": "Hi", "units": {}},
        LINK,
    ),
    "deepgram": Case(
        "deepgram/nova-3",
        {"diarize": True, "language": "en", "prompt": "Ada", "timestamps": "word"},
        [("POST /listen?model=nova-3&language=en&smart_format=true&diarize=true&utterances=true&keyterm=Ada", WAVE)],
        [
            {
                "metadata": {"request_id": "d1", "duration": 1.14, "model_info": {"x": {"name": "general-nova-3"}}},
                "results": {
                    "channels": [
                        {
                            "alternatives": [
                                {
                                    "transcript": "Hi.",
                                    "words": [
                                        {"word": "hi", "punctuated_word": "Hi.", "start": 0.4, "end": 0.8, "speaker": 0, "confidence": 0.9}
                                    ],
                                }
                            ]
                        }
                    ],
                    "utterances": [{"start": 0.4, "end": 0.8, "transcript": "Hi.", "speaker": 0}],
                },
            }
        ],
        {
            "text": "Hi.",
            "words": words(("Hi.", 0.4, 0.8, "0", 0.9)),
            "segments": segments(("Hi.", 0.4, 0.8, "0")),
            "model": "general-nova-3",
            "request_id": "d1",
            "units": {"second_in": 1.14},
        },
    ),
    "deepgram, an address": Case(
        "deepgram/nova-3",
        {},
        [("POST /listen?model=nova-3&detect_language=true&smart_format=true", {"url": LINK})],
        [{"metadata": {"duration": 1}, "results": {"channels": [{"detected_language": "sv", "alternatives": [{"transcript": "hej"}]}]}}],
        {"text": "hej", "language": "sv"},
        LINK,
    ),
    "elevenlabs": Case(
        "elevenlabs/scribe_v2",
        {"speakers": 2, "language": "en", "prompt": "Ada"},
        [
            (
                "POST /speech-to-text",
                [
                    ("model_id", "scribe_v2"),
                    ("language_code", "en"),
                    ("diarize", "true"),
                    ("num_speakers", "2"),
                    ("timestamps_granularity", "word"),
                    ("keyterms", "Ada"),
                    FILE,
                ],
            )
        ],
        [
            {
                "language_code": "eng",
                "text": "Hi you",
                "words": [
                    {"text": "Hi", "start": 0.1, "end": 0.4, "type": "word", "speaker_id": "speaker_0", "logprob": 0},
                    {"text": " ", "start": 0.4, "end": 0.5, "type": "spacing", "speaker_id": "speaker_0"},
                    {"text": "you", "start": 0.5, "end": 0.9, "type": "word", "speaker_id": "speaker_1", "logprob": -1.0},
                ],
                "transcription_id": "e1",
            }
        ],
        {
            "words": words(("Hi", 0.1, 0.4, "speaker_0", 1.0), ("you", 0.5, 0.9, "speaker_1", 0.367879)),
            "segments": segments(("Hi", 0.1, 0.4, "speaker_0"), ("you", 0.5, 0.9, "speaker_1")),
            "language": "eng",
            "units": {},
        },
    ),
    "azure": Case(
        "azure-speech/fast",
        {"speakers": 2, "language": "en-US", "prompt": "Ada"},
        [
            (
                "POST /speechtotext/transcriptions:transcribe?api-version=2025-10-15",
                [
                    ("audio", WAVE),
                    (
                        "definition",
                        json.dumps(
                            {
                                "locales": ["en-US"],
                                "diarization": {"enabled": True, "maxSpeakers": 2},
                                "phraseList": {"phrases": ["Ada"]},
                            }
                        ),
                    ),
                ],
            )
        ],
        [
            {
                "durationMilliseconds": 1500,
                "combinedPhrases": [{"text": "Hi."}],
                "phrases": [
                    {
                        "offsetMilliseconds": 100,
                        "durationMilliseconds": 400,
                        "text": "Hi.",
                        "words": [{"text": "Hi.", "offsetMilliseconds": 100, "durationMilliseconds": 300}],
                        "locale": "en-US",
                        "speaker": 1,
                    }
                ],
            }
        ],
        {
            "text": "Hi.",
            "language": "en-US",
            "units": {"second_in": 1.5},
            "words": words(("Hi.", 0.1, 0.4, "1", None)),
            "segments": segments(("Hi.", 0.1, 0.5, "1")),
        },
    ),
    "cartesia": Case(
        "cartesia/ink-whisper",
        {"timestamps": "word", "language": "en"},
        [("POST /stt", [("model", "ink-whisper"), ("language", "en"), ("timestamp_granularities[]", "word"), FILE])],
        [{"text": "Hi", "language": "en", "duration": 1.2, "words": [{"word": "Hi", "start": 0.1, "end": 0.5}]}],
        {"words": words(("Hi", 0.1, 0.5, None, None)), "units": {"second_in": 1.2}},
    ),
    "fish audio": Case(
        "fish-audio/asr",
        {"timestamps": "segment"},
        [("POST /v1/asr", [("ignore_timestamps", "false"), ("audio", WAVE)])],
        [{"text": "Hi", "duration": 1.2, "segments": [{"text": "Hi", "start": 0, "end": 1}]}],
        {"segments": segments(("Hi", 0.0, 1.0, None)), "duration": 1.2},
    ),
    "xai": Case(
        "xai/stt",
        {"diarize": True, "language": "en"},
        [("POST /stt", [("language", "en"), ("format", "true"), ("diarize", "true"), FILE])],
        [
            {
                "text": "Ruby is",
                "language": "en",
                "duration": 3.7,
                "words": [
                    {"text": "Ruby", "start": 0.1, "end": 0.4, "speaker": 0},
                    {"text": "is", "start": 0.7, "end": 0.8, "speaker": 0},
                ],
            }
        ],
        {
            "words": words(("Ruby", 0.1, 0.4, "0", None), ("is", 0.7, 0.8, "0", None)),
            "segments": segments(("Ruby is", 0.1, 0.8, "0")),
            "units": {"second_in": 3.7},
            "model": "grok-stt",
        },
    ),
    "sarvam": Case(
        "sarvam/saaras:v3",
        {"translate": True, "timestamps": "segment"},
        [
            (
                "POST /speech-to-text",
                [("model", "saaras:v3"), ("mode", "translate"), ("language_code", "unknown"), ("with_timestamps", "true"), FILE],
            )
        ],
        [
            {
                "request_id": "s1",
                "transcript": "Hi",
                "timestamps": {"words": ["Hi"], "start_time_seconds": [0.1], "end_time_seconds": [0.9]},
                "language_code": "hi-IN",
            }
        ],
        {"segments": segments(("Hi", 0.1, 0.9, None)), "language": "hi-IN", "units": {"second_in": 0.01}},
    ),
    "cloudflare": Case(
        "cloudflare-workers-ai/@cf/openai/whisper-large-v3-turbo",
        {"translate": True, "language": "de", "prompt": "x"},
        [
            (
                "POST /run/@cf/openai/whisper-large-v3-turbo",
                {"audio": base64.b64encode(WAVE).decode(), "task": "translate", "language": "de", "initial_prompt": "x"},
            )
        ],
        [
            {
                "result": {
                    "text": "Hi",
                    "transcription_info": {"language": "de", "duration": 1.5},
                    "segments": [{"start": 0, "end": 1, "text": "Hi", "words": [{"word": "Hi", "start": 0, "end": 1}]}],
                },
                "success": True,
                "errors": [],
            }
        ],
        {"language": "de", "words": words(("Hi", 0.0, 1.0, None, None)), "units": {"second_in": 1.5}},
    ),
    "cloudflare, an older model": Case(
        "cloudflare-workers-ai/@cf/openai/whisper",
        {"language": "de"},
        [("POST /run/@cf/openai/whisper", WAVE)],
        [{"result": {"text": "Hi", "words": [{"word": "Hi", "start": 0.1, "end": 0.4}]}, "success": True}],
        {"words": words(("Hi", 0.1, 0.4, None, None)), "warnings": ["language"]},
    ),
    "hugging face": Case(
        "huggingface/openai/whisper-large-v3",
        {},
        [("POST /openai/whisper-large-v3", WAVE)],
        [{"text": " Hi"}],
        {"text": "Hi"},
    ),
    "hugging face, with times": Case(
        "huggingface/openai/whisper-large-v3",
        {"timestamps": "segment"},
        [
            (
                "POST /openai/whisper-large-v3",
                {"inputs": base64.b64encode(WAVE).decode(), "parameters": {"return_timestamps": True}},
            )
        ],
        [{"text": " Hi", "chunks": [{"text": " Hi", "timestamp": [0.0, 1.0]}]}],
        {"segments": segments(("Hi", 0.0, 1.0, None))},
    ),
}
