"""Files that a provider keeps, so that requests can name them instead of carrying them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

import msgspec

from llmkit.types.asking import Answer, Ask, Codec, Place
from llmkit.types.model import NO_NATIVE, Model
from llmkit.types.parts import Audio, Document, Image, Media, Provenance, Video
from llmkit.types.request import Request, RequestOptions
from llmkit.types.warnings import Warning

FileStatus: TypeAlias = Literal["processing", "ready", "failed"]
_KINDS: dict[str, type[Image] | type[Audio] | type[Video]] = {"image": Image, "audio": Audio, "video": Video}


class StoredFile(Model, frozen=True, kw_only=True):
    """A file at a provider. What the provider does not tell is None."""

    id: str
    provider: str = ""
    account: str = ""
    """A one-way fingerprint of the key it was uploaded or found with: other accounts cannot read it."""
    dialect: str = ""
    """The provider's own format of conversations."""
    name: str | None = None
    size: int | None = None
    """Bytes."""
    media_type: str | None = None
    purpose: str | None = None
    status: FileStatus | None = None
    created: datetime | None = None
    expires: datetime | None = None
    """When the provider deletes it; None: it does not say so."""
    downloadable: bool | None = None
    uri: str | None = None
    """What messages name it by, where that is not its id."""
    failure: str | None = None
    """Why it could not be processed, in the provider's words."""
    extra: dict[str, Any] = {}
    warnings: tuple[Warning, ...] = ()
    raw: msgspec.Raw = NO_NATIVE
    """What the provider says of it, as it came."""

    def part(self) -> Media:
        """Return the part of a message that names this file: an image, sound, film or document, by its media type.

        The part knows whose file it is: sent to another provider or account it is refused before anything goes out.
        """
        kind = _KINDS.get((self.media_type or "").partition("/")[0], Document)
        origin = Provenance(provider=self.provider, dialect=self.dialect, account=self.account)
        return kind(file_id=self.uri or self.id, media_type=self.media_type, origin=origin)

    def expired(self, now: datetime) -> bool:
        """Tell whether the provider has deleted it by `now`, as far as it said when."""
        return self.expires is not None and self.expires <= now


class FilePage(Model, frozen=True, kw_only=True):
    """Some of the files that are kept, and where the next ones begin."""

    files: tuple[StoredFile, ...]
    next: str = ""
    """Empty: there are no more."""


class Content(Protocol):
    """The bytes of a file that is sent: read anew for each try, and from any place."""

    @property
    def size(self) -> int:
        """Return the number of bytes."""
        ...

    def pieces(self) -> Iterator[bytes]:
        """Give the bytes from the start."""
        ...

    def after(self, offset: int) -> Content:
        """Return what comes after the first `offset` bytes."""
        ...


class UploadRequest(Request, frozen=True, kw_only=True):
    """A file to be kept."""

    content: Any
    """The `Content`."""
    name: str
    """What the provider calls it."""
    media_type: str
    purpose: str | None = None
    expires: float | None = None
    """Seconds until the provider deletes it."""


class UploadOptions(RequestOptions, total=False):
    """The keyword arguments of `files.upload`; see `UploadRequest` for each."""

    name: str
    media_type: str
    purpose: str
    expires: float
    progress: Callable[[int, int], object]
    """Gets the bytes that have been sent, and all there are."""
    wait: bool
    """False: return as soon as it is there, though the provider still works on it."""


Into: TypeAlias = Callable[[bytes], object]


class FilesCodec(Codec, Protocol):
    """What the format of `files` can do."""

    def upload(self, request: UploadRequest, place: Place, /) -> Generator[Ask, Answer, StoredFile]:
        """Send a file. Raises `InvalidRequest` for a purpose or lifetime that the API does not take."""
        ...

    def page(self, cursor: str, purpose: str | None, place: Place, /) -> Generator[Ask, Answer, FilePage]:
        """Return the files from `cursor` on (empty: the first)."""
        ...

    def get(self, id: str, place: Place, /) -> Generator[Ask, Answer, StoredFile]:
        """Return what is known of a file."""
        ...

    def delete(self, id: str, place: Place, /) -> Generator[Ask, Answer, None]:
        """Delete a file."""
        ...

    def content(self, id: str, into: Into, most: int, place: Place, /) -> Generator[Ask, Answer, None]:
        """Give the bytes of a file to `into`, at most `most`. Raises `UnsupportedFeature` where they cannot be had."""
        ...
