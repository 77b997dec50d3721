"""From keyword arguments to a checked request: what is wrong is refused here, before anything is sent."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from llmkit.conversation import check_messages, messages_of
from llmkit.errors import InvalidRequest, nearest
from llmkit.types.http import Timeouts
from llmkit.types.messages import Message
from llmkit.types.parts import CacheMark, Text
from llmkit.types.request import Constraints
from llmkit.types.requests import EFFORTS, CompletionOptions, CompletionRequest, OutputFormat, ReasoningOptions
from llmkit.types.tools import ServerTool, Tool, ToolChoice

_NAMES = frozenset(CompletionOptions.__annotations__)
_RANGES: dict[str, tuple[float, float]] = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "min_p": (0, 1),
    "frequency_penalty": (-2, 2),
    "presence_penalty": (-2, 2),
    "repetition_penalty": (0, 10),
    "top_k": (0, 1_000_000),
    "max_tokens": (0, 100_000_000),
    "top_logprobs": (0, 100),
    "n": (1, 1024),
    "seed": (-(2**63), 2**64 - 1),
}
_WHOLE = frozenset({"top_k", "max_tokens", "top_logprobs", "n", "seed"})
_TRUTH = frozenset({"parallel_tool_calls", "logprobs", "store"})
_DEEPEST, _MOST_VALUES = 200, 200_000
"""Of JSON that is handed in: more is a value that holds itself, or says one thing over and over."""
_WORDS = frozenset({"user", "service_tier", "tenant", "verbosity"})


def make_request(model: str, messages: Any, options: Mapping[str, Any]) -> CompletionRequest:
    """Return the request that the arguments describe. Raises `InvalidRequest` naming the argument and the remedy."""
    if messages and not options and type(messages) is str:  # the common case, quickly
        return CompletionRequest(model=model, messages=(Message(role="user", content=(Text(text=messages),)),))
    conversation = messages_of(messages)
    if not options:
        check_messages(conversation)
        return CompletionRequest(model=model, messages=conversation)
    fields: dict[str, Any] = {}
    for name, value in options.items():
        if name not in _NAMES:
            near = nearest(name, _NAMES)
            raise InvalidRequest(
                f"Unknown option {name!r}.",
                parameter=name,
                hint=f"Did you mean {near[0]}?" if near else "Pass fields of one provider in extra_body={...}.",
            )
        if value is not None:
            fields[name] = CONVERT[name](name, value) if name in CONVERT else _plain(name, value)
    if system := fields.pop("system", None):
        conversation = (Message.system(system), *conversation)
    check_messages(conversation)
    return CompletionRequest(model=model, messages=conversation, **fields)


def _plain(name: str, value: Any) -> Any:
    if name in _RANGES:
        return _number(name, value)
    if name in _TRUTH and not isinstance(value, bool):
        raise InvalidRequest(f"{name} must be True or False, not {value!r}.", parameter=name)
    if name in _WORDS and not isinstance(value, str):
        raise InvalidRequest(f"{name} must be text, not {type(value).__name__}.", parameter=name)
    return value


def _number(name: str, value: Any) -> float | int:
    low, high = _RANGES[name]
    kind = "a whole number" if name in _WHOLE else "a number"
    if isinstance(value, bool) or not isinstance(value, int if name in _WHOLE else int | float):
        raise InvalidRequest(f"{name} must be {kind}, not {value!r}.", parameter=name)
    if not math.isfinite(value) or not low <= value <= high:
        raise InvalidRequest(f"{name} must be {kind} from {low:g} to {high:g}, not {value!r}.", parameter=name)
    return value


def _stop(name: str, value: Any) -> tuple[str, ...]:
    words = (value,) if isinstance(value, str) else tuple(value)
    if not all(isinstance(word, str) and word for word in words):
        raise InvalidRequest("stop must be text or a list of texts, none of them empty.", parameter=name)
    return words


def _reasoning(name: str, value: Any) -> ReasoningOptions:
    if isinstance(value, ReasoningOptions):
        return value
    if isinstance(value, bool):
        raise InvalidRequest(
            f"reasoning must be an effort or a budget, not {value!r}.", parameter=name, hint=f"Use one of {', '.join(EFFORTS)}."
        )
    if isinstance(value, int):
        if value < 0:
            raise InvalidRequest(f"reasoning must not be negative, not {value!r}.", parameter=name)
        return ReasoningOptions(effort="none") if value == 0 else ReasoningOptions(budget=value)
    if value in EFFORTS:
        return ReasoningOptions(effort=value)
    raise InvalidRequest(
        f"{value!r} is no reasoning effort.", parameter=name, hint=f"Use one of {', '.join(EFFORTS)}, or a number of tokens."
    )


def _output(name: str, value: Any) -> OutputFormat:
    if isinstance(value, OutputFormat):
        return value
    if isinstance(value, Mapping) and value:
        return OutputFormat(schema=dict(_json(name, value)), name=value.get("title") if isinstance(value.get("title"), str) else None)
    raise InvalidRequest("output must be an OutputFormat or a JSON Schema as a dict.", parameter=name)


def _tools(name: str, value: Any) -> tuple[Tool | ServerTool, ...]:
    if isinstance(value, Tool | ServerTool | str | Mapping):
        raise InvalidRequest("tools must be a list.", parameter=name, hint="Write tools=[...].")
    return tuple(_tool(f"tools[{place}]", tool) for place, tool in enumerate(value))


def _tool(place: str, tool: Any) -> Tool | ServerTool:
    tool = held if isinstance(held := getattr(tool, "tool", None), Tool) else tool
    if isinstance(tool, Mapping):
        function = tool.get("function", tool)
        if not isinstance(function, Mapping) or not isinstance(function.get("name"), str):
            raise InvalidRequest(f"{place} has no name.", parameter=place, hint="Pass a Tool(name=..., parameters={...}).")
        parameters = function.get("parameters") or function.get("input_schema") or {}
        tool = Tool(name=function["name"], description=function.get("description"), parameters=parameters, strict=function.get("strict"))
    if isinstance(tool, Tool):
        if not tool.name:
            raise InvalidRequest(f"{place} has no name.", parameter=place)
        _json(place, tool.parameters)
    elif not isinstance(tool, ServerTool):
        raise InvalidRequest(
            f"{place} must be a Tool, a ServerTool or a dict, not {type(tool).__name__}.",
            parameter=place,
            hint="Decorate a function with @tool." if callable(tool) else None,
        )
    checked: Tool | ServerTool = tool
    return checked


def _tool_choice(name: str, value: Any) -> ToolChoice:
    if isinstance(value, ToolChoice):
        return value
    if isinstance(value, Mapping):
        function = value.get("function", value)
        value = function.get("name") if isinstance(function, Mapping) else None
    if value in ("auto", "none", "required"):
        return ToolChoice(mode=value)
    if isinstance(value, str) and value:
        return ToolChoice(mode="required", names=(value,))
    raise InvalidRequest("tool_choice must be 'auto', 'none', 'required' or a tool's name.", parameter=name)


def _cache(name: str, value: Any) -> CacheMark | None:
    if isinstance(value, CacheMark):
        return value
    if hasattr(value, "mark"):  # a prompt that the provider keeps
        mark: CacheMark = value.mark()
        return mark
    if isinstance(value, bool):
        return CacheMark() if value else None
    if isinstance(value, str) and value:
        return CacheMark(ttl=value)
    raise InvalidRequest("cache must be True, False or a lifetime such as '5m'.", parameter=name)


def timeouts_of(name: str, value: Any) -> Timeouts:
    """Return `value` as six limits; a number is the limit of the whole call in seconds."""
    if not isinstance(value, Timeouts):
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value <= 0:
            raise InvalidRequest(f"{name} must be a positive number of seconds or Timeouts(...), not {value!r}.", parameter=name)
        limits = {field: min(limit, value) for field, limit in msgspec.structs.asdict(Timeouts()).items()}
        return Timeouts(**{**limits, "total": float(value)})
    for field, limit in msgspec.structs.asdict(value).items():
        if limit is not None and not (math.isfinite(limit) and limit > 0):
            raise InvalidRequest(
                f"{name}.{field} must be a positive number of seconds or None, not {limit!r}.", parameter=f"{name}.{field}"
            )
    return value


def _json(name: str, value: Any) -> Any:
    """Refuse what JSON cannot say (NaN would silently become null), and what has no end."""
    stack: list[tuple[str, Any, int]] = [(name, value, 0)]
    left = _MOST_VALUES
    while stack:
        place, item, depth = stack.pop()
        left -= 1
        if depth > _DEEPEST or left < 0:
            what = f"is deeper than {_DEEPEST} levels" if left >= 0 else f"has more than {_MOST_VALUES:,} values"
            raise InvalidRequest(f"{name} {what}.", parameter=name, hint="Does it hold itself?")
        if isinstance(item, float) and not math.isfinite(item):
            raise InvalidRequest(f"{place} is {item!r}, which JSON cannot say.", parameter=place)
        if isinstance(item, Mapping):
            for key, inner in item.items():
                if not isinstance(key, str):
                    raise InvalidRequest(f"{place} has the key {key!r}, which is not text.", parameter=place)
                stack.append((f"{place}.{key}", inner, depth + 1))
        elif isinstance(item, list | tuple):
            stack.extend((f"{place}[{index}]", inner, depth + 1) for index, inner in enumerate(item))
        elif not isinstance(item, str | int | float | bool | bytes | None | msgspec.Raw):
            raise InvalidRequest(f"{place} is a {type(item).__name__}, which JSON cannot say.", parameter=place)
    return value


def _mapping(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidRequest(f"{name} must be a dict, not {type(value).__name__}.", parameter=name)
    return dict(_json(name, value))


def _tables(name: str, value: Any) -> dict[str, dict[str, Any]]:
    found = _mapping(name, value)
    for key, table in found.items():
        if not isinstance(table, Mapping):
            raise InvalidRequest(f"{name}.{key} must be a dict, not {type(table).__name__}.", parameter=f"{name}.{key}")
    return found


def _texts(name: str, value: Any) -> dict[str, str]:
    found = _mapping(name, value)
    for key, text in found.items():
        if not isinstance(text, str):
            raise InvalidRequest(f"{name}.{key} must be text, not {type(text).__name__}.", parameter=f"{name}.{key}")
    return found


def _policy(name: str, value: Any) -> str:
    if value not in ("warn", "error", "drop"):
        raise InvalidRequest(f"on_unsupported must be 'warn', 'error' or 'drop', not {value!r}.", parameter=name)
    return str(value)


def _system(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidRequest("system must be text.", parameter=name, hint="Use Message.system(...) for parts.")
    return value


def _words(name: str, value: Any) -> tuple[str, ...]:
    words = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list | tuple | set | frozenset) else None
    if words is None or not all(isinstance(word, str) and word for word in words):
        raise InvalidRequest(f"{name} must be words, not {value!r}.", parameter=name)
    return words


def _constraints(name: str, value: Any) -> Constraints:
    if isinstance(value, Constraints):
        return value
    for key in _mapping(name, value):
        if key not in Constraints.__struct_fields__:
            near = nearest(key, Constraints.__struct_fields__)
            raise InvalidRequest(f"{name} has no {key!r}.", parameter=f"{name}.{key}", hint=f"Did you mean {near[0]}?" if near else None)
    problem = ""
    try:
        return msgspec.convert(value, Constraints)
    except msgspec.ValidationError as error:
        problem = str(error)
    raise InvalidRequest(f"{name} is wrong: {problem}.", parameter=name)


CONVERT: dict[str, Callable[[str, Any], Any]] = {
    "system": _system,
    "stop": _stop,
    "reasoning": _reasoning,
    "output": _output,
    "tools": _tools,
    "tool_choice": _tool_choice,
    "cache": _cache,
    "timeout": timeouts_of,
    "options": _tables,
    "extra_body": _mapping,
    "extra_headers": _texts,
    "metadata": _texts,
    "logit_bias": _mapping,
    "voice": _mapping,
    "modalities": lambda name, value: tuple(value),
    "tags": _words,
    "route": _constraints,
    "on_unsupported": _policy,
}
