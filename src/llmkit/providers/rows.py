"""All rows by name: those of the catalogue, imported by kind when one is asked for, and the user's own on top."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from llmkit.providers.catalog import rows_of
from llmkit.providers.catalog.names import ALIASES, KIND_OF, PREFIXES
from llmkit.providers.provider import Provider


class Rows(Mapping[str, Provider]):
    """Rows by name. Looking at all of them imports the whole catalogue, which takes ten times as long as one call."""

    def __init__(self, own: Iterable[Provider] = ()) -> None:
        self._own = {row.name: row for row in own}
        self._aliases = {alias: name for alias, name in ALIASES.items() if name not in self._own}
        self._aliases.update({alias: row.name for row in self._own.values() for alias in row.aliases})

    def __getitem__(self, name: str) -> Provider:
        own = self._own.get(name)
        return rows_of(KIND_OF[name])[name] if own is None else own

    def __contains__(self, name: object) -> bool:
        return name in self._own or name in KIND_OF

    def __iter__(self) -> Iterator[str]:
        yield from KIND_OF
        yield from (name for name in self._own if name not in KIND_OF)

    def __len__(self) -> int:
        return len(KIND_OF) + sum(1 for name in self._own if name not in KIND_OF)

    def put(self, row: Provider) -> None:
        """Know `row` from now on; one of its name goes."""
        self._own[row.name] = row

    def canonical(self, word: str) -> str | None:
        """Return the name that `word` is or stands for, in any case of letters; None: there is none."""
        for spelled in (word, word.lower()):
            if spelled in self:
                return spelled
            if spelled in self._aliases:
                return self._aliases[spelled]
        return None

    def words(self) -> list[str]:
        """Return all names and aliases, sorted."""
        return sorted({*self, *self._aliases})

    def claimants(self, model: str) -> list[Provider]:
        """Return the rows to which model ids belong that begin as `model` does."""
        names = [name for name, prefixes in PREFIXES.items() if name not in self._own and model.startswith(prefixes)]
        return [*(self[name] for name in names), *(row for row in self._own.values() if row.prefixes and model.startswith(row.prefixes))]

    def prefixes(self) -> list[str]:
        """Return how ids begin that belong to a provider."""
        own = [prefix for row in self._own.values() for prefix in row.prefixes]
        return [*(prefix for name, prefixes in PREFIXES.items() if name not in self._own for prefix in prefixes), *own]
