"""Render a whole answer as a message."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.anthropic.dialect_profile import NAME
from llmkit.serving.anthropic.answer_blocks import block_of
from llmkit.serving.anthropic.answer_totals import is_own_finish, stop_fields, usage_wire
from llmkit.serving.losses import Losses
from llmkit.serving.origins import made_by
from llmkit.types.parts import Refusal
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import CompletionResponse
from llmkit.types.warnings import Warning


def render_response(response: CompletionResponse, /, *, request: CompletionRequest | None = None) -> dict[str, Any]:
    """Return the body of the whole answer.

    Thinking of another format has an empty signature; a source that belongs to no text is a citation of an empty text.
    """
    return _render(response, Losses())


def losses(response: CompletionResponse, /) -> tuple[Warning, ...]:
    """Return what `response` loses in this format."""
    found = Losses()
    _render(response, found)
    return tuple(found.warnings)


def _render(response: CompletionResponse, found: Losses) -> dict[str, Any]:
    own = made_by(response, NAME, is_own_finish)
    if response.candidates:
        note_candidates(found)
    refused = any(isinstance(part, Refusal) for part in response.content)
    return {
        "model": response.model,
        "id": response.id or "",
        "type": "message",
        "role": "assistant",
        "content": [block for part in response.content if (block := block_of(part, found)) is not None],
        **stop_fields(response.finish, found, own=own, refused=refused),
        **(response.extra if own else {}),
        "usage": usage_wire(response.usage, response.service_tier, found, own=own),
    }


def note_candidates(found: Losses) -> None:
    """Note that all candidates but the first are lost."""
    found.add("dropped", "n", "the format has one answer to a request")
