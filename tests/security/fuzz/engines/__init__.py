"""Where inputs come from: our own mutator, odd values put everywhere, hypothesis, and atheris, which watches the code they reach."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from random import Random

from tests.security.fuzz.playing import Play

NAMES = ("random", "values", "hypothesis", "atheris")


def available() -> list[str]:
    """Return the engines that can run here."""
    return [name for name in NAMES if name != "atheris" or find_spec("atheris") is not None]


def engine(name: str) -> Callable[[Play, Random], None]:
    """Return the engine that runs in this process: not atheris, which takes the whole process for itself."""
    found: Callable[[Play, Random], None] = import_module(f"{__name__}.own" if name == "random" else f"{__name__}.{name}_engine").drive
    return found
