"""The same questions to a real server, in each dialect it speaks and through each face.

Tools are not asked for: the chat template of this model has no place for them, so that the server leaves them out.
"""

from __future__ import annotations

from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.errors import AuthenticationError, UnsupportedFeature
from tests.faces import FACES, ask
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
    reply = ask(face, client(server), MODEL, "Name a colour.", dialect=dialect, max_tokens=6, temperature=0)

    assert reply.text.strip()
    assert reply.finish.unified in ("stop", "length")
    assert reply.usage is not None
    assert 0 < reply.usage.output <= 6
    assert reply.usage.input > 0


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_stream_tells_the_same_as_the_whole_answer(server: str, dialect: str) -> None:
    """The model is asked without chance."""
    options = {"dialect": dialect, "max_tokens": 6, "temperature": 0.0}

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
        first = kit.complete(MODEL, "Name a colour.", dialect="openai_chat", max_tokens=6)

        messages = [{"role": "user", "content": "Name a colour."}, first.message, {"role": "user", "content": "Another."}]
        second = kit.complete(MODEL, messages, dialect=dialect, max_tokens=6)

    assert second.text.strip()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_wrong_key_is_refused(server: str, dialect: str) -> None:
    with pytest.raises(AuthenticationError):
        ask("sync", client(server, "sk-wrong"), MODEL, "hi", dialect=dialect)
