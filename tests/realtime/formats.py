"""The formats of sessions, made ready for their tests."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.realtime import dashscope, gemini, openai, xai
from llmkit.realtime.asked import request_of
from tests.recordings.recorded import place

FORMATS: dict[str, Any] = {"openai": openai, "xai": xai, "dashscope": dashscope, "gemini": gemini}
OPTIONS = {"transcriber": "usual", "text_as_input": ("new-*",)}


def session_of(name: str, model: str = "m", **options: Any) -> Any:
    return FORMATS[name].session(request_of("x/" + model, options), place(model, **OPTIONS))
