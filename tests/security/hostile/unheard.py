"""What Python says when nobody is there to hear: exceptions nobody retrieved, resources nobody closed."""

from __future__ import annotations

import gc
import logging
import sys
import warnings
from types import TracebackType
from typing import Any, Self


class Unheard(logging.Handler):
    """`with Unheard() as unheard: ...` - then `unheard.said` is what was said behind everybody's back."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def __enter__(self) -> Self:
        self._before = sys.unraisablehook
        sys.unraisablehook = self._unraisable
        logging.getLogger("asyncio").addHandler(self)
        self._catching = warnings.catch_warnings(record=True)
        self._warnings: Any = self._catching.__enter__()
        warnings.simplefilter("always", ResourceWarning)
        warnings.simplefilter("always", RuntimeWarning)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        gc.collect()
        self._catching.__exit__(kind, error, trace)
        self.said += [str(one.message) for one in self._warnings if issubclass(one.category, ResourceWarning | RuntimeWarning)]
        logging.getLogger("asyncio").removeHandler(self)
        sys.unraisablehook = self._before

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what asyncio logs: tasks and futures whose exception nobody took."""
        self.said.append(record.getMessage())

    def _unraisable(self, what: Any) -> None:
        self.said.append(f"{what.err_msg or 'unraisable'}: {what.exc_value!r}")
