"""Requests into Messages bodies: settings, thinking, tools, headers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from llmkit.dialects import anthropic
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.messages import Message
from llmkit.types.parts import CacheMark, Document, Image, Text
from llmkit.types.requests import CompletionRequest, OutputFormat, ReasoningOptions
from llmkit.types.tools import ServerTool
from tests.dialects.anthropic_cases import encoded, request
from tests.dialects.anthropic_encode_cases import SCHEMA, TOOL


def test_the_smallest_request_has_a_limit_and_a_string() -> None:
    body, warnings, headers = encoded(request())

    assert {"model": "claude", "max_tokens": 4096, "messages": [{"role": "user", "content": "Hello"}]} == body
    assert ([], {"anthropic-version": "2023-06-01"}) == (warnings, headers)


SETTINGS: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    ({"max_tokens": 0}, {"max_tokens": 0}, []),
    ({"temperature": 0.0, "top_p": 0.5, "top_k": 3}, {"temperature": 0.0, "top_p": 0.5, "top_k": 3}, []),
    ({"temperature": 1.5}, {"temperature": 1.0}, ["clamped temperature"]),
    ({"stop": ("a", "b")}, {"stop_sequences": ["a", "b"]}, []),
    ({"user": "u1"}, {"metadata": {"user_id": "u1"}}, []),
    ({"metadata": {"k": "v"}}, {}, ["dropped metadata"]),
    ({"service_tier": "auto"}, {"service_tier": "auto"}, []),
    ({"service_tier": "default"}, {"service_tier": "standard_only"}, ["renamed service_tier"]),
    ({"service_tier": "flex"}, {}, ["dropped service_tier"]),
    ({"cache": CacheMark()}, {"cache_control": {"type": "ephemeral"}}, []),
    ({"cache": CacheMark(ttl="1h")}, {"cache_control": {"type": "ephemeral", "ttl": "1h"}}, []),
    ({"cache": CacheMark(ttl="30m")}, {"cache_control": {"type": "ephemeral", "ttl": "5m"}}, ["clamped cache"]),
    ({"cache": CacheMark(ttl="24h")}, {"cache_control": {"type": "ephemeral", "ttl": "1h"}}, ["clamped cache"]),
    ({"output": OutputFormat(schema=SCHEMA, name="x")}, {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}}, []),
    (
        {"output": OutputFormat(schema=SCHEMA, strict=False)},
        {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}},
        ["dropped output.strict"],
    ),
    ({"output": OutputFormat(kind="text")}, {}, []),
    ({"seed": 1}, {}, ["dropped seed"]),
    ({"min_p": 0.1}, {}, ["dropped min_p"]),
    ({"frequency_penalty": 0.1, "presence_penalty": 0.0}, {}, ["dropped frequency_penalty", "dropped presence_penalty"]),
    ({"repetition_penalty": 1.0}, {}, ["dropped repetition_penalty"]),
    ({"logit_bias": {"1": 1.0}}, {}, ["dropped logit_bias"]),
    ({"logprobs": True, "top_logprobs": 2}, {}, ["dropped top_logprobs", "dropped logprobs"]),
    ({"logprobs": False}, {}, []),
    ({"n": 2}, {}, ["dropped n"]),
    ({"n": 1}, {}, []),
    ({"verbosity": "low"}, {}, ["dropped verbosity"]),
    ({"store": False}, {}, ["dropped store"]),
    ({"modalities": ("text",)}, {}, []),
    ({"options": {"anthropic": {"inference_geo": "eu"}, "gemini": {"x": 1}}}, {"inference_geo": "eu"}, []),
    ({"options": {"anthropic": {"metadata": {"x": 1}}}, "user": "u"}, {"metadata": {"user_id": "u", "x": 1}}, []),
]


@pytest.mark.parametrize(("fields", "expected", "warned"), SETTINGS, ids=lambda value: str(value)[:60])
def test_a_setting_goes_out_or_leaves_a_warning(fields: dict[str, Any], expected: dict[str, Any], warned: list[str]) -> None:
    body, warnings, _ = encoded(request(**fields))

    assert {"model": "claude", "max_tokens": 4096, **expected} == {name: value for name, value in body.items() if name != "messages"}
    assert warned == warnings


def test_cache_marks_vanish_where_the_profile_says_so() -> None:
    asked = request(Message.user(Text(text="a", cache=CacheMark())), cache=CacheMark())

    body, warnings, _ = encoded(asked, profile=anthropic.PROFILE.replace(cache="none"))

    assert "cache_control" not in json.dumps(body)
    assert ["dropped cache"] == warnings


REFUSED: list[tuple[CompletionRequest, dict[str, Any]]] = [
    (request(output=OutputFormat(kind="json_object")), {}),
    (request(output=OutputFormat(schema=SCHEMA)), {"json_schema": False}),
    (request(modalities=("audio",)), {}),
    (request(tools=(TOOL,)), {"tools": False}),
    (request(tools=(ServerTool(name="file_search"),)), {}),
    (request(Message.user(Image(url="https://a/b.png"))), {"images": False}),
    (request(Message.user(Image(url="https://a/b.png"))), {"image_urls": False}),
    (request(Message.user(Document(text="a"))), {"documents": False}),
    (request(Message.user(Document(data=b"PK\x03\x04", media_type="application/vnd.ms-excel"))), {}),
    (request(Message.user("a"), Message.assistant("{")), {"prefill": False}),
]


@pytest.mark.parametrize(("asked", "profile"), REFUSED, ids=lambda value: str(value)[:80])
def test_a_feature_that_cannot_be_sent_is_refused_before_sending(asked: CompletionRequest, profile: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedFeature):
        encoded(asked, profile=anthropic.PROFILE.replace(**profile))


@pytest.mark.parametrize(
    "asked",
    [
        CompletionRequest(model="m", messages=()),
        request(Message.system("only")),
        request(Message.user(Image())),
        request(Message.user(Image(data=b"????"))),
        request(Message.user(Document(data=b"\xff\xfe"))),
    ],
    ids=lambda value: str(value)[:80],
)
def test_a_request_without_substance_is_refused_before_sending(asked: CompletionRequest) -> None:
    with pytest.raises(InvalidRequest):
        encoded(asked)


_PROGRAM = """
import msgspec
from tests.dialects.test_anthropic_encode import ENCODED_TWICE, encoded
print(msgspec.json.encode(encoded(ENCODED_TWICE)).decode())
"""


ENCODED_TWICE = request(
    Message.system("s"),
    Message.user("a"),
    tools=(TOOL, ServerTool(name="web_fetch", config={"max_uses": 1, "allowed_domains": ["a"]})),
    reasoning=ReasoningOptions(effort="low"),
    options={"anthropic": {"betas": ["c", "a", "b"], "speed": "fast", "mcp_servers": [{"type": "url"}]}},
)


def test_the_bytes_do_not_depend_on_the_hash_seed() -> None:
    """Prompt caches match byte by byte."""

    def run(seed: str) -> bytes:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        return subprocess.run([sys.executable, "-c", _PROGRAM], env=environment, capture_output=True, check=True).stdout

    assert run("1") == run("2")


def test_messages_come_last_and_the_model_first() -> None:
    body, _, _ = encoded(ENCODED_TWICE, stream=True)

    assert ["model", "max_tokens", "system", "tools", "thinking"] == list(body)[:5]
    assert "messages" == list(body)[-1]
