"""Read a template file: a head in TOML between lines of `+++`, then turns, each below a line `=== role ===`."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from llmkit.errors import PromptInvalid, nearest
from llmkit.prompts.template import Node, parse
from llmkit.prompts.variables import Variable, declared
from llmkit.types.model import Model

LARGEST = 1024 * 1024
"""Characters of a template at most."""
_FENCE = "+++"
_MARK = re.compile(r"^===[ \t]+([a-z]+)[ \t]+===[ \t]*$", re.M)
_ESCAPED = re.compile(r"^\\(===[ \t]+[a-z]+[ \t]+===[ \t]*)$", re.M)
ROLES = ("system", "developer", "user", "assistant")
EXAMPLES = "examples"
_FIELDS = ("version", "description", "variables", "examples")
_VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}){0,3}\Z")
_TOML_LINE = re.compile(r"at line (\d+)")


class Turn(Model, frozen=True, kw_only=True):
    """What one role says; the role `examples` marks their place."""

    role: str
    nodes: tuple[Node, ...]
    line: int


class Source(Model, frozen=True, kw_only=True):
    """A template file as it was read, partials not yet put in."""

    path: str
    version: str
    description: str
    variables: dict[str, Variable]
    examples: tuple[tuple[str, str], ...]
    turns: tuple[Turn, ...]
    """Empty role: the file has no marks, and is one turn, or a partial."""


def read(text: str, *, path: str) -> Source:
    """Return what the file `path` with this `text` says. Raises `PromptInvalid` with path and line."""
    if len(text) > LARGEST:
        raise PromptInvalid(f"It is longer than {LARGEST} characters.", path=path)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    head, body, line = _split(text, path)
    for field in head:
        if field not in _FIELDS:
            near = nearest(field, _FIELDS)
            hint = f"Did you mean {near[0]}?" if near else f"Fields: {', '.join(_FIELDS)}."
            raise PromptInvalid(f"The head has an unknown field {field!r}.", path=path, line=_line_of(text, field), hint=hint)
    return Source(
        path=path,
        version=_version(head.get("version", "1"), path, _line_of(text, "version")),
        description=str(head.get("description", "")),
        variables=declared(head.get("variables", {}), path=path, line=_line_of(text, "variables")),
        examples=_examples(head.get("examples", []), path, _line_of(text, "examples")),
        turns=_turns(body, path, line),
    )


def _split(text: str, path: str) -> tuple[dict[str, Any], str, int]:
    """Return the head, the body, and the line where the body begins."""
    if text.split("\n", 1)[0].rstrip() != _FENCE:
        return {}, text, 1
    lines = text.split("\n")
    end = next((place for place, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), None)
    if end is None:
        raise PromptInvalid("The head has no end.", path=path, line=1, hint=f"Close it with a line {_FENCE}.")
    problem = ""
    try:
        return tomllib.loads("\n".join(lines[1:end])), "\n".join(lines[end + 1 :]), end + 2
    except RecursionError:
        problem = "it is nested too deeply"
    except ValueError as error:  # also a number of more digits than Python reads, which its parser lets through as it is
        problem = str(error)
    found = _TOML_LINE.search(problem)
    reason = problem.partition(" (at")[0]
    raise PromptInvalid(f"The head is not TOML: {reason}.", path=path, line=int(found.group(1)) + 1 if found else end)


def _line_of(text: str, field: str) -> int:
    """Return the line of the head that names `field`."""
    found = re.search(rf"^\s*\[*{re.escape(field)}\b", text, re.M)
    return text.count("\n", 0, found.start(0) + len(found.group(0)) - len(found.group(0).lstrip())) + 1 if found else 1


def _version(value: Any, path: str, line: int) -> str:
    text = str(value)
    if isinstance(value, bool | float) or not _VERSION.match(text):
        raise PromptInvalid(f"The version {text!r} is none.", path=path, line=line, hint='Write numbers with dots: version = "1.2".')
    return text


def _examples(value: Any, path: str, line: int) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for number, example in enumerate(value if isinstance(value, list) else [value], 1):
        if not isinstance(example, dict) or set(example) != {"user", "assistant"} or not all(isinstance(v, str) for v in example.values()):
            hint = "Each [[examples]] has the texts user and assistant."
            raise PromptInvalid(f"Example {number} is none.", path=path, line=line, hint=hint)
        found += [("user", example["user"]), ("assistant", example["assistant"])]
    return tuple(found)


def _turns(body: str, path: str, line: int) -> tuple[Turn, ...]:
    marks = list(_MARK.finditer(body))
    if not marks:
        return (Turn(role="", nodes=parse(_plain(body), path=path, line=line), line=line),)
    if body[: marks[0].start()].strip():
        raise PromptInvalid("There are words above the first turn.", path=path, line=line, hint="Put them below a line === system ===.")
    turns: list[Turn] = []
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        role, at = mark.group(1), line + body.count("\n", 0, mark.start())
        if role not in (*ROLES, EXAMPLES):
            near = nearest(role, (*ROLES, EXAMPLES))
            hint = f"Did you mean {near[0]}?" if near else f"Roles: {', '.join(ROLES)}; or \\=== for the words themselves."
            raise PromptInvalid(f"There is no role {role!r}.", path=path, line=at, hint=hint)
        words = body[mark.end() : following.start() if following is not None else len(body)]
        if role == EXAMPLES and words.strip():
            raise PromptInvalid("Examples stand in the head, as [[examples]].", path=path, line=at)
        turns.append(Turn(role=role, nodes=parse(_plain(words), path=path, line=at), line=at))
    return tuple(turns)


def _plain(words: str) -> str:
    r"""Return the words with `\=== role ===` as the line that it stands for."""
    return _ESCAPED.sub(r"\1", words)
