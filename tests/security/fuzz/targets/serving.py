"""What clients send to a server of ours: requests parsed, encoded again and answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator
from functools import partial
from importlib import import_module
from typing import Any

from llmkit.accumulate import unfold
from llmkit.dialects import dialect
from llmkit.encoding import as_bytes
from llmkit.errors import InvalidRequest
from llmkit.serving import NAMES, codec
from llmkit.serving.splice import check, splice
from llmkit.types.parts import Provenance, Text, ToolCall
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import CompletionResponse, FinishReason
from llmkit.types.usage import Usage
from tests.security.fuzz.harvest import words_of
from tests.security.fuzz.target import Target, hold

PARSERS = ("bedrock_converse", "cohere", "mistral", "ollama")
"""Formats that are only parsed."""
PATHS = {"gemini": "/v1beta/models/m:streamGenerateContent", "bedrock_converse": "/model/m/converse"}
ANSWER = CompletionResponse(
    id="a",
    model="m",
    content=(Text(text="Hello"), ToolCall(id="c", name="f", arguments={"a": 1}, json='{"a":1}')),
    finish=FinishReason(unified="tool_calls"),
    usage=Usage(uncached=3, output_text=2),
)


def targets() -> Iterator[Target]:
    """Return one for each format that is parsed, and one for the change of members in a client's own bytes."""
    for name in (*NAMES, *PARSERS):
        words = partial(words_of, f"llmkit.serving.{name}", f"llmkit.dialects.{name}")
        yield Target(name=f"serving.{name}", run=_run(name), seeds=partial(_seeds, name), words=words, longest=3000)
    yield Target(name="splice", run=_splice, seeds=lambda: (b'{"model":"a","x":[1,{"y":"\\u00e9"}], "stream" : true}', b"{}"), longest=500)


def _run(name: str) -> Callable[[bytes], Hashable]:
    module: Any = codec(name) if name in NAMES else import_module(f"llmkit.serving.{name}.request")
    path = PATHS.get(name, "")

    def run(data: bytes) -> Hashable:
        body = check(data)
        if not isinstance(body, dict):
            return "no object"
        request = module.parse_request(body, path=path)
        hold(isinstance(request, CompletionRequest), "what was parsed is no request")
        if name in NAMES:
            _answered(module, body, path, request)
        sent = _sent_on(name, request)
        kinds = tuple([type(part).__name__ for message in request.messages[:4] for part in message.content[:4]])
        return kinds, len(request.tools), request.output is None, request.reasoning is None, tuple(request.options), sent

    return run


def _answered(module: Any, body: dict[str, Any], path: str, request: CompletionRequest) -> None:
    """Answer it whole and as a stream."""
    hold(isinstance(module.streams(body, path=path), bool), "streams is no yes or no")
    as_bytes(module.render_response(ANSWER, request=request))
    renderer = module.renderer(request=request)
    told = b"".join([renderer.feed(event) for event in unfold(ANSWER)]) + renderer.close()
    hold(b"Hello" in told, "the stream has lost the answer")


def _sent_on(name: str, request: CompletionRequest) -> bool:
    spoken = dialect(name)
    origin = Provenance(provider="p", dialect=name)
    try:
        encoded = spoken.encode(request, model="m", target=origin, profile=spoken.PROFILE, stream=False)
        as_bytes(encoded.body)
    except InvalidRequest:
        return False
    return True


def _splice(data: bytes) -> Hashable:
    changed = splice(data, {"model": "b", "new": [None]})
    before, after = json.loads(data), json.loads(changed)
    hold(after == {**before, "model": "b", "new": [None]}, "another member was changed")
    return len(before)


def _seeds(name: str) -> list[bytes]:
    """Return requests as our own dialect writes them."""
    from llmkit.types.messages import Message
    from llmkit.types.parts import Document, Image, ToolResult
    from llmkit.types.requests import OutputFormat
    from llmkit.types.tools import Tool, ToolChoice

    spoken = dialect(name)
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
    call = ToolCall(id="c1", name="f", arguments={"a": "x"}, json='{"a":"x"}')
    turns = (
        Message.system("Be brief."),
        Message.user("Hi"),
        Message(role="assistant", content=(Text(text="I look."), call)),
        Message(role="tool", content=(ToolResult(id="c1", content=(Text(text="found"),)),)),
        Message.user("And?"),
    )
    picture = Image(data=b"\x89PNG\r\n\x1a\n", media_type="image/png")
    paper = Document(data=b"%PDF-1.7", media_type="application/pdf", title="t")
    asked: tuple[CompletionRequest, ...] = (
        CompletionRequest(model="m", messages=(Message.user("Hi"),), max_tokens=9, temperature=0.5, stop=("x",), seed=1, user="u"),
        CompletionRequest(model="m", messages=turns, tools=(Tool(name="f", description="d", parameters=schema),), tool_choice=ToolChoice()),
        CompletionRequest(model="m", messages=turns[:2], output=OutputFormat(schema=schema)),
        CompletionRequest(model="m", messages=(Message(role="user", content=(Text(text="What?"), picture)),)),
        CompletionRequest(model="m", messages=(Message(role="user", content=(Text(text="What?"), paper)),)),
    )
    found: list[bytes] = []
    for request in asked:
        try:
            origin = Provenance(provider="p", dialect=name)
            encoded = spoken.encode(request, model="m", target=origin, profile=spoken.PROFILE, stream=True)
        except InvalidRequest:  # it has no pictures, or no papers
            continue
        found.append(as_bytes(encoded.body))
    return found
