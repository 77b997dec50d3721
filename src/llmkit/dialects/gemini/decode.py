"""A whole GenerateContentResponse into our response."""

from __future__ import annotations

from datetime import datetime
from math import isfinite
from typing import Any

import msgspec

from llmkit.accumulate import fold
from llmkit.dialects.error_text import error_text
from llmkit.dialects.gemini.content import PartReader
from llmkit.dialects.gemini.errors import answered_error
from llmkit.dialects.gemini.finish import finish_of, refused
from llmkit.dialects.gemini.sources import Sources, placed
from llmkit.dialects.gemini.usage import service_tier_of, usage_of
from llmkit.dialects.gemini.wire import Fields, WireCandidate, WireChunk, is_given, object_of, read_any, read_chunk, string_of
from llmkit.errors import ProtocolError
from llmkit.types.parts import Part, Provenance, Text
from llmkit.types.responses import Candidate, CompletionResponse, FinishReason, Logprob


def decode(body: bytes, *, origin: Provenance) -> CompletionResponse:
    """Return the response in `body`. Raises `ProtocolError` for other bytes, a `ProviderError` for an error with status 200.

    A prompt that was blocked is a response without content whose finish is `content_filter`; why is in its `raw` and `detail`,
    and in `extra["prompt_feedback"]`.
    """
    if body.lstrip()[:1] == b"[":
        return _streamed(body, origin)
    chunk = chunk_of(body)
    if is_given(chunk.error):
        raise answered_error(body)
    feedback = object_of(chunk.prompt_feedback)
    if not chunk.candidates and not feedback:
        raise ProtocolError("The answer holds no candidate.")
    answers = [_candidate(candidate, number, chunk, origin) for number, candidate in enumerate(chunk.candidates or ())]
    first = answers[0] if answers else Candidate(finish=refused(feedback))
    extra = extra_of(chunk.candidates[0] if chunk.candidates else WireCandidate(), feedback)
    return CompletionResponse(
        id=chunk.response_id,
        model=chunk.model_version or "",
        content=first.content,
        finish=first.finish or FinishReason(unified="other"),
        candidates=tuple(answers[1:]),
        logprobs=first.logprobs,
        usage=usage_of(chunk.usage_metadata, extra.get("grounding", {})),
        created=created_of(chunk.create_time),
        service_tier=service_tier_of(chunk.usage_metadata),
        extra=extra,
        raw=msgspec.Raw(body),
    )


def chunk_of(body: bytes) -> WireChunk:
    """Return the response object in `body`. Raises `ProtocolError` where it is none."""
    try:
        if not body.isascii():
            body.decode()  # What is kept as raw JSON is read later, when it is too late to refuse it.
        return read_chunk(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as failure:
        cause = str(failure)
    begin = error_text(body[:80]).strip() if body else "nothing at all"
    raise ProtocolError(f"The answer is not a GenerateContentResponse ({cause}); it begins: {begin}")


def extra_of(candidate: WireCandidate, feedback: Fields, grounding: Fields | None = None) -> Fields:
    """Return what the API says beside the content; what is empty is left out."""
    extra: Fields = {
        "grounding": object_of(candidate.grounding_metadata) if grounding is None else grounding,
        "citation_metadata": object_of(candidate.citation_metadata),
        "url_context": object_of(candidate.url_context_metadata),
        "safety_ratings": read_any(candidate.safety_ratings) if candidate.safety_ratings else None,
        "avg_logprobs": candidate.avg_logprobs,
        "prompt_feedback": feedback,
    }
    return {name: value for name, value in extra.items() if value not in (None, {}, [])}


def created_of(time: Any) -> float | None:
    """Return an RFC 3339 time as seconds since 1970."""
    try:
        return datetime.fromisoformat(time).timestamp() if isinstance(time, str) else None
    except (ValueError, OverflowError):
        return None


def logprobs_of(raw: msgspec.Raw) -> tuple[Logprob, ...]:
    """Return the probability of each token, with its rivals."""
    result = object_of(raw)
    chosen, rivals = result.get("chosenCandidates"), result.get("topCandidates")
    found: list[Logprob] = []
    for number, token in enumerate(chosen if isinstance(chosen, list) else ()):
        step = rivals[number] if isinstance(rivals, list) and number < len(rivals) else None
        tops = step.get("candidates") if isinstance(step, dict) else None
        top = tuple(_logprob(rival) for rival in (tops if isinstance(tops, list) else ()) if isinstance(rival, dict))
        if isinstance(token, dict):
            found.append(_logprob(token, top))
    return tuple(found)


def _logprob(token: Fields, top: tuple[Logprob, ...] = ()) -> Logprob:
    value = token.get("logProbability")
    likely = float(value) if isinstance(value, int | float) and isfinite(value) else 0.0
    return Logprob(token=string_of(token.get("token")) or "", logprob=likely, top=top)


def _candidate(candidate: WireCandidate, number: int, chunk: WireChunk, origin: Provenance) -> Candidate:
    reader = PartReader(origin, chunk.response_id or "", number)
    blocks = candidate.content.parts if candidate.content is not None else None
    content = [part for part in map(reader.read, blocks or ()) if part is not None]
    _cite(content, candidate, origin)
    return Candidate(
        content=tuple(content),
        finish=finish_of(candidate.finish_reason, candidate.finish_message, content),
        logprobs=logprobs_of(candidate.logprobs_result),
    )


def _cite(content: list[Part], candidate: WireCandidate, origin: Provenance) -> None:
    """Put the citations into the texts of `content`."""
    if not candidate.grounding_metadata and not candidate.citation_metadata:
        return
    sources = Sources(origin)
    sources.add(object_of(candidate.grounding_metadata), object_of(candidate.citation_metadata))
    spots = [spot for spot, part in enumerate(content) if isinstance(part, Text)]
    texts = [part.text for part in content if isinstance(part, Text)]
    text = "".join(texts)
    for citation in sources.settle(text, final=False) + sources.settle(text, final=True) if texts else ():
        for number, shifted in placed(citation, [len(text) for text in texts]):
            part = content[spots[number]]
            assert isinstance(part, Text)
            content[spots[number]] = part.replace(citations=(*part.citations, shifted))


def _streamed(body: bytes, origin: Provenance) -> CompletionResponse:
    """A stream that was asked for without `alt=sse` is one JSON array of responses; so are some errors."""
    from llmkit.dialects.gemini.stream import GenerateContentStream

    stream = GenerateContentStream(origin)
    events = stream.feed(body) + stream.close()
    failure = stream.error
    if failure is None and not stream.done:
        failure = ProtocolError("The answer is an incomplete JSON array.")
    if failure is not None:
        raise failure
    return fold(events).replace(raw=msgspec.Raw(body))
