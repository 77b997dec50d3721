"""Go after an answer that is a job: ask on until it is over, or read it where its stream is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import msgspec

from llmkit.errors import LLMKitError, ProtocolError, Timeout
from llmkit.framing.weight import check_weight
from llmkit.pipeline.call import Call
from llmkit.transport.policy import joined
from llmkit.types.dialect import Following
from llmkit.types.http import HttpResponse

MOST_POLLS = 10_000
MOST_FAILED_POLLS = 3
"""In a row."""
Ask: TypeAlias = Callable[[str, str], Awaitable[HttpResponse]]
"""Asks an address with GET; the second argument is what to accept."""


class Held:
    """A response body that was read already."""

    __slots__ = ("_left",)

    def __init__(self, left: bytes) -> None:
        self._left = left

    async def read(self, deadline: float | None = None, phase: str = "idle") -> bytes:
        """Return the body, once."""
        return await self.read_all()

    async def read_all(self, deadline: float | None = None, limit: int = 0) -> bytes:
        """Return the body, once."""
        left, self._left = self._left, b""
        return left

    async def aclose(self) -> None:
        """Drop the body."""
        self._left = b""


async def follow(following: Following, call: Call, body: bytes, address: str, ask: Ask) -> bytes:
    """Ask on until the answer is final. A question that fails is asked again a few times: to start anew would run the job twice."""
    failures = 0
    for polls in range(1, MOST_POLLS):
        check_weight(body)
        found = following.follow(body, stream=False, polls=polls)
        if found is None:
            return body
        await _wait(found.delay, call)
        try:
            response = await ask(joined(address, found.url), "*/*")
            body = await response.body.read_all(call.deadline)
            failures = 0
        except LLMKitError as error:
            failures += 1
            if failures > MOST_FAILED_POLLS or not error.retryable or isinstance(error, Timeout):
                raise
    raise ProtocolError(f"The answer was not final after {MOST_POLLS} questions.")


async def follow_to_stream(following: Following, call: Call, response: HttpResponse, address: str, ask: Ask) -> HttpResponse:
    """Go where the first answer says the stream is; an answer that names none is the stream, or final."""
    if response.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return response
    body = await response.body.read_all(call.deadline)
    check_weight(body)
    found = following.follow(body, stream=True, polls=1)
    if found is None or not found.stream:
        return msgspec.structs.replace(response, body=Held(body))
    await _wait(found.delay, call)
    return await ask(joined(address, found.url), "text/event-stream")


async def _wait(delay: float, call: Call) -> None:
    """Wait `delay` seconds, not past the deadline: the question that follows then says that the time is up."""
    if call.deadline is not None:
        delay = min(delay, max(0.0, call.deadline - call.runtime.now()))
    await call.runtime.sleep(delay)
