"""What the shell offers when TAB is pressed. It must be quick: no model is read, at most the list of one provider's ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click
from click.shell_completion import CompletionItem

__all__ = [
    "suggest_abilities",
    "suggest_columns",
    "suggest_dialects",
    "suggest_models",
    "suggest_modes",
    "suggest_operations",
    "suggest_options",
    "suggest_orders",
    "suggest_providers",
    "suggest_query",
    "suggest_services",
]

Suggest = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]
_ABILITIES = """
    assistant_prefill attachment audio_input audio_output batch citations computer_use json_mode logprobs parallel_tools pdf prompt_cache
    reasoning streaming structured_output system_messages temperature tool_choice tools video_input vision web_search
"""
"""Those that people ask for; there are more."""


def suggest_models(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the providers first, and behind the slash the ids of that provider; without a word each provider's starting model."""
    head, slash, _ = incomplete.partition("/")
    if slash:
        return _matching([f"{head}/{model}" for model in _ids(head)], incomplete)
    from llmkit.providers.catalog.names import KIND_OF

    named = sorted(name for name in KIND_OF if name.startswith(incomplete))
    if len(named) == 1:  # The shell would write the provider and a space: better to show its models at once.
        return suggest_models(context, parameter, f"{named[0]}/")
    return _matching([f"{name}/{_starter(name)}" for name in named], incomplete)


def _ids(provider: str) -> Iterable[str]:
    from llmkit.models.installed import best_path
    from llmkit.models.registry import Registry

    return Registry(best_path()).ids(provider) or [_starter(provider)]


def _starter(provider: str) -> str:
    from llmkit.providers.catalog import rows_of
    from llmkit.providers.catalog.names import KIND_OF

    kind = KIND_OF.get(provider)
    return rows_of(kind)[provider].starter if kind is not None else ""


def _matching(words: Iterable[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(word) for word in words if word.startswith(incomplete)]


def suggest_query(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the actions behind a command where nothing else stands yet, and models."""
    actions = getattr(context.command, "actions", {}) if not context.params.get(parameter.name or "") else {}
    own = [CompletionItem(name, help=text) for name, (_, text) in actions.items() if name.startswith(incomplete)]
    return own or (suggest_models(context, parameter, incomplete) if incomplete else [])


def suggest_options(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the names that `-o` takes."""
    from llmkit.cli.options import option_names

    return [CompletionItem(f"{name}=") for name in option_names() if name.startswith(incomplete)]


def suggest_providers(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the providers' names."""
    from llmkit.providers.catalog import all_rows

    actions = getattr(context.command, "actions", {}) if isinstance(parameter, click.Argument) else {}
    own = [CompletionItem(name, help=text) for name, (_, text) in actions.items() if name.startswith(incomplete)]
    return [*own, *(CompletionItem(row.name, help=row.title) for row in all_rows() if row.name.startswith(incomplete))]


def suggest_abilities(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer abilities that people ask for."""
    return _matching(_ABILITIES.split(), incomplete)


def suggest_modes(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the kinds of models."""
    from typing import get_args

    from llmkit.types.model_info import Mode

    return _matching(get_args(Mode), incomplete)


def suggest_operations(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer what a provider can be asked for."""
    from typing import get_args

    from llmkit.types.operation import Operation

    return _matching(get_args(Operation), incomplete)


def suggest_dialects(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the wire formats that the catalogue's rows speak."""
    from llmkit.dialects import NAMES

    return _matching(list(NAMES), incomplete)


def suggest_orders(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the orders of a list of models."""
    return _matching(["price", "context", "output", "released", "name"], incomplete)


def suggest_columns(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer a column, behind those that are already written."""
    from llmkit.cli.model_columns import COLUMNS

    done, comma, _ = incomplete.rpartition(",")
    written = done.split(",") if done else []
    return _matching([f"{done}{comma}{name}" for name in COLUMNS if name not in written], incomplete)


def suggest_services(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the ways to be served that have prices of their own."""
    from typing import get_args

    from llmkit.types.price import Service

    return _matching(get_args(Service), incomplete)
