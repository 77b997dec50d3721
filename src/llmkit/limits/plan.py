"""Which buckets a call is counted in, found out once for all calls of one kind."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Protocol

import msgspec

from llmkit.limits.limit import Limit, short
from llmkit.limits.rate import Charge, Rate

_PLANS = 8192


class Account(Protocol):
    """On whose account a call is made."""

    @property
    def tenant(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def key(self) -> str: ...


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The buckets of one kind of call: those that count requests, then those that count tokens."""

    deployment: str
    """The model, with the place of the provider's key where it is not the first: whom the provider's own limits are for."""
    pause: str
    requests: tuple[Charge, ...]
    tokens: tuple[tuple[tuple[str, ...], Rate], ...]
    places: tuple[str, ...]
    """Where calls of this kind may have to wait: a name for each bucket, and `pause` at the end."""
    names: tuple[str, ...]
    """The same, for people."""

    def charges(self, tokens: int) -> tuple[Charge, ...]:
        """Return what a call of so many tokens takes."""
        if not self.tokens:
            return self.requests
        return (
            *self.requests,
            *[Charge(key, rate, tokens, (tokens, rate.speed, tokens * rate.cost, rate.room)) for key, rate in self.tokens],
        )

    def named(self, place: str) -> str:
        """Return which limit it is."""
        return self.names[self.places.index(place)]


class Plans:
    """Remembers the plans of the kinds of calls seen lately."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._limits: tuple[tuple[Limit, Rate | None, Rate | None], ...] = ()
        self._known: dict[tuple[str, int, str, str, str], Plan] = {}

    def of_limits(self, limits: Sequence[Limit]) -> None:
        """Make plans by these limits."""
        self._limits = tuple([(limit, *limit.rates()) for limit in limits])

    def get(self, model: str, account: Account, place: int = 0) -> Plan:
        """Return the plan of calls to `model` on `account`, with the provider's key at `place`."""
        kind = (model, place, account.key, account.tenant, account.user)
        plan = self._known.get(kind)
        if plan is None:
            plan = self._made(*kind)
            with self._lock:
                if len(self._known) >= _PLANS:
                    self._known.clear()
                self._known[kind] = plan
        return plan

    def _made(self, model: str, place: int, key: str, tenant: str, user: str) -> Plan:
        provider = model.partition("/")[0]
        names = {
            "provider": provider,
            "model": model,
            "provider_key": f"{provider}#{place}",
            "key": key,
            "tenant": tenant,
            "user": user,
        }
        requests: list[Charge] = []
        tokens: list[tuple[tuple[str, ...], Rate]] = []
        told: list[str] = []
        told_tokens: list[str] = []
        for number, (limit, by_request, by_token) in enumerate(self._limits):
            if not limit.applies(names):
                continue
            bucket, whose = limit.values(names), " and ".join(limit.by) or "all"
            if by_request is not None:
                requests.append(Charge.of((f"requests {number}", *bucket), by_request, 1))
                told.append(f"{by_request.amount} requests per {limit.per:g} s by {whose}")
            if by_token is not None:
                tokens.append(((f"tokens {number}", *bucket), by_token))
                told_tokens.append(f"{by_token.amount} tokens per {limit.per:g} s by {whose}")
        places = [msgspec.json.encode(bucket).decode() for bucket in (*[charge.key for charge in requests], *[key for key, _ in tokens])]
        deployment = f"{short(model)}#{place}" if place else short(model)
        pause = f"pause {deployment}"
        return Plan(
            deployment=deployment,
            pause=pause,
            requests=tuple(requests),
            tokens=tuple(tokens),
            places=(*places, pause),
            names=(*told, *told_tokens, "the provider"),
        )
