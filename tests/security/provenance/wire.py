"""What goes out, with marks and without: it must be the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, get_args

import msgspec

from llmkit.dialects import NAMES, dialect
from llmkit.dialects.operations import MODULES
from llmkit.dialects.operations import codec as operation_codec
from llmkit.errors import LLMKitError
from llmkit.serving import NAMES as CLIENT_FORMATS
from llmkit.serving import codec
from llmkit.types.asking import Place
from llmkit.types.classification import ClassificationRequest
from llmkit.types.decision import DecisionRequest, Predicate
from llmkit.types.embedding import EmbeddingRequest
from llmkit.types.messages import Message
from llmkit.types.moderation import ModerationRequest
from llmkit.types.parts import Part, Provenance, Role, ToolCall, ToolResult, Trust
from llmkit.types.requests import CompletionRequest
from llmkit.types.rerank import RerankRequest
from llmkit.types.responses import CompletionResponse, FinishReason
from tests.security.provenance.samples import MARKS, SAMPLES, marked

_bytes = msgspec.json.Encoder(enc_hook=str).encode
Write = Callable[[Trust | None], bytes]


def ways_out() -> Iterator[tuple[str, Write]]:
    """Yield each way in which a part may leave, by name: a function from the mark to the bytes."""
    for name in NAMES:
        for stream in (False, True):
            for role, part in SAMPLES:
                yield f"{name} {type(part).__name__}", _dialect(name, stream, role, part)
    for name in CLIENT_FORMATS:
        for role, part in SAMPLES:
            if role == "assistant":
                yield f"serving {name} {type(part).__name__}", _served(name, part)
    for name, module in MODULES.items():
        if module.startswith(("embeddings.", "classification.", "moderation.", "rerank.")):
            for role, part in SAMPLES:
                if role == "user":
                    for kind in _REQUESTS:
                        yield f"{name} {kind} {type(part).__name__}", _operation(name, kind, part)


def written(write: Write, trust: Trust | None) -> bytes | None:
    """Return what goes out; None where the format cannot say it at all."""
    try:
        return write(trust)
    except (LLMKitError, TypeError, AttributeError, ValueError, KeyError):  # a request of another operation, or a part it does not take
        return None


def told_apart(write: Write) -> bool:
    """Tell whether a mark can be seen from outside."""
    bare = written(write, None)
    seen = [written(write, trust) for trust in MARKS]
    return any(one != bare or (one is not None and (b"trusted" in one or b'"trust"' in one)) for one in seen)


def kinds_of_parts() -> set[str]:
    """Return the names of all kinds, each of which must have a sample."""
    return {kind.__name__ for kind in get_args(Part)}


def _dialect(name: str, stream: bool, role: Role, part: Part) -> Write:
    def write(trust: Trust | None) -> bytes:
        found = dialect(name)
        messages = [Message(role=role, content=(marked(part, trust),))]
        if isinstance(part, ToolResult):
            messages.insert(0, Message.assistant(ToolCall(id=part.id, name="add", arguments={}, json="{}")))
        if role != "user":
            messages = [Message.user("Hello."), *messages, Message.user("Go on.")]
        request = CompletionRequest(model="m", messages=tuple(messages))
        target = Provenance(provider="p", dialect=name, model="m")
        encoded = found.encode(request, model="m", target=target, profile=found.PROFILE, stream=stream)
        return _bytes((encoded.path, encoded.body, encoded.headers))

    return write


def _served(name: str, part: Part) -> Write:
    def write(trust: Trust | None) -> bytes:
        answer = CompletionResponse(id="r", model="m", content=(marked(part, trust),), finish=FinishReason(unified="stop"), created=1.0)
        return _bytes(codec(name).render_response(answer))

    return write


_REQUESTS: dict[str, Callable[[tuple[Part, ...]], Any]] = {
    "embed": lambda parts: EmbeddingRequest(model="m", inputs=(parts,)),
    "classify": lambda parts: ClassificationRequest(model="m", inputs=(parts,), labels=("a", "b")),
    "moderate": lambda parts: ModerationRequest(model="m", inputs=(parts,)),
    "rerank": lambda parts: RerankRequest(model="m", query="q", documents=(parts,)),
    "decide": lambda parts: DecisionRequest(model="m", input=parts, questions={"q": Predicate(question="Is it?")}),
}


def _operation(name: str, kind: str, part: Part) -> Write:
    def write(trust: Trust | None) -> bytes:
        found = operation_codec(name)
        assert found is not None
        steps = found.steps(_REQUESTS[kind]((marked(part, trust),)), Place(provider="p", model="m", path="/x"))
        ask = next(steps)
        return _bytes((ask.path, ask.body, ask.headers))

    return write
