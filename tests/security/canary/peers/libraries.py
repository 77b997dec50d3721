"""The libraries that are compared, and the environments in which they are installed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
PEERS = ROOT / ".venvs" / "peers"
"""Made by `make.py`: the newest of each that can be installed together."""
HERE = Path(sys.prefix)
"""The environment of the tests, which has newer ones: LiteLLM holds back some."""


@dataclass(frozen=True)
class Library:
    """A module beside this one that holds `SUBJECTS`, the package they are made of, and where that is installed."""

    module: str
    package: str
    environment: Path
    ours: bool = False

    @property
    def version(self) -> str:
        """Return the version that is installed; nothing where none is."""
        places = [str(place) for place in self.environment.glob("lib/python*/site-packages")]
        return next((found.version for found in distributions(name=self.package, path=places)), "")

    @property
    def command(self) -> list[str]:
        """Return how the process is started that looks at it."""
        return [str(self.environment / "bin" / "python"), "-m", "tests.security.canary.peers.host", f"{__package__}.{self.module}"]

    def __str__(self) -> str:
        return f"{self.package} {self.version}".strip()


PACKAGES = {"openai": "openai", "anthropic": "anthropic", "google": "google-genai", "litellm": "litellm"}
"""Each library of others: the module here, and its package."""
OURS = Library("llmkit", "llmkit", HERE, ours=True)


def libraries() -> Iterator[Library]:
    """Yield ours, those of others, and what is installed beside the tests in another version."""
    yield OURS
    for module, package in PACKAGES.items():
        first, other = Library(module, package, PEERS), Library(module, package, HERE)
        yield first
        if other.version not in ("", first.version):
            yield other


def surroundings(home: str) -> Mapping[str, str]:
    """Return the environment of such a process: no key, no proxy and no configuration of the developer's."""
    # LiteLLM asks GitHub for prices when it is imported, unless told not to (litellm/__init__.py, read 2026-11-23).
    return {"PATH": os.defpath, "HOME": home, "PYTHONPATH": str(ROOT), "LITELLM_LOCAL_MODEL_COST_MAP": "True", "NO_PROXY": "*"}
