"""`llmkit providers` and `llmkit doctor` tell what is there, and never a key."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from llmkit.providers.provider import Provider
from llmkit.testing import FakeProvider
from tests.rows import ROWS

from .conftest import KEY_VARIABLE, PROVIDER, Run, write_settings
from .small_registry import install, model
from .terminal import Terminal

CANARY = "sk-canary-0123456789abcdefghijklmnop"


@pytest.fixture
def canary(home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A key in every place a key can be."""
    key_file = home / "key"
    key_file.write_text(CANARY)
    key_file.chmod(0o600)
    for row in ROWS:
        for name in row.env:
            monkeypatch.setenv(name, CANARY)
    write_settings(
        home, f'[providers.mine]\nbase_url = "https://mine.example/v1"\nkey = "file:{key_file}"\nheaders = {{ X-Auth = "{CANARY}" }}\n'
    )
    return CANARY


def pieces(secret: str) -> list[str]:
    """Even a part of a key, or its length, helps who wants it."""
    return [secret, secret[:6], secret[-6:], f"{len(secret)} char"]


@pytest.mark.parametrize(
    "command",
    [("providers",), ("providers", "--json"), ("providers", "mine"), ("providers", "mine", "--json"), ("doctor",), ("doctor", "--json")],
    ids=" ".join,
)
def test_no_part_of_a_key_is_shown(run: Run, canary: str, command: tuple[str, ...]) -> None:
    outcome = run(*command)

    assert "mine" in outcome.out
    assert not [piece for piece in pieces(canary) if piece in outcome.out + outcome.err]


def test_the_table_lists_every_row_and_whose_key_is_set(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, CANARY)

    lines = run("providers").out.splitlines()

    assert [line.split()[0] for line in lines[1:]] == [row.name for row in ROWS]
    keyed = [line.split()[0] for line in lines[1:] if " yes " in line and KEY_VARIABLE in line]
    assert keyed == [PROVIDER]


def test_json_says_the_same(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, CANARY)

    entries = {entry["name"]: entry for entry in json.loads(run("providers", "--json").out)}

    assert entries.keys() == {row.name for row in ROWS}
    assert {name for name, entry in entries.items() if entry["key"] == "yes"} == {PROVIDER}
    assert entries[PROVIDER]["env"] == [KEY_VARIABLE]


def test_one_provider_is_shown_whole(run: Run) -> None:
    row = next(row for row in ROWS if row.name == PROVIDER)

    out = run("providers", PROVIDER).out

    assert all(fact in out for fact in (row.title, row.base_url, row.dialect, row.docs, KEY_VARIABLE))


def test_an_alias_finds_its_provider(run: Run) -> None:
    row = next(row for row in ROWS if row.aliases)

    assert run("providers", row.aliases[0]).out == run("providers", row.name).out


def test_an_unknown_provider_names_the_nearest(run: Run) -> None:
    outcome = run("providers", "antropic")

    assert outcome.code == 2
    assert "Did you mean anthropic" in outcome.err


def test_the_doctor_finds_nothing_wrong_on_a_fresh_machine(run: Run) -> None:
    outcome = run("doctor")

    assert outcome.code == 0
    assert "no problem found" in outcome.out


def test_the_doctor_counts_the_providers_without_a_key_and_names_those_with_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk-0123456789")

    lines = [line.split() for line in run("doctor").out.splitlines()]

    assert ["groq", "yes", "(GROQ_API_KEY)"] in lines
    assert not [line for line in lines if line[:2] == ["openai", "no"]]
    assert any(line[:2] == ["not", "set"] and int(line[2]) > 100 for line in lines)


def test_one_provider_is_shown_with_its_settings_and_formats(run: Run) -> None:
    out = run("providers", "azure").out

    assert "AZURE_RESOURCE_NAME; the name of your Azure resource; optional" in out
    assert "claude-*; https://{foundry}/anthropic/v1" in out


def test_an_ended_service_is_marked_in_the_list(run: Run) -> None:
    (line,) = [line for line in run("providers").out.splitlines() if line.startswith("octoai ")]

    assert "ended 2024-10" in line


def test_the_doctor_reports_a_configuration_that_others_can_read(run: Run, home: Path) -> None:
    path = write_settings(home, "")
    path.chmod(0o644)

    outcome = run("doctor", "--json")

    assert outcome.code == 1
    report = json.loads(outcome.out)
    assert report["configuration"] == {"file": str(path), "found": True, "private": False}
    assert f"chmod 600 {path}" in report["problems"][0]


def test_the_doctor_survives_a_broken_configuration(run: Run, home: Path) -> None:
    """It is asked exactly then."""
    write_settings(home, "[providers\n")

    outcome = run("doctor")

    assert outcome.code == 1
    assert "1 problem found" in outcome.out
    assert "config.toml" in outcome.out


