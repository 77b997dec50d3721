"""Say whether the embedded model can run here, without loading it."""

from __future__ import annotations

__all__ = ["embedded_problem"]


def embedded_problem() -> str | None:
    """Return what is missing for the embedded model, None where nothing is."""
    return None
