"""`llmkit search`: search the web."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from llmkit.cli.suggestions import suggest_providers

if TYPE_CHECKING:
    from llmkit.types.search import SearchResponse

__all__ = ["search"]


@click.command(epilog="What an engine has no field for is left out, with a warning.")
@click.argument("query", nargs=-1, required=True)
@click.option(
    "-p", "--provider", metavar="NAME", required=True, shell_complete=suggest_providers, help="Which engine: brave, exa, tavily ..."
)
@click.option("-n", "--count", metavar="N", type=click.IntRange(1, 1000), help="So many results, at most.")
@click.option("-d", "--domain", "domains", metavar="NAME", multiple=True, help="Only from this one, such as example.com. Repeatable.")
@click.option("--without", metavar="NAME", multiple=True, help="None from this one. Repeatable.")
@click.option("--since", metavar="WHEN", help="Published since a day (2026-11-01), or within the last day, week, month or year.")
@click.option("--until", metavar="DAY", help="Published by this day.")
@click.option("--country", metavar="CODE", help="Two letters: de.")
@click.option("--language", metavar="CODE", help="Two letters: en.")
@click.option("--news", is_flag=True, help="Search the news.")
@click.option("--text", is_flag=True, help="Print the words of the pages, too.")
@click.option("--answer", is_flag=True, help="Print a written answer, too, where the engine gives one.")
@click.option("--usage", is_flag=True, help="Print what was used and its cost on standard error.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def search(query: tuple[str, ...], provider: str, news: bool, usage: bool, as_json: bool, **options: Any) -> None:
    """Search the web for QUERY.

    \b
    Examples:
      llmkit search -p brave "llama habitats"
      llmkit search -p tavily --since month -d nature.com --answer why do llamas spit
    """
    from llmkit.cli.told import after, print_json, working
    from llmkit.client import LLMKit

    wishes = {name: value for name, value in options.items() if value}
    if news:
        wishes["topic"] = "news"
    with LLMKit() as kit, working("searching"):
        reply = kit.search(provider, " ".join(query), **wishes)
    if as_json:
        print_json(reply)
    else:
        _print(reply)
    after(reply, usage)


def _print(reply: SearchResponse) -> None:
    """Print untrusted words: nothing of them may steer the terminal."""
    from llmkit.cli.screen import style
    from llmkit.cli.terminal_text import one_line, printable

    if reply.answer:
        print(f"{printable(reply.answer)}\n")
    for number, result in enumerate(reply.results, 1):
        print(style(f"{number}. {one_line(result.title or result.url)}", "bold"))
        print(f"   {one_line(result.url)}{f'  ({one_line(result.published)})' if result.published else ''}")
        for words in (result.snippet, result.text):
            if words:
                print("".join([f"   {one_line(line)}\n" for line in words.splitlines() if line.strip()]), end="")
