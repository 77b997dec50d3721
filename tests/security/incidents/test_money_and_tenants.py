"""Incidents of gateways that a library can have too: queries, keys of caches, budgets, and configuration by request."""

from __future__ import annotations

import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest

from llmkit import LLMKit
from llmkit.caching import SqliteEntries
from llmkit.errors import BudgetExceeded, LLMKitError
from llmkit.metering import Budget, SQLiteLedger, SQLiteSink, UsageRecord
from llmkit.pipeline.budget import Budgets
from llmkit.pipeline.cache import Cache
from llmkit.serving import codec
from llmkit.testing import Answer, FakeProvider
from tests.metering.money import MODEL as PRICED
from tests.metering.money import budgeted
from tests.security.incidents.places import DIALECT, MODEL, kit_of

INJECTED = {
    "cve_2026_42208_litellm": "x' UNION SELECT token FROM keys --",
    "cve_2024_4890_litellm": "'; DROP TABLE usage; --",
    "cve_2024_5225_litellm": "x') OR 1=1 --",
    "cve_2026_25591_new_api": "%",
    "every_quote": "\"'`;\\",
}


@pytest.mark.parametrize("incident", INJECTED)
def test_no_name_becomes_part_of_a_query(incident: str, tmp_path: Path) -> None:
    """There the key, or a name, of a caller was written into SQL, and read the keys of others before anybody was asked who he is."""
    word = INJECTED[incident]
    sink = SQLiteSink(tmp_path / "usage.db")
    sink.write([UsageRecord(id=word, at=1.0, model=word, tenant=word), UsageRecord(id="2", at=2.0, model="p/m", tenant="other")])
    sink.close()

    with sqlite3.connect(tmp_path / "usage.db") as written:
        table = written.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%tenant%'").fetchone()[0]
        kept = written.execute(f"SELECT count(*) FROM {table}").fetchone()
        told = str(written.execute(f"SELECT * FROM {table} ORDER BY rowid LIMIT 1").fetchone())

    assert ((2,), True) == (kept, repr(word)[1:-1] in told or word in told)


@pytest.mark.parametrize("incident", INJECTED)
def test_no_name_of_a_tenant_reaches_the_account_of_another(incident: str, tmp_path: Path) -> None:
    """The same in the ledger of budgets: one tenant's money is spent, whatever another is called."""
    ledger = SQLiteLedger(tmp_path / "ledger.db", durable=False)
    budgets = Budgets([Budget(usd=Decimal("1.50"), per="total", by=("tenant",))], store=ledger)
    with FakeProvider(DIALECT) as fake:
        fake.always(Answer(text="ok", usage=(1000, 0)))
        with LLMKit(**budgeted(fake, budgets)) as kit:
            kit.complete(PRICED, "Hi", tenant=INJECTED[incident], max_tokens=1000)
            again = kit.complete(PRICED, "Hi", tenant="other", max_tokens=1000)
    ledger.close()

    assert "ok" == again.text


def test_cve_2026_35030_litellm_a_key_of_the_cache_is_of_the_whole_question(tmp_path: Path) -> None:
    """There the first twenty characters of a token were the key of a cache, and whoever shared them was taken for the other."""
    same = "a" * 10_000
    with FakeProvider(DIALECT) as fake:
        fake.add(Answer(text="one"), Answer(text="two"), Answer(text="three"))
        with kit_of(fake, layers=[Cache(store=SqliteEntries(tmp_path / "cache.db"))]) as kit:
            answers = [kit.complete(MODEL, f"{same}{end}", temperature=heat).text for end, heat in (("1", 0), ("2", 0), ("1", 1), ("1", 0))]

    assert ["one", "two", "three", "one"] == answers


@pytest.mark.parametrize("tenant", ["../other", "other\x00", "OTHER", " other", "other ", "ot\u0068er\u200b"])
def test_cve_2026_44552_open_webui_nothing_is_shared_between_tenants_that_are_written_alike(tenant: str) -> None:
    """There two tenants met under one prefix of a store; here a name is compared as a whole."""
    budgets = Budgets([Budget(usd=Decimal("0.002"), per="total", by=("tenant",))])
    with FakeProvider(DIALECT) as fake:
        fake.always(Answer(text="ok", usage=(1000, 0)))
        with LLMKit(**budgeted(fake, budgets)) as kit:
            kit.complete(PRICED, "Hi", tenant="other", max_tokens=1)
            with pytest.raises(BudgetExceeded):
                kit.complete(PRICED, "Hi", tenant="other", max_tokens=1000)

            assert "ok" == kit.complete(PRICED, "Hi", tenant=tenant, max_tokens=1).text


SMUGGLED = ("api_base", "base_url", "api_key", "custom_llm_provider", "extra_headers", "proxy", "timeout", "callbacks", "post_call_rules")


@pytest.mark.parametrize("name", SMUGGLED)
def test_cve_2026_35029_litellm_a_request_of_a_client_changes_no_setting(name: str) -> None:
    """There a request body could change the configuration, or name code to run; here such a field is passed on as words, or dropped."""
    with FakeProvider(DIALECT) as fake, FakeProvider(DIALECT) as other, kit_of(fake) as kit:
        fake.add(Answer(text="ok"))
        body = f'{{"model": "x", "messages": [{{"role": "user", "content": "Hi"}}], "{name}": "{other.base_url}"}}'
        try:
            request = codec("openai_chat").parse_request(body.encode())
            kit.complete(request.replace(model=MODEL))
        except LLMKitError:
            fake.requests.clear()

        assert 0 == other.connections
        assert [] == [each for each in fake.requests if each.headers.get("authorization") != f"Bearer {fake.key}"]
