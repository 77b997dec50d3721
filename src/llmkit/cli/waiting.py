"""Wait for a job at the terminal: a line that says how far it is, its id when the wait ends early, and the files it made."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from llmkit.cli.notices import note, warn
from llmkit.cli.terminal_text import one_line

if TYPE_CHECKING:
    from llmkit.client import LLMKit
    from llmkit.operations.jobs import Job
    from llmkit.types.job import JobState

__all__ = ["Line", "keep", "wait"]

_BAR = 24


class Line:
    """How far a job is, drawn over itself at a terminal; elsewhere nothing."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._shown = sys.stderr.isatty()

    def __call__(self, state: JobState) -> None:
        """Draw `state`, and take the line away when it is over."""
        if self._shown:
            sys.stderr.write("\r\x1b[K" + ("" if state.over else self.text(state)))
            sys.stderr.flush()

    def text(self, state: JobState) -> str:
        """Return the line."""
        seconds = f"{time.monotonic() - self._begun:.0f} s"
        if state.progress is None:
            return one_line(f"{state.status} ... {seconds}")
        full = round(state.progress * _BAR)
        return one_line(f"{state.status} [{'#' * full}{'.' * (_BAR - full)}] {state.progress:.0%} {seconds}")

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def wait(job: Job, timeout: float | None) -> Any:
    """Return what the job made; whoever ends the wait, or what, is told how to take it up again."""
    from llmkit.errors import JobInterrupted

    line = Line()
    try:
        return job.wait(timeout, line)
    except (JobInterrupted, KeyboardInterrupt):
        line.clear()
        note(f"the job may go on: llmkit job {job.id} --wait")
        raise
    finally:
        line.clear()


def keep(kit: LLMKit, reply: Any, output: str | None, as_json: bool) -> None:
    """Save the media of `reply` and print where; with `as_json` the reply itself, without the bytes."""
    from llmkit.operations.media import media_of

    for warning in getattr(reply, "warnings", ()):
        if not (warning.kind == "unknown" and warning.parameter == "cost"):
            warn(str(warning))
    made = list(media_of(reply))
    paths = kit.save(reply, output or "./") if made and (output or not as_json) else []
    if as_json:
        print(_json(reply, [str(path) for path in paths]))
        return
    for path in paths:
        print(path)
    if not made:
        print(_json(reply, []))


def _json(reply: Any, paths: list[str]) -> str:
    import json

    fields = reply.to_dict() if hasattr(reply, "to_dict") else {}
    fields = {name: value for name, value in fields.items() if name not in ("raw", "data")}
    for value in fields.values():
        for item in value if isinstance(value, list) else ():
            if isinstance(item, dict) and "data" in item:
                item["data"] = None  # they are in the files
    return json.dumps({**fields, **({"files": paths} if paths else {})}, indent=2, default=str)
