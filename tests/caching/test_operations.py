"""What is no conversation is kept too, where the same question has the same answer."""

from __future__ import annotations

import asyncio
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit import AsyncLLMKit, LLMKit
from llmkit.caching import MemoryEntries, SqliteEntries
from llmkit.caching.admission import KEPT, OPERATIONS
from llmkit.caching.entry import Entry, pack, unpack
from llmkit.caching.key import NOT_SHAPING, key_of
from llmkit.caching.kinds import type_of
from llmkit.errors import ConfigurationError
from llmkit.metering.sinks import Callback
from llmkit.pipeline.cache import Cache
from llmkit.pipeline.meter import Meter
from llmkit.runtime.step import run
from llmkit.testing.replies import Reply as Answered
from llmkit.types.job import Started
from llmkit.types.operation import Operation
from llmkit.types.parts import Image
from llmkit.types.reply import Attempt, Reply
from llmkit.types.request import Request
from llmkit.types.usage import Cost
from tests.caching.cache_cases import World
from tests.caching.test_key import OTHER
from tests.questions import server


class Judging(Request, frozen=True, kw_only=True):
    """A request of an operation that somebody added."""

    inputs: tuple[str | bytes | Image, ...] = ()
    weights: dict[str, Any] = {}
    share: float | None = None


class Judgement(Reply, frozen=True, kw_only=True):
    """Its answer."""

    data: bytes = b""
    scores: tuple[float, ...] = ()
    pictures: tuple[Image, ...] = ()


REQUEST = Judging(model="fake/one", inputs=("hi",))
COST = Cost(amount=Decimal("0.25"), basis="provider")
REPLY = Judgement(data=b"\x00\xff", scores=(0.1, 1 / 3), cost=COST, attempts=(Attempt(provider="p", model="m", seconds=1.0),))


@pytest.mark.parametrize("operation", KEPT[1:])
@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_what_is_asked_twice_is_sent_once(operation: str, store: str, tmp_path: Path) -> None:
    """The answer comes back as what it was, and its cost is counted as saved."""
    world = World(REPLY)
    cache = Cache(store=MemoryEntries() if store == "memory" else SqliteEntries(tmp_path / "cache.db"))

    replies = [world.ask(cache, REQUEST, operation=operation) for _ in range(2)]

    assert 1 == world.asked
    hit: Any = replies[1]
    assert (Judgement, REPLY.data, REPLY.scores, ()) == (type(hit), hit.data, hit.scores, hit.attempts)
    assert {"amount": "0.25", "currency": "USD"} == hit.extra["cache"]["saved"]
    assert {"USD": COST.amount} == cache.statistics.read().saved


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_is_made_anew_each_time_is_kept_only_when_told(operation: str) -> None:
    """An image or a film is large, and another one is wanted; a vector is always the same."""
    for told, kept in ((KEPT, OPERATIONS[operation] == "kept"), ((operation,), True)):
        world, cache = World(REPLY), Cache(operations=told)
        for _ in range(2):
            world.ask(cache, REQUEST, operation=operation)

        assert (1 if kept else 2) == world.asked


def test_every_operation_is_in_the_table_or_known_never_to_be_kept() -> None:
    """A new one fails here until somebody decides."""
    never = {"batch", "caches", "files", "listen", "models", "realtime", "speak", "voices"}

    assert never == set(Operation.__args__) - set(OPERATIONS)


