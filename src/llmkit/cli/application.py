"""The group of commands; each is imported when it is called."""

from __future__ import annotations

from importlib import import_module

import click

__all__ = ["ReaderGone", "application"]

# name -> module:attribute, and the line that `llmkit --help` shows for it without importing it.
_COMMANDS = {
    "chat": ("llmkit.cli.chat:chat", "Ask a model once, or talk with it."),
    "image": ("llmkit.cli.image:image", "Draw a picture, or change some."),
    "say": ("llmkit.cli.say:say", "Speak a text into a file."),
    "transcribe": ("llmkit.cli.transcribe:transcribe", "Write down what is said: text, subtitles."),
    "realtime": ("llmkit.cli.realtime:realtime", "Talk with a model over a socket, line by line."),
    "embed": ("llmkit.cli.embed:embed", "Turn texts into vectors; find the texts most like one."),
    "models": ("llmkit.cli.models:models", "Find models; show one with its prices."),
    "cost": ("llmkit.cli.cost:cost", "What a prompt, a file or a log would cost on several models."),
    "video": ("llmkit.cli.video:video", "Make a film and save it."),
    "job": ("llmkit.cli.job:job", "See how a job at a provider stands; wait for it, end it."),
    "batch": ("llmkit.cli.batch:batch", "Have many requests answered together, at half the price."),
    "files": ("llmkit.cli.files:files", "Keep files at a provider: send, list, fetch, delete."),
    "search": ("llmkit.cli.search:search", "Search the web."),
    "ocr": ("llmkit.cli.ocr:ocr", "Read a document: text, tables, pictures."),
    "rerank": ("llmkit.cli.rerank:rerank", "Put texts in the order in which they answer a question."),
    "moderate": ("llmkit.cli.moderate:moderate", "Judge texts and pictures by a provider's policy."),
    "trace": ("llmkit.cli.trace:trace", "Show the last calls that a program remembered in a file."),
    "usage": ("llmkit.cli.usage:usage", "What calls used and cost, from the records of a meter."),
    "route": ("llmkit.cli.route:route", "See which deployments of a route a prompt would be sent to, and why."),
    "health": ("llmkit.cli.health:health", "See which deployments can be called, and which answer."),
    "providers": ("llmkit.cli.providers:providers", "List the providers, or show one."),
    "config": ("llmkit.cli.config:config", "Explain and check the configuration file; print its JSON Schema."),
    "doctor": ("llmkit.cli.doctor:doctor", "Check this installation: extras, keys, servers."),
    "completion": ("llmkit.cli.completion:completion", "Print a shell completion script."),
}


class ReaderGone(Exception):
    """Nobody reads standard output any more. Not an `OSError`, since click has an end of its own for those."""


class Commands(click.Group):
    """A group that knows its commands by name and loads one at a time."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names in the order of use."""
        return list(_COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import the command `name`."""
        if name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])

    def invoke(self, context: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(context)
        except BrokenPipeError:
            raise ReaderGone from None

    def resolve_command(self, context: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or name the nearest one."""
        try:
            return super().resolve_command(context, args)
        except click.UsageError:
            from difflib import get_close_matches

            near = get_close_matches(args[0], _COMMANDS, n=1, cutoff=0.5)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise click.UsageError(f"No command {args[0]!r}.{hint}", context) from None


def _version(context: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        from llmkit.version import VERSION

        click.echo(f"llmkit {VERSION}")
        context.exit()


@click.command(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Keys come from the environment (see `llmkit providers`) or the configuration file, never from a flag.",
)
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version and exit.")
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error; works after a command, too.")
@click.pass_context
def application(context: click.Context) -> None:
    """Talk to language models: local ones, and those of every provider you have a key for.

    \b
    Examples:
      llmkit chat "Why is the sky blue?"
      llmkit chat -m anthropic/claude-sonnet-5 -a diagram.png "Explain this"
      git diff | llmkit chat "Write a commit message"
      llmkit chat                                       (interactive)
      llmkit models --can tools --min-context 200k --sort price
      llmkit cost --tokens 2000,500 --calls 10k --top 10
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
