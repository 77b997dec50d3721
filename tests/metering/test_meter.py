"""Every call leaves a record: answers, failures, and streams that were left."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from llmkit import AsyncLLMKit, LLMKit
from llmkit.errors import BudgetExceeded, ConfigurationError, LLMKitError
from llmkit.metering import Callback, JsonLines, MemoryLedger, SQLiteSink, UsageRecord
from llmkit.pipeline.budget import Budgets
from llmkit.pipeline.meter import Meter
from llmkit.runtime.blocking import Blocking
from llmkit.runtime.step import run
from llmkit.testing import Answer, FakeProvider, Fault
from llmkit.told import stream_of
from llmkit.types.events import TextDelta
from llmkit.types.parts import Text
from llmkit.types.responses import CompletionResponse
from llmkit.types.usage import Cost, Usage
from tests.faces import FACES, ask, client_of
from tests.metering.money import MODEL, budgeted, cents, listed

ANSWER = Answer(text="Hello", usage=(100, 50), cached=40, id="answer-1")
RATES = {"input": "1", "cache_read": "0.1", "output": "10"}


def metered(fake: Any, meter: Meter, **options: Any) -> dict[str, Any]:
    return client_of(fake, layers=[meter], **{"models": [listed(**RATES)], "retries": 0, **options})


def list_sink() -> tuple[list[UsageRecord], Meter]:
    records: list[UsageRecord] = []
    return records, Meter(Callback(records.append, blocking=False))


@pytest.mark.parametrize("face", FACES)
def test_an_answer_is_recorded_with_all_that_it_used(face: str) -> None:
    records, meter = list_sink()
    with FakeProvider("openai_chat") as fake:
        fake.add(ANSWER)

        reply = ask(face, metered(fake, meter, tenant="acme"), MODEL, "Hi", user="bob", tags=["a", "b"])

    (record,) = records
    assert ("ok", MODEL, "priced-1", "acme", "bob", ("a", "b"), "stop", 1, "stream" in face) == (
        record.status,
        record.model,
        record.answered_by,
        record.tenant,
        record.user,
        record.tags,
        record.finish,
        record.attempts,
        record.stream,
    )
    assert (60, 40, 50, 100, 50, False) == (
        record.uncached,
        record.cache_read,
        record.output_text,
        record.input,
        record.output,
        record.estimated,
    )
    assert reply.cost is not None
    assert (Decimal("0.000564"), 564, "registry", "0.000036") == (Decimal(record.cost or 0), record.micro, record.basis, record.saved)
    assert ("stream" in face) == (record.first_event is not None)
    assert 0 <= (record.first_event or 0) <= record.seconds < 60
    assert reply.id == record.response_id


@pytest.mark.parametrize("face", FACES)
def test_a_failure_is_recorded_with_all_its_attempts(face: str) -> None:
    records, meter = list_sink()
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.error("unauthorized"))

        with pytest.raises(LLMKitError):
            ask(face, metered(fake, meter), MODEL, "Hi")

    (record,) = records
    assert ("error", "AuthenticationError", 401, MODEL, 1, 0, 0) == (
        record.status,
        record.error,
        record.http_status,
        record.model,
        record.attempts,
        record.input,
        record.micro,
    )


def test_a_stream_that_is_left_is_recorded_and_marked_estimated() -> None:
    records, meter = list_sink()
    words = "word " * 20
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.stall(2, answer=Answer(text=words * 2, pieces=[words, words], usage=(10, 300))))
        with LLMKit(**metered(fake, meter)) as kit, kit.stream(MODEL, "Hi") as stream:
            for event in stream:
                if isinstance(event, TextDelta):
                    break

    (record,) = records
    assert ("aborted", "interrupted", True) == (record.status, record.finish, record.estimated)
    assert 10 < record.output_text < 50
    assert record.input > 0
    assert record.micro is not None
    assert record.micro > 100


def test_a_stream_that_breaks_is_an_error_with_what_came() -> None:
    records, meter = list_sink()
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.error_in_stream())

        with pytest.raises(LLMKitError):
            ask("sync stream", metered(fake, meter), MODEL, "Hi")

    (record,) = records
    assert ("error", "StreamInterrupted", True) == (record.status, record.error, record.estimated)
    assert record.output_text > 0


def test_what_a_budget_refuses_was_not_used() -> None:
    """The meter stands behind the budgets: nothing was sent, so that there is nothing to record."""
    records, meter = list_sink()
    with FakeProvider("openai_chat") as fake, pytest.raises(BudgetExceeded):
        ask("sync", budgeted(fake, Budgets([cents(0)], store=MemoryLedger()), meter), MODEL, "Hi", max_tokens=10)

    assert [] == records


class Kept:
    """A cache that has the answer."""

    name = "cache"

    async def __call__(self, call: Any, next: Any, /) -> Any:
        saved = {"saved": {"amount": "0.25", "currency": "USD"}}
        kept = CompletionResponse(
            content=(Text(text="Hello"),), usage=Usage(uncached=9), cost=Cost(amount=Decimal()), extra={"cache": saved}
        )
        return stream_of(kept, runtime=call.runtime, timeouts=call.timeouts) if call.stream else kept


@pytest.mark.parametrize("face", FACES)
def test_a_hit_of_a_cache_is_recorded_with_what_it_saved(face: str) -> None:
    """The meter is behind the cache and never sees it; its `hits` are before."""
    records, meter = list_sink()
    with FakeProvider("openai_chat") as fake:
        ask(face, client_of(fake, layers=[meter, meter.hits, Kept()]), MODEL, "Hi")

    (record,) = records
    assert (True, "0", "0.25", 0, 0, MODEL) == (record.cached, record.cost, record.saved, record.input, record.attempts, record.model)


@pytest.mark.parametrize("face", FACES)
def test_an_answer_that_was_made_now_is_recorded_once(face: str) -> None:
    records, meter = list_sink()
    with FakeProvider("openai_chat") as fake:
        fake.add(ANSWER)
        ask(face, client_of(fake, layers=[meter, meter.hits]), MODEL, "Hi")

    assert [False] == [record.cached for record in records]


def test_an_unknown_cost_is_not_zero() -> None:
    records, meter = list_sink()
    with FakeProvider("openai_chat") as fake:
        fake.add(ANSWER)
        ask("sync", client_of(fake, layers=[meter]), "openai/not-priced-1", "Hi")

    assert (None, None) == (records[0].cost, records[0].micro)


@pytest.mark.parametrize("face", FACES)
def test_the_sqlite_sink_has_a_record_before_the_answer_is_there(face: str, tmp_path: Path) -> None:
    """So a crash loses nothing."""
    sink = SQLiteSink(tmp_path / "usage.db")
    with FakeProvider("openai_chat") as fake:
        fake.add(ANSWER, ANSWER)
        ask(face, metered(fake, Meter(sink)), MODEL, "Hi")

        seen = list(SQLiteSink(tmp_path / "usage.db").records())

    assert [150] == [record.input + record.output for record in seen]
    assert {0o600} == {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    sink.close()


def test_a_record_that_comes_twice_is_kept_once(tmp_path: Path) -> None:
    sink = SQLiteSink(tmp_path / "usage.db", durable=False)
    for _ in range(2):
        sink.write([UsageRecord(id="a", at=1.0), UsageRecord(id="b", at=1.0)])

    assert ["a", "b"] == [record.id for record in sink.records()]
    assert [] == list(sink.records(since=2.0))
    sink.close()


def test_all_records_come_back_over_many_pages(tmp_path: Path) -> None:
    """Many have the same time."""
    sink = SQLiteSink(tmp_path / "usage.db", durable=False)
    sink.write([UsageRecord(id=f"{number:05}", at=float(number // 900)) for number in range(2500)])

    assert [f"{number:05}" for number in range(2500)] == [record.id for record in sink.records()]
    sink.close()


def test_lines_of_many_threads_never_mix(tmp_path: Path) -> None:
    path = tmp_path / "usage.jsonl"
    sink = JsonLines(path)

    def write(name: str) -> None:
        for number in range(50):
            sink.write([UsageRecord(id=f"{name} {number}", at=1.0)])

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    lines = path.read_bytes().splitlines()
    assert {f"{name} {n}" for name in "abcd" for n in range(50)} == {msgspec.json.decode(line, type=UsageRecord).id for line in lines}
    assert 0o600 == path.stat().st_mode & 0o777


def test_a_batch_waits_until_it_is_full_or_the_meter_is_closed(tmp_path: Path) -> None:
    sink = JsonLines(tmp_path / "usage.jsonl")
    meter = Meter(sink, batch=3)
    with FakeProvider("openai_chat") as fake:
        fake.always(ANSWER)
        with LLMKit(**metered(fake, meter)) as kit:
            for _ in range(5):
                kit.complete(MODEL, "Hi")
            assert (3, 2) == (len(sink.path.read_bytes().splitlines()), meter.waiting)
            run(meter.aclose(Blocking()))

    assert (5, 0) == (len(sink.path.read_bytes().splitlines()), meter.waiting)


class Broken:
    """A sink whose disk is full for a while."""

    blocking = True

    def __init__(self) -> None:
        self.broken = True
        self.records: list[UsageRecord] = []

    def write(self, records: Sequence[UsageRecord], /) -> None:
        if self.broken:
            raise OSError("no space left")
        self.records += records

    def close(self) -> None:
        pass


def test_a_sink_that_fails_fails_no_call_and_gets_its_records_later() -> None:
    sink = Broken()
    meter = Meter(sink, capacity=3)
    with FakeProvider("openai_chat") as fake:
        fake.always(ANSWER)
        with LLMKit(**metered(fake, meter)) as kit:
            for number in range(5):
                kit.complete(MODEL, "Hi", tags=[str(number)])
            assert (3, 2) == (meter.waiting, meter.lost)
            sink.broken = False
            kit.complete(MODEL, "Hi", tags=["5"])

    assert ["3", "4", "5"] == [record.tags[0] for record in sink.records]


def test_an_async_callback_is_awaited() -> None:
    records: list[UsageRecord] = []

    async def keep(record: UsageRecord) -> None:
        await asyncio.sleep(0)
        records.append(record)

    with FakeProvider("openai_chat") as fake:
        fake.add(ANSWER)
        ask("async", metered(fake, Meter(Callback(keep))), MODEL, "Hi")

    assert 1 == len(records)


def test_a_slow_sink_does_not_hold_up_the_loop() -> None:
    """The sink waits for something that only the loop can do."""
    ticked = threading.Event()

    def keep(record: UsageRecord) -> None:
        assert ticked.wait(10)

    async def main(fake: FakeProvider) -> None:
        async with AsyncLLMKit(**metered(fake, Meter(Callback(keep)))) as kit:
            task = asyncio.ensure_future(kit.complete(MODEL, "Hi"))
            while not fake.requests:
                await asyncio.sleep(0)
            ticked.set()
            await task

    with FakeProvider("openai_chat") as fake:
        fake.add(ANSWER)
        asyncio.run(main(fake))


def test_no_words_get_into_a_record(tmp_path: Path) -> None:
    path = tmp_path / "usage.jsonl"
    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(text="classified answer"), Fault.error("unauthorized", message="classified message"))
        client = metered(fake, Meter(JsonLines(path)))
        ask("sync", client, MODEL, "classified prompt")
        with pytest.raises(LLMKitError):
            ask("sync", client, MODEL, "classified prompt")

    assert b"classified" not in path.read_bytes()
    assert fake.key.encode() not in path.read_bytes()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    os.symlink(tmp_path / "target", tmp_path / "usage.jsonl")

    with pytest.raises(OSError):
        JsonLines(tmp_path / "usage.jsonl").write([UsageRecord(id="a", at=1.0)])

    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("wrong", [{"batch": 0}, {"batch": 5, "capacity": 2}])
def test_a_queue_that_cannot_work_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ConfigurationError):
        Meter(Callback(print), **wrong)
