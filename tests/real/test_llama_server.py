"""The same questions to a real server, in each dialect it speaks and through each face.

Tools are not asked for: the chat template of this model has no place for them, so that the server leaves them out.
"""

from __future__ import annotations

from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.errors import AuthenticationError, UnsupportedFeature
from llmkit.providers.registry import Providers
from llmkit.providers.serving import Serving
from tests.faces import FACES, ask
from tests.questions import models
from tests.real.conftest import KEY

DIALECTS = ("openai_chat", "openai_responses", "anthropic", "completions")
CHATS = DIALECTS[:3]
MODEL = "llamacpp/smollm2"
SCHEMA = {"type": "object", "properties": {"city": {"enum": ["Paris", "Rome"]}}, "required": ["city"], "additionalProperties": False}


def client(server: str, key: str = KEY) -> dict[str, Any]:
    return {"keys": {"llamacpp": key}, "base_urls": {"llamacpp": f"{server}/v1"}}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_real_server_answers(server: str, dialect: str, face: str) -> None:
    reply = ask(face, client(server), MODEL, "Name a colour.", dialect=dialect, max_tokens=4, temperature=0)

    assert reply.text.strip()
    assert reply.finish.unified in ("stop", "length")
    assert reply.usage is not None
    assert 0 < reply.usage.output <= 4
    assert reply.usage.input > 0


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_stream_tells_the_same_as_the_whole_answer(server: str, dialect: str) -> None:
    """The model is asked without chance."""
    options = {"dialect": dialect, "max_tokens": 3, "temperature": 0.0}

    whole, *streamed = [ask(face, client(server), MODEL, "Count to five.", **options) for face in FACES]

    assert [whole.text] * 3 == [reply.text for reply in streamed]


def test_a_schema_holds(server: str) -> None:
    reply = ask("sync", client(server), MODEL, "Which city is in France?", output=SCHEMA, max_tokens=30, temperature=0)

    assert reply.text.replace(" ", "").replace("\n", "") in ('{"city":"Paris"}', '{"city":"Rome"}')


@pytest.mark.parametrize("dialect", DIALECTS[1:])
def test_a_schema_that_an_endpoint_would_leave_out_is_refused(server: str, dialect: str) -> None:
    """This server answers as if none had been sent."""
    with pytest.raises(UnsupportedFeature):
        ask("sync", client(server), MODEL, "Which city is in France?", dialect=dialect, output=SCHEMA, max_tokens=30)


@pytest.mark.parametrize("dialect", CHATS)
def test_a_conversation_goes_on_in_another_dialect(server: str, dialect: str) -> None:
    with LLMKit(**client(server)) as kit:
        first = kit.complete(MODEL, "Name a colour.", dialect="openai_chat", max_tokens=2)

        messages = [{"role": "user", "content": "Name a colour."}, first.message, {"role": "user", "content": "Another."}]
        second = kit.complete(MODEL, messages, dialect=dialect, max_tokens=2)

    assert second.text.strip()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_wrong_key_is_refused(server: str, dialect: str) -> None:
    with pytest.raises(AuthenticationError):
        ask("sync", client(server, "sk-wrong"), MODEL, "hi", dialect=dialect)


@pytest.mark.parametrize("system", [None, "Answer in one word."])
@pytest.mark.parametrize("dialect", CHATS)
def test_the_count_is_what_the_server_then_reports(server: str, dialect: str, system: str | None) -> None:
    """Each of its formats has a place of its own to count."""
    options: dict[str, Any] = {"dialect": dialect, **({"system": system} if system else {})}
    row = (
        Providers().get("llamacpp").replace(operations={"count": Serving(dialect="llamacpp_count", path="/chat/completions/input_tokens")})
    )
    with LLMKit(keys={"llamacpp": KEY}, providers=[row.at(f"{server}/v1")]) as kit:
        counted = kit.count_tokens(MODEL, "Name a colour of the sky.", source="provider", **options)
        reply = kit.complete(MODEL, "Name a colour of the sky.", max_tokens=1, **options)

    assert reply.usage is not None
    assert reply.usage.input == counted.tokens


def test_the_server_lists_its_model(server: str) -> None:
    [found] = models("sync", client(server), "llamacpp")

    assert found.id
    assert 4096 == found.context_window
    assert found.price is None
