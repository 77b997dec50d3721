"""Any number of things to embed, read as they are needed, in requests as large as the provider takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Sized
from threading import Lock
from typing import TYPE_CHECKING, Any

import msgspec

from llmkit.dialects.embeddings.facts import facts
from llmkit.dialects.operations import codec
from llmkit.errors import InvalidRequest
from llmkit.types.embedding import EmbeddingInput
from llmkit.types.parts import Audio, Document, Image, Part, Text, Video

if TYPE_CHECKING:
    from llmkit.core import Core

MOST = 256
"""Inputs of one request, where neither the row nor the format knows."""
MOST_BYTES = 8 * 2**20
Portion = tuple[int, tuple[EmbeddingInput, ...]]
_ONE = (str, Text, Image, Audio, Video, Document)


class Limits(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one request takes: inputs, bytes of text and media, inputs with media, and whether all must stand in one (`together`)."""

    most: int = MOST
    most_bytes: int = MOST_BYTES
    most_media: int = MOST
    together: bool = False

    def within(self, other: Limits) -> Limits:
        """Return what keeps both."""
        return Limits(
            most=min(self.most, other.most),
            most_bytes=min(self.most_bytes, other.most_bytes),
            most_media=min(self.most_media, other.most_media),
            together=self.together or other.together,
        )


def limits_of(core: Core, names: Sequence[str]) -> Limits:
    """Return what every one of the models takes in one request."""
    found: Limits | None = None
    for name in names:
        own = _limits(core, name)
        found = own if found is None else found.within(own)
    return found or Limits()


def _limits(core: Core, name: str) -> Limits:
    route = core.routes.get(name)
    if route is not None:
        return limits_of(core, [model for model in route.deployments(name) if model != name])
    provider, model = core.providers.resolve(name)
    way = provider.operations.get("embed")
    if way is None:
        return Limits()
    known = facts(way.options, model)
    most = int(known.get("most", getattr(codec(way.dialect), "MOST", MOST)))
    return Limits(
        most=most,
        most_bytes=int(known.get("most_bytes", MOST_BYTES)),
        most_media=int(known.get("most_images", most)),
        together=bool(known.get("together")),
    )


def count_of(inputs: Any) -> int | None:
    """Return how many things there are, None where only reading them tells."""
    return 1 if isinstance(inputs, _ONE) else len(inputs) if isinstance(inputs, Sized) else None


def inputs_of(inputs: Any) -> tuple[EmbeddingInput, ...]:
    """Return all that is to be embedded. Raises `InvalidRequest` where there is nothing, or something else."""
    found = tuple(checked_inputs(inputs))
    if not found:
        raise nothing()
    return found


def nothing() -> InvalidRequest:
    """Return the error for no inputs at all."""
    return InvalidRequest("There is nothing to embed.", parameter="inputs", hint="Pass a text or a list of texts.")


def checked_inputs(inputs: Any) -> Iterator[EmbeddingInput]:
    """Give what is to be embedded: a text, or any number of texts, parts, or lists of parts that become one vector."""
    items: Iterable[Any] = [inputs] if isinstance(inputs, _ONE) else inputs if isinstance(inputs, Iterable) else []
    for place, item in enumerate(items):
        yield _checked(f"inputs[{place}]", item)


def _checked(place: str, item: Any) -> EmbeddingInput:
    if isinstance(item, str):
        if not item:
            raise InvalidRequest(f"{place} is empty, and no provider embeds nothing.", parameter=place)
        return item
    given = (item,) if isinstance(item, _ONE) else tuple(item) if isinstance(item, list | tuple) else ()
    parts: tuple[Part, ...] = tuple([Text(text=part) if isinstance(part, str) else part for part in given])
    if not parts or not all(isinstance(part, _ONE) for part in parts):
        raise InvalidRequest(f"{place} must be text, a picture, or a list of these.", parameter=place)
    if all(isinstance(part, Text) and not part.text for part in parts):
        raise InvalidRequest(f"{place} is empty, and no provider embeds nothing.", parameter=place)
    return parts


class Batches:
    """The inputs in portions within `limits`; several threads may take them."""

    def __init__(self, items: Iterator[EmbeddingInput], limits: Limits) -> None:
        self._items, self._limits = items, limits
        self._lock = Lock()
        self._waiting: EmbeddingInput | None = None
        self._taken = 0
        self._closed = False
        self._returned: list[Portion] = []

    def take(self) -> Portion | None:
        """Return the next portion and the place of its first input; None when there is no more."""
        with self._lock:
            if self._returned and not self._closed:
                return self._returned.pop(0)
            portion = () if self._closed else self._portion()
            begin, self._taken = self._taken, self._taken + len(portion)
        return (begin, portion) if portion else None

    def put_back(self, *portions: Portion) -> None:
        """Give these again, first of all."""
        with self._lock:
            self._returned += portions

    def close(self) -> None:
        """Give no more."""
        with self._lock:
            self._closed = True

    def _portion(self) -> tuple[EmbeddingInput, ...]:
        found: list[EmbeddingInput] = []
        size = media = 0
        while (item := self._next()) is not None:
            size += _size(item)
            media += not isinstance(item, str) and any(not isinstance(part, Text) for part in item)
            beyond = len(found) >= self._limits.most or size > self._limits.most_bytes or media > self._limits.most_media
            if found and beyond:  # what is too large by itself goes alone: the provider says so
                self._waiting = item
                break
            found.append(item)
        return tuple(found)

    def _next(self) -> EmbeddingInput | None:
        waiting, self._waiting = self._waiting, None
        return waiting if waiting is not None else next(self._items, None)


def _size(item: EmbeddingInput) -> int:
    if isinstance(item, str):
        return len(item) if item.isascii() else len(item.encode("utf-8", "replace"))
    return sum([_size(part.text) if isinstance(part, Text) else len(getattr(part, "data", None) or b"") * 4 // 3 for part in item])
