"""Find models by what they can, what they cost and how they are called."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, TypeAlias, TypedDict, Unpack, get_args

from llmkit.errors import InvalidRequest, nearest
from llmkit.models.text_search import rank, words
from llmkit.types.model_info import Mode, ModelInfo, ModelStatus

Number: TypeAlias = int | float | str | Decimal
Sort: TypeAlias = Literal["price", "context", "output", "released", "name", "provider"]

INPUTS = ("text", "image", "pdf", "audio", "video", "file")
OUTPUTS = ("text", "image", "audio", "video", "embedding", "label", "score", "code", "pdf")
ABILITIES = (
    "adaptive_thinking",
    "assistant_prefill",
    "attachment",
    "audio_input",
    "audio_output",
    "batch",
    "citations",
    "compaction",
    "computer_use",
    "effort_low",
    "effort_max",
    "effort_minimal",
    "effort_none",
    "effort_xhigh",
    "embedding_image_input",
    "fast_mode",
    "fine_tuning",
    "forced_tool_choice",
    "image_output",
    "json_mode",
    "legacy_thinking",
    "logprobs",
    "mid_conversation_system",
    "multimodal",
    "output_config",
    "parallel_tools",
    "pdf",
    "predicted_outputs",
    "prompt_cache",
    "prompt_cache_breakpoint",
    "reasoning",
    "sampling_params",
    "speed",
    "streaming",
    "structured_output",
    "structured_output_native",
    "system_messages",
    "temperature",
    "tool_choice",
    "tool_search",
    "tools",
    "url_context",
    "video_input",
    "vision",
    "web_search",
)
"""The abilities that the registry speaks of."""
_NOUNS = {"can": "ability", "inputs": "input", "outputs": "output"}


class FindOptions(TypedDict, total=False):
    """What to look for, written once for all faces. What is not known of a model never fulfils a wish."""

    provider: str | Collection[str] | None
    mode: str | Collection[str] | None
    can: str | Collection[str]
    """Abilities that it must have: `tools`, `vision`, `reasoning` ..."""
    inputs: str | Collection[str]
    """What must go in: text, image, pdf, audio, video."""
    outputs: str | Collection[str]
    min_context: int | None
    """Tokens."""
    min_output: int | None
    max_input_price: Number | None
    """USD per million tokens. Prices in other currencies and models paid by a plan never match."""
    max_output_price: Number | None
    free: bool | None
    open_weights: bool | None
    status: str | Collection[str] | None
    """As a rule active and beta; None: all, also those that are deprecated, retired or no longer listed."""
    family: str | Collection[str] | None
    released_after: str | date | None
    """This day (ISO 8601) or later; a month is its first day."""
    sort: Sort | None
    """As a rule the best fit to the text, then provider and name. What is not known comes last, whichever way it is sorted."""
    reverse: bool
    """Sort downwards: dearest, largest or newest first."""
    limit: int | None


Test: TypeAlias = Callable[[ModelInfo], bool]


def find(infos: Iterable[ModelInfo], text: str | None = None, **options: Unpack[FindOptions]) -> list[ModelInfo]:
    """Return the models that fulfil all wishes. Raises `InvalidRequest` for a name that no wish can have.

    `text` is looked for in ids and names, whatever their case: as the whole, the beginning, a word, a part, or as words in any order.
    """
    tests = wishes(options)
    limit = whole("limit", options.get("limit"))
    order = _order(options.get("sort"))
    seen: set[str] = set()
    wanted = words(text)
    found = sorted(_found(infos, wanted, tests, seen), key=_usefulness if wanted else _place)
    _check_providers(options.get("provider"), seen)
    models = [info for _, info in found]
    if order is None:
        return (models[::-1] if options.get("reverse") else models)[:limit]
    known = sorted([info for info in models if order(info) is not None], key=order, reverse=bool(options.get("reverse")))
    return [*known, *(info for info in models if order(info) is None)][:limit]


def _usefulness(found: tuple[int, ModelInfo]) -> tuple[int, bool, str, str]:
    """Sort by the fit to the text; of equals the model at its maker comes first."""
    place, info = found
    return place, info.base_model != info.model, info.provider, info.id


def _place(found: tuple[int, ModelInfo]) -> tuple[str, str]:
    return found[1].provider, found[1].id


def wishes(options: FindOptions) -> list[Test]:
    """Return a test for each wish. Raises `InvalidRequest`."""
    for name in options:
        _named("option", name, FindOptions.__annotations__, name)
    return [*_choices(options), *_abilities(options), *_limits(options)]


def names_of(parameter: str, given: Any, known: Collection[str] | None = None) -> tuple[str, ...]:
    """Return one name or several as a tuple. Raises `InvalidRequest` for what is not among the known ones."""
    names = (given,) if isinstance(given, str) else tuple(given) if isinstance(given, Collection) else (given,)
    for name in names:
        if not isinstance(name, str):
            raise InvalidRequest(f"{parameter} must be a name or several, not {given!r}.", parameter=parameter)
        if known is not None:
            _named(_NOUNS.get(parameter, parameter), name, known, parameter)
    return names


def whole(parameter: str, given: Any) -> int | None:
    """Return a count. Raises `InvalidRequest` for what is none."""
    if given is not None and (isinstance(given, bool) or not isinstance(given, int) or given < 0):
        raise InvalidRequest(f"{parameter} must be a whole number from 0 on, not {given!r}.", parameter=parameter)
    return given


def dollars(info: ModelInfo, rate: str) -> Decimal | None:
    """Return a price in USD per million tokens; None where it is not known, in another currency, or paid by a plan."""
    price = info.price
    return None if price is None or price.currency != "USD" or info.subscription else price.rates.get(rate)


def _found(infos: Iterable[ModelInfo], wanted: list[str], tests: list[Test], seen: set[str]) -> Iterator[tuple[int, ModelInfo]]:
    for info in infos:
        seen.add(info.provider)
        for test in tests:
            if not test(info):
                break
        else:
            place = rank(info, wanted) if wanted else 0
            if place is not None:
                yield place, info


def _choices(options: FindOptions) -> Iterator[Test]:
    given: dict[str, Any] = {"status": ("active", "beta"), **options}
    tables = {"provider": None, "mode": get_args(Mode), "status": get_args(ModelStatus), "family": None}
    for name, known in tables.items():
        if given.get(name) is not None:
            yield _one_of(name, frozenset(names_of(name, given[name], known)))
    for name in ("free", "open_weights"):
        wanted = given.get(name)
        if wanted is not None and not isinstance(wanted, bool):
            raise InvalidRequest(f"{name} must be True, False or None, not {wanted!r}.", parameter=name)
        if wanted is not None:
            yield _one_of(name, frozenset({wanted}))


def _abilities(options: FindOptions) -> Iterator[Test]:
    for ability in names_of("can", options.get("can", ()), ABILITIES):
        yield _able(ability)
    for name, known in (("inputs", INPUTS), ("outputs", OUTPUTS)):
        for kind in names_of(name, options.get(name, ()), known):
            yield _holding(name, kind)


def _limits(options: FindOptions) -> Iterator[Test]:
    for name, field in (("min_context", "context_window"), ("min_output", "max_output")):
        least = whole(name, options.get(name))
        if least is not None:
            yield _at_least(field, least)
    for name, rate in (("max_input_price", "input"), ("max_output_price", "output")):
        most = _money(name, options.get(name))
        if most is not None:
            yield _at_most(rate, most)
    day = _day(options.get("released_after"))
    if day:
        yield lambda info: info.release_date is not None and _first_day(info.release_date) >= day


def _one_of(field: str, wanted: frozenset[Any]) -> Test:
    return lambda info: getattr(info, field) in wanted


def _able(ability: str) -> Test:
    return lambda info: info.supports(ability) is True


def _holding(field: str, kind: str) -> Test:
    return lambda info: kind in getattr(info, field)


def _at_least(field: str, least: int) -> Test:
    return lambda info: (value := getattr(info, field)) is not None and value >= least


def _at_most(rate: str, most: Decimal) -> Test:
    return lambda info: (cost := dollars(info, rate)) is not None and cost <= most


def _money(parameter: str, given: Any) -> Decimal | None:
    if given is None:
        return None
    try:
        amount = Decimal(str(given)) if not isinstance(given, bool) else None
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or amount < 0:
        raise InvalidRequest(f"{parameter} must be an amount in USD from 0 on, not {given!r}.", parameter=parameter)
    return amount


def _day(given: Any) -> str:
    if given is None:
        return ""
    text = given.isoformat()[:10] if isinstance(given, date) else str(given)
    try:
        return date.fromisoformat(_first_day(text)).isoformat()
    except ValueError:
        pass
    raise InvalidRequest(
        f"released_after must be a day, not {given!r}.", parameter="released_after", hint="Write 2026-01-31, or 2026-01 for a month."
    )


def _first_day(text: str) -> str:
    """Return the earliest day that a day, month or year can mean."""
    return text + "-01-01"[(len(text) - 4) :] if len(text) in (4, 7) else text


_ORDERS: dict[str, Callable[[ModelInfo], Any]] = {
    "price": lambda info: blend(info),
    "context": lambda info: info.context_window,
    "output": lambda info: info.max_output,
    "released": lambda info: info.release_date,
    "name": lambda info: (info.id.casefold(), info.provider),
    "provider": lambda info: (info.provider, info.id.casefold()),
}


def blend(info: ModelInfo) -> Decimal | None:
    """Return the price of a million tokens of which three quarters go in and one comes out, in USD."""
    inward, outward = dollars(info, "input"), dollars(info, "output")
    return None if inward is None or outward is None else (3 * inward + outward) / 4


def _order(sort: Any) -> Callable[[ModelInfo], Any] | None:
    if sort is None:
        return None
    _named("sort", str(sort), _ORDERS, "sort")
    return _ORDERS[sort]


def _named(noun: str, name: str, known: Iterable[str], parameter: str) -> None:
    if name not in known:
        near = nearest(name, known, 3)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(known)}."
        raise InvalidRequest(f"Unknown {noun} {name!r}.", parameter=parameter, hint=hint)


def _check_providers(given: Any, seen: set[str]) -> None:
    """Say so where a provider has no models at all: nothing found would mislead."""
    for name in names_of("provider", given) if given is not None and seen else ():
        if name not in seen:
            near = nearest(name, seen, 3)
            hint = f"Did you mean {' or '.join(near)}?" if near else None
            raise InvalidRequest(f"No models of a provider {name!r} are known.", parameter="provider", hint=hint)
