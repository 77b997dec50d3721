"""Render a whole answer as a response object."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.wire import Object
from llmkit.dialects.openai_responses.dialect_profile import NAME
from llmkit.serving.losses import Losses
from llmkit.serving.openai_responses.answer_body import (
    custom_tools,
    end_fields,
    logprobs_wire,
    request_fields,
    response_id,
    tells_end,
    usage_wire,
)
from llmkit.serving.openai_responses.answer_items import items_of
from llmkit.serving.origins import made_by
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import CompletionResponse
from llmkit.types.warnings import Warning


def render_response(response: CompletionResponse, /, *, request: CompletionRequest | None = None) -> dict[str, Any]:
    """Return the body of the whole answer."""
    return _render(response, request, Losses())


def losses(response: CompletionResponse, /) -> tuple[Warning, ...]:
    """Return what `response` loses in this format."""
    found = Losses()
    _render(response, None, found)
    return tuple(found.warnings)


def head(identity: str | None, created: float | None, model: str, asked: Object) -> Object:
    """Return the fields that a response has from its beginning on."""
    return {
        "id": response_id(identity),
        "object": "response",
        "created_at": created if created is not None else 0,
        "status": "in_progress",
        "background": False,
        "error": None,
        "incomplete_details": None,
        **asked,
        "model": model,
        "output": [],
        "usage": None,
    }


def _render(response: CompletionResponse, request: CompletionRequest | None, found: Losses) -> dict[str, Any]:
    own = made_by(response, NAME, lambda finish: tells_end(response.extra))
    extra = response.extra if own else {}
    begun = head(response.id, response.created, response.model, {**request_fields(request), **extra})
    if response.candidates:
        found.add("dropped", "candidates", "there is one answer to a request")
    output = items_of(response.content, begun["id"], custom_tools(request), logprobs_wire(response.logprobs), found)
    return {
        **begun,
        **end_fields(response.finish, extra),
        "output": output,
        "service_tier": response.service_tier,
        "usage": usage_wire(response.usage, response.cost, own=own),
    }
