"""Bodies that hold a file of requests, put together piece by piece while they are sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from llmkit.types.batch import RequestFile

_QUOTED = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


class Wrapped:
    """`before`, the file, `after`; `joint` stands for the ends of its lines, and has their length."""

    def __init__(self, before: bytes, file: RequestFile, after: bytes, joint: bytes = b"\n") -> None:
        self._before, self._file, self._after, self._joint = before, file, after, joint

    @property
    def size(self) -> int:
        """Return the number of bytes."""
        return len(self._before) + self._file.size + len(self._after)

    def pieces(self) -> Iterator[bytes]:
        """Give the bytes from the start."""
        yield self._before
        for piece in self._file.pieces():
            yield piece if self._joint == b"\n" else piece.replace(b"\n", self._joint)
        yield self._after


def form_upload(file: RequestFile, filename: str, fields: Mapping[str, str], media_type: str = "application/jsonl") -> tuple[str, Wrapped]:
    """Return the media type and the body of a form with `fields` and, last, the file as `file` (RFC 7578).

    The boundary is made of the digest of what it parts, in which it cannot stand.
    """
    boundary = f"llmkit-{file.digest[:40]}"
    head = "".join(
        [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name.translate(_QUOTED)}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ]
    )
    head += (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{filename.translate(_QUOTED)}"\r\n'
        f"Content-Type: {media_type}\r\n\r\n"
    )
    return f"multipart/form-data; boundary={boundary}", Wrapped(head.encode(), file, f"\r\n--{boundary}--\r\n".encode())
