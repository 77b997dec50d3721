"""A client's generateContent body into a `CompletionRequest`: encoding it again gives the same body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from llmkit.serving.gemini.contents import parse_conversation
from llmkit.serving.gemini.fields import Fields
from llmkit.serving.gemini.generation import parse_generation
from llmkit.serving.gemini.spelling import respelled
from llmkit.serving.gemini.tools import parse_tool_config, parse_tools
from llmkit.types.requests import CompletionRequest

_MODEL = re.compile(r"(?:^|/)(?:models/|(?=(?:tunedModels|endpoints)/))([^:?]+?)(?::|\?|$)")


def parse_request(body: dict[str, Any], *, path: str = "", headers: Mapping[str, str] = {}) -> CompletionRequest:
    """Return the request in `body`; the model's id stands in `path`. Raises `InvalidRequest` naming the field that is malformed."""
    fields = Fields(respelled(body), "")
    named = fields.text("model") or ""
    messages = parse_conversation(fields)
    tools = parse_tools(fields.items("tools"))
    return CompletionRequest(
        model=model_in(path) or model_in(named) or named,
        messages=messages,
        tools=tools,
        tool_choice=parse_tool_config(fields),
        service_tier=fields.text("serviceTier"),
        store=fields.flag("store"),
        **parse_generation(fields),
        options=fields.options(),
    )


def model_in(path: str) -> str:
    """Return the model's id in a path like `/v1beta/models/{model}:generateContent`, empty where there is none."""
    found = _MODEL.search(path)
    return unquote(found.group(1)) if found is not None else ""
