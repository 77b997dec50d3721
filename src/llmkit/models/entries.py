"""Turn an entry that a user wrote into a model, or say what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias, get_args

import msgspec

from llmkit.errors import nearest
from llmkit.types.model_info import Mode, ModelInfo, ModelStatus
from llmkit.types.price import Price, Rate, RateCard, Unit

Known: TypeAlias = Callable[[str], ModelInfo | None]
"""Finds what is known of `provider/id`: `Registry.get`."""

_LIMITS = ("context_window", "max_input", "max_output", "dimensions")
_DATES = ("release_date", "updated", "knowledge_cutoff", "deprecation_date", "price_as_of", "last_seen")
_DAY = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_RATES, _UNITS = frozenset(get_args(Rate)), frozenset(get_args(Unit))
_CARD, _PRICE = frozenset(RateCard.__struct_fields__), frozenset(Price.__struct_fields__)
_MOST = Decimal(10) ** 9
"""No price is higher; a figure that is was meant otherwise."""


class Wrong(ValueError):
    """An entry that cannot be taken: its `field`, and why."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}" if field else why)
        self.field = field
        self.why = why


def model_of(entry: Mapping[str, Any], known: Known) -> ModelInfo:
    """Return the model that an entry describes: what it gives stands above what is known. Raises `Wrong`."""
    if not isinstance(entry, Mapping):
        raise Wrong("", f"a model must be an object, not {_kind(entry)}")
    fields = {**entry}
    provider, name = _named(fields)
    _only("", fields, frozenset(ModelInfo.__struct_fields__))
    if "price" in fields and fields["price"] is not None:
        fields["price"] = _price("price", fields["price"], _PRICE)
    given = _converted({**fields, "provider": provider, "id": name})
    _check(given, fields)
    found = known(f"{provider}/{name}")
    # What is only alike is another model. The provider may be found by another name of it.
    if found is None or (name != found.id and (found.provider != provider or name not in found.aliases)):
        return given
    return found.replace(**_changes(given, fields, found))


def _changes(given: ModelInfo, fields: Mapping[str, Any], found: ModelInfo) -> dict[str, Any]:
    """Return what the entry changes; a price of one's own has no source of others, and what has a price is not free."""
    changes = {name: getattr(given, name) for name in fields if name not in ("provider", "id")}
    if "price" in fields:
        costs = given.price is not None and any(given.price.rates.values())
        unsaid = {"price_source": "own", "price_as_of": None, **({"free": False, "subscription": False} if costs else {})}
        changes = {**unsaid, **changes}
    return changes


def _named(fields: dict[str, Any]) -> tuple[str, str]:
    """Take the provider and the id out of an entry: as `model`, or each by itself."""
    model = fields.pop("model", None)
    if model is not None:
        provider, _, name = model.partition("/") if isinstance(model, str) else ("", "", "")
        fields.setdefault("provider", provider)
        fields.setdefault("id", name)
    for field in ("provider", "id"):
        value = fields.get(field)
        if not isinstance(value, str) or not value or value != value.strip() or not value.isprintable():
            raise Wrong(field if model is None else "model", "a model needs a provider and an id: expected model = 'provider/id'")
    if model is not None and model != f"{fields['provider']}/{fields['id']}":
        raise Wrong("model", f"says {model!r}, and provider and id say {fields['provider']}/{fields['id']}")
    if "/" in fields["provider"]:
        raise Wrong("provider", "expected a name without a slash")
    return fields["provider"], fields["id"]


def _only(place: str, table: Mapping[str, Any], known: frozenset[str]) -> None:
    for name in table:
        if name not in known:
            near = nearest(str(name), known)
            raise Wrong(f"{place}{name}", "there is no such field" + (f"; did you mean {near[0]}?" if near else ""))


