"""What can be asked of a provider beside a conversation."""

from __future__ import annotations

from typing import Literal, TypeAlias

from llmkit.types.model import Model

Operation: TypeAlias = Literal[
    "batch",
    "caches",  # kept prompts
    "classify",
    "count",  # the tokens of a request
    "decide",
    "embed",
    "files",
    "image",
    "image_edit",
    "models",  # the list of models
    "moderate",
    "music",
    "ocr",
    "realtime",
    "rerank",
    "search",
    "sound",  # effects, from words
    "speech",
    "transcribe",
    "video",
    "voices",  # the list of voices
]


class Serving(Model, frozen=True, kw_only=True):
    """Where a provider does an operation and in which wire format. An empty `base_url` is the provider's own."""

    dialect: str
    path: str
    base_url: str = ""
