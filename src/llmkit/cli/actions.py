"""A command that lists things and has a few words of its own behind it: `llmkit models`, `llmkit models show ID`."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

__all__ = ["CommandWithActions"]


class CommandWithActions(click.Command):
    """A command whose first word may name an action: `module:attribute` and a line of help; loaded when it is called.

    A search for a word that names an action is written behind `--`.
    """

    def __init__(self, *args: Any, actions: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actions = actions

    def make_context(self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any) -> click.Context:
        """Make the context of the action that is named first, else of this command."""
        if args and args[0] in self.actions:
            return self._action(args[0]).make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options and below them the actions."""
        super().format_options(ctx, formatter)
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.actions.items()])

    def _action(self, name: str) -> click.Command:
        module, _, attribute = self.actions[name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command
