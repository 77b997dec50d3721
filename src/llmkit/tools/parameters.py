"""A function's parameters: what the model is told of them, and how its arguments become values."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from typing import Any, Protocol, get_type_hints

import msgspec

from llmkit.errors import InvalidRequest
from llmkit.tools.context import ToolContext
from llmkit.tools.failures import ArgumentsInvalid
from llmkit.tools.schemas import is_pydantic, names_type, schemas_of

_REFUSED = {
    inspect.Parameter.POSITIONAL_ONLY: "is positional-only",
    inspect.Parameter.VAR_POSITIONAL: "takes any number of values",
    inspect.Parameter.VAR_KEYWORD: "takes any name",
}


class Parameters(Protocol):
    """How arguments are checked before the call."""

    schema: dict[str, Any]

    def bind(self, arguments: dict[str, Any], context: ToolContext, /) -> dict[str, Any]:
        """Return the keyword arguments of the call. Raises `ArgumentsInvalid`."""
        ...


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """One parameter that the model fills in."""

    name: str
    annotation: Any
    required: bool
    convert: Callable[[Any], Any]


class TypedParameters:
    """Parameters with Python types: arguments are converted to them."""

    __slots__ = ("_context", "_parameters", "schema")

    def __init__(self, parameters: tuple[Parameter, ...], schema: dict[str, Any], context: str | None = None) -> None:
        self.schema = schema
        self._parameters = parameters
        self._context = context

    def bind(self, arguments: dict[str, Any], context: ToolContext, /) -> dict[str, Any]:
        """Return the values; every problem is told at once, so that the model can mend all of them."""
        values: dict[str, Any] = {}
        problems: list[str] = []
        for parameter in self._parameters:
            if parameter.name not in arguments:
                if parameter.required:
                    problems.append(f"{parameter.name} is missing")
                continue
            try:
                values[parameter.name] = parameter.convert(arguments[parameter.name])
            except ValueError as error:  # what msgspec and pydantic raise, both
                problems.append(f"{parameter.name}: {_problem(error)}")
        known = {parameter.name for parameter in self._parameters}
        problems += [f"{name} is not a parameter" for name in arguments if name not in known]
        if problems:
            raise ArgumentsInvalid(problems)
        if self._context is not None:
            values[self._context] = context
        return values


def parameters_of(
    function: Callable[..., Any], described: Mapping[str, str], names: Mapping[str, Any], where: str, *, bound: bool = False
) -> TypedParameters:
    """Read the signature of `function`; `names` are local names its annotations may use.

    Raises `InvalidRequest` for a parameter that a model cannot fill in.
    """
    signature = inspect.signature(function)
    hints = _hints(function, names, where)
    context: str | None = None
    wanted: dict[str, inspect.Parameter] = {}
    for name, parameter in list(signature.parameters.items())[1 if bound else 0 :]:
        if names_type(hints.get(name), ToolContext):
            context = name
        elif parameter.kind in _REFUSED:
            reason = f"{where}: the parameter {name!r} {_REFUSED[parameter.kind]}, which a model cannot fill in."
            raise InvalidRequest(reason, parameter="tools", hint="Give it a name and a type of its own.")
        else:
            wanted[name] = parameter
    annotations = {name: hints.get(name, Any) for name in wanted}
    schema, placed = _object(annotations, {name: one.default for name, one in wanted.items()}, described, where)
    parameters = tuple(
        Parameter(name=name, annotation=placed[name], required=one.default is one.empty, convert=converter(placed[name]))
        for name, one in wanted.items()
    )
    return TypedParameters(parameters, schema, context)


def _object(
    annotations: Mapping[str, Any], defaults: Mapping[str, Any], described: Mapping[str, str], where: str
) -> tuple[dict[str, Any], Mapping[str, Any]]:
    try:
        schemas, definitions = schemas_of(annotations)
    except (TypeError, ValueError) as error:
        reason = f"{where}: a parameter has a type that JSON Schema cannot say: {str(error).splitlines()[0]}"
    else:
        reason = ""
    if reason:
        raise InvalidRequest(reason, parameter="tools", hint="Use JSON types, dataclasses, TypedDicts, enums or models.")
    for name, schema in schemas.items():
        text = description_of(annotations[name]) or described.get(name)
        if text:
            schema["description"] = text
        if defaults[name] is not inspect.Parameter.empty:
            schema.update(_default(defaults[name]))
    required = [name for name, default in defaults.items() if default is inspect.Parameter.empty]
    whole: dict[str, Any] = {"type": "object", "properties": schemas}
    if required:
        whole["required"] = required
    whole["additionalProperties"] = False
    if definitions:
        whole["$defs"] = definitions
    return whole, annotations


def description_of(annotation: Any) -> str | None:
    """Return what `Annotated[...]` says of a parameter: a plain text, or a `description` or `documentation` in it."""
    for note in getattr(annotation, "__metadata__", ()):
        text = note if isinstance(note, str) else getattr(note, "description", None) or getattr(note, "documentation", None)
        if isinstance(text, str) and text:
            return text
    return None


def converter(annotation: Any) -> Callable[[Any], Any]:
    """Return a function that makes a value of type `annotation` from JSON types; `"5"` does for a number."""
    if is_pydantic(annotation):
        from pydantic import TypeAdapter  # Whoever has a model has it imported already.

        validate: Callable[[Any], Any] = TypeAdapter(annotation).validate_python
        return validate
    return lambda value: msgspec.convert(value, annotation, strict=False)


def _default(value: Any) -> dict[str, Any]:
    try:
        return {"default": msgspec.json.decode(msgspec.json.encode(value))}
    except (TypeError, ValueError):
        return {}  # A marker object, or a model: the function knows it, JSON does not.


def _hints(function: Callable[..., Any], names: Mapping[str, Any], where: str) -> dict[str, Any]:
    # An object with `__call__` and a bound method have their annotations elsewhere.
    target = function if inspect.isroutine(function) or inspect.isclass(function) else getattr(function, "__call__", function)  # noqa: B004 - not a test
    target = inspect.unwrap(getattr(target, "func", target))
    try:
        return get_type_hints(target, localns=dict(names), include_extras=True)
    except NameError as error:
        problem = str(error)
    except TypeError:  # a builtin without annotations
        return {}
    raise InvalidRequest(f"{where}: an annotation cannot be read: {problem}.", parameter="tools", hint="Define the type before the tool.")


def _problem(error: ValueError) -> str:
    """Return the words of a validation error without the value: the model knows what it wrote, and a log should not."""
    errors = getattr(error, "errors", None)
    if callable(errors):
        return ", ".join(
            " ".join([".".join(str(step) for step in one["loc"]), one["msg"]]).strip()
            for one in errors(include_url=False, include_input=False, include_context=False)
        )
    return str(error).replace("`", "")


def locals_of_caller(depth: int) -> dict[str, Any]:
    """Return the local names `depth` frames up: annotations written as text may name types that live only there."""
    try:
        return dict(sys._getframe(depth + 1).f_locals)
    except ValueError:
        return {}
