"""The `generationConfig`: sampling, limits, the form of the answer, thinking."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.gemini.draft import OPENAPI, WHERE, GeminiDraft
from llmkit.dialects.gemini.thinking import encode_thinking
from llmkit.errors import UnsupportedFeature
from llmkit.types.requests import CompletionRequest, OutputFormat

JSON = "application/json"
_NO_PLACE = {
    "min_p": "",
    "repetition_penalty": "",
    "logit_bias": "",
    "user": "",
    "verbosity": "",
    "metadata": 'Billing labels go as options={"gemini": {"labels": ...}}.',
}
"""Fields of a request that this format cannot say, with advice."""


def encode_generation(request: CompletionRequest, draft: GeminiDraft, options: dict[str, Any]) -> dict[str, Any]:
    """Return the `generationConfig`; `options` are its fields in the wire's own words, laid over it later."""
    for name, advice in _NO_PLACE.items():
        if getattr(request, name) is not None:
            draft.warn("dropped", name, f"{WHERE} has no such field. {advice}".rstrip())
    thinking = options.get("thinkingConfig")
    given = isinstance(thinking, dict) and not thinking.keys().isdisjoint(("thinkingBudget", "thinkingLevel"))
    limit = request.max_tokens if request.max_tokens is not None else draft.profile.default_max_tokens
    config: dict[str, Any] = {
        "candidateCount": request.n,
        "seed": request.seed,
        "temperature": request.temperature,
        "topP": request.top_p,
        "topK": request.top_k,
        draft.profile.max_tokens_field or "maxOutputTokens": limit,
        "stopSequences": _stop(request, draft),
        "presencePenalty": request.presence_penalty,
        "frequencyPenalty": request.frequency_penalty,
        "responseLogprobs": request.logprobs,
        "logprobs": request.top_logprobs,
        **_output(request.output, draft, older=bool(options.pop(OPENAPI, False))),
        "responseModalities": [kind.upper() for kind in request.modalities] or None,
        "speechConfig": request.voice,
        "thinkingConfig": encode_thinking(request.reasoning, draft, given=given),
    }
    return {name: value for name, value in config.items() if value is not None}


def _stop(request: CompletionRequest, draft: GeminiDraft) -> list[str] | None:
    limit = draft.profile.stop_limit
    if limit is not None and len(request.stop) > limit:
        draft.warn("clamped", "stop", f"Only {limit} stop sequences are taken.")
    return list(request.stop[:limit]) or None


def _output(output: OutputFormat | None, draft: GeminiDraft, *, older: bool) -> dict[str, Any]:
    if output is None:
        return {}
    if output.kind == "text":
        return {"responseMimeType": "text/plain"}
    if output.description is not None:
        draft.warn("dropped", "output.description", "A schema has no description beside its own.")
    if output.strict is False:
        draft.warn("dropped", "output.strict", "Output by schema is always strict.")
    if output.kind == "json_schema" and output.schema is not None:
        if draft.profile.json_schema:
            return {"responseMimeType": JSON, "responseSchema" if older else "responseJsonSchema": output.schema}
        if not draft.profile.json_object:
            raise UnsupportedFeature("output by schema", where="This model")
        draft.warn("emulated", "output", "The model takes no schema; it is asked for any JSON object.")
    if not draft.profile.json_object and not draft.profile.json_schema:
        raise UnsupportedFeature("JSON output", where="This model")
    return {"responseMimeType": JSON}
