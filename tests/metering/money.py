"""A model with round prices, clients with budgets, and ledgers of each kind."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from llmkit.metering import Budget, MemoryLedger, SQLiteLedger
from llmkit.metering.ledger import Claim, Ticket
from llmkit.pipeline.budget import Budgets
from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price
from tests.faces import client_of

MODEL = "openai/priced-1"
LEDGERS = ("memory", "sqlite")
NOON = 1_767_268_800.0  # 2026-01-01T12:00:00Z


def listed(**rates: str) -> ModelInfo:
    """Return a model whose output costs a cent for 1,000 tokens, and whose input is free unless told."""
    prices = {name: Decimal(rate) for name, rate in {"input": "0", "output": "10", **rates}.items()}
    return ModelInfo(provider="openai", id="priced-1", price=Price(rates=prices), max_output=100_000)


def ledger_of(kind: str, folder: Path) -> Any:
    """Return an empty ledger."""
    return MemoryLedger() if kind == "memory" else SQLiteLedger(folder / "money.db", durable=False)


def cents(amount: int, **fields: Any) -> Budget:
    """Return a budget of so many cents."""
    return Budget(usd=Decimal(amount) / 100, **{"per": "total", **fields})


def budgeted(fake: Any, budgets: Budgets, *more: Any, **options: Any) -> dict[str, Any]:
    """Return the arguments of a client with budgets that knows the model."""
    options = {"retries": 0, "models": [listed()], **options}
    return client_of(fake, layers=[budgets, *more], **options)


def ticket(name: str, amount: int, limit: int | None, *, expires: float = NOON + 900, accounts: tuple[str, ...] = ("all",)) -> Ticket:
    """Return a reservation on accounts without end."""
    claims = tuple([Claim(account, 0, 0, 2**62, limit) for account in accounts])
    return Ticket(id=name, amount=amount, claims=claims, expires=expires)
