"""`llmkit batch`: many requests as one piece of work, at a provider or here; JSON lines in, JSON lines out."""

from __future__ import annotations

from typing import Any

import click

from llmkit.cli.suggestions import suggest_models, suggest_options, suggest_providers

__all__ = ["batch"]

_CONFIG = click.option("--config", "config", metavar="FILE", type=click.Path(), help="Another configuration file.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(epilog="Batches cost half at most providers. Ctrl-C never ends one: `llmkit batch status ID --wait` takes it up again.")
def batch() -> None:
    """Have many requests answered together, in the provider's own time.

    \b
    Examples:
      llmkit batch create questions.jsonl -m openai/gpt-5-mini
      llmkit batch status batch:openai/gpt-5-mini:batch_123 --wait
      llmkit batch results batch:openai/gpt-5-mini:batch_123 -o answers.jsonl
    """


@batch.command(
    epilog='A line is {"id": "a", "messages": [...]} or {"id": "a", "prompt": "..."}, a text, or a line of OpenAI\'s batch files.'
)
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("-m", "--model", required=True, metavar="ID", help="The model as provider/model.", shell_complete=suggest_models)
@click.option("-s", "--system", metavar="TEXT", help="The system prompt of all that have none.")
@click.option(
    "-o", "--option", "pairs", metavar="KEY=VALUE", multiple=True, shell_complete=suggest_options, help="An option of all. Repeatable."
)
@click.option("--name", metavar="TEXT", help="What the provider shows it as.")
@click.option("--metadata", "marks", metavar="KEY=VALUE", multiple=True, help="What the provider keeps with it. Repeatable.")
@click.option("--window", metavar="TIME", help="How long it may take, such as 24h.")
@click.option(
    "--local", "kept", metavar="FILE", type=click.Path(), help="Run it here, and keep requests and results (FILE.results) in FILE."
)
@click.option("--parallel", type=click.IntRange(1, 1000), help="With --local: requests at once.")
@click.option("--wait", "waits", is_flag=True, help="Wait until it is over.")
@_CONFIG
def create(file: str, model: str, **options: Any) -> int:
    """Begin a batch of the requests in FILE (`-`: standard input), and print its id.

    One that runs here is worked on by `--wait`, `status --wait` and `results`.

    \b
    Examples:
      llmkit batch create questions.jsonl -m anthropic/claude-haiku-4-5 -o max_tokens=500
      llmkit batch create questions.jsonl -m ollama/llama3.2 --local work.jsonl --wait
    """
    from llmkit.cli.batch_lines import Written, lines_of, shown, waited
    from llmkit.cli.notices import warn
    from llmkit.cli.options import parse_options
    from llmkit.client import LLMKit

    given: dict[str, Any] = parse_options(options["pairs"])
    given |= {key: options[key] for key in ("system", "name", "window") if options[key] is not None}
    if options["marks"]:
        given["metadata"] = dict(_pair(text) for text in options["marks"])
    if options["kept"] is not None:
        given |= {"local": True, "file": options["kept"], "parallel": options["parallel"]}
    elif options["parallel"] is not None:
        raise click.UsageError("--parallel goes with --local.")
    with LLMKit(config=options["config"]) as kit, Written() as line:
        made = kit.batches.create(model, lines_of(file), progress=line, **given)
        line.clear()
        for id, told in list(made.warnings.items())[:5]:
            warn(f"{id or 'the batch'}: {'; '.join(map(str, told))}")
        print(made.id, flush=True)
        if not options["waits"]:
            return 0
        waited(made, None)
        print(shown(made.state))
    return _code(made.status)


@batch.command(epilog="Exit code 1: the batch failed or ran out of time.")
@click.argument("id", metavar="ID")
@click.option("--wait", "waits", is_flag=True, help="Wait until it is over; one that runs here is worked on.")
@click.option("--timeout", type=click.FloatRange(0.1), metavar="SECONDS", help="With --wait: no longer than this. The batch goes on.")
@_CONFIG
@_JSON
def status(id: str, waits: bool, timeout: float | None, config: str | None, as_json: bool) -> int:
    """Show how the batch ID stands."""
    from llmkit.cli.batch_lines import as_object, shown, waited
    from llmkit.client import LLMKit

    with LLMKit(config=config) as kit:
        found = kit.batch(id)
        if waits:
            waited(found, timeout)
        else:
            found.refresh()
    print(as_object(found) if as_json else shown(found.state))
    return _code(found.status)


@batch.command(epilog="Exit code 1: some requests have no answer.")
@click.argument("id", metavar="ID")
@click.option("-o", "--output", metavar="FILE", type=click.Path(dir_okay=False), help="Into FILE, which is there only when it is whole.")
@click.option("--ordered", is_flag=True, help="In the order of the requests, where that is known.")
@_CONFIG
def results(id: str, output: str | None, ordered: bool, config: str | None) -> int:
    """Print the results of the batch ID, a JSON object a line: `id`, `status`, `text`, and `reply` or `error`."""
    from llmkit.cli.batch_lines import write_results
    from llmkit.client import LLMKit

    with LLMKit(config=config) as kit, kit.batch(id).results(ordered) as found:
        return 1 if write_results(found, output) else 0


@batch.command()
@click.argument("id", metavar="ID")
@_CONFIG
def cancel(id: str, config: str | None) -> None:
    """End the batch ID early. What was answered already keeps its result."""
    from llmkit.cli.batch_lines import shown
    from llmkit.client import LLMKit

    with LLMKit(config=config) as kit:
        print(shown(kit.batch(id).cancel().state))


@batch.command("list")
@click.argument("provider", shell_complete=suggest_providers)
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Most batches.")
@_CONFIG
@_JSON
def listed(provider: str, limit: int, config: str | None, as_json: bool) -> None:
    """List the batches that PROVIDER keeps, the newest first."""
    from llmkit.cli.batch_lines import as_object, row
    from llmkit.cli.tables import print_table
    from llmkit.client import LLMKit

    with LLMKit(config=config) as kit:
        found = kit.batches.list(provider, limit=limit)
    if as_json:
        for one in found:
            print(as_object(one))
        return
    print_table(("ID", "STATUS", "DONE", "CREATED", "NAME"), [row(one) for one in found], right=(2,), flexible={4: 8})


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise click.BadParameter(f"{text!r} is not KEY=VALUE.", param_hint="--metadata")
    return key, value


def _code(status: str) -> int:
    return 1 if status in ("failed", "expired") else 0
