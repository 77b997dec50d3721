"""Take a request apart: which of its words a model reads, and the shapes around them that cost tokens too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from llmkit.types.messages import Message
from llmkit.types.parts import (
    Audio,
    Citation,
    Compaction,
    Document,
    Image,
    InvalidToolCall,
    Media,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
    Video,
)
from llmkit.types.requests import CompletionRequest
from llmkit.types.tools import ServerTool, Tool

SHAPES = (
    "request",
    "no system",
    "system",
    "user",
    "assistant",
    "call",
    "result",
    "tools",
    "tools without system",
    "tools in chat",
    "tool",
    "parameter",
    "described",
    "optional",
    "choice",
    "nested",
    "forced",
    "schema",
    "schema parameter",
    "schema nested",
    "thinking",
)
"""What costs tokens beside its words, by how often it stands in a request."""
DEEPEST = 64
"""Schemas are read to this depth."""
_ROLES = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant", "tool": ""}
_ELSEWHERE = frozenset(
    {
        "agent_id",
        "cachedContent",
        "container",
        "conversation",
        "documents",
        "enable_search",
        "functions",
        "mcp_servers",
        "models",
        "output_config",
        "output_format",
        "plugins",
        "preset",
        "previous_response_id",
        "prompt",
        "reasoning",
        "response_format",
        "tools",
        "transforms",
        "web_search_options",
    }
)
"""Options that add to the prompt what only the provider has, or what we do not read."""


class Outline:
    """The words of a request by bucket, its media, how often each shape occurs, and what cannot be counted."""

    __slots__ = ("media", "shapes", "unknown", "words")

    def __init__(self) -> None:
        self.words: dict[str, list[str]] = {}
        self.media: list[Media] = []
        self.shapes: dict[str, int] = dict.fromkeys(SHAPES, 0)
        self.unknown: dict[str, None] = {}

    def add(self, bucket: str, *words: str) -> None:
        """Put `words` into `bucket`."""
        self.words.setdefault(bucket, []).extend([word for word in words if word])

    def mark(self, unknown: str) -> None:
        """Say what cannot be counted."""
        self.unknown[unknown] = None


def outline(request: CompletionRequest) -> Outline:
    """Return the outline of `request`."""
    found = Outline()
    shapes = found.shapes
    shapes["request"] = 1
    for message in request.messages:
        _message(found, message)
    shapes["no system"] = int(not shapes["system"])
    _tools(found, request)
    _output(found, request)
    reasoning = request.reasoning
    shapes["thinking"] = int(reasoning is not None and (bool(reasoning.budget) or reasoning.effort not in (None, "none")))
    for options in (*request.options.values(), request.extra_body):
        for name in sorted(_ELSEWHERE & options.keys()):
            found.mark(name)
    return found


def wire(request: CompletionRequest) -> dict[str, str]:
    """Return tools and the schema of the answer as JSON, as chat templates of open models put them into the prompt."""
    found: dict[str, str] = {}
    tools = [
        {"type": "function", "function": {"name": tool.name, "description": tool.description or "", "parameters": tool.parameters}}
        for tool in request.tools
        if isinstance(tool, Tool)
    ]
    if tools:
        found["tools wire"] = _json(tools)
    if request.output is not None and request.output.schema is not None:
        found["schema wire"] = _json(request.output.schema)
    return found


def _json(value: Any) -> str:
    """Return `value` as JSON; nothing where it is nested so deep that no API would take it, or is no JSON at all."""
    try:
        return msgspec.json.encode(value).decode()
    except (RecursionError, TypeError, ValueError):
        return ""


def _message(found: Outline, message: Message) -> None:
    role = _ROLES.get(message.role, message.role)
    if role in found.shapes:
        found.shapes[role] += 1
    for part in message.content:
        _part(found, part)


def _part(found: Outline, part: Part) -> None:
    match part:
        case Text(text=text) | Refusal(text=text):
            found.add("text", text)
        case Reasoning():
            found.add("reasoning", part.text)
            if part.encrypted:
                found.mark("encrypted reasoning")
        case ToolCall() | InvalidToolCall() | ServerToolCall():
            found.shapes["call"] += 1
            if not isinstance(part, ServerToolCall) and part.signature:
                found.mark("sealed reasoning")
            found.add("calls", part.name, _arguments(part))
        case ToolResult():
            found.shapes["result"] += 1
            found.add("calls", *_structured(part))
            for inner in part.content:
                _part(found, inner)
        case Compaction():
            found.add("text", part.text)
            if part.encrypted:
                found.mark("compaction")
        case Document(text=str(text)):
            found.add("text", text, part.title or "", part.context or "")
            if part.citations:
                found.mark("a document to be cited")
        case Image() | Audio() | Video() | Document():
            found.media.append(part)
        case ServerToolResult() | Unknown():
            found.mark("a block of the provider's own")
        case Citation():
            pass


def _arguments(call: ToolCall | InvalidToolCall | ServerToolCall) -> str:
    spelled = "" if isinstance(call, ServerToolCall) else call.json
    return spelled or _json({} if isinstance(call, InvalidToolCall) else call.arguments)


def _structured(result: ToolResult) -> Iterator[str]:
    if result.structured is not None and not result.content:
        yield _json(result.structured)


def _tools(found: Outline, request: CompletionRequest) -> None:
    shapes = found.shapes
    for tool in request.tools:
        if isinstance(tool, ServerTool):
            found.mark(f"the tool {tool.name}")
        else:
            shapes["tool"] += 1
            found.add("tools", tool.name, tool.description or "")
            _schema(found, "tools", tool)
    if shapes["tool"]:
        shapes["tools"] = 1
        shapes["tools without system"] = shapes["no system"]
        # The newer models of the maker of both formats are told more about their tools in this one (recordings of 2026).
        shapes["tools in chat"] = int(request.dialect == "openai_chat")
        choice = request.tool_choice
        shapes["forced"] = int(choice is not None and choice.mode == "required")


def _schema(found: Outline, bucket: str, tool: Tool) -> None:
    count = _Reading(found, bucket)
    count.read(tool.parameters)
    for shape in ("parameter", "described", "optional", "choice", "nested"):
        found.shapes[shape] += count.counts[shape]


def _output(found: Outline, request: CompletionRequest) -> None:
    output = request.output
    if output is None or output.schema is None:
        return
    count = _Reading(found, "schema")
    found.add("schema", output.name or "", output.description or "")
    count.read(output.schema)
    found.shapes["schema"] = 1
    found.shapes["schema parameter"] = count.counts["parameter"]
    found.shapes["schema nested"] = count.counts["nested"] + count.counts["choice"]


class _Reading:
    """The walk through one JSON Schema, with a stack of its own: schemas may come from anywhere."""

    def __init__(self, found: Outline, bucket: str) -> None:
        self.found, self.bucket = found, bucket
        self.counts = dict.fromkeys(("parameter", "described", "optional", "choice", "nested"), 0)
        self.stack: list[tuple[Any, int]] = []

    def read(self, schema: Any) -> None:
        """Count what `schema` holds."""
        self.stack.append((schema, 0))
        while self.stack:
            node, depth = self.stack.pop()
            if isinstance(node, dict) and depth < DEEPEST:
                self._node(node, depth + 1)

    def _node(self, node: dict[Any, Any], depth: int) -> None:
        counts, add = self.counts, self.found.add
        properties = node.get("properties")
        if isinstance(properties, dict):
            required = node.get("required")
            counts["parameter"] += len(properties)
            counts["optional"] += max(0, len(properties) - (len(required) if isinstance(required, list) else 0))
            counts["nested"] += depth > 1
            add(self.bucket, *[name for name in properties if isinstance(name, str)])
            self._later(properties.values(), depth)
        description = node.get("description")
        if isinstance(description, str) and depth > 1:
            counts["described"] += 1
            add(self.bucket, description)
        choices = node.get("enum")
        if isinstance(choices, list):
            counts["choice"] += len(choices)
            add(self.bucket, *[str(choice) for choice in choices])
        for key in ("items", "additionalProperties", "not"):
            if isinstance(node.get(key), dict):
                counts["nested"] += 1
                self.stack.append((node[key], depth))
        for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
            if isinstance(node.get(key), list):
                counts["nested"] += len(node[key])
                self._later(node[key], depth)
        for key in ("$defs", "definitions"):
            if isinstance(node.get(key), dict):
                counts["nested"] += len(node[key])
                add(self.bucket, *[name for name in node[key] if isinstance(name, str)])
                self._later(node[key].values(), depth)

    def _later(self, nodes: Iterable[Any], depth: int) -> None:
        self.stack.extend([(node, depth) for node in nodes])
