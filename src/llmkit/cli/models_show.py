"""`llmkit models show`: all that is known of one model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from llmkit.cli.suggestions import suggest_models

if TYPE_CHECKING:
    from llmkit.models_face import Models
    from llmkit.types.model_info import Evidence, Match, ModelInfo, ReasoningInfo

__all__ = ["show"]

Facts = list[tuple[str, str]]
_USUAL = ("audio_input", "pdf", "prompt_cache", "reasoning", "structured_output", "tools", "video_input", "vision", "web_search")
"""Abilities that people ask about: where one is not known, that is said."""
_SELLERS = 10


@click.command()
@click.argument("model", shell_complete=suggest_models)
@click.option("--json", "as_json", is_flag=True, help="Print JSON: all fields, who else serves it, and the evidence.")
def show(model: str, as_json: bool) -> None:
    """Show all that is known of MODEL: limits, abilities, prices, dates, who else serves it, and where the facts come from.

    An id is provider/model; without a provider it is the maker's, or that of the only provider which has it.

    \b
    Examples:
      llmkit models show anthropic/claude-haiku-4-5
      llmkit models show gpt-5 --json | jq .price
    """
    from llmkit.client import LLMKit

    with LLMKit() as kit:
        found = _require(kit.models, model)
        assert found.info is not None  # `_require` has seen to it.
        evidence = kit.models.evidence(found.info.model)
        others = _sellers(kit.models, found.info)
    if as_json:
        from llmkit.cli.model_listing import as_json as written
        from llmkit.cli.model_listing import entry

        sellers = [entry(info) for info in others]
        print(written({**entry(found.info), "match": found.kind, "evidence": evidence, "also_served_by": sellers}))
    else:
        _print(found, evidence, others)


def _require(models: Models, model: str) -> Match:
    """Return what `model` means. Raises `UnknownModel` with near ids."""
    found = models.match(model)
    if found.info is None:
        models.require(model)
    return found


def _sellers(models: Models, info: ModelInfo) -> list[ModelInfo]:
    """Return the same model at other providers, the cheapest first."""
    from llmkit.cli.model_order import cheapest_first

    home = info.base_model or info.model
    same = [other for other in models if home in (other.base_model, other.model) and other.model != info.model]
    return cheapest_first([other for other in same if other.status != "retired"])


def _print(found: Match, evidence: Evidence, others: Sequence[ModelInfo]) -> None:
    from llmkit.cli.price_details import print_history, print_prices
    from llmkit.cli.tables import print_facts

    info = found.info
    assert info is not None
    today = datetime.now(UTC).date()
    print_facts(info.model, [(name, value) for name, value in [*_meaning(found), *_about(info)] if value])
    for title, facts in (
        ("limits", _limits(info)),
        ("abilities", _abilities(info)),
        ("thinking", _thinking(info.reasoning)),
        ("dates", _dates(info, today)),
    ):
        if facts:
            print()
            print_facts(title, facts)
    print()
    print_prices(info)
    if evidence.history:
        print()
        print_history(info, evidence)
    if others:
        print()
        _print_sellers(others)
    print()
    print_facts("evidence", _evidence(info, evidence))


def _meaning(found: Match) -> Facts:
    how = {
        "alias": f"{found.asked} is another name of it",
        "normalised": f"{found.asked} is not known; this is the nearest, perhaps another release",
    }
    region = f", region {found.region}" if found.region else ""
    return [("asked", f"{how[found.kind]}{region}" if found.kind in how else region.removeprefix(", "))]


def _about(info: ModelInfo) -> Facts:
    weights = {True: "open", False: "closed", None: "not known whether open"}[info.open_weights]
    return [
        ("name", info.name),
        ("mode", info.mode),
        ("status", info.status),
        ("family", info.family),
        ("maker's model", info.base_model if info.base_model != info.model else ""),
        ("takes", ", ".join(info.inputs)),
        ("gives", ", ".join(info.outputs)),
        ("weights", f"{weights}, {info.weights}" if info.weights else weights),
        ("other names", ", ".join(info.aliases)),
        ("endpoints", ", ".join(info.endpoints)),
        ("parameters", ", ".join(info.parameters)),
        ("in doubt", f"{', '.join(info.suspect)} (sources contradict each other)" if info.suspect else ""),
    ]


def _limits(info: ModelInfo) -> Facts:
    limits = [("context", info.context_window), ("input", info.max_input), ("output", info.max_output)]
    shown = [(name, f"{value:,} tokens" if value is not None else "not known") for name, value in limits]
    if info.context_window is None and info.max_input is None and info.max_output is None:
        shown = []
    return [*shown, *([("dimensions", f"{info.dimensions:,}")] if info.dimensions is not None else [])]


def _abilities(info: ModelInfo) -> Facts:
    known = info.capabilities
    return [
        (title, ", ".join(names))
        for title, names in (
            ("yes", [name for name, has in known.items() if has]),
            ("no", [name for name, has in known.items() if not has]),
            ("not known", [name for name in _USUAL if name not in known] if info.mode == "chat" else []),
        )
        if names
    ]


def _thinking(reasoning: ReasoningInfo | None) -> Facts:
    if reasoning is None:
        return []
    low, high = reasoning.budget_min, reasoning.budget_max
    least, most = "0" if low is None else f"{low:,}", "any" if high is None else f"{high:,}"
    budget = "" if low is None and high is None else f"{least} to {most} tokens"
    facts = [
        ("efforts", ", ".join(reasoning.efforts)),
        ("budget", budget),
        ("switch", "can be turned off" if reasoning.toggle else "always on" if reasoning.always_on else ""),
        ("in the field", reasoning.field),
    ]
    return [(name, value) for name, value in facts if value]


def _dates(info: ModelInfo, today: date) -> Facts:
    ends = "ended" if _is_past(info.deprecation_date, today) else "ends"
    facts = [
        ("released", info.release_date),
        ("updated", info.updated if info.updated != info.release_date else None),
        ("knowledge until", info.knowledge_cutoff),
        (ends, info.deprecation_date),
    ]
    return [(name, _told(day, today)) for name, day in facts if day]


def _is_past(day: str | None, today: date) -> bool:
    return day is not None and day < today.isoformat()[: len(day)]


def _told(day: str, today: date) -> str:
    from llmkit.cli.amounts import days_until, in_days

    days = days_until(day, today)
    return day if days is None else f"{day}, {in_days(days)}"


def _print_sellers(others: Sequence[ModelInfo]) -> None:
    from llmkit.cli.model_columns import COLUMNS
    from llmkit.cli.screen import style
    from llmkit.cli.tables import print_table

    print(style(f"also served by {len({info.provider for info in others})} providers, the cheapest first", "bold"))
    columns = [COLUMNS[name] for name in ("model", "context", "input", "output", "cache-read", "status")]
    print_table(
        [column.title for column in columns],
        [[column.text(info) for column in columns] for info in others[:_SELLERS]],
        right=[place for place, column in enumerate(columns) if column.right],
        flexible={0: 30},
        indent=2,
    )
    if len(others) > _SELLERS:
        print(f"  and {len(others) - _SELLERS} more (--json lists them all)")


def _evidence(info: ModelInfo, evidence: Evidence) -> Facts:
    by_source: dict[str, list[str]] = {}
    for field, source in evidence.fields.items():
        by_source.setdefault(source, []).append(field)
    price = f"{info.price_source}, {info.price_as_of or 'date not known'}" if info.price_source else ""
    facts = [
        ("price", price),
        ("price page", evidence.price_url),
        ("agreeing", ", ".join(evidence.agreeing)),
        ("known to", ", ".join(evidence.sources)),
        ("last seen", info.last_seen or ""),
        *((f"from {source}", ", ".join(fields)) for source, fields in sorted(by_source.items())),
    ]
    return [(name, value) for name, value in facts if value] or [("sources", "none")]
