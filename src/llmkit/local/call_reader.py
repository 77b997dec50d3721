"""Read a call while the model writes it: `{"name":"...","arguments":...}`, compact, in this order."""

from __future__ import annotations

import json

_OPENING = '{"name":'
_MIDDLE = ',"arguments":'


class CallReader:
    """Takes pieces of the JSON; `name` is known once it is whole, and the arguments come as they are written."""

    def __init__(self) -> None:
        self.name: str | None = None
        self._text = ""
        self._calling = False

    def feed(self, text: str) -> str:
        """Take more and return what it adds to the arguments. The last character is held back: it closes the call, not them."""
        self._text += text
        if not self._calling and not self._begin():
            return ""
        ready, self._text = self._text[:-1], self._text[-1:]
        return ready

    def _begin(self) -> bool:
        if self.name is None and self._text.startswith(_OPENING):
            try:
                self.name, end = json.JSONDecoder().raw_decode(self._text, len(_OPENING))
            except ValueError:
                return False
            self._text = self._text[end:]
        self._calling = self.name is not None and self._text.startswith(_MIDDLE)
        if self._calling:
            self._text = self._text.removeprefix(_MIDDLE)
        return self._calling

    @property
    def calling(self) -> bool:
        """Return whether the arguments have begun."""
        return self._calling
