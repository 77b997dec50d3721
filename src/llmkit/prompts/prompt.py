"""One template, ready to be given values."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Self

from llmkit.errors import PromptInvalid, nearest
from llmkit.prompts.filling import filled
from llmkit.prompts.source import EXAMPLES, Source, Turn, read
from llmkit.prompts.template import ITEM, Block, Include, Node, Place, used
from llmkit.prompts.variables import Variable
from llmkit.types.messages import Message
from llmkit.types.model import Model
from llmkit.types.parts import Part, Text

_MOST = 20_000
"""Nodes of a template with all its partials: files that include each other twice and twice again grow without end."""
Find = Callable[[str], Source | None]


class Prompt(Model, frozen=True, kw_only=True):
    """A template with its version, variables and turns. `Prompt.parse` reads one, `messages` fills it in.

    >>> prompt = Prompt.parse("Translate into {{language}}: {{text}}", variables={"language": "text", "text": "text"})
    >>> prompt.text(language="French", text="two {{braces}}")
    'Translate into French: two {{braces}}'
    """

    name: str
    version: str
    description: str
    path: str
    fingerprint: str
    """Changes whenever a word of it or of a partial does: write it beside what it led to."""
    variables: dict[str, Variable]
    examples: tuple[tuple[str, str], ...]
    turns: tuple[Turn, ...]

    @classmethod
    def parse(
        cls, text: str, *, name: str = "prompt", variables: Mapping[str, Any] | None = None, partials: Mapping[str, str] | None = None
    ) -> Self:
        """Return the template that `text` is, as a file would hold it. Raises `PromptInvalid` with path and line.

        `variables` are declared as in a head, `partials` are templates by name.
        """
        source = read(text, path=name)
        if variables is not None:
            from llmkit.prompts.variables import declared

            source = source.replace(variables={**source.variables, **declared(dict(variables), path=name)})
        given = partials or {}
        return cls.linked(name, source, lambda wanted: read(given[wanted], path=wanted) if wanted in given else None)

    @classmethod
    def linked(cls, name: str, source: Source, find: Find) -> Self:
        """Return the template with the partials that `find` returns put in."""
        variables = dict(source.variables)
        linking = _Linking(find, variables)
        turns = tuple([turn.replace(nodes=linking.nodes(turn.nodes, source.path, ())) for turn in source.turns])
        for turn in turns:
            _check(turn.nodes, variables, listed=False)
        whole = repr((turns, sorted(variables.items()), source.examples)).encode()
        return cls(
            name=name,
            version=source.version,
            description=source.description,
            path=source.path,
            fingerprint=hashlib.sha256(whole).hexdigest()[:16],
            variables=variables,
            examples=source.examples,
            turns=turns,
        )

    def messages(self, /, **values: Any) -> tuple[Message, ...]:
        """Return the turns with the values in their places; a turn that nothing is left of is left out. Raises `PromptInvalid`."""
        given = self._checked(values)
        messages: list[Message] = []
        place = self._place()
        for number, turn in enumerate(self.turns):
            if number == place:
                messages += [Message(role=_role(role), content=(Text(text=text),)) for role, text in self.examples]
            if turn.role == EXAMPLES:
                continue
            parts = filled(turn.nodes, given, self.variables)
            if any(not isinstance(part, Text) or part.text for part in parts):
                messages.append(Message(role=_role(turn.role or "user"), content=parts))
        return tuple(messages)

    def text(self, /, **values: Any) -> str:
        """Return the words of a template that is one turn without media."""
        parts: tuple[Part, ...] = filled(self.turns[0].nodes, self._checked(values), self.variables) if len(self.turns) == 1 else ()
        if len(self.turns) != 1 or self.examples or not all(isinstance(part, Text) for part in parts):
            raise PromptInvalid("It is more than one text.", path=self.path, hint="Ask for messages(...).")
        return "".join([part.text for part in parts if isinstance(part, Text)])

    def _place(self) -> int:
        """Return the turn before which the examples stand: the mark, else the last turn of the user."""
        roles = [turn.role or "user" for turn in self.turns]
        if EXAMPLES in roles:
            return roles.index(EXAMPLES)
        return max((number for number, role in enumerate(roles) if role == "user"), default=len(roles) - 1)

    def _checked(self, values: dict[str, Any]) -> dict[str, Any]:
        for name in values:
            if name not in self.variables:
                near = nearest(name, self.variables)
                hint = f"Did you mean {near[0]}?" if near else f"It has {', '.join(self.variables) or 'none'}."
                raise self._fault(f"It has no variable {name!r}.", name, hint)
        given: dict[str, Any] = {}
        for name, variable in self.variables.items():
            value = values.get(name)
            value = variable.default if value is None else value
            if value is None:
                if variable.required:
                    raise self._fault(f"The variable {name!r} is missing.", name, f"Pass {name}=, a {variable.type}.")
                continue
            if (wrong := variable.fault(value)) is not None:
                raise self._fault(f"The value of {name!r} does not fit: {wrong}.", name, None)
            given[name] = value
        return given

    def _fault(self, message: str, name: str, hint: str | None) -> PromptInvalid:
        places = [node for turn in self.turns for node in used(turn.nodes) if isinstance(node, Place | Block) and node.name == name]
        path, line = (places[0].path, places[0].line) if places else (self.path, 0)
        return PromptInvalid(message, path=path, line=line, parameter=name, hint=hint)


def _role(role: str) -> Any:
    return role  # one of ROLES: `read` has checked it


class _Linking:
    """Puts partials in place of their names, and gathers their variables."""

    def __init__(self, find: Find, variables: dict[str, Variable]) -> None:
        self._find, self._variables, self._count = find, variables, 0

    def nodes(self, nodes: tuple[Node, ...], path: str, within: tuple[str, ...]) -> tuple[Node, ...]:
        found: list[Node] = []
        for node in nodes:
            self._count += 1
            if self._count > _MOST:
                raise PromptInvalid(f"With its partials it has more than {_MOST} pieces.", path=path)
            match node:
                case Include():
                    found += self._included(node, path, within)
                case Block():
                    found.append(node.replace(inner=self.nodes(node.inner, path, within)))
                case _:
                    found.append(node)
        return tuple(found)

    def _included(self, node: Include, path: str, within: tuple[str, ...]) -> tuple[Node, ...]:
        if node.name in within:
            circle = " > ".join((*within[within.index(node.name) :], node.name))
            raise PromptInvalid(f"Partials include each other: {circle}.", path=path, line=node.line)
        source = self._find(node.name)
        if source is None:
            raise PromptInvalid(f"There is no partial {node.name!r}.", path=path, line=node.line)
        if source.turns[0].role or source.examples:
            raise PromptInvalid(f"The partial {node.name!r} has turns of its own.", path=path, line=node.line)
        for name, variable in source.variables.items():
            known = self._variables.setdefault(name, variable)
            if known.type != variable.type:
                wrong = f"The partial {node.name!r} takes {name!r} as {variable.type}, and it is {known.type} here."
                raise PromptInvalid(wrong, path=path, line=node.line, parameter=name)
        return self.nodes(source.turns[0].nodes, source.path, (*within, node.name))


def _check(nodes: tuple[Node, ...], variables: dict[str, Variable], *, listed: bool) -> None:
    """Refuse what names nothing that is declared."""
    for node in nodes:
        if not isinstance(node, Place | Block) or (node.name == ITEM and listed):
            continue
        if node.name == ITEM:
            raise PromptInvalid("{{.}} stands in no block of a list.", path=node.path, line=node.line)
        if node.name not in variables:
            near = nearest(node.name, variables)
            hint = f"Did you mean {near[0]}?" if near else f'Declare it in the head: [variables] {node.name} = "text".'
            raise PromptInvalid(
                f"The variable {node.name!r} is not declared.", path=node.path, line=node.line, parameter=node.name, hint=hint
            )
        if isinstance(node, Block):
            repeated = variables[node.name].type in ("list", "json") and not node.absent
            _check(node.inner, variables, listed=listed or repeated)
