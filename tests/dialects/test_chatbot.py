"""The chatbot format through the public client: pairs of turns in, words out, and a warning for all it cannot say."""

from __future__ import annotations

import pytest

from llmkit import LLMKit, Message, Tool
from llmkit.dialects import chatbot
from llmkit.errors import InvalidRequest, ProtocolError, StreamInterrupted, TransportError, UnsupportedFeature
from llmkit.testing import Answer, FakeProvider, Fault
from llmkit.types.parts import Provenance
from tests.faces import FACES, ask, edits

MODEL = "nlpcloud/finetuned-llama-3-70b"
ORIGIN = Provenance(provider="p", dialect="chatbot", model="m")


def client(fake: FakeProvider) -> dict:
    return {"keys": {"nlpcloud": fake.key}, "base_urls": {"nlpcloud": fake.base_url}, "retries": 0}


@pytest.mark.parametrize("face", FACES)
def test_a_conversation_goes_out_in_pairs_and_its_answer_comes_back(face: str) -> None:
    turns = [Message.system("Be brief."), Message.user("Hi"), Message.assistant("Hello."), Message.user("How are you?")]
    with FakeProvider("chatbot") as fake:
        fake.add(Answer(text="Fine, merci."))

        reply = ask(face, client(fake), MODEL, turns)

    assert "Fine, merci." == reply.text
    assert ("other", None, ()) == (reply.finish.unified, reply.usage, edits(reply))
    assert "/v1/gpu/finetuned-llama-3-70b/chatbot" == fake.requests[0].path
    assert {"input": "How are you?", "context": "Be brief.", "history": [{"input": "Hi", "response": "Hello."}]} == fake.requests[0].json


@pytest.mark.parametrize(
    ("turns", "sent", "warned"),
    [
        ([Message.user("a")], {"input": "a"}, False),
        ([Message.user("a"), Message.user("b")], {"input": "a\n\nb"}, True),
        ([Message.assistant("x"), Message.user("a")], {"input": "a", "history": [{"input": "", "response": "x"}]}, False),
    ],
)
def test_turns_that_do_not_alternate_are_joined_with_a_warning(turns: list[Message], sent: dict, warned: bool) -> None:
    with FakeProvider("chatbot") as fake, LLMKit(**client(fake)) as kit:
        fake.add(Answer(text="ok"))

        reply = kit.complete(MODEL, turns)

    assert sent == fake.requests[0].json
    assert warned == bool(edits(reply))


def test_settings_are_left_out_with_a_warning_each() -> None:
    with FakeProvider("chatbot") as fake, LLMKit(**client(fake)) as kit:
        fake.add(Answer(text="ok"))

        reply = kit.complete(MODEL, "hi", temperature=0.5, max_tokens=9, stop="x", reasoning="high")

    assert {"input": "hi"} == fake.requests[0].json
    assert {"temperature", "max_tokens", "stop", "reasoning"} == {warning.parameter for warning in edits(reply)}


@pytest.mark.parametrize("options", [{"tools": [Tool(name="f")]}, {"output": {"type": "object"}}, {"modalities": ["audio"]}])
def test_a_feature_it_lacks_is_refused_before_anything_is_sent(options: dict) -> None:
    with FakeProvider("chatbot") as fake, LLMKit(**client(fake)) as kit, pytest.raises(UnsupportedFeature):
        kit.complete(MODEL, "hi", **options)

    assert [] == fake.requests


def test_a_last_turn_of_the_assistant_is_refused() -> None:
    with FakeProvider("chatbot") as fake, LLMKit(**client(fake)) as kit, pytest.raises(InvalidRequest):
        kit.complete(MODEL, [Message.user("a"), Message.assistant("b")])


@pytest.mark.parametrize("face", FACES)
def test_a_cut_answer_is_never_a_success(face: str) -> None:
    with FakeProvider("chatbot") as fake, pytest.raises((TransportError, StreamInterrupted)):
        fake.add(Fault.cut())
        ask(face, client(fake), MODEL, "hi")


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"response": 7}', b'{"response": null}', b"<html>", b'{"response": "x"'])
def test_other_bytes_are_no_answer(body: bytes) -> None:
    decoder = chatbot.decoder(origin=ORIGIN)

    with pytest.raises(ProtocolError):
        chatbot.decode(body, origin=ORIGIN)

    assert [] == [*decoder.feed(body), *decoder.close()]
    assert isinstance(decoder.error, ProtocolError)
    assert not decoder.done
