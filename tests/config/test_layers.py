"""Layers that the file switches on are the layers: all their arguments, the same behaviour, and code stands above the file."""

from __future__ import annotations

import gc
import json
import weakref
from pathlib import Path
from typing import Any

import pytest

import llmkit
from llmkit import LLMKit
from llmkit.config.guards import makers, option_fields
from llmkit.config.place import Place, Session
from llmkit.config.recipes import RECIPES, WITHOUT, layer_table, place_of
from llmkit.config.routes import RoutesForm
from llmkit.config.signatures import FUNCTION, OBJECT, found, parameters
from llmkit.config.stores import STORES
from llmkit.config.tables import ListOf, MapOf, OneOf, OrOff, Table
from llmkit.errors import BudgetExceeded, GuardrailBlocked, LLMKitError, LocalRateLimited
from llmkit.metering import JsonLines
from llmkit.pipeline.order import ORDER
from llmkit.testing import Answer, FakeProvider
from tests.config.examples import EXAMPLES
from tests.faces import FACES, ask

MODEL = "groq/llama-3.3-70b-versatile"


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def layers(kit: LLMKit) -> dict[str, Any]:
    return {type(layer).__name__: layer for layer in kit._core.layers}


@pytest.mark.parametrize("name", RECIPES)
def test_every_argument_of_a_layer_can_be_set_or_has_a_reason(name: str) -> None:
    """The table follows the class's signature; what it cannot follow must be said."""
    table, recipe = layer_table(name), RECIPES[name]
    inner = {key for target in recipe.inline.values() for key in parameters(found(target))}
    wanted = {*parameters(found(recipe.target)), *inner} - set(recipe.inline)

    assert wanted == {*table.fields, *table.refused} - {"enabled"}
    refused = {key: reason for one in tables(table) for key, reason in one.refused.items()}
    assert [] == [key for key, reason in refused.items() if reason == OBJECT], "give it a form or a reason in RECIPES"
    functions = {key for key, reason in refused.items() if reason == FUNCTION}
    assert functions <= {"on_change", "deployment", "peers", "on_waste", "only", "redact", "healthy", "verify"}, "is it a function indeed?"


def tables(form: Any) -> list[Table]:
    """Return the tables in a form, itself the first."""
    inner = (form.form,) if isinstance(form, ListOf | MapOf | OrOff) else form.forms if isinstance(form, OneOf) else ()
    inner = tuple([field.form for field in form.fields.values()]) if isinstance(form, Table) else inner
    return [*([form] if isinstance(form, Table) else []), *[table for one in inner for table in tables(one)]]


@pytest.mark.parametrize("name", makers())
def test_every_option_of_a_detector_can_be_set(name: str) -> None:
    options = {one.name for one in parameters(makers()[name]).values() if one.kind is one.KEYWORD_ONLY}

    assert options == set(option_fields(name))


@pytest.mark.parametrize("target", [target for places in STORES.values() for target in places.values()])
def test_every_store_of_the_table_exists(target: str) -> None:
    assert isinstance(found(target), type)


def test_every_layer_is_in_the_table_or_has_a_reason() -> None:
    public = [getattr(llmkit, name) for name in llmkit.__all__ if not name.startswith("_")]
    classes = [kind for kind in public if isinstance(kind, type) and hasattr(kind, "name") and "__call__" in vars(kind)]
    targets = {found(recipe.target) for recipe in RECIPES.values()}

    assert set(ORDER) == {place_of(name) for name in (*RECIPES, *WITHOUT)}
    assert {"Hooks"} == {kind.__name__ for kind in classes if kind not in targets and kind.__name__ != "FunctionTool"}


@pytest.mark.parametrize("name", ["admission", "keeping", "watching", "routes"])
def test_a_layer_stands_where_its_table_says(tmp_path: Path, name: str) -> None:
    with LLMKit(config=write(tmp_path / "c.toml", EXAMPLES[name])) as kit:
        made = {type(layer): layer.name for layer in kit._core.layers}

    assert all(place_of(one) == made[found(RECIPES[one].target)] for one in RECIPES if f"[layers.{one}]" in EXAMPLES[name])