@pytest.mark.parametrize(("operations", "hint"), [(["embedd"], "embed"), (["batch"], "complete"), ("embed", "list")])
def test_an_operation_that_cannot_be_kept_is_refused(operations: Any, hint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Cache(operations=operations)

    assert "operations" == caught.value.parameter
    assert hint in str(caught.value)


def test_two_operations_on_the_same_are_two() -> None:
    world, cache = World(REPLY), Cache()

    for operation in ("embed", "rerank"):
        world.ask(cache, REQUEST, operation=operation)

    assert 2 == world.asked


def test_what_comes_in_pieces_and_is_no_conversation_passes_through() -> None:
    world, cache = World(REPLY), Cache(operations=("speech",))
    stream = object()

    async def next(call: Any) -> Any:
        return stream

    assert stream is run(cache(world.call(REQUEST, operation="speech", stream=True), next))


@pytest.mark.parametrize(
    "reply",
    [Judgement(pictures=(Image(url="https://example.com/a.png"),)), Started(state=None), Judgement(extra={"a": object()})],
)
def test_what_will_not_be_true_later_is_not_kept(reply: Reply) -> None:
    """An address that stops working, a job that was begun, what cannot be written down."""
    world, cache = World(reply), Cache(operations=("image",))

    for _ in range(2):
        world.ask(cache, REQUEST, operation="image")

    assert (2, 2) == (world.asked, cache.statistics.read().declined)


FIELDS = {name: value for name, value in OTHER.items() if name in Request.__struct_fields__} | {
    "inputs": ("other",),
    "weights": {"a": 1},
    "share": 0.5,
}


@pytest.mark.parametrize("name", Judging.__struct_fields__)
def test_every_field_of_a_request_is_in_the_key_or_known_not_to_shape_the_answer(name: str) -> None:
    changed = msgspec.structs.replace(REQUEST, **{name: FIELDS[name]})

    assert (name in NOT_SHAPING) == (key_of(REQUEST, ()) == key_of(changed, ()))


class Other(Judging, frozen=True, kw_only=True):
    """The same fields, another kind."""


LOOK_ALIKES = [
    (REQUEST, Other(model="fake/one", inputs=("hi",))),
    (REQUEST.replace(inputs=("YQ==",)), REQUEST.replace(inputs=(b"a",))),
    (REQUEST.replace(inputs=(Image(data=b"a"),)), REQUEST.replace(inputs=(Image(data=b"b"),))),
    (REQUEST.replace(weights={"a": 1}), REQUEST.replace(weights={"a": "1"})),
    (REQUEST.replace(weights={"a": 1}), REQUEST.replace(weights={"a": True})),
    (REQUEST.replace(weights={"a": {}}), REQUEST.replace(weights={"a": []})),
    (REQUEST.replace(weights={"a": {"b": 1}}), REQUEST.replace(weights={"a": {"kind": "dict", "fields": {"b": 1}}})),
    (REQUEST.replace(inputs=("a", "b")), REQUEST.replace(inputs=("b", "a"))),
    (REQUEST.replace(inputs=("ab",)), REQUEST.replace(inputs=("a", "b"))),
]


@pytest.mark.parametrize(("one", "other"), LOOK_ALIKES)
def test_requests_that_look_alike_have_different_keys(one: Judging, other: Judging) -> None:
    assert None is not key_of(one, ()) != key_of(other, ())


def test_the_order_of_dictionaries_does_not_count() -> None:
    assert key_of(REQUEST.replace(weights={"a": 1, "b": 2}), ()) == key_of(REQUEST.replace(weights={"b": 2, "a": 1}), ())


@pytest.mark.parametrize("value", [float("nan"), object(), {1: 2}, "\ud800", msgspec.Raw(b"{1"), {1, 2}])
def test_what_cannot_be_written_has_no_key(value: Any) -> None:
    """Two such requests might look the same."""
    assert key_of(REQUEST.replace(weights={"a": value}), ()) is None


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=40), st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=5))
def test_an_answer_comes_back_as_it_was_kept(data: bytes, scores: list[float]) -> None:
    entry = Entry(response=Judgement(data=data, scores=tuple(scores)), created=1.0, question="q", partition=data)

    assert entry == unpack(pack(entry, b"key"), b"key")


@pytest.mark.parametrize(
    "name", ["os:path", "llmkit.types.request:Request", "llmkit.types.nothing:Reply", "llmkit.core:Core", "", ":", "turtledemo:Reply"]
)
def test_only_answers_are_made_of_what_was_kept(name: str) -> None:
    """Whoever can write into the store chooses among kinds of answers, and imports nothing."""
    assert type_of(name) is None
    assert "turtledemo" not in sys.modules


BODY = (
    b'{"object":"list","model":"e","data":[{"object":"embedding","index":0,"embedding":[0.25,0.5]},'
    b'{"object":"embedding","index":1,"embedding":[1,0]}],"usage":{"prompt_tokens":1000}}'
)


@pytest.mark.parametrize("face", ["sync", "async"])
def test_vectors_that_are_asked_for_twice_are_sent_and_paid_once(face: str) -> None:
    """Through the client and over HTTP; the meter's hits record what was saved."""
    records: list[Any] = []
    meter = Meter(Callback(records.append, blocking=False))
    with server(lambda request: Answered(headers=(("content-type", "application/json"),), pieces=(BODY,))) as (address, received):
        client = {"keys": {"deepinfra": "sk-embedding-0123456789"}, "base_urls": {"deepinfra": address}}
        one, two = embedded(face, {**client, "layers": [Cache(), meter, meter.hits]}, "deepinfra/BAAI/bge-m3", ["a", "b"])

    assert (1, [[0.25, 0.5], [1.0, 0.0]]) == (len(received), two.vectors.tolist())
    assert (one.data, one.usage, ()) == (two.data, two.usage, two.attempts)
    assert one.cost is not None
    assert [(False, None), (True, f"{one.cost.amount:f}")] == [(record.cached, record.saved) for record in records]


def embedded(face: str, client: dict[str, Any], model: str, texts: list[str]) -> list[Any]:
    """Ask twice."""
    if face == "sync":
        with LLMKit(**client) as kit:
            return [kit.embed(model, texts) for _ in range(2)]

    async def asked() -> list[Any]:
        async with AsyncLLMKit(**client) as kit:
            return [await kit.embed(model, texts) for _ in range(2)]

    return asyncio.run(asked())
