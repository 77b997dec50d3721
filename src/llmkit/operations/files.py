"""Keep files at a provider: send them, wait until they can be used, list, get and delete them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmkit.errors import InvalidRequest, ProviderError, Timeout
from llmkit.operations.files_content import WatchedContent, content_of
from llmkit.operations.listed import ListedCore
from llmkit.operations.managing import Managed, managed
from llmkit.operations.reading import check_text, read
from llmkit.types.files import FilesCodec, StoredFile, UploadRequest
from llmkit.unfinished import UnfinishedFile

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.types.http import Timeouts

MOST = 512 * 1024 * 1024
"""Bytes of a file that is fetched, where nobody says another number."""
FIRST_LOOK, LONGEST_LOOK = 0.25, 10.0
"""Seconds between two looks at a file that is being processed: twice as long each time."""


async def upload(core: Core, provider: str, content: Any, options: Mapping[str, Any]) -> StoredFile:
    """Send a file, and wait until it can be used."""
    left = dict(options)
    progress, wait = left.pop("progress", None), left.pop("wait", True)
    source, name, media_type = content_of(content, left.pop("name", None), left.pop("media_type", None))
    given = {"content": source if progress is None else WatchedContent(source, progress), "name": name, "media_type": media_type}
    request = read(UploadRequest, provider, given, left, {"expires": _seconds})
    # The client's limit for writing is meant for requests: a film takes as long as the line needs, within the limit of the whole.
    timeout = request.timeout or core.timeouts.replace(write=None)
    stored = await _asked(core, provider, lambda codec, place: codec.upload(request, place), request=request, timeout=timeout)
    stored = stored.replace(media_type=stored.media_type or media_type, name=stored.name or name)  # many hosts do not repeat these
    return await ready(core, stored, request.timeout) if wait else stored


async def ready(core: Core, file: StoredFile, timeout: Timeouts | None = None) -> StoredFile:
    """Return `file` when it can be used. Raises `ProviderError` where it cannot be processed, `Timeout` where that takes too long."""
    limit = (timeout or core.timeouts).total
    deadline = None if limit is None else core.runtime.now() + limit
    delay = FIRST_LOOK
    while file.status == "processing":
        if deadline is not None and core.runtime.now() + delay > deadline:
            raise Timeout("total", limit)
        await core.runtime.sleep(delay)
        delay = min(LONGEST_LOOK, delay * 2)
        file = (await get(core, file, None)).replace(warnings=file.warnings)
    if file.status == "failed":
        failure = ProviderError(f"The file {file.id} could not be processed{f': {file.failure}' if file.failure else ''}.")
        failure.provider = file.provider
        raise failure
    return file


async def get(core: Core, file: StoredFile | str, id: str | None) -> StoredFile:
    """Return what is known of a file now."""
    provider, name, account = named(file, id)
    return await _asked(core, provider, lambda codec, place: codec.get(name, place), account=account)


async def delete(core: Core, file: StoredFile | str, id: str | None) -> None:
    """Delete a file."""
    provider, name, account = named(file, id)
    await managed(core, "files", provider, lambda codec, place: codec.delete(name, place), account=account)


async def content(core: Core, file: StoredFile | str, id: str | None, most: int) -> bytes:
    """Return the bytes of a file."""
    pieces: list[bytes] = []
    await _fetched(core, file, id, most, pieces.append, pieces.clear)
    return b"".join(pieces)


async def download(
    core: Core, file: StoredFile | str, id: str | None, to: str | os.PathLike[str], most: int, progress: Callable[[int], object] | None
) -> Path:
    """Write the bytes of a file to `to`, which exists only when all of it is there."""
    target = Path(to)
    size = 0
    with UnfinishedFile(target) as unfinished:

        def write(piece: bytes) -> None:
            nonlocal size
            unfinished.write(piece)
            size += len(piece)
            if progress is not None:
                progress(size)

        def restart() -> None:
            nonlocal size
            size = 0
            unfinished.restart()

        await _fetched(core, file, id, most, write, restart)
        unfinished.keep()
    return target


def listed(core: Core, provider: str, purpose: str | None) -> ListedCore[StoredFile]:
    """Return the files that are kept at `provider`, page by page."""
    check_text("purpose", purpose)

    async def turn(cursor: str) -> tuple[tuple[StoredFile, ...], str]:
        answered = await managed(core, "files", provider, lambda codec, place: codec.page(cursor, purpose, place))
        return tuple([_owned(answered, file) for file in answered.result.files]), answered.result.next

    return ListedCore(turn)


def named(file: StoredFile | str, id: str | None) -> tuple[str, str, str]:
    """Return the provider, the id and the account of a file: a `StoredFile`, or a provider's name and an id."""
    if isinstance(file, StoredFile) and id is None:
        return file.provider, file.id, file.account
    if isinstance(file, str) and isinstance(id, str) and id:
        return file, id, ""
    raise InvalidRequest("Which file is meant is not said.", parameter="file", hint="Pass a StoredFile, or a provider's name and an id.")


async def _asked(core: Core, provider: str, question: Callable[[FilesCodec, Any], Any], **more: Any) -> StoredFile:
    answered = await managed(core, "files", provider, question, **more)
    return _owned(answered, answered.result)


def _owned(answered: Managed, file: StoredFile) -> StoredFile:
    row = answered.provider
    return file.replace(provider=row.name, account=answered.account, dialect=row.dialect, warnings=answered.warnings)


async def _fetched(
    core: Core, file: StoredFile | str, id: str | None, most: int, into: Callable[[bytes], object], restart: Callable[[], object]
) -> None:
    provider, name, account = named(file, id)

    def question(codec: FilesCodec, place: Any) -> Any:
        restart()  # it may be the second try
        return codec.content(name, into, most, place)

    await managed(core, "files", provider, question, account=account)


def _seconds(name: str, value: Any) -> float:
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < 1e10:
        raise InvalidRequest(f"{name} must be a number of seconds or a timedelta, not {value!r}.", parameter=name)
    return float(seconds)


__all__ = ["MOST", "content", "delete", "download", "get", "listed", "named", "ready", "upload"]
