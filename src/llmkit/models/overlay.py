"""Facts of the user's own on top of those that are known: prices that were agreed on, models of a private server.

An entry names its model and gives what is to be said of it; fields are those of `ModelInfo`. For a model that is known only what is
given changes (a price as a whole: what it does not hold is not known), any other model is new. Three kinds of files are read.

`.jsonl`, one model a line:

    {"model": "openai/gpt-5", "price": {"input": 1.1, "output": "8.80", "cache_read": 0.11}}
    {"provider": "vllm", "id": "my-model", "context_window": 32768, "can": ["tools"]}

`.json`, a list of such objects, or an object of them by model:

    {"openai/gpt-5": {"price": {"input": 1.1, "output": 8.8, "services": {"batch": {"input": 0.5, "output": 4}}}}}

`.toml`, a table a model:

    ["openai/gpt-5"]
    context_window = 400_000
    price = {input = 1.1, output = 8.8, tiers = [{above = 200_000, input = 2.2, output = 13.2}]}

Prices are USD per million tokens unless `currency` says otherwise; numbers are taken as they are written, not as binary fractions.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from llmkit.errors import ConfigurationError
from llmkit.models.entries import Known, Wrong, model_of
from llmkit.models.overlay_files import READERS, Entry, Unreadable
from llmkit.types.model_info import ModelInfo

LARGEST = 16 * 1024 * 1024
"""Bytes of a file."""
MOST = 100_000
"""Entries."""


def overlay(source: str | os.PathLike[str] | Iterable[ModelInfo | Mapping[str, Any]], known: Known) -> list[ModelInfo]:
    """Return the models that `source`, a file or entries, describes; a `ModelInfo` stands for all that is known of its model.

    `known` finds what an entry completes: `Registry.get`. Raises `ConfigurationError` unless every entry is right.
    """
    if isinstance(source, (str, os.PathLike)):
        return read_overlay(source, known)
    if isinstance(source, Mapping) or not isinstance(source, Iterable):
        raise ConfigurationError("Models must be a file or a list of entries.", parameter="overlay", hint="Write [{...}].")
    return [
        entry if isinstance(entry, ModelInfo) else _model(entry, known, f"Entry {number}", {}) for number, entry in enumerate(source, 1)
    ]


def read_overlay(path: str | os.PathLike[str], known: Known = lambda model: None) -> list[ModelInfo]:
    """Return the models that a file describes. Raises `ConfigurationError` with file, line and field unless every entry is right."""
    file = Path(path)
    reader = READERS.get(file.suffix.lower())
    if reader is None:
        raise ConfigurationError(f"{file}: models are read from {', '.join(READERS)} files.", parameter="overlay")
    problem = ""
    entries: list[Entry] = []
    try:
        entries = reader(_text(file))
    except OSError as error:
        problem = f"{file}: {error.strerror or error}."
    except Unreadable as error:
        problem = f"{file}:{error.line}: {error.why}." if error.line else f"{file}: {error.why}."
    if not problem and len(entries) > MOST:
        problem = f"{file}: there are more than {MOST} models."
    if problem:
        raise ConfigurationError(problem, parameter="overlay")
    return [_model(entry.value, known, f"{file}:{entry.line}", entry.fields) for entry in entries]


def _model(entry: Any, known: Known, place: str, lines: Mapping[str, int]) -> ModelInfo:
    problem: Wrong | None = None
    try:
        return model_of(entry, known)
    except Wrong as error:
        problem = error
    line = lines.get(problem.field.partition(".")[0].partition("[")[0])
    if line is not None:
        place = f"{place.rpartition(':')[0]}:{line}"
    raise ConfigurationError(f"{place}: {problem}.", parameter=problem.field or "overlay")


def _text(file: Path) -> str:
    with file.open("rb") as opened:
        content = opened.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Unreadable(0, f"the file is larger than {LARGEST} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    raise Unreadable(line, "the file is not UTF-8")
