"""How an operation's wire format says what it wants: requests out, answers in, no I/O.

A format's `steps` is a generator. It yields an `Ask`, gets the `Answer` to it, may yield further ones (a job that runs for a while, an
upload before the question), and returns the reply. Whoever drives it sends, waits and refuses; the format only reads and writes.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any, Protocol, TypeAlias

import msgspec

from llmkit.errors import ProviderError
from llmkit.types.http import Headers, Upload
from llmkit.types.reply import Reply
from llmkit.types.request import Request
from llmkit.types.warnings import Warning


class FormFile(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A file in a form. `filename` is ours, never a path of the user's."""

    data: bytes | Upload
    media_type: str
    filename: str


class Form(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A body as `multipart/form-data`: names with texts or files, in order; a name may stand several times."""

    fields: tuple[tuple[str, str | FormFile], ...]


class Ask(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One HTTP request of an operation. `path` stands behind the endpoint's address and holds the query.

    `url` instead is an address that an answer named: it is asked with the key at the endpoint's own origin, without one at an origin
    that the row allows, and nowhere else. `pause` is how many seconds to wait before. A failure is thrown into the generator, which
    may have something to say to it.
    """

    path: str = ""
    method: str = "POST"
    body: dict[str, Any] | list[Any] | bytes | Form | None = None
    upload: Upload | None = None
    """The body instead of `body`, where it is too large for memory; `headers` say its Content-Type."""
    headers: dict[str, str] = {}
    url: str = ""
    pause: float = 0.0
    limit: int = 0
    """The most bytes of the answer; 0: the policy's."""
    into: Callable[[bytes], object] | None = None
    """Gets the bytes of an accepted answer as they come, which then has no body. `limit` is the most of them."""
    accepts: tuple[int, ...] = ()
    """Further statuses that are no failure, beside 200 to 202."""
    again: bool = False
    """It only looks: where it fails in passing it may be asked again."""
    warnings: tuple[Warning, ...] = ()
    """What of the request could not be said; the reply carries them, and a caller who wants none gets the error before it is sent."""


class Answer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What came back: the whole body, within its limit."""

    status: int
    headers: Headers
    body: bytes

    @property
    def media_type(self) -> str:
        """Return the type without its parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Place(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where the operation is asked for: the model's id on the wire, the row's path, and the row's settings."""

    provider: str
    model: str
    path: str
    values: Mapping[str, str] = {}
    options: Mapping[str, Any] = {}
    """What the row says beside (`Serving.options`): facts of this host, such as the most inputs of one request."""


Steps: TypeAlias = Generator[Ask, Answer, Reply]


class Codec(Protocol):
    """The wire format of one operation; a module fulfils it."""

    NAME: str

    def steps(self, request: Any, place: Place, /) -> Steps:
        """Ask, read the answers, and return the reply. Raises `UnsupportedFeature` or `InvalidRequest` before anything is asked."""
        ...

    def error(self, status: int, headers: Headers, body: bytes, /) -> ProviderError:
        """Return the typed error for a failed answer."""
        ...


__all__ = ["Answer", "Ask", "Codec", "Form", "FormFile", "Place", "Request", "Steps"]
