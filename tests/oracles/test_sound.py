"""The vendors' own packages and our client put equal requests for speech and transcription on the wire."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest

from llmkit.testing import FakeHost, Received
from llmkit.testing.host import bytes_reply, form_of
from tests.operations.faces import use
from tests.operations.sound_places import WAVE, moved

MP3 = b"ID3\x04sound"
FILE = ("audio.wav", WAVE, "audio/wav")


def openai(url: str) -> Any:
    return pytest.importorskip("openai").OpenAI(api_key="sk-test-operations", base_url=url, max_retries=0)


def mistral(url: str) -> Any:
    return pytest.importorskip("mistralai.client").Mistral(api_key="sk-test-operations", server_url=url)


def cohere(url: str) -> Any:
    return pytest.importorskip("cohere").ClientV2(api_key="sk-test-operations", base_url=url)


def google(url: str) -> Any:
    genai = pytest.importorskip("google.genai")
    return genai.Client(api_key="sk-test-operations", http_options={"base_url": url, "api_version": "v1beta"})


def amazon(service: str) -> Callable[[str], Any]:
    def client(url: str) -> Any:
        session = pytest.importorskip("botocore.session").Session()
        session.set_credentials("AKIATEST", "secret")
        return session.create_client(service, region_name="us-east-1", endpoint_url=url)

    return client


def spoken(**more: Any) -> Callable[[Any], Any]:
    return lambda client: client.audio.speech.create(input="Hello", **more)


def heard(**more: Any) -> Callable[[Any], Any]:
    return lambda client: client.audio.transcriptions.create(file=FILE, **more)


def google_speech(client: Any) -> Any:
    from google.genai import types

    voice = types.VoiceConfig(prebuilt_voice_config=types.PrebuiltVoiceConfig(voice_name="Kore"))
    config = types.GenerateContentConfig(
        response_modalities=["AUDIO"], speech_config=types.SpeechConfig(language_code="en-US", voice_config=voice)
    )
    return client.models.generate_content(model="gemini-2.5-flash-preview-tts", contents="Hello", config=config)


def mistral_heard(client: Any) -> Any:
    return client.audio.transcriptions.complete(
        model="voxtral-mini-latest",
        file={"file_name": "audio.wav", "content": io.BytesIO(WAVE), "content_type": "audio/wav"},
        language="en",
        diarize=True,
        context_bias=["Ada", "Lovelace"],
        timestamp_granularities=["segment"],
    )


def mistral_linked(client: Any) -> Any:
    return client.audio.transcriptions.complete(model="voxtral-mini-latest", file_url="https://x.example/a.mp3", temperature=0.5)


SOUND = bytes_reply(MP3, "audio/mpeg")
# The package's client, what is asked of it, our model, what we are asked, and the answer.
CASES: dict[str, tuple[Callable[[str], Any], Callable[[Any], Any], str, str, Any, dict[str, Any], Any]] = {
    "openai_speech": (openai, spoken(model="tts-1", voice="nova"), "openai/tts-1", "speech", "Hello", {"voice": "nova"}, SOUND),
    "openai_speech, all of it": (
        openai,
        spoken(model="gpt-4o-mini-tts", voice={"id": "voice_1"}, response_format="wav", speed=1.5, instructions="Whisper."),
        "openai/gpt-4o-mini-tts",
        "speech",
        "Hello",
        {"voice": "voice_1", "format": "wav", "speed": 1.5, "instructions": "Whisper."},
        SOUND,
    ),
    "openai_transcriptions": (
        openai,
        heard(model="whisper-1", language="en", prompt="Ada", temperature=0.5),
        "openai/whisper-1",
        "transcribe",
        WAVE,
        {"language": "en", "prompt": "Ada", "temperature": 0.5},
        {"text": "Hi"},
    ),
    "openai_transcriptions, words": (
        openai,
        heard(model="whisper-1", response_format="verbose_json", timestamp_granularities=["word", "segment"]),
        "openai/whisper-1",
        "transcribe",
        WAVE,
        {"timestamps": "word"},
        {"text": "Hi"},
    ),
    "openai_transcriptions, speakers": (
        openai,
        heard(model="gpt-4o-transcribe-diarize", response_format="diarized_json", chunking_strategy="auto"),
        "openai/gpt-4o-transcribe-diarize",
        "transcribe",
        WAVE,
        {"diarize": True},
        {"text": "Hi"},
    ),
    "openai_transcriptions, translated": (
        openai,
        lambda client: client.audio.translations.create(file=FILE, model="whisper-1", prompt="Ada"),
        "openai/whisper-1",
        "transcribe",
        WAVE,
        {"translate": True, "prompt": "Ada"},
        {"text": "Hi"},
    ),
    "openai_transcriptions, of Cohere": (
        cohere,
        lambda client: client.audio.transcriptions.create(model="c", language="en", file=FILE, temperature=0.5),
        "cohere/c",
        "transcribe",
        WAVE,
        {"language": "en", "temperature": 0.5},
        {"text": "Hi"},
    ),
    "mistral_speech": (
        mistral,
        lambda client: client.audio.speech.complete(model="voxtral-tts", input="Hello", voice_id="paul", response_format="mp3"),
        "mistral/voxtral-tts",
        "speech",
        "Hello",
        {"voice": "paul", "format": "mp3"},
        {"audio_data": base64.b64encode(MP3).decode()},
    ),
    "mistral_transcriptions": (
        mistral,
        mistral_heard,
        "mistral/voxtral-mini-latest",
        "transcribe",
        WAVE,
        {"language": "en", "diarize": True, "prompt": "Ada, Lovelace"},
        {"model": "m", "text": "Hi", "language": "en", "usage": {}},
    ),
    "mistral_transcriptions, an address": (
        mistral,
        mistral_linked,
        "mistral/voxtral-mini-latest",
        "transcribe",
        "https://x.example/a.mp3",
        {"temperature": 0.5},
        {"model": "m", "text": "Hi", "language": "en", "usage": {}},
    ),
    "gemini_speech": (
        google,
        google_speech,
        "google/gemini-2.5-flash-preview-tts",
        "speech",
        "Hello",
        {"voice": "Kore", "language": "en-US"},
        {"candidates": [{"content": {"parts": [{"inlineData": {"mimeType": "audio/L16;rate=24000", "data": "AQA="}}]}}]},
    ),
    "polly": (
        amazon("polly"),
        lambda client: client.synthesize_speech(
            Engine="neural", LanguageCode="en-US", OutputFormat="pcm", SampleRate="16000", Text="Hello", VoiceId="Joanna"
        ),
        "aws-polly/neural",
        "speech",
        "Hello",
        {"voice": "Joanna", "language": "en-US", "format": "pcm", "sample_rate": 16000},
        SOUND,
    ),
}
UNSENT = frozenset({"stream", "diarize"})
"""Fields that a package sends with the value they have when nobody sends them."""


def said(request: Received) -> tuple[str, Any]:
    """Return the last steps of the path and what was said, in no order: packages differ in the addresses that they put before it."""
    kind = request.headers.get("content-type", "")
    path = f"{request.method} /{'/'.join(request.path.split('/')[-2:])}"
    if kind.startswith("multipart/"):
        fields = [(name.removesuffix("[]"), data) for name, _, _, data in form_of(request)]
        return path, sorted([field for field in fields if field != ("stream", b"false")])
    if kind.startswith("application/x-www-form-urlencoded"):  # what Mistral's package makes of a form without a file
        return path, sorted(
            [(name, value.encode()) for name, value in parse_qsl(request.body.decode()) if value != "false" or name not in UNSENT]
        )
    return path, {name: _camel(value) for name, value in request.json.items() if value is not False or name not in UNSENT}


def _camel(value: Any) -> Any:
    """Return `value` with names as Google's JSON writes them; it reads `voice_config` alike, and its package sends that."""
    if isinstance(value, list):
        return [_camel(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {re.sub(r"(?<=[a-z])_([a-z])", lambda found: found[1].upper(), name): _camel(item) for name, item in value.items()}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", CASES)
def test_the_package_and_we_say_the_same(name: str) -> None:
    """Method, path and every field."""
    package, ask, model, method, what, options, answer = CASES[name]
    with FakeHost() as host:
        for verb in ("POST", "GET"):
            host.on(f"{verb} /*", answer)
        ask(package(host.url))
        use("sync", moved(host.url, model.partition("/")[0]), method, model, what, **options)

        theirs, ours = host.requests[0], host.requests[-1]
    assert said(theirs) == said(ours)


def test_amazon_takes_the_job_that_we_begin() -> None:
    """The service's own model of its requests says so."""
    pytest.importorskip("botocore")
    from botocore.session import Session
    from botocore.validate import ParamValidator

    with FakeHost() as host, pytest.raises(Exception, match="no"):
        host.on(
            "POST /",
            {"TranscriptionJob": {"TranscriptionJobName": "j"}},
            {"TranscriptionJob": {"TranscriptionJobStatus": "FAILED", "FailureReason": "no"}},
        )
        use("sync", moved(host.url, "aws-transcribe"), "transcribe", "aws-transcribe/mine", "s3://b/a.mp3", speakers=3, language="en-US")
    operation = Session().get_service_model("transcribe").operation_model("StartTranscriptionJob")

    assert [] == ParamValidator().validate(host.requests[0].json, operation.input_shape).generate_report().splitlines()
    assert "Transcribe.StartTranscriptionJob" == host.requests[0].headers["x-amz-target"]
