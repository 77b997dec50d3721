"""`llmkit ocr`: read a document."""

from __future__ import annotations

from typing import Any

import click

from llmkit.cli.suggestions import suggest_models

__all__ = ["ocr"]


def _pages(context: click.Context, parameter: click.Parameter, text: str | None) -> list[int] | None:
    """Return pages from 0 of a list such as `1-3,7`, whose first page is 1."""
    if text is None:
        return None
    pages: list[int] = []
    for piece in text.split(","):
        first, dash, last = piece.strip().partition("-")
        begin, end = (int(word) if word.isascii() and word.isdigit() else 0 for word in (first, last if dash else first))
        if not 1 <= begin <= end <= 100_000:
            raise click.BadParameter(f"{text!r} is no list of pages such as 1-3,7.")
        pages += range(begin - 1, end)
    return pages


@click.command(epilog="Files are named by kind and number, never by the answer.")
@click.argument("document")
@click.option("-m", "--model", metavar="ID", required=True, shell_complete=suggest_models, help="Model as provider/model.")
@click.option("--pages", metavar="LIST", callback=_pages, help="Only these, such as 1-3,7; the first page is 1.")
@click.option("-o", "--output", metavar="FILE", type=click.Path(dir_okay=False), help="Write the text into FILE.")
@click.option("--images", metavar="FOLDER", type=click.Path(file_okay=False), help="Write the pictures into FOLDER.")
@click.option("--tables", type=click.Choice(["markdown", "html"]), help="Give tables apart; see --json.")
@click.option("--usage", is_flag=True, help="Print pages and cost on standard error.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: pages, tables, and where everything stands.")
def ocr(document: str, model: str, output: str | None, images: str | None, **options: Any) -> None:
    """Read DOCUMENT (a file or an address) and print its text as Markdown.

    \b
    Examples:
      llmkit ocr bill.pdf -m mistral/mistral-ocr-latest
      llmkit ocr book.pdf -m upstage/document-parse --pages 1-3 --images pictures -o book.md
    """
    from llmkit.cli.terminal_text import one_line, printable
    from llmkit.cli.told import after, print_json, working
    from llmkit.client import LLMKit

    if output is not None and options["as_json"]:
        raise click.UsageError("--json and --output exclude each other.")
    wishes = {name: options[name] for name in ("pages", "tables") if options[name] is not None}
    if images is not None:
        wishes["images"] = True
    with LLMKit() as kit, working(f"reading {document}"):
        reply = kit.ocr(model, document, **wishes)
        saved = kit.save(reply, f"{images}/") if images is not None and reply.images else []
    if output is not None:
        _write(output, reply.markdown)
    elif options["as_json"]:
        print_json(reply, "images")
    else:
        print(printable(reply.markdown))
    for path in [*([output] if output is not None else []), *saved]:
        click.echo(one_line(str(path)), err=output is None)
    after(reply, options["usage"])


def _write(path: str, text: str) -> None:
    from pathlib import Path

    from llmkit.unfinished import UnfinishedFile

    with UnfinishedFile(Path(path)) as file:
        file.write(text.encode())
        file.keep()
