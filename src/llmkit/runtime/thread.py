"""A thread for one piece of work: it carries the caller's context variables and keeps no process alive."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from threading import Thread
from typing import Any


def begin(work: Callable[[], Any], done: Callable[[Any, BaseException | None], None]) -> None:
    """Run `work` in a thread of its own; there, give its result or its failure to `done`."""

    def ending() -> None:
        try:
            value = work()
        except BaseException as error:  # carried to whoever waits, who raises it
            done(None, error)
        else:
            done(value, None)

    Thread(target=copy_context().run, args=(ending,), name="llmkit-call", daemon=True).start()
