"""Interactions, completions, predictions and thinking between tags through the public client, over real HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit import Message
from llmkit.errors import AuthenticationError, BadRequest, LLMKitError, RateLimited
from llmkit.providers.provider import HeaderAuth, Provider
from llmkit.testing import Answer, FakeProvider, Fault
from tests.faces import FACES, ask

GOOGLE_KEY = HeaderAuth(name="x-goog-api-key", prefix="")
DIALECTS = ("gemini_interactions", "completions", "predictions")
MODELS = {"gemini_interactions": "own/g", "completions": "own/m", "predictions": "own/o/n"}


def client(fake: FakeProvider, **fields: Any) -> dict[str, Any]:
    auth = {"auth": GOOGLE_KEY} if fake.dialect == "gemini_interactions" else {}
    row = Provider(
        name="own", title="Own", base_url=fake.base_url, dialect=fields.pop("dialect", fake.dialect), local=True, **auth, **fields
    )
    return {"providers": [row], "keys": {"own": fake.key}, "retries": 0}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_face_gets_what_was_scripted(face: str, dialect: str) -> None:
    with FakeProvider(dialect) as fake:
        fake.always(Answer(text="Grüße aus 東京.", usage=(12, 9)))
        reply = ask(face, client(fake), MODELS[dialect], "Hi", temperature=0.5)

    streamed_job = dialect == "predictions" and "stream" in face
    assert ("Grüße aus 東京.", "stop") == (reply.text, reply.finish.unified)
    assert (None if streamed_job else (12, 9)) == ((reply.usage.input, reply.usage.output) if reply.usage else None)
    assert () == reply.warnings


WEATHER = Answer(
    text="Grüße.",
    reasoning="Let me think.",
    signature="c2ln",
    tool_calls=[("call_1", "get_weather", {"city": "Zürich"})],
    citations=[("https://a.example/", "A")],
    usage=(30, 12),
    cached=4,
    thought=5,
)


@pytest.mark.parametrize("face", FACES)
def test_an_interaction_goes_on_with_its_seals(face: str) -> None:
    with FakeProvider("gemini_interactions") as fake:
        fake.add(WEATHER, Answer(text="Sunny."))
        reply = ask(face, client(fake), "own/g", "Hi")
        ask(face, client(fake), "own/g", [Message.user("Hi"), reply.message, Message.user("And?")])

    assert ("Grüße.", "Let me think.", "tool_calls") == (reply.text, reply.reasoning, reply.finish.unified)
    assert [("call_1", "get_weather", {"city": "Zürich"})] == [(call.id, call.name, call.arguments) for call in reply.tool_calls]
    assert [("https://a.example/", 0, 6)] == [(citation.url, citation.start, citation.end) for citation in reply.citations]
    usage = reply.usage
    assert usage is not None
    assert (30, 12, 4, 5) == (usage.input, usage.output, usage.cache_read, usage.reasoning)
    thought, said, called = fake.requests[1].json["input"][1:-1]
    assert ("thought", "c2ln") == (thought["type"], thought["signature"])
    assert ("https://a.example/", {"city": "Zürich"}) == (said["content"][0]["annotations"][0]["url"], called["arguments"])


FAILURES: list[tuple[str, type[LLMKitError]]] = [("rate_limited", RateLimited), ("bad_request", BadRequest)]


@pytest.mark.parametrize("face", ["sync", "async stream"])
@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(("failure", "kind"), FAILURES)
def test_errors_are_typed(face: str, dialect: str, failure: str, kind: type[LLMKitError]) -> None:
    with FakeProvider(dialect) as fake:
        fake.add(Fault.error(failure))
        with pytest.raises(kind) as caught:
            ask(face, client(fake), MODELS[dialect], "Hi")

    assert ("own", MODELS[dialect].removeprefix("own/")) == (caught.value.provider, caught.value.model)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_refused_key_is_not_shown(dialect: str) -> None:
    with FakeProvider(dialect) as fake, pytest.raises(AuthenticationError) as caught:
        ask("sync", {**client(fake), "keys": {"own": "sk-wrong-0123456789"}}, MODELS[dialect], "Hi")

    assert "sk-wrong" not in str(caught.value) + repr(caught.value)


TAGGED = "<think>\nIt is simple.\n</think>\n\nHello <b>you</b>"


@pytest.mark.parametrize("face", FACES)
def test_thinking_between_tags_is_reasoning_and_goes_back_between_them(face: str) -> None:
    """Whole, in stream pieces that cut the tags, and byte for byte in the next request."""
    pieces = ["<thi", "nk>\nIt is", " simple.\n</", "think>\n", "\nHello <b", ">you</b>"]
    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(text=TAGGED, pieces=pieces), Answer(text="Yes."))
        given = client(fake, profile={"think_tags": ("<think>", "</think>")})
        reply = ask(face, given, "own/m", "Hi")
        again = ask(face, given, "own/m", [Message.user("Hi"), reply.message, Message.user("Sure?")])

    assert ("It is simple.", "Hello <b>you</b>") == (reply.reasoning, reply.text)
    assert [{"role": "assistant", "content": TAGGED}] == fake.requests[1].json["messages"][1:2]
    assert () == again.warnings


def test_a_host_without_tags_keeps_them_in_the_words() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(text=TAGGED))
        assert TAGGED == ask("sync", client(fake), "own/m", "Hi").text
