"""The models of a host that lists them by a search: tasks, properties and prices in words (recorded lists, 2026-08)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import quote

from llmkit.dialects.listing import Object, inner, listed, per_million, plain, rates_of, text, tokens
from llmkit.types.dialect import ModelPage
from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price

PATH = "/models/search?per_page=100"
_TASKS = {
    "Text Generation": "chat",
    "Text Embeddings": "embedding",
    "Text-to-Image": "image",
    "Automatic Speech Recognition": "stt",
    "Text-to-Speech": "tts",
}
_RATES = {"per M input tokens": "input", "per M output tokens": "output", "per M cached input tokens": "cache_read"}
_ABILITIES = {"function_calling": "tools", "reasoning": "reasoning", "vision": "vision"}


def list_path(page: str | None = None, /) -> str:
    """Return the path of the page with the number `page`; None: the first."""
    return f"{PATH}&page={quote(page or '1', safe='')}"


def decode_models(body: bytes, /, *, provider: str) -> ModelPage:
    """Return the models that `provider` lists in `body`. Raises `ProtocolError` for other bytes."""
    head, entries = listed(body, "result")
    where = inner(head, "result_info")
    page, size, total = (tokens(where, name) or 0 for name in ("page", "per_page", "total_count"))
    models = tuple([_read(entry, provider) for entry in entries if text(entry, "name")])
    return ModelPage(models=models, next=str(page + 1) if models and page * size < total else None)


def _read(entry: Object, provider: str) -> ModelInfo:
    told = _properties(entry.get("properties"))
    price = _price(told.get("price"))
    return ModelInfo(
        provider=provider,
        id=text(entry, "name"),
        mode=_TASKS.get(text(inner(entry, "task"), "name"), ""),
        status="beta" if told.get("beta") == "true" else "active",
        context_window=tokens(told, "context_window"),
        max_input=tokens(told, "max_input_tokens"),
        dimensions=tokens(told, "output_dimensions"),
        price=price,
        price_source="" if price is None else "provider",
        can=tuple([ability for name, ability in _ABILITIES.items() if told.get(name) == "true"]),
    )


def _properties(found: Any) -> Object:
    if not isinstance(found, list):
        return {}
    return {item["property_id"]: item.get("value") for item in found if isinstance(item, dict) and isinstance(item.get("property_id"), str)}


def _price(found: Any) -> Price | None:
    """Return the prices whose unit we can say, all in the same currency."""
    told = [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
    if not told or any(item.get("currency") != "USD" for item in told):
        return None
    rates = rates_of((_RATES[unit], per_million(item.get("price"))) for item in told if (unit := text(item, "unit")) in _RATES)
    letters = next((per_million(item.get("price")) for item in told if text(item, "unit") == "per 1k characters"), None)
    units: dict[str, Decimal] = {"characters_in": plain(letters * 1000)} if letters else {}
    return Price(rates=rates, units=units) if rates or units else None
