"""Requests and results of a batch that runs here, as lines of JSON and back."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from llmkit import errors
from llmkit.errors import LLMKitError
from llmkit.types.batch import BatchResult, ResultStatus
from llmkit.types.embedding import EmbeddingRequest, EmbeddingResponse
from llmkit.types.model import NO_NATIVE
from llmkit.types.request import Request
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import CompletionResponse
from llmkit.types.tools import ServerTool, Tool

Kind = Literal["complete", "embed"]
_REQUESTS: dict[Kind, type[CompletionRequest] | type[EmbeddingRequest]] = {"complete": CompletionRequest, "embed": EmbeddingRequest}
# Made here and not when they are first needed, which may be in several threads at once: two that make one type's decoder at the same
# time crash (msgspec 0.22, seen 2026-11-23).
_FIELDS: dict[Kind, dict[str, msgspec.json.Decoder[Any]]] = {
    name: {field.name: msgspec.json.Decoder(field.type) for field in msgspec.structs.fields(kind) if field.name != "tools"}
    for name, kind in _REQUESTS.items()
}
_REPLIES: dict[Kind, msgspec.json.Decoder[Any]] = {
    "complete": msgspec.json.Decoder(CompletionResponse),
    "embed": msgspec.json.Decoder(EmbeddingResponse),
}
_PLAIN = (str, int, float, bool, type(None))


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of the requests."""

    model: str
    count: int
    parallel: int
    created: float
    name: str = ""
    metadata: dict[str, str] = {}
    form: Literal["llmkit-batch-1"] = "llmkit-batch-1"


class _AnyTool(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A tool of either kind: their types bear no mark by which they could be told apart again."""

    own: Tool | None = None
    server: ServerTool | None = None


class Sent(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """One request."""

    id: str
    kind: Kind
    request: dict[str, msgspec.Raw]
    tools: tuple[_AnyTool, ...] = ()

    def read(self) -> CompletionRequest | EmbeddingRequest:
        """Return the request itself."""
        known = _FIELDS[self.kind]
        fields: dict[str, Any] = {name: known[name].decode(raw) for name, raw in self.request.items()}
        if self.tools:
            fields["tools"] = tuple([tool.own or tool.server for tool in self.tools])
        return _REQUESTS[self.kind](**fields)


class _Failure(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    type: str
    message: str
    fields: dict[str, Any] = {}


class Outcome(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Which request a result belongs to, and how it ended."""

    place: int
    id: str
    status: ResultStatus


class _Written(Outcome, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """One result."""

    kind: Kind
    reply: msgspec.Raw = NO_NATIVE
    error: _Failure | None = None


_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])
_written = msgspec.json.Decoder(_Written)
head_of = msgspec.json.Decoder(Head).decode
sent_of = msgspec.json.Decoder(Sent).decode
outcome_of = msgspec.json.Decoder(Outcome).decode
"""Read a result no further than needed to count it."""


def request_line(id: str, request: Request) -> bytes:
    """Return the line for a request."""
    tools: tuple[_AnyTool, ...] = ()
    if isinstance(request, CompletionRequest) and request.tools:
        tools = tuple([_AnyTool(server=tool) if isinstance(tool, ServerTool) else _AnyTool(own=tool) for tool in request.tools])
        request = request.replace(tools=())
    kind: Kind = "embed" if isinstance(request, EmbeddingRequest) else "complete"
    fields = _fields.decode(msgspec.json.encode(request))
    return msgspec.json.encode(Sent(id=id, kind=kind, request=fields, tools=tools)) + b"\n"


def result_line(place: int, sent: Sent, reply: Any, error: LLMKitError | None) -> bytes:
    """Return the line for a result."""
    if error is not None:
        fields = {key: value for key, value in error.__dict__.items() if isinstance(value, _PLAIN) and key != "body"}
        failure = _Failure(type=type(error).__name__, message=str(error), fields=fields)
        line = _Written(place=place, id=sent.id, status="failed", kind=sent.kind, error=failure)
    else:
        usage = reply.usage
        if usage is not None and not usage.raw:
            usage = usage.replace(raw=NO_NATIVE)  # another empty one would be written as nothing at all
        kept = msgspec.Raw(msgspec.json.encode(reply.replace(raw=NO_NATIVE, usage=usage)))
        line = _Written(place=place, id=sent.id, status="succeeded", kind=sent.kind, reply=kept)
    return msgspec.json.encode(line) + b"\n"


def result_of(data: bytes) -> BatchResult:
    """Return the result in a line."""
    line = _written.decode(data)
    if line.error is not None:
        return BatchResult(id=line.id, status=line.status, error=_revived(line.error))
    return BatchResult(id=line.id, status=line.status, reply=_REPLIES[line.kind].decode(line.reply))


def _revived(failure: _Failure) -> LLMKitError:
    """Return the error as it was, without what cannot be written down."""
    kind = getattr(errors, failure.type, None) if failure.type in errors.__all__ else None
    if not (isinstance(kind, type) and issubclass(kind, LLMKitError)):
        kind = LLMKitError
    error = kind.__new__(kind, failure.message)
    error.args = (failure.message,)
    # A name that is none of an error's own facts would stand before one of its methods.
    facts = {name: value for name, value in failure.fields.items() if name.isidentifier() and not callable(getattr(kind, name, None))}
    error.__dict__.update({"message": failure.message, "hint": None, **facts})
    return error
