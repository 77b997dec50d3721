"""`llmkit trace`: the last calls that were remembered in a file."""

from __future__ import annotations

import time
from typing import Any

import click

__all__ = ["trace"]

_TITLES = ("trace", "when", "model", "ended", "seconds", "first", "in", "out", "cost", "tries")
_RIGHT = (4, 5, 6, 7, 8, 9)


@click.command(epilog="A program writes the file with LLMKit(layers=[Trace(PATH)]); words are in it only where that asked for them.")
@click.argument("path", envvar="LLMKIT_TRACE", metavar="FILE", type=click.Path())
@click.argument("wanted", required=False, metavar="[TRACE]")
@click.option("-n", "--last", "count", metavar="N", type=click.IntRange(1, 100_000), default=20, show_default=True, help="So many calls.")
@click.option("--errors", is_flag=True, help="Only calls that failed.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def trace(path: str, wanted: str | None, count: int, errors: bool, as_json: bool) -> None:
    """Show the last calls in FILE (or in $LLMKIT_TRACE), newest first, or all about the one TRACE.

    \b
    Examples:
      llmkit trace calls.jsonl
      llmkit trace calls.jsonl --errors -n 5
      llmkit trace calls.jsonl 1f0c3a9e
    """
    calls = _calls(path, 100_000 if wanted or errors else count)
    if wanted is not None:
        _show(_named(calls, wanted), as_json)
        return
    chosen = [call for call in calls if not errors or call.get("status") == "error"][:count]
    if as_json:
        from llmkit.cli.model_listing import as_json as written

        print(written(chosen))
        return
    _list(chosen)


def _calls(path: str, count: int) -> list[dict[str, Any]]:
    from llmkit.errors import InvalidRequest
    from llmkit.tracing.reading import last

    try:
        return last(path, count)
    except OSError as error:
        raise InvalidRequest(f"The trace {path} cannot be read: {error.strerror or error}.", parameter="path") from None


def _named(calls: list[dict[str, Any]], wanted: str) -> dict[str, Any]:
    found = [call for call in calls if str(call.get("trace", "")).startswith(wanted)]
    if len(found) != 1:
        raise click.UsageError(f"There is no call {wanted!r} in the file." if not found else f"{len(found)} calls begin with {wanted!r}.")
    return found[0]


def _list(calls: list[dict[str, Any]]) -> None:
    from llmkit.cli.notices import note
    from llmkit.cli.tables import print_table

    if not calls:
        note("no call in it")
        return
    print_table(_TITLES, [_row(call) for call in calls], right=_RIGHT, flexible={2: 16}, keep=4)


def _row(call: dict[str, Any]) -> list[str]:
    usage, cost = _object(call.get("usage")), _object(call.get("cost"))
    return [
        str(call.get("trace", "")),
        _when(call.get("at")),
        _model(call),
        str(_object(call.get("error")).get("type") or call.get("finish") or call.get("status", "")),
        _seconds(call.get("seconds")),
        _seconds(call.get("first_chunk")),
        str(usage.get("input", "-")),
        str(usage.get("output", "-")),
        f"{cost['amount']} {cost.get('currency', '')}".strip() if "amount" in cost else "-",
        str(len(call["attempts"]) if isinstance(call.get("attempts"), list) else "-"),
    ]


def _model(call: dict[str, Any]) -> str:
    asked = call.get("models")
    first = asked[0] if isinstance(asked, list) and asked else "-"
    return f"{call.get('provider')}/{call['model']}" if call.get("model") and call.get("provider") else str(first)


def _when(at: Any) -> str:
    """Return the local time; a figure that is no time of this calendar is shown as nothing."""
    try:
        return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(float(at)))
    except (TypeError, ValueError, OverflowError, OSError):
        return "-"


def _seconds(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, int | float) else "-"


def _show(call: dict[str, Any], as_json: bool) -> None:
    if as_json:
        from llmkit.cli.model_listing import as_json as written

        print(written(call))
        return
    from llmkit.cli.tables import print_facts

    facts = [(name, _text(value)) for name, value in call.items() if name not in ("trace", "at", "input", "output")]
    print_facts(f"{call.get('trace', '')}  {_when(call.get('at'))}  {_model(call)}", facts)
    for name in ("input", "output"):
        for turn in _turns(call.get(name)):
            print_facts(str(turn.get("role", name)), [(str(part.get("type", "")), _said(part)) for part in _turns(turn.get("parts"))])


def _turns(value: Any) -> list[dict[str, Any]]:
    values = value if isinstance(value, list) else [value]
    return [turn for turn in values if isinstance(turn, dict)]


def _said(part: dict[str, Any]) -> str:
    return str(part["content"]) if "content" in part else _text({name: value for name, value in part.items() if name != "type"})


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return "; ".join(map(_text, value))
    return "yes" if value is True else "no" if value is False else str(value)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
