"""The user's own storage beside a provider: where some batches have their requests and results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec

from llmkit.errors import InvalidRequest
from llmkit.operations.exchange import Asked, Operations
from llmkit.providers.serving import Serving
from llmkit.types.batch import BatchRequest, StoringCodec

if TYPE_CHECKING:
    from llmkit.pipeline.call import Call

_OWN = ("input_uri", "output_uri", "role")


def check_places(asked: Asked, request: BatchRequest) -> None:
    """Raise `InvalidRequest` where places in storage are missing, or are told to a provider that knows none."""
    if hasattr(asked.codec, "check"):
        cast("StoringCodec", asked.codec).check(request, asked.place)
        return
    for name in _OWN:
        if getattr(request, name):
            hint = f"{asked.endpoint.provider.title} keeps the files of a batch itself."
            raise InvalidRequest(f"{name} is for batches in storage of your own.", parameter=name, hint=hint)


async def put(operations: Operations, asked: Asked, call: Call) -> None:
    """Put the file of requests where the provider will read it."""
    if hasattr(asked.codec, "store"):
        there = storage_beside(operations, asked, call.key)
        steps = cast("StoringCodec", asked.codec).store(cast("Any", call.request), there.place)
        await operations.drive(there, call, steps)


def storage_beside(operations: Operations, asked: Asked, key: int) -> Asked:
    """Return the storage that the row names, asked with the provider's credentials.

    Where the provider is reached at another address than the row's, storage is reached there, too: a key that was given for an address
    is sent to no other.
    """
    options, provider = asked.place.options, asked.endpoint.provider
    storage = msgspec.convert(options.get("storage", {"dialect": asked.codec.NAME, "path": ""}), Serving)
    if (provider.operations["batch"].base_url or provider.base_url) != options.get("home"):
        storage = storage.replace(base_url="")
    endpoint = operations.endpoints.serving(provider, storage, key)
    place = msgspec.structs.replace(asked.place, path=storage.path, values=endpoint.values)
    return Asked(endpoint=endpoint, codec=asked.codec, place=place)
