"""`llmkit files`: what a provider keeps for you: send, list, show, fetch, delete."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmkit.cli.suggestions import suggest_providers

if TYPE_CHECKING:
    from llmkit.types.files import StoredFile

__all__ = ["files"]

_CONFIG = click.option("--config", "config", metavar="FILE", type=click.Path(), help="Another configuration file.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_PROVIDER = click.argument("provider", shell_complete=suggest_providers)
_FEW = 1024 * 1024
"""Bytes from which on progress is shown."""


@click.group()
def files() -> None:
    """Keep files at a provider, and name them in requests instead of sending them again.

    \b
    Examples:
      llmkit files upload google film.mp4
      llmkit files list openai --purpose batch
      llmkit files download openai file-abc -o answers.jsonl
    """


@files.command()
@_PROVIDER
@click.argument("paths", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, dir_okay=False))
@click.option("--purpose", metavar="WORD", help="What it is for, where the provider wants to know.")
@click.option("--name", metavar="TEXT", help="What the provider calls it, with one file.")
@click.option("--expires", metavar="SECONDS", type=click.FloatRange(1), help="When the provider deletes it.")
@click.option("--no-wait", is_flag=True, help="Do not wait until it is processed.")
@_CONFIG
def upload(provider: str, paths: tuple[str, ...], name: str | None, no_wait: bool, config: str | None, **options: Any) -> None:
    """Send each FILE and print its id."""
    from llmkit.cli.notices import warn
    from llmkit.client import LLMKit

    if name is not None and len(paths) > 1:
        raise click.UsageError("--name goes with one file.")
    given = {key: value for key, value in {**options, "name": name}.items() if value is not None}
    with LLMKit(config=config) as kit:
        for path in paths:
            with _progress(Path(path).name, Path(path).stat().st_size) as progress:
                watched: dict[str, Any] = given if progress is None else {**given, "progress": progress}
                file = kit.files.upload(provider, path, wait=not no_wait, **watched)
            for warning in file.warnings:
                warn(str(warning))
            print(file.id, flush=True)


@files.command("list")
@_PROVIDER
@click.option("--purpose", metavar="WORD", help="These alone, where the provider knows purposes.")
@click.option("-n", "--count", type=click.IntRange(1), default=100, show_default=True, help="How many at most.")
@_CONFIG
@_JSON
def list_(provider: str, purpose: str | None, count: int, config: str | None, as_json: bool) -> None:
    """List the files that PROVIDER keeps for you."""
    from itertools import islice

    from llmkit.client import LLMKit

    with LLMKit(config=config) as kit:
        found = list(islice(kit.files.list(provider, purpose=purpose), count))
    if as_json:
        _print_json([_about(file) for file in found])
        return
    from llmkit.cli.tables import print_table

    rows = [[file.id, file.name or "", _size(file.size), file.purpose or file.media_type or "", _day(file.expires)] for file in found]
    print_table(["ID", "NAME", "SIZE", "KIND", "EXPIRES"], rows, right=(2,), flexible={1: 16})


@files.command()
@_PROVIDER
@click.argument("id")
@_CONFIG
@_JSON
def show(provider: str, id: str, config: str | None, as_json: bool) -> None:
    """Show what PROVIDER says of the file ID."""
    from llmkit.cli.terminal_text import one_line
    from llmkit.client import LLMKit

    with LLMKit(config=config) as kit:
        about = _about(kit.files.get(provider, id))
    if as_json:
        _print_json(about)
        return
    for field, value in about.items():
        print(f"{field:<12} {one_line(str(value))}")


@files.command()
@_PROVIDER
@click.argument("id")
@click.option("-o", "--out", required=True, metavar="FILE", type=click.Path(dir_okay=False), help="Where to write it.")
@_CONFIG
def download(provider: str, id: str, out: str, config: str | None) -> None:
    """Write the file ID to FILE, which is there only when all of it is."""
    from llmkit.client import LLMKit

    with LLMKit(config=config) as kit:
        print(kit.files.download(provider, id, to=out))


@files.command()
@_PROVIDER
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@_CONFIG
def delete(provider: str, ids: tuple[str, ...], config: str | None) -> None:
    """Delete files."""
    from llmkit.client import LLMKit

    with LLMKit(config=config) as kit:
        for id in ids:
            kit.files.delete(provider, id)


@contextmanager
def _progress(name: str, size: int) -> Iterator[Callable[[int, int], object] | None]:
    if size < _FEW or not sys.stderr.isatty():
        yield None
        return
    from llmkit.cli.terminal_text import one_line

    with click.progressbar(length=size, label=one_line(name), file=sys.stderr) as bar:
        yield lambda sent, _: bar.update(max(0, sent - bar.pos))


def _about(file: StoredFile) -> dict[str, Any]:
    """Return what is known of a file, without what is not."""
    about = file.to_dict()
    for field in ("raw", "account", "dialect", "warnings"):
        about.pop(field, None)
    return about


def _size(size: int | None) -> str:
    return "" if size is None else f"{size:,}"


def _day(moment: Any) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}"


def _print_json(value: Any) -> None:
    import json

    print(json.dumps(value, indent=2))
