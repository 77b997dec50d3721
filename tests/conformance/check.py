"""Run one interaction through a dialect and say what is wrong."""

from __future__ import annotations

import importlib
import importlib.util
import random
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any
from zlib import crc32

import msgspec

from llmkit.accumulate import fold
from llmkit.dialects.aws_payload import Payloads
from llmkit.errors import (
    AuthenticationError,
    ContextLengthExceeded,
    LLMKitError,
    NotFound,
    ProtocolError,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    ServerError,
)
from llmkit.types.dialect import StreamDecoder
from llmkit.types.events import Event
from llmkit.types.http import Headers
from llmkit.types.parts import Provenance
from tests.conformance.comparison import differences
from tests.conformance.corpus import Interaction
from tests.conformance.normalisations import first_difference, normalised
from tests.conformance.profiles import profile_for
from tests.conformance.reading import Reading
from tests.conformance.reading_requests import untyped

STATUSES: dict[int, tuple[type[ProviderError], ...]] = {
    401: (AuthenticationError,),
    404: (NotFound,),
    429: (RateLimited, QuotaExhausted),
}


@dataclass
class Verdict:
    """What became of an interaction: a reason for each phase, None where it passed; phases that do not apply are absent."""

    id: str
    phases: dict[str, str | None] = field(default_factory=dict)


def check(interaction: Interaction) -> Verdict:
    """Decode, decode again in other pieces, and send the request through our types and back."""
    dialect = importlib.import_module(f"llmkit.dialects.{interaction.dialect}")
    origin = Provenance(provider=interaction.provider, dialect=interaction.dialect)
    verdict = Verdict(interaction.id)
    reader = importlib.import_module(f"tests.conformance.reading_{interaction.dialect}")
    answered = False
    if interaction.status >= 400:
        verdict.phases["decode"] = _guarded(_check_error, dialect, interaction)
    elif interaction.stream:
        reading = reader.read_stream(interaction.readable)
        answered = not reading.failed
        verdict.phases["decode"] = _guarded(_check_stream, dialect, interaction, origin, reading)
        verdict.phases["split"] = _guarded(_check_split, dialect, interaction, origin)
    else:
        reading = reader.read_body(interaction.raw)
        answered = not reading.failed
        verdict.phases["decode"] = _guarded(_check_body, dialect, interaction, origin, reading)
    if answered and interaction.sent is not None and _is_request(interaction) and _is_served(interaction.dialect):
        verdict.phases["round trip"] = _guarded(_check_round_trip, dialect, interaction, interaction.sent)
    return verdict


def _guarded(step: Any, *arguments: Any) -> str | None:
    """Return what `step` finds wrong; an exception that is not one of ours is wrong too."""
    try:
        problem: str | None = step(*arguments)
    except Exception as error:  # a boundary: one bad interaction must not hide the others
        return f"{type(error).__name__}: {str(error)[:160]}"
    return problem


def _check_error(dialect: ModuleType, interaction: Interaction) -> str | None:
    error = dialect.error(interaction.status, Headers(interaction.headers.items()), interaction.raw)
    if not isinstance(error, ProviderError):
        return f"error() returned {type(error).__name__}"
    if error.status != interaction.status:
        return f"error status {interaction.status} became {error.status}"
    expected = STATUSES.get(interaction.status, (ServerError, ContextLengthExceeded) if interaction.status >= 500 else (ProviderError,))
    if not isinstance(error, expected):
        return f"status {interaction.status} became {type(error).__name__}"
    return None if error.message else "an error without a message"


def _check_body(dialect: ModuleType, interaction: Interaction, origin: Provenance, reading: Reading) -> str | None:
    try:
        response = dialect.decode(interaction.raw, origin=origin)
    except (ProtocolError, ProviderError) as error:
        return None if reading.failed or reading.either or reading.undefined else f"{type(error).__name__}: {error}"
    if reading.failed:
        return "an error or no answer at all was decoded as a success"
    return "; ".join(differences(reading, response)) or None


