"""What a list or a table of the configuration file may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from llmkit.config.place import WRONG, Place
from llmkit.config.scalars import Form
from llmkit.errors import LLMKitError, nearest

REQUIRED: Any = object()


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A key of a table. `inside` names the argument that a flattened key belongs to."""

    form: Form
    default: Any = REQUIRED
    inside: str = ""


class ListOf(msgspec.Struct, frozen=True):
    """A list."""

    form: Form
    least: int = 0
    alone: bool = False
    """One may stand without brackets."""

    @property
    def called(self) -> str:
        """Return what it must be, in words."""
        return f"a list (each {self.form.called})" if not self.alone else f"{self.form.called}, or a list of these"

    def fits(self, value: Any, /) -> bool:
        return isinstance(value, list) or (self.alone and self.form.fits(value))

    def read(self, value: Any, place: Place, /) -> Any:
        if self.alone and not isinstance(value, list) and self.form.fits(value):
            one = self.form.read(value, place)
            return WRONG if one is WRONG else (one,)
        if not isinstance(value, list):
            return place.wrong(f"must be {self.called}, not {value!r}.")
        if len(value) < self.least:
            return place.wrong("must not be empty.")
        items = tuple([self.form.read(item, place.item(index)) for index, item in enumerate(value)])
        return WRONG if any(item is WRONG for item in items) else items

    def schema(self) -> dict[str, Any]:
        several = {"type": "array", "items": self.form.schema(), **({"minItems": self.least} if self.least else {})}
        return {"anyOf": [self.form.schema(), several]} if self.alone else several


class MapOf(msgspec.Struct, frozen=True):
    """A table whose keys are names of the user's own; or some of `names`."""

    form: Form
    names: tuple[str, ...] = ()
    partly: bool = False
    """What is right is returned also where something beside it is wrong, so that more can be said of the file."""

    @property
    def called(self) -> str:
        """Return what it must be, in words."""
        return "a table"

    def fits(self, value: Any, /) -> bool:
        return isinstance(value, dict)

    def read(self, value: Any, place: Place, /) -> Any:
        if not isinstance(value, dict):
            return place.wrong(f"must be a table, not {value!r}.")
        read = {key: self._one(key, item, place) for key, item in value.items()}
        right = {key: item for key, item in read.items() if item is not WRONG}
        return right if self.partly or len(right) == len(read) else WRONG

    def _one(self, key: str, item: Any, place: Place) -> Any:
        if self.names and key not in self.names:
            return unknown(place, key, self.names)
        return self.form.read(item, place.at(key))

    def schema(self) -> dict[str, Any]:
        names = {"propertyNames": {"enum": list(self.names)}} if self.names else {}
        return {"type": "object", "additionalProperties": self.form.schema(), **names}


class OneOf(msgspec.Struct, frozen=True):
    """One of several forms: the first that the value is meant to be."""

    forms: tuple[Form, ...]

    @property
    def called(self) -> str:
        """Return what it must be, in words."""
        return ", or ".join([form.called for form in self.forms])

    def fits(self, value: Any, /) -> bool:
        return any(form.fits(value) for form in self.forms)

    def read(self, value: Any, place: Place, /) -> Any:
        meant = next((form for form in self.forms if form.fits(value)), None)
        return place.wrong(f"must be {self.called}, not {value!r}.") if meant is None else meant.read(value, place)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [form.schema() for form in self.forms]}


class OrOff(msgspec.Struct, frozen=True):
    """A value that `false` takes away: TOML has no word for nothing."""

    form: Form

    @property
    def called(self) -> str:
        """Return what it must be, in words."""
        return f"{self.form.called}, or false for none"

    def fits(self, value: Any, /) -> bool:
        return value is False or self.form.fits(value)

    def read(self, value: Any, place: Place, /) -> Any:
        return None if value is False else self.form.read(value, place)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [self.form.schema(), {"const": False}]}


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table with known keys, and what is made of it."""

    fields: Mapping[str, Field]
    make: Callable[..., Any] = dict
    refused: Mapping[str, str] = {}
    """Keys that somebody might expect, and why they cannot stand in a file."""
    does: str = ""

    @property
    def called(self) -> str:
        """Return what it must be, in words."""
        return "a table"

    def fits(self, value: Any, /) -> bool:
        return isinstance(value, dict)

    def read(self, value: Any, place: Place, /) -> Any:
        if not isinstance(value, dict):
            return place.wrong(f"must be a table, not {value!r}.")
        read = {key: self._one(key, item, place) for key, item in value.items()}
        for key, field in self.fields.items():
            if field.default is REQUIRED and key not in value:
                read[key] = place.wrong(f"needs {key}.")
        right = {key: item for key, item in read.items() if item is not WRONG}
        made = self._made(right, place, whole=len(right) == len(read))
        return made if len(right) == len(read) else WRONG

    def _one(self, key: str, item: Any, place: Place) -> Any:
        if key in self.fields:
            return self.fields[key].form.read(item, place.at(key))
        if key in self.refused:
            return place.at(key).wrong(f"cannot be set by a file: {self.refused[key]}.")
        return unknown(place, key, self.fields)

    def _made(self, read: dict[str, Any], place: Place, *, whole: bool) -> Any:
        """Return what is made of the table. Not `whole`: some of it is missing, and only what the class says of the rest counts."""
        blamed = ""
        try:
            made = self.make(**read)
            return made if whole else WRONG
        except LLMKitError as error:
            blamed = (getattr(error, "parameter", None) or "").rpartition(".")[2]
            if whole or blamed in read:
                (place.at(blamed) if blamed in self.fields else place).wrong(_behind(blamed, error.message), error.hint)
        except (TypeError, ValueError) as error:
            if whole:
                place.wrong(f": {error}")
        if blamed in read:  # there may be more
            self._made({key: item for key, item in read.items() if key != blamed}, place, whole=False)
        return WRONG

    def schema(self) -> dict[str, Any]:
        required = [key for key, field in self.fields.items() if field.default is REQUIRED]
        return {
            "type": "object",
            **({"description": self.does} if self.does else {}),
            "properties": {key: _with_default(field) for key, field in self.fields.items()},
            "additionalProperties": False,
            **({"required": required} if required else {}),
        }


def unknown(place: Place, key: str, known: Any) -> Any:
    """Tell that nobody knows `key`, and which name is nearest. Return `WRONG`."""
    near = nearest(key, known)
    hint = f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(sorted(known))}." if len(known) <= 12 else None
    return place.at(key).wrong("is unknown.", hint)


def _behind(name: str, message: str) -> str:
    """Return what a class says of its argument `name`, to be read behind the path."""
    first, _, rest = message.partition(" ")
    return rest if name and first.rpartition(".")[2] == name else f": {message}"


def _with_default(field: Field) -> dict[str, Any]:
    plain = field.default is not REQUIRED and isinstance(field.default, bool | int | float | str)
    return {**field.form.schema(), **({"default": field.default} if plain else {})}
