"""`kit.models`: what is known of models, for both clients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Unpack

from llmkit.core import Core
from llmkit.errors import ConfigurationError
from llmkit.knowledge import Facts
from llmkit.types.model_info import Evidence, Match, ModelInfo

if TYPE_CHECKING:
    from llmkit.models.compare import CheapestOptions, Priced, Row
    from llmkit.models.registry import Registry
    from llmkit.models.scores import Score
    from llmkit.models.search import FindOptions

    class Search(FindOptions, total=False):
        """The options of `find`."""

        all_providers: bool
        """Also models of providers that cannot be called from here."""
        with_key: bool
        """Only models of providers that are ready for use."""

    class Cheapest(CheapestOptions, total=False):
        """The options of `cheapest`."""

        all_providers: bool
        with_key: bool


class ModelQueries:
    """What needs no network: the same for both clients."""

    def __init__(self, core: Core) -> None:
        self._core = core

    @property
    def registry(self) -> Registry:
        """Return the table behind all this."""
        return self._core.knowledge.registry

    @property
    def as_of(self) -> str:
        """Return the day (ISO 8601) of the newest source of the facts."""
        return self.registry.as_of

    def __len__(self) -> int:
        return len(self.registry)

    def __iter__(self) -> Iterator[ModelInfo]:
        return self.registry.all()

    def __contains__(self, model: object) -> bool:
        return isinstance(model, str) and self.registry.match(model).kind in ("exact", "alias")

    def get(self, model: str) -> ModelInfo | None:
        """Return what is known of `model`, `provider/id` or an id that one provider or the maker serves; None: nothing.

        See `match` for how surely it is the model that was meant.
        """
        return self.registry.get(model)

    def require(self, model: str) -> ModelInfo:
        """Return what is known of `model`.

        Raises `UnknownModel` with the nearest ids, `InvalidRequest` for an id without provider that several serve.
        """
        return self.registry.require(model)

    def match(self, model: str) -> Match:
        """Return what `model` means here: `exact`, `alias`, `normalised` (alike, perhaps another release: never priced) or `none`."""
        return self.registry.match(model)

    def evidence(self, model: str) -> Evidence:
        """Return where the facts about `model` come from, and its earlier prices."""
        return self.registry.evidence(model)

    def scores(self, model: str) -> list[Score]:
        """Return how the model did in public benchmarks, each score with its date and source; empty: none is known."""
        from llmkit.models.scores import scores

        return scores(self.require(model))

    def find(self, text: str | None = None, /, **options: Unpack[Search]) -> list[ModelInfo]:
        """Return the models that fit: `kit.models.find(can=["tools"], min_context=200_000, max_input_price=1, sort="price")`.

        Prices are USD per million tokens, limits tokens. What is not known of a model fits no bound. Raises `InvalidRequest` for
        an option or a value that does not exist.
        """
        from llmkit.models.search import find

        infos, rest = self._within(options)
        return find(infos, text, **rest)

    def cheapest(self, n: int = 10, /, **options: Unpack[Cheapest]) -> list[Priced]:
        """Return the `n` models with the lowest cost of a workload, the cheapest first. It takes the options of `find` too."""
        from llmkit.models.compare import cheapest

        infos, rest = self._within(options)
        return cheapest(infos, n, **rest)

    def compare(
        self,
        models: Sequence[str],
        /,
        *,
        input_tokens: int = 3000,
        output_tokens: int = 1000,
        cached_tokens: int = 0,
        service: str = "",
    ) -> list[Row]:
        """Return the models side by side, with what one request of so many tokens costs on each. Raises `UnknownModel`."""
        from llmkit.models.compare import compare, work

        usage = work({"input_tokens": input_tokens, "output_tokens": output_tokens, "cached_tokens": cached_tokens})
        return compare([self.require(model) for model in models], usage, service=service)

    def overlay(self, facts: Facts, /) -> int:
        """Put own facts on top, from a file (.jsonl, .json, .toml) or values; return how many models they speak of.

        Raises `ConfigurationError` naming the line and field at fault; then nothing is changed.
        """
        return self._core.knowledge.overlay(facts)

    def _within(self, options: Mapping[str, Any]) -> tuple[Iterator[ModelInfo], dict[str, Any]]:
        """Return the models of the providers in reach, read only when they are looked at, and the options that are left."""
        rest = dict(options)
        reach = (rest.pop("all_providers", False), rest.pop("with_key", False))
        wanted = rest.pop("provider", None)
        words = (wanted,) if isinstance(wanted, str) else wanted
        names = self.registry.providers() if words is None else [self._known(word) for word in words]
        return (info for name in names if words is not None or self._reaches(name, *reach) for info in self.registry.all(name)), rest

    def _known(self, word: str) -> str:
        name = self._core.providers.canonical(word) or word
        return name if name in self.registry.providers() else self._core.providers.get(name).name

    def _ready(self, provider: str) -> bool:
        try:
            return self._core.configured(provider)
        except ConfigurationError:  # its key or a setting is there, and is not usable
            return False

    def _reaches(self, provider: str, everywhere: bool, ready: bool) -> bool:
        row = self._core.providers.rows.get(provider)
        if ready:
            return row is not None and not row.ended and self._ready(provider)
        return everywhere or (row is not None and not row.ended)
