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


def _mistral(fake: FakeProvider) -> Any:
    sdk = pytest.importorskip("mistralai.client", reason="the mistralai SDK is not installed")
    return sdk.Mistral(api_key=fake.key, server_url=fake.origin)


def _cohere(fake: FakeProvider) -> Any:
    sdk = pytest.importorskip("cohere", reason="the cohere SDK is not installed")
    return sdk.ClientV2(api_key=fake.key, base_url=fake.origin)


def _ollama(fake: FakeProvider) -> Any:
    sdk = pytest.importorskip("ollama", reason="the ollama SDK is not installed")
    return sdk.Client(host=fake.origin)


@pytest.mark.parametrize("stream", [False, True])
def test_mistral_reads_thinking_text_calls_and_usage(stream: bool) -> None:
    import json

    with FakeProvider("mistral") as fake:
        fake.add(SAID, CALLS)
        client = _mistral(fake)

        if stream:
            said, called = ([chunk.data for chunk in client.chat.stream(**ASK)] for _ in range(2))
            pieces = [chunk.choices[0].delta.content for chunk in said]
            thoughts = [part for piece in pieces if isinstance(piece, list) for part in piece]
            text = "".join(piece for piece in pieces if isinstance(piece, str))
            usage, calls, finish = said[-1].usage, called[-1].choices[0].delta.tool_calls, called[-1].choices[0].finish_reason
        else:
            whole, other = client.chat.complete(**ASK), client.chat.complete(**ASK).choices[0]
            thoughts, text = whole.choices[0].message.content[:-1], whole.choices[0].message.content[-1].text
            usage, calls, finish = whole.usage, other.message.tool_calls, other.finish_reason

    assert (SAID.text, SAID.reasoning) == (text, "".join(piece.text for thought in thoughts for piece in thought.thinking))
    assert ("c2ln", True) == (thoughts[-1].signature, thoughts[-1].closed)
    assert (30, 12, "tool_calls") == (usage.prompt_tokens, usage.completion_tokens, finish)
    assert CALLED == [(call.id, call.function.name, json.loads(call.function.arguments)) for call in calls]


@pytest.mark.parametrize("stream", [False, True])
def test_cohere_reads_thinking_text_citations_calls_and_usage(stream: bool) -> None:
    import json

    with FakeProvider("cohere") as fake:
        fake.add(SAID.replace(citations=[("https://a.example/", "A")]), CALLS.replace(reasoning="A plan."))
        client = _cohere(fake)

        if stream:
            said, called = list(client.chat_stream(**ASK)), list(client.chat_stream(**ASK))
            content = [event.delta.message.content for event in said if event.type == "content-delta"]
            text, thinking = "".join(piece.text or "" for piece in content), "".join(piece.thinking or "" for piece in content)
            sources = [event.delta.message.citations.sources for event in said if event.type == "citation-start"]
            plan = "".join(event.delta.message.tool_plan for event in called if event.type == "tool-plan-delta")
            calls = [event.delta.message.tool_calls for event in called if event.type == "tool-call-start"]
            finish, usage = said[-1].delta.finish_reason, said[-1].delta.usage
        else:
            whole, other = client.chat(**ASK), client.chat(**ASK).message
            thinking, text = whole.message.content[0].thinking, whole.message.content[1].text
            sources, plan, calls = [citation.sources for citation in whole.message.citations], other.tool_plan, other.tool_calls
            finish, usage = whole.finish_reason, whole.usage
            assert CALLED == [(call.id, call.function.name, json.loads(call.function.arguments)) for call in calls]

    assert (SAID.text, SAID.reasoning, "A plan.", "COMPLETE") == (text, thinking, plan, finish)
    assert [("call_1", "get_weather"), ("call_2", "now")] == [(call.id, call.function.name) for call in calls]
    assert ["https://a.example/"] == [source.document["url"] for found in sources for source in found]
    assert (30, 12, 5, 4) == (
        usage.billed_units.input_tokens,
        usage.billed_units.output_tokens,
        usage.tokens.reasoning_tokens,
        usage.cached_tokens,
    )


@pytest.mark.parametrize("stream", [False, True])
def test_ollama_reads_thinking_text_calls_and_usage(stream: bool) -> None:
    with FakeProvider("ollama") as fake:
        fake.add(SAID, CALLS)
        client = _ollama(fake)

        said, called = (list(client.chat(**ASK, stream=True)) if stream else [client.chat(**ASK)] for _ in range(2))

    assert SAID.text == "".join(chunk.message.content for chunk in said)
    assert SAID.reasoning == "".join(chunk.message.thinking or "" for chunk in said)
    assert (30, 12, "stop", True) == (said[-1].prompt_eval_count, said[-1].eval_count, said[-1].done_reason, said[-1].done)
    calls = [call.function for chunk in called for call in chunk.message.tool_calls or ()]
    assert [call[1:] for call in CALLED] == [(call.name, call.arguments) for call in calls]


def test_the_sdks_of_single_vendors_raise_their_own_errors() -> None:
    with FakeProvider("mistral") as mistral, FakeProvider("cohere") as cohere, FakeProvider("ollama") as ollama:
        clients = _mistral(mistral).chat.complete, _cohere(cohere).chat, _ollama(ollama).chat
        from cohere.errors import NotFoundError
        from mistralai.client.errors import SDKError
        from ollama import ResponseError

        for fake, ask, kind in zip((mistral, cohere, ollama), clients, (SDKError, NotFoundError, ResponseError), strict=True):
            fake.add(Fault.error("not_found"))
            with pytest.raises(kind):
                ask(**ASK)