def test_the_doctor_reports_a_key_that_cannot_be_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pasted key with a newline is the commonest fault."""
    monkeypatch.setenv(KEY_VARIABLE, f"{CANARY}\n")

    outcome = run("doctor")

    assert outcome.code == 1
    assert f"unusable ({KEY_VARIABLE})" in outcome.out
    assert not [piece for piece in pieces(CANARY) if piece in outcome.out + outcome.err]


def connected(fake: FakeProvider) -> bool:
    """Tell whether the server has accepted a connection: its thread may come to it only after the client has left."""
    for _ in range(500):
        if fake.connections:
            return True
        threading.Event().wait(0.01)
    return False


def test_online_finds_a_local_server_and_connects_to_providers_with_a_key(
    fake: FakeProvider, local_server: str, run: Run, home: Path
) -> None:
    write_settings(home, f'[providers.{PROVIDER}]\nbase_url = "{fake.base_url}"\n[providers.ollama]\nbase_url = "{local_server}"\n')

    outcome = run("doctor", "--online", "--json")

    report = json.loads(outcome.out)
    assert report["local servers"]["ollama"] == {"address": local_server.removesuffix("/v1"), "models": 2}
    assert set(report["providers reached"]) == {PROVIDER}
    assert report["providers reached"][PROVIDER].startswith("127.0.0.1 in ")
    assert connected(fake)
    assert not fake.requests, "nothing was said on the connection, so no key was sent"


def test_online_reports_a_host_that_cannot_be_reached(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, CANARY)
    write_settings(home, f'[providers.{PROVIDER}]\nbase_url = "https://127.0.0.1:1/v1"\n')

    outcome = run("doctor", "--online", "--json")

    report = json.loads(outcome.out)
    assert outcome.code == 1
    assert "127.0.0.1" in report["problems"][-1]


def test_online_checks_the_certificate(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeProvider(PROVIDER, tls=True) as fake:
        monkeypatch.setenv(KEY_VARIABLE, CANARY)
        write_settings(home, f'[providers.{PROVIDER}]\nbase_url = "{fake.base_url}"\n')
        outcome = run("doctor", "--online", "--json")

    assert "certificate" in json.loads(outcome.out)["providers reached"][PROVIDER]


def test_without_online_no_socket_is_opened(fake: FakeProvider, run: Run) -> None:
    assert run("doctor").code == 0
    assert fake.connections == 0
    assert os.environ[KEY_VARIABLE] == fake.key


def listed(out: str) -> list[str]:
    return [line.split()[0] for line in out.splitlines()[1:]]


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        (("--operation", "embed", "--operation", "rerank"), lambda row: {"embed", "rerank"} <= row.operations.keys()),
        (("--dialect", "gemini"), lambda row: "gemini" in {row.dialect, *(route.dialect for route in row.routes)}),
        (("--region", "cn"), lambda row: "CN" in row.region.split(",")),
        (("--local",), lambda row: row.local),
        (("--search", "OPENAI"), lambda row: "openai" in " ".join((row.name, row.title, *row.aliases)).lower()),
        (("--local", "--operation", "embed"), lambda row: row.local and "embed" in row.operations),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_filters_keep_the_rows_that_fit_all_of_them(run: Run, words: tuple[str, ...], fits: Callable[[Provider], bool]) -> None:
    outcome = run("providers", *words)

    expected = [row.name for row in ROWS if fits(row)]
    assert expected
    assert expected == listed(outcome.out)


def test_configured_keeps_those_that_can_be_called(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key is set, or none is needed: for what runs here, and for services that are open to all."""
    monkeypatch.setenv(KEY_VARIABLE, CANARY)

    found = listed(run("providers", "--configured").out)

    assert PROVIDER in found
    assert {row.name for row in ROWS if row.local and not row.ended} <= set(found)
    assert "openai" not in found


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--operation", "embde"), "Did you mean embed?"),
        (("--dialect", "opnai_chat"), "openai_chat"),
        (("--region", "Atlantis"), "no provider has"),
        (("openai", "--local"), "exclude each other"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_a_filter_that_nothing_can_fit_is_a_slip(run: Run, words: tuple[str, ...], said: str) -> None:
    outcome = run("providers", *words)

    assert (2, "") == (outcome.code, outcome.out)
    assert said in outcome.err


def test_show_is_the_same_as_the_name_alone(run: Run) -> None:
    assert run("providers", "show", PROVIDER).out == run("providers", PROVIDER).out


def test_one_provider_is_shown_with_operations_errors_limits_and_models(run: Run, home: Path) -> None:
    row = next(row for row in ROWS if row.operations and row.errors and row.limits)
    name, serving = next(iter(row.operations.items()))
    rule = row.errors[0]
    install(home, model(f"{row.name}/one", free=True), model(f"{row.name}/two", mode="embedding"), model(f"{row.name}/three"))

    outcome = run("providers", "show", row.name)

    told = " ".join(outcome.out.split())
    assert f"{name} {serving.dialect}, {serving.path}" in told
    assert rule.kind in told
    assert rule.source in told
    assert row.limits is not None
    assert row.limits.requests_left in told
    assert "known 3 as of" in told
    assert "kinds 2 chat, 1 embedding" in told
    assert {"known": 3, "priced": 1} == {
        name: json.loads(run("providers", "show", row.name, "--json").out)["models"][name] for name in ("known", "priced")
    }


def test_a_terminal_shows_a_screen_of_providers_with_the_keyed_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogue has hundreds of rows."""
    monkeypatch.setenv("ZAI_API_KEY", CANARY)

    with Terminal("providers", columns=80, rows=24) as terminal:
        assert 0 == terminal.exit_code()
    lines = terminal.text.splitlines()

    assert len(lines) <= 24
    assert max(len(line) for line in lines) <= 80
    assert "zai" == lines[1].split()[0]
    assert "more of" in lines[-1]
