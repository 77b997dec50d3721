"""A `CompletionRequest` into the body of an interaction.

`previous_interaction_id`, `background`, `agent`, `environment`, `cached_content` and whatever else the format knows go as
`options={"gemini_interactions": {...}}`. An interaction in the background is asked for until it is over.
"""

from __future__ import annotations

from typing import Any

from llmkit.dialects.gemini.draft import laid_over
from llmkit.dialects.gemini_interactions.conversation import encode_conversation
from llmkit.dialects.gemini_interactions.draft import InteractionsDraft
from llmkit.dialects.gemini_interactions.generation import encode_format, encode_generation
from llmkit.dialects.gemini_interactions.tools import encode_tools
from llmkit.types.dialect import Encoded
from llmkit.types.parts import Provenance
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest

PATH = "/interactions"


def encode(request: CompletionRequest, /, *, model: str, target: Provenance, profile: Profile, stream: bool) -> Encoded:
    """Return the wire form of `request`. Raises `UnsupportedFeature` for what cannot be said at all."""
    draft = InteractionsDraft(target, profile)
    draft.mark(request.cache)
    options = draft.options(request.options)
    system, steps = encode_conversation(request.messages, draft)
    body: dict[str, Any] = {
        "model": model or None,
        "system_instruction": system,
        "tools": encode_tools(request, draft),
        "generation_config": encode_generation(request, draft),
        "response_format": encode_format(request, draft),
        "service_tier": request.service_tier,
        "labels": request.metadata,
        "store": request.store,
    }
    body = laid_over({name: value for name, value in body.items() if value is not None}, options)
    if body.get("agent"):
        _for_agent(body, draft)
    if stream:
        body["stream"] = True
    body.setdefault("input", steps)
    return Encoded(path=PATH, body=body, headers={**profile.headers}, warnings=draft.warnings)


def _for_agent(body: dict[str, Any], draft: InteractionsDraft) -> None:
    """An agent stands in the place of a model and has a configuration of its own."""
    body.pop("model", None)
    if body.pop("generation_config", None) is not None:
        draft.warn("dropped", "generation_config", "An agent takes no sampling, limits or thinking; set its agent_config.")
