"""The models of Mistral's API (vendor's SDK 3.7, 2026-11)."""

from __future__ import annotations

from llmkit.dialects.listing import Object, abilities, day, inner, listed, text, tokens, words
from llmkit.types.dialect import ModelPage
from llmkit.types.model_info import ModelInfo

PATH = "/models"
_ABILITIES = {
    "function_calling": "tools",
    "vision": "vision",
    "reasoning": "reasoning",
    "fine_tuning": "fine_tuning",
    "audio": "audio_input",
}
_MODES = (
    ("ocr", "ocr"),
    ("moderation", "moderation"),
    ("audio_transcription_realtime", "realtime"),
    ("audio_transcription", "stt"),
    ("audio_speech", "tts"),
    ("completion_chat", "chat"),
    ("completion_fim", "completion"),
)
"""What a model is by its capabilities, the special ones first: a reader of documents chats too."""


def list_path(page: str | None = None, /) -> str:
    """Return the path of the list, which comes whole."""
    return PATH


def decode_models(body: bytes, /, *, provider: str) -> ModelPage:
    """Return the models that `provider` lists in `body`. Raises `ProtocolError` for other bytes."""
    _, entries = listed(body, "data")
    return ModelPage(models=tuple([_read(entry, provider) for entry in entries if text(entry, "id")]))


def _read(entry: Object, provider: str) -> ModelInfo:
    told, id = inner(entry, "capabilities"), text(entry, "id")
    can, cannot = abilities((_ABILITIES[name], value) for name, value in told.items() if name in _ABILITIES)
    name = text(entry, "name")
    gone = day(entry.get("deprecation"))
    return ModelInfo(
        provider=provider,
        id=id,
        mode=next((mode for field, mode in _MODES if told.get(field) is True), ""),
        name="" if name == id else name,
        status="deprecated" if gone else "active",
        inputs=("text", "image") if "vision" in can else (),
        context_window=tokens(entry, "max_context_length"),
        can=can,
        cannot=cannot,
        deprecation_date=gone,
        aliases=tuple([alias for alias in words(entry.get("aliases")) if alias != id]),
    )
