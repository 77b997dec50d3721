"""What a single value of the configuration file may be: how it is read, and how JSON Schema says it."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import msgspec

from llmkit.config.place import Place
from llmkit.errors import nearest

_UNITS = {"ms": 0.001, "s": 1, "min": 60, "h": 3600, "d": 86_400}
_DURATION = re.compile(r"(\d+(?:\.\d+)?) ?(ms|s|min|h|d)")
_SIZES = {"B": 1, "kB": 1000, "MB": 1000**2, "GB": 1000**3, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_SIZE = re.compile(r"(\d+) ?(B|kB|MB|GB|KiB|MiB|GiB)")


class Form(Protocol):
    """What a value may be."""

    @property
    def called(self) -> str:
        """Return what it must be, in words."""
        ...

    def fits(self, value: Any, /) -> bool:
        """Say whether `value` is meant to be one, be it right or wrong in itself."""
        ...

    def read(self, value: Any, place: Place, /) -> Any:
        """Return what `value` means, or `WRONG` after telling what is wrong."""
        ...

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of it."""
        ...


class Switch(msgspec.Struct, frozen=True):
    """True or false."""

    called = "true or false"

    def fits(self, value: Any, /) -> bool:
        return isinstance(value, bool)

    def read(self, value: Any, place: Place, /) -> Any:
        return value if self.fits(value) else _not(self, value, place)

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


class Whole(msgspec.Struct, frozen=True):
    """A whole number."""

    called = "a whole number"
    least: int | None = None
    most: int | None = None

    def fits(self, value: Any, /) -> bool:
        return isinstance(value, int) and not isinstance(value, bool)

    def read(self, value: Any, place: Place, /) -> Any:
        if not self.fits(value):
            return _not(self, value, place)
        if (self.least is not None and value < self.least) or (self.most is not None and value > self.most):
            to = f" to {self.most}" if self.most is not None else " on"
            return place.wrong(f"must be a whole number from {self.least}{to}, not {value!r}.")
        return value

    def schema(self) -> dict[str, Any]:
        bounds = {"minimum": self.least, "maximum": self.most}
        return {"type": "integer", **{name: bound for name, bound in bounds.items() if bound is not None}}


class Number(msgspec.Struct, frozen=True):
    """A number, whole or not."""

    called = "a number"

    def fits(self, value: Any, /) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool)

    def read(self, value: Any, place: Place, /) -> Any:
        return _finite(value, place) if self.fits(value) else _not(self, value, place)

    def schema(self) -> dict[str, Any]:
        return {"type": "number"}


class Seconds(msgspec.Struct, frozen=True):
    """A duration: a number of seconds, or a text with a unit."""

    called = 'a number of seconds, or text such as "500 ms", "30 s", "5 min", "1 h", "7 d"'
    positive: bool = False

    def fits(self, value: Any, /) -> bool:
        return (isinstance(value, int | float) and not isinstance(value, bool)) or isinstance(value, str)

    def read(self, value: Any, place: Place, /) -> Any:
        match = _DURATION.fullmatch(value) if isinstance(value, str) else None
        if match:
            value = round(float(match[1]) * _UNITS[match[2]], 9)
        if isinstance(value, str) or not self.fits(value):
            return _not(self, value, place)
        if value < 0 or (self.positive and not value > 0):
            return place.wrong(f"must be {'more than' if self.positive else 'at least'} 0 seconds, not {value!r}.")
        return _finite(_float(value), place)

    def schema(self) -> dict[str, Any]:
        number = {"type": "number", ("exclusiveMinimum" if self.positive else "minimum"): 0}
        return {"anyOf": [number, {"type": "string", "pattern": f"^{_DURATION.pattern}$"}]}


class Size(msgspec.Struct, frozen=True):
    """A number of bytes, or a text with a unit."""

    called = 'a number of bytes, or text such as "512 kB", "64 MB", "1 GiB"'

    def fits(self, value: Any, /) -> bool:
        return (isinstance(value, int) and not isinstance(value, bool)) or isinstance(value, str)

    def read(self, value: Any, place: Place, /) -> Any:
        match = _SIZE.fullmatch(value) if isinstance(value, str) else None
        if match:
            return int(match[1]) * _SIZES[match[2]]
        return _not(self, value, place) if isinstance(value, str) or not self.fits(value) else value

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": f"^{_SIZE.pattern}$"}]}


