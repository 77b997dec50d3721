"""One error tree: every failure says what happened, to whom, and whether trying again can help.

    LLMKitError
    ├── InvalidRequest            refused before anything was sent (bad argument, empty messages ...)
    │   ├── UnknownProvider       no such provider; names the nearest
    │   ├── UnknownModel          a model id that cannot be resolved; names the nearest
    │   ├── ServiceEnded          the provider no longer serves
    │   ├── UnsupportedFeature    this model or dialect cannot do what was asked (tools, images, schema ...)
    │   ├── ConfigurationError    a configuration file or client argument is wrong
    │   ├── PromptInvalid         a prompt template or a value for it is wrong; `path` and `line` say where
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
    ├── JobInterrupted            a job was lost sight of; `job` takes it up again
    ├── SessionLost               a realtime session broke; `handle` takes it up again, where the provider kept it
    ├── OutputInvalid             the answer does not fit the type asked for
    │   ├── OutputTruncated       it was cut by the token limit
    │   └── OutputRefused         the model refused
    ├── CircuitOpen               local: this deployment failed too often lately; `retry_after` says when it is tried again
    ├── TooManyAtOnce             local: all places of this deployment are taken; `retry_after` is an estimate
    ├── LocalRateLimited          local: a limit of our own is reached; `retry_after` says when there is room again
    ├── BudgetExceeded            local: the call might cost more than a budget has left; `resets_at` says when it has more
    │   └── PriceUnknown          no price is listed, so no budget can hold for it
    ├── StoreUnavailable          local: what a layer keeps its state in cannot be asked
    ├── NoDeployment              local: no deployment of a route holds the request's constraints; `reasons` says why
    ├── SaveFailed                local: a file could not be written (full disk, no permission); nothing is left of it
    ├── HookFailed                local: a function of yours around the call failed, and `strict` was asked for
    ├── GuardrailBlocked          local: a guardrail stopped the request (nothing was sent) or the answer; `category` says why
    └── Suspended                 a coroutine awaited real asynchronous I/O inside the sync client

Messages never hold keys, header values or prompt text.
"""

from __future__ import annotations

from llmkit.errors.local import (
    BudgetExceeded,
    CircuitOpen,
    GuardrailBlocked,
    HookFailed,
    LocalRateLimited,
    NoDeployment,
    PriceUnknown,
    SaveFailed,
    StoreUnavailable,
    Suspended,
    TooManyAtOnce,
)
from llmkit.errors.remote import (
    AuthenticationError,
    BadRequest,
    Conflict,
    ConnectionFailed,
    ContentFiltered,
    ContentTooLarge,
    ContextLengthExceeded,
    JobInterrupted,
    NotFound,
    OutputInvalid,
    OutputRefused,
    OutputTruncated,
    Overloaded,
    PaymentRequired,
    PermissionDenied,
    ProtocolError,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    ServerError,
    SessionLost,
    StreamInterrupted,
    Timeout,
    TLSError,
    TransportError,
)
from llmkit.errors.request import (
    ConfigurationError,
    InvalidRequest,
    MissingKey,
    PromptInvalid,
    SecurityError,
    ServiceEnded,
    UnknownModel,
    UnknownProvider,
    UnsupportedFeature,
)
from llmkit.errors.root import LLMKitError, nearest

__all__ = [
    "AuthenticationError",
    "BadRequest",
    "BudgetExceeded",
    "CircuitOpen",
    "ConfigurationError",
    "Conflict",
    "ConnectionFailed",
    "ContentFiltered",
    "ContentTooLarge",
    "ContextLengthExceeded",
    "GuardrailBlocked",
    "HookFailed",
    "InvalidRequest",
    "JobInterrupted",
    "LLMKitError",
    "LocalRateLimited",
    "MissingKey",
    "NoDeployment",
    "NotFound",
    "OutputInvalid",
    "OutputRefused",
    "OutputTruncated",
    "Overloaded",
    "PaymentRequired",
    "PermissionDenied",
    "PriceUnknown",
    "PromptInvalid",
    "ProtocolError",
    "ProviderError",
    "QuotaExhausted",
    "RateLimited",
    "SaveFailed",
    "SecurityError",
    "ServerError",
    "ServiceEnded",
    "SessionLost",
    "StoreUnavailable",
    "StreamInterrupted",
    "Suspended",
    "TLSError",
    "Timeout",
    "TooManyAtOnce",
    "TransportError",
    "UnknownModel",
    "UnknownProvider",
    "UnsupportedFeature",
    "nearest",
]
