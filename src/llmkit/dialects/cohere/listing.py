"""The models of Cohere's API, page by page (vendor's SDK 7.3, 2026-11). The list stands below v1 of the API."""

from __future__ import annotations

from urllib.parse import quote

from llmkit.dialects.listing import Object, abilities, listed, mode, text, tokens, words
from llmkit.types.dialect import ModelPage
from llmkit.types.model_info import ModelInfo

PATH = "/models?page_size=1000"
_FEATURES = {
    "tools": "tools",
    "json_mode": "json_mode",
    "json_schema": "structured_output",
    "reasoning": "reasoning",
    "vision": "vision",
    "logprobs": "logprobs",
}
_ENDPOINTS = ("chat", "embed", "rerank", "transcribe")
"""Endpoints that tell what a model is, the most telling first; the others are older ways to the same."""


def list_path(page: str | None = None, /) -> str:
    """Return the path of the page with the token `page`; None: the first."""
    return PATH if page is None else f"{PATH}&page_token={quote(page, safe='')}"


def decode_models(body: bytes, /, *, provider: str) -> ModelPage:
    """Return the models that `provider` lists in `body`. Raises `ProtocolError` for other bytes."""
    head, entries = listed(body, "models")
    models = tuple([_read(entry, provider) for entry in entries if text(entry, "name")])
    return ModelPage(models=models, next=text(head, "next_page_token") or None)


def _read(entry: Object, provider: str) -> ModelInfo:
    features, served = words(entry.get("features")), words(entry.get("endpoints"))
    told = [(_FEATURES[word], True) for word in features if word in _FEATURES]
    if features:  # a list that is there names all that there is
        told += [(ability, False) for ability in ("tools", "structured_output", "reasoning", "vision")]
    can, cannot = abilities([*told, ("vision", entry.get("supports_vision"))])
    return ModelInfo(
        provider=provider,
        id=text(entry, "name"),
        mode=mode(*[name for name in _ENDPOINTS if name in served]),
        status="deprecated" if entry.get("is_deprecated") is True else "active",
        inputs=("text", "image") if "vision" in can else (),
        context_window=tokens(entry, "context_length"),
        can=can,
        cannot=cannot,
    )
