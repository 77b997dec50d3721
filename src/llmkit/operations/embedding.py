"""Embed any number of things: in requests as large as the provider takes, several at once, as one reply."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from llmkit.dialects.operations import codec
from llmkit.errors import InvalidRequest, ProtocolError
from llmkit.operations.reading import models_of, read, whole, words
from llmkit.types.embedding import INPUT_TYPES, EmbeddingInput, EmbeddingRequest, EmbeddingResponse
from llmkit.types.parts import Image, Text
from llmkit.types.totals import total_cost, total_usage
from llmkit.types.vectors import VECTOR_FORMATS

if TYPE_CHECKING:
    from llmkit.core import Core

PARALLEL = 4
MOST = 2048
"""Inputs of one request, where neither the row nor the format knows."""
_CONVERT: dict[str, Callable[[str, Any], Any]] = {
    "input_type": lambda name, value: words(name, value, INPUT_TYPES),
    "format": lambda name, value: words(name, value, VECTOR_FORMATS),
    "dimensions": lambda name, value: whole(name, value, 1, 1_000_000),
}


async def embed(core: Core, model: Any, inputs: Any, options: Mapping[str, Any]) -> EmbeddingResponse:
    """Return a vector for each of `inputs`, in order."""
    left = dict(options)
    parallel = whole("parallel", left.pop("parallel", PARALLEL), 1, 64)
    progress = left.pop("progress", None)
    models = (model,) if isinstance(model, str | EmbeddingRequest) else tuple(model)
    given = {} if isinstance(model, EmbeddingRequest) else {"inputs": inputs_of(inputs)}
    request = read(EmbeddingRequest, models[0], given, left, _CONVERT)
    names = models_of(core, model, "embed")
    size = most(core, names)
    total = len(request.inputs)
    if total <= size:
        reply: EmbeddingResponse = await core.operate("embed", request, names)
        if progress is not None:
            progress(total, total)
        return reply
    batches = [request.replace(inputs=request.inputs[begin : begin + size]) for begin in range(0, total, size)]
    found: list[EmbeddingResponse | None] = [None] * len(batches)
    done = 0
    group = core.runtime.group([partial(core.operate, "embed", batch, names) for batch in batches], parallel)
    try:
        while (told := await group.next()) is not None:
            found[told[0]] = told[1].replace(raw=EmbeddingResponse().raw)  # the numbers are kept once
            done += len(batches[told[0]].inputs)
            if progress is not None:
                progress(done, total)
    finally:
        await group.aclose()
    return joined([part for part in found if part is not None])


def most(core: Core, names: Sequence[str]) -> int:
    """Return how many inputs every one of the models takes in one request."""
    sizes = []
    for name in [one for name in names for one in core.deployments(name)]:
        way = core.providers.resolve(name)[0].operations.get("embed")
        spoken = None if way is None else codec(way.dialect)
        sizes.append(MOST if way is None else int(way.options.get("most", getattr(spoken, "MOST", MOST))))
    return min(sizes)


def inputs_of(inputs: Any) -> tuple[EmbeddingInput, ...]:
    """Return what is to be embedded: a text, or any number of texts, parts, or lists of parts that become one vector."""
    items = [inputs] if isinstance(inputs, str | Text | Image) else list(inputs) if isinstance(inputs, Iterable) else None
    if not items:
        raise InvalidRequest("There is nothing to embed.", parameter="inputs", hint="Pass a text or a list of texts.")
    return tuple([_input(f"inputs[{place}]", item) for place, item in enumerate(items)])


def _input(place: str, item: Any) -> EmbeddingInput:
    if isinstance(item, str):
        if not item:
            raise InvalidRequest(f"{place} is empty, and no provider embeds nothing.", parameter=place)
        return item
    parts = (item,) if isinstance(item, Text | Image) else tuple(item) if isinstance(item, list | tuple) else ()
    parts = tuple([Text(text=part) if isinstance(part, str) else part for part in parts])
    if not parts or not all(isinstance(part, Text | Image) for part in parts):
        raise InvalidRequest(f"{place} must be text, an image, or a list of these.", parameter=place)
    return parts


def joined(parts: Sequence[EmbeddingResponse]) -> EmbeddingResponse:
    """Return the replies to several requests as one. Raises `ProtocolError` where their vectors differ in length."""
    first = parts[0]
    if any(part.dimensions != first.dimensions or part.format != first.format for part in parts):
        raise ProtocolError("The vectors of several answers differ in length.")
    return first.replace(
        id=None,
        request_id=None,
        data=b"".join([part.data for part in parts]),
        usage=total_usage([part.usage for part in parts]),
        cost=total_cost([part.cost for part in parts]),
        warnings=tuple({warning: None for part in parts for warning in part.warnings}),
        attempts=tuple([attempt for part in parts for attempt in part.attempts]),
    )
