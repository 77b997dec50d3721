"""Small packed registries for tests."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from llmkit.models.registry import Registry
from llmkit.types.model_info import Evidence, ModelInfo
from llmkit.types.price import Price
from tools.registry.packing import Fact, pack

ALIASES = {"acme": "acme", "acme_ai": "acme", "resale": "resale", "cloud": "cloud", "empty": "empty"}


def model(provider: str, name: str, *, price: dict[str, str] | None = None, **fields: Any) -> ModelInfo:
    """Return a model with a price list of plain rates."""
    listed = None if price is None else Price(rates={rate: Decimal(value) for rate, value in price.items()})
    return ModelInfo(provider=provider, id=name, price=listed, **fields)


def packed(folder: Path, *models: ModelInfo, makers: tuple[str, ...] = ("acme",), evidence: Evidence | None = None) -> Path:
    """Write a registry of `models` and return its path."""
    path = folder / "registry.bin"
    path.write_bytes(pack([Fact(info=info, evidence=evidence or Evidence()) for info in models], as_of="2026-11-12", makers=makers))
    return path


def registry(folder: Path, *models: ModelInfo, **options: Any) -> Registry:
    """Return a registry of `models` that knows the providers of `ALIASES`."""
    return Registry(packed(folder, *models, **options), canonical=ALIASES.get)
