"""A client's Responses body into a `CompletionRequest`: encoding it again gives the same body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmkit.dialects.openai_responses.conversation import INSTRUCTIONS
from llmkit.dialects.openai_responses.encode import LOGPROBS
from llmkit.serving.openai_chat.reading import Object, an_object, invalid
from llmkit.serving.openai_responses.items import messages_of
from llmkit.serving.openai_responses.reading import options_of
from llmkit.serving.openai_responses.tools import choice_of, tools_of
from llmkit.types.messages import Message
from llmkit.types.parts import CacheMark
from llmkit.types.requests import EFFORTS, CompletionRequest, OutputFormat, ReasoningOptions

_SCHEMA = frozenset({"type", "name", "schema", "description", "strict"})
_PLAIN: dict[str, tuple[str, tuple[type, ...], str]] = {
    "temperature": ("temperature", (int, float), "a number"),
    "top_p": ("top_p", (int, float), "a number"),
    "max_output_tokens": ("max_tokens", (int,), "a whole number"),
    "top_logprobs": ("top_logprobs", (int,), "a whole number"),
    "service_tier": ("service_tier", (str,), "text"),
    "store": ("store", (bool,), "true or false"),
    "parallel_tool_calls": ("parallel_tool_calls", (bool,), "true or false"),
}
"""Wire field to ours, with the types it may have."""


def parse_request(body: dict[str, Any], /, *, path: str = "", headers: Mapping[str, str] = {}) -> CompletionRequest:
    """Return the request in `body`. Raises `InvalidRequest` naming the field that is malformed.

    A client that does not say `store` asks for the format's default, which is to keep the response.
    """
    rest = {name: value for name, value in an_object(body, "body").items() if value is not None}
    fields: Object = {"store": True, "tools": tools_of(rest.pop("tools", None))}
    model = rest.pop("model", "")
    if not isinstance(model, str):
        invalid("model", "text")
    messages = messages_of(rest.pop("input", None))
    if isinstance(rest.get("instructions"), str):
        options = options_of({INSTRUCTIONS: True})
        messages = (Message.system(rest.pop("instructions")).replace(options=options), *messages)
    if not isinstance(rest.pop("stream", False), bool):
        invalid("stream", "true or false")
    for name, (ours, kinds, wanted) in _PLAIN.items():
        if name in rest:
            value = rest.pop(name)
            if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
                invalid(name, wanted)
            fields[ours] = value
    if "tool_choice" in rest and (choice := choice_of(rest["tool_choice"], fields["tools"])) is not None:
        fields["tool_choice"] = choice
        del rest["tool_choice"]
    _text(rest, fields)
    _reasoning(rest, fields)
    _user(rest, fields)
    _include(rest, fields)
    _cache(rest, fields)
    metadata = rest.get("metadata")
    if isinstance(metadata, dict) and all(isinstance(value, str) for value in metadata.values()):
        fields["metadata"] = rest.pop("metadata")
    return CompletionRequest(model=model, messages=messages, options=options_of(rest), **fields)


def streams(body: dict[str, Any], /, *, path: str = "") -> bool:
    """Say whether the client asks for a stream."""
    return body.get("stream") is True


def _text(rest: Object, fields: Object) -> None:
    """Read the form of the answer; what we have no word for stays."""
    text = rest.get("text")
    if text is None:
        return
    left = dict(an_object(text, "text"))
    if isinstance(left.get("verbosity"), str):
        fields["verbosity"] = left.pop("verbosity")
    form = left["format"] if isinstance(left.get("format"), dict) else {}
    match form:
        case {"type": "text" | "json_object" as kind, **more} if not more:
            fields["output"] = OutputFormat(kind=kind)
            del left["format"]
        case {"type": "json_schema", "schema": dict(schema), "name": str(name)} if not form.keys() - _SCHEMA:
            fields["output"] = OutputFormat(schema=schema, name=name, description=form.get("description"), strict=form.get("strict"))
            del left["format"]
    del rest["text"]
    if left:
        rest["text"] = left


def _reasoning(rest: Object, fields: Object) -> None:
    wire = rest.get("reasoning")
    if wire is None:
        return
    left = {name: value for name, value in an_object(wire, "reasoning").items() if value is not None}
    typed: Object = {}
    if isinstance(left.get("effort"), str) and left["effort"] in EFFORTS:
        typed["effort"] = left.pop("effort")
    if isinstance(left.get("summary"), str):
        typed["summary"] = left.pop("summary")
    del rest["reasoning"]
    if typed:
        fields["reasoning"] = ReasoningOptions(**typed)
    if left:
        rest["reasoning"] = left


def _user(rest: Object, fields: Object) -> None:
    """Take the end user's id under its name or its older one."""
    for name in ("safety_identifier", "user"):
        if isinstance(rest.get(name), str) and "user" not in fields:
            fields["user"] = rest.pop(name)


def _include(rest: Object, fields: Object) -> None:
    wanted = rest.get("include", [])
    if not isinstance(wanted, list):
        return
    left = [name for name in wanted if name != LOGPROBS]
    if len(left) < len(wanted):
        fields["logprobs"] = True
    elif "top_logprobs" in fields:
        fields["logprobs"] = False
    rest.pop("include", None)
    if left:
        rest["include"] = left


def _cache(rest: Object, fields: Object) -> None:
    match rest.get("prompt_cache_options"):
        case {"mode": "implicit", "ttl": "30m" | "12h" as ttl, **more}:
            fields["cache"] = CacheMark(ttl=ttl)
        case {"mode": "implicit", **more} if "ttl" not in more:
            fields["cache"] = CacheMark()
        case _:
            return
    del rest["prompt_cache_options"]
    if more:
        rest["prompt_cache_options"] = more
