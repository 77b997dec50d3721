"""Which library a type comes from, seen from the type alone: nothing is imported to find out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, get_args, get_origin, get_type_hints

MOST_TYPES = 2000
_MARKS = ("__pydantic_core_schema__", "__pydantic_fields__", "__get_pydantic_core_schema__")
_CONSTRAINTS = ("pydantic", "annotated_types")


def needs_pydantic(kind: Any) -> bool:
    """Tell whether `kind`, or a type inside it, is pydantic's or carries a constraint that only pydantic reads."""
    return "pydantic" in sys.modules and any(_is_pydantic(part) for part in _parts(kind))


def foreign_constraint(kind: Any) -> str | None:
    """Return a constraint inside `kind` that nobody here reads; the answer would not be checked against it."""
    for part in _parts(kind):
        for mark in getattr(part, "__metadata__", ()):
            if type(mark).__module__.partition(".")[0] in _CONSTRAINTS:
                return repr(mark)
    return None


def _is_pydantic(part: Any) -> bool:
    if isinstance(part, type) and get_origin(part) is None and any(hasattr(part, mark) for mark in _MARKS):
        return True
    return any(type(mark).__module__.partition(".")[0] in _CONSTRAINTS for mark in getattr(part, "__metadata__", ()))


def _parts(kind: Any) -> Iterator[Any]:
    """Yield `kind` and the types it is made of: arguments of generics, fields of classes."""
    seen: list[Any] = []
    stack = [kind]
    while stack and len(seen) < MOST_TYPES:
        part = stack.pop()
        if any(part is other for other in seen):
            continue
        seen.append(part)
        yield part
        stack.extend(get_args(part))
        if isinstance(part, type) and get_origin(part) is None and _has_fields(part):
            stack.extend(_hints(part))


def _has_fields(part: type) -> bool:
    marks = ("__dataclass_fields__", "__attrs_attrs__", "__struct_fields__", "__total__", "_fields")
    return any(hasattr(part, mark) for mark in marks)


def _hints(part: type) -> list[Any]:
    try:
        return list(get_type_hints(part, include_extras=True).values())
    except (NameError, TypeError, AttributeError):
        return []  # A name that cannot be found here is reported by whoever makes the schema.
