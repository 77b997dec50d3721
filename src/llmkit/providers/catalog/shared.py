"""What many rows share: facts about plain compatible APIs, ways in, and the settings of one identity service."""

from __future__ import annotations

from typing import Any

from llmkit.auth.schemes import HeaderAuth, Scheme
from llmkit.providers.provider import FILE, Route, Setting
from llmkit.providers.serving import Serving
from llmkit.types.operation import Operation

PLAIN: dict[str, Any] = {"system_role": "system", "unsupported": ("store",)}
"""A compatible API that knows no developer role and keeps no answers."""
REASONS: dict[str, Any] = {**PLAIN, "reasoning_field": "reasoning"}
"""The same, with its reasoning in the field `reasoning`."""
SWITCH: dict[str, Any] = {**PLAIN, "reasoning": "switch"}
"""The same, with `enable_thinking` for its thinking."""
TAGS: dict[str, Any] = {**PLAIN, "think_tags": ("<think>", "</think>")}
"""The same, with its reasoning in the text."""

X_API_KEY = HeaderAuth(name="x-api-key", prefix="")
RESPONSES = Route(dialect="openai_responses")


def messages(base_url: str = "", auth: Scheme | None = None, models: tuple[str, ...] = ()) -> Route:
    """Return the way in by Anthropic's format; its path is `/messages` below `base_url`."""
    return Route(dialect="anthropic", base_url=base_url, auth=auth, models=models)


_OPENAI: dict[Operation, Serving] = {
    "batch": Serving(dialect="openai_batch", path="/batches"),
    "embed": Serving(dialect="openai_embeddings", path="/embeddings"),
    "files": Serving(dialect="openai_files", path="/files"),
    "image": Serving(dialect="openai_images", path="/images/generations"),
    "image_edit": Serving(dialect="openai_images", path="/images/edits"),
    "models": Serving(dialect="openai_models", path="/models"),
    "moderate": Serving(dialect="openai_moderations", path="/moderations"),
    "realtime": Serving(dialect="openai_realtime", path="/realtime"),
    "rerank": Serving(dialect="jina_rerank", path="/rerank"),  # OpenAI has none: hosts took Jina's and Cohere's shape
    "speech": Serving(dialect="openai_speech", path="/audio/speech"),
    "transcribe": Serving(dialect="openai_transcriptions", path="/audio/transcriptions"),
    "video": Serving(dialect="openai_videos", path="/videos"),
}


_GPT_VOICES = ("alloy", "ash", "ballad", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer", "verse", "marin", "cedar")
GPT_VOICES: dict[Operation, Serving] = {
    # platform.openai.com/docs/api-reference/audio/createSpeech, read 2026-11-23.
    "speech": Serving(
        dialect="openai_speech",
        path="/audio/speech",
        options={
            "voices": _GPT_VOICES,
            "voice": "alloy",
            "speed": (0.25, 4.0),
            "characters": 4096,
            "events": ("gpt-4o*",),
        },
    ),
    "voices": Serving(dialect="listed_voices", path="", options={"voices": _GPT_VOICES}),
}
"""Speech of OpenAI's own models."""
GEMINI_VOICES = Serving(
    dialect="listed_voices",
    path="",
    options={
        # ai.google.dev/gemini-api/docs/speech-generation, read 2026-11-23.
        "voices": (
            *("Zephyr", "Puck", "Charon", "Kore", "Fenrir", "Leda", "Orus", "Aoede"),
            *("Callirrhoe", "Autonoe", "Enceladus", "Iapetus", "Umbriel", "Algieba", "Despina", "Erinome"),
            *("Algenib", "Rasalgethi", "Laomedeia", "Achernar", "Alnilam", "Schedar", "Gacrux", "Pulcherrima"),
            *("Achird", "Zubenelgenubi", "Vindemiatrix", "Sadachbia", "Sadaltager", "Sulafat"),
        )
    },
)


EMBEDDINGS = Serving(
    dialect="openai_embeddings",
    path="/embeddings",
    options={
        "most": 2048,
        "most_bytes": 600_000,
        "encoding": "base64",
        "models": {
            "*text-embedding-3-small*": {"most_dimensions": 1536},
            "*text-embedding-3-large*": {"most_dimensions": 3072},
            "*text-embedding-ada-002*": {"dimensions": []},
        },
    },
)
"""OpenAI's own embeddings: 2,048 inputs and 300,000 tokens a request (API reference, read 2026-11-23)."""


def embeddings(**options: Any) -> Serving:
    """Return embeddings in OpenAI's format at OpenAI's path, with facts about the host."""
    return Serving(dialect="openai_embeddings", path="/embeddings", options=options)


def files(**options: Any) -> Serving:
    """Return files in OpenAI's format at OpenAI's path, with facts about the host (`llmkit.dialects.files.openai`)."""
    return Serving(dialect="openai_files", path="/files", options=options)


def openai(*operations: Operation) -> dict[Operation, Serving]:
    """Return the operations that are served in OpenAI's formats at OpenAI's paths, below the row's own address."""
    return {operation: _OPENAI[operation] for operation in operations}


CLAUDE: dict[Operation, Serving] = {
    "batch": Serving(dialect="anthropic_batch", path="/messages/batches"),
    "count": Serving(dialect="anthropic_count", path="/messages/count_tokens"),
    "files": Serving(dialect="anthropic_files", path="/files"),
    "models": Serving(dialect="anthropic_models", path="/models"),
}
"""What Anthropic's own API does beside conversations."""
CLAUDE_LIST: dict[Operation, Serving] = {"models": CLAUDE["models"]}

ENTRA = (
    Setting(name="tenant_id", env=("AZURE_TENANT_ID",), optional=True, help="the directory of Microsoft Entra ID"),
    Setting(name="client_id", env=("AZURE_CLIENT_ID",), optional=True, help="the application or the managed identity"),
    Setting(name="client_secret", env=("AZURE_CLIENT_SECRET",), optional=True, secret=True),
    Setting(name="client_certificate", env=("AZURE_CLIENT_CERTIFICATE_PATH",), optional=True, pattern=FILE, help="a PEM file"),
    Setting(name="federated_token_file", env=("AZURE_FEDERATED_TOKEN_FILE",), optional=True, pattern=FILE),
    Setting(name="authority", env=("AZURE_AUTHORITY_HOST",), default="login.microsoftonline.com"),
    Setting(name="access_token", env=("AZURE_OPENAI_AD_TOKEN", "AZURE_AD_TOKEN"), optional=True, secret=True),
)
"""How an application proves to Microsoft Entra ID who it is; the variables are those of Microsoft's own SDKs."""
