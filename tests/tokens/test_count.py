from __future__ import annotations

import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.tokens import count
from llmkit.types.messages import Message
from llmkit.types.parts import Audio, Document, Image, Part, Reasoning, Text, ToolCall, ToolResult, Video
from llmkit.types.requests import CompletionRequest, OutputFormat
from llmkit.types.token_count import TokenCount
from llmkit.types.tools import ServerTool, Tool
from tests.tokens.pictures import png

WEATHER = Tool(
    name="get_weather",
    description="Get the current weather in a given location",
    parameters={
        "type": "object",
        "properties": {
            "location": {"type": "string", "description": "The city and state, e.g. San Francisco, CA"},
            "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
        },
        "required": ["location"],
    },
)


def asking(*messages: Message | str, model: str = "gpt-4o", **settings: Any) -> CompletionRequest:
    turns = tuple([Message.user(message) if isinstance(message, str) else message for message in messages])
    return CompletionRequest(model=model, messages=turns, **settings)


def tokens(*messages: Message | str, **settings: Any) -> int:
    return count(asking(*messages, **settings), using="estimate").tokens


@pytest.mark.parametrize(
    ("model", "dialect", "expected"),
    [
        # 7 words and signs, and what the format adds (recordings of 2026).
        ("gpt-4o-mini", "openai_chat", 14),
        ("gpt-5-mini", "openai_responses", 13),
        ("claude-haiku-4-5", "anthropic", 14),
        ("gemini-2.5-flash", "gemini", 8),
        ("gpt-oss-120b", "openai_chat", 74),
        ("deepseek-chat", "openai_chat", 10),
    ],
)
def test_a_short_question_is_counted_with_what_the_chat_format_adds(model: str, dialect: str, expected: int) -> None:
    counted = count(asking("What is the capital of France?", model=model, dialect=dialect), using="estimate")

    assert abs(counted.tokens - expected) <= 2


def test_every_message_costs_more_than_its_words() -> None:
    one = tokens("Hello there, how are you?")
    two = tokens("Hello there, how are you?", Message.assistant("Fine."), "And now?")

    assert two > one + 10


@pytest.mark.parametrize(("model", "least", "most"), [("gpt-4o", 40, 110), ("claude-sonnet-4-5", 450, 800), ("gemini-2.5-pro", 40, 130)])
def test_a_tool_costs_what_its_family_tells_the_model_of_it(model: str, least: int, most: int) -> None:
    """Claude is told how to call tools in some hundred tokens before the first."""
    more = tokens("Hi", model=model, tools=(WEATHER,)) - tokens("Hi", model=model)

    assert least <= more <= most


def test_tools_cost_more_in_the_older_format_of_the_newer_models() -> None:
    chat, responses = (
        tokens("Hi", model="gpt-5-mini", tools=(WEATHER,), dialect=dialect) for dialect in ("openai_chat", "openai_responses")
    )

    assert 60 <= chat - responses <= 100


def test_the_schema_of_the_answer_is_counted() -> None:
    output = OutputFormat(name="weather", schema=WEATHER.parameters)

    assert tokens("Hi", output=output) > tokens("Hi") + 10


def test_calls_and_their_results_are_counted() -> None:
    called = Message.assistant(ToolCall(id="1", name="get_weather", arguments={"location": "Paris"}))
    answered = Message.tool(ToolResult(id="1", content=(Text(text="18 degrees and light rain in the evening"),)))

    assert tokens("Hi", called, answered) > tokens("Hi") + 15


@pytest.mark.parametrize("model", ["gpt-4o", "claude-opus-5", "gemini-3-pro-preview", "mistral-large-latest", "nobody-knows"])
def test_the_buckets_sum_up(model: str) -> None:
    request = asking(Message.system("Be brief."), Message.user("Hi", Image(data=png(640, 480))), model=model, tools=(WEATHER,))

    counted = count(request, using="estimate")

    assert counted.tokens == sum(counted.buckets.values())
    assert {"text", "tools", "images", "format"} <= set(counted.buckets)


MEDIA: list[tuple[Part, str]] = [
    (Image(url="https://example.com/photo.png"), "the size of an image"),
    (Image(file_id="file-1"), "the size of an image"),
    (Audio(url="https://example.com/sound.mp3"), "the length of a sound"),
    (Video(data=bytes(1000)), "the length of a film"),
    (Document(url="https://example.com/paper.pdf"), "the pages of a document"),
    (Reasoning(encrypted="gAAAA"), "encrypted reasoning"),
]


@pytest.mark.parametrize(("part", "unknown"), MEDIA, ids=lambda value: value if isinstance(value, str) else "")
def test_what_cannot_be_seen_is_said_and_no_error_is_promised(part: Part, unknown: str) -> None:
    seen, counted = count(asking("Hi"), using="estimate"), count(asking(Message.user("Hi", part)), using="estimate")

    assert (unknown,) == counted.unknown
    assert counted.error is None
    assert seen.error is not None


def test_a_picture_in_a_data_address_is_measured() -> None:
    from base64 import b64encode

    url = "data:image/png;base64," + b64encode(png(1024, 1024)).decode()
    counted = count(asking(Message.user("Hi", Image(url=url, detail="high"))), using="estimate")

    assert 765 == counted.buckets["images"]
    assert () == counted.unknown


def test_a_second_of_sound_is_counted_by_its_length() -> None:
    head = b"RIFF\0\0\0\0WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16_000, 2, 16) + b"data\0\0\0\0"
    sound = Audio(data=head + bytes(160_000 - len(head)))

    assert 320 == count(asking(Message.user(sound), model="gemini-2.5-flash")).buckets["audio"]


def test_the_pages_of_a_document_are_counted() -> None:
    paper = Document(data=b"%PDF-1.4 <</Type /Pages>> <</Type /Page>> <</Type/Page >>", media_type="application/pdf")

    assert 2 * 258 == count(asking(Message.user(paper), model="gemini-2.5-flash")).buckets["documents"]


def test_a_tool_that_the_provider_runs_is_not_passed_over() -> None:
    counted = count(asking("Hi", tools=(ServerTool(name="web_search"),)), using="estimate")

    assert ("the tool web_search",) == counted.unknown


def test_context_that_only_the_provider_has_is_said() -> None:
    request = asking("Hi", options={"openai_responses": {"previous_response_id": "resp_1"}})

    assert ("previous_response_id",) == count(request, using="estimate").unknown


def test_a_schema_of_any_depth_is_read() -> None:
    """Schemas come from strangers' tools: no recursion, and an end."""
    schema: dict[str, Any] = {"type": "string", "description": "the innermost"}
    for _ in range(5000):
        schema = {"type": "object", "properties": {"more": schema}}
    request = asking("Hi", tools=(Tool(name="deep", parameters=schema),))

    assert 0 < count(request, using="estimate").tokens < 5000


@settings(max_examples=40)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["properties", "items", "enum", "anyOf", "required", "$defs", "description", "type"]), inner, max_size=3
            )
        ),
        max_leaves=12,
    )
)
def test_no_schema_breaks_the_count(schema: object) -> None:
    tool = Tool(name="odd", parameters={"type": "object", "properties": {"value": schema}})

    assert tokens("Hi", tools=(tool,)) > 0


def test_a_count_prints_how_sure_it_is() -> None:
    assert "about 1,200 tokens ± 8% (gpt-4o)" == str(TokenCount(tokens=1200, family="gpt-4o", error=0.08))
    assert "1,200 tokens (provider)" == str(TokenCount(tokens=1200, method="provider"))
    assert 1200 == int(TokenCount(tokens=1200))
