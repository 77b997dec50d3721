"""What is read of a GenerateContentResponse; everything may be missing, and what servers disagree on stays raw JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from llmkit.dialects.openai_chat.wire import loads
from llmkit.errors import ProtocolError
from llmkit.types.model import NO_NATIVE

Fields = dict[str, Any]


class WireContent(msgspec.Struct, gc=False):
    """The parts of one candidate, each kept as its bytes."""

    parts: list[msgspec.Raw] | None = None


class WireCandidate(msgspec.Struct, rename="camel", gc=False):
    """One answer, or a piece of it."""

    content: WireContent | None = None
    finish_reason: Any = None
    finish_message: str | None = None
    index: int | None = None
    avg_logprobs: Any = None
    logprobs_result: msgspec.Raw = NO_NATIVE
    grounding_metadata: msgspec.Raw = NO_NATIVE
    citation_metadata: msgspec.Raw = NO_NATIVE
    url_context_metadata: msgspec.Raw = NO_NATIVE
    safety_ratings: msgspec.Raw = NO_NATIVE


class WireChunk(msgspec.Struct, rename="camel", gc=False):
    """A whole response, or one event of a stream: they have the same shape."""

    candidates: list[WireCandidate] | None = None
    usage_metadata: msgspec.Raw = NO_NATIVE
    model_version: str | None = None
    response_id: str | None = None
    create_time: Any = None
    prompt_feedback: msgspec.Raw = NO_NATIVE
    error: msgspec.Raw = NO_NATIVE


class WireText(msgspec.Struct, rename="camel", forbid_unknown_fields=True, gc=False):
    """A part of words and nothing else; a part with any other field does not fit and is read in full."""

    text: str
    thought: bool | None = None
    thought_signature: str | None = None


class WireCall(msgspec.Struct, gc=False):
    """A function call whose arguments keep the model's spelling."""

    args: msgspec.Raw = NO_NATIVE


class WireCallPart(msgspec.Struct, rename="camel", gc=False):
    """A part that is a function call."""

    function_call: WireCall | None = None


read_chunk: Callable[[bytes], WireChunk] = msgspec.json.Decoder(WireChunk).decode
read_text: Callable[[msgspec.Raw], WireText] = msgspec.json.Decoder(WireText).decode
read_call: Callable[[msgspec.Raw], WireCallPart] = msgspec.json.Decoder(WireCallPart).decode
_read: Callable[[msgspec.Raw | bytes], Any] = msgspec.json.Decoder().decode


def read_any(raw: msgspec.Raw | bytes) -> Any:
    """Return the value of a piece of an answer; a number out of range, which nobody looked at before, is null.

    Raises `ProtocolError` for what is no JSON.
    """
    try:
        return _read(raw)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        pass
    problem = ""
    try:
        return loads(bytes(raw))
    except ValueError as error:
        problem = str(error)
    raise ProtocolError(f"The answer holds what cannot be read: {problem}.")


def is_given(raw: msgspec.Raw) -> bool:
    """Tell whether a field is there and not null."""
    return bool(raw) and bytes(raw) != b"null"


def object_of(raw: msgspec.Raw) -> Fields:
    """Return the JSON object in `raw`, an empty one where there is none or it is something else."""
    found = read_any(raw) if raw else None
    return found if isinstance(found, dict) else {}


def string_of(value: Any) -> str | None:
    """Return `value` where it is text that says something."""
    return value if isinstance(value, str) and value else None


def count_of(value: Any) -> int:
    """Return `value` as a count, 0 for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return max(0, int(value)) if value == value and value not in (float("inf"), float("-inf")) else 0
