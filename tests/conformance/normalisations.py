"""The differences between a recorded request and ours that mean nothing: each with its reason, each applied to both sides."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.conformance import responses_bodies
from tests.conformance.vendor_bodies import drop_false_prefix, drop_known_names, drop_nothing_said, newer_names, sound_as_text

Json = Any


@dataclass(frozen=True)
class Normalisation:
    """One difference without meaning. `apply` changes a copy of the body in place."""

    name: str
    dialects: tuple[str, ...]
    reason: str
    apply: Callable[[dict[str, Any]], None]


def normalised(dialect: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return `body` without the differences that mean nothing."""
    copy: dict[str, Any] = _copy(body)
    for normalisation in NORMALISATIONS:
        if dialect in normalisation.dialects:
            normalisation.apply(copy)
    return copy


def first_difference(expected: Json, found: Json, path: str = "") -> str | None:
    """Return where and how two JSON values differ; None where they are equal."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in [*expected, *(name for name in found if name not in expected)]:
            here = f"{path}.{name}" if path else name
            if name not in found:
                return f"{here} was lost: {str(expected[name])[:60]}"
            if name not in expected:
                return f"{here} was added: {str(found[name])[:60]}"
            if difference := first_difference(expected[name], found[name], here):
                return difference
        return None
    if isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            return f"{path} has {len(expected)} items, ours {len(found)}"
        pairs = enumerate(zip(expected, found, strict=True))
        return next((text for index, (left, right) in pairs if (text := first_difference(left, right, f"{path}[{index}]"))), None)
    if expected != found or isinstance(expected, bool) != isinstance(found, bool):
        return f"{path}: {str(expected)[:60]!r} became {str(found)[:60]!r}"
    return None


def _copy(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _copy(item) for name, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


# User data: names inside are not the format's.
_OPAQUE = {"args", "response", "parametersJsonSchema", "parameters_json_schema", "responseJsonSchema", "response_json_schema", "labels"}
_NAMED = {"properties", "$defs", "definitions"}
"""Objects whose keys are the user's and whose values are schemas."""


def _camel_case(value: Json, *, named: bool = False) -> Json:
    if isinstance(value, list):
        return [_camel_case(item) for item in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Json] = {}
    for name, item in value.items():
        spelled = name if named else re.sub(r"(?<=[a-z0-9])_([a-z0-9])", lambda match: match.group(1).upper(), name)
        found[spelled] = item if spelled in _OPAQUE and not named else _camel_case(item, named=not named and name in _NAMED)
    return found


def _camel_case_body(body: dict[str, Any]) -> None:
    changed = _camel_case(body)
    body.clear()
    body.update(changed)


def _drop_model(body: dict[str, Any]) -> None:
    body.pop("model", None)


def _drop_absent(value: Json) -> None:
    """Drop nulls and empty lists, outside of user data."""
    if isinstance(value, list):
        for item in value:
            _drop_absent(item)
    elif isinstance(value, dict):
        for name in [name for name, item in value.items() if item is None or item == []]:
            del value[name]
        for name, item in value.items():
            if name not in _OPAQUE:
                _drop_absent(item)


def _drop_empty_config(body: dict[str, Any]) -> None:
    if body.get("generationConfig") == {}:
        del body["generationConfig"]


def _one_as_list(body: dict[str, Any]) -> None:
    for name in ("tools", "contents"):
        if isinstance(body.get(name), dict):
            body[name] = [body[name]]
    for content in [*body.get("contents", ()), body.get("systemInstruction")]:
        if isinstance(content, dict) and isinstance(content.get("parts"), dict):
            content["parts"] = [content["parts"]]


def _drop_false_stream(body: dict[str, Any]) -> None:
    if body.get("stream") is False:
        del body["stream"]


def _drop_empty_model(body: dict[str, Any]) -> None:
    if not body.get("model"):
        body.pop("model", None)


def _drop_empty_content(body: dict[str, Any]) -> None:
    for message in body.get("messages", ()):
        if message.get("tool_calls") and message.get("content") in (None, "", []):
            message.pop("content", None)


def _text_as_string(body: dict[str, Any]) -> None:
    for message in body.get("messages", ()):
        match message.get("content"):
            case [{"type": "text", "text": str(text), **others}] if not others:
                message["content"] = text


