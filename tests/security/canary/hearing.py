"""Everything a program says while it runs: log records of every logger at every level, both outputs, warnings."""

from __future__ import annotations

import contextlib
import io
import logging
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Heard:
    """What was said."""

    logged: list[str] = field(default_factory=list)
    records: list[str] = field(default_factory=list)
    """The records with all that hangs on them, as a sink for structured logs writes them."""
    printed: str = ""
    warned: list[str] = field(default_factory=list)


class _Ear(logging.Handler):
    def __init__(self, heard: Heard) -> None:
        super().__init__(level=1)
        self._heard = heard
        self.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(pathname)s %(threadName)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record as text, and with its parts."""
        self._heard.records.append(repr(record.__dict__))
        try:
            self._heard.logged.append(self.format(record))
        except Exception:  # a record that cannot be formatted prints its arguments, as logging itself does
            self._heard.logged.append(traceback.format_exc() + repr(record.args))


@contextlib.contextmanager
def hearing() -> Iterator[Heard]:
    """Hear everything that is said in the block, with every logger open to its last level."""
    heard, printed = Heard(), io.StringIO()
    ear, root = _Ear(heard), logging.getLogger()
    loggers = [root, *(logger for logger in root.manager.loggerDict.values() if isinstance(logger, logging.Logger))]
    before = [(logger, logger.level, logger.propagate, logger.disabled) for logger in loggers]
    for logger in loggers:
        logger.level, logger.propagate, logger.disabled = 1, True, False
    root.manager._clear_cache()  # type: ignore[attr-defined]  # levels are cached; setLevel would clear it once for each logger
    root.addHandler(ear)
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed), warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield heard
            heard.warned += [f"{warning.message} {warning.message!r} {warning.source!r}" for warning in caught]
    finally:
        heard.printed = printed.getvalue()
        root.removeHandler(ear)
        for logger, level, propagate, disabled in before:
            logger.level, logger.propagate, logger.disabled = level, propagate, disabled
        root.manager._clear_cache()  # type: ignore[attr-defined]  # as above
