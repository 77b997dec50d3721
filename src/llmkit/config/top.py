"""The whole file as one table: what may stand where."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from llmkit.config.place import WRONG, Place
from llmkit.config.recipes import LayersForm
from llmkit.config.routes import RoutesForm
from llmkit.config.scalars import Address, FilePath, Seconds, Switch, Text, Whole
from llmkit.config.signatures import table_of
from llmkit.config.tables import Field, ListOf, MapOf, OneOf, OrOff, Table, unknown
from llmkit.types.profile import Profile


class Reference(msgspec.Struct, frozen=True):
    """Where a key is. What stands there instead is never shown: it may be the key itself."""

    called = "'env:NAME', 'file:PATH' or a list of these"

    def fits(self, value: Any, /) -> bool:
        return isinstance(value, str)

    def read(self, value: Any, place: Place, /) -> Any:
        kind, _, target = value.partition(":") if isinstance(value, str) else ("", "", "")
        if kind in ("env", "file") and target:
            return value
        return place.wrong(f"must be {self.called}.", "Keys do not stand in the file itself.")

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^(env|file):.+$"}


class References(msgspec.Struct, frozen=True):
    """Where a key is, or where several are that take turns."""

    called = Reference.called

    def fits(self, value: Any, /) -> bool:
        return True

    def read(self, value: Any, place: Place, /) -> Any:
        if not isinstance(value, list):
            return Reference().read(value, place)
        found = ListOf(Reference(), least=1).read(value, place)
        if found is not WRONG and len(set(found)) < len(found):
            return place.wrong("names the same place twice.")
        return found

    def schema(self) -> dict[str, Any]:
        one = Reference().schema()
        return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1, "uniqueItems": True}]}


class Facts(msgspec.Struct, frozen=True):
    """Facts about an API: some of the fields of a `Profile`, checked by their types."""

    called = "a table"

    def fits(self, value: Any, /) -> bool:
        return isinstance(value, dict)

    def read(self, value: Any, place: Place, /) -> Any:
        if not isinstance(value, dict):
            return place.wrong(f"must be a table, not {value!r}.")
        facts = {key: self._one(key, item, place) for key, item in value.items()}
        return WRONG if any(item is WRONG for item in facts.values()) else facts

    def _one(self, key: str, item: Any, place: Place) -> Any:
        if key not in Profile.__struct_fields__:
            return unknown(place, key, Profile.__struct_fields__)
        problem = ""
        try:
            return getattr(Profile.from_dict({key: item}), key)
        except (msgspec.ValidationError, TypeError) as error:
            problem = str(error).partition(" - at")[0]
        return place.at(key).wrong(f": {problem}.")

    def schema(self) -> dict[str, Any]:
        return {"$ref": "#/$defs/Profile"}


class Server(msgspec.Struct, frozen=True):
    """A server of tools: a program (`command`), or an address (`url`)."""

    called = "a table"

    def fits(self, value: Any, /) -> bool:
        return isinstance(value, dict)

    def read(self, value: Any, place: Place, /) -> Any:
        if not isinstance(value, dict):
            return place.wrong(f"must be a table, not {value!r}.", "Write [mcp.NAME].")
        if ("command" in value) == ("url" in value):
            return place.wrong("needs a command or a url" + (", not both." if "url" in value else "."))
        kind = "command" if "command" in value else "url"
        return value if Text(empty=False).read(value[kind], place.at(kind)) is not WRONG else WRONG

    def schema(self) -> dict[str, Any]:
        text = {"type": "string", "minLength": 1}
        return {
            "type": "object",
            "oneOf": [{"properties": {kind: text}, "required": [kind]} for kind in ("command", "url")],
        }


@cache
def provider_table() -> Table:
    """Return the table of one provider."""
    from llmkit.dialects import NAMES

    text, texts = Text(), MapOf(Text())
    forms: dict[str, Any] = {
        "base_url": Text(empty=False),
        "key": References(),
        "key_file": FilePathAsWritten(),
        "dialect": _word(tuple(NAMES)),
        "env": ListOf(Text(empty=False), alone=True),
        "headers": texts,
        "profile": Facts(),
        "title": text,
        "docs": text,
        "local": Switch(),
        "insecure": Switch(),
        "auth": table_of("llmkit.auth.schemes:HeaderAuth"),
        "settings": texts,
    }
    return Table(fields={name: Field(form=form, default=None) for name, form in forms.items()}, does="A provider.")


class FilePathAsWritten(FilePath, frozen=True):
    """A path that is looked up later."""

    def read(self, value: Any, place: Place, /) -> Any:
        return WRONG if super(FilePathAsWritten, self).read(value, place) is WRONG else value


def _word(words: tuple[str, ...]) -> Any:
    from llmkit.config.scalars import Choice

    return Choice(words)


@cache
def top_table() -> Table:
    """Return the table of the file."""
    certificate = Table(fields={name: Field(form=FilePath()) for name in ("certificate", "key")})
    limits = table_of("llmkit.types.http:Timeouts", forms=dict.fromkeys(_limits(), OrOff(Seconds(positive=True))))
    forms: dict[str, Any] = {
        "default_model": Text(empty=False),
        "models": FilePath(),
        "models_url": Text(empty=False),
        "tenant": Text(),
        "timeout": OneOf((Seconds(positive=True), limits)),
        "retries": Whole(0, 100),
        "proxy": Address(("http", "https")),
        "ca_file": FilePath(),
        "client_certificate": OneOf((FilePath(), certificate)),
        "providers": MapOf(provider_table(), partly=True),
        "routes": RoutesForm(),
        "layers": LayersForm(),
        "mcp": MapOf(Server()),
    }
    return Table(fields={name: Field(form=form, default=None) for name, form in forms.items()}, does="The configuration of LLMKit.")


def _limits() -> tuple[str, ...]:
    from llmkit.types.http import Timeouts

    return Timeouts.__struct_fields__
