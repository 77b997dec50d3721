"""Speech, sounds and music in every format: requests, and what goes out for them."""

from __future__ import annotations

from llmkit.testing.host import bytes_reply
from llmkit.testing.replies import Reply
from tests.operations.speech_case import MP3, MP3_64, SAMPLES, SAMPLES_64, Case, gemini, mp3
from tests.operations.speech_more_cases import MORE

CASES: dict[str, Case] = {
    "openai": Case(
        "openai/tts-1",
        {"voice": "nova", "format": "wav", "speed": 1.5},
        [("POST /audio/speech", {"model": "tts-1", "input": "Hello", "voice": "nova", "response_format": "wav", "speed": 1.5})],
        [mp3()],
        {"units": {"characters_in": 5}, "media_type": "audio/mpeg"},
    ),
    "openai, with an own voice": Case(
        "openai/gpt-4o-mini-tts",
        {"voice": "voice_12", "instructions": "Whisper."},
        [("POST /audio/speech", {"model": "gpt-4o-mini-tts", "input": "Hello", "voice": {"id": "voice_12"}, "instructions": "Whisper."})],
        [mp3()],
    ),
    "a host with a field more": Case(
        "groq/playai-tts",
        {"voice": "Fritz-PlayAI", "format": "ogg", "sample_rate": 24000},
        [
            (
                "POST /audio/speech",
                {"model": "playai-tts", "input": "Hello", "voice": "Fritz-PlayAI", "response_format": "ogg", "sample_rate": 24000},
            )
        ],
        [bytes_reply(b"OggS..", "application/octet-stream")],
        {"media_type": "audio/ogg"},
    ),
    "mistral": Case(
        "mistral/voxtral-mini-tts",
        {"voice": "en_paul_neutral", "format": "mp3", "speed": 1.1},
        [
            (
                "POST /audio/speech",
                {"model": "voxtral-mini-tts", "input": "Hello", "voice_id": "en_paul_neutral", "response_format": "mp3"},
            )
        ],
        [{"audio_data": MP3_64}],
        {"data": MP3, "warnings": ["speed"]},
    ),
    "gemini": Case(
        "google/gemini-2.5-flash-preview-tts",
        {"voice": "Kore", "language": "en-US"},
        [
            (
                "POST /models/gemini-2.5-flash-preview-tts:generateContent",
                {
                    "contents": [{"role": "user", "parts": [{"text": "Hello"}]}],
                    "generationConfig": {
                        "responseModalities": ["AUDIO"],
                        "speechConfig": {"languageCode": "en-US", "voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}},
                    },
                },
            )
        ],
        [gemini(SAMPLES_64, "audio/L16;codec=pcm;rate=24000")],
        {"data": SAMPLES, "media_type": "audio/pcm;rate=24000", "tokens": (4, 25)},
    ),
    "gemini, as a file": Case(
        "google/gemini-2.5-flash-preview-tts",
        {"format": "wav", "instructions": "Whisper"},
        [
            (
                "POST /models/gemini-2.5-flash-preview-tts:generateContent",
                {
                    "contents": [{"role": "user", "parts": [{"text": "Whisper: Hello"}]}],
                    "generationConfig": {"responseModalities": ["AUDIO"]},
                },
            )
        ],
        [gemini(SAMPLES_64, "audio/L16;codec=pcm;rate=16000")],
        {"media_type": "audio/wav", "size": 48, "warnings": ["instructions"]},
    ),
    "deepgram": Case(
        "deepgram/aura-2-thalia-en",
        {"format": "wav", "sample_rate": 16000},
        [("POST /speak?model=aura-2-thalia-en&encoding=linear16&container=wav&sample_rate=16000", {"text": "Hello"})],
        [mp3(("dg-char-count", "7"), ("dg-model-name", "aura-2-thalia-en"), ("dg-request-id", "d1"))],
        {"units": {"characters_in": 7.0}, "request_id": "d1"},
    ),
    "deepgram, the voice apart": Case(
        "deepgram/aura-2",
        {"voice": "celeste", "language": "es", "instructions": "x"},
        [("POST /speak?model=aura-2-celeste-es", {"text": "Hello"})],
        [mp3()],
        {"warnings": ["instructions"]},
    ),
    "elevenlabs": Case(
        "elevenlabs/eleven_v3",
        {"voice": "a/b", "format": "pcm", "sample_rate": 16000, "speed": 1.1, "language": "de"},
        [
            (
                "POST /text-to-speech/a%2Fb?output_format=pcm_16000",
                {"text": "Hello", "model_id": "eleven_v3", "language_code": "de", "voice_settings": {"speed": 1.1}},
            )
        ],
        [mp3(("request-id", "e1"))],
        {"request_id": "e1"},
    ),
    "elevenlabs, a sound": Case(
        "elevenlabs/eleven_text_to_sound_v2",
        {"seconds": 3.0, "loop": True, "influence": 0.5, "lyrics": "la"},
        [
            (
                "POST /sound-generation",
                {"text": "Hello", "model_id": "eleven_text_to_sound_v2", "duration_seconds": 3.0, "prompt_influence": 0.5, "loop": True},
            )
        ],
        [mp3()],
        {"units": {"second": 3.0}, "warnings": ["lyrics"]},
        "sound",
    ),
    "elevenlabs, music": Case(
        "elevenlabs/music_v1",
        {"seconds": 10.0, "instrumental": True, "format": "mp3"},
        [
            (
                "POST /music?output_format=mp3_44100_128",
                {"prompt": "Hello", "model_id": "music_v1", "music_length_ms": 10000, "force_instrumental": True},
            )
        ],
        [mp3()],
        {"units": {"second": 10.0}},
        "music",
    ),
    "cartesia": Case(
        "cartesia/sonic-3",
        {"voice": "v1", "format": "wav", "sample_rate": 24000, "language": "fr", "speed": 1.2},
        [
            (
                "POST /tts/bytes",
                {
                    "model_id": "sonic-3",
                    "transcript": "Hello",
                    "voice": {"mode": "id", "id": "v1"},
                    "output_format": {"container": "wav", "encoding": "pcm_s16le", "sample_rate": 24000},
                    "language": "fr",
                    "generation_config": {"speed": 1.2},
                },
            )
        ],
        [mp3()],
    ),
    "lmnt": Case(
        "lmnt/blizzard",
        {"voice": "leah", "format": "mulaw", "sample_rate": 8000, "language": "en"},
        [
            (
                "POST /v1/ai/speech/bytes",
                {"model": "blizzard", "text": "Hello", "voice": "leah", "format": "ulaw", "sample_rate": 8000, "language": "en"},
            )
        ],
        [bytes_reply(b"\xff\x7f", "audio/basic")],
        {"media_type": "audio/basic"},
    ),
    "resemble": Case(
        "resemble/chatterbox",
        {"voice": "u1", "format": "mp3"},
        [("POST /synthesize", {"voice_uuid": "u1", "data": "Hello", "model": "chatterbox", "output_format": "mp3"})],
        [{"success": True, "audio_content": MP3_64, "duration": 1.5}],
        {"data": MP3, "duration": 1.5},
    ),
    "xai": Case(
        "xai/speech",
        {"voice": "ara", "format": "wav", "sample_rate": 16000},
        [
            (
                "POST /tts",
                {"text": "Hello", "voice_id": "ara", "language": "auto", "output_format": {"codec": "wav", "sample_rate": 16000}},
            )
        ],
        [mp3(("x-trace-id", "t1"))],
        {"request_id": "t1", "model": "grok-tts"},
    ),
    "minimax": Case(
        "minimax/speech-2.8-hd",
        {"voice": "English_Graceful_Lady", "format": "mp3", "speed": 1.0, "language": "de-AT"},
        [
            (
                "POST /t2a_v2",
                {
                    "model": "speech-2.8-hd",
                    "text": "Hello",
                    "stream": False,
                    "language_boost": "German",
                    "voice_setting": {"voice_id": "English_Graceful_Lady", "speed": 1.0},
                    "audio_setting": {"format": "mp3"},
                    "output_format": "hex",
                },
            )
        ],
        [
            {
                "data": {"audio": MP3.hex(), "status": 2},
                "extra_info": {"audio_length": 900, "usage_characters": 6},
                "trace_id": "m1",
                "base_resp": {"status_code": 0, "status_msg": "success"},
            }
        ],
        {"data": MP3, "duration": 0.9, "units": {"characters_in": 6.0}},
    ),
    "sarvam": Case(
        "sarvam/bulbul:v3",
        {"voice": "shubh", "language": "hi-IN", "format": "pcm"},
        [
            (
                "POST /text-to-speech",
                {
                    "text": "Hello",
                    "target_language_code": "hi-IN",
                    "speaker": "shubh",
                    "output_audio_codec": "linear16",
                    "model": "bulbul:v3",
                },
            )
        ],
        [{"request_id": "s1", "audios": [SAMPLES_64]}],
        {"data": SAMPLES, "media_type": "audio/pcm"},
    ),
    "polly": Case(
        "aws-polly/neural",
        {"voice": "Joanna", "format": "pcm", "sample_rate": 16000},
        [
            (
                "POST /v1/speech",
                {
                    "Engine": "neural",
                    "OutputFormat": "pcm",
                    "SampleRate": "16000",
                    "Text": "<speak>Hi</speak>",
                    "TextType": "ssml",
                    "VoiceId": "Joanna",
                },
            )
        ],
        [Reply(headers=(("Content-Type", "audio/pcm"), ("x-amzn-RequestCharacters", "2")), pieces=(SAMPLES,))],
        {"units": {"characters_in": 2.0}, "media_type": "audio/pcm"},
        "speech",
        "<speak>Hi</speak>",
    ),
    "azure": Case(
        "azure-speech/speech",
        {"voice": "en-US-AvaMultilingualNeural", "speed": 1.2, "format": "wav", "sample_rate": 16000, "language": "de-DE"},
        [
            (
                "POST /cognitiveservices/v1",
                b'<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en-US">'
                b'<voice name="en-US-AvaMultilingualNeural"><lang xml:lang="de-DE">'
                b'<prosody rate="+20%">1 &lt; 2</prosody></lang></voice></speak>',
            )
        ],
        [bytes_reply(b"RIFF....WAVE", "audio/x-wav")],
        {"media_type": "audio/wav", "units": {"characters_in": 5}},
        "speech",
        "1 < 2",
    ),
    "segmind": Case(
        "segmind/orpheus-tts",
        {"voice": "dan", "language": "en"},
        [("POST /orpheus-tts", {"prompt": "Hello", "voice": "dan", "language": "en"})],
        [mp3()],
    ),
    **MORE,
}
