"""A key that cannot be printed by accident."""

from __future__ import annotations

from typing import Any, NoReturn, SupportsIndex

from llmkit.errors import ConfigurationError

_LONGEST = 8192


class Secret:
    """Text that must not be seen. It prints as `Secret(****)`, and only `reveal` gives it out.

    Raises `ConfigurationError` for text that cannot be a key: empty, too long, or holding white space, control or
    non-ASCII characters (they would end up in an HTTP header, or in the message of an encoding error).
    """

    __slots__ = ("__value",)

    def __init__(self, value: str, *, name: str = "key") -> None:
        problem = _problem(value)
        self.__value = "" if problem else value
        del value
        if problem:
            raise ConfigurationError(f"The {name} {problem}.", parameter=name, hint="Check how it was copied.")

    def reveal(self) -> str:
        """Return the text itself. Only credentials call this, at the last moment."""
        return self.__value

    def scrub(self, text: str) -> str:
        """Return `text` with every appearance of the secret masked, also quoted, in base64 or shortened to its ends."""
        from llmkit.auth.masking import masked  # only failures pay for it

        return masked(text, self.__value)

    def fingerprint(self) -> str:
        """Return twelve characters that tell two keys apart and from which the key cannot be found."""
        import hmac  # Costs milliseconds to import.

        return hmac.digest(b"llmkit account", self.__value.encode(), "sha256").hex()[:12]

    def __repr__(self) -> str:
        return "Secret(****)"

    __str__ = __repr__

    def __format__(self, spec: str, /) -> str:
        return "Secret(****)"

    def __eq__(self, other: object) -> bool:
        import hmac

        return isinstance(other, Secret) and hmac.compare_digest(self.__value, other.__value)

    __hash__ = None  # type: ignore[assignment]

    def __dir__(self) -> list[str]:
        return ["fingerprint", "reveal", "scrub"]

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Secret:
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a Secret cannot be pickled")


def _problem(value: object) -> str | None:
    if not isinstance(value, str):
        return f"must be text, not {type(value).__name__}"
    if not value:
        return "is empty"
    if len(value) > _LONGEST:
        return f"is longer than {_LONGEST} characters"
    if not value.isascii():
        return "holds a non-ASCII character"
    if not all(33 <= ord(character) <= 126 for character in value):
        return "holds white space or a control character"
    return None
