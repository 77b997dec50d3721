"""What a session costs, and what the layers see of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from llmkit import Budgets, LLMKit
from llmkit.errors import (
    BudgetExceeded,
)
from llmkit.metering.budget import Budget
from llmkit.metering.sinks import Callback
from llmkit.pipeline.meter import Meter
from llmkit.testing.websocket import FakeSocket, Talk
from tests.realtime.hosts import MODEL, Same, answer, client_for, created, talk_with


def test_sound_from_a_cache_has_a_price_of_its_own() -> None:
    """gpt-realtime: words 4 and 0.4 dollars a million, sound 32 and 0.4, its own words 16 and sound 64."""
    usage = {
        "input_tokens": 1000,
        "output_tokens": 100,
        "input_token_details": {
            "text_tokens": 300,
            "audio_tokens": 700,
            "cached_tokens": 600,
            "cached_tokens_details": {"text_tokens": 200, "audio_tokens": 400},
        },
        "output_token_details": {"text_tokens": 20, "audio_tokens": 80},
    }

    def script(talk: Talk) -> None:
        created(talk)
        talk.send({"type": "response.done", "response": {"id": "r", "status": "completed", "output": [], "usage": usage}})
        talk.until_gone()

    with FakeSocket(script) as host:
        turn = talk_with("sync", client_for("openai", host), MODEL, lambda session: session.turn())

    prices = {4: 100, Decimal("0.4"): 600, 32: 300, 16: 20, 64: 80}
    assert sum(price * count for price, count in prices.items()) / Decimal(1_000_000) == turn.cost.amount
    assert (700, 400, 600) == (turn.usage.input_audio, turn.usage.uncached, turn.usage.cache_read)


def test_a_session_that_is_billed_by_its_length_has_a_cost_at_its_end() -> None:
    """xAI bills by the minute, and messages in writing beside."""

    def script(talk: Talk) -> None:
        created(talk)
        talk.receive()
        talk.receive()
        answer(talk, "Hello.")
        talk.until_gone()

    def use(session: Same) -> Any:
        session.send_text("Hi.")
        turn = session.turn()
        session.close() if hasattr(session._session, "close") else session.aclose()
        return turn.cost, session.reply

    with FakeSocket(script) as host:
        each, reply = talk_with("sync", client_for("xai", host), "xai/grok-voice-think-fast-1.0", use)

    by_time = Decimal("0.00083333333") * Decimal(repr(reply.units["session_second"]))
    assert each is None
    assert abs(reply.cost.amount - by_time - Decimal("0.004")) < Decimal("0.000001")


def test_the_layers_see_one_call() -> None:
    """Budgets are asked before, and the session is recorded at its end, with all its answers."""
    records: list[Any] = []
    budgets = Budgets([Budget(usd=0.26215, per="day")])  # what one session may cost at most is 0.262144

    def script(talk: Talk) -> None:
        created(talk)
        answer(talk, "One.")
        answer(talk, "Two.", 2)
        talk.until_gone()

    with FakeSocket(script) as host:
        client = client_for("openai", host, layers=[Meter(Callback(records.append)), budgets])
        with LLMKit(**client) as kit:
            with kit.realtime(MODEL, tenant="acme") as session:
                session.turn()
                session.turn()
            with pytest.raises(BudgetExceeded):
                kit.realtime(MODEL, instructions="Be brief.")

    assert [("realtime", "acme", "ok", 20)] == [
        (one.operation, one.tenant, one.status, one.uncached + one.cache_read) for one in records[:1]
    ]
    assert Decimal(0) < Decimal(records[0].cost)
    assert 1 == len(host.handshakes)
