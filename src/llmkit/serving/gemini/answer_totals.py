"""Why the answer ended, what it used and how likely its tokens were, in this format's words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from llmkit.dialects.gemini.finish import FINISH as OWN_WORDS
from llmkit.serving.losses import Losses
from llmkit.types.responses import FinishReason, Logprob, UnifiedFinish
from llmkit.types.usage import Usage

FINISH: dict[UnifiedFinish, str | None] = {
    "stop": "STOP",
    "length": "MAX_TOKENS",
    "tool_calls": "STOP",
    "content_filter": "SAFETY",
    "refusal": "SAFETY",
    "pause": "OTHER",
    "context_exceeded": "MAX_TOKENS",
    "compaction": "OTHER",
    "interrupted": None,
    "error": "OTHER",
    "other": "OTHER",
}
"""None: the answer is not complete, so that nothing is said of its end."""
EXTRA = {
    "grounding": "groundingMetadata",
    "citation_metadata": "citationMetadata",
    "url_context": "urlContextMetadata",
    "safety_ratings": "safetyRatings",
    "avg_logprobs": "avgLogprobs",
}
"""What stands beside the content: our name and the candidate's field."""


def is_own_finish(finish: FinishReason) -> bool:
    """Tell whether an answer without content that tells is of this format, by its word for the end."""
    return finish.raw in OWN_WORDS


def finish_fields(finish: FinishReason | None, losses: Losses, *, own: bool) -> dict[str, Any]:
    """Return the candidate's fields that say why it ended."""
    if finish is None:
        return {}
    word = finish.raw if own else FINISH[finish.unified]
    if word == "OTHER" and not own:
        losses.add("lossy", "finish", f"the finish {finish.raw or finish.unified} has no word in this format")
    fields: dict[str, Any] = {} if word is None else {"finishReason": int(word) if word.isdecimal() else word}
    if finish.detail is not None and (own or finish.unified in ("content_filter", "refusal")):
        fields["finishMessage"] = finish.detail
    return fields


def usage_wire(usage: Usage, tier: str | None, *, own: bool) -> Any:
    """Return the usage: the prompt's figure holds the cached tokens, the candidates' leaves the thoughts out."""
    if own and usage.raw:
        return usage.raw
    wire: dict[str, Any] = {
        "promptTokenCount": usage.input,
        "candidatesTokenCount": usage.output - usage.reasoning,
        "totalTokenCount": usage.total,
    }
    if usage.cache_read:
        wire["cachedContentTokenCount"] = usage.cache_read
    if usage.reasoning:
        wire["thoughtsTokenCount"] = usage.reasoning
    sent = _details(usage.input, usage.input_audio, usage.input_image)
    made = _details(usage.output - usage.reasoning, usage.output_audio, usage.output_image)
    if sent:
        wire["promptTokensDetails"] = sent
    if made:
        wire["candidatesTokensDetails"] = made
    if tier is not None:
        wire["serviceTier"] = tier
    return wire


def created_wire(created: float | None) -> dict[str, str]:
    """Return the time of the answer, where it is known."""
    if not created:
        return {}
    return {"createTime": datetime.fromtimestamp(created, UTC).isoformat().replace("+00:00", "Z")}


def logprobs_wire(logprobs: tuple[Logprob, ...]) -> dict[str, Any]:
    """Return the probabilities of tokens."""
    return {
        "chosenCandidates": [_logprob(item) for item in logprobs],
        "topCandidates": [{"candidates": [_logprob(rival) for rival in item.top]} for item in logprobs],
    }


def _logprob(item: Logprob) -> dict[str, Any]:
    return {"token": item.token, "logProbability": item.logprob if item.logprob > -1e300 else -9999.0}


def _details(total: int, audio: int, image: int) -> list[dict[str, Any]]:
    counts = {"TEXT": total - audio - image, "AUDIO": audio, "IMAGE": image}
    return [{"modality": kind, "tokenCount": count} for kind, count in counts.items() if count] if audio or image else []
