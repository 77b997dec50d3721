"""Arbitrary JSON values, and arbitrary JSON Schemas with the vocabulary for validation."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

TEXT = st.text(alphabet='ab"\\/é😀\n{}[],: ', max_size=6)
NUMBERS = st.integers(-5, 5) | st.sampled_from([0.5, 1.0, -2.5, 2.0])
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "b", "c", "é"]), inner, max_size=3),
    max_leaves=12,
)
_SMALL = st.integers(0, 3)
_KEYWORDS: dict[str, Any] = {
    "minLength": _SMALL,
    "maxLength": _SMALL,
    "minItems": _SMALL,
    "maxItems": _SMALL,
    "minProperties": _SMALL,
    "maxProperties": _SMALL,
    "minimum": NUMBERS,
    "maximum": NUMBERS,
    "exclusiveMinimum": NUMBERS,
    "exclusiveMaximum": NUMBERS,
    "multipleOf": st.sampled_from([1, 2, 0.5]),
    "uniqueItems": st.booleans(),
    "pattern": st.sampled_from(["^a", "b$", "[ab]+"]),
    "enum": st.lists(VALUES, min_size=1, max_size=3),
    "const": VALUES,
    "required": st.lists(st.sampled_from(["a", "b"]), max_size=2, unique=True),
    "dependentRequired": st.dictionaries(
        st.sampled_from(["a", "b"]), st.lists(st.sampled_from(["b", "c"]), max_size=2, unique=True), max_size=1
    ),
    "type": st.sampled_from(
        ["object", "array", "string", "number", "integer", "boolean", "null", ["string", "null"], ["array", "integer"]]
    ),
    "minContains": _SMALL,
    "maxContains": _SMALL,
}


def _schema(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    parts = inner | st.booleans()
    some = st.lists(parts, min_size=1, max_size=2)
    named = st.dictionaries(st.sampled_from(["a", "b"]), parts, max_size=2)
    words = {
        **_KEYWORDS,
        **dict.fromkeys(("anyOf", "oneOf", "allOf", "prefixItems"), some),
        **dict.fromkeys(("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"), parts),
        **dict.fromkeys(("properties", "dependentSchemas"), named),
        "patternProperties": st.dictionaries(st.sampled_from(["^a", "b"]), parts, max_size=1),
        "$ref": st.sampled_from(["#/$defs/x", "#/$defs/y"]),
    }
    return st.fixed_dictionaries({}, optional=words)


_LEAVES = st.fixed_dictionaries({}, optional={"type": _KEYWORDS["type"], "const": VALUES})
SCHEMAS: st.SearchStrategy[dict[str, Any]] = st.builds(
    lambda body, x, y: {**body, "$defs": {"x": x, "y": y}}, st.recursive(_LEAVES, _schema, max_leaves=6), _LEAVES, _LEAVES
)
