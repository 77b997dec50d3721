"""`llmkit completion`: print the script that completes commands, models and options in a shell."""

from __future__ import annotations

import click
from click.shell_completion import ShellComplete, get_completion_class

_VARIABLE = "_LLMKIT_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print a completion script for SHELL.

    \b
    bash:  llmkit completion bash > ~/.local/share/bash-completion/completions/llmkit
    zsh:   llmkit completion zsh > ~/.zfunc/_llmkit      (with fpath+=~/.zfunc)
    fish:  llmkit completion fish > ~/.config/fish/completions/llmkit.fish
    """
    from llmkit.cli.application import application

    kind = get_completion_class(shell)
    if kind is None:  # Choice has checked it.
        raise click.UsageError(f"No completion for {shell}.")
    # The class's own `source` for bash first runs bash to learn its version; a script can be printed where there is none.
    click.echo(ShellComplete.source(kind(application, {}, "llmkit", _VARIABLE)))
