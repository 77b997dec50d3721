"""The models that a Gemini API serves, page by page (ai.google.dev/api/models, 2026-11)."""

from __future__ import annotations

from urllib.parse import quote

from llmkit.dialects.listing import Object, abilities, listed, text, tokens, words
from llmkit.types.dialect import ModelPage
from llmkit.types.model_info import ModelInfo

PATH = "/models?pageSize=1000"
_MODES = (
    ("createCachedContent", "chat"),
    ("embedContent", "embedding"),
    ("predictLongRunning", "video"),
    ("predict", "image"),
    ("bidiGenerateContent", "realtime"),
)
"""What a model does by the methods that serve it. `generateContent` alone tells nothing: models that only speak or draw have it too."""
_ABILITIES = {"createCachedContent": "prompt_cache", "batchGenerateContent": "batch"}
_STATES = {"PUBLIC_PREVIEW": "beta", "PRIVATE_PREVIEW": "beta", "EXPERIMENTAL": "beta"}


def list_path(page: str | None = None, /) -> str:
    """Return the path of the page with the token `page`; None: the first."""
    return PATH if page is None else f"{PATH}&pageToken={quote(page, safe='')}"


def decode_models(body: bytes, /, *, provider: str) -> ModelPage:
    """Return the models that `provider` lists in `body`. Raises `ProtocolError` for other bytes."""
    head, entries = listed(body, "models", "publisherModels", "tunedModels")
    models = tuple([_read(entry, provider) for entry in entries if text(entry, "name")])
    return ModelPage(models=models, next=text(head, "nextPageToken") or None)


def _read(entry: Object, provider: str) -> ModelInfo:
    methods = words(entry.get("supportedGenerationMethods"))
    told = [("reasoning", entry.get("thinking")), *((_ABILITIES[method], True) for method in methods if method in _ABILITIES)]
    can, cannot = abilities(told)
    resource = text(entry, "name")
    return ModelInfo(
        provider=provider,
        id=resource.rpartition("/models/")[2] if resource.startswith("publishers/") else resource.removeprefix("models/"),
        mode=next((mode for method, mode in _MODES if method in methods), ""),
        name=text(entry, "displayName"),
        status=_STATES.get(text(entry, "launchStage"), "active"),
        max_input=tokens(entry, "inputTokenLimit"),
        max_output=tokens(entry, "outputTokenLimit"),
        can=can,
        cannot=cannot,
    )
