"""Edit a schema until an API takes it; say what could not be kept.

What an edit takes off the wire is still checked when the answer comes. A constraint that is taken off goes into the description,
so that the model knows of it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec

from llmkit.structured.compilers.limits import beyond, recursive
from llmkit.structured.compilers.rewriting import KEPT, NOTED, TooComplex, implied, noted, nullable, split, together
from llmkit.structured.compilers.rules import CONSTRAINTS, Rules
from llmkit.structured.fault import Fault
from llmkit.structured.references import pointed, resolved

MOST_DEPTH = 100


class Compiled(msgspec.Struct, frozen=True, kw_only=True):
    """The schema for the wire, and what was lost: a path and what became of it."""

    schema: dict[str, Any]
    losses: tuple[str, ...] = ()


def compile_schema(schema: dict[str, Any], rules: Rules) -> Compiled:
    """Return `schema` as the API takes it. Raises `TooComplex`. Deterministic, and the order of keys is kept."""
    if rules.as_is:
        return Compiled(schema=schema)
    compiled = _compiled(msgspec.json.encode(schema), rules)
    if isinstance(compiled, str):
        raise TooComplex(compiled)
    return compiled


@lru_cache(maxsize=256)
def _compiled(text: bytes, rules: Rules) -> Compiled | str:
    schema: dict[str, Any] = msgspec.json.decode(text)
    try:
        run = _Compiler(schema, rules)
        compiled = run.root()
    except (TooComplex, Fault) as error:
        return str(error)
    passed = beyond(compiled, rules)
    return passed or Compiled(schema=compiled, losses=tuple(run.losses))


class _Compiler:
    def __init__(self, schema: dict[str, Any], rules: Rules) -> None:
        self.source = schema
        self.rules = rules
        self.losses: dict[str, None] = {}

    def root(self) -> dict[str, Any]:
        definitions = {f"#/{word}/{name}": inner for word in ("$defs", "definitions") for name, inner in self.source.get(word, {}).items()}
        if not self.rules.references and recursive(self.source):
            raise TooComplex("it refers to itself")
        body = {key: value for key, value in self.source.items() if key not in ("$defs", "definitions")}
        compiled = self.node(body, "$", 0)
        if self.rules.references and definitions:
            for word in ("$defs", "definitions"):
                if word in self.source:
                    compiled[word] = {name: self.node(inner, f"{word}.{name}", 0) for name, inner in self.source[word].items()}
        return compiled

    def lost(self, path: str, what: str) -> None:
        self.losses[f"{path}: {what}"] = None

    def node(self, schema: Any, path: str, depth: int) -> dict[str, Any]:
        if depth > MOST_DEPTH:
            raise TooComplex("it is too deep")
        if schema is True or schema == {}:
            if self.rules.untyped:
                return {}
            raise TooComplex(f"{path} may be anything")
        if not isinstance(schema, dict):
            raise TooComplex(f"{path} may be nothing")
        if "$ref" in schema:
            return self._reference(schema, path, depth)
        schema = self._simplified(schema, path)
        if isinstance(schema.get("type"), list) and (not self.rules.type_lists or self._structured(schema)):
            return self.node(split(schema), path, depth + 1)
        made = {key: schema[key] for key in KEPT if key in schema}
        notes = {key: schema[key] for key in NOTED if schema.get(key) is not None}
        if "type" in schema:
            made["type"] = schema["type"]
        self._values(schema, made, notes, path)
        self._branches(schema, made, path, depth)
        if schema.get("type") == "object":
            self._object(schema, made, path, depth)
        if schema.get("type") == "array":
            self._array(schema, made, path, depth)
        self._constraints(schema, made, notes, path)
        if not self.rules.untyped and made.keys().isdisjoint(("type", "anyOf", "oneOf", "allOf", "enum", "const")):
            raise TooComplex(f"{path} may be anything")
        return self._null(noted(made, notes))

    def _structured(self, schema: dict[str, Any]) -> bool:
        return "object" in schema["type"] or "array" in schema["type"]

    def _reference(self, schema: dict[str, Any], path: str, depth: int) -> dict[str, Any]:
        reference = schema["$ref"]
        beside = {key: value for key, value in schema.items() if key not in ("$ref", "title") and not (key == "default" and value is None)}
        if self.rules.references and (not beside or self.rules.words_beside_references):
            pointed(reference, self.source)
            return {"$ref": reference, **beside}
        if recursive(self.source):
            if self.rules.references and beside.keys() <= {"description", "default", "examples"}:
                return {"$ref": reference}  # only words are lost: what they describe is described behind the reference
            raise TooComplex("it refers to itself")
        return self.node({**resolved({"$ref": reference}, self.source), **beside}, path, depth + 1)

    def _simplified(self, schema: dict[str, Any], path: str) -> dict[str, Any]:
        """Say in other words what the API does not know: `allOf` of one, `oneOf`, a type that is only implied."""
        rules = self.rules
        if "allOf" in schema and not rules.all_of:
            schema = self._merged(schema, path)
        if "oneOf" in schema and not rules.one_of:
            if "anyOf" in schema:
                raise TooComplex(f"{path} has alternatives of two kinds")
            if "discriminator" not in schema:
                self.lost(path, "oneOf became anyOf")
            schema = {("anyOf" if key == "oneOf" else key): value for key, value in schema.items()}
        if "type" not in schema:
            kind = implied(schema)
            if kind and "enum" not in schema and "const" not in schema:
                self.lost(path, f"it is taken to be an {kind}")
            schema = {"type": kind, **schema} if kind else schema
        return schema

    def _merged(self, schema: dict[str, Any], path: str) -> dict[str, Any]:
        merged = {key: value for key, value in schema.items() if key != "allOf"}
        for part in schema["allOf"]:
            plain = resolved(part, self.source)
            if not isinstance(plain, dict) or (len(schema["allOf"]) > 1 and recursive(self.source)):
                raise TooComplex(f"{path} combines schemas")
            merged = together(merged, plain, path)
        return merged

    def _values(self, schema: dict[str, Any], made: dict[str, Any], notes: dict[str, Any], path: str) -> None:
        if "const" in schema and self.rules.const:
            made["const"] = schema["const"]
        values = schema.get("enum", [schema["const"]] if "const" in schema else [])
        if not values or "const" in made:
            return
        if self.rules.plain_enums and any(isinstance(value, bool) or not isinstance(value, str | int | float) for value in values):
            if any(value is not None for value in values):
                notes["one of" if len(values) > 1 else "always"] = values if len(values) > 1 else values[0]
                self.lost(path, "the allowed values are not enforced")
            return
        made["enum"] = values

    def _branches(self, schema: dict[str, Any], made: dict[str, Any], path: str, depth: int) -> None:
        for word in ("anyOf", "oneOf", "allOf"):
            if word in schema:
                made[word] = [self.node(inner, f"{path}.{word}[{place}]", depth + 1) for place, inner in enumerate(schema[word])]

    def _object(self, schema: dict[str, Any], made: dict[str, Any], path: str, depth: int) -> None:
        rules, known = self.rules, schema.get("properties", {})
        required = [name for name in schema.get("required", ()) if name in known]
        others = schema.get("additionalProperties", True)
        if not rules.maps and not known and (others is not False or "patternProperties" in schema):
            raise TooComplex(f"{path} has properties with free names")
        properties = {name: self.node(inner, f"{path}.{name}", depth + 1) for name, inner in known.items()}
        if rules.all_required:
            properties = {name: inner if name in required else nullable(inner, self.source) for name, inner in properties.items()}
            required = list(properties)
        if rules.some_required and not required:
            raise TooComplex(f"{path} has no required property")
        made["properties"] = properties
        if required or rules.all_required:
            made["required"] = required
        if rules.maps and not (rules.closed and known):
            if "additionalProperties" in schema:
                made["additionalProperties"] = others if isinstance(others, bool) else self.node(others, f"{path}.*", depth + 1)
            if "patternProperties" in schema:
                self.lost(path, "patternProperties are not enforced")
        else:
            if "additionalProperties" in schema and others is not False:
                self.lost(path, "further properties are not possible")
            if rules.closed:
                made["additionalProperties"] = False

    def _array(self, schema: dict[str, Any], made: dict[str, Any], path: str, depth: int) -> None:
        first = schema.get("prefixItems", [])
        if first and not self.rules.tuples:
            inner = [*first, *([schema["items"]] if isinstance(schema.get("items"), dict) else [])]
            self.lost(path, "the order of its items is not enforced")
            distinct = [one for place, one in enumerate(inner) if one not in inner[:place]]
            made["items"] = self.node(distinct[0] if len(distinct) == 1 else {"anyOf": distinct}, f"{path}[]", depth + 1)
            return
        if first:
            made["prefixItems"] = [self.node(inner, f"{path}[{place}]", depth + 1) for place, inner in enumerate(first)]
        if isinstance(schema.get("items"), dict) or (not first and not self.rules.untyped):
            made["items"] = self.node(schema.get("items", True), f"{path}[]", depth + 1)

    def _constraints(self, schema: dict[str, Any], made: dict[str, Any], notes: dict[str, Any], path: str) -> None:
        rules = self.rules
        for keyword, value in schema.items():
            fits = keyword in rules.constraints and not (
                keyword == "minItems" and rules.most_min_items is not None and value > rules.most_min_items
            )
            if keyword == "format":
                fits = rules.formats is None or value in rules.formats
            elif keyword not in CONSTRAINTS:
                continue
            if fits:
                made[keyword] = value
            else:
                notes[keyword] = value
                self.lost(path, f"{keyword} is not enforced")

    def _null(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Say null as the API does."""
        if not self.rules.nullable or "anyOf" not in schema:
            return schema
        others = [branch for branch in schema["anyOf"] if branch.get("type") != "null"]
        if len(others) == len(schema["anyOf"]):
            return schema
        rest = {key: value for key, value in schema.items() if key != "anyOf"}
        return {**others[0], **rest, "nullable": True} if len(others) == 1 else {**rest, "anyOf": others, "nullable": True}
