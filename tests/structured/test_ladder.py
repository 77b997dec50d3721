"""Which way is taken follows from what the model takes; what it costs in certainty is a warning."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit import LLMKit, Tool
from llmkit.errors import BadRequest, LLMKitError, OutputInvalid, OutputRefused, OutputTruncated, UnsupportedFeature
from llmkit.testing import Answer, FakeProvider, Fault
from tests.faces import DIALECTS, FACES, client_of
from tests.structured.asking import answer, parsed, row
from tests.structured.kinds import SCHEMA, Order

WEATHER = Tool(name="get_weather", parameters={"type": "object", "properties": {}})
RECURSIVE = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#"}}},
    "required": ["name"],
}
FREE = {"type": "object", "additionalProperties": {"type": "integer"}}
# What the model takes, what is asked, the way that must be taken, a word of the warning.
RUNGS: list[tuple[str, dict[str, Any], Any, dict[str, Any], str, str]] = [
    ("openai_chat", {}, SCHEMA, {}, "native", "minLength"),
    ("openai_chat", {"json_schema": False}, SCHEMA, {}, "tool", "takes no schema"),
    ("openai_chat", {"json_schema": False, "tools": False}, SCHEMA, {}, "json_object", "takes no schema"),
    ("openai_chat", {"json_schema": False, "forced_tools": False}, SCHEMA, {}, "json_object", "takes no schema"),
    ("openai_chat", {"json_schema": False, "tools": False, "json_object": False}, SCHEMA, {}, "prompt", "takes no schema"),
    ("openai_chat", {"json_schema_with_tools": False}, SCHEMA, {"tools": [WEATHER]}, "tool", "next to tools"),
    ("openai_chat", {"json_schema_with_tools": False}, SCHEMA, {"tools": [WEATHER], "tool_choice": "none"}, "prompt", "next to tools"),
    ("openai_chat", {"json_schema_with_tools": False}, SCHEMA, {}, "native", "minLength"),
    ("openai_chat", {}, FREE, {}, "tool", "free names"),
    ("openai_chat", {}, RECURSIVE, {}, "native", ""),
    ("openai_chat", {"schema_rules": "strict_small"}, RECURSIVE, {}, "tool", "refers to itself"),
    ("openai_chat", {"schema_rules": "open"}, FREE, {}, "native", ""),
    ("anthropic", {}, RECURSIVE, {}, "tool", "refers to itself"),
    ("anthropic", {}, RECURSIVE, {"reasoning": 2048}, "prompt", "refers to itself"),
    ("anthropic", {"always_thinks": True}, RECURSIVE, {}, "prompt", "refers to itself"),
    ("anthropic", {}, RECURSIVE, {"reasoning": "none"}, "tool", "refers to itself"),
    ("gemini", {}, RECURSIVE, {}, "tool", "refers to itself"),
    ("gemini", {"json_schema_with_tools": False}, SCHEMA, {"tools": [WEATHER]}, "tool", "next to tools"),
    ("gemini", {}, SCHEMA, {"tools": [WEATHER]}, "native", "minLength"),
]


@pytest.mark.parametrize(("dialect", "profile", "kind", "options", "mode", "why"), RUNGS)
def test_the_best_way_that_the_model_takes_is_chosen(dialect: str, profile: Any, kind: Any, options: Any, mode: str, why: str) -> None:
    value = {"a": 1} if kind is FREE else {"name": "Ada"}
    with FakeProvider(dialect) as fake:
        fake.add(answer(mode, value))
        client = {"providers": (row("own", fake, **profile),), "keys": {"own": fake.key}}

        got = parsed("sync", client, "own/model", "hi", kind, **options)

    assert (mode, value) == (got.mode, got.value)
    assert why in " ".join(warning.detail for warning in got.warnings)
    assert (mode != "native") == any(warning.kind == "emulated" for warning in got.warnings if warning.parameter == "output")


def test_each_edit_of_the_schema_that_loses_something_is_a_warning(fake: FakeProvider) -> None:
    fake.add(answer("native", {"name": "Ada"}))

    got = parsed("sync", client_of(fake), DIALECTS[fake.dialect][1], "hi", SCHEMA)

    lossy = [(warning.kind, warning.parameter, warning.detail) for warning in got.warnings]
    assert ("lossy", "output.schema", "$.name: minLength is not enforced") in lossy
    assert "minLength: 2" in str(fake.requests[0].json)  # at least the model knows of it


def test_the_policy_error_refuses_before_anything_is_sent(fake: FakeProvider) -> None:
    with pytest.raises(UnsupportedFeature, match="minLength"):
        parsed("sync", client_of(fake), DIALECTS[fake.dialect][1], "hi", SCHEMA, on_unsupported="error")

    assert [] == fake.requests


def test_an_exact_way_is_refused_where_the_model_lacks_it() -> None:
    with FakeProvider("openai_chat") as fake:
        client = {"providers": (row("own", fake, json_schema=False),), "keys": {"own": fake.key}}

        with pytest.raises(UnsupportedFeature, match="takes no schema"):
            parsed("sync", client, "own/model", "hi", SCHEMA, mode="native")

        assert [] == fake.requests


@pytest.mark.parametrize("face", ["sync", "async stream"])
def test_a_schema_that_the_server_refuses_goes_one_way_down(face: str, fake: FakeProvider) -> None:
    """Limits of grammars are known only to the servers: their 400 costs nothing, and the next way is tried."""
    fake.add(Fault.error("bad_request", message="The compiled grammar is too large."), answer("tool", {"name": "Ada"}))

    got = parsed(face, client_of(fake), DIALECTS[fake.dialect][1], "hi", SCHEMA)

    assert ("tool", {"name": "Ada"}, 1) == (got.mode, got.value, got.tries)
    assert "grammar is too large" in got.warnings[0].detail


def test_each_way_is_tried_once_and_then_the_refusal_stands(fake: FakeProvider) -> None:
    fake.always(Fault.error("bad_request", message="Invalid schema for tool or response_format json_object."))

    with pytest.raises(BadRequest, match="Invalid schema"):
        parsed("sync", client_of(fake), DIALECTS[fake.dialect][1], "hi", SCHEMA)

    assert len(fake.requests) in (3, 4)


@pytest.mark.parametrize(
    "fault", [Fault.error("bad_request", message="Bad image."), Fault.error("context_length"), Fault.error("unauthorized")]
)
def test_another_refusal_is_not_asked_around(fault: Fault, fake: FakeProvider) -> None:
    fake.always(fault)

    with pytest.raises(LLMKitError):
        parsed("sync", {**client_of(fake), "retries": 0}, DIALECTS[fake.dialect][1], "hi", SCHEMA)

    assert 1 == len(fake.requests)


@pytest.mark.parametrize("face", FACES)
def test_a_way_that_was_asked_for_is_not_left(face: str) -> None:
    with FakeProvider("openai_chat") as fake:
        fake.always(Fault.error("bad_request", message="Invalid schema."))

        with pytest.raises(BadRequest):
            parsed(face, client_of(fake), "openai/gpt-4.1", "hi", SCHEMA, mode="native")

        assert 1 == len(fake.requests)


CUT = {"openai_chat": "length", "anthropic": "max_tokens", "gemini": "MAX_TOKENS"}


@pytest.mark.parametrize("face", FACES)
def test_a_truncated_answer_is_its_own_error_and_not_asked_again(face: str) -> None:
    """Asking again would be cut again, at a higher price."""
    for dialect, word in CUT.items():
        with FakeProvider(dialect) as fake:
            fake.always(Answer(text='{"name": "A', finish=word))

            with pytest.raises(OutputTruncated, match="max_tokens") as caught:
                parsed(face, client_of(fake), DIALECTS[dialect][1], "hi", SCHEMA)

            assert (1, '{"name": "A', 15) == (len(fake.requests), caught.value.text, caught.value.usage.total)


@pytest.mark.parametrize("face", FACES)
def test_a_refusal_is_its_own_error_and_not_asked_again(face: str) -> None:
    for dialect in CUT:
        with FakeProvider(dialect) as fake:
            fake.always(Answer(refusal="I cannot help with that."))

            with pytest.raises(OutputRefused) as caught:
                parsed(face, client_of(fake), DIALECTS[dialect][1], "hi", SCHEMA)

            assert (1, 1) == (len(fake.requests), caught.value.tries)
            assert "cannot help" not in str(caught.value)  # what the model says may hold the prompt


def test_a_filtered_answer_is_refused() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(text='{"name": "Ada"}', finish="content_filter"))

        with pytest.raises(OutputRefused):
            parsed("sync", client_of(fake), "openai/gpt-4.1", "hi", SCHEMA)


def test_a_call_of_the_callers_own_tool_is_no_answer(fake: FakeProvider) -> None:
    fake.always(Answer(tool_calls=[("call12345", "get_weather", {})]))

    with pytest.raises(OutputInvalid, match="get_weather") as caught:
        parsed("sync", client_of(fake), DIALECTS[fake.dialect][1], "hi", SCHEMA, tools=[WEATHER])

    assert 1 == len(fake.requests)
    assert ["get_weather"] == [call.name for call in caught.value.response.tool_calls]


def test_the_answering_tool_has_a_name_of_its_own(fake: FakeProvider) -> None:
    order = Tool(name="Order", parameters={"type": "object", "properties": {}})
    fake.add(answer("tool", {"id": 1, "lines": []}, name="Order_"))

    with LLMKit(**client_of(fake)) as kit:
        got = kit.parsed(DIALECTS[fake.dialect][1], "hi", Order, tools=[order], mode="tool")

    assert Order(1, []) == got.value


def test_a_repair_is_a_warning(fake: FakeProvider) -> None:
    fake.add(Answer(text='Of course: {"name": "Ada",}'))

    got = parsed("sync", client_of(fake), DIALECTS[fake.dialect][1], "hi", SCHEMA, mode="prompt")

    assert {"name": "Ada"} == got.value
    assert ["the answer was repaired: words around the JSON", "the answer was repaired: a comma too many"] == [
        warning.detail for warning in got.warnings if warning.parameter == "output"
    ]


def test_json_that_was_passed_over_is_a_warning() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(text='First {"name": "Bob"}, no: {"name": "Ada"}'))

        got = parsed("sync", client_of(fake), "openai/gpt-4.1", "hi", SCHEMA, mode="prompt")

    assert {"name": "Ada"} == got.value
    assert "passed over" in got.warnings[-1].detail


def test_the_older_field_of_a_dialect_takes_its_own_subset() -> None:
    with FakeProvider("gemini") as fake:
        fake.add(answer("native", {"name": "Ada"}))
        client = {"providers": (row("own", fake, schema_rules="openapi"),), "keys": {"own": fake.key}}

        parsed("sync", client, "own/model", "hi", SCHEMA)

    assert {"type", "properties", "required"} == fake.requests[0].json["generationConfig"]["responseSchema"].keys()


def test_the_same_question_has_the_same_bytes(fake: FakeProvider) -> None:
    """Prompt caches depend on it."""
    fake.always(answer("native", {"id": 1, "lines": []}))

    for _ in range(2):
        parsed("sync", client_of(fake), DIALECTS[fake.dialect][1], "hi", Order)

    assert fake.requests[0].body == fake.requests[1].body
