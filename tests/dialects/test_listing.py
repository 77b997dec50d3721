"""What lists of models tell, and that nothing is told that they do not."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from decimal import Decimal
from functools import cache
from itertools import takewhile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.dialects import LISTS, listing_of
from llmkit.dialects.listing import day, per_million, per_token
from llmkit.errors import ProtocolError
from llmkit.types.dialect import Listing, ModelPage
from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price
from tests.conformance.corpus import CORPUS
from tests.dialects.listing_cases import CHAT
from tests.dialects.own_listing_cases import OTHERS

RECORDED = {
    "alibaba": "openai_chat",
    "anthropic": "anthropic",
    "azure": "openai_chat",
    "baseten": "openai_chat",
    "bedrock": "bedrock_converse",
    "cerebras": "openai_chat",
    "cloudflare": "cloudflare_models",
    "cohere": "cohere",
    "copilot": "openai_chat",
    "github": "openai_chat",
    "google": "gemini",
    "groq": "openai_chat",
    "huggingface": "openai_chat",
    "llamacpp": "openai_chat",
    "mistral": "mistral",
    "ollama": "ollama",
    "openai": "openai_chat",
    "openrouter": "openai_chat",
    "perplexity": "openai_chat",
    "together": "openai_chat",
    "vertex": "gemini",
    "xai": "openai_chat",
}
DIALECTS = sorted({*LISTS.values(), "cloudflare_models"})
ENDINGS = ("/models", "/api/tags", "/foundation-models", "/models/search")


def how(dialect: str) -> Listing:
    found = listing_of(dialect)
    assert found is not None
    return found


def page(dialect: str, body: Any) -> ModelPage:
    return how(dialect).decode_models(json.dumps(body).encode(), provider="p")


@cache
def recorded(provider: str) -> list[tuple[Any, ModelPage]]:
    """Return the recorded lists of `provider` and what we read."""
    if not CORPUS.is_dir():
        pytest.skip(f"NO RECORDED TRAFFIC: {CORPUS} is not there")
    with gzip.open(CORPUS / f"{provider}.jsonl.gz", "rt", encoding="utf-8") as lines:
        diverse = takewhile(lambda line: '"tier": 2' not in line, lines)  # the small part at the beginning of each file
        records = [json.loads(line) for line in diverse if '"models"' in line[:2000]]
    found = []
    for record in records:
        url = (record["request"] or {}).get("url", "").partition("?")[0]
        if record["api"] != "models" or record["request"]["method"] != "GET" or not url.endswith(ENDINGS) or "huggingface.co/api" in url:
            continue
        if record["response"]["status"] != 200:
            continue
        other = (provider == "bedrock" and "mantle" in url) or (provider == "ollama" and url.endswith("/models"))
        found.append((record["response"]["body"], page("openai_chat" if other else RECORDED[provider], record["response"]["body"])))
    return found


@pytest.mark.parametrize("case", CHAT)
def test_an_entry_tells_what_it_tells(case: str) -> None:
    entry, expected = CHAT[case]

    assert ModelPage(models=(expected,)) == page("openai_chat", {"data": [entry]})


@pytest.mark.parametrize("case", OTHERS)
def test_a_page_tells_its_models_and_the_way_on(case: str) -> None:
    dialect, body, way, expected = OTHERS[case]

    assert ModelPage(models=tuple(expected), next=way) == page(dialect, body)


@pytest.mark.parametrize("name", ["data", "models", "items", "results", "result"])
def test_hosts_put_the_list_in_several_places(name: str) -> None:
    assert ["m"] == [found.id for found in page("openai_chat", {name: [{"id": "m"}]}).models]


def test_a_bare_list_is_a_list() -> None:
    assert ["m", "n"] == [found.id for found in page("openai_chat", [{"id": "m"}, "n"]).models]


def test_a_server_without_a_model_has_an_empty_list() -> None:
    """Some write null."""
    assert [(), ()] == [page("openai_chat", {"data": data}).models for data in (None, [])]


@pytest.mark.parametrize(
    ("dialect", "token", "expected"),
    [
        ("anthropic", "a b/c", "/models?limit=1000&after_id=a%20b%2Fc"),
        ("gemini", "t==", "/models?pageSize=1000&pageToken=t%3D%3D"),
        ("cohere", "n&x=1", "/models?page_size=1000&page_token=n%26x%3D1"),
        ("bedrock_converse", "profiles", "/inference-profiles?maxResults=1000"),
        ("bedrock_converse", "profiles:a/b", "/inference-profiles?maxResults=1000&nextToken=a%2Fb"),
        ("openai_chat", "m/1", "/models?after=m%2F1"),
    ],
)
def test_a_token_cannot_change_the_question(dialect: str, token: str, expected: str) -> None:
    """It comes from outside."""
    assert expected == how(dialect).list_path(token)


@pytest.mark.parametrize("provider", RECORDED)
def test_recorded_lists_are_read_wholly(provider: str) -> None:
    """Each entry becomes a model with its id."""
    lists = recorded(provider)

    assert lists
    for body, found in lists:
        entries = body if isinstance(body, list) else next(body[name] for name in _PLACES if isinstance(body.get(name), list))
        assert len(entries) == len(found.models)
        assert all(info.id and info.provider == "p" for info in found.models)


_PLACES = ("data", "result", "models", "modelSummaries", "publisherModels", "inferenceProfileSummaries")


def models_of(provider: str) -> dict[str, ModelInfo]:
    return {info.id: info for _, found in recorded(provider) for info in found.models}


def test_no_recorded_price_is_beyond_belief() -> None:
    """A wrong unit would be off by a million."""
    found = [info for provider in RECORDED for info in models_of(provider).values() if info.price is not None]
    dearest = max(rate for info in found if info.price is not None for rate in info.price.rates.values())
    cheapest = min(rate for info in found if info.price is not None for rate in info.price.rates.values() if rate)

    assert len(found) > 500
    assert Decimal(1000) >= dearest > 100  # OpenAI's o1-pro: 600
    assert Decimal("0.001") <= cheapest < Decimal("0.05")


def test_recorded_prices_are_those_of_their_day() -> None:
    sonnet = models_of("openrouter")["anthropic/claude-sonnet-4.5"].price
    fable = models_of("perplexity")["anthropic/claude-fable-5"].price

    assert sonnet is not None
    assert fable is not None
    assert (Decimal(3), Decimal(15), Decimal("0.3"), Decimal("3.75")) == (
        sonnet.input,
        sonnet.output,
        sonnet.cache_read,
        sonnet.cache_write,
    )
    assert (Decimal(10), Decimal(50)) == (fable.input, fable.output)


def test_recorded_hours_and_tiers_are_kept() -> None:
    prices = {info.id: info.price for _, found in recorded("openrouter") for info in found.models if info.price and _special(info.price)}
    night, long = prices["deepseek/deepseek-v4-pro"], prices["openai/gpt-5.6-luna"]

    assert (Decimal("1.32"), Decimal("0.66")) == (night.input, night.services["off_peak"].input)
    assert 7 * 60 == 1440 - sum(window.end - window.start for window in night.off_peak)
    assert [(271_999, Decimal("0.4"))] == [(tier.above, tier.rates["input"]) for tier in long.tiers]


def _special(price: Price) -> bool:
    return bool(price.tiers or price.off_peak)


def test_what_a_recorded_list_does_not_tell_is_not_known() -> None:
    """This one tells ids alone."""
    assert {ModelInfo(provider="p", id="x", mode="")} == {info.replace(id="x") for info in models_of("openai").values()}


def test_recorded_modes() -> None:
    assert {"chat", "embedding", "rerank"} <= set(Counter(info.mode for info in models_of("cohere").values()))
    assert {"chat", "ocr", "moderation"} <= set(Counter(info.mode for info in models_of("mistral").values()))
    assert {"chat", "image", "embedding"} <= set(Counter(info.mode for info in models_of("together").values()))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"7",
        b'"x"',
        b"{}",
        b"<html></html>",
        b'{"data": 7}',
        b"[7]",
        b'{"error": {"message": "no"}}',
        b"\xff\xfe",
        b'{"data": [',
    ],
)
def test_what_is_no_list_is_a_protocol_error(dialect: str, body: bytes) -> None:
    with pytest.raises(ProtocolError):
        how(dialect).decode_models(body, provider="p")


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.just("0.000001"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["supported", "pricing", "prompt", "input", "limits", "overrides", "min_prompt_tokens"]), inner)
    ),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    [
        "id",
        "name",
        "model",
        "type",
        "pricing",
        "context_length",
        "capabilities",
        "architecture",
        "providers",
        "meta",
        "metadata",
        "modelId",
        "supported_parameters",
        "reasoning",
        "deprecation",
        "aliases",
        "created_at",
        "max_tokens",
        "features",
        "endpoints",
        "details",
        "modelLifecycle",
        "supportedGenerationMethods",
        "top_provider",
        "inputModalities",
        "tags",
        "lifecycle",
        "expiration_date",
    ]
)


@settings(max_examples=20, deadline=None)
@given(dialect=st.sampled_from(DIALECTS), entries=st.lists(st.dictionaries(FIELDS, VALUES, max_size=8), max_size=4))
def test_any_fields_make_models_or_a_protocol_error(dialect: str, entries: list[dict[str, Any]]) -> None:
    """Hosts write whatever they like under the same names."""
    for name in ("data", "models", "modelSummaries", "result"):
        try:
            found = page(dialect, {name: entries})
        except ProtocolError:
            continue

        for info in found.models:
            assert info.id
            assert all(rate >= 0 and rate.is_finite() for rate in (info.price.rates.values() if info.price else ()))
            assert all(limit is None or limit > 0 for limit in (info.context_window, info.max_input, info.max_output))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.0000001", "0.1"),
        ("0.00000125", "1.25"),
        ("1e-7", "0.1"),
        ("0.00001", "10"),
        ("-1", None),
        ("NaN", None),
        ("Infinity", None),
        ("1e999999", None),
        ("free", None),
        ("", None),
        ("9" * 41, None),
        (None, None),
        (True, None),
        ([1], None),
    ],
)
def test_a_price_of_a_token_is_exact_or_unknown(value: Any, expected: str | None) -> None:
    assert (None if expected is None else Decimal(expected)) == per_token(value)
    assert expected == (None if per_token(value) is None else format(per_token(value), "f"))


@given(st.decimals(min_value=0, max_value=1000, places=6))
def test_a_price_of_a_million_stays_as_it_is(price: Decimal) -> None:
    assert price == per_million(price) == per_million(str(price))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-22", "2026-03-22"),
        ("2026-08-31T12:00:00Z", "2026-08-31"),
        ("2025-08-04 10:08:04.219", "2025-08-04"),
        (1771372800, "2026-02-18"),
        (0, None),
        (-5, None),
        (4102358400, None),
        (2**60, None),
        ("2099-01-01", None),
        ("soon", None),
        ("x" * 50, None),
        (True, None),
        (None, None),
    ],
)
def test_a_day_is_told_or_not(value: Any, expected: str | None) -> None:
    assert expected == day(value)
