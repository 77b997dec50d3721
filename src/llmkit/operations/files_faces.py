"""`files` of both clients."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from llmkit.runtime.step import run

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.operations.listed import AsyncListed, Listed
    from llmkit.types.files import StoredFile, UploadOptions

MOST = 512 * 1024 * 1024


class Files:
    """`kit.files` of the sync client. A file is named by a `StoredFile`, or by a provider's name and an id."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def upload(self, provider: str, content: Any, /, **options: Unpack[UploadOptions]) -> StoredFile:
        """Send `content` (a path, bytes, or a part with bytes) and return the file when it can be used.

        A file on disk is read while it is sent, however large it is. `name` and `media_type` are found out where they are not told.

        Raises `InvalidRequest` for a purpose or a lifetime that the provider does not take, `ProviderError` where it cannot process it.
        """
        from llmkit.operations.files import upload

        return run(upload(self._core, provider, content, options))

    def list(self, provider: str, /, *, purpose: str | None = None) -> Listed[StoredFile]:
        """Give the files that are kept at `provider`; each page is asked for when it is needed."""
        from llmkit.operations.files import listed
        from llmkit.operations.listed import Listed

        return Listed(listed(self._core, provider, purpose))

    def get(self, file: StoredFile | str, id: str | None = None, /) -> StoredFile:
        """Return what is known of a file now. Raises `NotFound` where it is no more."""
        from llmkit.operations.files import get

        return run(get(self._core, file, id))

    def wait(self, file: StoredFile, /) -> StoredFile:
        """Return `file` when it can be used. Raises `ProviderError` where it cannot be processed."""
        from llmkit.operations.files import ready

        return run(ready(self._core, file))

    def delete(self, file: StoredFile | str, id: str | None = None, /) -> None:
        """Delete a file. Raises `NotFound` where it is no more."""
        from llmkit.operations.files import delete

        run(delete(self._core, file, id))

    def content(self, file: StoredFile | str, id: str | None = None, /, *, most: int = MOST) -> bytes:
        """Return the bytes of a file, at most `most`. Many providers give back only what their models and tools made."""
        from llmkit.operations.files import content

        return run(content(self._core, file, id, most))

    def download(
        self,
        file: StoredFile | str,
        id: str | None = None,
        /,
        *,
        to: str | os.PathLike[str],
        most: int = MOST,
        progress: Callable[[int], object] | None = None,
    ) -> Path:
        """Write the bytes of a file to `to`, which exists only when all of it is there. `progress` gets the bytes so far."""
        from llmkit.operations.files import download

        return run(download(self._core, file, id, to, most, progress))


class AsyncFiles:
    """`kit.files` of the asyncio client."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def upload(self, provider: str, content: Any, /, **options: Unpack[UploadOptions]) -> StoredFile:
        """Send `content` and return the file when it can be used. See `Files.upload`."""
        from llmkit.operations.files import upload

        return await upload(self._core, provider, content, options)

    def list(self, provider: str, /, *, purpose: str | None = None) -> AsyncListed[StoredFile]:
        """Give the files that are kept at `provider`. See `Files.list`."""
        from llmkit.operations.files import listed
        from llmkit.operations.listed import AsyncListed

        return AsyncListed(listed(self._core, provider, purpose))

    async def get(self, file: StoredFile | str, id: str | None = None, /) -> StoredFile:
        """Return what is known of a file now. See `Files.get`."""
        from llmkit.operations.files import get

        return await get(self._core, file, id)

    async def wait(self, file: StoredFile, /) -> StoredFile:
        """Return `file` when it can be used. See `Files.wait`."""
        from llmkit.operations.files import ready

        return await ready(self._core, file)

    async def delete(self, file: StoredFile | str, id: str | None = None, /) -> None:
        """Delete a file. See `Files.delete`."""
        from llmkit.operations.files import delete

        await delete(self._core, file, id)

    async def content(self, file: StoredFile | str, id: str | None = None, /, *, most: int = MOST) -> bytes:
        """Return the bytes of a file. See `Files.content`."""
        from llmkit.operations.files import content

        return await content(self._core, file, id, most)

    async def download(
        self,
        file: StoredFile | str,
        id: str | None = None,
        /,
        *,
        to: str | os.PathLike[str],
        most: int = MOST,
        progress: Callable[[int], object] | None = None,
    ) -> Path:
        """Write the bytes of a file to `to`. See `Files.download`."""
        from llmkit.operations.files import download

        return await download(self._core, file, id, to, most, progress)


class FilesFace:
    """`files` of the sync client."""

    _core: Core

    @property
    def files(self) -> Files:
        """Files that providers keep: upload, list, get, delete, content, download."""
        return Files(self._core)


class AsyncFilesFace:
    """`files` of the asyncio client."""

    _core: Core

    @property
    def files(self) -> AsyncFiles:
        """Files that providers keep: upload, list, get, delete, content, download."""
        return AsyncFiles(self._core)
