"""Import the inference runtime, where it can run."""

from __future__ import annotations

import os
import platform
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from llmkit.errors import ConfigurationError

PACKAGE = "xllamacpp"
VERSION = "2026.10.11549"  # its interface is llama.cpp's own and moves twice a month: tested with this one
INSTALL = f'Install it: `pip install "{PACKAGE}=={VERSION}"`.'
OTHERWISE = "Use a key of a provider or a running local server instead: `llmkit providers` lists them."
_ARCHITECTURES = frozenset({"x86_64", "amd64"})


def runtime_problem(cpuinfo: Path = Path("/proc/cpuinfo")) -> str | None:
    """Return why the runtime cannot be used here, None where it can; imports nothing."""
    if PathFinder.find_spec(PACKAGE) is None:
        return f"The runtime of the embedded model, {PACKAGE}, is not installed. {INSTALL}"
    if sys.platform.startswith("linux") and platform.machine().lower() in _ARCHITECTURES and _lacks_avx2(cpuinfo):
        return f"The embedded model needs a processor with AVX2, which this one does not have. {OTHERWISE}"
    return None


def _lacks_avx2(cpuinfo: Path) -> bool:
    """The runtime is one build without dispatch: on an older processor its first instruction would kill the process."""
    try:
        lines = cpuinfo.read_text("ascii", "replace").splitlines()
    except OSError:
        return False
    flags = next((line for line in lines if line.startswith("flags")), None)
    return flags is not None and "avx2" not in flags.split()


def load_runtime() -> Any:
    """Return the runtime's module. Raises `ConfigurationError` saying what to do where it cannot be used."""
    if PACKAGE in sys.modules:
        return sys.modules[PACKAGE]
    problem = runtime_problem()
    before = os.environ.get("OMP_WAIT_POLICY")
    if problem is None:
        # OpenMP reads it once, while it is loaded. Its default spins: on a busy machine that made two threads 60 times slower.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        try:
            import xllamacpp

            return xllamacpp
        except ImportError as error:
            problem = f"The runtime of the embedded model cannot be loaded: {error}. {INSTALL}"
        finally:
            if before is None:
                del os.environ["OMP_WAIT_POLICY"]
    raise ConfigurationError(problem, parameter="model")
