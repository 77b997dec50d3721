"""Transcription at hosts that work in their own time: requests, and what goes out for them."""

from __future__ import annotations

import json

from tests.operations.sound_places import WAVE
from tests.operations.transcription_cases import FILE, LINK, WAVE_URL, Case, segments, words

JOBS: dict[str, Case] = {
    "assemblyai": Case(
        "assemblyai/universal-3-pro",
        {"speakers": 2, "language": "en-US", "prompt": "Ada, Lovelace"},
        [
            ("POST /upload", WAVE),
            (
                "POST /transcript",
                {
                    "audio_url": "https://cdn.example/u1",
                    "speech_models": ["universal-3-pro"],
                    "language_code": "en_us",
                    "speaker_labels": True,
                    "speakers_expected": 2,
                    "keyterms_prompt": ["Ada", "Lovelace"],
                },
            ),
            ("GET /transcript/a1", None),
            ("GET /transcript/a1", None),
        ],
        [
            {"upload_url": "https://cdn.example/u1"},
            {"id": "a1", "status": "queued", "error": None},
            {"id": "a1", "status": "processing", "error": None},
            {
                "id": "a1",
                "status": "completed",
                "error": None,
                "text": "Hi.",
                "language_code": "en_us",
                "audio_duration": 281,
                "speech_model": "best",
                "words": [{"text": "Hi.", "start": 250, "end": 650, "confidence": 0.97, "speaker": "A"}],
                "utterances": [{"text": "Hi.", "start": 250, "end": 650, "speaker": "A"}],
            },
        ],
        {
            "words": words(("Hi.", 0.25, 0.65, "A", 0.97)),
            "segments": segments(("Hi.", 0.25, 0.65, "A")),
            "duration": 281.0,
            "units": {"second_in": 281.0},
            "model": "best",
        },
    ),
    "gladia": Case(
        "gladia/solaria-1",
        {"diarize": True, "language": "en"},
        [
            ("POST /v2/upload", [("audio", WAVE)]),
            (
                "POST /v2/pre-recorded",
                {
                    "audio_url": "https://api.gladia.io/file/f1",
                    "model": "solaria-1",
                    "language_config": {"languages": ["en"]},
                    "diarization": True,
                },
            ),
            ("GET /v2/pre-recorded/g1", None),
        ],
        [
            {"audio_url": "https://api.gladia.io/file/f1"},
            {"id": "g1", "result_url": "https://api.gladia.io/v2/pre-recorded/g1"},
            {
                "id": "g1",
                "status": "done",
                "error_code": None,
                "result": {
                    "metadata": {"audio_duration": 36.7, "billing_time": 37.0},
                    "transcription": {
                        "full_transcript": "Hi you.",
                        "languages": ["en"],
                        "utterances": [
                            {
                                "text": " Hi you.",
                                "start": 0.2,
                                "end": 0.9,
                                "speaker": 0,
                                "words": [{"word": " Hi", "start": 0.2, "end": 0.4, "confidence": 0.9}],
                            }
                        ],
                    },
                },
            },
        ],
        {
            "text": "Hi you.",
            "language": "en",
            "duration": 36.7,
            "units": {"second_in": 37.0},
            "words": words(("Hi", 0.2, 0.4, None, 0.9)),
            "segments": segments(("Hi you.", 0.2, 0.9, "0")),
        },
    ),
    "revai": Case(
        "revai/machine",
        {"speakers": 2, "prompt": "Ada"},
        [
            (
                "POST /jobs",
                [
                    ("media", WAVE),
                    (
                        "options",
                        json.dumps(
                            {
                                "transcriber": "machine",
                                "skip_diarization": False,
                                "speakers_count": 2,
                                "custom_vocabularies": [{"phrases": ["Ada"]}],
                            }
                        ),
                    ),
                ],
            ),
            ("GET /jobs/r1", None),
            ("GET /jobs/r1/transcript", None),
        ],
        [
            {"id": "r1", "status": "in_progress"},
            {"id": "r1", "status": "transcribed", "duration_seconds": 2.51, "language": "en"},
            {
                "monologues": [
                    {
                        "speaker": 0,
                        "elements": [
                            {"type": "text", "value": "Hi", "ts": 0.1, "end_ts": 0.4, "confidence": 0.9},
                            {"type": "punct", "value": ", "},
                            {"type": "text", "value": "you", "ts": 0.5, "end_ts": 0.8, "confidence": 0.8},
                            {"type": "punct", "value": "."},
                        ],
                    }
                ]
            },
        ],
        {
            "text": "Hi, you.",
            "words": words(("Hi", 0.1, 0.4, "0", 0.9), ("you", 0.5, 0.8, "0", 0.8)),
            "segments": segments(("Hi, you.", 0.1, 0.8, "0")),
            "language": "en",
            "units": {"second_in": 2.51},
        },
    ),
    "revai, an address": Case(
        "revai/transcribe",
        {},
        [("POST /jobs", {"source_config": {"url": LINK}}), ("GET /jobs/r1", None), ("GET /jobs/r1/transcript", None)],
        [{"id": "r1", "status": "in_progress"}, {"id": "r1", "status": "transcribed"}, {"monologues": []}],
        {"text": "", "units": {}},
        LINK,
    ),
    "soniox": Case(
        "soniox/stt-async-v4",
        {"diarize": True, "language": "en", "prompt": "A talk"},
        [
            ("POST /files", [FILE]),
            (
                "POST /transcriptions",
                {
                    "model": "stt-async-v4",
                    "file_id": "f1",
                    "language_hints": ["en"],
                    "enable_language_identification": True,
                    "enable_speaker_diarization": True,
                    "context": "A talk",
                },
            ),
            ("GET /transcriptions/t1", None),
            ("GET /transcriptions/t1/transcript", None),
        ],
        [
            {"id": "f1"},
            {"id": "t1", "status": "queued", "error_message": None},
            {"id": "t1", "status": "completed", "audio_duration_ms": 1500, "model": "stt-async-v4"},
            {
                "id": "t1",
                "text": "Beautiful sunny day",
                "tokens": [
                    {"text": "Beau", "start_ms": 300, "end_ms": 420, "confidence": 0.9, "speaker": "1", "language": "en"},
                    {"text": "tiful", "start_ms": 420, "end_ms": 540, "confidence": 0.8, "speaker": "1", "language": "en"},
                    {"text": " sunny", "start_ms": 550, "end_ms": 590, "confidence": 0.9, "speaker": "1", "language": "en"},
                    {"text": " day", "start_ms": 600, "end_ms": 780, "confidence": 0.7, "speaker": "2", "language": "en"},
                ],
            },
        ],
        {
            "words": words(("Beautiful", 0.3, 0.54, "1", 0.8), ("sunny", 0.55, 0.59, "1", 0.9), ("day", 0.6, 0.78, "2", 0.7)),
            "segments": segments(("Beautiful sunny", 0.3, 0.59, "1"), ("day", 0.6, 0.78, "2")),
            "duration": 1.5,
            "language": "en",
        },
    ),
    "speechmatics": Case(
        "speechmatics/enhanced",
        {"speakers": 2},
        [
            (
                "POST /jobs",
                [
                    (
                        "config",
                        json.dumps(
                            {
                                "type": "transcription",
                                "transcription_config": {
                                    "language": "auto",
                                    "operating_point": "enhanced",
                                    "diarization": "speaker",
                                    "speaker_diarization_config": {"max_speakers": 2},
                                },
                            }
                        ),
                    ),
                    ("data_file", WAVE),
                ],
            ),
            ("GET /jobs/j1", None),
            ("GET /jobs/j1/transcript?format=json-v2", None),
        ],
        [
            {"id": "j1"},
            {"job": {"id": "j1", "status": "done"}},
            {
                "job": {"id": "j1", "duration": 244},
                "metadata": {"language_pack_info": {"word_delimiter": " "}},
                "results": [
                    {
                        "type": "word",
                        "start_time": 0.1,
                        "end_time": 0.4,
                        "alternatives": [{"content": "Hi", "confidence": 0.9, "language": "en", "speaker": "S1"}],
                    },
                    {
                        "type": "punctuation",
                        "attaches_to": "previous",
                        "start_time": 0.4,
                        "end_time": 0.4,
                        "alternatives": [{"content": ".", "confidence": 1.0, "speaker": "S1"}],
                    },
                    {
                        "type": "word",
                        "start_time": 0.6,
                        "end_time": 0.9,
                        "alternatives": [{"content": "You", "confidence": 0.8, "speaker": "UU"}],
                    },
                ],
            },
        ],
        {
            "text": "Hi.\nYou",
            "words": words(("Hi.", 0.1, 0.4, "S1", 0.9), ("You", 0.6, 0.9, None, 0.8)),
            "segments": segments(("Hi.", 0.1, 0.4, "S1"), ("You", 0.6, 0.9, None)),
            "units": {"second_in": 244.0},
            "language": "en",
        },
    ),
    "aws": Case(
        "aws-transcribe/transcribe",
        {"diarize": True, "language": "en-US"},
        [
            (
                "POST /",
                {
                    "TranscriptionJobName": "llmkit-fa2fc548f484480fceaf898d34002eeb",
                    "Media": {"MediaFileUri": "s3://mine/talk.mp3"},
                    "MediaFormat": "mp3",
                    "LanguageCode": "en-US",
                    "Settings": {"ShowSpeakerLabels": True, "MaxSpeakerLabels": 10},
                },
            ),
            ("POST /", {"TranscriptionJobName": "llmkit-fa2fc548f484480fceaf898d34002eeb"}),
            ("GET /mine/x.json?X-Amz-Signature=1", None),
        ],
        [
            {"TranscriptionJob": {"TranscriptionJobStatus": "IN_PROGRESS"}},
            lambda url: {
                "TranscriptionJob": {
                    "TranscriptionJobStatus": "COMPLETED",
                    "LanguageCode": "en-US",
                    "Transcript": {"TranscriptFileUri": f"{url}/mine/x.json?X-Amz-Signature=1"},
                }
            },
            {
                "results": {
                    "transcripts": [{"transcript": "Hi."}],
                    "items": [
                        {
                            "type": "pronunciation",
                            "start_time": "0.1",
                            "end_time": "0.4",
                            "speaker_label": "spk_0",
                            "alternatives": [{"content": "Hi", "confidence": "0.99"}],
                        },
                        {"type": "punctuation", "alternatives": [{"content": ".", "confidence": "0.0"}]},
                    ],
                    "audio_segments": [{"transcript": "Hi.", "start_time": "0.1", "end_time": "0.5", "speaker_label": "spk_0"}],
                }
            },
        ],
        {"words": words(("Hi.", 0.1, 0.4, "spk_0", 0.99)), "segments": segments(("Hi.", 0.1, 0.5, "spk_0")), "language": "en-US"},
        "s3://mine/talk.mp3",
    ),
    "fal": Case(
        "fal/fal-ai/whisper",
        {"timestamps": "segment", "speakers": 2},
        [
            (
                "POST /fal-ai/whisper",
                {"audio_url": WAVE_URL, "task": "transcribe", "chunk_level": "segment", "diarize": True, "num_speakers": 2},
            ),
            ("GET /fal-ai/whisper/requests/r1/status", None),
            ("GET /fal-ai/whisper/requests/r1", None),
        ],
        [
            lambda url: {"request_id": "r1", "response_url": f"{url}/fal-ai/whisper/requests/r1"},
            {"status": "COMPLETED"},
            {
                "text": "Hi you.",
                "chunks": [{"timestamp": [0, 2.5], "text": "Hi you.", "speaker": "SPEAKER_00"}],
                "inferred_languages": ["en"],
            },
        ],
        {"segments": segments(("Hi you.", 0.0, 2.5, "SPEAKER_00")), "language": "en"},
    ),
    "replicate": Case(
        "replicate/vaibhavs10/incredibly-fast-whisper:3ab8",
        {"timestamps": "segment", "translate": True},
        [
            ("POST /predictions", {"version": "3ab8", "input": {"audio": WAVE_URL, "task": "translate", "timestamp": "chunk"}}),
            ("GET /predictions/p1", None),
        ],
        [
            {"id": "p1", "status": "starting", "error": None},
            {
                "id": "p1",
                "status": "succeeded",
                "error": None,
                "output": {"text": " Kids.", "chunks": [{"text": " Kids.", "timestamp": [0, 3.74]}]},
            },
        ],
        {"text": "Kids.", "segments": segments(("Kids.", 0.0, 3.74, None))},
    ),
}
