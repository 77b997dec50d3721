"""Look models up: by the provider's own id, by another name of it, or by one that is nearly the same."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from llmkit.errors import InvalidRequest, UnknownModel
from llmkit.models.bare_name import bare_name
from llmkit.models.shards import Names, Shards
from llmkit.types.model_info import Evidence, Match, ModelInfo

PACKAGED = Path(__file__).parent / "data" / "registry.bin"
_KEPT = 8192
"""Matches that are remembered: model ids may come from outside."""


class Registry:
    """The models that are known, each at each of its providers. Nothing is read before something is asked.

    `canonical` turns a provider's name or alias into the registry's name for it; None for words that are no provider.
    """

    def __init__(self, path: Path = PACKAGED, *, canonical: Callable[[str], str | None] | None = None) -> None:
        self._path = path
        self._canonical = canonical
        self._opened: Shards | None = None
        self._own: dict[str, dict[str, ModelInfo]] = {}
        self._found: dict[str, Match] = {}
        self._forms: dict[str, dict[str, str]] = {}
        self._lock = threading.Lock()

    @property
    def _shards(self) -> Shards:
        if self._opened is None:
            self._opened = Shards(self._path)
        return self._opened

    @property
    def as_of(self) -> str:
        """Return the day of the newest source (ISO 8601)."""
        return self._shards.header.as_of

    @property
    def path(self) -> Path:
        """Return the file that the facts come from."""
        return self._path

    def __len__(self) -> int:
        own = sum(1 for provider, infos in self._own.items() for model in infos if self._index(provider, model) is None)
        return self._shards.header.models + own

    def __iter__(self) -> Iterator[ModelInfo]:
        return self.all()

    def providers(self) -> tuple[str, ...]:
        """Return the names of all providers with models, sorted."""
        return tuple(sorted({*self._shards.header.shards, *self._own}))

    def count(self, provider: str) -> int:
        """Return how many models of `provider` are known, without reading them."""
        shard = self._shards.header.shards.get(provider)
        own = sum(1 for model in self._own.get(provider, ()) if self._index(provider, model) is None)
        return own + (shard.count if shard is not None else 0)

    def is_maker(self, provider: str) -> bool:
        """Return whether `provider` serves models of its own."""
        shard = self._shards.header.shards.get(provider)
        return shard is not None and shard.maker

    def all(self, provider: str | None = None) -> Iterator[ModelInfo]:
        """Return the models, sorted by provider and id."""
        for name in self.providers() if provider is None else (provider,):
            own = self._own.get(name, {})
            rows = self._shards.rows(name) if name in self._shards.header.shards else []
            if own:
                rows = sorted({**{info.id: info for info in rows}, **own}.values(), key=lambda info: info.id)
            yield from rows

    def ids(self, provider: str) -> tuple[str, ...]:
        """Return the ids of a provider's models, sorted, without reading the rest."""
        names = self._shards.names(provider)
        return tuple(sorted({*(names.ids if names is not None else ()), *self._own.get(provider, ())}))

    def get(self, model: str) -> ModelInfo | None:
        """Return what is known of `provider/id` (or of an id that one provider or the model's maker serves); None: nothing.

        `match` says whether it is just this model; facts of a `normalised` match may be another release's.
        """
        found = self._found.get(model) if isinstance(model, str) else None
        return (self.match(model) if found is None else found).info

    def require(self, model: str) -> ModelInfo:
        """Return what is known of `model`. Raises `UnknownModel` with the nearest ids, `InvalidRequest` where several serve it."""
        info = self.get(model)
        if info is not None:
            return info
        provider, name = self._split(model)
        if provider is None and (owners := self.owners(name)):
            shown = ", ".join(f"{owner}/{name}" for owner in owners[:8])
            raise InvalidRequest(f"{model!r} is served by {len(owners)} providers.", parameter="model", hint=f"Write one of {shown}.")
        places = [provider] if provider is not None else [place for place in self.providers() if self.is_maker(place)]
        prefix = f"{provider}/" if provider is not None else ""
        known = dict.fromkeys(prefix + one for place in places for one in self.ids(place))
        raise UnknownModel(model, list(known), hint="`llmkit models` finds ids.")

    def match(self, model: str) -> Match:
        """Return what `model` means here and how surely."""
        if not isinstance(model, str):
            raise InvalidRequest(f"A model id is text, not {model!r}.", parameter="model", hint="Write 'provider/model'.")
        found = self._found.get(model)
        if found is None:
            found = self._match(model)
            with self._lock:
                if len(self._found) >= _KEPT:
                    self._found.clear()
                self._found[model] = found
        return found

    def evidence(self, model: str) -> Evidence:
        """Return where the facts about `model` come from; empty for what is not known here or was put on top."""
        match = self.match(model)
        if match.info is None or match.info.id in self._own.get(match.info.provider, {}):
            return Evidence()
        index = self._index(match.info.provider, match.info.id)
        return Evidence() if index is None else self._shards.evidence(match.info.provider, index)

    def owners(self, model: str) -> tuple[str, ...]:
        """Return the providers that serve just this id, or know another model by it."""
        own = [provider for provider, infos in self._own.items() if model in infos]
        return tuple(sorted({*self._shards.owners(model), *own}))

    def put(self, infos: Iterable[ModelInfo]) -> None:
        """Put models on top of those that are known; one with the same provider and id replaces what was there."""
        for info in infos:
            self._own.setdefault(info.provider, {})[info.id] = info
        with self._lock:
            self._found.clear()
            self._forms.clear()

    def _match(self, model: str) -> Match:
        provider, name = self._split(model)
        if provider is not None:
            return self._in(provider, name, model)
        owner = self.owner(name)
        if owner is not None:
            return self._in(owner, name, model)
        plain = bare_name(name) if "/" not in name else name  # a provider that is not known serves who knows what
        maker = self.owner(plain) if plain != name else None
        return Match(asked=model) if maker is None else self._in(maker, plain, model).replace(kind="normalised")

    def owner(self, model: str) -> str | None:
        """Return the provider that an id without one means: the only one that has it, or the only one of those that makes models."""
        owners = self.owners(model)
        makers = owners if len(owners) == 1 else self.makers(model)
        return makers[0] if len(makers) == 1 else None

    def makers(self, model: str) -> tuple[str, ...]:
        """Return of the providers that serve this id those that made the model: some makers serve others' models too."""
        return tuple([name for name in self.owners(model) if self.is_maker(name) and self._is_own(name, model)])

    def _is_own(self, provider: str, model: str) -> bool:
        info = self._in(provider, model, model).info
        base = info.base_model.partition("/")[0] if info is not None else ""
        return info is not None and (not base or (self._provider(base) or base) == provider)

    def _split(self, model: str) -> tuple[str | None, str]:
        for mark in ("/", ":"):
            head, found, rest = model.partition(mark)
            if found and rest and (provider := self._provider(head)) is not None:
                return provider, rest
        return None, model

    def _provider(self, word: str) -> str | None:
        name = self._canonical(word) if self._canonical is not None else None
        name = word if name is None else name
        return name if name in self._own or name in self._shards.header.shards else None

    def _in(self, provider: str, name: str, asked: str) -> Match:
        own = self._own.get(provider, {}).get(name)
        if own is not None:
            return Match(asked=asked, kind="exact", info=own)
        index = self._index(provider, name)
        if index is not None:
            return Match(asked=asked, kind="exact", info=self._shards.row(provider, index))
        names = self._shards.names(provider)
        place = names.aliases.get(name) if names is not None else None
        if place is not None:
            info = self._shards.row(provider, place)
            return Match(asked=asked, kind="alias", info=self._own.get(provider, {}).get(info.id, info))
        return self._alike(provider, name, asked)

    def _alike(self, provider: str, name: str, asked: str) -> Match:
        from llmkit.models.normal_form import alike, forms_of  # only for ids that are not known

        if provider not in self._forms:
            self._forms[provider] = forms_of(self.ids(provider))
        known = alike(name, self._forms[provider])
        if known is None:
            return Match(asked=asked)
        return self._in(provider, known, asked).replace(kind="normalised")

    def _index(self, provider: str, model: str) -> int | None:
        names = self._shards.names(provider)
        return None if names is None else _place(names, model)


def _place(names: Names, model: str) -> int | None:
    place = bisect_left(names.ids, model)
    return place if place < len(names.ids) and names.ids[place] == model else None
