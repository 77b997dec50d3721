"""One part of each kind, marked or not."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from llmkit.types.parts import (
    Audio,
    Citation,
    Compaction,
    Document,
    Image,
    InvalidToolCall,
    Part,
    Reasoning,
    Refusal,
    Role,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    ToolResult,
    Trust,
    Unknown,
    Video,
)

MARKS: tuple[Trust, ...] = ("trusted", "untrusted")
_PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)
_WIRE = msgspec.Raw(b'{"type":"web_search_tool_result","tool_use_id":"s1","content":[]}')
SAMPLES: tuple[tuple[Role, Part], ...] = (
    ("system", Text(text="Be kind.")),
    ("user", Text(text="Hello.")),
    ("assistant", Text(text="Hi.", citations=(Citation(url="https://a.example/", title="A"),))),
    ("user", Image(data=_PNG, media_type="image/png")),
    ("user", Image(url="https://a.example/a.png")),
    ("user", Audio(data=b"RIFF\x24\x00\x00\x00WAVEfmt ", media_type="audio/wav")),
    ("user", Video(data=b"x", media_type="video/mp4")),
    ("user", Document(data=b"%PDF-1.4", media_type="application/pdf", name="a.pdf")),
    ("user", Document(text="words", title="A")),
    ("assistant", Reasoning(text="Hm.", signature="c2ln")),
    ("assistant", Refusal(text="No.")),
    ("assistant", ToolCall(id="c1", name="add", arguments={"a": 1}, json='{"a":1}')),
    ("assistant", InvalidToolCall(id="c1", name="add", json='{"a":', error="cut")),
    ("tool", ToolResult(id="c1", name="add", content=(Text(text="3"), Image(data=_PNG, media_type="image/png")))),
    ("tool", ToolResult(id="c1", name="add", content=(Text(text='{"a":1}'),), structured={"a": 1}, is_error=True)),
    ("assistant", ServerToolCall(id="s1", name="web_search", arguments={"query": "a"})),
    ("assistant", ServerToolResult(id="s1", name="web_search", native=_WIRE)),
    ("assistant", Citation(url="https://a.example/")),
    ("assistant", Compaction(text="Earlier: hello.")),
    ("assistant", Unknown(kind="new_thing", native=msgspec.Raw(b'{"type":"new_thing","value":1}'))),
)


def marked(part: Part, trust: Trust | None) -> Part:
    """Return `part` with a mark, inside and out."""
    inner: dict[str, object] = {}
    if isinstance(part, ToolResult):
        inner = {"content": tuple([marked(one, trust) for one in part.content])}
    elif isinstance(part, Text):
        inner = {"citations": tuple([marked(one, trust) for one in part.citations])}
    return part.replace(trust=trust, **inner)


def marks_in(part: Part) -> Iterator[Trust | None]:
    """Yield the marks of a part and of those in it."""
    yield part.trust
    within = part.content if isinstance(part, ToolResult) else part.citations if isinstance(part, Text) else ()
    for one in within:
        yield from marks_in(one)
