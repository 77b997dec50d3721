"""Requests and results of batches as lines of JSON, and a line at the terminal that says how far one is."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from llmkit.cli.notices import note
from llmkit.cli.terminal_text import one_line

if TYPE_CHECKING:
    from llmkit.operations.batch_objects import Batch
    from llmkit.types.batch import BatchResult, BatchState

__all__ = ["Written", "as_object", "lines_of", "row", "shown", "waited", "write_results"]

_BAR = 24


def lines_of(file: str) -> Iterator[Any]:
    """Give the requests in `file`, a line each. Raises `InvalidRequest` naming the line that is no JSON."""
    from llmkit.errors import InvalidRequest

    try:
        with nullcontext(sys.stdin.buffer) if file == "-" else open(file, "rb") as source:
            for number, line in enumerate(source, 1):
                if line.strip():
                    yield _request(line, number)
    except OSError as error:
        raise InvalidRequest(f"The file {file} cannot be read: {error.strerror or error}.", parameter="file") from None


def _request(line: bytes, number: int) -> Any:
    from llmkit.errors import InvalidRequest

    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict | str | list):
        raise InvalidRequest(f"Line {number} is no request: it is not a JSON object, list or text.", parameter="file")
    return found


def write_results(results: Iterable[BatchResult], output: str | None) -> int:
    """Write the results into the file `output` or to standard output; return how many requests have no answer."""
    from llmkit.unfinished import UnfinishedFile

    failed = count = 0
    with nullcontext() if output is None else UnfinishedFile(Path(output)) as file:
        for result in results:
            count += 1
            failed += not result.ok
            line = json.dumps(_result(result), ensure_ascii=False, default=str)
            if file is None:
                print(line, flush=True)
            else:
                file.write(line.encode() + b"\n")
        if file is not None:
            file.keep()
    if failed or output is not None:
        note(f"{count:,} results, {failed:,} without an answer")
    return failed


def _result(result: BatchResult) -> dict[str, Any]:
    found: dict[str, Any] = {"id": result.id, "status": result.status}
    if result.error is not None:
        error = result.error
        found["error"] = {"type": type(error).__name__, "message": error.message, "status": getattr(error, "status", None) or None}
        return found
    if hasattr(result.reply, "text"):
        found["text"] = result.reply.text
    fields = {name: value for name, value in result.reply.to_dict().items() if name != "raw"}
    if hasattr(result.reply, "vectors"):
        fields.pop("data", None)
        found["vectors"] = [list(vector) for vector in result.reply.vectors]
    return {**found, "reply": fields}


def shown(state: BatchState) -> str:
    """Return how a batch stands, in a line."""
    counts = state.counts
    words: list[str] = [state.status]
    if counts.done is not None:
        words.append(f"{counts.done:,} of {counts.total:,} done" if counts.total is not None else f"{counts.done:,} done")
    words += [f"{number:,} {name}" for name in ("failed", "cancelled", "expired") if (number := getattr(counts, name))]
    if state.failure is not None:
        words.append(state.failure.message)
    return one_line(", ".join(words))


def as_object(batch: Batch) -> str:
    """Return all that is known of a batch as JSON."""
    state = batch.state
    fields = {name: getattr(state, name) for name in ("status", "raw_status", "model", "created", "ended", "expires", "name", "metadata")}
    counts = {name: getattr(state.counts, name) for name in ("total", "succeeded", "failed", "cancelled", "expired")}
    failure = None if state.failure is None else state.failure.message
    return json.dumps({"id": batch.id, **fields, "counts": counts, "failure": failure})


def row(batch: Batch) -> tuple[str, ...]:
    """Return a batch as a row of the list."""
    state, counts = batch.state, batch.counts
    made = "" if state.created is None else datetime.fromtimestamp(state.created, UTC).strftime("%Y-%m-%d %H:%M")
    done = "" if counts.done is None else f"{counts.done:,}/{counts.total:,}" if counts.total is not None else f"{counts.done:,}"
    return (batch.id, state.status, done, made, state.name)


def waited(batch: Batch, timeout: float | None) -> None:
    """Wait for a batch; whoever ends the wait, or what, is told how to take it up again."""
    from llmkit.errors import JobInterrupted

    with Written() as line:
        try:
            batch.wait(timeout, line.state)
        except (JobInterrupted, KeyboardInterrupt):
            line.clear()
            note(f"to take it up again: llmkit batch status {batch.id} --wait")
            raise


class Written:
    """How far it is, drawn over itself at a terminal; elsewhere nothing."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._shown = sys.stderr.isatty()

    def __call__(self, count: int) -> None:
        """Draw how many requests are written."""
        self._draw(f"{count:,} requests written ...")

    def state(self, state: BatchState) -> None:
        """Draw how a batch stands."""
        self._draw("" if state.over else self.text(state))

    def text(self, state: BatchState) -> str:
        """Return the line."""
        done, total = state.counts.done, state.counts.total
        seconds = f"{time.monotonic() - self._begun:.0f} s"
        if done is None or not total:
            return one_line(f"{state.status} ... {seconds}")
        full = min(done, total) * _BAR // total
        return one_line(f"{state.status} [{'#' * full}{'.' * (_BAR - full)}] {done:,}/{total:,} {seconds}")

    def clear(self) -> None:
        """Take the line away."""
        self._draw("")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.clear()

    def _draw(self, text: str) -> None:
        if self._shown:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
