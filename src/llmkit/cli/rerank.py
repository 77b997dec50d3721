"""`llmkit rerank`: put texts in the order in which they answer a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from llmkit.cli.suggestions import suggest_models

if TYPE_CHECKING:
    from llmkit.types.rerank import RerankResponse

__all__ = ["rerank"]


@click.command(epilog="Scores of one answer can be compared with each other, not with those of another model.")
@click.argument("query")
@click.argument("documents", nargs=-1)
@click.option("-m", "--model", metavar="ID", required=True, shell_complete=suggest_models, help="Model as provider/model.")
@click.option("-f", "--file", metavar="FILE", help="A document from each line of FILE; `-` is standard input.")
@click.option("-n", "--top", metavar="N", type=click.IntRange(1), help="The N best alone.")
@click.option("--usage", is_flag=True, help="Print tokens, searches and cost on standard error.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def rerank(query: str, documents: tuple[str, ...], model: str, file: str | None, **options: Any) -> None:
    """Put DOCUMENTS in the order in which they answer QUERY, best first.

    \b
    Examples:
      llmkit rerank -m cohere/rerank-v3.5 "capital of France" "Paris is in France." "Lima is in Peru."
      llmkit rerank -m voyage/rerank-2.5 "how to log in" -f answers.txt --top 5
    """
    from llmkit.cli.told import after, lines_of, print_json, working
    from llmkit.client import LLMKit

    texts = [*documents, *(lines_of(file) if file is not None else ())]
    if not texts:
        raise click.UsageError("Give documents, or a file of them with -f.")
    with LLMKit() as kit, working(f"ranking {len(texts):,} documents"):
        reply = kit.rerank(model, query, texts, **({} if options["top"] is None else {"top": options["top"]}))
    if options["as_json"]:
        print_json(reply)
    else:
        _print(reply)
    after(reply, options["usage"])


def _print(reply: RerankResponse) -> None:
    from llmkit.cli.tables import print_table

    rows = [(f"{result.score:.4f}", str(result.index + 1), str(result.document)) for result in reply.results]
    print_table(("SCORE", "LINE", "DOCUMENT"), rows, right=(0, 1), flexible={2: 20})
