"""Values for property tests: requests and conversations that every dialect can say."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import strategies as st

from llmkit.types.messages import Message
from llmkit.types.parts import Document, Image, Part, Text, ToolCall, ToolResult
from llmkit.types.requests import CompletionRequest, OutputFormat
from llmkit.types.tools import Tool, ToolChoice

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
"""Any text that UTF-8 can hold; never empty."""
names = st.from_regex(r"[a-zA-Z][a-zA-Z0-9_-]{0,20}", fullmatch=True)
scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | words
json_values: st.SearchStrategy[Any] = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3)
)
json_objects = st.dictionaries(words, json_values, max_size=3)
schemas = st.builds(
    lambda properties, required: {"type": "object", "properties": properties, "required": required, "additionalProperties": False},
    st.dictionaries(
        names, st.sampled_from([{"type": "string"}, {"type": "integer"}, {"type": "array", "items": {"type": "number"}}]), max_size=3
    ),
    st.lists(names, max_size=2),
)
texts = st.builds(Text, text=words)
images = st.builds(
    Image, data=st.binary(min_size=1, max_size=30), media_type=st.sampled_from(["image/png", "image/jpeg", "image/webp"])
) | st.builds(Image, url=names.map("https://example.com/{}.png".format))
documents = st.builds(
    Document, data=st.binary(max_size=30).map(b"%PDF-1.7".__add__), media_type=st.just("application/pdf"), title=st.none() | words
)
user_parts: st.SearchStrategy[Part] = st.one_of(texts, images, documents)
tools = st.builds(Tool, name=names, description=st.none() | words, parameters=schemas, strict=st.none() | st.booleans())
tool_calls = st.builds(
    lambda id_, name, arguments: ToolCall(id=id_, name=name, arguments=arguments, json=msgspec.json.encode(arguments).decode()),
    names,
    names,
    json_objects,
)


@st.composite
def turns(draw: st.DrawFn, /, *, parts: st.SearchStrategy[Part] = user_parts) -> tuple[Message, ...]:
    """Return turns that begin and end with the user's: answers, and tool calls with their results."""
    messages: list[Message] = [Message(role="user", content=tuple(draw(st.lists(parts, min_size=1, max_size=3))))]
    for _ in range(draw(st.integers(0, 2))):
        calls = draw(st.lists(tool_calls, max_size=2, unique_by=lambda call: call.id))
        said: tuple[Part, ...] = tuple(draw(st.lists(texts, min_size=0 if calls else 1, max_size=1)))
        messages.append(Message(role="assistant", content=(*said, *calls)))
        if calls:
            results = [ToolResult(id=call.id, content=(draw(texts),), is_error=draw(st.booleans())) for call in calls]
            messages.append(Message(role="tool", content=tuple(results)))
        messages.append(Message(role="user", content=tuple(draw(st.lists(parts, min_size=1, max_size=2)))))
    return tuple(messages)


@st.composite
def completion_requests(
    draw: st.DrawFn, /, *, parts: st.SearchStrategy[Part] = user_parts, **settings: st.SearchStrategy[Any]
) -> CompletionRequest:
    """Return a request with tools, a schema or neither; `settings` are strategies for further fields, those a dialect can say."""
    system = tuple([Message.system(draw(words))] if draw(st.booleans()) else [])
    listed = tuple(draw(st.lists(tools, max_size=3, unique_by=lambda tool: tool.name)))
    choice: ToolChoice | None = None
    if listed:
        one = ToolChoice(mode="required", names=(listed[0].name,))
        choice = draw(st.none() | st.sampled_from([ToolChoice(), ToolChoice(mode="none"), ToolChoice(mode="required"), one]))
    output = draw(st.none() | st.builds(OutputFormat, schema=schemas)) if not listed else None
    return CompletionRequest(
        model=draw(names),
        messages=(*system, *draw(turns(parts=parts))),
        tools=listed,
        tool_choice=choice,
        output=output,
        max_tokens=draw(st.integers(1, 100_000)),
        **{name: draw(setting) for name, setting in settings.items()},
    )
