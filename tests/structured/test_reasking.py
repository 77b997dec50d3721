"""An answer that does not fit is asked for again: bounded, with what is wrong, and everything it cost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from llmkit.errors import OutputInvalid
from llmkit.structured.output_type import output_type
from llmkit.testing import Answer, FakeProvider, Fault
from llmkit.types.totals import total_cost, total_usage
from llmkit.types.usage import Cost, Usage
from tests.faces import DIALECTS, FACES, client_of
from tests.structured.asking import answer, parsed, row
from tests.structured.kinds import SCHEMA, Attrs, Model, Order, Struct

BAD = {"id": 1}
GOOD = {"id": 1, "lines": []}


def told(body: Any) -> str:
    """Return all the text of the last turn that was sent."""
    turns = next(body[name] for name in ("messages", "contents", "input", "steps") if name in body)
    return str(turns[-1])


@pytest.mark.parametrize("mode", ["native", "tool", "prompt"])
def test_the_model_is_told_what_is_wrong_and_asked_again(mode: str, fake: FakeProvider) -> None:
    fake.add(answer(mode, BAD, name="Order", usage=(10, 5)), answer(mode, GOOD, name="Order", usage=(30, 6)))

    got = parsed("sync", client_of(fake), DIALECTS[fake.dialect][1], "hi", Order, mode=mode)

    assert (Order(1, []), 2, 51) == (got.value, got.tries, got.usage.total)
    assert ["OutputInvalid", None] == [attempt.error for attempt in got.response.attempts]
    assert "missing required field `lines`" in told(fake.requests[1].json)
    assert (mode == "tool") == ("call12345" in told(fake.requests[1].json))  # a call wants its result


@pytest.mark.parametrize("face", FACES)
def test_every_face_asks_again(face: str) -> None:
    with FakeProvider("anthropic") as fake:
        fake.add(answer("tool", BAD, name="Order"), answer("tool", GOOD, name="Order"))

        got = parsed(face, client_of(fake), DIALECTS["anthropic"][1], "hi", Order, mode="tool")

        assert (Order(1, []), 2) == (got.value, got.tries)
        assert 2 == len(fake.requests)


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("tries", [1, 3])
def test_the_tries_are_bounded_and_the_failure_says_what_they_cost(face: str, tries: int) -> None:
    with FakeProvider("openai_chat") as fake:
        fake.always(answer("native", BAD, usage=(10, 5)))

        with pytest.raises(OutputInvalid, match="lines") as caught:
            parsed(face, client_of(fake), "openai/gpt-4.1", "hi", Order, tries=tries)

        error = caught.value
        assert (tries, tries, 15 * tries) == (len(fake.requests), error.tries, error.usage.total)
        assert ('{"id": 1}', "openai", "native") == (error.text, error.provider, error.response.output_mode)
        assert tries == len(error.attempts)


FAULTS: list[tuple[Any, Any, str]] = [
    (Order, {"id": 1, "lines": [{"item": "a", "count": "x"}]}, "$.lines[0].count"),
    (Model, {"name": "a", "price": -1}, "$.price"),
    (Model, {"name": 3, "price": 1, "tags": ["a", 5]}, "$.name"),
    (SCHEMA, {"name": "a"}, "$.name"),
    (SCHEMA, {"name": "ab", "age": 1.5}, "$.age"),
    (Struct, {"name": "ab", "born": "yesterday"}, "$.born"),
    (Attrs, {"size": 0}, "$"),
    (list[int], {"value": [1, "2"]}, "$[1]"),
    (Order, "no JSON at all", "$"),
    (Order, "", "$"),
]


def test_a_fault_is_named_by_its_path() -> None:
    with FakeProvider("openai_chat") as fake:
        for kind, wire, path in FAULTS:
            fake.always(Answer(text=wire) if isinstance(wire, str) else answer("native", wire))
            with pytest.raises(OutputInvalid) as caught:
                parsed("sync", client_of(fake), "openai/gpt-4.1", "hi", kind, tries=1)
            assert path == caught.value.path, (kind, wire, str(caught.value))


def test_constraints_that_were_taken_off_the_wire_are_checked_here(fake: FakeProvider) -> None:
    """No API enforces all of JSON Schema."""
    fake.add(answer("native", {"name": "a"}), answer("native", {"name": "Ada"}))

    got = parsed("sync", client_of(fake), DIALECTS[fake.dialect][1], "hi", SCHEMA)

    assert ({"name": "Ada"}, 2) == (got.value, got.tries)


def test_sums_are_exact_and_unknown_where_a_part_is_unknown() -> None:
    some = Usage(uncached=3, cache_read=2, output_text=5, server_tools={"web_search": 1})
    more = Usage(uncached=1, reasoning=4, server_tools={"web_search": 2}, source="estimated")
    price = Cost(amount=Decimal("0.1"))

    assert Usage(uncached=4, cache_read=2, output_text=5, reasoning=4, server_tools={"web_search": 3}, source="estimated") == total_usage(
        [some, more]
    )
    assert Cost(amount=Decimal("0.3")) == total_cost([price, Cost(amount=Decimal("0.2"))])
    assert "mixed" == getattr(total_cost([price, price.replace(basis="registry")]), "basis", None)
    assert [None, None, None] == [total_usage([some, None]), total_cost([price, None]), total_usage([])]


@pytest.fixture
def two() -> Iterator[tuple[FakeProvider, FakeProvider, dict[str, Any]]]:
    """Return two providers: the first takes only forced tools, the second only words."""
    with FakeProvider("openai_chat") as first, FakeProvider("anthropic") as second:
        rows = (row("first", first, json_schema=False), row("second", second, json_schema=False, tools=False))
        yield first, second, {"providers": rows, "keys": {"first": first.key, "second": second.key}, "retries": 0}


@pytest.mark.parametrize("face", FACES)
def test_each_provider_is_asked_in_its_own_way_also_when_it_takes_over_in_between(face: str, two: Any) -> None:
    """The first answers wrongly by a tool and then fails: the second, which knows no tools, must still understand the conversation."""
    first, second, client = two
    name = output_type(Order).name
    first.add(answer("tool", BAD, name=name))
    first.always(Fault.overloaded())
    second.add(answer("prompt", GOOD))

    got = parsed(face, client, ["first/one", "second/two"], "hi", Order)

    assert (Order(1, []), "prompt", "second", 2) == (got.value, got.mode, got.response.provider, got.tries)
    body = second.requests[0].json
    assert "tools" not in body
    assert "tool_use" not in str(body["messages"])
    assert ["user", "assistant", "user"] == [turn["role"] for turn in body["messages"]]
    assert "missing required field" in told(body)


def test_whoever_answered_is_asked_again(two: Any) -> None:
    """Another model would have to be told of an answer it never gave."""
    first, second, client = two
    first.always(Fault.overloaded())
    second.add(answer("prompt", BAD), answer("prompt", GOOD))

    got = parsed("sync", client, ["first/one", "second/two"], "hi", Order)

    assert (Order(1, []), 1, 2) == (got.value, len(first.requests), len(second.requests))
    assert ["Overloaded", "OutputInvalid", None] == [attempt.error for attempt in got.response.attempts]


def test_an_answer_without_words_is_not_sent_back(fake: FakeProvider) -> None:
    """Servers refuse an empty turn of the assistant."""
    fake.add(Answer(), answer("native", GOOD))

    got = parsed("sync", client_of(fake), DIALECTS[fake.dialect][1], "hi", Order)

    assert (Order(1, []), 2) == (got.value, got.tries)
    assert "assistant" not in str(fake.requests[1].json)
