"""Choose how to ask for an answer by schema, from what the API and the model take; the best way first.

The rungs: `native`, the API enforces the schema; `tool`, a tool the model must call with the answer as its arguments;
`json_object`, any JSON object, with the schema in words; `prompt`, the schema in words alone. Each rung below the first is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from llmkit.errors import BadRequest, ContentFiltered, ContextLengthExceeded, LLMKitError, UnsupportedFeature
from llmkit.structured.compilers import Compiled, Rules, TooComplex, compile_schema, rules_for
from llmkit.structured.wording import as_words, described, wish
from llmkit.types.profile import Profile
from llmkit.types.requests import OUTPUT_MODES, CompletionRequest, OutputFormat, OutputMode
from llmkit.types.tools import Tool, ToolChoice
from llmkit.types.warnings import Warning

DEFAULT_NAME = "output"
_REFUSALS: dict[str, re.Pattern[str]] = {
    "native": re.compile(r"schema|grammar|response.?format|output_config|structured|json", re.I),
    "tool": re.compile(r"tool|function|schema|grammar", re.I),
    "json_object": re.compile(r"response.?format|json", re.I),
}
"""What a server's 400 speaks of when it does not take a rung: `compiled grammar is too large`, `Invalid schema for response_format`."""


class Lowered(msgspec.Struct, frozen=True, kw_only=True):
    """The request as it goes to the dialect, the rung, and what was lost on the way to it."""

    request: CompletionRequest
    mode: OutputMode
    warnings: tuple[Warning, ...] = ()


class _Choice(msgspec.Struct, kw_only=True):
    """What the rungs are judged by. `why` collects why a rung is not taken."""

    request: CompletionRequest
    output: OutputFormat
    profile: Profile
    rules: Rules
    compiled: Compiled | None = None
    why: dict[str, str] = {}


def lower(request: CompletionRequest, profile: Profile, dialect: str) -> Lowered:
    """Return `request` with its portable output asked for in the best way there is. Raises `UnsupportedFeature` where none may be used."""
    output = request.output
    assert output is not None
    choice = _Choice(request=request, output=output, profile=profile, rules=rules_for(profile.schema_rules, dialect), why={})
    for mode in OUTPUT_MODES:
        if output.modes and mode not in output.modes:
            choice.why[mode] = "it was not to be used"
        elif (reason := _REASONS[mode](choice)) is None:
            return _LOWER[mode](choice)
        else:
            choice.why[mode] = reason
    asked = ", ".join(output.modes)
    raise UnsupportedFeature(f"output by schema ({asked})", where=request.model, hint=choice.why.get(output.modes[0]))


def next_rung(request: CompletionRequest, mode: str, failure: LLMKitError) -> CompletionRequest | None:
    """Return `request` one rung down where `failure` says that the server does not take `mode`; None: it says something else."""
    output = request.output
    if output is None or not output.portable or mode not in _REFUSALS:
        return None
    if not isinstance(failure, BadRequest) or isinstance(failure, ContextLengthExceeded | ContentFiltered):
        return None
    if not _REFUSALS[mode].search(f"{failure.message} {failure.code or ''}"):
        return None
    below = OUTPUT_MODES[list[str](OUTPUT_MODES).index(mode) + 1 :]
    left = tuple([other for other in below if not output.modes or other in output.modes])
    return request.replace(output=output.replace(modes=left)) if left else None


def refused(mode: str, failure: LLMKitError) -> Warning:
    """Return the warning that a server did not take `mode`."""
    return Warning(kind="emulated", parameter="output", detail=f"the server refused {_WORDS[mode]}: {failure.message[:300]}")


def tool_name(request: CompletionRequest) -> str:
    """Return the name of the tool that stands for the answer; no other tool of the request has it."""
    output = request.output
    name = (output.name if output is not None else None) or DEFAULT_NAME
    taken = {tool.name for tool in request.tools}
    while name in taken:
        name = f"{name[:60]}_"
    return name


def thinks(request: CompletionRequest, profile: Profile) -> bool:
    """Tell whether the model will think before it answers."""
    reasoning = request.reasoning
    if profile.always_thinks:
        return True
    return reasoning is not None and reasoning.effort != "none" and (reasoning.effort is not None or bool(reasoning.budget))


