"""`llmkit embed`: texts as vectors, into a file or a pipe; or the texts that are most like a question."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import click

from llmkit.cli.suggestions import suggest_models

if TYPE_CHECKING:
    from llmkit.types.embedding import EmbeddingResponse

__all__ = ["embed"]

DEFAULT = "local/minilm"
_TYPES = ("query", "document", "similarity", "classification", "clustering", "question", "fact", "code")
_FORMATS = ("float", "int8", "uint8", "binary", "ubinary")
_FEW = 256
"""Texts from which on progress is shown."""


@click.command()
@click.argument("texts", nargs=-1)
@click.option("-m", "--model", metavar="MODEL", default=DEFAULT, show_default=True, shell_complete=suggest_models, help="What embeds.")
@click.option("-f", "--file", metavar="FILE", type=click.Path(), help="A text a line; `-` is standard input.")
@click.option("--nearest", metavar="TEXT", help="Print the texts most like this one, best first, instead of vectors.")
@click.option("-n", "--count", metavar="N", type=click.IntRange(1), default=10, show_default=True, help="How many, with --nearest.")
@click.option("--input-type", type=click.Choice(_TYPES), help="What the vectors are for, where the model knows the difference.")
@click.option("--dimensions", metavar="N", type=click.IntRange(1), help="Length of the vectors, where the model can do several.")
@click.option("--format", "kind", type=click.Choice(_FORMATS), help="Kind of the numbers, where the model can do several.")
@click.option("--truncate", is_flag=True, help="Cut texts that are too long.")
@click.option("--parallel", metavar="N", type=click.IntRange(1, 64), default=4, show_default=True, help="Requests at once.")
@click.option("-o", "--out", metavar="FILE", type=click.Path(dir_okay=False), help="Write a matrix (.npy) or JSON lines (.jsonl) here.")
@click.option("--usage", is_flag=True, help="Say what it used and cost.")
def embed(texts: tuple[str, ...], model: str, file: str | None, nearest: str | None, count: int, out: str | None, **given: Any) -> None:
    """Turn TEXTS, or the lines of a file, into vectors: JSON lines on standard output, or a file.

    Without --model the embedded model does it, in this process and without a key.

    \b
    Examples:
      llmkit embed "How do I reset my password?"
      llmkit embed -f questions.txt --nearest "I forgot my password"
      llmkit embed -m openai/text-embedding-3-small -f lines.txt -o vectors.npy
    """
    from llmkit.cli.loading_line import show_loading

    if bool(texts) == (file is not None):
        raise click.UsageError("Give texts, or a file with --file.")
    if out is not None and not out.endswith((".npy", ".jsonl")):
        raise click.BadParameter("The file must end with .npy or .jsonl.", param_hint="--out")
    show_loading()
    lines = list(texts) if file is None else _lines(file)
    if nearest is not None:
        _print_nearest(_embedded(model, [nearest, *lines], given), lines, count)
        return
    reply = _embedded(model, lines, given)
    if out is None:
        for line in _as_json(reply, lines):
            print(line)
    else:
        _write(out, _as_matrix(reply) if out.endswith(".npy") else (f"{line}\n".encode() for line in _as_json(reply, lines)))


def _lines(file: str) -> list[str]:
    from llmkit.errors import InvalidRequest

    problem = ""
    try:
        with nullcontext(sys.stdin) if file == "-" else open(file, encoding="utf-8", errors="replace") as source:
            return [line for line in map(str.strip, source) if line]
    except OSError as error:
        problem = error.strerror or str(error)
    raise InvalidRequest(f"The file {file} cannot be read: {problem}.", parameter="file")


def _embedded(model: str, texts: list[str], given: dict[str, Any]) -> EmbeddingResponse:
    from llmkit.cli.notices import note, warn
    from llmkit.client import LLMKit

    options = {name: given[name] for name in ("input_type", "dimensions", "parallel") if given[name] is not None}
    options |= {"format": given["kind"]} if given["kind"] else {}
    options |= {"truncate": True} if given["truncate"] else {}
    with LLMKit() as kit, _progress(len(texts)) as progress:
        reply = kit.embed(model, texts, **options, progress=progress)
    for warning in reply.warnings:
        if given["usage"] or warning.parameter != "cost":
            warn(str(warning))
    if given["usage"]:
        used = "unknown" if reply.usage is None else f"{reply.usage.input:,}"
        note(f"{len(reply):,} vectors of {reply.dimensions}, {used} tokens, cost {reply.cost or 'unknown'}")
    return reply


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int, int | None], object] | None]:
    if total < _FEW or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=total, label="embedding", file=sys.stderr) as bar:
        yield lambda done, _: bar.update(done - bar.pos)


def _print_nearest(reply: EmbeddingResponse, texts: list[str], count: int) -> None:
    from llmkit.cli.tables import print_table

    found = [(place, likeness) for place, likeness in reply.vectors.nearest(reply.vectors[0], count + 1) if place][:count]
    print_table(["LIKENESS", "TEXT"], [[f"{likeness:.3f}", texts[place - 1]] for place, likeness in found], right=(0,), flexible={1: 20})


def _as_json(reply: EmbeddingResponse, texts: list[str]) -> Iterator[str]:
    import msgspec

    for text, vector in zip(texts, reply.vectors, strict=True):
        yield msgspec.json.encode({"text": text, "embedding": vector.tolist()}).decode()


def _as_matrix(reply: EmbeddingResponse) -> Iterator[bytes]:
    """Give an NPY file, version 1.0: a header of text padded to 64 bytes, then the numbers as they lie."""
    letters = {"float": "<f4", "int8": "|i1", "binary": "|i1"}.get(reply.format, "|u1")
    rows = len(reply)
    width = len(reply.vectors[0]) if rows else 0
    words = f"{{'descr': '{letters}', 'fortran_order': False, 'shape': ({rows}, {width}), }}"
    head = words.ljust((10 + len(words) + 64) // 64 * 64 - 11) + "\n"
    yield b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode("latin-1")
    yield reply.data


def _write(name: str, pieces: Iterator[bytes]) -> None:
    """Write a file that is whole or not there, and that only its owner can read: vectors tell what the texts were about."""
    from pathlib import Path

    from llmkit.errors import InvalidRequest, SaveFailed
    from llmkit.unfinished import UnfinishedFile

    try:
        with UnfinishedFile(Path(name)) as file:
            for piece in pieces:
                file.write(piece)
            file.keep()
    except SaveFailed as error:
        raise InvalidRequest(f"{name} cannot be written: {error.reason}.", parameter="out", hint=error.hint) from None