def _drop_null_settings(body: dict[str, Any]) -> None:
    calls = [call for message in body.get("messages", ()) for call in message.get("tool_calls") or () if isinstance(call, dict)]
    functions = [call["function"] for call in calls if isinstance(call.get("function"), dict)]
    for owner in (body, *body.get("messages", ()), *calls, *functions):
        for name in [name for name, value in owner.items() if value is None and name != "content"]:
            del owner[name]


def _drop_empty_settings(body: dict[str, Any]) -> None:
    for owner, name in ((body, "stop"), (body, "tools"), *((message, "tool_calls") for message in body.get("messages", ()))):
        if owner.get(name) == []:
            del owner[name]
    if body.get("stream_options") == {"include_usage": False} or not body.get("stream"):
        body.pop("stream_options", None)


def _whole_tools(body: dict[str, Any]) -> None:
    for tool in body.get("tools", ()):
        if "function" in tool:
            tool.setdefault("type", "function")
            if not tool["function"].get("parameters"):
                tool["function"]["parameters"] = {"type": "object", "properties": {}}
    for message in body.get("messages", ()):
        for call in message.get("tool_calls", ()):
            if "function" in call:
                call.setdefault("type", "function")
    if isinstance(body.get("tool_choice"), dict) and "function" in body["tool_choice"]:
        body["tool_choice"].setdefault("type", "function")


def _one_spelling(body: dict[str, Any]) -> None:
    if isinstance(body.get("stop"), str):
        body["stop"] = [body["stop"]]
    for message in body.get("messages", ()):
        for call in message.get("tool_calls", ()):
            function = call.get("function")
            if isinstance(function, dict) and isinstance(function.get("arguments"), dict):
                function["arguments"] = json.dumps(function["arguments"], separators=(",", ":"), ensure_ascii=False)
        for part in message["content"] if isinstance(message.get("content"), list) else ():
            if isinstance(part, dict) and isinstance(part.get("image_url"), str):
                part["image_url"] = {"url": part["image_url"]}


def _named_schema(body: dict[str, Any]) -> None:
    schema = (body.get("response_format") or {}).get("json_schema")
    if isinstance(schema, dict) and not schema.get("name"):
        schema["name"] = "output"


def _required(body: dict[str, Any]) -> None:
    if body.get("tool_choice") == "any":
        body["tool_choice"] = "required"


def _schema_text(body: dict[str, Any]) -> None:
    match body.get("outputConfig"):
        case {"textFormat": {"structure": {"jsonSchema": {"schema": str(text)} as named}}}:
            named["schema"] = json.loads(text)


def _drop_empty_converse(body: dict[str, Any]) -> None:
    body.pop("modelId", None)
    for name in ("system", "inferenceConfig", "additionalModelRequestFields", "toolConfig"):
        if body.get(name) in ([], {}, None):
            body.pop(name, None)
    config = body.get("inferenceConfig")
    if isinstance(config, dict) and config.get("stopSequences") == []:
        del config["stopSequences"]