def _why_not_native(choice: _Choice) -> str | None:
    if not choice.profile.json_schema:
        return "the API takes no schema"
    if choice.request.tools and not choice.profile.json_schema_with_tools:
        return "the API takes no schema next to tools"
    problem = ""
    try:
        choice.compiled = compile_schema(choice.output.schema or {}, choice.rules)
    except TooComplex as error:
        problem = str(error)
    return f"the API cannot enforce the schema: {problem}" if problem else None


def _why_not_tool(choice: _Choice) -> str | None:
    request, profile = choice.request, choice.profile
    if not profile.tools:
        return "the model takes no tools"
    if not profile.forced_tools:
        return "the model cannot be made to call a tool"
    if not profile.forced_tools_while_thinking and thinks(request, profile):
        return "the model cannot be made to call a tool while it thinks"
    if request.tool_choice is not None and request.tool_choice.mode == "none":
        return "tool_choice forbids tools"
    return None


def _why_not_object(choice: _Choice) -> str | None:
    if not choice.profile.json_object:
        return "the API has no JSON mode"
    if choice.request.tools and not choice.profile.json_schema_with_tools:
        return "the API has no JSON mode next to tools"
    return None


def _native(choice: _Choice) -> Lowered:
    compiled, output, rules = choice.compiled, choice.output, choice.rules
    assert compiled is not None
    losses = [Warning(kind="lossy", parameter="output.schema", detail=loss) for loss in compiled.losses]
    wire = OutputFormat(schema=compiled.schema, name=output.name or DEFAULT_NAME, strict=rules.strict)
    messages = as_words(choice.request.messages, tool_name(choice.request))
    request = choice.request.replace(output=wire, messages=messages)
    if rules.option:
        request = request.replace(options=_switched(request.options, rules.option))
    return Lowered(request=request, mode="native", warnings=tuple(losses))


def _switched(options: Mapping[str, Any], way: tuple[str, ...]) -> dict[str, Any]:
    """Return `options` with the one at the end of `way` on."""
    first, *rest = way
    inner = options.get(first)
    return {**options, first: _switched(inner if isinstance(inner, Mapping) else {}, tuple(rest)) if rest else True}


def _tool(choice: _Choice) -> Lowered:
    request, schema = choice.request, choice.output.schema or {}
    name = tool_name(request)
    answer = Tool(name=name, description=described(schema), parameters=schema)
    wanted = request.tool_choice
    if not request.tools:
        wanted = ToolChoice(mode="required", names=(name,))
    elif wanted is None or wanted.mode == "auto":
        wanted = ToolChoice(mode="required", names=(*wanted.names, name) if wanted is not None and wanted.names else ())
    elif wanted.names:
        wanted = wanted.replace(names=(*wanted.names, name))
    lowered = request.replace(output=None, tools=(*request.tools, answer), tool_choice=wanted)
    return Lowered(request=lowered, mode="tool", warnings=_emulated("tool", choice))


def _json_object(choice: _Choice) -> Lowered:
    messages = wish(as_words(choice.request.messages, tool_name(choice.request)), choice.output.schema or {})
    lowered = choice.request.replace(output=OutputFormat(kind="json_object"), messages=messages)
    return Lowered(request=lowered, mode="json_object", warnings=_emulated("json_object", choice))


def _prompt(choice: _Choice) -> Lowered:
    messages = wish(as_words(choice.request.messages, tool_name(choice.request)), choice.output.schema or {})
    return Lowered(request=choice.request.replace(output=None, messages=messages), mode="prompt", warnings=_emulated("prompt", choice))


def _emulated(mode: str, choice: _Choice) -> tuple[Warning, ...]:
    """A way that the caller chose needs no warning."""
    if choice.output.modes and "native" not in choice.output.modes:
        return ()
    detail = f"asked for as {_WORDS[mode]}: {choice.why['native']}"
    return (Warning(kind="emulated", parameter="output", detail=detail),)


_WORDS = {"native": "output by schema", "tool": "a call of a tool", "json_object": "any JSON object", "prompt": "JSON in words"}
_REASONS: dict[str, Callable[[_Choice], str | None]] = {
    "native": _why_not_native,
    "tool": _why_not_tool,
    "json_object": _why_not_object,
    "prompt": lambda choice: None,
}
_LOWER: dict[str, Callable[[_Choice], Lowered]] = {"native": _native, "tool": _tool, "json_object": _json_object, "prompt": _prompt}
