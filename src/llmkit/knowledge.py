"""What a client knows of models: the registry, opened when something is first asked, and the prices in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from llmkit.pricing import Pricing

if TYPE_CHECKING:
    from llmkit.models.registry import Registry
    from llmkit.types.model_info import ModelInfo

Facts: TypeAlias = "str | os.PathLike[str] | Iterable[ModelInfo | Mapping[str, Any]]"
"""A file of facts about models (.jsonl, .json, .toml), or the facts."""


class Knowledge:
    """The registry of one client, with the user's own facts on top."""

    def __init__(self, canonical: Callable[[str], str | None]) -> None:
        self._canonical = canonical
        self.pricing = Pricing(lambda: self.registry)
        self._registry: Registry | None = None
        self._own: list[ModelInfo] = []

    @property
    def registry(self) -> Registry:
        """Return what is known of models."""
        if self._registry is None:
            from llmkit.models.installed import best_path
            from llmkit.models.registry import Registry  # most of the time of a start would go into its types

            registry = Registry(best_path(), canonical=self._canonical)
            if self._own:
                registry.put(self._own)
            self._registry = registry
        return self._registry

    def renew(self) -> None:
        """Read the registry anew: a newer one has been installed."""
        self._registry = None
        self.pricing.forget()

    def overlay(self, facts: Facts) -> int:
        """Put `facts` on top; return how many models they speak of. Raises `ConfigurationError`; then nothing is changed."""
        from llmkit.models.overlay import overlay

        infos = [info.replace(provider=self._canonical(info.provider) or info.provider) for info in overlay(facts, self.exactly)]
        self.registry.put(infos)
        self._own.extend(infos)
        self.pricing.forget()
        return len(infos)

    def exactly(self, model: str) -> ModelInfo | None:
        """Return what is known of just this model at just this provider."""
        match = self.registry.match(model)
        return match.info if match.kind == "exact" else None
