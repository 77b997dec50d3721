"""`llmkit chat`: one question, or a conversation."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from llmkit.cli.suggestions import suggest_models, suggest_options

if TYPE_CHECKING:
    from llmkit.cli.asking import Asking


@click.command(
    epilog="In a conversation /help lists the commands. Text on standard input comes before PROMPT; `--` ends the flags.",
)
@click.argument("prompt", nargs=-1)
@click.option("-m", "--model", metavar="ID", shell_complete=suggest_models, help="Model as provider/model.")
@click.option("--local-server", is_flag=True, help="Use a model of a server found on this machine (Ollama, LM Studio, llama.cpp, vLLM).")
@click.option("-s", "--system", metavar="TEXT", help="Instructions to the model.")
@click.option(
    "-a",
    "--attach",
    "attachments",
    metavar="FILE",
    multiple=True,
    type=click.Path(allow_dash=True),
    help="Attach an image, PDF, sound, film or text; `-` is standard input. Repeatable.",
)
@click.option(
    "-o",
    "--option",
    "options",
    metavar="KEY=VALUE",
    multiple=True,
    shell_complete=suggest_options,
    help="Set an option such as temperature=0.2. Repeatable.",
)
@click.option("--schema", metavar="FILE", type=click.Path(), help="Answer with JSON that fits this JSON Schema.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole response as one JSON object.")
@click.option("--stream-json", is_flag=True, help="Print every event as a line of JSON.")
@click.option("--no-stream", is_flag=True, help="Wait for the whole answer.")
@click.option("--raw", is_flag=True, help="Print the text as it is: no Markdown, control characters kept.")
@click.option("--usage", is_flag=True, help="Print tokens and cost on standard error.")
def chat(
    prompt: tuple[str, ...],
    model: str | None,
    local_server: bool,
    system: str | None,
    attachments: tuple[str, ...],
    options: tuple[str, ...],
    schema: str | None,
    **flags: bool,
) -> None:
    """Ask a model once, or talk with it when no PROMPT is given.

    \b
    Examples:
      llmkit chat "Why is the sky blue?"
      llmkit chat -m openai/gpt-5 -o reasoning=low -a invoice.pdf "What is due?"
      cat error.log | llmkit chat "What went wrong?"
      llmkit chat --schema person.json --json "Ada Lovelace, 36"
      llmkit chat                                (a conversation)
    """
    from llmkit.cli.asking import Asking, Show
    from llmkit.cli.options import parse_options
    from llmkit.client import LLMKit

    if sum((flags["as_json"], flags["stream_json"])) > 1:
        raise click.UsageError("--json and --stream-json exclude each other.")
    settings: dict[str, Any] = parse_options(options)
    if schema:
        settings["output"] = _schema(schema)
    with LLMKit() as kit:
        asking = Asking(kit, options=settings, show=Show(**flags))
        _run(asking, prompt, attachments, system, model, local_server)


def _run(
    asking: Asking, prompt: tuple[str, ...], attachments: tuple[str, ...], system: str | None, model: str | None, local_server: bool
) -> None:
    from llmkit.cli.loading_line import show_loading
    from llmkit.cli.model_choice import choose_model
    from llmkit.cli.notices import note
    from llmkit.cli.question import question, wants_conversation

    talking = wants_conversation(prompt, structured=asking.show.as_json or asking.show.stream_json)
    parts = question(prompt, attachments, read_stdin=not talking)
    if not parts and not talking:
        raise click.UsageError("Nothing to ask: give a PROMPT, or text on standard input.")
    choice = choose_model(asking.kit, model, local_server=local_server)
    if choice.reason and not talking:
        note(f"model: {choice.model} ({choice.reason}; -m chooses another)")
    show_loading()
    if talking:
        from llmkit.cli.interactive import converse

        converse(asking, choice, system=system, attached=parts)
    else:
        asking.once(choice.model, system, parts)
    sys.stdout.flush()


def _schema(name: str) -> Any:
    from pathlib import Path

    from llmkit.cli.options import schema_output
    from llmkit.errors import InvalidRequest

    try:
        return schema_output(Path(name).read_bytes(), Path(name).stem)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
    raise InvalidRequest(f"The schema {name} cannot be read: {reason}.", parameter="schema")
