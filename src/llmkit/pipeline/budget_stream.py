"""What layers of money do with streams: hear of the end, and put warnings into the last event."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from llmkit.errors import LLMKitError
from llmkit.types.events import Event, Finish
from llmkit.types.responses import CompletionResponse
from llmkit.types.warnings import Warning

Tell: TypeAlias = Callable[[CompletionResponse], Awaitable[None]]


class StreamEnd:
    """A watcher that tells the answer as far as it came; `again` where a stream that was cut has been taken up and ends once more."""

    def __init__(self, tell: Tell, again: Tell | None = None) -> None:
        self._tell, self._again = tell, again or tell

    def event(self, event: Event, /) -> None:
        """See nothing."""

    async def end(self, response: CompletionResponse, error: LLMKitError | None, complete: bool, /) -> None:
        """Tell."""
        tell, self._tell = self._tell, self._again
        await tell(response)


class Warned:
    """A lens that adds warnings to the last event."""

    def __init__(self, warnings: Sequence[Warning]) -> None:
        self._warnings = tuple(warnings)

    def feed(self, events: list[Event], /) -> list[Event]:
        """Return the events, the last with the warnings."""
        return [event.replace(warnings=(*event.warnings, *self._warnings)) if isinstance(event, Finish) else event for event in events]

    def close(self) -> list[Event]:
        """Return nothing: nothing was held back."""
        return []