def _check_stream(dialect: ModuleType, interaction: Interaction, origin: Provenance, reading: Reading) -> str | None:
    decoder = _decoder(dialect, interaction, origin)
    events: list[Event] = [*decoder.feed(interaction.raw), *decoder.close()]
    if reading.undefined:
        return None
    if decoder.error is not None:
        return None if reading.failed or reading.either else f"stream error {type(decoder.error).__name__}: {decoder.error}"
    if reading.failed:
        return "an error in the stream was not reported"
    if decoder.done != reading.complete and not reading.either:
        return f"the stream is {'complete' if reading.complete else 'cut'}, but done is {decoder.done}"
    response = fold(events)
    if not reading.complete:
        reading.unified, reading.usage = set(), None
        response = response.replace(usage=None)
    return "; ".join(differences(reading, response)) or None


def _decoder(dialect: ModuleType, interaction: Interaction, origin: Provenance) -> StreamDecoder:
    decoder: StreamDecoder = dialect.decoder(origin=origin)
    return Payloads(decoder) if interaction.wrapped else decoder


def _check_split(dialect: ModuleType, interaction: Interaction, origin: Provenance) -> str | None:
    """Feed the stream in one piece and in random ones; the pieces depend on the interaction alone."""
    whole, pieces = _decoder(dialect, interaction, origin), _decoder(dialect, interaction, origin)
    expected = [*whole.feed(interaction.raw), *whole.close()]
    dice = random.Random(crc32(interaction.id.encode()))
    found: list[Event] = []
    start, raw = 0, interaction.raw
    while start < len(raw):
        size = dice.choice((1, 2, 3, 7, 30, 200, 1000, 3000))
        found += pieces.feed(raw[start : start + size])
        start += size
    found += pieces.close()
    if expected != found:
        at = next((index for index, (left, right) in enumerate(zip(expected, found, strict=False)) if left != right), -1)
        return f"other events when split: {len(expected)} and {len(found)}, the first difference at {at}"
    if (whole.done, type(whole.error)) != (pieces.done, type(pieces.error)):
        return f"another end when split: {whole.done} {whole.error!r}, {pieces.done} {pieces.error!r}"
    return None


def _streams(interaction: Interaction, body: dict[str, Any]) -> bool:
    """Say whether the request asks for a stream."""
    match interaction.dialect:
        case "gemini":
            return "streamGenerateContent" in interaction.path
        case "ollama":
            return body.get("stream") is not False
    return body.get("stream") is True


def _is_served(dialect: str) -> bool:
    """Say whether there is a reverse codec, without which a request cannot be read."""
    return importlib.util.find_spec(f"llmkit.serving.{dialect}") is not None


def _is_request(interaction: Interaction) -> bool:
    """Say whether the recorded request is one of this API; some recordings hold a summary in its place."""
    sent = interaction.sent or {}
    if interaction.dialect == "openai_responses":
        return isinstance(sent.get("input"), str | list)
    return isinstance(sent.get("contents" if interaction.dialect == "gemini" else "messages"), list | dict)


def _check_round_trip(dialect: ModuleType, interaction: Interaction, sent: dict[str, Any]) -> str | None:
    serving = importlib.import_module(f"llmkit.serving.{interaction.dialect}")
    body = msgspec.json.decode(msgspec.json.encode(sent))  # a copy: parsing must not see our original
    stream = _streams(interaction, body)
    try:
        request = serving.parse_request(body, path=interaction.path, headers=interaction.sent_headers)
        target = Provenance(provider=interaction.provider, dialect=interaction.dialect, model=request.model)
        profile = profile_for(interaction.dialect, dialect.PROFILE, sent)
        encoded = dialect.encode(request, model=request.model, target=target, profile=profile, stream=stream)
    except LLMKitError as error:
        return f"{type(error).__name__}: {error}"
    if problem := untyped(interaction.dialect, sent, request):
        return problem
    ours = msgspec.json.decode(msgspec.json.encode(encoded.body))
    return first_difference(normalised(interaction.dialect, sent), normalised(interaction.dialect, ours))
