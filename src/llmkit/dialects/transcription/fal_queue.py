"""The queue that fal's models stand behind: begin, look, fetch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llmkit.dialects.answered import object_in, text
from llmkit.dialects.openai_chat.errors import error_of
from llmkit.errors import ProtocolError, ProviderError
from llmkit.types.asking import Ask
from llmkit.types.job import JobState, JobSteps

# fal.ai/docs/model-apis/model-endpoints/queue, read 2026-11-23.
_STATUS = {"IN_QUEUE": "queued", "IN_PROGRESS": "running"}


def start(ask: Ask) -> JobSteps:
    """Begin; the handle is the address of the request."""
    answer = yield ask
    found = object_in(answer, "a request")
    address = text(found.get("response_url"))
    if address is None:
        raise ProtocolError("The answer names no request.")
    return JobState(handle=address, status="queued", delay=1.0)


def poll(state: JobState, read: Callable[[dict[str, Any]], Any]) -> JobSteps:
    """Look how it stands; fetch what it made."""
    answer = yield Ask(url=f"{state.handle}/status", method="GET")
    found = object_in(answer, "a status")
    status = found.get("status")
    if status != "COMPLETED":
        return JobState(handle=state.handle, status=_STATUS.get(str(status), "running"), delay=1.0)  # type: ignore[arg-type]  # the table's words
    if found.get("error"):
        return _failed(state, found)
    answer = yield Ask(url=state.handle, method="GET")
    made = object_in(answer, "a result")
    return JobState(handle=state.handle, status="succeeded", reply=read(made))


def cancel(state: JobState, place: Any, /) -> JobSteps:
    """End it, where it has not begun."""
    yield Ask(url=f"{state.handle}/cancel", method="PUT")
    return JobState(handle=state.handle, status="cancelled")


def _failed(state: JobState, found: dict[str, Any]) -> JobState:
    failure: ProviderError = error_of(found["error"], found)
    return JobState(handle=state.handle, status="failed", failure=failure)
