"""Many requests as one piece of work that a provider does in its own time, at a lower price."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any, Literal, Protocol, TypeAlias

import msgspec

from llmkit.errors import LLMKitError, ProviderError
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.dialect import Encoded
from llmkit.types.http import Headers
from llmkit.types.model import Model
from llmkit.types.reply import Reply
from llmkit.types.request import Request
from llmkit.types.requests import CompletionOptions

BatchStatus: TypeAlias = Literal["queued", "running", "cancelling", "ended", "failed", "cancelled", "expired"]
"""`ended`: every request has its result, good or bad; `failed`: the batch as a whole was refused."""
BATCH_OVER: frozenset[BatchStatus] = frozenset({"ended", "failed", "cancelled", "expired"})
ResultStatus: TypeAlias = Literal["succeeded", "failed", "cancelled", "expired"]


class BatchCounts(Model, frozen=True, kw_only=True):
    """How many requests a batch has, and how many of them are over; None: the provider does not tell."""

    total: int | None = None
    succeeded: int | None = None
    failed: int | None = None
    cancelled: int | None = None
    expired: int | None = None

    @property
    def done(self) -> int | None:
        """Return how many are over, whichever way."""
        told = [count for count in (self.succeeded, self.failed, self.cancelled, self.expired) if count is not None]
        return sum(told) if told else None


class BatchState(Model, frozen=True, kw_only=True):
    """How a batch stands, as the provider tells it. Times are Unix seconds."""

    handle: str
    """The provider's id."""
    status: BatchStatus
    raw_status: str = ""
    """The provider's own word."""
    model: str = ""
    """The provider's id of the model, where it tells."""
    counts: BatchCounts = BatchCounts()
    created: float | None = None
    ended: float | None = None
    expires: float | None = None
    name: str = ""
    metadata: dict[str, str] = {}
    wire: str = ""
    """The wire format of the requests, where the batch tells."""
    sources: tuple[str, ...] = ()
    """Where the results are, in the format's own words."""
    failure: LLMKitError | None = None
    """Why the batch as a whole failed."""
    extra: dict[str, Any] = {}

    @property
    def over(self) -> bool:
        """Tell whether nothing changes any more."""
        return self.status in BATCH_OVER


class BatchResult(Model, frozen=True, kw_only=True):
    """What became of one request: its reply, or the error that stands for it."""

    id: str
    """The request's, as it was given, or `request-1` and so on."""
    status: ResultStatus
    reply: Any = None
    """A `CompletionResponse`, or an `EmbeddingResponse`."""
    error: LLMKitError | None = None

    @property
    def ok(self) -> bool:
        """Tell whether there is a reply."""
        return self.reply is not None

    def unwrap(self) -> Any:
        """Return the reply, or raise the error."""
        if self.error is not None:
            raise self.error
        return self.reply


class RawResult(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One result as the wire has it: the answer's or the error's own JSON, in the wire format `wire` (empty: the batch's)."""

    id: str
    body: bytes = b""
    status: int = 200
    wire: str = ""
    outcome: ResultStatus = "succeeded"


class RequestFile(Protocol):
    """The requests of a batch on their way out: one JSON object a line, without a line's end behind the last."""

    count: int
    digest: str
    """Of the whole content: whoever needs a word that does not stand in it."""
    address: str
    """Path behind the provider's address that every request would go to by itself."""
    wire: str
    headers: Mapping[str, str]
    """What the requests need beside their bodies."""

    @property
    def size(self) -> int:
        """Return the number of bytes."""
        ...

    def pieces(self) -> Iterator[bytes]:
        """Give the bytes from the start."""
        ...

    def lines(self) -> Iterator[bytes]:
        """Give the lines from the start, without their ends."""
        ...


class BatchRequest(Request, frozen=True, kw_only=True):
    """What to do with a file of requests."""

    file: Any
    """The `RequestFile`."""
    name: str = ""
    window: str | None = None
    """How long the provider may take (`24h`); None: the provider's usual."""
    metadata: dict[str, str] = {}
    input_uri: str = ""
    """Where in the caller's own storage (`s3://`, `gs://`) the file is to lie, where the provider reads it there."""
    output_uri: str = ""
    """The folder of that storage that gets the results."""
    role: str = ""
    """As whom the provider may use the storage."""
    input_tokens: int = 0
    """The most that the requests together have to read; counted while they are written."""
    output_tokens: int = 0
    """The most that they may have answered."""


class Source(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A place to ask for results. `lines`: they come one a line; else the answer is one JSON value."""

    ask: Ask
    lines: bool = True
    stored: bool = False
    """It lies in the caller's own storage."""


class BatchPage(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A page of the provider's list of batches; `next` is what to give to get more."""

    states: tuple[BatchState, ...]
    next: str | None = None


BatchSteps: TypeAlias = Generator[Ask, Answer, BatchState]


class StoringCodec(Protocol):
    """What the wire format has on top of `BatchCodec`, where requests and results lie in the caller's own storage."""

    def check(self, request: BatchRequest, place: Place, /) -> None:
        """Raise `InvalidRequest` unless `request` says where files are to lie."""
        ...

    def store(self, request: BatchRequest, place: Place, /) -> Generator[Ask, Answer, None]:
        """Put the file there; asked of the storage."""
        ...


class BatchCodec(Protocol):
    """The wire format of a provider's batches; a module fulfils it."""

    NAME: str
    WIRES: tuple[str, ...]
    """The wire formats its requests may have, the first where the model's own is none of them."""
    MOST: int
    """Requests of one batch."""
    LARGEST: int
    """Bytes of all requests."""
    PARTIAL: bool
    """Results can be had before all are there."""

    def line(self, id: str, encoded: Encoded, wire: str, place: Place, /) -> dict[str, Any]:
        """Return the line for one request. Raises `InvalidRequest` for an id that the provider does not take."""
        ...

    def create(self, request: BatchRequest, place: Place, /) -> BatchSteps:
        """Upload the file where that is needed, and begin the batch."""
        ...

    def refresh(self, handle: str, place: Place, /) -> BatchSteps:
        """Ask how it stands."""
        ...

    def cancel(self, handle: str, place: Place, /) -> BatchSteps:
        """End it early. Raises `UnsupportedFeature` where that cannot be done."""
        ...

    def listed(self, page: str | None, place: Place, /) -> Generator[Ask, Answer, BatchPage]:
        """Ask for a page of the batches, the newest first. Raises `UnsupportedFeature` where there is no list."""
        ...

    def sources(self, state: BatchState, place: Place, /) -> tuple[Source, ...]:
        """Return where the results of a batch are."""
        ...

    def results(self, data: bytes, state: BatchState, place: Place, /) -> tuple[tuple[RawResult, ...], Source | None]:
        """Read a line, or a whole answer, and tell where it goes on. Raises `ProtocolError` for other bytes."""
        ...

    def error(self, status: int, headers: Headers, body: bytes, /) -> ProviderError:
        """Return the typed error for a failed answer."""
        ...


class Created(Reply, frozen=True, kw_only=True):
    """The answer to the beginning of a batch."""

    state: Any
    """The `BatchState`."""


class BatchOptions(CompletionOptions, total=False):
    """The keyword arguments of `batches.create`: those of `complete`, for all requests, and what concerns the batch itself."""

    name: str
    metadata: Mapping[str, str]
    window: str
    input_uri: str
    output_uri: str
    role: str
    local: bool
    file: str | os.PathLike[str]
    parallel: int
    progress: Callable[[int], object]
