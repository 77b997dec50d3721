"""What a message is made of: one open union of parts.

Every part knows where it came from (`origin`) and may keep its exact wire block (`native`), which goes out again byte for
byte when the part is sent back to the same dialect. Whatever has no type of its own is an `Unknown`, never dropped.
"""

from __future__ import annotations

from typing import Any, Literal, Protocol, TypeAlias

import msgspec

from llmkit.types.model import NO_NATIVE, Model

Trust: TypeAlias = Literal["trusted", "untrusted"]
"""`trusted`: whoever wrote it may say what is to be done. `untrusted`: it is only to be read: pages, mail, files of others."""


class Provenance(Model, frozen=True, kw_only=True):
    """Who produced a part. `account` is a one-way fingerprint of the key, so that state bound to it never travels to another."""

    provider: str
    dialect: str
    model: str = ""
    account: str = ""


class CacheMark(Model, frozen=True, kw_only=True):
    """Ask the provider to cache the prompt up to here. `ttl` is `5m`, `1h` or another lifetime the provider knows; None is its default."""

    ttl: str | None = None
    kept: str | None = None
    """The id of a prompt that the provider keeps: what is sent goes on where it ends."""
    origin: Provenance | None = None
    """Whose that prompt is, and of which model."""


class HasMark(Protocol):
    """A prompt that a provider keeps."""

    def mark(self) -> CacheMark:
        """Return what a request names it by."""
        ...


class PartFields(Model, frozen=True, kw_only=True, tag_field="type"):
    """What every part carries besides its content."""

    origin: Provenance | None = None
    native: msgspec.Raw = NO_NATIVE
    cache: CacheMark | None = None
    trust: Trust | None = None
    """Who may give orders here; None: what the part's kind and its place in the conversation say. It is never sent."""
    options: dict[str, dict[str, Any]] = {}
    """Extra wire fields by dialect or provider name: `{"anthropic": {"citations": {"enabled": True}}}`."""


class Citation(PartFields, frozen=True, kw_only=True, tag="citation"):
    """A source of the answer. `start` and `end` are character offsets in the text it belongs to, where the provider gives them.

    It stands in `Text.citations`, or as a part of its own where the provider ties it to no text.
    """

    url: str | None = None
    title: str | None = None
    quote: str | None = None
    """The words of the source."""
    document: int | None = None
    """Index of the document in the request."""
    start: int | None = None
    end: int | None = None
    location: str | None = None
    """The provider's kind of citation: `char_location`, `url_citation` ..."""


class Text(PartFields, frozen=True, kw_only=True, tag="text"):
    """Words. `signature` is the provider's seal on the part, replayed as it is."""

    text: str
    citations: tuple[Citation, ...] = ()
    signature: str | None = None


class Reasoning(PartFields, frozen=True, kw_only=True, tag="reasoning"):
    """The model's thinking. `text` may be empty while `signature` or `encrypted` must still be replayed."""

    text: str = ""
    signature: str | None = None
    encrypted: str | None = None
    """Thinking that only its provider can read."""
    summary: bool = False
    """True when `text` is a summary and not the thinking itself."""


class Refusal(PartFields, frozen=True, kw_only=True, tag="refusal"):
    """The model declines, in a place the API keeps apart from the answer."""

    text: str


class MediaFields(PartFields, frozen=True, kw_only=True):
    """Bytes, an address or a provider's file id: exactly one of `data`, `url`, `file_id`."""

    data: bytes | None = None
    url: str | None = None
    file_id: str | None = None
    media_type: str | None = None
    name: str | None = None


class Image(MediaFields, frozen=True, kw_only=True, tag="image"):
    """A picture. `detail` is `low`, `high`, `auto` where the API takes it."""

    detail: str | None = None
    signature: str | None = None


class Audio(MediaFields, frozen=True, kw_only=True, tag="audio"):
    """Sound. `transcript` is what it says, where the provider tells; `id` is its name on the provider's side."""

    transcript: str | None = None
    id: str | None = None


class Video(MediaFields, frozen=True, kw_only=True, tag="video"):
    """A film."""


class Document(MediaFields, frozen=True, kw_only=True, tag="document"):
    """A PDF or another file to read. `text` is for plain-text documents; `context` a note to the model about it."""

    text: str | None = None
    title: str | None = None
    context: str | None = None
    citations: bool | None = None
    """Ask for citations from this document."""


class ToolCall(PartFields, frozen=True, kw_only=True, tag="tool_call"):
    """The model wants a function called. `arguments` is the parsed object, `json` the model's own spelling of it."""

    id: str
    name: str
    arguments: dict[str, Any] = {}
    json: str = ""
    signature: str | None = None


class InvalidToolCall(PartFields, frozen=True, kw_only=True, tag="invalid_tool_call"):
    """A call whose arguments are not a JSON object. `json` is what the model wrote, `error` what is wrong with it."""

    id: str
    name: str
    json: str = ""
    error: str = ""
    signature: str | None = None


class ToolResult(PartFields, frozen=True, kw_only=True, tag="tool_result"):
    """What a tool answered to the call `id`: parts, so images and documents are possible. `name` is the tool's."""

    id: str
    content: tuple[Part, ...] = ()
    name: str | None = None
    is_error: bool = False
    structured: dict[str, Any] | None = None
    """The result as an object, for APIs that take one."""


class ServerToolCall(PartFields, frozen=True, kw_only=True, tag="server_tool_call"):
    """The provider called a tool of its own (web search, code execution ...)."""

    id: str
    name: str
    arguments: dict[str, Any] = {}


class ServerToolResult(PartFields, frozen=True, kw_only=True, tag="server_tool_result"):
    """What the provider's own tool answered; the content stays as it came, in `native`."""

    id: str
    name: str
    is_error: bool = False


class Compaction(PartFields, frozen=True, kw_only=True, tag="compaction"):
    """The provider replaced earlier turns by this summary; it must be sent back in their place."""

    text: str = ""
    encrypted: str | None = None


class Unknown(PartFields, frozen=True, kw_only=True, tag="unknown"):
    """A block this version has no type for. `kind` is the wire's own name; the block itself is in `native`."""

    kind: str


Part: TypeAlias = (
    Text
    | Reasoning
    | Refusal
    | Image
    | Audio
    | Video
    | Document
    | ToolCall
    | InvalidToolCall
    | ToolResult
    | ServerToolCall
    | ServerToolResult
    | Citation
    | Compaction
    | Unknown
)
Media: TypeAlias = Image | Audio | Video | Document
Role: TypeAlias = Literal["system", "developer", "user", "assistant", "tool"]
