"""Take the fields of a client's JSON one by one; what is left over goes into options."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from llmkit.dialects.gemini.dialect_profile import NAME
from llmkit.errors import InvalidRequest
from llmkit.types.parts import Provenance

Value = TypeVar("Value")
ORIGIN = Provenance(provider="", dialect=NAME)
"""What only this format understands is marked as such; which provider made it, a request does not say."""


def malformed(path: str, wanted: str) -> NoReturn:
    """Raise the error for a body that is not as the format has it."""
    raise InvalidRequest(f"{path} must be {wanted}.", parameter=path)


class Fields:
    """A JSON object being read. `path` names it in errors."""

    __slots__ = ("_rest", "path")

    def __init__(self, value: Any, path: str) -> None:
        if not isinstance(value, dict):
            malformed(path or "The body", "an object")
        self.path = path
        self._rest: dict[str, Any] = dict(value)

    def __contains__(self, name: str) -> bool:
        return name in self._rest

    def at(self, name: str) -> str:
        """Return the path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def peek(self, name: str) -> Any:
        """Return a field and leave it."""
        return self._rest.get(name)

    def text(self, name: str) -> str | None:
        """Take a string."""
        return self._take(name, str, "a string")

    def number(self, name: str) -> float | None:
        """Take a number."""
        value = self._rest.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float | None):
            malformed(self.at(name), "a number")
        self._rest.pop(name, None)
        return value

    def count(self, name: str) -> int | None:
        """Take a whole number, which some clients write with a fraction of 0."""
        value = self.number(name)
        if isinstance(value, float) and not value.is_integer():
            malformed(self.at(name), "a whole number")
        return None if value is None else int(value)

    def flag(self, name: str) -> bool | None:
        """Take a boolean."""
        return self._take(name, bool, "a boolean")

    def object(self, name: str) -> dict[str, Any] | None:
        """Take an object."""
        return self._take(name, dict, "an object")

    def items(self, name: str) -> list[Any]:
        """Take a list; one item without its list is taken for a list of it, as the API itself does."""
        value = self._rest.pop(name, None)
        if value is None:
            return []
        if not isinstance(value, list | dict):
            malformed(self.at(name), "a list")
        return value if isinstance(value, list) else [value]

    def texts(self, name: str) -> tuple[str, ...]:
        """Take a list of strings."""
        found = self._rest.get(name)
        if found is not None and (not isinstance(found, list) or not all(isinstance(item, str) for item in found)):
            malformed(self.at(name), "a list of strings")
        self._rest.pop(name, None)
        return tuple(found or ())

    def drop(self, name: str) -> None:
        """Pass a field over."""
        self._rest.pop(name, None)

    def put(self, name: str, value: Any) -> None:
        """Set a field among those left over."""
        self._rest[name] = value

    def left(self) -> dict[str, Any]:
        """Return what is left over."""
        return self._rest

    def options(self) -> dict[str, dict[str, Any]]:
        """Return what is left over as options of this format."""
        return {NAME: self._rest} if self._rest else {}

    def _take(self, name: str, kind: type[Value], wanted: str) -> Value | None:
        value = self._rest.pop(name, None)
        if value is not None and not isinstance(value, kind):
            malformed(self.at(name), wanted)
        return value
