"""Take the fields of a client's JSON one by one; what is left over goes into options."""

from __future__ import annotations

from typing import Any, NoReturn

from llmkit.dialects.anthropic.dialect_profile import NAME
from llmkit.errors import InvalidRequest
from llmkit.types.parts import CacheMark


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

    def at(self, name: str) -> str:
        """Return the path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def peek(self, name: str) -> Any:
        """Return a field and leave it."""
        return self._rest.get(name)

    def take(self, name: str, *kinds: type) -> Any:
        """Return a field of one of `kinds`; one of another kind stays and is None here."""
        value = self._rest.get(name)
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            return None
        del self._rest[name]
        return value

    def need(self, name: str, kind: type | tuple[type, ...], wanted: str) -> Any:
        """Return a field that must be there."""
        value = self._rest.pop(name, None)
        if not isinstance(value, kind):
            malformed(self.at(name), wanted)
        return value

    def want(self, name: str, wanted: str, *kinds: type) -> Any:
        """Return a field that may be missing or null, but not of another kind."""
        value = self.take(name, *kinds)
        if value is None and self._rest.get(name) is not None:
            malformed(self.at(name), wanted)
        return value

    def put(self, name: str, value: Any) -> None:
        """Set a field among those left over."""
        self._rest[name] = value

    def cache(self) -> CacheMark | None:
        """Take the cache mark, if it is one we can say."""
        match self._rest.get("cache_control"):
            case {"type": "ephemeral", "ttl": "5m" | "1h" as ttl, **more} if not more:
                mark = CacheMark(ttl=ttl)
            case {"type": "ephemeral", **more} if not more:
                mark = CacheMark()
            case _:
                return None
        del self._rest["cache_control"]
        return mark

    def rest(self) -> dict[str, dict[str, Any]]:
        """Return what is left as options of this format."""
        return {NAME: self._rest} if self._rest else {}
