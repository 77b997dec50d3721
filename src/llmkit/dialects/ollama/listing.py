"""The models that are there on an Ollama server (docs.ollama.com/api/tags, 2026-11)."""

from __future__ import annotations

from llmkit.dialects.listing import Object, inner, listed, text, tokens, words
from llmkit.types.dialect import ModelPage
from llmkit.types.model_info import ModelInfo

PATH = "/api/tags"
_ABILITIES = {"tools": "tools", "vision": "vision", "thinking": "reasoning"}


def list_path(page: str | None = None, /) -> str:
    """Return the path of the list, which comes whole."""
    return PATH


def decode_models(body: bytes, /, *, provider: str) -> ModelPage:
    """Return the models that `provider` lists in `body`. Raises `ProtocolError` for other bytes."""
    _, entries = listed(body, "models")
    return ModelPage(models=tuple([_read(entry, provider) for entry in entries if text(entry, "model", "name", "id")]))


def _read(entry: Object, provider: str) -> ModelInfo:
    told = words(entry.get("capabilities"))  # newer servers tell them here, older ones only model by model
    details = inner(entry, "details")
    return ModelInfo(
        provider=provider,
        id=text(entry, "model", "name", "id"),
        mode="chat" if "completion" in told else "embedding" if "embedding" in told else "",
        family=text(details, "family"),
        inputs=("text", "image") if "vision" in told else (),
        context_window=tokens(details, "context_length"),
        can=tuple([_ABILITIES[word] for word in told if word in _ABILITIES]),
        cannot=tuple([ability for word, ability in _ABILITIES.items() if told and word not in told]),
    )
