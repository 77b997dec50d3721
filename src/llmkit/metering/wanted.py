"""Say what a call can use at most, before it is made, whatever is asked for: tokens in and out, and what is billed by the piece."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, Protocol, TypeAlias

from llmkit.types.parts import Audio, Image, Part, Text, ToolResult, Video
from llmkit.types.request import Request
from llmkit.types.requests import CompletionRequest

_NOTHING: frozenset[str] = frozenset()
_NO_UNITS: Mapping[str, float] = {}
_MEDIA = {Image: "image", Audio: "audio", Video: "video"}
_PICTURE = 8192
"""Tokens of a picture that is made, where it is billed by them: more than the dearest of the usual models writes for one (6,240 for
1024 x 1536 in high quality; recorded lists of 2026)."""
_SPOKEN = 8
"""Tokens of speech for a character, where it is billed by them: 25 a second, and the slowest languages speak four characters in one."""
_SECONDS = 60.0
"""Seconds of a film or of music, where the request does not say."""
_SEARCH_DOCUMENTS, _DOCUMENT_LETTERS = 100, 1000
"""A search has up to so many documents; a document longer than 500 tokens counts as several, and has at least two letters a token."""


class Wanted(NamedTuple):
    """The most that a call uses. `output` None: as many tokens as the model can write.

    `kinds` may have prices of their own: `image`, `audio`, `video` and `cache` of the input, `audio_out` and `image_out` of the answer.
    `units` are billed by the piece, by `llmkit.types.price.Unit`, in the size or quality `variant`; `service` is how it is served.
    """

    tokens: int = 0
    output: int | None = 0
    kinds: frozenset[str] = _NOTHING
    service: str = ""
    units: Mapping[str, float] = _NO_UNITS
    variant: str = ""


class Asked(Protocol):
    """What is read of a call."""

    @property
    def request(self) -> Request: ...
    @property
    def operation(self) -> str: ...
    def input_tokens(self) -> int: ...


def wanted(call: Asked) -> Wanted:
    """Return the most that `call` can use."""
    request = call.request
    if isinstance(request, CompletionRequest):
        output = None if request.max_tokens is None else request.max_tokens * (request.n or 1)
        return Wanted(call.input_tokens(), output, _kinds(request), request.service_tier or "")
    found = _OPERATIONS.get(call.operation, _plain)(request)
    own = getattr(request, "units", None)  # a request may know best what it will be billed for
    units = own() if callable(own) else found.units
    service = "batch" if call.operation == "batch" else getattr(request, "service_tier", None) or ""
    return found._replace(tokens=max(found.tokens, call.input_tokens()), units=units, service=service, variant=_variant(request))


def _kinds(request: CompletionRequest) -> frozenset[str]:
    found = {"cache"} if request.cache is not None else set()
    for message in request.messages:
        if message.cache is not None:
            found.add("cache")
        for part in message.content:
            if part.cache is not None:
                found.add("cache")
            if type(part) is not Text:
                found.update(_of_part(part))
    if request.modalities:
        found.update([f"{kind}_out" for kind in request.modalities if kind != "text"])
    return frozenset(found) if found else _NOTHING


def _of_part(part: Part) -> Iterable[str]:
    if isinstance(part, ToolResult):
        return [kind for inner in part.content for kind in _of_part(inner)]
    kind = _MEDIA.get(type(part))
    return () if kind is None else (kind,)


def _plain(request: Request) -> Wanted:
    """Embeddings, moderation, classes: the input is all that is billed."""
    return Wanted()


def _many(request: Request) -> Wanted:
    """A batch: its requests were counted one by one, while they were written."""
    return Wanted(tokens=getattr(request, "input_tokens", 0), output=getattr(request, "output_tokens", None))


def _ranked(request: Request) -> Wanted:
    """A query over up to 100 documents is one search (Cohere's price list, 2026)."""
    documents = sum([max(1, -(-len(text) // _DOCUMENT_LETTERS)) for text in request.texts()])
    return Wanted(units={"query": max(1, -(-documents // _SEARCH_DOCUMENTS))})


def _pictures(request: Request) -> Wanted:
    count = _number(request, "n", "count") or 1
    return Wanted(output=int(count * _PICTURE), kinds=frozenset({"image", "image_out"}), units={"image": count})


def _speech(request: Request) -> Wanted:
    letters = sum(map(len, request.texts()))
    units = {"characters_in": letters, "characters": letters}
    return Wanted(output=letters * _SPOKEN, kinds=frozenset({"audio_out"}), units=units)


def _film(request: Request) -> Wanted:
    count, seconds = _number(request, "n", "count") or 1, _number(request, "seconds", "duration") or _SECONDS
    return Wanted(output=None, kinds=frozenset({"image", "video_out"}), units={"video": count, "second": seconds * count})


def _sound(request: Request) -> Wanted:
    return Wanted(output=None, kinds=frozenset({"audio_out"}), units={"second": _number(request, "seconds", "duration") or _SECONDS})


def _heard(request: Request) -> Wanted:
    """Only who made the recording knows how long it is; without that the price is not known beforehand."""
    seconds = _number(request, "seconds", "duration")
    units = _NO_UNITS if seconds is None else {"second_in": seconds, "audio_second_in": seconds, "hour_in": seconds / 3600}
    return Wanted(output=None, kinds=frozenset({"audio"}), units=units)


def _searched(request: Request) -> Wanted:
    return Wanted(units={"query": 1})


def _read(request: Request) -> Wanted:
    """Pages are counted where they are named; a document as a whole has as many as it has."""
    pages = len(getattr(request, "pages", ()))
    unit = "page" if getattr(request, "schema", None) is None else "page_annotation"
    return Wanted(units={unit: pages} if pages else _NO_UNITS)


def _talked(request: Request) -> Wanted:
    """Nobody knows how long a session will be: it may use what the model can."""
    return Wanted(output=None, kinds=frozenset({"audio", "audio_out"}))


_Reader: TypeAlias = Callable[[Request], Wanted]
_OPERATIONS: dict[str, _Reader] = {
    "batch": _many,
    "ocr": _read,
    "listen": _talked,
    "realtime": _talked,
    "speak": _talked,
    "rerank": _ranked,
    "search": _searched,
    "image": _pictures,
    "image_edit": _pictures,
    "speech": _speech,
    "video": _film,
    "music": _sound,
    "sound": _sound,
    "transcribe": _heard,
}


def _variant(request: Request) -> str:
    """Return size, quality and resolution in one word, as price lists have them: `high/1024x1024`."""
    words = [getattr(request, name, None) for name in ("quality", "size", "resolution")]
    return "/".join([str(word) for word in words if word])


def _number(request: Any, *names: str) -> float | None:
    for name in names:
        value = getattr(request, name, None)
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
            return value
    return None
