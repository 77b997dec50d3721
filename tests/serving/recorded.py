"""Recorded answers, rendered for clients: `python -m tests.serving.recorded [name of file ...]` checks them all."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from typing import Any

import msgspec

from llmkit.accumulate import fold, unfold
from llmkit.errors import LLMKitError
from llmkit.types.events import Event
from llmkit.types.parts import Citation, InvalidToolCall, Part, Provenance, Reasoning, Refusal, Text, ToolCall
from llmkit.types.responses import CompletionResponse
from tests.conformance.corpus import Interaction, files, interactions
from tests.serving.grammar import GRAMMARS

FORMATS = ("openai_chat", "openai_responses", "anthropic", "gemini")
NO_NATIVE = msgspec.Raw()


def answer_of(interaction: Interaction) -> tuple[CompletionResponse, list[Event]] | None:
    """Return a recorded answer and the events that tell it, None where it is none."""
    if interaction.status >= 400:
        return None
    dialect = import_module(f"llmkit.dialects.{interaction.dialect}")
    origin = Provenance(provider=interaction.provider, dialect=interaction.dialect)
    try:
        if not interaction.stream:
            response = dialect.decode(interaction.raw, origin=origin)
            return response, unfold(response)
    except LLMKitError:
        return None
    decoder = dialect.decoder(origin=origin)
    events = [*decoder.feed(interaction.raw), *decoder.close()]
    return (fold(events), events) if decoder.done and decoder.error is None else None


def whole(response: CompletionResponse, name: str, origin: Provenance) -> CompletionResponse:
    """Return `response` after its way to a client of the format `name` and back, in one piece."""
    body = import_module(f"llmkit.serving.{name}").render_response(response)
    decoded: CompletionResponse = import_module(f"llmkit.dialects.{name}").decode(msgspec.json.encode(body), origin=origin)
    return decoded


def streamed(events: list[Event], name: str, origin: Provenance) -> CompletionResponse:
    """Return what `events` tell after their way to a client of the format `name` and back, as a stream."""
    renderer = import_module(f"llmkit.serving.{name}").renderer()
    data = b"".join([renderer.feed(event) for event in events]) + renderer.close()
    GRAMMARS[name](data)
    decoder = import_module(f"llmkit.dialects.{name}").decoder(origin=origin)
    found = [*decoder.feed(data), *decoder.close()]
    if decoder.error is not None:
        raise decoder.error
    assert decoder.done, "the rendered stream is not complete"
    return fold(found)


def plain(response: CompletionResponse) -> dict[str, Any]:
    """Return what must come back exactly, apart from the wire blocks."""
    candidates = [(response.content, response.finish, response.logprobs)]
    candidates += [(candidate.content, candidate.finish, candidate.logprobs) for candidate in response.candidates]
    return {
        "id": response.id or None,
        "model": response.model,
        "created": int(response.created or 0),
        "usage": None if response.usage is None else response.usage.replace(raw=NO_NATIVE),
        "cost": response.cost,
        "tier": response.service_tier,
        "extra": response.extra,
        "content": [[_bare(part) for part in content] for content, _, _ in candidates],
        "finish": [finish for _, finish, _ in candidates],
        "logprobs": [logprobs for _, _, logprobs in candidates],
    }


def joined(response: CompletionResponse) -> dict[str, Any]:
    """Return the same with words that follow each other joined: a stream may cut parts where a body does not."""
    said = plain(response)
    said["content"] = [_joined(content) for content in said["content"]]
    return said


def gist(response: CompletionResponse) -> dict[str, Any]:
    """Return what every format can say, in the form in which all say it."""
    words = "".join([part.text for part in response.content if isinstance(part, Text | Refusal)])
    calls = [
        (part.id, part.name, part.arguments if isinstance(part, ToolCall) and "INVALID_JSON" not in part.arguments else None)
        for part in response.content
        if isinstance(part, ToolCall | InvalidToolCall)
    ]
    usage = response.usage
    return {
        "words": words,
        "reasoning": response.reasoning,
        "calls": calls,
        "usage": (usage.input, usage.cache_read, usage.output, usage.reasoning) if usage is not None and usage.total else None,
    }


def _bare(part: Part) -> Part:
    part = part.replace(native=NO_NATIVE)
    if isinstance(part, Text):
        return part.replace(citations=tuple([citation.replace(native=NO_NATIVE) for citation in part.citations]))
    return part


def _joined(content: list[Part]) -> list[Part]:
    found: list[Part] = []
    for part in content:
        last = found[-1] if found else None
        if isinstance(part, Text) and isinstance(last, Text):
            shift = len(last.text)
            moved = [
                citation
                if citation.start is None or citation.end is None or citation.location is None
                else citation.replace(start=citation.start + shift, end=citation.end + shift)
                for citation in part.citations
            ]
            signature = part.signature or last.signature
            citations = _whole([*last.citations, *moved], at=shift)
            found[-1] = last.replace(text=last.text + part.text, citations=citations, signature=signature)
        elif isinstance(part, Reasoning) and isinstance(last, Reasoning) and last.encrypted is None and part.encrypted is None:
            found[-1] = last.replace(text=last.text + part.text, signature=part.signature or last.signature)
        else:
            found.append(part)
    return found


def _whole(citations: list[Citation], *, at: int) -> tuple[Citation, ...]:
    """Return the citations with those made one that a border between two texts had cut at the place `at`."""
    found: list[Citation] = []
    for citation in citations:
        same = citation.replace(start=0, end=0)
        before = next((place for place, known in enumerate(found) if known.end == at and known.replace(start=0, end=0) == same), None)
        if citation.start == at and citation.location is not None and before is not None:
            found[before] = found[before].replace(end=citation.end)
        else:
            found.append(citation)
    return tuple(found)


def difference(expected: dict[str, Any], found: dict[str, Any]) -> str | None:
    """Return the first field that differs, with both values."""
    return next((f"{name}: {value!r:.300} became {found[name]!r:.300}" for name, value in expected.items() if value != found[name]), None)


def problems(interaction: Interaction) -> dict[str, str | None]:
    """Return what is wrong with an interaction, by check."""
    found = answer_of(interaction)
    if found is None or interaction.dialect not in FORMATS:
        return {}
    response, events = found
    own = Provenance(provider=interaction.provider, dialect=interaction.dialect)
    verdicts = {
        "whole": _guarded(lambda: difference(plain(response), plain(whole(response, interaction.dialect, own)))),
        "stream": _guarded(lambda: difference(joined(response), joined(streamed(events, interaction.dialect, own)))),
    }
    for name in FORMATS:
        if name != interaction.dialect:
            other = Provenance(provider="other", dialect=name)
            verdicts[f"as {name}"] = _guarded(lambda name=name, other=other: difference(gist(response), gist(whole(response, name, other))))
            verdicts[f"as {name} stream"] = _guarded(
                lambda name=name, other=other: difference(gist(response), gist(streamed(events, name, other)))
            )
    return verdicts


def _guarded(step: Callable[[], str | None]) -> str | None:
    try:
        return step()
    except Exception as error:  # a boundary: one bad interaction must not hide the others
        return f"{type(error).__name__}: {str(error)[:200]}"


def main(wanted: list[str]) -> None:
    """Print how many recorded answers come back, and the first problems of each kind."""
    counts: Counter[tuple[str, str, bool]] = Counter()
    shown: Counter[tuple[str, str]] = Counter()
    for file in files():
        if wanted and file.name.partition(".")[0] not in wanted:
            continue
        for interaction in interactions(file, lambda _id, _tier: True):
            for kind, problem in problems(interaction).items():
                counts[interaction.dialect, kind, problem is None] += 1
                if problem is not None and shown[interaction.dialect, kind] < 6:
                    shown[interaction.dialect, kind] += 1
                    print(interaction.provider, interaction.id, kind, problem, sep=" | ")
    for dialect, kind, _ in sorted({(dialect, kind, True) for dialect, kind, _ in counts}):
        good, bad = counts[dialect, kind, True], counts[dialect, kind, False]
        print(f"{dialect:12} {kind:22} {good:6} of {good + bad:6} ({good / (good + bad):.2%})")


if __name__ == "__main__":
    main(sys.argv[1:])
