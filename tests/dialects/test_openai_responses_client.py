"""The Responses format through the public client, against a server that is as strict as the real one."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit import LLMKit, Message, Provider, Tool
from llmkit.errors import AuthenticationError, ContextLengthExceeded, LLMKitError, NotFound, RateLimited, ServerError
from llmkit.testing import Answer, FakeProvider, Fault
from llmkit.types.parts import Text, ToolResult
from llmkit.types.requests import ReasoningOptions
from tests.faces import FACES, ask, edits

ROW = Provider(
    name="answers",
    title="Answers",
    base_url="https://answers.invalid/v1",
    dialect="openai_responses",
    env=("ANSWERS_KEY",),
    profile={"encrypted_reasoning": True},
)
F = Tool(name="get_weather", parameters={"type": "object", "properties": {"city": {"type": "string"}}})
CALLS = Answer(text="Let me look.", reasoning="Rain?", signature="U0VBTA==", tool_calls=[("call_1", "get_weather", {"city": "Zürich"})])


def _client(fake: FakeProvider) -> dict[str, Any]:
    return {"providers": [ROW], "keys": {"answers": fake.key}, "base_urls": {"answers": fake.base_url}}


@pytest.mark.parametrize("face", FACES)
def test_every_face_tells_the_same(face: str) -> None:
    said = Answer(
        text="Hello wörld, how are you?",
        reasoning="Let me think.",
        signature="U0VBTA==",
        citations=[("https://a.example/", "A")],
        usage=(30, 12),
        cached=4,
        thought=5,
    )
    with FakeProvider("openai_responses") as fake:
        fake.add(said)

        reply = ask(face, _client(fake), "answers/m", "Hi", reasoning=ReasoningOptions(effort="low", visible=True), max_tokens=99)

    assert ("Hello wörld, how are you?", "Let me think.", "stop", "completed") == (
        reply.text,
        reply.reasoning,
        reply.finish.unified,
        reply.finish.raw,
    )
    assert reply.usage is not None
    assert (26, 4, 7, 5) == (reply.usage.uncached, reply.usage.cache_read, reply.usage.output_text, reply.usage.reasoning)
    assert ["https://a.example/"] == [citation.url for citation in reply.citations]
    assert ("resp_fake", "default", ()) == (reply.id, reply.service_tier, edits(reply))
    sent = fake.requests[0].json
    assert ({"effort": "low", "summary": "auto"}, 99, False) == (sent["reasoning"], sent["max_output_tokens"], sent["store"])
    assert ["reasoning.encrypted_content"] == sent["include"]


@pytest.mark.parametrize("face", FACES)
def test_a_tool_loop_sends_back_what_came_in_its_order(face: str) -> None:
    """The server refuses reasoning without its seal while it keeps nothing, and calls without their reasoning."""
    with FakeProvider("openai_responses") as fake:
        fake.add(CALLS, Answer(text="Take one."))
        client = _client(fake)
        first = ask(face, client, "answers/m", "Rain?", tools=[F])
        result = Message.tool(ToolResult(id=first.tool_calls[0].id, content=(Text(text="It pours."),)))

        last = ask(face, client, "answers/m", [Message.user("Rain?"), first.message, result], tools=[F])

    assert ("tool_calls", {"city": "Zürich"}) == (first.finish.unified, first.tool_calls[0].arguments)
    assert ("Take one.", ()) == (last.text, edits(last))
    sent = fake.requests[1].json["input"]
    assert ["message", "reasoning", "message", "function_call", "function_call_output"] == [item["type"] for item in sent]
    assert ("U0VBTA==", "commentary", "fc_fake_0", "It pours.") == (
        sent[1]["encrypted_content"],
        sent[2]["phase"],
        sent[3]["id"],
        sent[4]["output"],
    )


@pytest.mark.parametrize("face", ["sync", "async stream"])
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.error("rate_limited"), RateLimited),
        (Fault.error("context_length"), ContextLengthExceeded),
        (Fault.error("not_found"), NotFound),
        (Fault.html(500), ServerError),
    ],
)
def test_failures_are_typed(face: str, fault: Fault, kind: type[LLMKitError]) -> None:
    with FakeProvider("openai_responses") as fake, pytest.raises(kind):
        fake.always(fault)

        ask(face, {**_client(fake), "retries": 0}, "answers/m", "Hi")


def test_a_wrong_key_is_said_to_be_wrong() -> None:
    with FakeProvider("openai_responses") as fake, pytest.raises(AuthenticationError):
        ask("sync", {**_client(fake), "keys": {"answers": "sk-wrong"}}, "answers/m", "Hi")


@pytest.mark.parametrize("face", FACES)
def test_settings_that_the_api_does_not_know_never_reach_it(face: str) -> None:
    """It answers 400 to a parameter that it does not know."""
    odd: dict[str, Any] = {"seed": 1, "stop": ["x"], "top_k": 3, "frequency_penalty": 0.5, "n": 2, "logit_bias": {"1": 1.0}, "min_p": 0.1}
    with FakeProvider("openai_responses") as fake:
        fake.add(Answer(text="Fine."))

        reply = ask(face, _client(fake), "answers/m", "Hi", **odd)

    assert "Fine." == reply.text
    assert set(odd) == {warning.parameter for warning in edits(reply)}


@pytest.mark.parametrize(("word", "unified"), [("length", "length"), ("content_filter", "content_filter"), ("queued", "pause")])
def test_an_answer_that_is_not_whole_says_why(word: str, unified: str) -> None:
    with FakeProvider("openai_responses") as fake, LLMKit(**_client(fake)) as kit:
        fake.add(Answer(text="So far", finish=word))

        assert unified == kit.complete("answers/m", "Hi").finish.unified


@pytest.mark.parametrize("stream", [False, True])
def test_the_vendor_s_client_takes_the_fake_for_the_real_thing(stream: bool) -> None:
    """That proves its wire format."""
    openai = pytest.importorskip("openai", reason="the openai SDK is not installed")
    with FakeProvider("openai_responses") as fake:
        fake.add(CALLS)
        with openai.OpenAI(base_url=fake.base_url, api_key=fake.key, max_retries=0) as client:
            if stream:
                with client.responses.stream(model="m", input="Hi") as events:
                    list(events)
                    reply = events.get_final_response()
            else:
                reply = client.responses.create(model="m", input="Hi")

    thinking, said, call = reply.output
    assert ("Rain?", "U0VBTA==", "Let me look.", "commentary") == (
        thinking.summary[0].text,
        thinking.encrypted_content,
        said.content[0].text,
        said.phase,
    )
    assert ("call_1", "get_weather", '{"city": "Zürich"}') == (call.call_id, call.name, call.arguments)
