"""Render a whole answer as a GenerateContentResponse."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.gemini.dialect_profile import NAME
from llmkit.serving.gemini.answer_parts import part_wire
from llmkit.serving.gemini.answer_totals import EXTRA, created_wire, finish_fields, is_own_finish, logprobs_wire, usage_wire
from llmkit.serving.gemini.grounding import grounding_of
from llmkit.serving.losses import Losses
from llmkit.serving.origins import made_by
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import Candidate, CompletionResponse
from llmkit.types.warnings import Warning

FEEDBACK = "prompt_feedback"
"""In `extra`: why the prompt was blocked."""


def render_response(response: CompletionResponse, /, *, request: CompletionRequest | None = None) -> dict[str, Any]:
    """Return the body of the whole answer. Sources of another format stand in `groundingMetadata`."""
    return _render(response, Losses())


def losses(response: CompletionResponse, /) -> tuple[Warning, ...]:
    """Return what `response` loses in this format."""
    found = Losses()
    _render(response, found)
    return tuple(found.warnings)


def _render(response: CompletionResponse, found: Losses) -> dict[str, Any]:
    own = FEEDBACK in response.extra or made_by(response, NAME, is_own_finish)
    first = Candidate(content=response.content, finish=response.finish, logprobs=response.logprobs)
    blocked = own and FEEDBACK in response.extra and not response.content
    answers = [] if blocked else [first, *response.candidates]
    candidates = [_candidate(answer, number, own, found) for number, answer in enumerate(answers)]
    if candidates:
        candidates[0] |= beside(response.extra) if own else {}
    body: dict[str, Any] = {"candidates": candidates} if candidates else {}
    if own and FEEDBACK in response.extra:
        body["promptFeedback"] = response.extra[FEEDBACK]
    if response.usage is not None:
        body["usageMetadata"] = usage_wire(response.usage, response.service_tier, own=own)
    return {**body, **head_of(response.id, response.model, response.created)}


def head_of(id_: str | None, model: str, created: float | None) -> dict[str, Any]:
    """Return the fields that name the answer."""
    head: dict[str, Any] = {"modelVersion": model} if model else {}
    if id_ is not None:
        head["responseId"] = id_
    return {**head, **created_wire(created)}


def beside(extra: dict[str, Any]) -> dict[str, Any]:
    """Return the candidate's fields for what this format says beside the content."""
    return {field: extra[name] for name, field in EXTRA.items() if name in extra}


def _candidate(answer: Candidate, number: int, own: bool, found: Losses) -> dict[str, Any]:
    parts = [wire for part in answer.content if (wire := part_wire(part, found)) is not None]
    candidate: dict[str, Any] = {"content": {"parts": parts, "role": "model"}, **finish_fields(answer.finish, found, own=own)}
    candidate["index"] = number
    grounding = {} if own else grounding_of(answer.content)
    if grounding:
        candidate["groundingMetadata"] = grounding
    if answer.logprobs:
        candidate["logprobsResult"] = logprobs_wire(answer.logprobs)
    return candidate
