"""The ordinary answer, read in one typed step: one candidate of words, with the usage that adds up.

Anything else (calls, reasoning, citations, fields nobody knows, figures that contradict each other) does not fit these types
and is read field by field in `decode`; both ways give the same response, which a test holds over recorded answers.
"""

from __future__ import annotations

import msgspec

from llmkit.dialects.openai_chat.finish import FINISH
from llmkit.types.parts import Provenance, Text
from llmkit.types.responses import CompletionResponse, FinishReason
from llmkit.types.usage import Usage


class _Message(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    content: str
    role: str = ""
    refusal: None = None
    annotations: tuple[()] | None = None
    audio: None = None
    tool_calls: tuple[()] | None = None
    function_call: None = None
    reasoning_content: None = None
    reasoning: None = None


class _Choice(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    message: _Message
    finish_reason: str
    index: int = 0
    logprobs: None = None


class _PromptDetails(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    cached_tokens: int | None = 0
    audio_tokens: int | None = 0
    text_tokens: int | None = 0
    image_tokens: int | None = 0


class _CompletionDetails(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    reasoning_tokens: int | None = 0
    audio_tokens: int | None = 0
    accepted_prediction_tokens: int | None = 0
    rejected_prediction_tokens: int | None = 0


class _Usage(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: _PromptDetails | None = None
    completion_tokens_details: _CompletionDetails | None = None
    num_cached_tokens: int | None = 0
    service_tier: str | None = None


class _Answer(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    id: str
    choices: tuple[_Choice]
    model: str
    usage: msgspec.Raw
    created: int
    object: str = ""
    service_tier: str | None = None
    system_fingerprint: str | None = None


_answer = msgspec.json.Decoder(_Answer).decode
_usage = msgspec.json.Decoder(_Usage).decode
_STOP = FinishReason(unified="stop", raw="stop")


def plain_answer(body: bytes, origin: Provenance) -> CompletionResponse | None:
    """Return the response in `body`, None where it is not an ordinary one."""
    try:
        wire = _answer(body)
        figures = _usage(wire.usage)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    usage = _usage_of(figures, wire.usage)
    choice = wire.choices[0]
    content, reason = choice.message.content, choice.finish_reason
    if usage is None or not content or not wire.id or not reason or not wire.created:
        return None
    return CompletionResponse(
        id=wire.id,
        model=wire.model,
        content=(Text(text=content, origin=origin),),
        finish=_STOP if reason == "stop" else FinishReason(unified=FINISH.get(reason.lower(), "other"), raw=reason),
        usage=usage,
        created=float(wire.created),
        service_tier=wire.service_tier or figures.service_tier or None,
        extra={"system_fingerprint": wire.system_fingerprint} if wire.system_fingerprint is not None else {},
        raw=msgspec.Raw(body),
    )


def _usage_of(wire: _Usage, raw: msgspec.Raw) -> Usage | None:
    prompt, completion = wire.prompt_tokens, wire.completion_tokens
    before, after = wire.prompt_tokens_details, wire.completion_tokens_details
    cached = max((before.cached_tokens or 0) if before else 0, wire.num_cached_tokens or 0)
    heard, seen = ((before.audio_tokens or 0), (before.image_tokens or 0)) if before else (0, 0)
    thought, spoken = ((after.reasoning_tokens or 0), (after.audio_tokens or 0)) if after else (0, 0)
    text = completion - thought - spoken
    if wire.total_tokens != prompt + completion or min(prompt - cached, cached, heard, seen, thought, spoken, text) < 0:
        return None
    return Usage(
        uncached=prompt - cached,
        cache_read=cached,
        output_text=text,
        reasoning=thought,
        output_audio=spoken,
        input_audio=heard,
        input_image=seen,
        raw=raw,
    )
