"""Say whether the embedded model can run here, without loading anything."""

from __future__ import annotations

from llmkit.errors import ConfigurationError
from llmkit.local.runtime import runtime_problem
from llmkit.local.settings import LocalSettings
from llmkit.local.weights import find_weights


def problem(settings: LocalSettings | None = None) -> str | None:
    """Return what is missing and the command that brings it, None where nothing is."""
    found = runtime_problem()
    if found is None:
        try:
            find_weights((settings or LocalSettings.of()).gguf)
        except ConfigurationError as error:
            found = str(error)
    return found
