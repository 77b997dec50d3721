"""What can be asked of a provider beside a conversation."""

from __future__ import annotations

from typing import Literal, TypeAlias

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
    "listen",  # what is said, written down while it is spoken
    "models",  # the list of models
    "moderate",
    "music",
    "ocr",
    "realtime",
    "rerank",
    "search",
    "sound",  # effects, from words
    "speak",  # text, spoken while it is written
    "speech",
    "transcribe",
    "understand",  # a film, asked in words
    "video",
    "voices",  # the list of voices
]