class Money(msgspec.Struct, frozen=True):
    """An amount of dollars, exact where it is written as text."""

    called = "an amount of dollars"

    def fits(self, value: Any, /) -> bool:
        return isinstance(value, int | float | str) and not isinstance(value, bool)

    def read(self, value: Any, place: Place, /) -> Any:
        try:
            amount = Decimal(str(value)) if self.fits(value) else Decimal("NaN")
        except InvalidOperation:
            amount = Decimal("NaN")
        return amount if amount.is_finite() else _not(self, value, place)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}]}


class Text(msgspec.Struct, frozen=True):
    """Text."""

    called = "text"
    empty: bool = True

    def fits(self, value: Any, /) -> bool:
        return isinstance(value, str)

    def read(self, value: Any, place: Place, /) -> Any:
        if not self.fits(value):
            return _not(self, value, place)
        return value if value or self.empty else place.wrong("must not be empty.")

    def schema(self) -> dict[str, Any]:
        return {"type": "string"} if self.empty else {"type": "string", "minLength": 1}


class Choice(msgspec.Struct, frozen=True):
    """One of a few words."""

    words: tuple[Any, ...]

    @property
    def called(self) -> str:
        """Return the words."""
        return "one of " + ", ".join([repr(word) for word in self.words])

    def fits(self, value: Any, /) -> bool:
        return isinstance(value, str) and not (_number_like(value) and value not in self.words)

    def read(self, value: Any, place: Place, /) -> Any:
        if isinstance(value, str | int) and value in self.words:
            return value
        near = nearest(value, [str(word) for word in self.words]) if isinstance(value, str) else []
        return place.wrong(f"must be {self.called}, not {value!r}.", f"Did you mean {near[0]}?" if near else None)

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.words)}


class FilePath(msgspec.Struct, frozen=True):
    """A path; a relative one is meant beside the configuration file, never in the working directory."""

    called = "the path of a file"

    def fits(self, value: Any, /) -> bool:
        return isinstance(value, str)

    def read(self, value: Any, place: Place, /) -> Any:
        if not isinstance(value, str) or not value:
            return _not(self, value, place)
        return beside(place.session.file, value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1}


class Address(msgspec.Struct, frozen=True):
    """A URL without a password, or `env:NAME` of a variable that holds one with a password."""

    schemes: tuple[str, ...]

    @property
    def called(self) -> str:
        """Return how it begins."""
        return f"{' or '.join([f'{scheme}://...' for scheme in self.schemes])}, or env:NAME"

    def fits(self, value: Any, /) -> bool:
        return isinstance(value, str)

    def read(self, value: Any, place: Place, /) -> Any:
        if not isinstance(value, str):
            return _not(self, type(value).__name__, place)
        address = value
        if value.startswith("env:"):
            address = place.session.environment.get(value[4:], "")
            if not address:
                return place.wrong(f"leads nowhere: the environment variable {value[4:] or '(no name)'} is not set.")
        if not address.startswith(tuple(f"{scheme}://" for scheme in self.schemes)):
            return place.wrong(f"must be {self.called}.")  # the value may hold a password
        if address is value and "@" in value and _has_password(value):
            return place.wrong("holds a password.", "Put the whole address into an environment variable, and write env:NAME.")
        return address

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^(env:.+|({'|'.join(self.schemes)})://([^:@/]+@)?[^@]+)$"}


def beside(file: Path, path: str) -> str:
    """Return `path`, meant from the folder of `file`."""
    return str(file.absolute().parent / Path(path).expanduser())


def _has_password(address: str) -> bool:
    try:
        return bool(urlsplit(address).password) or address.count("@") > 1
    except ValueError:
        return True


def _number_like(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", text))


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number of hundreds of digits
        return float("inf")


def _finite(value: Any, place: Place) -> Any:
    return value if abs(value) != float("inf") and value == value else place.wrong(f"must be a number, not {value!r}.")


def _not(form: Any, value: Any, place: Place) -> Any:
    return place.wrong(f"must be {form.called}, not {value!r}.")
