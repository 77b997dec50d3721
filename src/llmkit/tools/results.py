"""From what a tool returns to what the model is told."""

from __future__ import annotations

import math
from typing import Any, get_args

import msgspec

from llmkit.tools.failures import ToolError, told
from llmkit.types.parts import Part, Text, ToolResult

PARTS: tuple[type, ...] = get_args(Part)
_BYTES = (bytes, bytearray, memoryview)


def result_of(value: Any, id: str, name: str) -> ToolResult:
    """Return `value` as the answer to the call `id`.

    Text stays text; parts (images, documents ...) stay parts; everything else becomes JSON, and an object is kept as an object
    too. Raises `ToolError` for what JSON cannot say.
    """
    if isinstance(value, ToolResult):
        return value.replace(id=id, name=name)
    if isinstance(value, str):
        return ToolResult(id=id, name=name, content=(Text(text=value),))
    if isinstance(value, PARTS):
        value = (value,)
    if isinstance(value, list | tuple) and any(isinstance(item, PARTS) for item in value):
        return ToolResult(id=id, name=name, content=tuple([_part(item) for item in value]))
    plain = plain_of(value)
    text = msgspec.json.encode(plain).decode()
    structured = plain if isinstance(plain, dict) else None
    return ToolResult(id=id, name=name, content=(Text(text=text),), structured=structured)


def failure_of(error: BaseException, id: str, name: str) -> ToolResult:
    """Return what the model is told when a call failed; the words may be those of others."""
    return refusal(told(error), id, name).replace(trust=None)


def refusal(words: str, id: str, name: str) -> ToolResult:
    """Return an error result that says `words`, which are ours."""
    return ToolResult(id=id, name=name, content=(Text(text=words),), is_error=True, trust="trusted")


def plain_of(value: Any) -> Any:
    """Return `value` in JSON's types: dataclasses, enums, dates, pydantic models and the like are turned into them."""
    try:
        plain = msgspec.to_builtins(value, str_keys=True, builtin_types=_BYTES, enc_hook=_foreign)
    except (TypeError, ValueError, RecursionError) as error:
        problem = str(error).splitlines()[0]
    else:
        _check(plain)
        return plain
    raise ToolError(f"The tool returned something that is not JSON: {problem}.")


def _part(item: Any) -> Part:
    if isinstance(item, PARTS):
        part: Part = item  # type: ignore[assignment] # they are the union's members
        return part
    if isinstance(item, str):
        return Text(text=item)
    return Text(text=msgspec.json.encode(plain_of(item)).decode())


def _foreign(value: Any) -> Any:
    dump = getattr(value, "model_dump", None)
    if callable(dump):
        return dump(mode="json")
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _check(plain: Any) -> None:
    stack = [plain]
    while stack:
        item = stack.pop()
        if isinstance(item, _BYTES):
            raise ToolError("The tool returned bytes, which have no meaning without a type: return Image(data=...) or Document(data=...).")
        if isinstance(item, float) and not math.isfinite(item):
            raise ToolError(f"The tool returned {item!r}, which JSON cannot say.")
        if isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list | tuple):
            stack.extend(item)
