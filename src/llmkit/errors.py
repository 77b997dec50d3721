"""One error tree: every failure says what happened, to whom, and whether trying again can help.

    LLMKitError
    ├── InvalidRequest            refused before anything was sent (bad argument, empty messages ...)
    │   ├── UnknownProvider       no such provider; names the nearest
    │   ├── UnknownModel          a model id that cannot be resolved; names the nearest
    │   ├── ServiceEnded          the provider no longer serves
    │   ├── UnsupportedFeature    this model or dialect cannot do what was asked (tools, images, schema ...)
    │   ├── ConfigurationError    a configuration file or client argument is wrong
    │   └── SecurityError         refused by the security policy (plain http, foreign origin, bad header ...)
    ├── MissingKey                no key for this provider
    ├── TransportError            no usable HTTP response
    │   ├── ConnectionFailed      DNS, TCP, reset
    │   │   └── TLSError          certificate or handshake
    │   ├── Timeout               `phase` says which of the six
    │   └── ProtocolError         not HTTP, not JSON, not the documented shape, or past a size limit
    ├── ProviderError             the provider answered with an error
    │   ├── BadRequest            400, 422
    │   │   ├── ContextLengthExceeded
    │   │   └── ContentFiltered
    │   ├── AuthenticationError   401
    │   ├── PermissionDenied      403
    │   ├── PaymentRequired       402
    │   │   └── QuotaExhausted    out of credit, not merely too fast
    │   ├── NotFound              404
    │   ├── Conflict              409
    │   ├── ContentTooLarge       413
    │   ├── RateLimited           429
    │   └── ServerError           5xx
    │       └── Overloaded        503, 529
    ├── StreamInterrupted         a stream ended before its terminal event; `partial` holds what came
    ├── OutputInvalid             the answer does not fit the type asked for
    │   ├── OutputTruncated       it was cut by the token limit
    │   └── OutputRefused         the model refused
    └── Suspended                 a coroutine awaited real asynchronous I/O inside the sync client

Messages never hold keys, header values or prompt text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llmkit.tools.outcome import RunResult
    from llmkit.types.responses import Attempt, CompletionResponse
    from llmkit.types.usage import Cost, Usage


class LLMKitError(Exception):
    """Base of every error of this package."""

    retryable: bool = False
    retry_after: float | None = None
    provider: str | None = None
    model: str | None = None
    attempts: tuple[Attempt, ...] = ()
    run: RunResult | None = None
    """What a run had done when it failed: its conversation can be taken up again."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(f"{message} {hint}" if hint else message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        return (_revive, (type(self), self.args, dict(self.__dict__)))


def _revive(kind: type[LLMKitError], args: tuple[Any, ...], state: dict[str, Any]) -> LLMKitError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class InvalidRequest(LLMKitError):
    """Refused before anything was sent. `parameter` names the argument at fault."""

    def __init__(self, message: str, *, parameter: str | None = None, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.parameter = parameter


def nearest(name: str, known: Iterable[str], count: int = 1) -> list[str]:
    """Return the `count` known names most like `name`."""
    from difflib import SequenceMatcher, get_close_matches  # Costs milliseconds to import, and only mistakes need it.

    near = get_close_matches(name, list(known), n=count, cutoff=0.5)
    alike = [SequenceMatcher(None, word, name).ratio() for word in near]
    return [word for word, ratio in zip(near, alike, strict=True) if ratio > alike[0] - 0.2]


class _Unknown(InvalidRequest):
    """A name that is not known, with the nearest known ones."""

    noun = "name"

    def __init__(self, name: str, known: Sequence[str] = (), *, hint: str | None = None) -> None:
        near = nearest(name, known, 3)
        guess = f" Did you mean {' or '.join(near)}?" if near else ""
        super().__init__(f"Unknown {self.noun} {name!r}.{guess}", parameter="model", hint=hint)
        self.name = name
        self.near = tuple(near)


class UnknownProvider(_Unknown):
    """No provider has this name."""

    noun = "provider"


class UnknownModel(_Unknown):
    """This model id cannot be resolved to a provider."""

    noun = "model"


_CAPABLE = {
    "tools": "openai/gpt-5.4-mini, anthropic/claude-haiku-4-5, google/gemini-3.5-flash",
    "image": "openai/gpt-5.4-mini, anthropic/claude-haiku-4-5, google/gemini-3.5-flash",
    "document": "openai/gpt-5.4-mini, anthropic/claude-haiku-4-5, google/gemini-3.5-flash",
    "audio": "google/gemini-3.5-flash, openai/gpt-audio",
    "video": "google/gemini-3.5-flash",
    "output": "openai/gpt-5.4-mini, anthropic/claude-haiku-4-5, google/gemini-3.5-flash",
    "JSON output": "openai/gpt-5.4-mini, google/gemini-3.5-flash",
}
"""Models that have a feature, by how its name begins."""


class UnsupportedFeature(InvalidRequest):
    """The model or its API cannot do what was asked; nothing was sent."""

    def __init__(self, feature: str, *, where: str, hint: str | None = None) -> None:
        models = next((models for name, models in _CAPABLE.items() if feature.startswith(name)), None)
        if hint is None and models is not None:
            hint = f"Models that have it: {models}."
        super().__init__(f"{where} does not support {feature}.", parameter=feature, hint=hint)
        self.feature = feature


class ConfigurationError(InvalidRequest):
    """A configuration file or a client argument is wrong."""


class SecurityError(InvalidRequest):
    """Refused by the security policy."""


class ServiceEnded(InvalidRequest):
    """The provider's service has ended; `since` is the date (ISO 8601)."""

    def __init__(self, provider: str, *, since: str, hint: str | None = None) -> None:
        super().__init__(f"{provider} ended its service on {since}.", parameter="model", hint=hint)
        self.since = since


class MissingKey(LLMKitError):
    """No key for this provider."""

    def __init__(self, provider: str, *, env: Sequence[str] = ()) -> None:
        names = " or ".join(env)
        way = f"Set {names} or pass" if names else "Pass"
        super().__init__(f"No key for {provider}.", hint=f"{way} keys={{{provider!r}: ...}}.")
        self.provider = provider
        self.env = tuple(env)


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


class Suspended(LLMKitError, RuntimeError):
    """A coroutine awaited real asynchronous I/O inside a sync client."""
