"""Every kind of type, asked for in every way, through every dialect and face."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from llmkit import CompletionRequest, LLMKit, Message
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.structured.output_type import output_type
from llmkit.testing import Answer, FakeProvider
from llmkit.testing.wire import WIRES
from tests.faces import DIALECTS, FACES, client_of
from tests.structured.asking import MODES, answer, parsed, row
from tests.structured.kinds import KINDS, SCHEMA, Order


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dialect", WIRES)
def test_every_kind_of_type_comes_back_as_its_own_value(dialect: str, mode: str) -> None:
    """What a dialect cannot say is refused before anything is sent; words can always be asked for."""
    with FakeProvider(dialect) as fake, LLMKit(providers=(row("own", fake),), keys={"own": fake.key}) as kit:
        for name, (kind, wire, value) in KINDS.items():
            fake.always(answer(mode, wire, name=output_type(kind).name))
            sent = len(fake.requests)
            try:
                got = kit.parsed("own/model", "Answer.", kind, mode=mode)
            except UnsupportedFeature:
                assert ("prompt" != mode, sent) == (True, len(fake.requests)), name
                continue
            assert (value, type(value), mode) == (got.value, type(got.value), got.mode), name


LACKING = {
    "native": {"completions", "predictions", "chatbot"},
    "tool": {"completions", "predictions", "chatbot", "ollama"},
    "json_object": {"completions", "predictions", "chatbot", "anthropic", "bedrock_converse"},
    "prompt": set(),
}


@pytest.mark.parametrize("mode", MODES)
def test_what_a_dialect_lacks_is_known(mode: str) -> None:
    kind, wire, value = KINDS["schema"]
    lacking = set()
    for dialect in WIRES:
        with FakeProvider(dialect) as fake, LLMKit(providers=(row("own", fake),), keys={"own": fake.key}) as kit:
            fake.always(answer(mode, wire))
            try:
                assert value == kit.parse("own/model", "Answer.", kind, mode=mode)
            except UnsupportedFeature:
                lacking.add(dialect)

    assert LACKING[mode] == lacking


@pytest.mark.parametrize("face", FACES)
def test_every_face_returns_the_same(face: str, fake: FakeProvider) -> None:
    kind, wire, value = KINDS["dataclass"]
    fake.add(answer("tool", wire, name="Order", usage=(20, 7)))

    got = parsed(face, client_of(fake), DIALECTS[fake.dialect][1], "Answer.", kind, mode="tool")

    assert (value, "tool", 1, 27) == (got.value, got.mode, got.tries, got.usage.total)
    assert fake.dialect == got.response.content[0].origin.dialect


def test_the_best_way_is_taken_by_default(fake: FakeProvider) -> None:
    fake.always(lambda request: Answer(text='{"name": "Ada"}'))

    got = parsed("sync", client_of(fake), DIALECTS[fake.dialect][1], "Answer.", SCHEMA)

    assert {"name": "Ada"} == got.value
    assert "native" == got.mode


def test_parse_returns_the_value_alone(fake: FakeProvider) -> None:
    fake.add(answer("native", {"id": 1, "lines": []}))

    with LLMKit(**client_of(fake)) as kit:
        assert Order(1, []) == kit.parse(DIALECTS[fake.dialect][1], "Answer.", Order)


def test_a_request_value_stands_for_the_arguments(fake: FakeProvider) -> None:
    fake.add(answer("native", {"value": 3}))
    request = CompletionRequest(model=DIALECTS[fake.dialect][1], messages=(Message.user("How many?"),), max_tokens=9)

    with LLMKit(**client_of(fake)) as kit:
        assert 3 == kit.parse(request, None, int)


WRONG: list[tuple[Any, dict[str, Any], str]] = [
    (complex, {}, "complex"),
    (object, {}, "object"),
    ({"type": "text"}, {}, "no JSON type"),
    ({"type": "object", "unevaluatedProperties": False}, {}, "unevaluatedProperties"),
    ({"$ref": "https://example.com/schema"}, {}, "leads out"),
    ({"type": "string", "pattern": "("}, {}, "pattern"),
    (int, {"tries": 0}, "tries"),
    (int, {"mode": "magic"}, "output mode"),
    (int, {"output": {"type": "object"}}, "output"),
    (int, {"temprature": 1}, "temprature"),
]


@pytest.mark.parametrize("face", FACES)
def test_what_cannot_be_asked_for_is_refused_before_anything_is_sent(face: str) -> None:
    with FakeProvider("openai_chat") as fake:
        for kind, options, words in WRONG:
            with pytest.raises(InvalidRequest, match=words):
                parsed(face, client_of(fake), "openai/gpt-4.1", "hi", kind, **options)

        assert [] == fake.requests


def test_pydantic_is_loaded_only_for_types_that_come_from_it() -> None:
    """Its import costs more than the whole client."""
    code = """
import dataclasses, sys
from typing import Literal
from llmkit import LLMKit
from llmkit.parsing import begin
from llmkit.structured.output_type import output_type
@dataclasses.dataclass
class Order:
    id: int
for kind in (Order, list[Order], Literal["a"], {"type": "object", "properties": {}}):
    output_type(kind)
assert not {"pydantic", "attrs", "jsonschema"} & sys.modules.keys()
"""
    subprocess.run([sys.executable, "-c", code], check=True)
