"""What a tool does that somebody who misuses it would want: it reads private data, it sends something away, it changes something."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias, get_args

from llmkit.errors import InvalidRequest

Effect: TypeAlias = Literal["reads", "sends", "changes"]
"""`reads`: private data that the asker alone may see. `sends`: tells somebody outside something, and be it by the address that it
asks for. `changes`: something is another afterwards: a file, a booking, a password."""
EFFECTS: frozenset[Effect] = frozenset(get_args(Effect))
ACTS: frozenset[Effect] = frozenset({"sends", "changes"})
"""What cannot be taken back."""


def effects_of(given: Effect | Iterable[Effect] | None, tool: str) -> frozenset[Effect] | None:
    """Return the effects that were named; None: nothing was said. Raises `InvalidRequest` for an unknown one."""
    if given is None:
        return None
    named = (given,) if isinstance(given, str) else tuple(given)
    if wrong := [one for one in named if one not in EFFECTS]:
        raise InvalidRequest(
            f"{tool} has the effect {wrong[0]!r}.", parameter="effects", hint="Effects are reads, sends, changes; () is none."
        )
    return frozenset(named)
