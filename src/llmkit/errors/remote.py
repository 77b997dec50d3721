"""What goes wrong on the way to a provider, at the provider, or with its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmkit.errors.root import LLMKitError

if TYPE_CHECKING:
    from llmkit.types.realtime import RealtimeReply
    from llmkit.types.responses import CompletionResponse
    from llmkit.types.usage import Cost, Usage


class TransportError(LLMKitError):
    """No usable HTTP response."""

    retryable = True


class ConnectionFailed(TransportError):
    """The connection could not be made or broke before the response was complete."""


class TLSError(ConnectionFailed):
    """The peer's certificate or the TLS handshake is not acceptable."""

    retryable = False


class Timeout(TransportError):
    """A time limit passed. `phase`: connect, write, pool, first_event, idle or total; `seconds`: the limit."""

    def __init__(self, phase: str, seconds: float | None = None) -> None:
        limit = f" after {seconds:g} s" if seconds is not None else ""
        super().__init__(f"Timeout ({phase}){limit}.", hint=f"Raise it with timeout=Timeouts({phase}=...).")
        self.phase = phase
        self.seconds = seconds


class ProtocolError(TransportError):
    """The bytes that came back are not what the protocol promises, or exceed a size limit."""

    retryable = False


class ProviderError(LLMKitError):
    """The provider answered with an error.

    `status` is the HTTP status (200 for an error inside a stream), `code` and `type` are the provider's own words,
    `body` is at most 2 KiB of the answer with secrets removed.
    """

    should_retry: bool | None = None
    """What the server itself says of trying again (`x-should-retry`); None: nothing."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        code: str | None = None,
        type: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        retryable: bool | None = None,
        body: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.type = type
        self.request_id = request_id
        self.retry_after = retry_after
        self.body = body
        if retryable is not None:
            self.retryable = retryable


class BadRequest(ProviderError):
    """The provider refused the request as malformed (400, 422)."""


class ContextLengthExceeded(BadRequest):
    """The request is longer than the model's context window."""


class ContentFiltered(BadRequest):
    """The provider's content policy refused the request."""


class AuthenticationError(ProviderError):
    """The provider does not accept the key (401)."""


class PermissionDenied(ProviderError):
    """The key may not do this (403)."""


class PaymentRequired(ProviderError):
    """The account must pay first (402)."""


class QuotaExhausted(PaymentRequired):
    """The account's quota or credit is used up; waiting does not help."""


class NotFound(ProviderError):
    """No such model or path (404)."""


class Conflict(ProviderError):
    """The same request is already under way (409)."""

    retryable = True


class ContentTooLarge(ProviderError):
    """The request body is too large (413)."""


class RateLimited(ProviderError):
    """Too many requests or tokens (429). `retry_after` is in seconds, where the provider says so."""

    retryable = True


class ServerError(ProviderError):
    """The provider failed (5xx)."""

    retryable = True


class Overloaded(ServerError):
    """The provider has no capacity right now (503, 529)."""


class StreamInterrupted(LLMKitError):
    """A stream ended before its terminal event. `partial` is the response as far as it came, `cause` the reason."""

    def __init__(self, message: str, *, partial: CompletionResponse | None = None, cause: LLMKitError | None = None) -> None:
        super().__init__(message)
        self.partial = partial
        self.cause = cause
        self.retryable = cause.retryable if cause is not None else True


class JobInterrupted(LLMKitError):
    """Asking after a job failed, or the time was up; the job itself may go on at the provider, and is paid for.

    `job` is its id: `kit.job(error.job)` takes it up again. `handle` is the provider's own name of it, `cause` the reason.
    """

    def __init__(self, handle: str, cause: LLMKitError | None) -> None:
        why = f": {cause.message}" if cause is not None else "."
        super().__init__(f"The job was lost sight of{why}", hint="Take it up again with kit.job(error.job).")
        self.handle = handle
        self.job = handle
        self.cause = cause


class SessionLost(LLMKitError):
    """A realtime session ended before its time, and what was said in it with it, unless there is a `handle`.

    `handle` takes it up again: `kit.realtime(model, resume=error.handle)`; None: a new session knows nothing of this one. `code` is how
    the provider closed the connection (RFC 6455, 7.4; None: without a word), `cause` the reason, `reply` the usage and cost so far.
    """

    def __init__(
        self,
        message: str,
        *,
        handle: str | None = None,
        code: int | None = None,
        cause: LLMKitError | None = None,
        reply: RealtimeReply | None = None,
    ) -> None:
        hint = "Take it up again with resume=error.handle." if handle else "Its state is lost: begin a new one."
        super().__init__(message, hint=hint)
        self.handle = handle
        self.code = code
        self.cause = cause
        self.reply = reply


class OutputInvalid(LLMKitError):
    """The answer does not fit the type asked for.

    `text` is what the model wrote, `path` the place of the fault (`$.items[2]`), `response` the last answer. `usage` and `cost` are
    those of all `tries` together; None where one of them is not known.
    """

    def __init__(
        self,
        message: str,
        *,
        text: str = "",
        path: str = "$",
        response: CompletionResponse | None = None,
        usage: Usage | None = None,
        cost: Cost | None = None,
        tries: int = 1,
    ) -> None:
        super().__init__(message)
        self.text = text
        self.path = path
        self.response = response
        self.usage = usage
        self.cost = cost
        self.tries = tries


class OutputTruncated(OutputInvalid):
    """The answer was cut by the token limit."""


class OutputRefused(OutputInvalid):
    """The model refused to answer."""
