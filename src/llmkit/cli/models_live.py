"""`llmkit models live` and `update`: what the network says about models."""

from __future__ import annotations

from typing import Any

import click

from llmkit.cli.suggestions import suggest_columns, suggest_providers

__all__ = ["live", "update"]


@click.command()
@click.argument("provider", shell_complete=suggest_providers)
@click.option("--columns", metavar="A,B,C", shell_complete=suggest_columns, help="What to show, as of `llmkit models`.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: all fields of each.")
@click.option("--new", "only_new", is_flag=True, help="Only those that the registry does not know.")
def live(provider: str, columns: str | None, as_json: bool, only_new: bool) -> None:
    """Ask PROVIDER which models it has now; its key is needed where its list is not open to all.

    What is known of them besides (limits, prices) comes from the registry.

    \b
    Examples:
      llmkit models live openai
      llmkit models live ollama --json
      llmkit models live groq --new
    """
    from llmkit.cli.model_columns import read_columns
    from llmkit.cli.model_listing import as_json as written
    from llmkit.cli.model_listing import entry, print_models
    from llmkit.client import LLMKit

    names = read_columns(columns)
    with LLMKit() as kit:
        found = kit.models.live(provider)
        if only_new:
            found = [info for info in found if kit.models.match(info.model).kind not in ("exact", "alias")]
    if as_json:
        print(written([entry(info) for info in found]))
    else:
        print_models(found, names, found=len(found))


@click.command()
@click.option("--url", metavar="URL", help="From here instead (https).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def update(url: str | None, as_json: bool) -> None:
    """Fetch newer facts and prices of models into your data directory.

    What comes is checked before it takes the place of what was there; where the network fails, everything stays as it was.
    Nothing is fetched without this command.
    """
    from llmkit.cli.notices import note
    from llmkit.client import LLMKit

    note("fetching ...")
    with LLMKit() as kit:
        done: Any = kit.models.update(url)
    if as_json:
        from llmkit.cli.model_listing import as_json as written

        print(written({"as_of": done.as_of, "models": done.models, "path": str(done.path), "changed": done.changed}))
    elif done.changed:
        print(f"{done.models:,} models as of {done.as_of}, in {done.path}")
    else:
        print(f"nothing newer: {done.models:,} models as of {done.as_of}")
