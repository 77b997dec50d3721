"""What a template may be given: names, types, and what is checked of a value."""

from __future__ import annotations

import json
import math
from typing import Any, Literal, TypeAlias, get_args

from llmkit.errors import PromptInvalid, nearest
from llmkit.types.model import Model
from llmkit.types.parts import Audio, Document, Image, Part, Video

Kind: TypeAlias = Literal["text", "integer", "number", "boolean", "list", "json", "image", "audio", "video", "document"]
KINDS: tuple[str, ...] = get_args(Kind)
_MEDIA: dict[str, type[Part]] = {"image": Image, "audio": Audio, "video": Video, "document": Document}
_FIELDS = ("type", "default", "choices", "required", "longest", "description")


class Variable(Model, frozen=True, kw_only=True):
    """A variable of a template. One with `required = false` and no default is absent where no value is given."""

    name: str
    type: Kind = "text"
    required: bool = True
    default: Any = None
    choices: tuple[Any, ...] = ()
    longest: int | None = None
    """Most characters of a text, or of each item of a list."""
    description: str = ""

    def fault(self, value: Any) -> str | None:
        """Return what is wrong with `value`; None: nothing."""
        wrong = _wrong(self.type, value)
        if wrong is not None:
            return wrong
        if self.choices and value not in self.choices:
            return f"it is none of {', '.join(map(repr, self.choices))}"
        texts = value if self.type == "list" else (value,)
        if self.longest is not None and self.type in ("text", "list") and any(len(text) > self.longest for text in texts):
            return f"it is longer than {self.longest} characters"
        return None


def declared(tables: Any, *, path: str, line: int = 1) -> dict[str, Variable]:
    """Return the variables of a file's head. Raises `PromptInvalid`."""
    if not isinstance(tables, dict):
        raise PromptInvalid("variables is not a table.", path=path, line=line, hint="Write [variables.NAME].")
    return {name: _declared(name, {"type": table} if isinstance(table, str) else table, path, line) for name, table in tables.items()}


def _declared(name: str, table: Any, path: str, line: int) -> Variable:
    def fault(message: str, hint: str | None = None) -> PromptInvalid:
        return PromptInvalid(f"The variable {name!r} {message}.", path=path, line=line, parameter=name, hint=hint)

    if not name.isidentifier() or not name.isascii() or name.startswith("_"):
        raise fault("has no name that can be used: letters, digits and underscores")
    if not isinstance(table, dict):
        raise fault("is neither a type nor a table")
    for field in table:
        if field not in _FIELDS:
            near = nearest(field, _FIELDS)
            raise fault(f"has an unknown field {field!r}", f"Did you mean {near[0]}?" if near else f"Fields: {', '.join(_FIELDS)}.")
    kind = table.get("type", "text")
    if kind not in KINDS:
        near = nearest(str(kind), KINDS)
        raise fault(f"has an unknown type {kind!r}", f"Did you mean {near[0]}?" if near else f"Types: {', '.join(KINDS)}.")
    for field, wanted in (("required", bool), ("choices", list), ("description", str), ("longest", int)):
        if field in table and not (isinstance(table[field], wanted) and (wanted is bool or not isinstance(table[field], bool))):
            raise fault(f"has a {field} that is no {wanted.__name__}")
    variable = Variable(
        name=name,
        type=kind,
        required=table.get("required", "default" not in table),
        default=table.get("default"),
        choices=tuple(table.get("choices", ())),
        longest=table.get("longest"),
        description=table.get("description", ""),
    )
    for choice in variable.choices:
        if (wrong := _wrong(kind, choice)) is not None:
            raise fault(f"has a choice that does not fit: {wrong}")
    if variable.default is not None and (wrong := variable.fault(variable.default)) is not None:
        raise fault(f"has a default that does not fit: {wrong}")
    return variable


def _wrong(kind: Kind, value: Any) -> str | None:
    name = type(value).__name__
    match kind:
        case "text":
            right = isinstance(value, str)
        case "integer":
            right = isinstance(value, int) and not isinstance(value, bool)
        case "number":
            right = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        case "boolean":
            right = isinstance(value, bool)
        case "list":
            right = isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
        case "json":
            right = _is_json(value)
        case _:
            right = isinstance(value, _MEDIA[kind])
    return None if right else f"a {name} is no {kind}{' of texts' if kind == 'list' else ''}"


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def written(value: Any, kind: Kind) -> str | Part:
    """Return `value` as it stands in the prompt."""
    match kind:
        case "text":
            return str(value)
        case "boolean":
            return "true" if value else "false"
        case "list":
            return "\n".join(f"- {item}" for item in value)
        case "json":
            return json.dumps(value, ensure_ascii=False)
        case "integer" | "number":
            return str(value)
        case _:
            part: Part = value
            return part