NORMALISATIONS: tuple[Normalisation, ...] = (
    Normalisation(
        "not streaming is the default",
        ("openai_responses", "openai_chat", "anthropic", "mistral", "cohere"),
        "`stream: false` says what its absence says.",
        _drop_false_stream,
    ),
    Normalisation(
        "null says nothing",
        ("openai_responses",),
        "A setting, or a field of an item, that is null asks for the default, as does its absence.",
        responses_bodies.drop_nulls,
    ),
    Normalisation(
        "a default is absent",
        ("openai_responses",),
        "The server keeps a response unless it is told not to; no tools and nothing to include are the defaults.",
        responses_bodies.drop_defaults,
    ),
    Normalisation(
        "messages have short spellings",
        ("openai_responses",),
        "A text as input is one message of the user's, an item with a role is a message, a text as content is one content.",
        responses_bodies.messages_as_items,
    ),
    Normalisation(
        "a function has parameters",
        ("openai_responses",),
        "Without `parameters` a function takes none; we write it out.",
        responses_bodies.whole_tools,
    ),
    Normalisation(
        "the user has two names",
        ("openai_responses",),
        "`user` is the deprecated name of `safety_identifier`.",
        responses_bodies.one_name_for_the_user,
    ),
    Normalisation(
        "include is a set",
        ("openai_responses",),
        "What to include is named in any order.",
        responses_bodies.sorted_include,
    ),
    Normalisation(
        "the model may stand in the address",
        ("openai_chat", "mistral"),
        "Hosts with a deployment in the URL need no model in the body, or take an empty one.",
        _drop_empty_model,
    ),
    Normalisation(
        "a turn that only calls tools has no words",
        ("openai_chat", "mistral", "cohere", "ollama"),
        "null, an empty text, an empty list and absence all say so.",
        _drop_empty_content,
    ),
    Normalisation(
        "one text part is a text",
        ("openai_chat", "mistral", "cohere"),
        "The API takes a message's content as a string or as a list with one bare text part.",
        _text_as_string,
    ),
    Normalisation(
        "null is absent",
        ("openai_chat", "mistral", "cohere", "ollama"),
        "A setting or a field of a message that is null asks for the default, as does its absence.",
        _drop_null_settings,
    ),
    Normalisation(
        "an empty setting is absent",
        ("openai_chat", "mistral", "cohere", "ollama"),
        "No stop sequences, tools, calls or usage in the stream are the defaults; what does not stream needs no options for it.",
        _drop_empty_settings,
    ),
    Normalisation(
        "a tool is a function and has parameters",
        ("openai_chat", "mistral", "cohere", "ollama"),
        "`type: function` is the only type of an object with `function`; without `parameters` a function takes none. We write both out.",
        _whole_tools,
    ),
    Normalisation(
        "short spellings",
        ("openai_chat", "mistral"),
        "A single stop sequence is a list of one; some hosts take arguments as an object and an image's address as a string, and take the "
        "documented JSON text and `{url}` too.",
        _one_spelling,
    ),
    Normalisation(
        "a schema has a name",
        ("openai_chat", "mistral"),
        "The API demands a name that some hosts do not; it says nothing to the model. We send `output` where there is none.",
        _named_schema,
    ),
    Normalisation(
        "any is required",
        ("openai_chat", "mistral"),
        "One host's word for the tool choice `required`; its row spells it so again.",
        _required,
    ),
    Normalisation(
        "a result names its tool",
        ("mistral",),
        "A tool message that names its call needs no name of the tool; we send the name that the call has.",
        drop_known_names,
    ),
    Normalisation(
        "sound is its bytes",
        ("mistral",),
        "The API takes base64 text as documented, and the other vendor's object with `data` and `format` too.",
        sound_as_text,
    ),
    Normalisation(
        "settings that set nothing",
        ("ollama",),
        "An empty `options`, a null inside it, an empty `format`, `tool_name` or `content` ask for the same as their absence.",
        drop_nothing_said,
    ),
    Normalisation(
        "older names",
        ("cohere",),
        "The API takes its tool choices in small letters, `json_schema` as a format's type and `schema` as the schema's name, too; "
        "empty words beside tool calls and empty citations say nothing.",
        newer_names,
    ),
    Normalisation(
        "a last answer is a beginning",
        ("mistral",),
        "`prefix: false` says what its absence says.",
        drop_false_prefix,
    ),
    Normalisation(
        "one spelling of names",
        ("gemini",),
        "The API takes every field in camelCase and in snake_case (the JSON mapping of Protocol Buffers); we send camelCase.",
        _camel_case_body,
    ),
    Normalisation(
        "the model stands in the path",
        ("gemini",),
        "Some clients repeat the model in the body, where the API ignores it.",
        _drop_model,
    ),
    Normalisation(
        "null and [] are absent",
        ("gemini",),
        "In the JSON mapping of Protocol Buffers null and an empty list mean that the field is not set.",
        _drop_absent,
    ),
    Normalisation(
        "an empty configuration is absent",
        ("gemini",),
        "A generationConfig that sets nothing asks for the defaults, as does none.",
        _drop_empty_config,
    ),
    Normalisation(
        "one item is a list of one",
        ("gemini",),
        "Where the API wants a list of contents, parts or tools it takes a single object too.",
        _one_as_list,
    ),
    Normalisation(
        "a schema's text is JSON",
        ("bedrock_converse",),
        "The schema is a text, whose white space means nothing.",
        _schema_text,
    ),
    Normalisation(
        "what is empty says nothing",
        ("bedrock_converse",),
        "No instructions, limits or stop sequences are the defaults; the model stands in the path.",
        _drop_empty_converse,
    ),
)
