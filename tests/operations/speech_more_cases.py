"""Sounds, music, and speech that is a job at its provider: requests, and what goes out for them."""

from __future__ import annotations

from tests.operations.speech_case import QUEUE, Case, mp3

MORE: dict[str, Case] = {
    "stability": Case(
        "stability/stable-audio-2.5",
        {"seconds": 20.0, "format": "mp3", "seed": 7},
        [
            (
                "POST /audio/stable-audio-2/text-to-audio",
                [("prompt", "Hello"), ("duration", "20"), ("model", "stable-audio-2.5"), ("output_format", "mp3"), ("seed", "7")],
            )
        ],
        [mp3()],
        {"units": {"second": 20.0}},
        "music",
    ),
    "fal": Case(
        "fal/fal-ai/x",
        {"voice": "Eve"},
        [
            ("POST /fal-ai/x", {"text": "Hello", "voice": "Eve"}),
            ("GET /fal-ai/x/requests/r1/status", None),
            ("GET /fal-ai/x/requests/r1/status", None),
            ("GET /fal-ai/x/requests/r1", None),
        ],
        [
            QUEUE["submitted"],
            QUEUE["waiting"],
            QUEUE["done"],
            {"audio": {"url": "https://files.example/x.mp3", "content_type": "audio/mpeg"}, "duration_ms": 1500},
        ],
        {"url": "https://files.example/x.mp3", "duration": 1.5, "units": {"characters_in": 5}},
    ),
    "replicate": Case(
        "replicate/jaaari/kokoro-82m",
        {"voice": "af_bella"},
        [
            ("POST /models/jaaari/kokoro-82m/predictions", {"input": {"text": "Hello", "voice": "af_bella"}}),
            ("GET /predictions/p1", None),
        ],
        [
            {"id": "p1", "status": "starting", "error": None},
            {"id": "p1", "status": "succeeded", "error": None, "output": "https://replicate.delivery/x.wav"},
        ],
        {"url": "https://replicate.delivery/x.wav"},
    ),
    "replicate, one version": Case(
        "replicate/jaaari/kokoro-82m:f559",
        {},
        [("POST /predictions", {"version": "f559", "input": {"text": "Hello"}})],
        [{"id": "p1", "status": "succeeded", "output": ["https://replicate.delivery/x.wav"]}],
        {"url": "https://replicate.delivery/x.wav"},
    ),
    "wavespeed": Case(
        "wavespeed/minimax/speech-02-hd",
        {"voice": "Wise_Woman"},
        [
            ("POST /minimax/speech-02-hd", {"text": "Hello", "voice_id": "Wise_Woman"}),
            ("GET /predictions/w1/result", None),
        ],
        [
            {"code": 200, "data": {"id": "w1", "status": "created"}},
            {"code": 200, "data": {"id": "w1", "status": "completed", "outputs": ["https://w.example/x.mp3"]}},
        ],
        {"url": "https://w.example/x.mp3"},
    ),
    "runway": Case(
        "runwayml/eleven_multilingual_v2",
        {"voice": "Maya"},
        [
            (
                "POST /text_to_speech",
                {"model": "eleven_multilingual_v2", "promptText": "Hello", "voice": {"type": "runway-preset", "presetId": "Maya"}},
            ),
            ("GET /tasks/t1", None),
        ],
        [{"id": "t1"}, {"id": "t1", "status": "SUCCEEDED", "output": ["https://r.example/x.mp3"]}],
        {"url": "https://r.example/x.mp3"},
    ),
    "runway, a sound": Case(
        "runwayml/eleven_text_to_sound_v2",
        {"seconds": 2.0, "loop": True},
        [
            ("POST /sound_effect", {"model": "eleven_text_to_sound_v2", "promptText": "Hello", "duration": 2.0, "loop": True}),
            ("GET /tasks/t1", None),
        ],
        [{"id": "t1"}, {"id": "t1", "status": "SUCCEEDED", "output": ["https://r.example/x.mp3"]}],
        {"url": "https://r.example/x.mp3", "units": {"second": 2.0}},
        "sound",
    ),
    "fal, music": Case(
        "fal/fal-ai/x",
        {"seconds": 30.0, "lyrics": "la"},
        [
            ("POST /fal-ai/x", {"prompt": "Hello", "lyrics": "la", "duration": 30.0}),
            ("GET /fal-ai/x/requests/r1/status", None),
            ("GET /fal-ai/x/requests/r1", None),
        ],
        [QUEUE["submitted"], QUEUE["done"], {"audio_file": {"url": "https://files.example/m.wav"}}],
        {"url": "https://files.example/m.wav", "units": {"second": 30.0}},
        "music",
    ),
}
