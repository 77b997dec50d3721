"""What providers list of their models, and how many tokens they count: whoever looks gets models and a number, or a typed error."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator

import msgspec

from llmkit.dialects import COUNTS, LISTS, counting_of, listing_of
from llmkit.testing.wire import WIRES, load
from tests.security.fuzz.harvest import words_of
from tests.security.fuzz.target import Target, hold
from tests.security.fuzz.targets.steps import chosen

_LISTS = tuple(sorted(LISTS))
_COUNTS = tuple(sorted(set(COUNTS.values())))


def targets() -> Iterator[Target]:
    """Return the lists of models, and the counts."""
    words = [f"llmkit.dialects.{name}.listing" for name in sorted({*LISTS.values(), "openai_chat"})]
    yield Target(name="models", run=_listed, seeds=_seeds, words=lambda: words_of("llmkit.dialects.listing", *words))
    numbers = (b'{"input_tokens":3}', b'{"totalTokens":3}', b'{"tokens":[1,2]}', b'{"count":3}', b'{"inputTokens":3}')
    seeds = [f"{name}\n".encode() + number for name in _COUNTS for number in numbers]
    yield Target(
        name="models.count", run=_counted, seeds=lambda: seeds, words=lambda: (b"input_tokens", b"tokens", b"count", b"usage"), longest=400
    )


def _listed(data: bytes) -> Hashable:
    first, _, body = data.partition(b"\n")
    name = chosen(_LISTS, first)
    listing = listing_of(name)
    assert listing is not None
    page = listing.decode_models(body, provider="p")
    for model in page.models:
        msgspec.json.encode(model)
        hold(bool(model.id) and model.provider == "p", "a model has no name")
    if page.next is not None:
        hold(listing.list_path(page.next).startswith("/"), "the next page is not on the same server")
    told = tuple(page.models[0].can) if page.models else ()
    return name, len(page.models) > 1, told, page.next is None


def _counted(data: bytes) -> Hashable:
    first, _, body = data.partition(b"\n")
    name = chosen(_COUNTS, first)
    counting = counting_of(name)
    assert counting is not None
    number = counting.decode_count(body)
    hold(isinstance(number, int) and number >= 0, "a count is none")
    return name, number > 9


def _seeds() -> list[bytes]:
    told = {name: load(name).listing(("m-1", "m-2")) for name in WIRES}
    rich = {
        "context_length": 5, "max_output_tokens": 4, "pricing": {"prompt": "0.1", "completion": "0.2"}, "supported_parameters": ["tools"],
        "architecture": {"input_modalities": ["text", "image"]}, "capabilities": {"vision": True}, "features": ["json"], "created": 1.79e9,
    }  # fmt: skip
    plain = [f"{name}\n".encode() + json.dumps(told[LISTS[name]]).encode() for name in _LISTS]
    return [*plain, *[f"{name}\n".encode() + json.dumps({"data": [{"id": "a", "name": "a", **rich}]}).encode() for name in _LISTS]]
