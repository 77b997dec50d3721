"""`llmkit models`: find models by what they can do and cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from llmkit.cli.actions import CommandWithActions
from llmkit.cli.suggestions import suggest_abilities, suggest_columns, suggest_modes, suggest_orders, suggest_providers, suggest_query

if TYPE_CHECKING:
    from llmkit.client import LLMKit
    from llmkit.types.model_info import ModelInfo

_ACTIONS = {
    "show": ("llmkit.cli.models_show:show", "Show all that is known of one model."),
    "live": ("llmkit.cli.models_live:live", "Ask a provider which models it has now."),
    "update": ("llmkit.cli.models_live:update", "Fetch newer facts and prices."),
}
_SCREEN = 24
"""Rows that a terminal has at least; a shorter list is not cut."""
_WISHES = (
    "provider",
    "mode",
    "can",
    "inputs",
    "outputs",
    "min_context",
    "min_output",
    "max_input_price",
    "max_output_price",
    "free",
    "open_weights",
    "released_after",
    "with_key",
    "all_providers",
)
"""Flags that `kit.models.find` takes as they are; an empty one is no wish."""
_KINDS = ["text", "image", "audio", "video", "pdf"]


def _tokens(context: click.Context, parameter: click.Parameter, text: str | None) -> int | None:
    from llmkit.cli.amounts import read_count

    try:
        return None if text is None else read_count(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no number of tokens such as 200k, 1M or 131072.") from None


@click.command(
    cls=CommandWithActions,
    actions=_ACTIONS,
    epilog="Columns: model, provider, id, name, family, mode, status, context, max-input, max-output, dimensions, input, output, "
    "cache-read, cache-write, blend, currency, released, cutoff, ends, open, can, inputs, outputs, base, weights, source, as-of, seen.",
)
@click.argument("query", nargs=-1, shell_complete=suggest_query)
@click.option("-p", "--provider", "provider", metavar="NAME", multiple=True, shell_complete=suggest_providers, help="Only this provider's.")
@click.option("--mode", "mode", metavar="MODE", multiple=True, shell_complete=suggest_modes, help="chat, embedding, image, tts ...")
@click.option("--can", metavar="ABILITY", multiple=True, shell_complete=suggest_abilities, help="tools, vision, reasoning, web_search ...")
@click.option("--input", "inputs", type=click.Choice(_KINDS), multiple=True, help="What it takes.")
@click.option("--output", "outputs", metavar="KIND", multiple=True, help="What it gives: text, image, audio, video, embedding ...")
@click.option("--min-context", metavar="TOKENS", callback=_tokens, help="Context window of at least, such as 200k.")
@click.option("--min-output", metavar="TOKENS", callback=_tokens, help="Most tokens of output are at least.")
@click.option("--max-input-price", metavar="USD", help="At most, per million tokens.")
@click.option("--max-output-price", metavar="USD", help="At most, per million tokens.")
@click.option("--free", is_flag=True, help="The provider says that it costs nothing.")
@click.option("--open-weights", is_flag=True, help="Its weights are open.")
@click.option(
    "--status",
    "statuses",
    type=click.Choice(["active", "beta", "deprecated", "retired", "unlisted", "all"]),
    multiple=True,
    help="Instead of active and beta.",
)
@click.option("--released-after", metavar="DATE", help="This day or later, such as 2026-05.")
@click.option("--with-key", is_flag=True, help="Only of providers whose key is set, or that need none.")
@click.option("--all-providers", is_flag=True, help="Also of providers that cannot be called from here.")
@click.option(
    "--sort",
    type=click.Choice(["price", "context", "output", "released", "name"]),
    shell_complete=suggest_orders,
    help="Cheapest, largest, newest first; what is not known comes last.",
)
@click.option("--reverse", is_flag=True, help="The other way round.")
@click.option("--limit", metavar="N", type=click.IntRange(0), help="At most so many; 0: all. At a terminal as many as it has lines.")
@click.option("--columns", metavar="A,B,C", shell_complete=suggest_columns, help="What to show; see below.")
@click.option("--plot", is_flag=True, help="Draw price against context, or bars of the prices where few are found.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: all fields of each.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the columns as CSV.")
def models(query: tuple[str, ...], **options: Any) -> None:
    """Find models by name, ability, limits and price.

    All words of QUERY must be part of the id, name, family or provider. What is not known of a model does not fulfil a demand.

    \b
    Examples:
      llmkit models claude sonnet
      llmkit models --can tools --can vision --min-context 200k --sort price
      llmkit models --mode embedding --sort price --limit 10
      llmkit models --open-weights --released-after 2026-06 --plot
      llmkit models --free --with-key
      llmkit models -p openai --columns model,input,cache-read,output,ends --csv
    """
    from llmkit.cli.model_columns import read_columns
    from llmkit.cli.model_listing import as_json, entry, print_csv, print_models
    from llmkit.client import LLMKit

    if sum((options["as_json"], options["as_csv"], options["plot"])) > 1:
        raise click.UsageError("--json, --csv and --plot exclude each other.")
    names = read_columns(options["columns"])
    with LLMKit() as kit:
        found = _found(kit, " ".join(query), options)
    shown = found[: _limit(options) or len(found)]
    if options["as_json"]:
        print(as_json([entry(info) for info in shown]))
    elif options["as_csv"]:
        print_csv(shown, names)
    elif options["plot"]:
        from llmkit.cli.model_plot import plot

        plot(found[: options["limit"] or len(found)])
    else:
        print_models(shown, names, found=len(found))


def _found(kit: LLMKit, text: str, options: dict[str, Any]) -> list[ModelInfo]:
    from llmkit.cli.model_order import DOWNWARDS, best_first, cheapest_first

    sort, backwards = options["sort"], options["reverse"]
    wishes: dict[str, Any] = {name: options[name] for name in _WISHES if options[name]}
    if options["statuses"]:
        wishes["status"] = None if "all" in options["statuses"] else options["statuses"]
    if sort not in (None, "price"):
        return kit.models.find(text, sort=sort, reverse=backwards != (sort in DOWNWARDS), **wishes)
    found = kit.models.find(text, **wishes)
    if sort == "price":
        return cheapest_first(found, backwards=backwards)
    best = best_first(found, text, makers=kit.models.registry.is_maker)
    return best[::-1] if backwards else best


def _limit(options: dict[str, Any]) -> int | None:
    """Return how many to show; None: all. A pipe gets all."""
    from llmkit.cli.screen import rows

    if options["limit"] is not None:
        return int(options["limit"]) or None
    height = rows()
    return None if height is None or options["as_json"] or options["as_csv"] else max(_SCREEN, height) - 5
