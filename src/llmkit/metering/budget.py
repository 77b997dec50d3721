"""How much may be spent, by whom, in which time."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from llmkit.errors import ConfigurationError, nearest
from llmkit.metering.money import micro_down
from llmkit.metering.windows import PERIODS, Period

By: TypeAlias = Literal["tenant", "user", "key", "tag"]
BY: tuple[By, ...] = ("tenant", "user", "key", "tag")


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """At most `usd` dollars `per` hour, day, week, month or in `total`, for each value of `by`.

    `Budget(usd=20, per="day", by=("tenant",))` gives every tenant a ledger of its own; `tenant="acme"` makes it hold for that one
    alone. A call with several tags is on the ledger of each.
    """

    usd: Decimal | int | float | str
    per: Period = "month"
    rolling: bool = False
    """The last 24 hours instead of since midnight. A rolling month has 30 days."""
    zone: str = "UTC"
    """The time zone (`Europe/Berlin`) whose midnights, Mondays and firsts of the month begin a calendar period."""
    by: tuple[By, ...] = ()
    tenant: str | None = None
    user: str | None = None
    key: str | None = None
    tag: str | None = None
    hard: bool = True
    """A call that would exceed it is refused; else it is made, and its answer carries a warning."""
    warn: float | None = None
    """The share of a hard budget from which on answers carry a warning, such as 0.8."""
    name: str = ""
    """What it is called in errors. Budgets of one name, and of the same period and `by`, count the same money."""

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "usd", _dollars(self.usd))
        _choice("per", self.per, PERIODS)
        for value in self.by:
            _choice("by", value, BY)
        if self.warn is not None and not 0 < self.warn <= 1:
            raise ConfigurationError(f"warn must be a share above 0 and up to 1, not {self.warn!r}.", parameter="warn")
        if self.rolling and self.per == "total":
            raise ConfigurationError("A total never begins anew and cannot roll.", parameter="rolling")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ConfigurationError(f"Unknown time zone {self.zone!r}.", parameter="zone", hint="Write it as Europe/Berlin.") from None
        if not self.name:
            msgspec.structs.force_setattr(self, "name", self._described())

    @property
    def limit(self) -> int:
        """Return the limit in micro-dollars."""
        return micro_down(_dollars(self.usd))

    def accounts(self, tenant: str, user: str, key: str, tags: tuple[str, ...]) -> tuple[str, ...]:
        """Return the ledgers that a call of this scope is on; empty: the budget is not about it."""
        wanted = ((self.tenant, tenant), (self.user, user), (self.key, key))
        if any(only is not None and only != value for only, value in wanted) or (self.tag is not None and self.tag not in tags):
            return ()
        values = {"tenant": tenant, "user": user, "key": key}
        fixed = [f"{name}={values[name]}" for name in self.by if name != "tag"]
        kind = [self.name, self.per, "rolling" if self.rolling else self.zone]
        if "tag" not in self.by:
            return (_account([*kind, *fixed]),)
        return tuple([_account([*kind, *fixed, f"tag={tag}"]) for tag in dict.fromkeys(tags)])

    def _described(self) -> str:
        """Return a name without the amount, so that a limit can be raised without forgetting what was spent."""
        only = [f"{name} {value}" for name in BY if (value := getattr(self, name)) is not None]
        whose = f" for {', '.join(only)}" if only else ""
        each = f" by {', '.join(self.by)}" if self.by else ""
        return f"{'rolling ' if self.rolling else ''}{self.per}{whose}{each}"


def _account(words: list[str]) -> str:
    return msgspec.json.encode(words).decode()  # unambiguous, whatever the names hold


def _choice(parameter: str, value: object, known: tuple[str, ...]) -> None:
    if value not in known:
        near = nearest(str(value), known)
        hint = f"Did you mean {near[0]}?" if near else f"It is one of {', '.join(known)}."
        raise ConfigurationError(f"{parameter} cannot be {value!r}.", parameter=parameter, hint=hint)


def _dollars(value: object) -> Decimal:
    try:
        dollars = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
    except InvalidOperation:
        dollars = Decimal("NaN")
    if not dollars.is_finite() or not 0 <= dollars <= 10**12:
        raise ConfigurationError(f"usd must be an amount of dollars, not {value!r}.", parameter="usd")
    return dollars
