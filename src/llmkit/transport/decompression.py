"""Unpack a compressed body in small steps, so that a bomb costs its sender more than us."""

from __future__ import annotations

import zlib

from llmkit.errors import ProtocolError
from llmkit.transport.policy import Limits

STEP = 256 * 1024
"""At most this many bytes are made by one `read`."""
MEMBERS = 1000
"""Of one gzip body. Each costs time, an empty one too, and servers send one or few."""


class Decompressor:
    """Takes what came from the wire with `feed`, hands out what it means with `read`.

    Only one step is unpacked at a time, and only when it is asked for: what a hostile body could expand to is never in memory.
    """

    __slots__ = (
        "_deflate",
        "_grace",
        "_gzip",
        "_made",
        "_members",
        "_pending",
        "_ratio",
        "_taken",
        "_unpack",
    )

    def __init__(self, encoding: str, limits: Limits) -> None:
        # `deflate` is zlib by the standard; some servers send it without the zlib header, which the first byte tells.
        self._deflate = encoding == "deflate"
        self._gzip = not self._deflate
        self._unpack = zlib.decompressobj(wbits=31 if self._gzip else 15)
        self._pending = b""
        self._taken = self._made = self._members = 0
        self._ratio, self._grace = limits.expansion, limits.expansion_grace

    def feed(self, data: bytes) -> None:
        """Take compressed bytes."""
        if self._deflate and data and not self._taken:
            self._deflate = False
            if data[0] & 0x0F != 8:
                self._unpack = zlib.decompressobj(wbits=-15)
        self._taken += len(data)
        self._pending = self._pending + data if self._pending else data

    def read(self) -> bytes:
        """Return the next piece, empty when more must be fed."""
        piece = self._step()
        while self._unpack.eof and self._pending and not piece:
            if not self._gzip:
                raise ProtocolError("The compressed body has bytes after its end.")
            self._members += 1
            if self._members > MEMBERS:
                raise ProtocolError(f"The compressed body has more than {MEMBERS} parts.")
            self._unpack = zlib.decompressobj(wbits=31)  # a gzip body may have several members (RFC 1952, 2.2)
            piece = self._step()
        self._made += len(piece)
        if self._made > self._grace and self._made - self._grace > self._ratio * self._taken:
            raise ProtocolError(f"The compressed body expands more than {self._ratio} times.")
        return piece

    def _step(self) -> bytes:
        unpack = self._unpack
        if unpack.eof:
            return b""
        try:
            piece = unpack.decompress(self._pending, STEP)
        except zlib.error:
            raise ProtocolError("The compressed body is damaged.") from None
        self._pending = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
        return piece

    def finish(self) -> None:
        """Raise when the compressed body was cut; call it after the last `read`."""
        if self._taken and not self._unpack.eof:
            raise ProtocolError("The compressed body ends too early.")


def decompressor(encodings: list[str], limits: Limits) -> Decompressor | None:
    """Return what undoes `Content-Encoding`, None where there is nothing to undo."""
    layers = [layer for value in encodings for part in value.split(",") if (layer := part.strip().lower()) not in ("", "identity")]
    if not layers:
        return None
    if len(layers) > 1 or layers[0] not in ("gzip", "x-gzip", "deflate"):
        raise ProtocolError("The response has a content encoding that was not asked for.")
    return Decompressor("deflate" if layers[0] == "deflate" else "gzip", limits)
