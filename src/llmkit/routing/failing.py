"""What a failure means for the others: who may still be asked, and how long the one that failed rests."""

from __future__ import annotations

from llmkit.errors import (
    AuthenticationError,
    BadRequest,
    CircuitOpen,
    ContentFiltered,
    ContentTooLarge,
    ContextLengthExceeded,
    InvalidRequest,
    LLMKitError,
    LocalRateLimited,
    MissingKey,
    NotFound,
    Overloaded,
    PaymentRequired,
    PermissionDenied,
    RateLimited,
    ServiceEnded,
    StoreUnavailable,
    TooManyAtOnce,
    UnknownModel,
    UnknownProvider,
    UnsupportedFeature,
)
from llmkit.routing.candidate import Candidate

_SAME_EVERYWHERE = (InvalidRequest, BadRequest, ContentTooLarge)
_ELSEWHERE = (ContextLengthExceeded, ContentFiltered, UnsupportedFeature, ServiceEnded, UnknownModel, UnknownProvider)
"""Of those above, what another deployment may not share."""
_ACCOUNT = (AuthenticationError, PaymentRequired, MissingKey)
"""What all models of this account share."""
_MODEL = (NotFound, PermissionDenied, ContentFiltered, ServiceEnded, UnknownModel)
"""What every deployment of the same model at the same account shares."""
_LOCAL = (CircuitOpen, LocalRateLimited, StoreUnavailable, TooManyAtOnce)
_LONGEST = 60.0
_USUAL = 5.0
_SEVERAL = 3
"""Failures one after the other before a deployment rests of which nobody said that it is too busy."""


def hopeless(failure: LLMKitError) -> bool:
    """Tell whether the request is wrong in itself, so that nobody else is asked."""
    return isinstance(failure, _SAME_EVERYWHERE) and not isinstance(failure, _ELSEWHERE)


def blamed(failure: LLMKitError) -> bool:
    """Tell whether the deployment is at fault: only that goes into its record."""
    return not isinstance(failure, (*_SAME_EVERYWHERE, *_LOCAL))


def shares(other: Candidate, failed: Candidate, failure: LLMKitError) -> str:
    """Say why `other` would fail as `failed` did; empty: it may work there."""
    if isinstance(failure, ContextLengthExceeded):
        mine, theirs = failed.facts.context, other.facts.context
        if other.listed == failed.listed or (mine is not None and theirs is not None and theirs <= mine):
            return "its context is no larger"
    if isinstance(failure, _ACCOUNT) and other.account == failed.account:
        return "it is the same account"
    return "it is the same model" if isinstance(failure, _MODEL) and other.model == failed.model else ""


def rest_after(failure: LLMKitError, failures: int) -> float:
    """Return for how many seconds the deployment is only asked when nobody else can; `failures`: one after the other."""
    if isinstance(failure, _ACCOUNT):
        return _LONGEST
    if failure.retry_after is not None:
        return min(max(failure.retry_after, 0.0), _LONGEST)
    if isinstance(failure, RateLimited | Overloaded):
        return _USUAL
    return min(_LONGEST, 2.0 ** min(failures - _SEVERAL, 6)) if failures >= _SEVERAL else 0.0
