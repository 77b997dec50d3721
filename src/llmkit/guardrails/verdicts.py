"""What providers' own guardrails say, in one form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

import msgspec

from llmkit.errors import ContentFiltered, ProviderError
from llmkit.types.reply import Reply
from llmkit.types.responses import CompletionResponse

Decision: TypeAlias = Literal["allow", "block", "mask", "flag"]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was found where, and what was done about it: the words of our own rules. `score` is 0 to 1, None where nothing tells it."""

    where: Literal["input", "output"]
    category: str
    action: Decision
    score: float | None = None


_LEVELS = {"none": 0.0, "safe": 0.0, "negligible": 0.0, "very_low": 0.1, "low": 0.3, "medium": 0.6, "high": 0.9}
"""Words for how sure or how bad it is, as numbers of ours: they can be compared, and mean no more than the words."""
_ACTIONS: dict[str, Decision] = {"BLOCKED": "block", "ANONYMIZED": "mask", "NONE": "flag"}


def verdicts(answer: Reply | ProviderError) -> tuple[Verdict, ...]:
    """Return what the provider's guardrails said about a request and its answer, or why they refused it."""
    if isinstance(answer, ProviderError):
        return tuple(_of_error(answer))
    found = [verdict for read in _READERS for verdict in read(answer.extra)]
    finish = answer.finish if isinstance(answer, CompletionResponse) else None
    if finish and finish.unified == "content_filter" and not any(verdict.action == "block" for verdict in found):
        found.append(Verdict(where="output", category=_named(finish.raw or "content_filter"), action="block"))
    return tuple(found)


def _filters(extra: Mapping[str, Any]) -> Iterator[Verdict]:
    """Azure's content filter: `filtered`, `severity` or `detected` by category (learn.microsoft.com, read 2026-11-23)."""
    for prompt in _objects(extra.get("prompt_filter_results")):
        yield from _categories("input", prompt.get("content_filter_results"))
    yield from _categories("output", _object(extra.get("choice")).get("content_filter_results"))
    for one in _objects(extra.get("content_filters")):  # as Responses has them; not seen in documentation
        where: Literal["input", "output"] = "input" if one.get("source_type") == "prompt" else "output"
        yield from _categories(where, one.get("content_filter_results"))


def _categories(where: Literal["input", "output"], results: Any) -> Iterator[Verdict]:
    for category, result in _object(results).items():
        fields = _object(result)
        score = _level(fields.get("severity"))
        if "detected" in fields:
            score = 1.0 if fields["detected"] else 0.0
        if fields.get("filtered") is True:
            yield Verdict(where=where, category=category, action="block", score=score)
        elif score:
            yield Verdict(where=where, category=category, action="flag", score=score)


def _trace(extra: Mapping[str, Any]) -> Iterator[Verdict]:
    """The trace of a guardrail of Bedrock's Converse (service model of botocore, read 2026-11-23)."""
    guardrail = _object(_object(extra.get("trace")).get("guardrail"))
    for assessment in _object(guardrail.get("inputAssessment")).values():
        yield from _assessed("input", _object(assessment))
    for some in _object(guardrail.get("outputAssessments")).values():
        for assessment in _objects(some):
            yield from _assessed("output", assessment)


_POLICIES = (
    ("topicPolicy", "topics", "name", "topic"),
    ("contentPolicy", "filters", "type", "content"),
    ("wordPolicy", "customWords", "", "word"),
    ("wordPolicy", "managedWordLists", "type", "word"),
    ("sensitiveInformationPolicy", "piiEntities", "type", "pii"),
    ("sensitiveInformationPolicy", "regexes", "name", "pii"),
    ("contextualGroundingPolicy", "filters", "type", "grounding"),
)
"""Where findings stand, which of their fields says what they are (never the word that was found), and our word for the policy."""


def _assessed(where: Literal["input", "output"], assessment: Mapping[str, Any]) -> Iterator[Verdict]:
    for policy, field, name, kind in _POLICIES:
        for one in _objects(_object(assessment.get(policy)).get(field)):
            if one.get("detected") is False:
                continue
            category = f"{kind}:{_named(one[name])}" if isinstance(one.get(name), str) else kind
            score = one.get("score", _level(one.get("confidence")))
            action = _ACTIONS.get(str(one.get("action")), "flag")
            yield Verdict(where=where, category=category, action=action, score=score if isinstance(score, int | float) else None)


def _ratings(extra: Mapping[str, Any]) -> Iterator[Verdict]:
    """Gemini's ratings of the prompt and of the answer (SDK types, read 2026-11-23)."""
    feedback = _object(extra.get("prompt_feedback"))
    reason = feedback.get("blockReason")
    if isinstance(reason, str):
        yield Verdict(where="input", category=_named(reason), action="block")
    yield from _rated("input", feedback.get("safetyRatings"))
    yield from _rated("output", extra.get("safety_ratings"))


def _rated(where: Literal["input", "output"], ratings: Any) -> Iterator[Verdict]:
    for rating in _objects(ratings):
        category = _named(str(rating.get("category") or "")).removeprefix("harm_category_")
        score = _level(rating.get("probability"))
        blocked = rating.get("blocked") is True
        if blocked or score:
            yield Verdict(where=where, category=category, action="block" if blocked else "flag", score=score)


def _moderation(extra: Mapping[str, Any]) -> Iterator[Verdict]:
    """OpenAI's moderation of a request and its answer (SDK types, read 2026-11-23): one result in Responses, a list in Chat."""
    both = _object(extra.get("moderation"))
    sides: tuple[Literal["input", "output"], ...] = ("input", "output")
    for where in sides:
        side = _object(both.get(where))
        for result in _objects(side.get("results")) if "results" in side else [side]:
            scores = _object(result.get("category_scores"))
            for category, flagged in _object(result.get("categories")).items():
                if flagged is True:
                    score = scores.get(category)
                    yield Verdict(where=where, category=category, action="flag", score=score if isinstance(score, float) else None)


_READERS = (_filters, _trace, _ratings, _moderation)


def _of_error(error: ProviderError) -> Iterator[Verdict]:
    """Azure tells in the error of a refused prompt what was filtered; others only that something was."""
    try:
        body = _object(msgspec.json.decode(error.body or "{}"))
    except (msgspec.DecodeError, UnicodeError, RecursionError):  # it is cut where it is long
        body = {}
    inner = _object(_object(body.get("error", body)).get("innererror"))
    found = list(_categories("input", inner.get("content_filter_result")))
    if not found and isinstance(error, ContentFiltered):
        found.append(Verdict(where="input", category=_named(error.code or "content_filter"), action="block"))
    yield from found


def _level(words: Any) -> float | None:
    return _LEVELS.get(words.lower()) if isinstance(words, str) else None


def _named(words: str) -> str:
    return words.lower().replace(" ", "_")


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> Iterable[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else ()
