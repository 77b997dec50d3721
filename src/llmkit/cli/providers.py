"""`llmkit providers`: the catalogue, and whose key is set."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from llmkit.cli.actions import CommandWithActions
from llmkit.cli.suggestions import suggest_dialects, suggest_operations, suggest_providers

if TYPE_CHECKING:
    from llmkit.cli.keys_found import KeyState
    from llmkit.client import LLMKit
    from llmkit.models.registry import Registry
    from llmkit.providers.provider import Provider

__all__ = ["providers", "show"]

_ACTIONS = {"show": ("llmkit.cli.providers:show", "Show all that is known of one provider.")}
_SCREEN = 24
Row = tuple["Provider", "KeyState"]


@click.command(cls=CommandWithActions, actions=_ACTIONS)
@click.argument("name", required=False, shell_complete=suggest_providers)
@click.option("--configured", is_flag=True, help="Only those whose key is set, or that need none.")
@click.option("--operation", metavar="NAME", multiple=True, shell_complete=suggest_operations, help="That can embed, rerank, image ...")
@click.option("--dialect", metavar="NAME", shell_complete=suggest_dialects, help="That speak this wire format.")
@click.option("--region", metavar="CODE", help="That serve from there: US, CN, EU, FR, global ...")
@click.option("--local", is_flag=True, help="That run on your machine.")
@click.option("--search", metavar="TEXT", help="With this in their name, title or aliases.")
@click.option("--limit", metavar="N", type=click.IntRange(0), help="At most so many; 0: all. At a terminal as many as it has lines.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def providers(name: str | None, as_json: bool, limit: int | None, **wishes: Any) -> None:
    """List the providers, or show all that is known of the provider NAME.

    The column KEY says whether a key is set; the key itself is never printed. At a terminal those with a key come first.

    \b
    Examples:
      llmkit providers
      llmkit providers anthropic
      llmkit providers --operation embed --region FR
      llmkit providers --configured
      llmkit providers --json | jq '.[] | select(.key == "yes").name'
    """
    if name is not None:
        if any(wishes.values()):
            raise click.UsageError("NAME and the filters exclude each other.")
        _show_one(name, as_json)
        return
    from llmkit.client import LLMKit

    with LLMKit() as kit:
        found = _found(kit, wishes)
        registry = kit.models.registry
    if as_json:
        print(json.dumps([_entry(row, state, {"known": registry.count(row.name)}) for row, state in found[: limit or None]], indent=2))
    else:
        _show_all(found, registry, limit)


@click.command()
@click.argument("name", shell_complete=suggest_providers)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(name: str, as_json: bool) -> None:
    """Show all that is known of the provider NAME: addresses, key, settings, formats, operations, errors, limits, models."""
    _show_one(name, as_json)


def _show_one(name: str, as_json: bool) -> None:
    from llmkit.cli.keys_found import key_states
    from llmkit.cli.provider_details import models_of, print_provider
    from llmkit.client import LLMKit
    from llmkit.providers.registry import Providers

    with LLMKit() as kit:
        row = Providers(kit.providers.values()).get(name)
        (state,) = key_states(kit, [row])
        entry = _entry(row, state, models_of(kit.models.registry, row.name))
    if as_json:
        print(json.dumps(entry, indent=2))
    else:
        print_provider(entry)


def _found(kit: LLMKit, wishes: dict[str, Any]) -> list[Row]:
    from llmkit.cli.keys_found import key_states

    _require_known(kit, wishes)
    rows = [row for row in kit.providers.values() if _fits(row, wishes)]
    states = key_states(kit, rows)
    return [
        (row, state) for row, state in zip(rows, states, strict=True) if not wishes["configured"] or state.state in ("yes", "not needed")
    ]


def _require_known(kit: LLMKit, wishes: dict[str, Any]) -> None:
    """Refuse a name that no row has: it is a slip of the pen."""
    from llmkit.errors import nearest

    rows = list(kit.providers.values())
    known = {
        "operation": {str(name) for row in rows for name in row.operations},
        "dialect": {name for row in rows for name in _dialects(row)},
        "region": {code for row in rows for code in _regions(row)},
    }
    for option, names in known.items():
        given = wishes[option]
        for word in given if isinstance(given, tuple) else (given,) if given else ():
            plain = word.upper() if option == "region" else word
            if plain not in names:
                near = nearest(plain, names)
                hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(sorted(names))}."
                raise click.BadParameter(f"no provider has {word!r}. {hint}", param_hint=f"--{option}")


def _fits(row: Provider, wishes: dict[str, Any]) -> bool:
    text = wishes["search"]
    return (
        all(name in row.operations for name in wishes["operation"])
        and (not wishes["dialect"] or wishes["dialect"] in _dialects(row))
        and (not wishes["region"] or wishes["region"].upper() in _regions(row))
        and (not wishes["local"] or row.local)
        and (not text or text.lower() in " ".join((row.name, row.title, *row.aliases)).lower())
    )


def _dialects(row: Provider) -> tuple[str, ...]:
    return tuple(dict.fromkeys([name for name in (row.dialect, *(route.dialect for route in row.routes)) if name]))


def _regions(row: Provider) -> tuple[str, ...]:
    return tuple([code.strip().upper() for code in row.region.split(",") if code.strip()])


def _entry(row: Provider, state: KeyState, models: dict[str, Any]) -> dict[str, Any]:
    """All fields of the row, those at their default included."""
    import msgspec

    fields: dict[str, Any] = msgspec.json.decode(
        msgspec.json.encode({name: getattr(row, name) for name in row.__struct_fields__}, enc_hook=lambda code: code.__name__)
    )
    # A header may hold a credential that the user put into the configuration file.
    fields["headers"] = dict.fromkeys(row.headers, "(set)")
    key: dict[str, Any] = {"key": state.state, "key_variable": state.variable, "key_problem": state.problem}
    optional = {"limits": fields.pop("limits", None)}
    return {**{name: value for name, value in {**fields, **key}.items() if value is not None}, **optional, "models": models}


def _show_all(found: list[Row], registry: Registry, limit: int | None) -> None:
    from llmkit.cli.notices import note
    from llmkit.cli.screen import is_terminal, rows
    from llmkit.cli.tables import print_table

    if not found:
        note("no provider fits")
        return
    ordered = sorted(found, key=_place) if is_terminal() else found
    height = rows()
    most = limit if limit is not None else None if height is None else max(_SCREEN, height) - 4
    shown = ordered[: most or None]
    titles = ("NAME", "TITLE", "KEY", "MODELS", "DIALECT", "ENVIRONMENT", "REGION", "LOCAL", "OPERATIONS")
    cells = [_cells(row, state, registry.count(row.name)) for row, state in shown]
    left_out = print_table(titles, cells, right=(3,), flexible={1: 16, 5: 16, 8: 12})
    more = (
        f"{len(found) - len(shown):,} more of {len(found):,}: --limit 0 shows all" if len(found) > len(shown) else f"{len(found):,} found"
    )
    note(f"{more}; no room for {', '.join(left_out)}" if left_out else more)


def _place(pair: Row) -> int:
    """Those with a key first, then those that want one, then what runs on one's own machine, then the ended ones."""
    row, state = pair
    return 0 if state.state in ("yes", "unusable") else 3 if row.ended else 2 if row.local else 1


def _cells(row: Provider, state: KeyState, models: int) -> tuple[str, ...]:
    dialect = f"ended {row.ended.partition(' ')[0]}" if row.ended else row.dialect or "-"
    operations = " ".join(row.operations) or "-"
    known = f"{models:,}" if models else "-"
    local = "yes" if row.local else "no"
    return row.name, row.title, state.state, known, dialect, " ".join(row.env) or "-", row.region or "-", local, operations
