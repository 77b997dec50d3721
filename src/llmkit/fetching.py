"""Fetch what an answer points to, as a stranger's link: without any key, from the public internet only, bounded."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from llmkit.dialects.media_types import data_url, media_type_of
from llmkit.errors import LLMKitError, NotFound, ProtocolError, ProviderError, SecurityError
from llmkit.runtime.protocol import Runtime
from llmkit.transport.policy import joined, parse_url
from llmkit.types.http import HttpRequest, HttpResponse, Timeouts, Transport
from llmkit.types.model import Model
from llmkit.unfinished import UnfinishedFile

MIB = 1024 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ANY = ("application/octet-stream", "binary/octet-stream")
"""What a server says that does not know."""
_HEAD = 512
_PAGES = (b"<!doctype html", b"<html")

Progress = Callable[[int], object]
Naming = Callable[[str, int], Path]
"""Gets the media type and how often a name was taken, and returns the next name to try."""


class FetchPolicy(Model, frozen=True, kw_only=True):
    """How much may be fetched, and in which time. Where to is fixed: https, or an origin that the client's `fetch_origins` names."""

    most: int = 512 * MIB
    """Bytes."""
    hops: int = 3
    """Redirects that are followed, each checked like the first address."""
    timeouts: Timeouts = Timeouts(connect=5.0, first_event=30.0, idle=30.0, total=600.0)


class Fetcher:
    """Fetches links. `transport` reaches the public internet only (`public_only`), so that a link into a private network fails."""

    def __init__(self, transport: Transport, runtime: Runtime, user_agent: str, policy: FetchPolicy | None = None) -> None:
        self._transport, self._runtime, self._agent = transport, runtime, user_agent
        self.policy = policy or FetchPolicy()

    async def whole(self, url: str, types: Iterable[str] = ()) -> tuple[bytes, str]:
        """Return what `url` holds, and its media type; `types` are the beginnings of those that are wanted (`image/`).

        Raises `SecurityError` for an address that may not be reached, `ProtocolError` for another type or too many bytes.
        """
        if (told := data_url(url)) is not None:
            return told[1], checked(told[0] or "", told[1], types)
        pieces: list[bytes] = []
        kind = await self._read(url, pieces.append, types)
        return b"".join(pieces), kind

    async def save(self, url: str, path: str | os.PathLike[str], types: Iterable[str] = (), progress: Progress | None = None) -> Path:
        """Write what `url` holds to the file at `path`, which exists only when all of it is there; return its path."""
        target = Path(path)
        with UnfinishedFile(target) as file:
            await self._read(url, _watched(file.write, progress), types)
            file.keep()
        return target

    async def save_in(self, url: str, folder: Path, naming: Naming, types: Iterable[str] = (), progress: Progress | None = None) -> Path:
        """Write what `url` holds to a file in `folder` under the first free name of `naming`; return its path."""
        with UnfinishedFile(folder / "link") as file:
            kind = await self._read(url, _watched(file.write, progress), types)
            return claimed(file, naming, kind)

    async def _read(self, url: str, write: Callable[[bytes], object], types: Iterable[str]) -> str:
        """Give all of a link to `write`, and return its media type; another type than wanted is refused by its first bytes."""
        total = self.policy.timeouts.total
        response = await self._found(url, None if total is None else self._runtime.now() + total)
        told = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        try:
            head, kind, left = b"", "", self.policy.most
            while data := await response.body.read():  # by the limits of time of the request: whole, and from piece to piece
                left -= len(data)
                if left < 0:
                    raise ProtocolError(f"The file has more than {self.policy.most:,} bytes.")
                if not kind:
                    head += data
                    if len(head) < _HEAD:
                        continue
                    kind, data, head = checked(told, head, types), head, b""
                write(data)
            if not kind:
                kind = checked(told, head, types)
                write(head)
        finally:
            await response.body.aclose()
        return kind

    async def _found(self, url: str, deadline: float | None) -> HttpResponse:
        for _ in range(self.policy.hops + 1):
            origin, path = parse_url(url.partition("#")[0])
            request = HttpRequest(
                method="GET",
                origin=origin,
                path=path,
                headers=(("Accept", "*/*"), ("Accept-Encoding", "identity"), ("User-Agent", self._agent)),
                timeouts=self.policy.timeouts,
                deadline=deadline,
            )
            response = await self._transport.send(request)
            if response.status == 200:
                return response
            await response.body.aclose()
            if response.status not in _REDIRECTS or not response.headers.get("location"):
                raise _refused(response.status, origin.host)
            url = joined(url, response.headers["location"])
        raise SecurityError(f"The link goes on more than {self.policy.hops} times.", parameter="url")


def checked(kind: str, data: bytes, types: Iterable[str]) -> str:
    """Return the media type that the bytes show, else the one that was told. Raises `ProtocolError` where it is not wanted."""
    page = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES)
    found = "text/html" if page else media_type_of(data) or kind or _ANY[0]
    wanted = tuple(types)
    if wanted and not found.startswith(wanted) and found not in _ANY:
        raise ProtocolError(f"The file is {found}, which is not {' or '.join(wanted)}.")
    return found


def claimed(file: UnfinishedFile, naming: Naming, kind: str) -> Path:
    """Give a file the first name of `naming` that is free, and return it."""
    taken = 0
    while not file.claim(name := naming(kind, taken)):
        taken += 1
    return name


def _watched(write: Callable[[bytes], object], progress: Progress | None) -> Callable[[bytes], object]:
    if progress is None:
        return write
    size = 0

    def watched(piece: bytes) -> None:
        nonlocal size
        write(piece)
        size += len(piece)
        progress(size)

    return watched


def _refused(status: int, host: str) -> LLMKitError:
    kind = NotFound if status in (404, 410) else ProviderError
    return kind(f"{host} does not give the file ({status}).", status=status)
