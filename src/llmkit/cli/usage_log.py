"""Read a log of answers: who was asked, how many tokens it took, what it cost. One JSON object a line, in any API's shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from llmkit.types.usage import Cost, Usage

__all__ = ["LONGEST", "Fault", "Record", "records"]

LONGEST = 64 * 1024 * 1024
"""Bytes of a line at most."""
_WRAPPERS = ("response", "body", "message", "result", "data", "answer", "completion", "output")
"""Where logs and batch files put the answer."""
_DEEPEST = 4
_OURS = frozenset({"uncached", "cache_read", "cache_write", "cache_write_5m", "cache_write_1h", "output_text", "reasoning", "output_audio"})
_RESPONSES = frozenset({"input_tokens_details", "output_tokens_details"})

Object = dict[str, Any]


class Record(NamedTuple):
    """An answer of the log."""

    line: int
    model: str
    """As the log has it: `provider/id`, or an id alone; empty: it does not say."""
    provider: str
    usage: Usage
    cost: Cost | None
    """What the log itself says that it cost, where the provider told."""
    service: str
    at: float | None
    """Unix seconds."""


class Fault(NamedTuple):
    """A line that tells no usage, and why."""

    line: int
    reason: str


def records(lines: Iterable[bytes]) -> Iterator[Record | Fault]:
    """Return what each line tells; empty lines are no lines."""
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if len(text) >= LONGEST:
            yield Fault(number, f"longer than {LONGEST // 1024 // 1024} MiB")
        elif text:
            yield _read(number, text)


def _read(number: int, text: bytes) -> Record | Fault:
    try:
        line = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Fault(number, f"not JSON: {error}")
    if not isinstance(line, dict):
        return Fault(number, "not a JSON object")
    trail = _trail(line)
    if not trail:
        return Fault(number, "no usage in it")
    usage = _usage(trail[-1])
    if usage is None:
        return Fault(number, "its usage is of no known shape")
    if not (usage.total or usage.server_tools):
        return Fault(number, "its usage counts nothing")
    return Record(
        line=number,
        model=_text(trail, "model") or _text(trail, "modelVersion") or _text([_object(line.get("request"))], "model"),
        provider=_text(trail, "provider"),
        usage=usage.replace(raw=msgspec.Raw()),
        cost=_cost(trail[-1]),
        service=_text(trail, "service_tier"),
        at=_moment(trail),
    )


def _trail(line: Object) -> list[Object]:
    """Return the way from the line to the object that holds the usage; empty: there is none."""
    trail = [line]
    for _ in range(_DEEPEST):
        if _counts(trail[-1]):
            return trail
        inner = next((trail[-1][name] for name in _WRAPPERS if isinstance(trail[-1].get(name), dict)), None)
        if inner is None:
            break
        trail.append(inner)
    return []


def _counts(holder: Object) -> bool:
    if any(isinstance(holder.get(name), dict) and holder[name] for name in ("usage", "usageMetadata", "usage_metadata")):
        return True
    names = holder.keys()
    return bool(names & {"prompt_tokens", "input_tokens", "prompt_eval_count", "inputTokens", "promptTokenCount", "uncached"})


def _usage(holder: Object) -> Usage | None:
    """Return the usage in our buckets; the names of the counts tell whose shape it is."""
    inner = next((holder[name] for name in ("usage", "usageMetadata", "usage_metadata") if isinstance(holder.get(name), dict)), holder)
    names = inner.keys()
    if names & _OURS and not names & {"prompt_tokens", "input_tokens"}:
        return _own(inner)
    if "prompt_tokens" in names or "completion_tokens" in names:
        from llmkit.dialects.openai_chat.usage import usage_of

        return usage_of(inner)
    if names & {"input_tokens", "output_tokens"}:
        return _in_and_out(inner)
    if "prompt_eval_count" in names:
        from llmkit.dialects.ollama.answer import usage_of as ollama_usage

        return ollama_usage(inner)
    if names & {"promptTokenCount", "candidatesTokenCount", "totalTokenCount"}:
        from llmkit.dialects.gemini.usage import usage_of as gemini_usage

        return gemini_usage(msgspec.Raw(msgspec.json.encode(inner)))
    if names & {"inputTokens", "outputTokens"}:
        from llmkit.dialects.bedrock_converse.usage import decode_usage

        return decode_usage(inner, msgspec.Raw())
    if names & {"tokens", "billed_units"}:
        from llmkit.dialects.cohere.answer import usage_of as cohere_usage

        return cohere_usage(inner)
    return None


def _in_and_out(inner: Object) -> Usage | None:
    """Two formats share these names; one of them counts cached tokens inside the input, and says so in details."""
    details = _object(inner.get("output_tokens_details"))
    if inner.keys() & _RESPONSES and "thinking_tokens" not in details:
        from llmkit.dialects.openai_responses.usage import decode_usage as responses_usage

        return responses_usage({"usage": inner})
    from llmkit.dialects.anthropic.usage import decode_usage as anthropic_usage

    return anthropic_usage(inner, msgspec.Raw())


def _own(inner: Object) -> Usage | None:
    try:
        usage = msgspec.convert({name: value for name, value in inner.items() if name != "raw"}, Usage)
    except msgspec.ValidationError:
        return None
    return usage if all(getattr(usage, name) >= 0 for name in _OURS) else None


def _cost(holder: Object) -> Cost | None:
    """Return what the provider told; a figure that was reckoned from a list is reckoned anew."""
    told = holder.get("cost")
    if isinstance(told, dict) and "amount" in told:
        try:
            cost = msgspec.convert(told, Cost, strict=False)
        except msgspec.ValidationError:
            return None
        return cost if cost.basis == "provider" and cost.amount.is_finite() else None
    from llmkit.dialects.openai_chat.usage import cost_of

    found = cost_of(_object(holder.get("usage")), holder)
    return found if found is not None and found.amount > Decimal() else None


def _text(trail: list[Object], name: str) -> str:
    """Return the text nearest to the usage."""
    return next((holder[name] for holder in reversed(trail) if isinstance(holder.get(name), str) and holder[name]), "")


def _moment(trail: list[Object]) -> float | None:
    for holder in reversed(trail):
        for name in ("created", "created_at"):
            value = holder.get(name)
            if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e11:
                return float(value)
    return None


def _object(value: Any) -> Object:
    return value if isinstance(value, dict) else {}
