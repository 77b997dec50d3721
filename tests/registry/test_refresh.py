"""Sources are read each in its own words, and merged by who is believed, not by who came last."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llmkit.types.model_info import Evidence, PriceThen
from llmkit.types.price import Price, RateCard, Tier
from tests.registry.facts import fact, paid, rates
from tools.registry import fetch, refresh
from tools.registry.agreement import agreement
from tools.registry.fact import Fact
from tools.registry.sources import SOURCES, Source

DATES = {
    "modelsdev": "2026-12-01",
    "litellm": "2026-12-02",
    "genai-prices": "2026-12-03",
    "model-prices": "2026-12-01",
    "pi-ai": "2026-12-01",
}


def modelsdev(cost: dict[str, Any], provider: str = "openai", **said: Any) -> dict[str, Any]:
    return {provider: {"id": provider, "models": {"m": {"id": "m", "name": "M", "limit": {"context": 1000}, "cost": cost, **said}}}}


def litellm(provider: str = "openai", **said: Any) -> dict[str, Any]:
    return {f"{provider}/m": {"litellm_provider": provider, "mode": "chat", **said}}


def model_prices(provider: str = "openai", **said: Any) -> dict[str, Any]:
    return {
        "prices": {
            provider: {"m": {"standard": [{"start": None, "rates": {"input": 99, "output": 99}}, {"start": "2026-11-30", "rates": said}]}}
        }
    }


def genai(provider: str = "openai", **said: Any) -> list[dict[str, Any]]:
    return [{"id": provider, "models": [{"id": "m", "match": {"equals": "m"}, "prices": said}]}]


def merged(tmp_path: Path, before: list[Fact], **sources: Any) -> dict[str, Fact]:
    for name, content in sources.items():
        (tmp_path / f"{name.replace('_', '-')}.json").write_text(json.dumps(content))
    (tmp_path / "dates.json").write_text(json.dumps(DATES))
    return {fact.info.model: fact for fact in refresh.refreshed(before, refresh.read(tmp_path))}


PI = {
    "openai": {
        "openai-completions": {
            "chat:m": {"id": "m", "provider": "openai", "cost": {"input": 1, "output": 4, "cacheRead": 0.1, "cacheWrite": 0}}
        }
    }
}
ROUTER = {
    "data": [{"id": "a/b", "pricing": {"prompt": "0.000001", "completion": "0.000004", "input_cache_read": "0.0000001", "image": "0"}}]
}
VERCEL = {
    "data": [{"id": "a/b", "type": "language", "pricing": {"input": "0.000001", "output": "0.000004", "input_cache_read": "0.0000001"}}]
}
LLM_PRICES = {
    "prices": [
        {"id": "m", "vendor": "openai", "input": 1, "output": 4, "input_cached": 0.1},
        {"id": "m-200k", "vendor": "openai", "input": 2},
    ]
}
RUBY = [
    {
        "id": "m",
        "provider": "openai",
        "metadata": {"source": "models.dev"},
        "pricing": {"text_tokens": {"standard": {"input_per_million": 1, "output_per_million": 4, "cached_input_per_million": 0.1}}},
    }
]
FUSE = [{"modelName": "gpt-m", "matchPattern": "x", "prices": {"input": 0.000001, "output": 0.000004, "input_cached_tokens": 1e-7}}]
KEY = {
    "openai": {
        "m": {
            "pricing_config": {
                "pay_as_you_go": {
                    "request_token": {"price": 0.0001},
                    "response_token": {"price": 0.0004},
                    "cache_read_input_token": {"price": 0.00001},
                }
            }
        }
    }
}
FILES: dict[str, Any] = {
    "modelsdev": modelsdev({"input": 1, "output": 4, "cache_read": 0.1}),
    "litellm": litellm(input_cost_per_token=1e-6, output_cost_per_token=4e-6, cache_read_input_token_cost=1e-7),
    "model-prices": model_prices(input=1, output=4, cache_read=0.1),
    "genai-prices": genai(input_mtok=1, output_mtok=4, cache_read_mtok=0.1),
    "openrouter-raw": ROUTER,
    "vercel-raw": VERCEL,
    "pi-ai": PI,
    "llm-prices": LLM_PRICES,
    "ruby-llm": RUBY,
    "langfuse": FUSE,
    "portkey": KEY,
}


@pytest.mark.parametrize("source", SOURCES, ids=[source.name for source in SOURCES])
def test_every_source_is_read_into_the_same_words(source: Source) -> None:
    """Dollars a token, cents a token, strings, a million tokens: the same price."""
    found = source.read(json.dumps(FILES[source.name]).encode())

    assert [rates(input="1", output="4", cache_read="0.1")] == [info.price and info.price.rates for info in found]


def test_litellm_says_service_and_length_in_names() -> None:
    """One price list holds some hundred such names; regions and sizes are no ids."""
    usual = {"input_cost_per_token": 1e-6, "output_cost_per_token": 4e-6, "cache_creation_input_token_cost_above_1hr": 2e-6}
    more = {
        "input_cost_per_token_batches": 5e-7,
        "input_cost_per_token_above_272k_tokens": 2e-6,
        "input_cost_per_token_above_272k_tokens_priority": 4e-6,
    }
    said = litellm(**usual, **more) | {
        "bedrock/us-gov-west-1/x": {"litellm_provider": "bedrock"},
        "openai/hd/1024-x-1024/y": {"litellm_provider": "openai"},
    }

    (found,) = next(source for source in SOURCES if source.name == "litellm").read(json.dumps(said).encode())

    batch = RateCard(rates=rates(input="0.5"))
    priority = RateCard(tiers=(Tier(above=272000, rates=rates(input="4")),))
    expected = Price(
        rates=rates(input="1", output="4", cache_write_1h="2"),
        tiers=(Tier(above=272000, rates=rates(input="2")),),
        services={"batch": batch, "priority": priority},
    )
    assert expected == found.price


def test_the_maker_is_checked_by_one_source_and_a_host_by_another(tmp_path: Path) -> None:
    """Who is believed first depends on whose prices a source watches."""
    sources = {
        "modelsdev": modelsdev({"input": 1, "output": 4}) | modelsdev({"input": 1, "output": 4}, provider="deepinfra"),
        "model_prices": {"prices": {name: model_prices(input=2, output=8)["prices"]["openai"] for name in ("openai", "deepinfra")}},
    }

    found = merged(tmp_path, [], **sources)

    assert [("model-prices", "2026-12-01"), ("modelsdev", "2026-12-01")] == [
        (found[model].info.price_source, found[model].info.price_as_of) for model in ("openai/m", "deepinfra/m")
    ]


OLD = {"history": (PriceThen(since=None, input=rates(x="1")["x"], output=rates(x="4")["x"]), PriceThen(since="2026-11-30"))}


@pytest.mark.parametrize(("evidence", "expected"), [({}, "litellm"), (OLD, "model-prices")], ids=["outvoted", "an old price"])
def test_two_newer_sources_outvote_the_first_but_not_with_an_old_price(tmp_path: Path, evidence: dict[str, Any], expected: str) -> None:
    """Override (a): a list that missed a cut; or two that did."""
    before = [fact("openai/m", paid("2", "8"), evidence=Evidence(sources=("litellm",), **evidence))]
    sources = {"litellm": FILES["litellm"], "genai_prices": FILES["genai-prices"], "model_prices": model_prices(input=2, output=8)}

    found = merged(tmp_path, before, **sources)

    assert expected == found["openai/m"].info.price_source


def test_pictures_are_told_apart_from_words(tmp_path: Path) -> None:
    """Override (b): one list has the price of pictures where that of words belongs."""
    pictured = litellm(input_cost_per_token=1e-6, output_cost_per_token=4e-6, output_cost_per_image_token=3e-5)

    found = merged(tmp_path, [], model_prices=model_prices(input=1, output=30), litellm=pictured)["openai/m"].info

    assert rates(input="1", output="4", image_out="30") == (found.price and found.price.rates)


@pytest.mark.parametrize(("output", "expected"), [("4", "0.1"), ("5", None)], ids=["same base", "another base"])
def test_parts_come_only_from_a_source_with_the_same_base(tmp_path: Path, output: str, expected: str | None) -> None:
    """Override (c): the cache price of another price list is that of another price."""
    sources = {"model_prices": model_prices(input=1, output=float(output)), "litellm": FILES["litellm"]}

    found = merged(tmp_path, [], **sources)["openai/m"]

    cached = found.info.price.cache_read if found.info.price else None
    assert (expected, "litellm" if expected else None) == (cached and str(cached), found.evidence.fields.get("price.cache_read"))


def test_zero_loses_to_a_price_but_where_it_is_known_to_be_free(tmp_path: Path) -> None:
    """Override (d): some lists write zero for unknown."""
    sources = {"model_prices": model_prices(input=0, output=0), "litellm": FILES["litellm"]}

    assert "litellm" == merged(tmp_path, [], **sources)["openai/m"].info.price_source
    (tmp_path / "free").mkdir()
    free = merged(
        tmp_path / "free", [fact("openai/m", paid("0", "0"), free=True, price_source="x")], model_prices=model_prices(input=0, output=0)
    )
    assert free["openai/m"].info.free


def test_what_sources_forget_stays_and_ages(tmp_path: Path) -> None:
    """Old ids are still called, and old logs are still priced."""
    before = [fact("openai/old", paid(), last_seen="2026-05-01"), fact("openai/gone", paid(), status="retired", last_seen="2026-05-01")]

    found = merged(tmp_path, before, modelsdev=FILES["modelsdev"])

    assert ["unlisted", "retired", "active"] == [found[f"openai/{name}"].info.status for name in ("old", "gone", "m")]
    assert paid() == found["openai/old"].info.price


def test_a_new_price_remembers_the_one_before(tmp_path: Path) -> None:
    """A log of last month is priced with the price of last month."""
    before = [fact("openai/m", paid("2", "8"), price_source="modelsdev", price_as_of="2026-11-01")]

    found = merged(tmp_path, before, modelsdev=FILES["modelsdev"])["openai/m"]

    assert [(None, "2"), ("2026-12-01", "1")] == [(then.since, str(then.input)) for then in found.evidence.history]
    assert ("modelsdev", "2026-12-01", "modelsdev") == (found.info.price_source, found.info.price_as_of, found.evidence.fields["price"])


def test_a_refresh_with_the_same_files_changes_nothing(tmp_path: Path) -> None:
    """Else every run would be a change to review."""
    sources = {name.replace("-", "_"): FILES[name] for name in ("modelsdev", "litellm", "model-prices", "genai-prices", "pi-ai")}
    once = merged(tmp_path, [], **sources)

    assert once == merged(tmp_path, list(once.values()), **sources)


def test_agreement_counts_by_class_and_lists_who_is_outvoted(tmp_path: Path) -> None:
    """The figures say whom to believe; the list says where we are wrong."""
    for name in ("litellm", "genai-prices"):
        (tmp_path / f"{name}.json").write_text(json.dumps(FILES[name]))
    (tmp_path / "dates.json").write_text(json.dumps(DATES))
    readings = refresh.read(tmp_path)

    right = agreement([fact("openai/m", paid("1", "4"))], readings)
    wrong = agreement([fact("openai/m", paid("2", "8"), price_source="model-prices")], readings)

    assert (1, 1) == (right.scores["litellm", "first-party"].compared, right.scores["litellm", "all"].agreeing)
    assert ([], 0) == (right.outvoted, wrong.scores["litellm", "all"].agreeing)
    assert ["openai/m: model-prices 2026-11-12 2/8, but genai-prices 1/4, litellm 1/4"] == wrong.outvoted


def test_a_file_that_is_no_price_list_is_named(tmp_path: Path) -> None:
    """A page that says sorry must not empty the registry."""
    (tmp_path / "litellm.json").write_text("<html>")

    with pytest.raises(ValueError, match=r"litellm\.json is not as litellm publishes it"):
        refresh.read(tmp_path)
    with pytest.raises(ValueError, match="holds no source"):
        refresh.read(tmp_path / "empty")


def test_without_a_network_the_error_says_so_and_nothing_is_written(tmp_path: Path) -> None:
    """Nothing is fetched but over HTTPS."""
    sources = [
        Source("litellm", "https://127.0.0.1:1/x.json", lambda content: []),
        Source("modelsdev", "http://127.0.0.1:1/y", lambda content: []),
    ]

    with pytest.raises(OSError, match="No source could be downloaded") as raised:
        fetch.fetch(tmp_path, sources)

    assert "is no https address" in str(raised.value)
    assert [] == list(tmp_path.iterdir())
