"""`llmkit moderate`: judge texts and pictures by a provider's policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from llmkit.cli.suggestions import suggest_models

if TYPE_CHECKING:
    from llmkit.types.moderation import ModerationResponse

__all__ = ["moderate"]


@click.command(epilog="With --check the exit code is 1 where anything is flagged.")
@click.argument("texts", nargs=-1)
@click.option("-m", "--model", metavar="ID", required=True, shell_complete=suggest_models, help="Model as provider/model.")
@click.option("-f", "--file", metavar="FILE", help="A text from each line of FILE; `-` is standard input.")
@click.option("-a", "--attach", "files", metavar="FILE", multiple=True, type=click.Path(), help="A picture. Repeatable.")
@click.option("--scores", is_flag=True, help="Show all categories with their scores, not the true ones alone.")
@click.option("--check", is_flag=True, help="Exit with 1 where anything is flagged.")
@click.option("--usage", is_flag=True, help="Print tokens and cost on standard error.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def moderate(texts: tuple[str, ...], model: str, file: str | None, files: tuple[str, ...], **options: Any) -> int:
    """Judge TEXTS and pictures, each for itself.

    \b
    Examples:
      llmkit moderate -m openai/omni-moderation-latest "I will find you"
      llmkit moderate -m mistral/mistral-moderation-latest -f comments.txt --check
    """
    from llmkit.cli.attachments import attachment
    from llmkit.cli.told import after, lines_of, print_json, working
    from llmkit.client import LLMKit

    inputs: list[Any] = [*texts, *(lines_of(file) if file is not None else ()), *[attachment(name) for name in files]]
    if not inputs:
        raise click.UsageError("Give texts, a file of them with -f, or a picture with -a.")
    with LLMKit() as kit, working(f"judging {len(inputs):,} inputs"):
        reply = kit.moderate(model, inputs)
    if options["as_json"]:
        print_json(reply)
    else:
        _print(reply, [item if isinstance(item, str) else item.name or "picture" for item in inputs], options["scores"])
    after(reply, options["usage"])
    return 1 if options["check"] and reply.flagged else 0


def _print(reply: ModerationResponse, names: list[str], scores: bool) -> None:
    from llmkit.cli.tables import print_table

    rows = []
    for name, result in zip(names, reply.results, strict=True):
        shown = result.categories if scores else result.found
        told = [f"{one} {result.scores[one]:.3f}" if one in result.scores else one for one in shown]
        rows.append(("flagged" if result.flagged else "ok", ", ".join(told) or "-", name))
    print_table(("VERDICT", "CATEGORIES", "INPUT"), rows, flexible={1: 20, 2: 20})
