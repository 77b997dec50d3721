"""The vendors' own SDKs take the fakes for the real thing: that proves the wire format."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit.testing import Answer, FakeProvider, Fault

SAID = Answer(text="Hello wörld, how are you?", reasoning="Let me think.", signature="c2ln", usage=(30, 12), cached=4, thought=5)
CALLS = Answer(signature="c2ln", tool_calls=[("call_1", "get_weather", {"city": "Paris", "days": [1, 2]}), ("call_2", "now", {})])
CALLED = [("call_1", "get_weather", {"city": "Paris", "days": [1, 2]}), ("call_2", "now", {})]
ASK: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}


def _openai(fake: FakeProvider, **options: Any) -> Any:
    sdk = pytest.importorskip("openai", reason="the openai SDK is not installed")
    return sdk.OpenAI(base_url=fake.base_url, api_key=fake.key, max_retries=0, **options)


def _anthropic(fake: FakeProvider) -> Any:
    sdk = pytest.importorskip("anthropic", reason="the anthropic SDK is not installed")
    return sdk.Anthropic(base_url=fake.origin, api_key=fake.key, max_retries=0)


def _google(fake: FakeProvider, key: str = "") -> Any:
    genai = pytest.importorskip("google.genai", reason="the google-genai SDK is not installed")
    return genai.Client(api_key=key or fake.key, http_options=genai.types.HttpOptions(base_url=fake.origin))


def test_openai_reads_a_plain_answer() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(SAID)

        reply = _openai(fake).chat.completions.create(**ASK)

    choice, usage = reply.choices[0], reply.usage
    assert (SAID.text, SAID.reasoning, "stop") == (choice.message.content, choice.message.reasoning_content, choice.finish_reason)
    assert (30, 12, 4, 5) == (
        usage.prompt_tokens,
        usage.completion_tokens,
        usage.prompt_tokens_details.cached_tokens,
        usage.completion_tokens_details.reasoning_tokens,
    )


def test_openai_accumulates_a_stream_to_the_plain_answer() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(SAID)

        with _openai(fake).chat.completions.stream(**ASK, stream_options={"include_usage": True}) as stream:
            reply = stream.get_final_completion()

    assert (SAID.text, SAID.reasoning, "stop") == (
        reply.choices[0].message.content,
        reply.choices[0].message.reasoning_content,
        reply.choices[0].finish_reason,
    )
    assert (30, 12) == (reply.usage.prompt_tokens, reply.usage.completion_tokens)


@pytest.mark.parametrize("stream", [False, True])
def test_openai_reads_tool_calls(stream: bool) -> None:
    import json

    with FakeProvider("openai_chat") as fake:
        fake.add(CALLS)
        client = _openai(fake)

        if stream:
            with client.chat.completions.stream(**ASK) as events:
                choice = events.get_final_completion().choices[0]
        else:
            choice = client.chat.completions.create(**ASK).choices[0]

    assert CALLED == [(call.id, call.function.name, json.loads(call.function.arguments)) for call in choice.message.tool_calls]
    assert "tool_calls" == choice.finish_reason


def test_openai_raises_its_own_errors() -> None:
    with FakeProvider("openai_chat") as fake:
        client = _openai(fake)
        import openai

        for fault, kind in (
            (Fault.rate_limited(1), openai.RateLimitError),
            (Fault.html(500), openai.InternalServerError),
            (Fault.error("context_length"), openai.BadRequestError),
            (Fault.error("not_found"), openai.NotFoundError),
        ):
            fake.add(fault)
            with pytest.raises(kind):
                client.chat.completions.create(**ASK)
        fake.add(Fault.error_in_stream("server"))
        with pytest.raises(openai.APIError, match="had an error"):
            list(client.chat.completions.create(**ASK, stream=True))
        with pytest.raises(openai.AuthenticationError):
            client.with_options(api_key="wrong").chat.completions.create(**ASK)


@pytest.mark.parametrize("stream", [False, True])
def test_anthropic_reads_thinking_text_and_usage(stream: bool) -> None:
    with FakeProvider("anthropic") as fake:
        fake.add(SAID)

        reply = _messages(_anthropic(fake), stream)

    thinking, text = reply.content
    assert ("Let me think.", "c2ln", SAID.text, "end_turn") == (thinking.thinking, thinking.signature, text.text, reply.stop_reason)
    usage = reply.usage
    assert (26, 4, 12, 5) == (
        usage.input_tokens,
        usage.cache_read_input_tokens,
        usage.output_tokens,
        usage.output_tokens_details.thinking_tokens,
    )


@pytest.mark.parametrize("stream", [False, True])
def test_anthropic_reads_tool_calls_redacted_thinking_and_citations(stream: bool) -> None:
    answer = CALLS.replace(redacted="ZW5j", text="Cited.", citations=[("https://a.example/", "A")])
    with FakeProvider("anthropic") as fake:
        fake.add(answer)

        reply = _messages(_anthropic(fake), stream)

    _, redacted, text, *calls = reply.content
    assert ("ZW5j", "https://a.example/") == (redacted.data, text.citations[0].url)
    assert CALLED == [(call.id, call.name, call.input) for call in calls]
    assert "tool_use" == reply.stop_reason


def _messages(client: Any, stream: bool) -> Any:
    if not stream:
        return client.messages.create(**ASK, max_tokens=99)
    with client.messages.stream(**ASK, max_tokens=99) as events:
        return events.get_final_message()


def test_anthropic_raises_its_own_errors() -> None:
    with FakeProvider("anthropic") as fake:
        client = _anthropic(fake)
        import anthropic

        for fault, kind in (
            (Fault.rate_limited(1), anthropic.RateLimitError),
            (Fault.html(500), anthropic.InternalServerError),
            (Fault.error("context_length"), anthropic.BadRequestError),
        ):
            fake.add(fault)
            with pytest.raises(kind):
                client.messages.create(**ASK, max_tokens=9)
        fake.add(Fault.error_in_stream("overloaded"))
        with pytest.raises(anthropic.APIStatusError, match="overloaded_error"):
            list(client.messages.create(**ASK, max_tokens=9, stream=True))
        with pytest.raises(anthropic.AuthenticationError):
            client.with_options(api_key="wrong").messages.create(**ASK, max_tokens=9)


def test_google_reads_a_plain_answer() -> None:
    with FakeProvider("gemini") as fake:
        fake.add(SAID)

        client = _google(fake)
        reply = client.models.generate_content(model="m", contents="Hi")

    thought, said = reply.candidates[0].content.parts
    assert (True, "Let me think.", SAID.text, b"sig") == (thought.thought, thought.text, said.text, said.thought_signature)
    usage = reply.usage_metadata
    assert (30, 7, 5, 4) == (
        usage.prompt_token_count,
        usage.candidates_token_count,
        usage.thoughts_token_count,
        usage.cached_content_token_count,
    )


def test_google_reads_a_stream() -> None:
    with FakeProvider("gemini") as fake:
        fake.add(SAID)

        client = _google(fake)
        chunks = list(client.models.generate_content_stream(model="m", contents="Hi"))

    parts = [part for chunk in chunks for part in chunk.candidates[0].content.parts]
    assert SAID.text == "".join(part.text for part in parts if not part.thought)
    assert SAID.reasoning == "".join(part.text for part in parts if part.thought)
    assert ("STOP", 12 - 5) == (chunks[-1].candidates[0].finish_reason.value, chunks[-1].usage_metadata.candidates_token_count)


@pytest.mark.parametrize("stream", [False, True])
def test_google_reads_tool_calls(stream: bool) -> None:
    with FakeProvider("gemini") as fake:
        fake.add(CALLS)
        client = _google(fake)
        models = client.models

        chunks = (
            list(models.generate_content_stream(model="m", contents="Hi"))
            if stream
            else [models.generate_content(model="m", contents="Hi")]
        )

    assert CALLED == [(call.id, call.name, call.args) for chunk in chunks for call in chunk.function_calls or ()]


def test_google_raises_its_own_errors() -> None:
    with FakeProvider("gemini") as fake:
        client = _google(fake)
        from google.genai import errors

        for fault, kind in (
            (Fault.error("not_found"), errors.ClientError),
            (Fault.error("bad_request"), errors.ClientError),
            (Fault.error("forbidden"), errors.ClientError),
        ):
            fake.add(fault)
            with pytest.raises(kind):
                client.models.generate_content(model="m", contents="Hi")
        stranger = _google(fake, "wrong")
        with pytest.raises(errors.ClientError, match="API key not valid"):
            stranger.models.generate_content(model="m", contents="Hi")
