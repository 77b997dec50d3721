"""Send a body that is too large for memory: as many bytes as its head has promised, no more and no less."""

from __future__ import annotations

from collections.abc import Generator

from llmkit.errors import InvalidRequest
from llmkit.types.http import Upload


def checked_pieces(upload: Upload) -> Generator[bytes, None, None]:
    """Give the pieces of `upload`. Raises `InvalidRequest` where they are not as many bytes as it says: a file was changed meanwhile."""
    left = upload.size
    for piece in upload.pieces():
        left -= len(piece)
        if left < 0:
            break
        if piece:
            yield piece
    if left:
        raise InvalidRequest("What was to be sent has changed its length meanwhile.", parameter="upload")
