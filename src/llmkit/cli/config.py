"""`llmkit config`: what the configuration file does, what is wrong with it, and how it is written."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from llmkit.config.reading import Reading
    from llmkit.providers.provider import Provider

__all__ = ["config"]


@click.group()
def config() -> None:
    """Explain and check the configuration file; print its JSON Schema."""


@config.command(epilog="Exit code: 0 fine, 1 mistakes were found, 2 there is no such file.")
@click.argument("path", required=False, type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(path: str | None, as_json: bool) -> None:
    """Tell in plain words what a configuration file does, and all that is wrong with it.

    PATH is the file; without it, the one that clients read (see `llmkit config path`). Nothing is sent or opened, no key is shown.
    """
    file = _file(path)
    reading = None if file is None else _reading(file)
    if as_json:
        print(json.dumps(_plain(file, reading), indent=2, default=str))
    elif reading is None or file is None:
        print(f"There is no file {_default()}: nothing is configured, and the defaults hold.")
    else:
        _show(file, reading)
    if reading is not None and reading.mistakes:
        raise click.exceptions.Exit(1)


@config.command()
def schema() -> None:
    """Print the JSON Schema (draft 2020-12) of the file, for editors and checks elsewhere."""
    from llmkit.config.schema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@config.command()
def path() -> None:
    """Print where the file is that clients read, whether there is one or not."""
    print(_default())


def _default() -> Path:
    from llmkit.config import default_path

    return default_path()


def _file(path: str | None) -> Path | None:
    """Return the file; None where none was named and there is none."""
    from llmkit.errors import ConfigurationError

    file = _default() if path is None else Path(path)
    if file.is_file():
        return file
    if path is None and "LLMKIT_CONFIG" not in os.environ:
        return None
    raise ConfigurationError(f"There is no configuration file {file}.", parameter="config")


def _reading(file: Path) -> Reading:
    from llmkit.config.reading import read_file

    return read_file(file, _known())


def _known() -> Mapping[str, Provider]:
    from llmkit.providers.registry import Providers

    return Providers().rows


def _plain(file: Path | None, reading: Reading | None) -> dict[str, Any]:
    from llmkit.cli.config_words import sections

    found = [] if reading is None else [mistake.to_dict() for mistake in reading.mistakes]
    explained = {} if reading is None else {one.title: [list(fact) for fact in one.facts] for one in sections(reading, _known())}
    return {"file": str(file or _default()), "found": file is not None, "does": explained, "mistakes": found, "fine": not found}


def _show(file: Path, reading: Reading) -> None:
    from llmkit.cli.config_words import sections
    from llmkit.cli.tables import print_facts
    from llmkit.cli.terminal_text import one_line

    print(one_line(str(file)))
    for one in sections(reading, _known()):
        print()
        if one.tree:
            _show_tree(one.title, one.facts)
        else:
            print_facts(one.title, one.facts)
    count = len(reading.mistakes)
    print(f"\n{count} mistake{'' if count == 1 else 's'} found:" if count else "\nfine")
    for mistake in reading.mistakes:
        print(f"  {one_line(str(mistake))}")


def _show_tree(title: str, facts: tuple[tuple[str, str], ...]) -> None:
    from llmkit.cli.screen import style
    from llmkit.cli.terminal_text import one_line

    print(style(title, "bold"))
    for indent, words in facts:
        print(f"  {indent}{one_line(words)}")
