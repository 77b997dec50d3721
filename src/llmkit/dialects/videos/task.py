"""A job in the shape that nearly all makers of films have: begin, look, end; told by the functions that differ."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec

from llmkit.dialects.jobs import begun, uncertain, whole_job
from llmkit.dialects.openai_chat.errors import error_in, error_of
from llmkit.dialects.retry_after import retry_after
from llmkit.dialects.videos.reading import PATIENCE, begun_state, object_in
from llmkit.errors import InvalidRequest, ProtocolError, ProviderError
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.job import JobState, JobSteps
from llmkit.types.video import VideoRequest

_PLAIN = re.compile(r"[A-Za-z0-9._:=+~@-]+(/[A-Za-z0-9._:=+~@-]+)*")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._:/?&=-]+")
Fault = Callable[[dict[str, Any]], ProviderError | None]
DELAY = 5.0
"""Seconds between the first looks: films take minutes."""


def fault_in(data: dict[str, Any]) -> ProviderError | None:
    """Return the error that an answer with status 200 reports, as most servers do."""
    found = error_in(data)
    return error_of(found, data) if found else None


def no_fault(data: dict[str, Any]) -> ProviderError | None:
    """Read no error from an answer with status 200: its fields of that name belong to the job."""
    return None


class Task(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How one format does it. `start`, `poll`, `cancel` and `steps` are what its module shows."""

    begin: Callable[[VideoRequest, Place], Ask]
    """The question that begins it, with what could not be said."""
    handle: Callable[[dict[str, Any]], str | None]
    """What names the job in the answer to it."""
    kind: Callable[[VideoRequest], str] | None = None
    """What stands before the name in the handle, where each kind of job is asked for at a path of its own: `image2video`."""
    look: Callable[[str, Place], Ask]
    """The question how it stands."""
    read: Callable[[JobState, dict[str, Any], Answer], JobState] | None = None
    """How it stands by the answer."""
    fetch: Callable[[JobState, dict[str, Any], Answer, Place], JobSteps] | None = None
    """Instead: how it stands by the answer, where what it made is asked for with further questions."""
    end: Callable[[str, Place], Ask] | None = None
    """The question that ends it early."""
    addressed: bool = False
    """The handle may be an address that the answer gave."""
    fault: Fault = fault_in
    delay: float = DELAY

    def start(self, request: VideoRequest, place: Place, /) -> JobSteps:
        """Begin it."""
        ask = self.begin(request, place)
        answer = yield from begun(ask, repeatable=bool(place.options.get("repeatable")))
        told = retry_after(answer.headers)
        delay = float(place.options.get("delay", self.delay)) if told is None else min(told, PATIENCE)
        unreadable: ProtocolError | None = None
        try:
            name = self.handle(self.checked(answer))
            handle = f"{self.kind(request)}/{name}" if self.kind is not None and name else name
            return begun_state(handle, request, ask.warnings, delay)
        except ProtocolError as error:
            unreadable = error
        raise uncertain(unreadable)

    def poll(self, state: JobState, place: Place, /) -> JobSteps:
        """Look how it stands."""
        answer = yield self.look(self.named(state), place)
        data = self.checked(answer)
        if self.fetch is not None:
            return (yield from self.fetch(state, data, answer, place))
        assert self.read is not None
        return self.read(state, data, answer)

    def cancel(self, state: JobState, place: Place, /) -> JobSteps:
        """End it."""
        assert self.end is not None
        yield self.end(self.named(state), place)
        return msgspec.structs.replace(state, status="cancelled")

    def steps(self, request: VideoRequest, place: Place, /) -> Steps:
        """Do all of it."""
        return whole_job(self.start, self.poll, request, place)

    def named(self, state: JobState) -> str:
        """Return a handle that leads nowhere else: it may come from outside. Raises `InvalidRequest`."""
        handle = state.handle
        if ".." in handle or not (_PLAIN.fullmatch(handle) or (self.addressed and _ADDRESS.fullmatch(handle))):
            raise InvalidRequest(f"{handle!r} is no id of a job.", parameter="job")
        return handle

    def checked(self, answer: Answer) -> dict[str, Any]:
        """Return the object in the answer. Raises the error that it reports."""
        data = object_in(answer)
        failure = self.fault(data)
        if failure is not None:
            raise failure
        return data
