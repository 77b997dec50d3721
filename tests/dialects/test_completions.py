"""The older completions format: a prompt made of the conversation, texts as answers."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from llmkit.accumulate import fold
from llmkit.dialects import completions
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.messages import Message
from llmkit.types.parts import CacheMark, Image, Provenance, Reasoning, Text, ToolCall, ToolResult
from llmkit.types.requests import CompletionRequest, OutputFormat, ReasoningOptions
from llmkit.types.tools import Tool

TARGET = Provenance(provider="p", dialect="completions", model="m")
ONCE = "Once upon"


def encoded(*messages: Message, stream: bool = False, **fields: Any) -> tuple[dict[str, Any], list[str]]:
    request = CompletionRequest(model="m", messages=messages or (Message.user(ONCE),), **fields)
    found = completions.encode(request, model="m", target=TARGET, profile=completions.PROFILE, stream=stream)
    return json.loads(msgspec.json.encode(found.body)), [f"{warning.kind} {warning.parameter}" for warning in found.warnings]


PROMPTS: list[tuple[tuple[Message, ...], str, list[str]]] = [
    ((Message.user("Once ", "upon"),), "Once upon", []),
    ((Message.user(""),), "", []),
    ((Message.system("S"), Message.user("U")), "System: S\n\nUser: U\n\nAssistant:", ["emulated messages"]),
    (
        (Message.user("a"), Message.assistant("b"), Message.user("c")),
        "User: a\n\nAssistant: b\n\nUser: c\n\nAssistant:",
        ["emulated messages"],
    ),
    ((Message.user("a"), Message.assistant("b")), "User: a\n\nAssistant: b", ["emulated messages"]),
    (
        (Message.user("a"), Message(role="assistant", content=(Reasoning(text="x"), Text(text="b")))),
        "User: a\n\nAssistant: b",
        ["dropped messages", "emulated messages"],
    ),
    ((Message(role="user", content=(Text(text="a", cache=CacheMark()),)),), "a", ["dropped cache"]),
]


@pytest.mark.parametrize(("messages", "prompt", "warned"), PROMPTS)
def test_a_conversation_becomes_a_prompt(messages: tuple[Message, ...], prompt: str, warned: list[str]) -> None:
    """A single text is the prompt as it is; turns have to be told from each other somehow, and that is said."""
    body, warnings = encoded(*messages)

    assert {"model": "m", "prompt": prompt} == body
    assert warned == warnings


SETTINGS: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    (
        {"max_tokens": 5, "temperature": 0.5, "n": 2, "stop": ("a",), "seed": 1, "user": "u"},
        {"max_tokens": 5, "temperature": 0.5, "n": 2, "seed": 1, "user": "u", "stop": ["a"]},
        [],
    ),
    ({"logprobs": True}, {"logprobs": 0}, []),
    ({"logprobs": True, "top_logprobs": 3}, {"logprobs": 3}, []),
    ({"options": {"completions": {"suffix": "end", "echo": True, "best_of": 2}}}, {"suffix": "end", "echo": True, "best_of": 2}, []),
    (
        {"store": True, "verbosity": "low", "reasoning": ReasoningOptions(effort="high")},
        {},
        ["dropped verbosity", "dropped store", "dropped reasoning"],
    ),
    ({"reasoning": ReasoningOptions(effort="none")}, {}, []),
]


@pytest.mark.parametrize(("fields", "expected", "warned"), SETTINGS)
def test_settings_are_sent_or_dropped_with_a_warning(fields: dict[str, Any], expected: dict[str, Any], warned: list[str]) -> None:
    body, warnings = encoded(**fields)

    assert {"model": "m", **expected, "prompt": ONCE} == body
    assert "prompt" == list(body)[-1]
    assert warned == warnings


def test_a_prompt_in_the_options_stands_for_the_conversation() -> None:
    """Token ids, or several prompts."""
    assert [1, 2, 3] == encoded(options={"completions": {"prompt": [1, 2, 3]}})[0]["prompt"]


def test_usage_is_asked_for_in_a_stream() -> None:
    assert {"stream": True, "stream_options": {"include_usage": True}}.items() <= encoded(stream=True)[0].items()


REFUSED: list[tuple[tuple[Message, ...], dict[str, Any], str]] = [
    ((), {"tools": (Tool(name="f"),)}, "tools"),
    ((), {"output": OutputFormat(schema={})}, "JSON output"),
    ((), {"modalities": ("audio",)}, "audio output"),
    ((Message.user(Image(url="https://a/b")),), {}, "image input"),
    ((Message.user("a"), Message(role="assistant", content=(ToolCall(id="1", name="f"),))), {}, "tools"),
    ((Message.user("a"), Message.tool(ToolResult(id="1"))), {}, "tools"),
]


@pytest.mark.parametrize(("messages", "fields", "match"), REFUSED)
def test_features_that_the_format_lacks_raise(messages: tuple[Message, ...], fields: dict[str, Any], match: str) -> None:
    with pytest.raises(UnsupportedFeature, match=match):
        encoded(*messages, **fields)


def test_no_message_is_no_prompt() -> None:
    request = CompletionRequest(model="m", messages=())

    with pytest.raises(InvalidRequest, match="no message"):
        completions.encode(request, model="m", target=TARGET, profile=completions.PROFILE, stream=False)


CHOICES = [
    {"text": " a", "index": 0, "finish_reason": "length", "logprobs": {"tokens": [" a"], "token_logprobs": [-0.5], "top_logprobs": None}},
    {"text": " b", "index": 1, "finish_reason": "stop", "logprobs": None},
]
USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}


def test_answers_are_texts_whole_and_streamed() -> None:
    head = {"id": "c", "object": "text_completion", "model": "m", "created": 1}
    whole = completions.decode(json.dumps({**head, "choices": CHOICES, "usage": USAGE}).encode(), origin=TARGET)
    chunks = [{**head, "choices": [choice]} for choice in CHOICES] + [{**head, "choices": [], "usage": USAGE}]
    decoder = completions.decoder(origin=TARGET)
    data = b"".join(f"data: {json.dumps(chunk)}\n\n".encode() for chunk in chunks) + b"data: [DONE]\n\n"
    events = [event for start in range(0, len(data), 7) for event in decoder.feed(data[start : start + 7])]

    assert (Text(text=" a", origin=TARGET),) == whole.content
    assert (Text(text=" b", origin=TARGET),) == whole.candidates[0].content
    assert ("length", 5, -0.5) == (whole.finish.unified, whole.usage.total if whole.usage else 0, whole.logprobs[0].logprob)
    assert decoder.done
    assert whole.replace(raw=msgspec.Raw()) == fold(events)
