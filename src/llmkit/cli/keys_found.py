"""Say whether a provider's key is there and where it was found; never the key, nor any part or measure of it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Literal, TypeAlias

from llmkit.auth.schemes import NoAuth
from llmkit.client import LLMKit
from llmkit.errors import ConfigurationError
from llmkit.providers.provider import Provider
from llmkit.types.model import Model

__all__ = ["KeyState", "key_states"]

State: TypeAlias = Literal["yes", "no", "not needed", "unusable"]


class KeyState(Model, frozen=True, kw_only=True):
    """`variable` is the environment variable that holds the key, if it is one; `problem` says why a key is unusable."""

    provider: str
    state: State
    variable: str | None = None
    problem: str | None = None


def key_states(kit: LLMKit, rows: Iterable[Provider]) -> tuple[KeyState, ...]:
    """Return the state of each row's key."""
    return tuple(_state(kit, row) for row in rows)


def _state(kit: LLMKit, row: Provider) -> KeyState:
    variable = next((name for name in row.env if os.environ.get(name)), None)
    try:
        found = kit.configured(row.name)
    except ConfigurationError as error:
        return KeyState(provider=row.name, state="unusable", variable=variable, problem=error.message)
    if variable is None and (row.local or isinstance(row.auth, NoAuth)):
        return KeyState(provider=row.name, state="not needed")
    return KeyState(provider=row.name, state="yes" if found else "no", variable=variable)
