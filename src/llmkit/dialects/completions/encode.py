"""A `CompletionRequest` into a completions body.

`suffix` (fill in the middle), `echo`, `best_of`, a `prompt` of token ids and whatever else the host knows go as
`options={"completions": {...}}`.
"""

from __future__ import annotations

from typing import Any

from llmkit.dialects.completions.dialect_profile import NAME
from llmkit.dialects.draft import Draft
from llmkit.dialects.prompt import prompt_of
from llmkit.errors import UnsupportedFeature
from llmkit.types.dialect import Encoded
from llmkit.types.parts import Provenance
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest

PATH = "/completions"
WHERE = "The completions format"
_SAME = (
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "n",
    "seed",
    "frequency_penalty",
    "presence_penalty",
    "repetition_penalty",
    "logit_bias",
    "user",
    "metadata",
    "service_tier",
)
"""Fields that the wire calls as we do."""
_NO_PLACE = ("parallel_tool_calls", "tool_choice", "verbosity", "store", "voice", "cache")


class CompletionsDraft(Draft):
    """The state of one encoding."""

    __slots__ = ()
    dialect = NAME


def encode(request: CompletionRequest, /, *, model: str, target: Provenance, profile: Profile, stream: bool) -> Encoded:
    """Return the wire form of `request`. Raises `UnsupportedFeature` for tools, media and output by schema."""
    draft = CompletionsDraft(target, profile)
    _refuse(request, draft)
    limit = request.max_tokens if request.max_tokens is not None else profile.default_max_tokens
    body: dict[str, Any] = {
        "model": model or None,
        profile.max_tokens_field or "max_tokens": limit,
        **{name: getattr(request, name) for name in _SAME},
        "stop": list(request.stop) or None,
        "logprobs": _logprobs(request),
    }
    body = {name: value for name, value in body.items() if value is not None}
    if stream:
        body["stream"] = True
        if profile.stream_usage:
            body["stream_options"] = {"include_usage": True}
    body.update(draft.options(request.options))
    if "prompt" not in body:
        prompt = prompt_of(request.messages, draft, where=WHERE)
        if prompt.media:
            raise UnsupportedFeature(f"{type(prompt.media[0]).__name__.lower()} input", where=WHERE)
        body["prompt"] = prompt.text
    return Encoded(path=PATH, body=body, headers={**profile.headers}, warnings=draft.warnings)


def _logprobs(request: CompletionRequest) -> int | None:
    """Return how many rivals of each token to tell; 0 tells the token's own probability."""
    if request.logprobs or request.top_logprobs:
        return request.top_logprobs or 0
    return None


def _refuse(request: CompletionRequest, draft: CompletionsDraft) -> None:
    if request.tools:
        raise UnsupportedFeature("tools", where=WHERE)
    if request.output is not None and request.output.kind != "text":
        raise UnsupportedFeature("JSON output", where=WHERE)
    if foreign := [kind for kind in request.modalities if kind != "text"]:
        raise UnsupportedFeature(f"{foreign[0]} output", where=WHERE)
    draft.leave_out(request, _NO_PLACE, f"{WHERE} has no such field.")
    if request.reasoning is not None and (request.reasoning.effort not in (None, "none") or request.reasoning.budget):
        draft.warn("dropped", "reasoning", f"{WHERE} has no such field.")
