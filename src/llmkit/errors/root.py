"""The root of all errors, and how to find the name that somebody meant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from llmkit.tools.outcome import RunResult
    from llmkit.types.reply import Attempt


class LLMKitError(Exception):
    """Base of every error of this package."""

    retryable: bool = False
    retry_after: float | None = None
    provider: str | None = None
    model: str | None = None
    attempts: tuple[Attempt, ...] = ()
    run: RunResult | None = None
    """What a run had done when it failed: its conversation can be taken up again."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(f"{message} {hint}" if hint else message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        return (_revive, (type(self), self.args, dict(self.__dict__)))


def _revive(kind: type[LLMKitError], args: tuple[Any, ...], state: dict[str, Any]) -> LLMKitError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


_Failure = TypeVar("_Failure", bound=LLMKitError)


def alone(error: _Failure) -> _Failure:
    """Return `error` without the errors and the frames that led to it: their variables can hold keys, or what a server said of one."""
    error.__traceback__ = error.__context__ = error.__cause__ = None
    return error


def nearest(name: str, known: Iterable[str], count: int = 1) -> list[str]:
    """Return the `count` known names most like `name`."""
    from difflib import SequenceMatcher, get_close_matches  # Costs milliseconds to import, and only mistakes need it.

    near = get_close_matches(name, list(known), n=count, cutoff=0.5)
    alike = [SequenceMatcher(None, word, name).ratio() for word in near]
    return [word for word, ratio in zip(near, alike, strict=True) if ratio > alike[0] - 0.2]
