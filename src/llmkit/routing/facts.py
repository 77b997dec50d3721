"""What routing knows of a deployment beforehand: limits, abilities, prices, place; unknown is None."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from llmkit.routing.places import GEOGRAPHIES, holds
from llmkit.routing.tree import Deployment
from llmkit.types.model_info import Match
from llmkit.types.request import Constraints


class Sources(Protocol):
    """Where facts come from: the client's own registry and rows, or the packaged ones."""

    def match(self, model: str) -> Match:
        """Return what the registry knows of `provider/id`."""
        ...

    def region(self, provider: str) -> str:
        """Return where the provider's row says it serves from."""
        ...


class Packaged:
    """The registry and the catalogue as they are installed, for a router without a client."""

    def __init__(self) -> None:
        from llmkit.models.installed import best_path
        from llmkit.models.registry import Registry
        from llmkit.providers.registry import Providers

        self._providers = Providers()
        self._registry = Registry(best_path(), canonical=self._providers.canonical)

    def match(self, model: str) -> Match:
        """Return what the registry knows."""
        return self._registry.match(model)

    def region(self, provider: str) -> str:
        """Return the row's region."""
        name = self._providers.canonical(provider)
        return self._providers.rows[name].region if name else ""


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What is known of one deployment. Prices are USD per million tokens and only those of just this model."""

    context: int | None = None
    input_price: float | None = None
    output_price: float | None = None
    can: frozenset[str] = frozenset()
    cannot: frozenset[str] = frozenset()
    region: str = ""
    retention: int | None = None
    base: str = ""
    """The name under which scores are published."""


UNKNOWN = Facts()


def facts_of(deployment: Deployment, sources: Sources, account: str = "") -> Facts:
    """Return what is known of `deployment`, whose provider is called `account`."""
    match = sources.match(deployment.model)
    region = region_of(deployment, sources, account)
    info = match.info
    if info is None:
        return Facts(region=region, retention=deployment.retention)
    # Of a model that is only nearly the same, the limits and prices may be another release's.
    price = info.price if match.kind in ("exact", "alias") and info.price is not None and info.price.currency == "USD" else None
    known = info.capabilities
    return Facts(
        context=(info.max_input or info.context_window) if match.kind in ("exact", "alias") else None,
        input_price=_number(price.input) if price else (0.0 if info.free else None),
        output_price=_number(price.output) if price else (0.0 if info.free else None),
        can=frozenset([name for name, able in known.items() if able]),
        cannot=frozenset([name for name, able in known.items() if not able]),
        region=region,
        retention=deployment.retention,
        base=info.base_model or info.model,
    )


def region_of(deployment: Deployment, sources: Sources, account: str = "") -> str:
    """Return where it serves from: as it says itself, else by its model's id, its settings, its provider; empty: not known."""
    provider, _, name = deployment.model.partition("/")
    own = [deployment.settings.get(setting) for setting in ("region", "location")]
    told = next((word for word in own if isinstance(word, str) and word), "") or sources.region(account or provider)
    geography, dot, _ = name.partition(".")
    if told and dot and geography in GEOGRAPHIES:
        told = geography
    return (deployment.region or told).lower()


def breach(facts: Facts, wanted: Constraints, provider: str, cost: float | None) -> str:
    """Say which of the constraints is not known to hold; empty: all do. What is not known never holds."""
    for name, limit, value in (
        ("max_input_price", wanted.max_input_price, facts.input_price),
        ("max_output_price", wanted.max_output_price, facts.output_price),
        ("max_cost", wanted.max_cost, cost),
        ("max_retention", wanted.max_retention, facts.retention),
    ):
        if limit is not None and (value is None or value > limit):
            return f"{name}={limit:g}: " + ("not known" if value is None else f"it is {value:g}")
    if wanted.regions and not _inside(facts.region, wanted.regions):
        return f"regions={','.join(wanted.regions)}: " + (f"it is {facts.region}" if facts.region else "not known")
    for ability in wanted.needs:
        if ability not in facts.can:
            return f"needs {ability}: " + ("it cannot" if ability in facts.cannot else "not known")
    if wanted.providers and provider not in wanted.providers:
        return f"providers={','.join(wanted.providers)}"
    return f"without {provider}" if provider in wanted.without else ""


def _inside(region: str, allowed: tuple[str, ...]) -> bool:
    """Tell whether all places of `region` lie in allowed ones: `eu` holds `de`, `de-1`, `eu-west-1`."""
    places = region.replace(",", " ").split()
    return bool(places) and all(any(holds(name.lower(), place) for name in allowed) for place in places)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
