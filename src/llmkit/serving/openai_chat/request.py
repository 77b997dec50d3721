"""Parse a client's request body: the reverse of the dialect's `encode`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmkit.dialects.openai_chat.encode import PLAIN_FIELDS
from llmkit.serving.openai_chat.messages import messages
from llmkit.serving.openai_chat.reading import Object, a_text, an_object, invalid, mark_of, options_of
from llmkit.serving.openai_chat.thinking import thinking
from llmkit.serving.openai_chat.tools import choice, tools
from llmkit.types.requests import CompletionRequest, OutputFormat

_NUMBERS = frozenset({"temperature", "top_p", "min_p", "frequency_penalty", "presence_penalty", "repetition_penalty"})
_COUNTS = frozenset({"top_k", "seed", "top_logprobs", "n"})
_TEXTS = frozenset({"user", "service_tier", "verbosity"})
_LIMITS = ("max_completion_tokens", "max_tokens")
SERVING = "serving"
"""The options that say how the client wants to be answered: no dialect and no provider reads them."""
INCLUDE_USAGE = "include_usage"


def parse_request(body: dict[str, Any], *, path: str = "", headers: Mapping[str, str] = {}) -> CompletionRequest:
    """Return the request in `body`. Raises `InvalidRequest` naming the field that is wrong.

    Whether to stream is the server's business. What has no type of its own is kept in the options of this dialect; null says nothing.
    """
    rest = {key: value for key, value in an_object(body, "body").items() if value is not None}
    model = a_text(rest.pop("model", ""), "model")
    fields: Object = {"messages": messages(rest.pop("messages", None)), "tools": tools(rest.pop("tools", None))}
    stream = rest.pop("stream", False)
    if not isinstance(stream, bool):
        invalid("stream", "true or false")
    wanted = stream and _takes_usage(rest)
    _choose(rest, fields)
    _form(rest, fields)
    fields["reasoning"] = thinking(rest)
    _limit(rest, fields)
    for name in PLAIN_FIELDS:
        if name in rest and _is_plain(name, rest[name]):
            fields[name] = rest.pop(name)
    _lists(rest, fields)
    if isinstance(rest.get("audio"), dict):
        fields["voice"] = rest.pop("audio")
    mark = mark_of(rest.get("cache_control"))
    if mark is not None:
        fields["cache"] = mark
        del rest["cache_control"]
    options = options_of(rest)
    return CompletionRequest(model=model, options={**options, SERVING: {INCLUDE_USAGE: True}} if wanted else options, **fields)


def _takes_usage(rest: Object) -> bool:
    """Tell whether the client wants the usage in its stream; upstream it is asked for anyway."""
    options = rest.get("stream_options")
    if not isinstance(options, dict):
        return False
    if options.keys() == {INCLUDE_USAGE}:
        del rest["stream_options"]
    return options.get(INCLUDE_USAGE) is True


def _choose(rest: Object, fields: Object) -> None:
    if "tool_choice" in rest:
        found = choice(rest["tool_choice"])
        if found is not None:
            fields["tool_choice"] = found
            del rest["tool_choice"]
    parallel = rest.pop("parallel_tool_calls", None)
    if parallel is not None and not isinstance(parallel, bool):
        invalid("parallel_tool_calls", "true or false")
    fields["parallel_tool_calls"] = parallel


def _form(rest: Object, fields: Object) -> None:
    """Read the output's form; a shape of one host's own is kept as it is beside what could be read of it."""
    if "response_format" not in rest:
        return
    wire = an_object(rest["response_format"], "response_format")
    inner = wire.get("json_schema")
    kind = wire.get("type")
    if kind in ("text", "json_object") and wire.keys() == {"type"}:
        fields["output"] = OutputFormat(kind=kind)
        del rest["response_format"]
        return
    if kind == "json_schema" and isinstance(inner, dict):
        known = {key: value for key, value in inner.items() if value is not None}
        fields["output"] = OutputFormat(
            schema=inner["schema"] if isinstance(inner.get("schema"), dict) else None,
            name=inner.get("name"),
            description=inner.get("description"),
            strict=inner.get("strict"),
        )
        if wire.keys() == {"type", "json_schema"} and "schema" in known and not known.keys() - {"schema", "name", "description", "strict"}:
            del rest["response_format"]
        return
    schema = wire.get("schema") or wire.get("value")
    if isinstance(schema, dict):
        fields["output"] = OutputFormat(schema=schema)


def _limit(rest: Object, fields: Object) -> None:
    for name in _LIMITS:
        if name in rest and "max_tokens" not in fields:
            value = rest.pop(name)
            if not isinstance(value, int) or isinstance(value, bool):
                invalid(name, "a whole number")
            fields["max_tokens"] = value


def _is_plain(name: str, value: Any) -> bool:
    """Tell whether a field has the type that ours has. Raises where no server could read it."""
    if name in _NUMBERS or name in _COUNTS:
        if not isinstance(value, int | float) or isinstance(value, bool):
            invalid(name, "a number")
        return name in _NUMBERS or isinstance(value, int)
    if name in _TEXTS:
        return isinstance(a_text(value, name), str)
    if name in ("logprobs", "store"):
        return isinstance(value, bool)
    wire = an_object(value, name)
    kinds: type = str if name == "metadata" else object
    return all(isinstance(item, kinds) for item in wire.values())


def _lists(rest: Object, fields: Object) -> None:
    stop = rest.pop("stop", ())
    found = (stop,) if isinstance(stop, str) else stop
    if not isinstance(found, list | tuple) or not all(isinstance(word, str) for word in found):
        invalid("stop", "text or a list of texts")
    fields["stop"] = tuple(found)
    kinds = rest.pop("modalities", ())
    if not isinstance(kinds, list | tuple) or not all(isinstance(kind, str) for kind in kinds):
        invalid("modalities", "a list of texts")
    fields["modalities"] = tuple(kinds)
