"""What the shell offers when TAB is pressed."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

__all__ = ["suggest_models", "suggest_options", "suggest_providers"]


def suggest_models(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer each provider with its starting model."""
    from llmkit.providers.catalog import ROWS

    known = [f"{row.name}/{row.starter}" for row in ROWS]
    return [CompletionItem(model) for model in known if model.startswith(incomplete)]


def suggest_options(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the names that `-o` takes."""
    from llmkit.cli.options import option_names

    return [CompletionItem(f"{name}=") for name in option_names() if name.startswith(incomplete)]


def suggest_providers(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the providers' names."""
    from llmkit.providers.catalog import ROWS

    return [CompletionItem(row.name, help=row.title) for row in ROWS if row.name.startswith(incomplete)]
