"""`llmkit providers`: the catalogue, and whose key is set."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from llmkit.cli.suggestions import suggest_providers

if TYPE_CHECKING:
    from llmkit.cli.keys_found import KeyState
    from llmkit.providers.provider import Provider


@click.command()
@click.argument("name", required=False, shell_complete=suggest_providers)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def providers(name: str | None, as_json: bool) -> None:
    """List the providers, or show all that is known of the provider NAME.

    The column KEY says whether a key is set; the key itself is never printed.

    \b
    Examples:
      llmkit providers
      llmkit providers anthropic
      llmkit providers --json | jq '.[] | select(.key == "yes").name'
    """
    from llmkit.cli.keys_found import key_states
    from llmkit.client import LLMKit
    from llmkit.providers.registry import Providers

    with LLMKit() as kit:
        rows = [Providers(kit.providers.values()).get(name)] if name else list(kit.providers.values())
        states = key_states(kit, rows)
    entries = [_entry(row, state) for row, state in zip(rows, states, strict=True)]
    if as_json:
        print(json.dumps(entries[0] if name else entries, indent=2))
    elif name:
        _show_one(entries[0])
    else:
        _show_all(rows, states)


def _entry(row: Provider, state: KeyState) -> dict[str, Any]:
    """All fields of the row, those at their default included."""
    import msgspec

    fields: dict[str, Any] = msgspec.json.decode(
        msgspec.json.encode({name: getattr(row, name) for name in row.__struct_fields__}, enc_hook=lambda code: code.__name__)
    )
    # A header may hold a credential that the user put into the configuration file.
    fields["headers"] = dict.fromkeys(row.headers, "(set)")
    key: dict[str, Any] = {"key": state.state, "key_variable": state.variable, "key_problem": state.problem}
    return {name: value for name, value in {**fields, **key}.items() if value is not None}


def _show_all(rows: list[Provider], states: tuple[KeyState, ...]) -> None:
    from llmkit.cli.tables import print_table

    print_table(
        ("NAME", "TITLE", "DIALECT", "ENVIRONMENT", "KEY", "LOCAL"),
        [_cells(row, state) for row, state in zip(rows, states, strict=True)],
    )


def _cells(row: Provider, state: KeyState) -> tuple[str, ...]:
    dialect = f"ended {row.ended.partition(' ')[0]}" if row.ended else row.dialect
    return row.name, row.title, dialect, " ".join(row.env) or "-", state.state, "yes" if row.local else "no"


def _show_one(entry: dict[str, Any]) -> None:
    from llmkit.cli.tables import print_facts

    several = ("settings", "routes")
    facts = [(name, _words(value)) for name, value in entry.items() if name not in several and value not in ("", [], {})]
    print_facts(str(entry["name"]), facts)
    if entry["settings"]:
        print_facts("settings", [(setting["name"], _setting_words(setting)) for setting in entry["settings"]])
    if entry["routes"]:
        print_facts("other formats", [(route["dialect"], _route_words(route)) for route in entry["routes"]])


def _setting_words(setting: dict[str, Any]) -> str:
    words = [" ".join(setting.get("env", ())) or "-", setting.get("help", "")]
    if "default" in setting:
        words.append(f"default {setting['default']}")
    elif setting.get("optional"):
        words.append("optional")
    return "; ".join([word for word in words if word])


def _route_words(route: dict[str, Any]) -> str:
    models = ", ".join(route.get("models", ()))
    return "; ".join([word for word in (models or "where asked for by dialect=", route.get("base_url", "")) if word])


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value)
