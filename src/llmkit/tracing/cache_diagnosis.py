"""Why a provider's prompt cache did not help, in the same words for every provider that tells."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from llmkit.errors import UnsupportedFeature
from llmkit.types.model import Model
from llmkit.types.responses import CompletionResponse

__all__ = ["CacheDiagnosis", "cache_diagnosis", "compared_with", "diagnosed"]

Kind: TypeAlias = Literal["hit", "miss", "pending", "not_found", "unavailable", "other"]
_KINDS: dict[str, Kind] = {
    "cache_hit": "hit",
    "cache_miss": "miss",
    "comparison_response_not_found": "not_found",
    "previous_message_not_found": "not_found",
    "unavailable": "unavailable",
}
_CHANGED = "_changed"


class CacheDiagnosis(Model, frozen=True, kw_only=True):
    """What became of the cached prefix of an earlier request.

    `reason` is what differs, in the provider's word (`tools_changed`, `system_changed`, `input_changed` ...). `pending`: the answer
    was sent before the comparison was done. `missed_tokens` is the provider's estimate of what could have been read from the cache.
    """

    kind: Kind
    reason: str | None = None
    missed_tokens: int | None = None
    raw: dict[str, Any] = {}


def compared_with(previous: CompletionResponse) -> dict[str, dict[str, Any]]:
    """Return the `options=` of a call that ask why it did not reuse the cached prompt of `previous`.

    Raises `UnsupportedFeature` where the API of `previous` has no such question. Two have (SDKs openai 3.54 and anthropic 2.12, read
    2026-11-23): OpenAI's Responses and Anthropic's Messages.
    """
    dialect = next((part.origin.dialect for part in previous.content if part.origin is not None), "")
    if dialect == "openai_responses" and previous.id:
        return {"openai_responses": {"prompt_cache_options": {"comparison_response_id": previous.id}}}
    if dialect == "anthropic" and previous.id:
        return {"anthropic": {"diagnostics": {"previous_message_id": previous.id}}}
    raise UnsupportedFeature("diagnosis of its prompt cache", where=f"The format {dialect or 'of this answer'}")


def cache_diagnosis(response: CompletionResponse) -> CacheDiagnosis | None:
    """Return what `response` tells; None where it was not asked, or does not tell."""
    extra = response.extra
    told = extra.get("prompt_cache_diagnostics")
    if isinstance(told, dict):
        return _diagnosis(told, reason=told.get("reason"), missed=told.get("cache_missed_tokens"))
    told = extra.get("diagnostics")
    if not isinstance(told, dict) or "cache_miss_reason" not in told:
        return None
    why = told["cache_miss_reason"]
    if why is None:
        return CacheDiagnosis(kind="pending", raw=told)
    return _diagnosis(why, reason=why.get("type"), missed=why.get("cache_missed_input_tokens")) if isinstance(why, dict) else None


def diagnosed(extra: dict[str, Any]) -> dict[str, Any]:
    """Return what a provider says beside an answer, with `cache_diagnosis` in our words where it tells."""
    found = cache_diagnosis(CompletionResponse(extra=extra))
    return (
        extra if found is None else {**extra, "cache_diagnosis": {name: value for name, value in found.to_dict().items() if name != "raw"}}
    )


def _diagnosis(told: dict[str, Any], *, reason: Any, missed: Any) -> CacheDiagnosis:
    name = told.get("type")
    kind = _KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        kind = "miss" if isinstance(name, str) and name.endswith(_CHANGED) else "other"
    return CacheDiagnosis(
        kind=kind,
        reason=reason if isinstance(reason, str) and kind in ("miss", "other") else None,
        missed_tokens=missed if isinstance(missed, int) and not isinstance(missed, bool) else None,
        raw=told,
    )
