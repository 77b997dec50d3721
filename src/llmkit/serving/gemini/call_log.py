"""The function calls of a client's conversation: gives ids to those without, and finds the call that a result answers."""

from __future__ import annotations

from llmkit.dialects.gemini.call_ids import PREFIX


class CallLog:
    """Walks along the conversation."""

    __slots__ = ("_numbers", "_open", "last_run")

    def __init__(self) -> None:
        self._numbers = 0
        self._open: list[tuple[str, str, bool]] = []
        self.last_run = ""
        """The id of the last code that the provider ran."""

    def called(self, name: str, given: str | None) -> str:
        """Note a call and return its id."""
        id_ = given or self._next()
        self._open.append((id_, name, given is not None))
        return id_

    def answered(self, name: str, given: str | None) -> tuple[str, bool]:
        """Return the id of a result, and whether it is that of a call whose id the result leaves out.

        A result without an id answers the first open call to the same function; one without an id of its own goes first.
        """
        same = [call for call in self._open if (call[0] == given if given else call[1] == name)]
        match = next((call for call in same if given or not call[2]), same[0] if same else None)
        if match is not None:
            self._open.remove(match)
        if given or match is None:
            return given or self._next(), False
        return match[0], match[2]

    def ran(self, given: str | None) -> str:
        """Note code that the provider ran and return its id."""
        self.last_run = given or self._next()
        return self.last_run

    def _next(self) -> str:
        self._numbers += 1
        return f"{PREFIX}{self._numbers}"
