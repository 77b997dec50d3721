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
    tells_end,
    usage_wire,
)
from llmkit.serving.openai_responses.answer_items import items_of
from llmkit.serving.origins import made_by
from llmkit.types.events import Finish
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import CompletionResponse
from llmkit.types.warnings import Warning

_OWN = ("id", "object", "created_at", "model", "tools")
"""What an answer of this format does not have among the fields beside it."""


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
        "id": identity or "",
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
    begun = head(response.id, response.created, response.model, request_fields(request))
    if response.candidates:
        found.add("dropped", "candidates", "there is one answer to a request")
    output = items_of(response.content, begun["id"], custom_tools(request), logprobs_wire(response.logprobs), found)
    end = finish_of(response)
    return whole(begun, end, output, own=own)


def finish_of(response: CompletionResponse) -> Finish:
    """Return the end of an answer, as a stream tells it."""
    return Finish(
        finish=response.finish,
        usage=response.usage,
        cost=response.cost,
        service_tier=response.service_tier,
        extra=response.extra,
    )


def whole(begun: Object, end: Finish, output: list[Object], *, own: bool) -> Object:
    """Return a complete response. One that this format made says of itself what it said, and nothing that we make up."""
    said = {name: begun[name] for name in (_OWN if own else begun)}
    return {
        **said,
        **(end.extra if own else {}),
        **end_fields(end.finish, end.extra, own=own),
        "output": output,
        "service_tier": end.service_tier,
        "usage": usage_wire(end.usage, end.cost, own=own),
    }
