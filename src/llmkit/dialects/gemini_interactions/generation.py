"""The `generation_config` and the form of the answer."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.gemini_interactions.draft import WHERE, InteractionsDraft
from llmkit.dialects.gemini_interactions.thinking import encode_thinking
from llmkit.dialects.gemini_interactions.tools import encode_tool_choice
from llmkit.errors import UnsupportedFeature
from llmkit.types.requests import CompletionRequest, OutputFormat

_NO_PLACE = (
    "top_k",
    "min_p",
    "frequency_penalty",
    "presence_penalty",
    "repetition_penalty",
    "logit_bias",
    "top_logprobs",
    "user",
    "verbosity",
)
"""Fields of a request that this format cannot say."""


def encode_generation(request: CompletionRequest, draft: InteractionsDraft) -> dict[str, Any] | None:
    """Return the `generation_config`, None where it sets nothing."""
    draft.leave_out(request, _NO_PLACE, f"{WHERE} has no such field.")
    if request.logprobs:
        draft.warn("dropped", "logprobs", f"{WHERE} has no such field.")
    if request.n is not None and request.n != 1:
        draft.warn("dropped", "n", "There is one answer to a request.")
    limit = request.max_tokens if request.max_tokens is not None else draft.profile.default_max_tokens
    config: dict[str, Any] = {
        "temperature": request.temperature,
        "top_p": request.top_p,
        "seed": request.seed,
        "stop_sequences": list(request.stop) or None,
        draft.profile.max_tokens_field or "max_output_tokens": limit,
        **encode_thinking(request.reasoning, draft),
        "tool_choice": encode_tool_choice(request, draft),
        "speech_config": request.voice,
    }
    return {name: value for name, value in config.items() if value is not None} or None


def encode_format(request: CompletionRequest, draft: InteractionsDraft) -> Any:
    """Return the `response_format`: one object, or a list of them where several kinds of output are wanted."""
    formats = [] if request.output is None else [_text(request.output, draft)]
    kinds = [kind for kind in request.modalities if kind != "text" or not formats]
    formats += [{"type": kind} for kind in kinds if kind != "text" or len(kinds) > 1]
    return None if not formats else formats[0] if len(formats) == 1 else formats


def _text(output: OutputFormat, draft: InteractionsDraft) -> dict[str, Any]:
    if output.kind == "text":
        return {"type": "text", "mime_type": "text/plain"}
    if not draft.profile.json_object and not draft.profile.json_schema:
        raise UnsupportedFeature("JSON output", where="This model")
    found: dict[str, Any] = {"type": "text", "mime_type": "application/json"}
    if output.kind == "json_schema" and output.schema is not None:
        if output.description is not None:
            draft.warn("dropped", "output.description", "A schema has no description beside its own.")
        if output.strict is False:
            draft.warn("dropped", "output.strict", "Output by schema is always strict.")
        if draft.profile.json_schema:
            found["schema"] = output.schema
        else:
            draft.warn("emulated", "output", "The model takes no schema; it is asked for any JSON object.")
    return found
