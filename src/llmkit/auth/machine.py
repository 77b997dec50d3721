"""Ask the cloud machine itself: the one place where plain http to another address than loopback is meant."""

from __future__ import annotations

from llmkit.types.http import Origin, Timeouts

LIMITS = Timeouts(connect=1.0, write=1.0, pool=5.0, first_event=5.0, idle=5.0)
"""Outside its cloud nobody answers there, and every user of a laptop would wait."""


def on_machine(address: tuple[Origin, str]) -> tuple[Origin, str]:
    """Return `address` marked as a machine's own service. The transport lets plain http through to the fixed link-local ones alone."""
    origin, path = address
    return origin.replace(machine=True), path
