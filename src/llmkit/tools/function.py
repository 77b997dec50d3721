"""Make a tool from a function: its signature is the schema, its docstring the description."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial, update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar, overload

from llmkit.errors import InvalidRequest
from llmkit.tools.context import ToolContext
from llmkit.tools.docstrings import read
from llmkit.tools.effects import Effect, effects_of
from llmkit.tools.parameters import Parameters, locals_of_caller, parameters_of
from llmkit.tools.plain_schema import SchemaParameters
from llmkit.types.parts import CacheMark
from llmkit.types.tools import Tool

P = ParamSpec("P")
R = TypeVar("R", covariant=True)
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class FunctionTool(Generic[P, R]):
    """A function with what a model must know to call it. Calling it calls the function, as if nothing had been added.

    `tool` is what is sent; `needs_approval` makes a run ask (or pause) before each call; `timeout` stands above the run's. `effects` and
    `untrusted` are for a `ToolPolicy`, see there; None is what was not said.
    """

    def __init__(
        self,
        tool: Tool,
        function: Callable[P, R],
        parameters: Parameters,
        *,
        needs_approval: bool = False,
        timeout: float | None = None,
        effects: Effect | Iterable[Effect] | None = None,
        untrusted: bool | None = None,
    ) -> None:
        if not _NAME.fullmatch(tool.name):
            raise InvalidRequest(
                f"{tool.name!r} is no name for a tool.", parameter="tools", hint="Use 1 to 64 letters, digits, `_` and `-`: name='...'."
            )
        if timeout is not None and not timeout > 0:
            raise InvalidRequest(f"The timeout of {tool.name} must be a positive number of seconds.", parameter="timeout")
        self.tool = tool
        self.function = function
        self.parameters = parameters
        self.needs_approval = needs_approval
        self.timeout = timeout
        self.effects = effects_of(effects, tool.name)
        self.untrusted = untrusted
        if inspect.isroutine(function):
            update_wrapper(self, function)

    @classmethod
    def of(
        cls,
        tool: Tool,
        function: Callable[..., Any],
        *,
        needs_approval: bool = False,
        timeout: float | None = None,
        effects: Effect | Iterable[Effect] | None = None,
        untrusted: bool | None = None,
    ) -> FunctionTool[..., Any]:
        """Join a `Tool` written by hand with the function that does its work; it gets the arguments by name."""
        parameters = SchemaParameters(tool.parameters, _context_parameter(function))
        return FunctionTool(
            tool, function, parameters, needs_approval=needs_approval, timeout=timeout, effects=effects, untrusted=untrusted
        )

    @property
    def name(self) -> str:
        """Return the name that the model knows."""
        return self.tool.name

    def bind(self, arguments: dict[str, Any], context: ToolContext) -> Callable[[], Any]:
        """Return the call, ready to be made. Raises `ArgumentsInvalid` where the arguments do not fit."""
        return partial(self.function, **self.parameters.bind(arguments, context))

    def renamed(self, name: str) -> FunctionTool[P, R]:
        """Return the same tool under another name."""
        return self._with(self.tool.replace(name=name), self.function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.function(*args, **kwargs)

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        """Bind the tool of a class to one object, as a method is bound."""
        if instance is None:
            return self
        return self._with(self.tool, self.function.__get__(instance, owner))

    def _with(self, tool: Tool, function: Callable[P, R]) -> FunctionTool[P, R]:
        return FunctionTool(
            tool,
            function,
            self.parameters,
            needs_approval=self.needs_approval,
            timeout=self.timeout,
            effects=self.effects,
            untrusted=self.untrusted,
        )

    def __repr__(self) -> str:
        return f"FunctionTool({self.tool.name!r})"


@overload
def tool(function: Callable[P, R], /) -> FunctionTool[P, R]: ...


@overload
def tool(
    *,
    name: str | None = None,
    description: str | None = None,
    strict: bool | None = None,
    needs_approval: bool = False,
    timeout: float | None = None,
    effects: Effect | Iterable[Effect] | None = None,
    untrusted: bool | None = None,
    cache: CacheMark | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
) -> Callable[[Callable[P, R]], FunctionTool[P, R]]: ...


def tool(function: Callable[..., Any] | None = None, /, **settings: Any) -> Any:
    """Make a tool from a function, sync or async.

    The parameters' types become the schema: JSON types, `Literal`, enums, unions with None, lists, dicts, dataclasses, TypedDicts,
    msgspec, attrs and pydantic models. Descriptions come from `Annotated[str, "..."]` or the docstring. A parameter annotated
    with `ToolContext` is filled in by the run.

    Args:
        name: instead of the function's.
        description: instead of the docstring's.
        strict: ask the provider to guarantee that arguments fit.
        needs_approval: a run asks before each call, or pauses.
        timeout: seconds for each call, instead of the run's.
        effects: what a `ToolPolicy` must know: `reads` private data, `sends` something away, `changes` something; `()` is none of it.
        untrusted: its results hold what others wrote: mail, pages, tickets, files.
        cache: cache the prompt up to this tool.
        options: extra wire fields by dialect or provider name.

    Raises `InvalidRequest` for a signature that a model cannot fill in.
    """
    names = locals_of_caller(1)
    if function is not None:
        return made(function, names, **settings)
    return lambda decorated: made(decorated, names, **settings)


def made(
    function: Callable[..., Any],
    names: Mapping[str, Any],
    *,
    name: str | None = None,
    description: str | None = None,
    strict: bool | None = None,
    needs_approval: bool = False,
    timeout: float | None = None,
    effects: Effect | Iterable[Effect] | None = None,
    untrusted: bool | None = None,
    cache: CacheMark | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
) -> FunctionTool[..., Any]:
    """Return the tool of `function`; `names` are local names its annotations may use."""
    if not callable(function):
        raise InvalidRequest(f"A tool must be a function, not {type(function).__name__}.", parameter="tools")
    called = str(name or getattr(getattr(function, "func", function), "__name__", type(function).__name__))
    if called == "<lambda>":
        raise InvalidRequest("A tool needs a name, which a lambda has not.", parameter="tools", hint="Write tool(name='...').")
    words, described = read(_docstring(function))
    parameters = parameters_of(function, described, names, f"The tool {called!r}", bound=_is_method(function))
    declared = Tool(
        name=called,
        description=description if description is not None else words or None,
        parameters=parameters.schema,
        strict=strict,
        cache=cache,
        options={key: dict(fields) for key, fields in (options or {}).items()},
    )
    return FunctionTool(
        declared, function, parameters, needs_approval=needs_approval, timeout=timeout, effects=effects, untrusted=untrusted
    )


def _docstring(function: Callable[..., Any]) -> str | None:
    if isinstance(function, partial):
        return _docstring(function.func)
    if inspect.isroutine(function):
        return inspect.getdoc(function)
    return inspect.getdoc(type(function).__call__) if type(function).__doc__ is None else type(function).__doc__


def _is_method(function: Callable[..., Any]) -> bool:
    """Tell whether `function` stands in a class body, where its first parameter is the object."""
    if not inspect.isfunction(function):
        return False
    inside = function.__qualname__.rpartition(".")[0]
    first = next(iter(inspect.signature(function).parameters), None)
    return bool(inside) and not inside.endswith("<locals>") and first in ("self", "cls")


def _context_parameter(function: Callable[..., Any]) -> str | None:
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.annotation is ToolContext or parameter.annotation in ("ToolContext", "llmkit.ToolContext"):
            return name
    return None
