"""One deployment under checks: when the next is due, and whether what came of them makes it up or down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from llmkit.errors import ConfigurationError
from llmkit.types.model import Model

By: TypeAlias = "Literal['models', 'completion'] | Callable[[str], Any]"
"""How a deployment is asked: by its provider's list of models (costs nothing), by a very short completion (costs), or by a function of
the model id that raises or returns false where it is not well."""


class Check(Model, frozen=True, kw_only=False):
    """A model or a route to check, and how; None: as the layer does."""

    model: str
    by: By | None = None

    def __post_init__(self) -> None:
        if self.by is not None:
            check_way(self.by)


def check_way(by: Any) -> None:
    """Raise `ConfigurationError` for what is no way to check."""
    if by not in ("models", "completion") and not callable(by):
        raise ConfigurationError(f"A check goes by 'models', 'completion' or a function, not {by!r}.", parameter="by")


class Watched:
    """A deployment and the run of its checks. It reads no clock and has no lock: its owner has both."""

    __slots__ = ("at", "bad", "by", "due_at", "good", "model", "up", "verdict", "words")

    def __init__(self, model: str, by: By) -> None:
        self.model, self.by = model, by
        self.up: bool | None = None
        """None: not decided yet. Only False takes it out of routing."""
        self.good = self.bad = 0
        """Checks one after the other."""
        self.at: float | None = None
        self.verdict: bool | None = None
        self.words = ""
        self.due_at = float("-inf")

    @property
    def question(self) -> tuple[object, str]:
        """Return what is asked: the list of models is one for all models of an account."""
        return (self.by, self.model.partition("/")[0] if self.by == "models" else self.model)

    def judge(self, verdict: bool | None, words: str, now: float, *, failures: int, successes: int) -> bool:
        """Take in what came of a check (None: it says nothing); return whether that makes it up or down."""
        self.at, self.verdict, self.words = now, verdict, words
        if verdict is None:
            return False
        before = self.up
        self.good, self.bad = (self.good + 1, 0) if verdict else (0, self.bad + 1)
        if self.good >= (1 if before is None else successes):
            self.up = True
        elif self.bad >= failures:
            self.up = False
        return before is not self.up and not (before is None and self.up)
