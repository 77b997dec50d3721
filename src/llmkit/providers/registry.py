"""From a model id to its provider."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from llmkit.errors import InvalidRequest, UnknownModel, UnknownProvider
from llmkit.providers.provider import Provider
from llmkit.providers.rows import Rows

if TYPE_CHECKING:
    from llmkit.models.registry import Registry

_SHOWN = 8
"""The most choices that an error names."""


class Providers:
    """The known providers: the catalogue, and on top of it the user's own rows."""

    def __init__(self, own: Iterable[Provider] = (), *, registry: Callable[[], Registry] | None = None) -> None:
        self.rows = Rows(own)
        self._registry = registry

    def get(self, name: str) -> Provider:
        """Return the provider called `name`. Raises `UnknownProvider` with near names."""
        known = self.canonical(name)
        if known is None:
            raise UnknownProvider(name, self.rows.words(), hint="`llmkit providers` lists them.")
        return self.rows[known]

    def canonical(self, name: str) -> str | None:
        """Return the name of the provider that `name` is or stands for; None: there is none."""
        return self.rows.canonical(name)

    def resolve(self, model: str) -> tuple[Provider, str]:
        """Split `provider/model` (or `provider:model`, or a bare id that only one provider serves) into row and model id.

        Raises `UnknownProvider` or `UnknownModel` with the nearest names, `InvalidRequest` for text that is no model id.
        """
        if not isinstance(model, str) or not model or not model.isprintable() or " " in model or _climbs(model):
            raise InvalidRequest(f"{model!r} is not a model id.", parameter="model", hint="Write it as 'provider/model'.")
        head, slash, rest = model.partition("/")
        if slash and rest and (name := self.canonical(head)):
            return self.rows[name], rest
        head_colon, colon, rest_colon = model.partition(":")
        if colon and rest_colon and "/" not in head_colon and (name := self.canonical(head_colon)):
            return self.rows[name], rest_colon
        if slash and rest:
            raise UnknownProvider(head, self.rows.words(), hint="Model ids are 'provider/model'; `llmkit providers` lists the providers.")
        return self._by_prefix(model), model

    def _by_prefix(self, model: str) -> Provider:
        owners = self.rows.claimants(model) or self._who_serve(model)
        if len(owners) == 1:
            return owners[0]
        if owners:
            choices = " or ".join(f"{row.name}/{model}" for row in owners[:_SHOWN])
            more = f" or ... ({len(owners)} in all)" if len(owners) > _SHOWN else ""
            raise InvalidRequest(f"{model!r} is served by several providers.", parameter="model", hint=f"Write {choices}{more}.")
        known = [*self.rows.words(), *(f"{prefix}..." for prefix in self.rows.prefixes())]
        raise UnknownModel(model, known, hint="Write it as 'provider/model'; `llmkit providers` lists the providers.")

    def _who_serve(self, model: str) -> list[Provider]:
        """Return the providers that are known to serve `model`; where one of them made it, that one alone."""
        if self._registry is None:
            return []
        registry = self._registry()
        owners = [name for name in registry.owners(model) if name in self.rows and not self.rows[name].ended]
        makers = [name for name in registry.makers(model) if name in owners] if len(owners) > 1 else []
        return [self.rows[name] for name in (makers if len(makers) == 1 else owners)]


def _climbs(model: str) -> bool:
    """Tell whether the id would lead elsewhere where an API has it in its path."""
    return "." in model and not {".", ".."}.isdisjoint(re.split(r"[/\\:]", model))
