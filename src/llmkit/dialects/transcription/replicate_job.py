"""A prediction on Replicate: begin, look, end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from llmkit.dialects.answered import text
from llmkit.dialects.openai_chat.wire import loads
from llmkit.errors import ProtocolError, ProviderError
from llmkit.types.asking import Ask, Place
from llmkit.types.job import JobState, JobStatus, JobSteps

# replicate.com/docs/reference/http, read 2026-11-23.
_STATUS: dict[str, JobStatus] = {
    "starting": "queued",
    "processing": "running",
    "succeeded": "succeeded",
    "successful": "succeeded",
    "failed": "failed",
    "canceled": "cancelled",
    "aborted": "cancelled",
}


def asked(place: Place, fields: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return path and body: a model by its name, or one version of it by `owner/name:version`."""
    _, _, version = place.model.partition(":")
    if version:
        return "/predictions", {"version": version, "input": fields}
    return place.path, {"input": fields}


def start(ask: Ask, read: Callable[[dict[str, Any]], Any]) -> JobSteps:
    """Begin."""
    answer = yield ask
    found = _prediction(answer.body)
    return _state(found, text(found.get("id")) or "", read)


def poll(state: JobState, read: Callable[[dict[str, Any]], Any]) -> JobSteps:
    """Look how it stands."""
    answer = yield Ask(path=f"/predictions/{quote(state.handle, safe='')}", method="GET")
    return _state(_prediction(answer.body), state.handle, read)


def cancel(state: JobState, place: Place, /) -> JobSteps:
    """End it."""
    yield Ask(path=f"/predictions/{quote(state.handle, safe='')}/cancel")
    return JobState(handle=state.handle, status="cancelled")


def _prediction(body: bytes) -> dict[str, Any]:
    """Return the prediction; what stands in its `error` is why it failed, and no error of the answer."""
    found: Any = None
    with suppress(ValueError):
        found = loads(body)
    if not isinstance(found, dict) or "status" not in found:
        raise ProtocolError("The answer is no prediction.")
    return found


def _state(found: dict[str, Any], handle: str, read: Callable[[dict[str, Any]], Any]) -> JobState:
    status = _STATUS.get(str(found.get("status")), "running")
    if status == "failed":
        why = text(found.get("error")) or "The prediction failed."
        return JobState(handle=handle, status="failed", failure=ProviderError(why, status=200, request_id=text(found.get("id"))))
    if not handle and status != "succeeded":
        raise ProtocolError("The answer names no prediction.")
    made = read(found) if status == "succeeded" else None
    return JobState(handle=handle or "done", status=status, delay=1.0, reply=made)
