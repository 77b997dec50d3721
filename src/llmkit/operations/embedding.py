"""Embed any number of things: in requests as large as the provider takes, several at once, as one reply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from llmkit.errors import InvalidRequest
from llmkit.operations.embedding_batches import Batches, Limits, checked_inputs, count_of, inputs_of, limits_of, nothing
from llmkit.operations.embedding_gathering import Gathering
from llmkit.operations.reading import models_of, read, whole, words
from llmkit.types.embedding import INPUT_TYPES, EmbeddingRequest, EmbeddingResponse
from llmkit.types.vectors import VECTOR_FORMATS

if TYPE_CHECKING:
    from llmkit.core import Core

__all__ = ["PARALLEL", "embed", "inputs_of"]

PARALLEL = 4
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
    whole_request = isinstance(model, EmbeddingRequest)
    given = model.inputs if isinstance(model, EmbeddingRequest) else inputs
    models = (model,) if whole_request or isinstance(model, str) else tuple(model)
    names = models_of(core, model, "embed")
    limits = limits_of(core, names)
    batches = Batches(checked_inputs(given), limits)
    first = batches.take()
    if first is None:
        raise nothing()
    fields = {} if whole_request else {"inputs": first[1]}
    request = read(EmbeddingRequest, models[0], fields, left, _CONVERT)
    second = batches.take()
    gathering = Gathering(count_of(given), progress)
    if second is None:
        reply: EmbeddingResponse = await core.operate("embed", request, names)
        if progress is not None:
            progress(len(first[1]), len(first[1]))
        return reply
    _may_be_split(request, limits)
    batches.put_back(first, second)
    await _all(core, request, names, batches, gathering, parallel)
    return gathering.reply()


def _may_be_split(request: EmbeddingRequest, limits: Limits) -> None:
    if limits.together and request.input_type != "query":
        text = f"These inputs are one document to {request.model}, and too long for one request."
        raise InvalidRequest(text, parameter="inputs", hint="Embed a document at a time, or independent texts with input_type='query'.")


async def _all(
    core: Core,
    request: EmbeddingRequest,
    names: tuple[str, ...],
    batches: Batches,
    gathering: Gathering,
    parallel: int,
) -> None:
    """Let `parallel` workers take portions until there are none; the first failure ends them all."""

    async def work() -> None:
        while True:
            portion = batches.take()
            if portion is None:
                return
            gathering.add(portion[0], await core.operate("embed", request.replace(inputs=portion[1]), names))

    group = core.runtime.group([work] * parallel, parallel)
    try:
        while await group.next() is not None:
            pass
    finally:
        batches.close()
        await group.aclose()
