"""From a model id to its provider."""

from __future__ import annotations

import re
from collections.abc import Iterable

from llmkit.errors import InvalidRequest, UnknownModel, UnknownProvider
from llmkit.providers.catalog import ROWS
from llmkit.providers.provider import Provider


class Providers:
    """The known providers: the catalogue, and on top of it the user's own rows."""

    def __init__(self, own: Iterable[Provider] = ()) -> None:
        self.rows: dict[str, Provider] = {row.name: row for row in (*ROWS, *own)}
        self._names: dict[str, Provider] = {alias: row for row in self.rows.values() for alias in row.aliases} | self.rows

    def get(self, name: str) -> Provider:
        """Return the provider called `name`. Raises `UnknownProvider` with near names."""
        row = self._names.get(name) or self._names.get(name.lower())
        if row is None:
            raise UnknownProvider(name, sorted(self._names), hint="`llmkit providers` lists them.")
        return row

    def resolve(self, model: str) -> tuple[Provider, str]:
        """Split `provider/model` (or `provider:model`, or a bare id that only one provider serves) into row and model id.

        Raises `UnknownProvider` or `UnknownModel` with the nearest names, `InvalidRequest` for text that is no model id.
        """
        if not isinstance(model, str) or not model or not model.isprintable() or " " in model or _climbs(model):
            raise InvalidRequest(f"{model!r} is not a model id.", parameter="model", hint="Write it as 'provider/model'.")
        head, slash, rest = model.partition("/")
        if slash and rest and (row := self._names.get(head.lower())):
            return row, rest
        head_colon, colon, rest_colon = model.partition(":")
        if colon and rest_colon and "/" not in head_colon and (row := self._names.get(head_colon.lower())):
            return row, rest_colon
        if slash and rest:
            raise UnknownProvider(head, sorted(self._names), hint="Model ids are 'provider/model'; `llmkit providers` lists the providers.")
        return self._by_prefix(model), model

    def _by_prefix(self, model: str) -> Provider:
        owners = [row for row in self.rows.values() if row.prefixes and model.startswith(row.prefixes)]
        if len(owners) == 1:
            return owners[0]
        if owners:
            choices = " or ".join(f"{row.name}/{model}" for row in owners)
            raise InvalidRequest(f"{model!r} is served by several providers.", parameter="model", hint=f"Write {choices}.")
        known = [*self._names, *(prefix + "..." for row in self.rows.values() for prefix in row.prefixes)]
        raise UnknownModel(model, known, hint="Write it as 'provider/model'; `llmkit providers` lists the providers.")


def _climbs(model: str) -> bool:
    """Tell whether the id would lead elsewhere where an API has it in its path."""
    return "." in model and not {".", ".."}.isdisjoint(re.split(r"[/\\:]", model))
