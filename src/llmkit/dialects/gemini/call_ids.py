"""Names for function calls that have none: the API may leave ids out, ours never do."""

from __future__ import annotations

from zlib import crc32

PREFIX = "llmkit_"
"""How a made-up id begins; such an id is never sent to this API."""


def made_up(seed: str, number: int, candidate: int = 0) -> str:
    """Return the id of the call `number` of the answer that `seed` names: the same for the same answer, streamed or not.

    At most 40 characters of `A-Za-z0-9_-`, so that every other dialect takes it.
    """
    plain = seed.replace("_", "").replace("-", "")
    name = seed if len(seed) <= 24 and plain.isalnum() and plain.isascii() else f"{crc32(seed.encode()):08x}"
    return f"{PREFIX}{name}_{candidate}_{number}" if candidate else f"{PREFIX}{name}_{number}"


def wire_id(id_: str) -> str | None:
    """Return the id to send, None for one that was made up here."""
    return None if not id_ or id_.startswith(PREFIX) else id_