def test_the_values_arrive(tmp_path: Path) -> None:
    with LLMKit(config=write(tmp_path / "c.toml", EXAMPLES["admission"])) as kit:
        made = layers(kit)

    assert (0.2, 4.0, 60.0, 5, 2) == (
        made["Retry"].base,
        made["Retry"].limit,
        made["Retry"].patience,
        made["Retry"].budget.every,
        made["Retry"].budget.floor,
    )
    rules = made["Breaker"].rules
    assert (20, None, 10.0) == (rules.volume, rules.score, rules.pause)
    limit = made["RateLimit"].limits[0]
    assert (60, 100_000, 60.0, ("tenant", "model"), {"model": "openai/*"}) == (
        limit.requests,
        limit.tokens,
        limit.per,
        limit.by,
        limit.where,
    )


def test_the_settings_of_the_client_arrive_and_arguments_stand_above_them(tmp_path: Path) -> None:
    file = write(tmp_path / "c.toml", EXAMPLES["client"])

    with LLMKit(config=file) as kit, LLMKit(config=file, retries=1, timeout=7, tenant="other", proxy=None) as told:
        assert (4, 120.0, "acme") == (kit._core.retries, kit._core.timeouts.total, kit._core.scope.tenant)
        assert "http://proxy.example.com:3128" == kit._core.connections.settings.proxy.text()
        assert (1, 7.0, "other") == (told._core.retries, told._core.timeouts.total, told._core.scope.tenant)
        assert told._core.connections.settings.proxy is None


def test_a_timeout_can_be_a_table(tmp_path: Path) -> None:
    with LLMKit(config=write(tmp_path / "c.toml", EXAMPLES["providers"])) as kit:
        timeouts = kit._core.timeouts

    assert (30.0, None, 5.0) == (timeouts.total, timeouts.idle, timeouts.connect)


@pytest.mark.parametrize("switch", ["[layers]\nhedge = false", "[layers.hedge]\nenabled = false\nshare = 0.5", ""])
def test_a_layer_that_is_switched_off_is_not_there(tmp_path: Path, switch: str) -> None:
    with LLMKit(config=write(tmp_path / "c.toml", switch)) as kit:
        assert "Hedge" not in layers(kit)


def test_a_layer_in_code_stands_above_the_file(tmp_path: Path) -> None:
    """Where calls are watched several may stand beside one another; elsewhere two would do the same twice."""
    text = "[layers.cache]\nttl = 5\n[layers.retry]\nbase = 3\n[layers.trace]\npath = 'a.jsonl'\n[layers]\nlog = true\n"
    given = [llmkit.Cache(ttl=9), llmkit.CallLog(level=10)]

    with LLMKit(config=write(tmp_path / "c.toml", text), layers=given) as kit:
        kinds = [type(layer).__name__ for layer in kit._core.layers]
        made = layers(kit)

    assert (1, 1, 1) == (kinds.count("Cache"), kinds.count("CallLog"), kinds.count("Trace"))
    assert (9, 10, 3.0) == (made["Cache"].ttl, made["CallLog"].level, made["Retry"].base)


def test_routes_of_the_file_and_of_code_are_both_known(tmp_path: Path) -> None:
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="Hi"))
        file = write(tmp_path / "c.toml", f"[routes]\nfiled = ['{MODEL}']\n")
        client = {
            "config": file,
            "layers": [llmkit.Router({"coded": MODEL})],
            "keys": {"groq": fake.key},
            "base_urls": {"groq": fake.base_url},
        }
        with LLMKit(**client) as kit:
            assert ("Hi", "Hi") == (kit.complete("route/filed", "x").text, kit.complete("route/coded", "x").text)


# what the file says, what is asked, what comes of the second call
WORKING = [
    ("[layers]\ncache = true", "x", "from the cache"),
    ("[layers.ratelimit]\nlimits = [{ requests = 1, per = '1 h' }]", "x", LocalRateLimited),
    ("[layers.budgets]\nbudgets = [{ usd = 0 }]\nunknown = '1'", "x", BudgetExceeded),
    ("[layers.guard]\ninput = [{ action = 'block', detectors = { words = 'hunter2' } }]", "hunter2", GuardrailBlocked),
]


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(("text", "asked", "comes"), WORKING, ids=["cache", "ratelimit", "budgets", "guard"])
def test_what_the_file_switches_on_works(tmp_path: Path, face: str, text: str, asked: str, comes: Any) -> None:
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="Hello"))
        database = f"sqlite:{tmp_path / 'answers.db'}"
        text = text.replace("cache = true", f"cache = {{ store = '{database}', ttl = '1 h' }}")
        file = write(tmp_path / "c.toml", f"{text}\n")
        client = {"config": file, "keys": {"groq": fake.key}, "base_urls": {"groq": fake.base_url}}
        outcome: Any = None
        from llmkit.config import load

        one = load(file, {}).layers[0]  # each `ask` is a client of its own: what is to be remembered is given to both
        client["layers"] = [one]
        for _ in range(2):
            try:
                outcome = ask(face, client, MODEL, asked)
            except LLMKitError as error:
                outcome = error

    if comes == "from the cache":
        assert (1, "Hello") == (len(fake.requests), outcome.text)
        assert "cache" in outcome.extra
    else:
        assert isinstance(outcome, comes)