def _price(place: str, value: Any, known: frozenset[str]) -> dict[str, Any]:
    """Return a price as the type has it: rates and units may stand plainly beside each other, `{"input": 2.5, "output": "10"}`."""
    if not isinstance(value, Mapping):
        raise Wrong(place, f"expected an object such as {{input: 2.5, output: 10}}, not {_kind(value)}")
    _only(f"{place}.", value, known | _RATES | (_UNITS if "units" in known else frozenset()))
    table = {name: part for name, part in value.items() if name in known}
    for group, names in (("rates", _RATES), ("units", _UNITS)):
        plain = {name: value[name] for name in value if name in names}
        if plain or group in table:
            table[group] = _amounts(f"{place}.{group}" if not plain else place, {**table.get(group, {}), **plain}, names)
    for group in ("fees", "uplifts"):
        if group in table:
            table[group] = _amounts(f"{place}.{group}", table[group], None)
    for group, inner in (("services", _CARD), ("regions", _CARD)):
        if group in table:
            cards = _table(f"{place}.{group}", table[group])
            table[group] = {name: _price(f"{place}.{group}.{name}", card, inner) for name, card in cards.items()}
    if "variants" in table:
        groups = _table(f"{place}.variants", table["variants"])
        table["variants"] = {name: _amounts(f"{place}.variants.{name}", part, None) for name, part in groups.items()}
    if table.get("native") is not None:
        table["native"] = _price(f"{place}.native", table["native"], _CARD)
    if "tiers" in table:
        table["tiers"] = _tiers(f"{place}.tiers", table["tiers"])
    return table


def _tiers(place: str, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, (list, tuple)):
        raise Wrong(place, f"expected a list such as [{{above: 200000, input: 5}}], not {_kind(value)}")
    tiers = []
    for index, tier in enumerate(value):
        part = _table(f"{place}[{index}]", tier)
        above = part.get("above")
        if isinstance(above, bool) or not isinstance(above, int) or above < 0:
            raise Wrong(f"{place}[{index}].above", "expected a number of tokens")
        tiers.append({"above": above, **_price(f"{place}[{index}]", {k: v for k, v in part.items() if k != "above"}, frozenset({"rates"}))})
    return sorted(tiers, key=lambda tier: int(tier["above"]))


def _table(place: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Wrong(place, f"expected an object, not {_kind(value)}")
    return value


def _amounts(place: str, value: Any, known: frozenset[str] | None) -> dict[str, Decimal]:
    table = _table(place, value)
    if known is not None:
        _only(f"{place}.", table, known)
    return {name: _amount(f"{place}.{name}", amount) for name, amount in table.items()}


def _amount(place: str, value: Any) -> Decimal:
    """Return an exact amount: a float counts as it is written."""
    amount = None
    if isinstance(value, (int, float, str, Decimal)) and not isinstance(value, bool):
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            amount = None
    if amount is None or not amount.is_finite() or not 0 <= amount <= _MOST:
        raise Wrong(place, f"expected an amount from 0 on, not {value!r}")
    return amount


def _converted(fields: dict[str, Any]) -> ModelInfo:
    problem = ""
    try:
        return msgspec.convert(fields, ModelInfo)
    except msgspec.ValidationError as error:
        problem = str(error)
    why, _, place = problem.partition(" - at `$.")
    raise Wrong(place.rstrip("`"), why[:1].lower() + why[1:])


def _check(info: ModelInfo, fields: Mapping[str, Any]) -> None:
    for name in _LIMITS:
        value = getattr(info, name)
        if value is not None and value < 0:
            raise Wrong(name, f"expected a number from 0 on, not {value}")
    for name in _DATES:
        value = getattr(info, name)
        if value is not None and not _DAY.fullmatch(value):
            raise Wrong(name, f"expected a day as 2026-01-31, or a month as 2026-01, not {value!r}")
    for name, known in (("mode", get_args(Mode)), ("status", get_args(ModelStatus))):
        if name in fields and fields[name] not in known:
            near = nearest(str(fields[name]), known)
            raise Wrong(name, f"expected one of {', '.join(known)}" + (f"; did you mean {near[0]}?" if near else ""))


def _kind(value: Any) -> str:
    return "null" if value is None else type(value).__name__
