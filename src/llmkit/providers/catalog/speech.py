"""Voices and ears: text to speech, sound and music, and speech to text.

`{voice}` in a path is the voice that is asked for. Addresses, headers and paths: the vendors' documentation and SDKs, read
2026-11-23.
"""

from __future__ import annotations

from llmkit.auth.schemes import AwsAuth, HeaderAuth
from llmkit.providers.answers import ErrorRule
from llmkit.providers.aws import SETTINGS as AWS
from llmkit.providers.provider import Provider, Setting
from llmkit.providers.serving import Serving

_ELEVENLABS = "elevenlabs.io/docs/eleven-api/resources/errors, read 2026-11-23"
_INSTEAD = "Speech is served by elevenlabs, cartesia, deepgram and others: `llmkit providers` lists them."
_S3_REGIONS = (
    *("af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1"),
    *("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-south-1", "sa-east-1"),
    *("us-east-1", "us-east-2", "us-gov-east-1", "us-gov-west-1", "us-west-1", "us-west-2"),
)
_S3 = tuple([f"https://s3.{region}.amazonaws.com" for region in _S3_REGIONS])
"""Where a transcript lies that nobody gave a bucket for; its address holds what is needed to read it for a while."""

ROWS = (
    Provider(
        name="aws-polly",
        title="Amazon Polly",
        base_url="https://polly.{region}.amazonaws.com",
        dialect="",
        docs="https://docs.aws.amazon.com/polly/latest/dg/API_SynthesizeSpeech.html",
        auth=AwsAuth(service="polly"),
        aliases=("aws_polly", "polly"),
        settings=AWS,
        region="global",
        operations={"speech": Serving(dialect="polly", path="/v1/speech"), "voices": Serving(dialect="polly", path="/v1/voices")},
    ),
    Provider(
        name="aws-transcribe",
        title="Amazon Transcribe",
        base_url="https://transcribe.{region}.amazonaws.com",
        dialect="",
        docs="https://docs.aws.amazon.com/transcribe/latest/APIReference/API_StartTranscriptionJob.html",
        auth=AwsAuth(service="transcribe"),
        settings=AWS,
        region="global",
        # What is asked for stands in the header X-Amz-Target; the sound itself must lie in S3.
        operations={"transcribe": Serving(dialect="aws_transcriptions", path="/", follows=_S3)},
    ),
    Provider(
        name="azure-speech",
        title="Azure Speech",
        base_url="https://{region}.tts.speech.microsoft.com",
        dialect="",
        env=("AZURE_SPEECH_KEY", "SPEECH_KEY"),
        docs="https://learn.microsoft.com/azure/ai-services/speech-service/rest-text-to-speech",
        auth=HeaderAuth(name="Ocp-Apim-Subscription-Key", prefix=""),
        region="global",
        settings=(
            Setting(name="region", env=("AZURE_SPEECH_REGION", "SPEECH_REGION"), help="the region of your resource, such as westeurope"),
        ),
        operations={
            "speech": Serving(dialect="azure_speech", path="/cognitiveservices/v1"),
            "transcribe": Serving(
                dialect="azure_transcriptions",
                path="/speechtotext/transcriptions:transcribe?api-version=2025-10-15",
                base_url="https://{region}.api.cognitive.microsoft.com",
            ),
            "voices": Serving(dialect="azure_speech", path="/cognitiveservices/voices/list"),
        },
    ),
    Provider(
        name="cartesia",
        title="Cartesia",
        base_url="https://api.cartesia.ai",
        dialect="",
        env=("CARTESIA_API_KEY",),
        docs="https://docs.cartesia.ai",
        headers={"Cartesia-Version": "2026-03-01"},
        region="US",
        operations={
            "listen": Serving(dialect="cartesia_listening", path="/stt/websocket"),
            "speak": Serving(dialect="cartesia_speaking", path="/tts/websocket"),
            "speech": Serving(dialect="cartesia_speech", path="/tts/bytes"),
            "transcribe": Serving(dialect="cartesia_transcriptions", path="/stt"),
            "voices": Serving(dialect="cartesia_speech", path="/voices"),
        },
    ),
    Provider(
        name="deepgram",
        title="Deepgram",
        base_url="https://api.deepgram.com/v1",
        dialect="",
        env=("DEEPGRAM_API_KEY",),
        docs="https://developers.deepgram.com/reference",
        auth=HeaderAuth(prefix="Token "),
        region="US",
        operations={
            "listen": Serving(dialect="deepgram_listening", path="/listen"),
            "models": Serving(dialect="deepgram", path="/models"),
            "speak": Serving(dialect="deepgram_speaking", path="/speak"),
            "speech": Serving(dialect="deepgram_speech", path="/speak"),
            "transcribe": Serving(dialect="deepgram_transcriptions", path="/listen"),
        },
    ),
    Provider(
        name="elevenlabs",
        title="ElevenLabs",
        base_url="https://api.elevenlabs.io/v1",
        dialect="",
        env=("ELEVENLABS_API_KEY", "ELEVEN_API_KEY", "XI_API_KEY"),
        docs="https://elevenlabs.io/docs/api-reference/introduction",
        auth=HeaderAuth(name="xi-api-key", prefix=""),
        region="US,EU",
        operations={
            "listen": Serving(dialect="elevenlabs_listening", path="/speech-to-text/realtime"),
            "models": Serving(dialect="elevenlabs", path="/models"),
            "music": Serving(dialect="elevenlabs_speech", path="/music", options={"music": True}),
            "sound": Serving(dialect="elevenlabs_speech", path="/sound-generation"),
            "speak": Serving(dialect="elevenlabs_speaking", path="/text-to-speech/{voice}/stream-input"),
            "speech": Serving(dialect="elevenlabs_speech", path="/text-to-speech/{voice}"),
            "transcribe": Serving(dialect="elevenlabs_transcriptions", path="/speech-to-text"),
            "voices": Serving(dialect="elevenlabs_speech", path="/voices"),
        },
        # It limits how many calls run at once, not how many a minute, and says used-up credit with 401.
        errors=(
            ErrorRule(kind="quota_exhausted", contains='"quota_exceeded"', source=_ELEVENLABS),
            ErrorRule(kind="overloaded", status=429, contains='"system_busy"', source=_ELEVENLABS),
            ErrorRule(kind="rate_limited", contains='"too_many_concurrent_requests"', source=_ELEVENLABS),
        ),
    ),
    Provider(
        name="fish-audio",
        title="Fish Audio",
        base_url="https://api.fish.audio",
        dialect="",
        env=("FISH_AUDIO_API_KEY", "FISH_API_KEY"),
        docs="https://docs.fish.audio",
        region="US",
        operations={
            "speech": Serving(dialect="openai_speech", path="/compat/v1/audio/speech"),  # its own format: /v1/tts
            "transcribe": Serving(dialect="fish_transcriptions", path="/v1/asr"),
        },
    ),
    Provider(
        name="gladia",
        title="Gladia",
        base_url="https://api.gladia.io",
        dialect="",
        env=("GLADIA_API_KEY",),
        docs="https://docs.gladia.io",
        auth=HeaderAuth(name="x-gladia-key", prefix=""),
        region="FR",
        operations={"transcribe": Serving(dialect="gladia_transcriptions", path="/v2/pre-recorded")},
    ),
    Provider(
        name="hume",
        title="Hume",
        base_url="https://api.hume.ai",
        dialect="",
        env=("HUME_API_KEY",),
        docs="https://dev.hume.ai",
        auth=HeaderAuth(name="X-Hume-Api-Key", prefix=""),
        # dev.hume.ai/voice/intro, read 2026-11-23: both APIs end on that day at 0:01 EST.
        ended=f"2026-11-13 {_INSTEAD}",
    ),
    Provider(
        name="lmnt",
        title="LMNT",
        base_url="https://api.lmnt.com",
        dialect="",
        env=("LMNT_API_KEY",),
        docs="https://docs.lmnt.com/api/",
        auth=HeaderAuth(name="X-API-Key", prefix=""),
        headers={"lmnt-version": "1.0"},
        region="US",
        confidence="medium",  # the version and the path change together, and the documentation is between two of them
        operations={
            "speech": Serving(dialect="lmnt_speech", path="/v1/ai/speech/bytes"),
            "voices": Serving(dialect="lmnt_speech", path="/v1/ai/voice/list"),
        },
    ),
    Provider(
        name="playht",
        title="PlayHT",
        base_url="https://api.play.ht/api/v2",
        dialect="",
        env=("PLAYHT_API_KEY",),
        docs="https://play.ht",
        # Meta bought it in 2025-07; reported by several successors (read 2026-11-23).
        ended=f"2025-12-31 {_INSTEAD}",
    ),
    Provider(
        name="resemble",
        title="Resemble AI",
        base_url="https://app.resemble.ai/api/v2",
        dialect="",
        env=("RESEMBLE_API_KEY",),
        docs="https://docs.resemble.ai",
        region="CA",
        operations={
            "speech": Serving(dialect="resemble_speech", path="/synthesize", base_url="https://f.cluster.resemble.ai"),
            "voices": Serving(dialect="resemble_speech", path="/voices"),
        },
    ),
    Provider(
        name="revai",
        title="Rev AI",
        base_url="https://api.rev.ai/speechtotext/v1",
        dialect="",
        env=("REVAI_API_KEY", "REV_API_KEY"),
        docs="https://docs.rev.ai/api/asynchronous/",
        aliases=("rev",),
        region="US",
        operations={"transcribe": Serving(dialect="revai_transcriptions", path="/jobs")},
    ),
    Provider(
        name="soniox",
        title="Soniox",
        base_url="https://api.soniox.com/v1",
        dialect="",
        env=("SONIOX_API_KEY",),
        docs="https://soniox.com/docs",
        region="US",
        operations={
            "files": Serving(dialect="soniox_files", path="/files"),
            "models": Serving(dialect="soniox", path="/models"),
            "transcribe": Serving(dialect="soniox_transcriptions", path="/transcriptions"),
        },
    ),
    Provider(
        name="speechmatics",
        title="Speechmatics",
        base_url="https://{host}/v2",
        dialect="",
        env=("SPEECHMATICS_API_KEY",),
        docs="https://docs.speechmatics.com",
        region="GB",
        settings=(Setting(name="host", default="eu1.asr.api.speechmatics.com", help="the host of your region"),),
        operations={
            # Live it has hosts of its own; us.rt.speechmatics.com is the other region (from memory).
            "listen": Serving(dialect="speechmatics_listening", path="", base_url="https://eu.rt.speechmatics.com/v2"),
            "transcribe": Serving(dialect="speechmatics_transcriptions", path="/jobs"),
        },
    ),
)
