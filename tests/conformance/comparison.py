"""Hold a response of ours against an independent reading of the same bytes."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from llmkit.types.parts import Audio, Image, InvalidToolCall, Refusal, Text, ToolCall, Video
from llmkit.types.responses import CompletionResponse
from llmkit.types.usage import Usage
from tests.conformance.reading import Reading


def differences(reading: Reading, response: CompletionResponse) -> list[str]:
    """Return what differs, a short sentence each."""
    return list(_differences(reading, response))


def _differences(reading: Reading, response: CompletionResponse) -> Iterator[str]:
    if reading.text != response.text:
        yield f"text {_apart(reading.text, response.text)}"
    if reading.reasoning != response.reasoning:
        yield f"reasoning {_apart(reading.reasoning, response.reasoning)}"
    refusal = "".join(part.text for part in response.content if isinstance(part, Refusal))
    if reading.refusal != refusal:
        yield f"refusal {_apart(reading.refusal, refusal)}"
    yield from _calls(reading, response)
    yield from _citations(reading, response)
    media = sum(isinstance(part, Image | Audio | Video) for part in response.content)
    if reading.media != media:
        yield f"media: {reading.media} on the wire, {media} decoded"
    if reading.kept:
        parts = msgspec.json.encode(response.content).decode()
        lost = [word for word in reading.kept if msgspec.json.encode(word).decode()[1:-1] not in parts]
        if lost:
            yield f"lost {len(lost)} of {len(reading.kept)} signatures or ids: {lost[0][:40]!r}"
    if reading.finish is not None and reading.finish != response.finish.raw:
        yield f"finish: {reading.finish!r} on the wire, raw {response.finish.raw!r}"
    if reading.unified and response.finish.unified not in reading.unified:
        yield f"finish {reading.finish!r} became {response.finish.unified!r}, not {sorted(reading.unified)}"
    yield from _usage(reading.usage, response.usage)
    others = ["".join(part.text for part in candidate.content if isinstance(part, Text)) for candidate in response.candidates]
    if reading.others != others:
        yield f"{len(reading.others)} further candidates on the wire, {len(others)} decoded, or their texts differ"
    if reading.model and reading.model != response.model:
        yield f"model: {reading.model!r} on the wire, {response.model!r} decoded"


def _calls(reading: Reading, response: CompletionResponse) -> Iterator[str]:
    found = [part for part in response.content if isinstance(part, ToolCall | InvalidToolCall)]
    if len(reading.calls) != len(found):
        yield f"tool calls: {len(reading.calls)} on the wire, {len(found)} decoded"
        return
    for (id_, name, arguments), call in zip(reading.calls, found, strict=True):
        if id_ is not None and id_ != call.id:
            yield f"tool call id: {id_!r} on the wire, {call.id!r} decoded"
        if name != call.name:
            yield f"tool call name: {name!r} on the wire, {call.name!r} decoded"
        ours = call.arguments if isinstance(call, ToolCall) else call.json
        if arguments != ours:
            yield f"tool call arguments: {str(arguments)[:60]!r} on the wire, {str(ours)[:60]!r} decoded"


def _citations(reading: Reading, response: CompletionResponse) -> Iterator[str]:
    urls = {citation.url for citation in response.citations if citation.url}
    if missing := set(reading.citations) - urls:
        yield f"citations: {len(missing)} of {len(set(reading.citations))} sources missing"
    if extra := urls - set(reading.citations) - reading.allowed:
        yield f"citations: {len(extra)} sources that the wire does not have"
    if reading.quotes and reading.quotes != [citation.quote for citation in response.citations]:
        yield "citations: the quotes differ"


def _usage(expected: dict[str, int] | None, usage: Usage | None) -> Iterator[str]:
    if expected is None or usage is None:
        if expected is not None:
            yield "usage on the wire, none decoded"
        elif usage is not None and usage.total:
            yield f"no usage on the wire, {usage.total} tokens decoded"
        return
    ours = {
        "input": usage.input,
        "output": usage.output,
        "cache_read": usage.cache_read,
        "cache_write": usage.cache_write + usage.cache_write_5m + usage.cache_write_1h,
        "reasoning": usage.reasoning,
    }
    for name, tokens in expected.items():
        if tokens != ours[name]:
            yield f"usage {name}: {tokens} on the wire, {ours[name]} decoded"


def _apart(expected: str, found: str) -> str:
    """Return where two texts part."""
    at = next(
        (index for index, (left, right) in enumerate(zip(expected, found, strict=False)) if left != right), min(len(expected), len(found))
    )
    return f"differs at {at} of {len(expected)}/{len(found)}: {expected[at : at + 30]!r} on the wire, {found[at : at + 30]!r} decoded"
