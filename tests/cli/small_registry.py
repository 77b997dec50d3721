"""A registry of a few models for the command line, where the user's own one is looked for."""

from __future__ import annotations

import zlib
from decimal import Decimal
from pathlib import Path
from typing import Any

from llmkit.types.model_info import Evidence, ModelInfo, PriceThen, ReasoningInfo
from llmkit.types.price import Price, RateCard, Tier, Window
from tools.registry.packing import Fact, pack

NEWER = "2099-01-01"
"""Above any packaged one."""


def rates(**values: str) -> dict[str, Decimal]:
    return {rate: Decimal(value) for rate, value in values.items()}


def model(place: str, /, **fields: Any) -> ModelInfo:
    provider, _, id = place.partition("/")
    return ModelInfo(provider=provider, id=id, **fields)


BIG = model(
    "anthropic/big-5",
    name="Big 5",
    family="big",
    inputs=("text", "image"),
    outputs=("text",),
    context_window=1_000_000,
    max_output=64_000,
    price=Price(
        rates=rates(input="3", output="15", cache_read="0.3", cache_write="3.75"),
        tiers=(Tier(above=200_000, rates=rates(input="6", output="22.5")),),
        services={"batch": RateCard(rates=rates(input="1.5", output="7.5"))},
        uplifts={"eu": Decimal("1.1")},
        off_peak=(Window(start=960, end=1440, weekdays=(1, 2)),),
        fees=rates(web_search="0.01"),
    ),
    price_source="a-source",
    price_as_of="2026-10-26",
    can=("reasoning", "tools"),
    cannot=("web_search",),
    reasoning=ReasoningInfo(efforts=("low", "high"), budget_min=1024),
    release_date="2026-02-03",
    knowledge_cutoff="2025-07",
    deprecation_date="2026-11-30",
    open_weights=False,
    aliases=("big-5-20260203",),
    last_seen="2026-11-12",
)
HISTORY = Evidence(
    fields={"name": "one", "price": "a-source", "ctx": "one"},
    agreeing=("one", "two"),
    sources=("one", "two", "a-source"),
    history=(PriceThen(since=None, input=Decimal(5), output=Decimal(25)), PriceThen(since="2026-05-01", input=Decimal("3.5"))),
)
SMALL = model(
    "openai/small-1",
    name="Small 1",
    inputs=("text",),
    outputs=("text",),
    context_window=128_000,
    max_output=16_384,
    price=Price(rates=rates(input="0.15", output="0.6")),
    price_as_of="2026-11-01",
    can=("tools",),
    release_date="2026-05",
    open_weights=False,
)
RESOLD = model(
    "openrouter/anthropic/big-5",
    base_model="anthropic/big-5",
    context_window=200_000,
    price=Price(rates=rates(input="2.5", output="15")),
    can=("tools",),
    release_date="2026-02-04",
)
FREE = model("groq/gift", free=True, open_weights=True, price=Price(rates=rates(input="0", output="0")), context_window=8_192)
UNPRICED = model("groq/riddle", inputs=("text", "audio"), status="beta")
CHINESE = model("deepseek/yuan", price=Price(currency="CNY", rates=rates(input="4", output="16")), context_window=64_000)
PLAN = model("groq/planned", subscription=True, price=Price(rates=rates(input="0", output="0")))
PICTURE = model("openai/painter", mode="image", outputs=("image",), price=Price(units=rates(image="0.04")))
OLD = model("openai/old", status="retired", price=Price(rates=rates(input="30", output="60")), release_date="2023-01-01")
ELSEWHERE = model("nobody-calls-this/thing", price=Price(rates=rates(input="0.01", output="0.01")), context_window=300_000)
MODELS = (BIG, SMALL, RESOLD, FREE, UNPRICED, CHINESE, PLAN, PICTURE, OLD, ELSEWHERE)


def install(home: Path, *models: ModelInfo) -> Path:
    """Put a registry where a program run by the user of `home` finds it."""
    facts = [Fact(info=info, evidence=HISTORY if info is BIG else Evidence()) for info in models]
    content = pack(facts, as_of=NEWER, makers=("anthropic", "openai", "deepseek"))
    folder = home / ".local" / "share" / "llmkit" / "models"
    folder.mkdir(parents=True, exist_ok=True)
    for older in folder.iterdir():
        older.unlink()
    path = folder / f"{NEWER}-{zlib.crc32(content):08x}.bin"
    path.write_bytes(content)
    return path
