"""Frozen values that every other part of the package speaks in."""
