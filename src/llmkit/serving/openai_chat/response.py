"""Render a whole answer as a chat completion."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.dialect_profile import NAME
from llmkit.dialects.openai_chat.wire import Object
from llmkit.serving.losses import Losses
from llmkit.serving.openai_chat.answer_parts import source_beside
from llmkit.serving.openai_chat.answer_totals import finish_fields, is_own_finish, logprobs_wire, usage_wire
from llmkit.serving.openai_chat.message import message_of
from llmkit.serving.origins import made_by
from llmkit.types.parts import Citation, Part
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import Candidate, CompletionResponse
from llmkit.types.warnings import Warning

APART = frozenset({"choice", "message", "audio"})
"""Members of `extra` that are not of the body itself."""


def render_response(response: CompletionResponse, /, *, request: CompletionRequest | None = None) -> dict[str, Any]:
    """Return the body of the whole answer.

    What this vendor's own format lacks stands where compatible hosts put it: thinking in `reasoning_content`, pictures in `images`,
    the server's own tools in `executed_tools`, the provider's finish reason in `native_finish_reason`, a cost in `usage.cost`.
    """
    return _render(response, Losses())


def losses(response: CompletionResponse, /) -> tuple[Warning, ...]:
    """Return what `response` loses in this format."""
    found = Losses()
    _render(response, found)
    return tuple(found.warnings)


def _render(response: CompletionResponse, found: Losses) -> dict[str, Any]:
    own = made_by(response, NAME, is_own_finish)
    extra = response.extra if own else {}
    first = Candidate(content=response.content, finish=response.finish, logprobs=response.logprobs)
    choices = [_choice(candidate, number, own, found) for number, candidate in enumerate((first, *response.candidates))]
    choices[0]["message"].update(extra.get("message", {}))
    choices[0].update(extra.get("choice", {}))
    if extra.get("audio") and "audio" in choices[0]["message"]:
        choices[0]["message"]["audio"].update(extra["audio"])
    body: dict[str, Any] = {
        "id": response.id or "",
        "object": "chat.completion",
        "created": int(response.created or 0),
        "model": response.model,
        "choices": choices,
    }
    if response.usage is not None:
        body["usage"] = usage_wire(response.usage, response.cost, own=own)
    if response.service_tier is not None:
        body["service_tier"] = response.service_tier
    body.update(sources_of(response.content))
    body.update({name: value for name, value in extra.items() if name not in APART})
    return body


def sources_of(content: tuple[Part, ...]) -> dict[str, list[Any]]:
    """Return the body's fields that list sources beside the answer."""
    found: dict[str, list[Any]] = {}
    for part in content:
        source = source_beside(part) if isinstance(part, Citation) else None
        if source is not None:
            found.setdefault(source[0], []).append(source[1])
    return found


def _choice(candidate: Candidate, number: int, own: bool, found: Losses) -> Object:
    return {
        "index": number,
        "message": message_of(candidate.content, found),
        "logprobs": logprobs_wire(candidate.logprobs),
        **finish_fields(candidate.finish, own=own),
    }
