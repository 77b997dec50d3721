"""What each API takes of JSON Schema. Facts from the APIs' documentation and SDKs, read 2026-11, unless a line says otherwise."""

from __future__ import annotations

import msgspec

from llmkit.errors import ConfigurationError

NUMBERS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
LENGTHS = frozenset({"minLength", "maxLength"})
COUNTS = frozenset({"minItems", "maxItems"})
OTHERS = frozenset(
    {
        "pattern",
        "uniqueItems",
        "contains",
        "minContains",
        "maxContains",
        "minProperties",
        "maxProperties",
        "propertyNames",
        "dependentRequired",
        "dependentSchemas",
        "not",
        "if",
        "then",
        "else",
    }
)
CONSTRAINTS = NUMBERS | LENGTHS | COUNTS | OTHERS
"""Keywords that say which values are valid, beside structure, types, enumerations and formats."""


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """One API's subset. The defaults take everything; what a rule forbids is edited out, or makes the schema too complex."""

    as_is: bool = False
    """Nothing is edited."""
    strict: bool | None = None
    """The flag that asks the API to enforce the schema, where it has one."""
    closed: bool = False
    """Every object must say `additionalProperties: false`."""
    all_required: bool = False
    """Every property must be required: an optional one may be null instead."""
    some_required: bool = False
    """Every object needs one required property."""
    constraints: frozenset[str] = CONSTRAINTS
    most_min_items: int | None = None
    formats: frozenset[str] | None = None
    references: bool = True
    words_beside_references: bool = False
    recursion: bool = True
    type_lists: bool = True
    nullable: bool = False
    """Null is said by `nullable: true`."""
    const: bool = True
    plain_enums: bool = False
    """Only texts and numbers in `enum`."""
    one_of: bool = False
    all_of: bool = False
    tuples: bool = False
    maps: bool = True
    """Objects with free names; `additionalProperties` may be said."""
    untyped: bool = True
    most_depth: int | None = None
    most_properties: int | None = None
    most_optional: int | None = None
    most_unions: int | None = None
    most_branches: int | None = None
    most_enum_values: int | None = None
    most_name_characters: int | None = None
    most_bytes: int | None = None
    option: tuple[str, ...] = ()
    """An option of the request that is switched on with such a schema: dialect, and the way to it."""


# "Supported schemas" of the structured outputs guide. Hosts that copy the API enforce the same or a wider subset.
STRICT = Rules(
    strict=True,
    closed=True,
    all_required=True,
    constraints=NUMBERS | COUNTS | {"pattern"},
    formats=frozenset({"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"}),
    maps=False,
    untyped=False,
    most_depth=10,
    most_properties=5000,
    most_enum_values=1000,
    most_name_characters=120_000,
)
# A narrower form of it: no constraints at all, `anyOf` of five at most instead of lists of types, a small schema.
STRICT_SMALL = msgspec.structs.replace(
    STRICT,
    constraints=frozenset(),
    formats=frozenset(),
    recursion=False,
    type_lists=False,
    most_properties=500,
    most_branches=5,
    most_enum_values=500,
    most_bytes=5000,
)
# The SDK's `transform_schema`; the limits of 24 and 16 stand in the API's own error messages, seen 2026-08.
GRAMMAR = Rules(
    closed=True,
    constraints=frozenset({"minItems"}),
    most_min_items=1,
    formats=frozenset({"date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"}),
    recursion=False,
    all_of=True,
    maps=False,
    untyped=False,
    most_optional=24,
    most_unions=16,
)
# `GenerationConfig.responseJsonSchema` in the API reference: cycles only unrolled, nothing beside `$ref`.
JSON_SUBSET = Rules(
    constraints=COUNTS | {"minimum", "maximum"},
    formats=frozenset({"date-time", "date", "time", "duration"}),
    recursion=False,
    const=False,
    plain_enums=True,
    tuples=True,
)
# `Schema` in the SDK's types: an OpenAPI object, in the older field.
OPENAPI = Rules(
    constraints=COUNTS | LENGTHS | {"minimum", "maximum", "pattern", "minProperties", "maxProperties"},
    formats=frozenset({"date-time", "date", "time", "duration", "email", "float", "double", "int32", "int64"}),
    references=False,
    recursion=False,
    type_lists=False,
    nullable=True,
    const=False,
    plain_enums=True,
    maps=False,
    untyped=False,
    option=("gemini", "generationConfig", "openapi"),
)
# "Unsupported schema features": composition but `anyOf`, ranges, lengths, counts.
ONE_REQUIRED = Rules(
    some_required=True,
    constraints=frozenset({"pattern"}),
    formats=frozenset({"date-time", "date", "time", "uuid"}),
    untyped=False,
)
# The SDK's `rec_strict_json_schema` closes objects and edits nothing else.
CLOSED = Rules(strict=True, closed=True, words_beside_references=True, one_of=True, all_of=True, tuples=True)
OPEN = Rules(as_is=True)

RULES: dict[str, Rules] = {
    "anthropic": GRAMMAR,
    "bedrock_converse": GRAMMAR,
    "cohere": ONE_REQUIRED,
    "gemini": JSON_SUBSET,
    "gemini_interactions": JSON_SUBSET,
    "mistral": CLOSED,
    "ollama": OPEN,
    "openai_chat": STRICT,
    "openai_responses": STRICT,
    "strict": STRICT,
    "strict_small": STRICT_SMALL,
    "openapi": OPENAPI,
    "closed": CLOSED,
    "open": OPEN,
}
"""By dialect, and by the names that `Profile.schema_rules` may hold."""


def rules_for(name: str, dialect: str) -> Rules:
    """Return the rules `name`, or else those of `dialect`. Raises `ConfigurationError` for an unknown name."""
    if name and name not in RULES:
        raise ConfigurationError(f"Unknown schema rules {name!r}.", parameter="schema_rules", hint=f"Known: {', '.join(RULES)}.")
    return RULES.get(name or dialect, STRICT)
