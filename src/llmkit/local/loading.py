"""Tell who wants to know that a model is being loaded."""

from __future__ import annotations

from collections.abc import Callable

from llmkit.types.model import Model


class Loading(Model, frozen=True, kw_only=True):
    """A model of `size` bytes is being loaded; `seconds` is set when it is there."""

    model: str
    path: str
    size: int
    seconds: float | None = None


_listeners: list[Callable[[Loading], None]] = []


def on_loading(callback: Callable[[Loading], None]) -> Callable[[], None]:
    """Call `callback` before a model is loaded and when it is there; return the function that ends this.

    It runs in the thread that loads, for every client of the process.
    """
    _listeners.append(callback)

    def end() -> None:
        if callback in _listeners:
            _listeners.remove(callback)

    return end


def announce(state: Loading) -> None:
    """Tell the listeners."""
    for callback in tuple(_listeners):
        callback(state)
