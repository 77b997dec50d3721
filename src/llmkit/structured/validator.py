"""Check a JSON value against a JSON Schema (draft 2020-12): the vocabulary for validation, within one document.

`format` is an annotation, as the standard has it; keywords that are not known are passed over. Depth and work are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from llmkit.structured.fault import Fault
from llmkit.structured.references import pointed

MOST_DEPTH = 100
MOST_STEPS = 100_000
TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "integer": lambda value: _number(value) and (isinstance(value, int) or value.is_integer()),
    "number": lambda value: _number(value),
}
_WHAT = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


def validate(value: Any, schema: Any, root: dict[str, Any]) -> None:
    """Raise `Fault` for the first thing about `value` that does not fit `schema`, a part of `root`."""
    _Check(root).check(value, schema, "$", 0)


def fits(value: Any, schema: Any, root: dict[str, Any]) -> bool:
    """Tell whether `value` fits."""
    try:
        validate(value, schema, root)
    except Fault:
        return False
    return True


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def pattern_of(pattern: str, path: str) -> re.Pattern[str]:
    """Return `pattern` made ready. Raises `Fault` for one that this language cannot read."""
    problem = ""
    try:
        return _compiled(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        problem = str(error)
    raise Fault(f"The pattern {pattern!r} cannot be used: {problem}", path)


def same(left: Any, right: Any) -> bool:
    """Tell whether two JSON values are equal: `1` is `1.0` and is not `true`."""
    return bool(_key(left) == _key(right))


def _key(value: Any) -> Any:
    if isinstance(value, dict):
        return ("object", frozenset((name, _key(inner)) for name, inner in value.items()))
    if isinstance(value, list):
        return ("array", tuple([_key(inner) for inner in value]))
    return ("number", value) if _number(value) else (type(value).__name__, value)


class _Check:
    """One run, which counts its steps."""

    def __init__(self, root: dict[str, Any]) -> None:
        self.root = root
        self.steps = 0

    def check(self, value: Any, schema: Any, path: str, depth: int) -> None:
        self.steps += 1
        if depth > MOST_DEPTH or self.steps > MOST_STEPS:
            raise Fault("The value is too deep or too large to be checked", path)
        if schema is True:
            return
        if not isinstance(schema, dict):
            raise Fault("No value is allowed here", path)
        if "$ref" in schema:
            self.check(value, pointed(schema["$ref"], self.root), path, depth + 1)
        for keyword in schema:
            rule = _RULES.get(keyword)
            if rule is not None:
                rule(self, value, schema, path, depth)

    def fits(self, value: Any, schema: Any, path: str, depth: int) -> bool:
        try:
            self.check(value, schema, path, depth + 1)
        except Fault:
            if self.steps > MOST_STEPS:
                raise
            return False
        return True


_Rule = Callable[[_Check, Any, Mapping[str, Any], str, int], None]


def _type(run: _Check, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> None:
    wanted = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(TYPES[kind](value) for kind in wanted if kind in TYPES):
        raise Fault(f"Expected {' or '.join(wanted)}, got {_WHAT.get(type(value), 'something else')}", path)


def _enum(run: _Check, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> None:
    if not any(same(value, one) for one in schema["enum"]):
        raise Fault(f"Expected one of {schema['enum']!r}"[:300], path)


def _const(run: _Check, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> None:
    if not same(value, schema["const"]):
        raise Fault(f"Expected {schema['const']!r}"[:300], path)


def _properties(run: _Check, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> None:
    if isinstance(value, dict):
        for name, inner in schema["properties"].items():
            if name in value:
                run.check(value[name], inner, f"{path}.{name}", depth + 1)


def _required(run: _Check, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> None:
    if isinstance(value, dict):
        for name in schema["required"]:
            if name not in value:
                raise Fault(f"The property {name!r} is missing", path)


def _patterned(run: _Check, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> None:
    if isinstance(value, dict):
        for pattern, inner in schema["patternProperties"].items():
            for name in value:
                if pattern_of(pattern, path).search(name):
                    run.check(value[name], inner, f"{path}.{name}", depth + 1)


def _additional(run: _Check, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> None:
    if isinstance(value, dict):
        known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
        for name in value:
            if name in known or any(pattern_of(pattern, path).search(name) for pattern in patterns):
                continue
            if schema["additionalProperties"] is False:
                raise Fault(f"The property {name!r} is not allowed", path)
            run.check(value[name], schema["additionalProperties"], f"{path}.{name}", depth + 1)


def _names(run: _Check, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> None:
    if isinstance(value, dict):
        for name in value:
            run.check(name, schema["propertyNames"], f"{path}.{name}", depth + 1)


def _dependent(run: _Check, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> None:
    if isinstance(value, dict):
        for name, needed in schema["dependentRequired"].items():
            missing = [other for other in needed if other not in value] if name in value else []
            if missing:
                raise Fault(f"The property {missing[0]!r} is missing beside {name!r}", path)


def _dependent_schemas(run: _Check, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> None:
    if isinstance(value, dict):
        for name, inner in schema["dependentSchemas"].items():
            if name in value:
                run.check(value, inner, path, depth + 1)


def _items(run: _Check, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> None:
    if isinstance(value, list):
        for place in range(len(schema.get("prefixItems", ())), len(value)):
            run.check(value[place], schema["items"], f"{path}[{place}]", depth + 1)


def _first_items(run: _Check, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> None:
    if isinstance(value, list):
        for place, (item, inner) in enumerate(zip(value, schema["prefixItems"], strict=False)):
            run.check(item, inner, f"{path}[{place}]", depth + 1)


def _contains(run: _Check, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> None:
    if isinstance(value, list):
        count = sum(run.fits(item, schema["contains"], path, depth) for item in value)
        if count < schema.get("minContains", 1) or count > schema.get("maxContains", count):
            raise Fault(f"{count} items are of the kind that must be there", path)


def _unique(run: _Check, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> None:
    if schema["uniqueItems"] is True and isinstance(value, list) and len({_key(item) for item in value}) < len(value):
        raise Fault("The items are not unique", path)


def _matches(run: _Check, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> None:
    if isinstance(value, str) and not pattern_of(schema["pattern"], path).search(value):
        raise Fault(f"Expected text that matches {schema['pattern']!r}", path)


def _multiple(run: _Check, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> None:
    # As the numbers are written: 0.3 is a multiple of 0.1, whatever their binary forms are.
    if _number(value) and schema["multipleOf"] and Fraction(repr(value)) % Fraction(repr(schema["multipleOf"])):
        raise Fault(f"Expected a multiple of {schema['multipleOf']}", path)


def _compare(keyword: str, kind: Any, measure: Callable[[Any], Any], good: Callable[[Any, Any], bool], words: str) -> _Rule:
    def rule(run: _Check, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> None:
        if isinstance(value, kind) and not isinstance(value, bool) and not good(measure(value), schema[keyword]):
            raise Fault(f"Expected {words.format(schema[keyword])}", path)

    return rule


def _all(run: _Check, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> None:
    for inner in schema["allOf"]:
        run.check(value, inner, path, depth + 1)


def _any(run: _Check, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> None:
    if not any(run.fits(value, inner, path, depth) for inner in schema["anyOf"]):
        raise Fault("The value fits none of the alternatives", path)


def _one(run: _Check, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> None:
    count = sum(run.fits(value, inner, path, depth) for inner in schema["oneOf"])
    if count != 1:
        raise Fault(f"The value fits {count or 'none'} of the alternatives instead of one", path)


def _not(run: _Check, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> None:
    if run.fits(value, schema["not"], path, depth):
        raise Fault("The value is what it must not be", path)


def _if(run: _Check, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> None:
    branch = "then" if run.fits(value, schema["if"], path, depth) else "else"
    if branch in schema:
        run.check(value, schema[branch], path, depth + 1)


_NUMBER = int | float
_RULES: dict[str, _Rule] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "properties": _properties,
    "required": _required,
    "patternProperties": _patterned,
    "additionalProperties": _additional,
    "propertyNames": _names,
    "dependentRequired": _dependent,
    "dependentSchemas": _dependent_schemas,
    "items": _items,
    "prefixItems": _first_items,
    "contains": _contains,
    "uniqueItems": _unique,
    "pattern": _matches,
    "multipleOf": _multiple,
    "minLength": _compare("minLength", str, len, lambda size, limit: size >= limit, "at least {} characters"),
    "maxLength": _compare("maxLength", str, len, lambda size, limit: size <= limit, "at most {} characters"),
    "minItems": _compare("minItems", list, len, lambda size, limit: size >= limit, "at least {} items"),
    "maxItems": _compare("maxItems", list, len, lambda size, limit: size <= limit, "at most {} items"),
    "minProperties": _compare("minProperties", dict, len, lambda size, limit: size >= limit, "at least {} properties"),
    "maxProperties": _compare("maxProperties", dict, len, lambda size, limit: size <= limit, "at most {} properties"),
    "minimum": _compare("minimum", _NUMBER, lambda value: value, lambda value, limit: value >= limit, "at least {}"),
    "maximum": _compare("maximum", _NUMBER, lambda value: value, lambda value, limit: value <= limit, "at most {}"),
    "exclusiveMinimum": _compare("exclusiveMinimum", _NUMBER, lambda value: value, lambda value, limit: value > limit, "more than {}"),
    "exclusiveMaximum": _compare("exclusiveMaximum", _NUMBER, lambda value: value, lambda value, limit: value < limit, "less than {}"),
    "allOf": _all,
    "anyOf": _any,
    "oneOf": _one,
    "not": _not,
    "if": _if,
}
