"""A reply as the fake's server puts it on the wire: bytes and the accidents between them."""

from __future__ import annotations

from typing import Literal, TypeAlias

from llmkit.types.model import Model


class Hold(Model, frozen=True):
    """Send nothing more until the test releases it, the client leaves or the fake closes."""


class Pause(Model, frozen=True, kw_only=True):
    """Send nothing for a while."""

    seconds: float


class Cut(Model, frozen=True, kw_only=True):
    """Close the connection here; `reset` sends RST in place of an orderly end."""

    reset: bool = False


Piece: TypeAlias = bytes | Hold | Pause | Cut


class Reply(Model, frozen=True, kw_only=True):
    """Status, headers and body. The head goes out with the first bytes of `pieces`, so a leading `Hold` delays it too.

    `framing`: `length` (Content-Length), `chunked`, `close` (the end of the connection ends the body) or `raw`: `pieces` is all
    there is, head included. `declared` overrides the Content-Length.
    """

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    pieces: tuple[Piece, ...] = ()
    framing: Literal["length", "chunked", "close", "raw"] = "length"
    declared: int | None = None

    @property
    def length(self) -> int:
        """Return the Content-Length to declare."""
        return sum(len(piece) for piece in self.pieces if isinstance(piece, bytes)) if self.declared is None else self.declared