def test_answers_out_of_the_cache_are_recorded_too(tmp_path: Path) -> None:
    """They never come as far as the meter: the file's meter stands before the cache as well."""
    file = write(tmp_path / "c.toml", "[layers]\ncache = true\n[layers.meter]\nsink = 'jsonl:usage.jsonl'\n")
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="Hello"))
        with LLMKit(config=file, keys={"groq": fake.key}, base_urls={"groq": fake.base_url}) as kit:
            kit.complete(MODEL, "x")
            kit.complete(MODEL, "x")

    assert [False, True] == [json.loads(line).get("cached", False) for line in (tmp_path / "usage.jsonl").read_text().splitlines()]


def test_a_meter_in_code_takes_the_place_of_all_of_the_files(tmp_path: Path) -> None:
    file = write(tmp_path / "c.toml", "[layers]\ncache = true\n[layers.meter]\nsink = 'jsonl:usage.jsonl'\n")

    with LLMKit(config=file, layers=[llmkit.Meter(JsonLines(tmp_path / "own.jsonl"))]) as kit:
        kinds = [type(layer).__name__ for layer in kit._core.layers]

    assert (1, 0) == (kinds.count("Meter"), kinds.count("Hits"))


def test_layers_that_name_one_redis_share_one_connection(tmp_path: Path) -> None:
    pytest.importorskip("redis")
    text = (
        "[layers.ratelimit]\nstore = 'redis://localhost:1/0'\n[layers.budgets]\nstore = 'redis://localhost:1/0'\nbudgets = [{ usd = 1 }]\n"
    )

    with LLMKit(config=write(tmp_path / "c.toml", text)) as kit:
        made = layers(kit)

        assert made["RateLimit"].store.server is made["Budgets"].store.server


def test_an_address_with_a_password_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("redis")
    monkeypatch.setenv("MY_REDIS", "redis://me:hunter2@localhost:1/0")

    with LLMKit(config=write(tmp_path / "c.toml", "[layers.ratelimit]\nstore = 'env:MY_REDIS'\n")) as kit:
        made = layers(kit)["RateLimit"]

    assert "hunter2" not in repr(made) + repr(kit._core.config)


def test_files_of_layers_lie_beside_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in the working directory: whoever else can write there must not find them, nor lay one there."""
    (tmp_path / "home").mkdir()
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="Hello"))
        file = write(tmp_path / "home" / "c.toml", "[layers.trace]\npath = 'calls.jsonl'\n[layers.meter]\nsink = 'jsonl:usage.jsonl'\n")
        ask("sync", {"config": file, "keys": {"groq": fake.key}, "base_urls": {"groq": fake.base_url}}, MODEL, "x")

    assert {"c.toml", "calls.jsonl", "usage.jsonl"} == {path.name for path in (tmp_path / "home").iterdir()}
    assert [] == list((tmp_path / "project").iterdir())


def test_a_client_with_configured_layers_leaves_no_cycle_behind(tmp_path: Path) -> None:
    """The value of the configuration holds layers, and layers know their client."""
    kit = LLMKit(config=write(tmp_path / "c.toml", EXAMPLES["keeping"]))
    watched = weakref.ref(layers(kit)["Budgets"])
    kit.close()
    del kit
    gc.collect()

    assert watched() is None


def test_durations_of_routes_are_read_as_everywhere() -> None:
    place = Place(Session(Path("c.toml"), {}), "routes")

    nodes = RoutesForm().read({"chat": {"balance": ["a/b", {"model": "c/d", "weight": 2}], "by": "affinity", "ttl": "5 min"}}, place)

    assert (300.0, 2) == (nodes["chat"].ttl, nodes["chat"].nodes[1].weight)
