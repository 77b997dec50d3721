"""Structured logging under the logger `llmkit`: a line a call, no words, no keys."""

from __future__ import annotations

import logging
from typing import Any

import msgspec

from llmkit.dialects.error_text import error_text
from llmkit.errors import ConfigurationError
from llmkit.pipeline.call import Call, Next
from llmkit.pipeline.trace import LOGGER, Outcome, observed
from llmkit.tracing.content import Content, Redact
from llmkit.tracing.record import record
from llmkit.types.events import Event

__all__ = ["CallLog", "JsonFormatter", "Redaction"]

_encode = msgspec.json.Encoder(enc_hook=str).encode


class CallLog(msgspec.Struct, frozen=True, kw_only=True):
    """Log each call at `level`; one that needed several tries as a warning, one that failed as an error.

    The record's attribute `llmkit` holds the fields: models, status, seconds, tokens, cost, attempts. What was asked and answered,
    and errors' messages, are logged only with `content=True`, each text through `redact`. A level that nobody listens to costs nothing.

    >>> from llmkit import LLMKit
    >>> kit = LLMKit(layers=[CallLog()])
    """

    level: int = logging.INFO
    content: bool = False
    redact: Redact | None = None

    def __post_init__(self) -> None:
        if isinstance(self.level, bool) or not isinstance(self.level, int):
            raise ConfigurationError(f"level must be a number such as logging.INFO, not {self.level!r}.", parameter="level")
        if self.redact is not None and not self.content:
            raise ConfigurationError("redact goes with content=True: nothing else holds words.", parameter="redact")

    @property
    def name(self) -> str:
        """Return the place in the order of layers."""
        return "trace"

    async def __call__(self, call: Call, next: Next[Any], /) -> Any:
        """Return the reply, and log how it ended."""
        if not LOGGER.isEnabledFor(max(self.level, logging.ERROR)):
            return await next(call)
        return await observed(call, next, _Entry(self, call))


class _Entry:
    """What is logged about one call."""

    def __init__(self, log: CallLog, call: Call) -> None:
        self._log, self._call = log, call

    def event(self, event: Event, seconds: float) -> None:
        """Log nothing: a line a call."""

    def end(self, outcome: Outcome) -> None:
        level = self._level(outcome)
        if not LOGGER.isEnabledFor(level):
            return
        content = Content(self._log.redact) if self._log.content else None
        fields = record(self._call, outcome, content)
        LOGGER.log(level, "%s", _line(fields), extra={"llmkit": fields})

    def _level(self, outcome: Outcome) -> int:
        if outcome.error is not None:
            return max(self._log.level, logging.ERROR)
        if any(attempt.error for attempt in outcome.attempts):
            return max(self._log.level, logging.WARNING)
        return self._log.level


def _line(fields: dict[str, Any]) -> str:
    usage = fields.get("usage", {})
    tokens = f", {usage['input']}+{usage['output']} tokens" if usage else ""
    cost = f", {fields['cost']['amount']} {fields['cost']['currency']}" if "cost" in fields else ""
    failed = sum("error" in attempt for attempt in fields.get("attempts", ()))
    tries = f", {failed} failed {'tries' if failed > 1 else 'try'}" if failed else ""
    how = fields["error"]["type"] if "error" in fields else fields.get("finish", fields["status"])
    return f"{fields['operation']} {fields['models'][0]}: {how} after {fields['seconds']:.3f} s{tokens}{cost}{tries}"


class Redaction(logging.Filter):
    """Masks what looks like a key in a record's message. Put it on a handler: `handler.addFilter(Redaction())`."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask keys in the message; no record is dropped."""
        said = record.getMessage()
        masked = error_text(said)
        if masked != said:
            record.msg, record.args = masked, None
        return True


class JsonFormatter(logging.Formatter):
    """Writes each record as one JSON object on a line, keys masked. Put it on a handler: `handler.setFormatter(JsonFormatter())`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; of an exception the class and its place, as its message can quote anything."""
        fields: dict[str, Any] = {
            "at": round(record.created, 3),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": error_text(record.getMessage()),
        }
        if record.exc_info and record.exc_info[0] is not None:
            fields["exception"] = _exception(record.exc_info[0], record.exc_info[2])
        about = getattr(record, "llmkit", None)
        if isinstance(about, dict):
            fields["llmkit"] = about
        return _encode(fields).decode()


def _exception(kind: type[BaseException], traceback: Any) -> str:
    place = traceback
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" at {place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place is not None else ""
    return f"{kind.__name__}{where}"
