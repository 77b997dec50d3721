"""A `CompletionRequest` into a GenerateContentRequest.

Fields come in the order of the prompt cache: instruction, tools, tool choice, settings, whatever the options add, contents last.
"""

from __future__ import annotations

from typing import Any

from llmkit.dialects.gemini.contents import encode_conversation
from llmkit.dialects.gemini.draft import GeminiDraft, laid_over
from llmkit.dialects.gemini.generation import encode_generation
from llmkit.dialects.gemini.path import path_of
from llmkit.dialects.gemini.tools import encode_tool_config, encode_tools
from llmkit.errors import InvalidRequest
from llmkit.types.dialect import Encoded
from llmkit.types.parts import Provenance
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest

_TIERS = {"auto": None, "default": "standard"}
"""Other formats' words for a tier; None leaves it to the API."""


def encode(request: CompletionRequest, /, *, model: str, target: Provenance, profile: Profile, stream: bool) -> Encoded:
    """Return the wire form of `request`. Raises `UnsupportedFeature` for what cannot be said at all."""
    draft = GeminiDraft(target, profile)
    options = draft.options(request.options)
    generation = options.get("generationConfig")
    given = dict(generation) if isinstance(generation, dict) else {}
    config = encode_generation(request, draft, given)
    if given:
        options["generationConfig"] = given
    else:
        options.pop("generationConfig", None)
    if request.cache is not None and request.cache.ttl is not None:
        draft.mark(request.cache)
    system, contents = encode_conversation(request.messages, draft)
    body: dict[str, Any] = {
        "systemInstruction": system,
        "tools": encode_tools(request, draft),
        "toolConfig": encode_tool_config(request, draft),
        "generationConfig": config or None,
        "serviceTier": _service_tier(request, draft),
        "store": request.store,
    }
    body = laid_over({name: value for name, value in body.items() if value is not None}, options)
    if request.cache is not None and request.cache.kept is not None:
        _go_on_after(request.cache.kept, body)
    body["contents"] = contents
    return Encoded(path=path_of(model, stream=stream), body=body, headers={**profile.headers}, warnings=draft.warnings)


def _go_on_after(kept: str, body: dict[str, Any]) -> None:
    """Name the kept prompt; what is part of it cannot stand beside it (ai.google.dev/api/caching, read 2026-11-23)."""
    for field, parameter in (("systemInstruction", "system"), ("tools", "tools"), ("toolConfig", "tool_choice")):
        if body.get(field):
            raise InvalidRequest(
                f"{parameter} cannot stand beside a kept prompt.", parameter=parameter, hint="Pass it to kit.caches.create."
            )
    body["cachedContent"] = kept


def _service_tier(request: CompletionRequest, draft: GeminiDraft) -> str | None:
    tier = request.service_tier
    if tier is None or tier not in _TIERS:
        return tier
    if _TIERS[tier] is not None:
        draft.warn("renamed", "service_tier", f"Sent as {_TIERS[tier]}.")
    return _TIERS[tier]
