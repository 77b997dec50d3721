"""The arguments of a run, checked."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from inspect import isawaitable
from typing import Any, TypeAlias, TypeVar

import msgspec

from llmkit.errors import InvalidRequest
from llmkit.tools.outcome import Step
from llmkit.tools.policy import ToolPolicy
from llmkit.tools.source import ToolSource
from llmkit.types.parts import ToolCall, ToolResult
from llmkit.types.requests import CallOptions, CompletionRequest
from llmkit.types.tools import AnyTool, HasTool

T = TypeVar("T")
RunTool: TypeAlias = AnyTool | HasTool | ToolSource | Mapping[str, Any] | Callable[..., Any]
Decision: TypeAlias = bool | str | ToolResult | ToolCall | None
"""What `approve` says of a call: True: make it; a `ToolCall`: make this one instead; False: decline it; a text or a result: answer
with that; None: leave it open, and pause the run. With a policy it is asked only about what the policy holds back (then the call is a
`HeldCall`) and about tools with `needs_approval`."""
Approve: TypeAlias = Callable[[ToolCall], Decision | Awaitable[Decision]]
StopWhen: TypeAlias = Callable[[Sequence[Step]], bool | Awaitable[bool]]
OnStep: TypeAlias = Callable[[Step], object]

TIMEOUT = 60.0
MOST_STEPS = 10_000


class RunOptions(CallOptions, total=False):
    """The keyword arguments of `run` and `run_stream`, written once: those of `complete`, and the run's own."""

    tools: Sequence[RunTool]
    max_steps: int
    stop_when: StopWhen | None
    approve: Approve | None
    policy: ToolPolicy | None
    on_step: OnStep | None
    tool_timeout: float | None
    parallel: int
    state: Any


class RunSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The run's own arguments."""

    tools: tuple[Any, ...] = ()
    max_steps: int = 10
    stop_when: StopWhen | None = None
    approve: Approve | None = None
    policy: ToolPolicy | None = None
    on_step: OnStep | None = None
    tool_timeout: float | None = TIMEOUT
    parallel: int = 8
    state: Any = None


def settings_of(model: Any, options: Mapping[str, Any]) -> tuple[RunSettings, dict[str, Any]]:
    """Return the run's own arguments, and those of each call. Raises `InvalidRequest` naming the argument."""
    own = {name: options[name] for name in RunSettings.__struct_fields__ if name in options}
    rest = {name: value for name, value in options.items() if name not in own}
    tools = own.get("tools") or ()
    if isinstance(tools, str | Mapping) or callable(tools) or not hasattr(tools, "__iter__"):
        raise InvalidRequest("tools must be a list.", parameter="tools", hint="Write tools=[...].")
    given = tuple(tools)
    n = model.n if isinstance(model, CompletionRequest) else rest.get("n")
    if n not in (None, 1):
        raise InvalidRequest("A run goes on with one answer: n must be 1.", parameter="n")
    for name, least, most in (("max_steps", 1, MOST_STEPS), ("parallel", 1, 1000)):
        value = own.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise InvalidRequest(f"{name} must be a whole number from {least} to {most}, not {value!r}.", parameter=name)
    for name in ("stop_when", "approve", "on_step"):
        if own.get(name) is not None and not callable(own[name]):
            raise InvalidRequest(f"{name} must be a function, not {own[name]!r}.", parameter=name)
    if own.get("policy") is not None and not isinstance(own["policy"], ToolPolicy):
        raise InvalidRequest(f"policy must be a ToolPolicy, not {own['policy']!r}.", parameter="policy")
    timeout = own.get("tool_timeout")
    if timeout is not None and (
        isinstance(timeout, bool) or not isinstance(timeout, int | float) or not (math.isfinite(timeout) and timeout > 0)
    ):
        raise InvalidRequest(f"tool_timeout must be a positive number of seconds or None, not {timeout!r}.", parameter="tool_timeout")
    return RunSettings(**{**own, "tools": given}), rest


async def told(value: T | Awaitable[T]) -> T:
    """Return what a user's hook returned, sync or async: the one place where a run waits for a hook."""
    return await value if isawaitable(value) else value
