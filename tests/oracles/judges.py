"""One judge a dialect: what the vendor's own package says of a body. A judge returns its objections, none where the body is well formed."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, get_args, get_type_hints

Judge = Callable[[dict[str, Any]], list[str]]


@cache
def judge(dialect: str) -> Judge:
    """Return the judge of `dialect`, made once: the vendors' types take a while to build."""
    return JUDGES[dialect]()


def _typed_dict(module: str, name: str) -> Callable[[], Judge]:
    """Make a judge of a `TypedDict` that describes the whole body; fields that it does not know are objections."""

    def make() -> Judge:
        from pydantic import TypeAdapter

        kind = getattr(import_module(module), name)
        _forbid_more(kind, set())
        adapter: Any = TypeAdapter(kind)
        return lambda body: _objections(lambda: _read(adapter.validate_python(body)))

    return make


def _forbid_more(kind: Any, seen: set[Any]) -> None:
    if inspect.isclass(kind) and hasattr(kind, "__total__") and kind not in seen:
        seen.add(kind)
        kind.__pydantic_config__ = {"extra": "forbid", "arbitrary_types_allowed": True}
        for hint in get_type_hints(kind, include_extras=True).values():
            _forbid_more(hint, seen)
    for argument in get_args(kind):
        _forbid_more(argument, seen)


def _read(value: Any) -> None:
    """Read what is checked only when it is read."""
    if isinstance(value, dict):
        for item in value.values():
            _read(item)
    elif not isinstance(value, str | bytes) and hasattr(value, "__iter__"):
        for item in value:
            _read(item)


def _objections(check: Callable[[], Any]) -> list[str]:
    from pydantic import ValidationError

    try:
        check()
    except ValidationError as error:
        return [f"{'.'.join(map(str, problem['loc']))}: {problem['msg']} ({problem['input']!r:.60})" for problem in error.errors()[:6]]
    return []


def _google() -> Judge:
    from google.genai import types

    holders: dict[str, Any] = {
        "systemInstruction": types.Content,
        "generationConfig": types.GenerationConfig,
        "toolConfig": types.ToolConfig,
    }
    lists: dict[str, Any] = {"contents": types.Content, "tools": types.Tool, "safetySettings": types.SafetySetting}
    plain = {"cachedContent", "labels", "serviceTier", "store"}

    def check(body: dict[str, Any]) -> list[str]:
        found = [f"{name}: not a field of a request" for name in body.keys() - holders.keys() - lists.keys() - plain]
        for name, kind in holders.items():
            if name in body:
                found += _objections(lambda name=name, kind=kind: kind.model_validate(body[name]))
        for name, kind in lists.items():
            items = body.get(name, [])
            if not isinstance(items, list):
                found.append(f"{name}: not a list")
                continue
            for item in items:
                found += _objections(lambda item=item, kind=kind: kind.model_validate(item))
        return found

    return check


def _bedrock() -> Judge:
    from botocore.session import Session
    from botocore.validate import ParamValidator

    shape = Session().get_service_model("bedrock-runtime").operation_model("Converse").input_shape
    validator = ParamValidator()

    def check(body: dict[str, Any]) -> list[str]:
        report = validator.validate({**body, "modelId": "m"}, shape)
        return report.generate_report().splitlines() if report.has_errors() else []

    return check


def _models(module: str, name: str) -> Callable[[], Judge]:
    """Make a judge of a pydantic model; only its own fields are known."""

    def make() -> Judge:
        kind: Any = getattr(import_module(module), name)
        known = {field.alias or key for key, field in kind.model_fields.items()} | kind.model_fields.keys()

        def check(body: dict[str, Any]) -> list[str]:
            return [f"{key}: not a field of a request" for key in body.keys() - known] + _objections(lambda: kind.model_validate(body))

        return check

    return make


def _cohere() -> Judge:
    from cohere.v2.client import V2Client
    from pydantic import TypeAdapter

    parameters = inspect.signature(V2Client.chat).parameters
    adapters: dict[str, Any] = {
        name: TypeAdapter(parameter.annotation) for name, parameter in parameters.items() if name not in ("self", "request_options")
    }

    def check(body: dict[str, Any]) -> list[str]:
        found: list[str] = []
        for name, value in body.items():
            if name == "stream":
                continue
            adapter = adapters.get(name)
            if adapter is None:
                found.append(f"{name}: not a field of a request")
            else:
                found += [
                    f"{name}.{problem}" for problem in _objections(lambda adapter=adapter, value=value: adapter.validate_python(value))
                ]
        return found

    return check


JUDGES: dict[str, Callable[[], Judge]] = {
    "anthropic": _typed_dict("anthropic.types.message_create_params", "MessageCreateParamsNonStreaming"),
    "bedrock_converse": _bedrock,
    "cohere": _cohere,
    "completions": _typed_dict("openai.types.completion_create_params", "CompletionCreateParamsNonStreaming"),
    "gemini": _google,
    "mistral": _models("mistralai.client.models", "ChatCompletionRequest"),
    "ollama": _models("ollama._types", "ChatRequest"),
    "openai_chat": _typed_dict("openai.types.chat.completion_create_params", "CompletionCreateParamsNonStreaming"),
    "openai_responses": _typed_dict("openai.types.responses.response_create_params", "ResponseCreateParamsNonStreaming"),
}
"""By dialect; the packages are imported when first asked."""
PACKAGES = {
    "anthropic": "anthropic",
    "bedrock_converse": "botocore",
    "cohere": "cohere",
    "completions": "openai",
    "gemini": "google.genai",
    "mistral": "mistralai",
    "ollama": "ollama",
    "openai_chat": "openai",
    "openai_responses": "openai",
}


def judged() -> list[str]:
    """Return the dialects that there is a judge for."""
    return sorted(JUDGES)
