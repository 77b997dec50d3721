"""A provider without conversations says what it does instead, before anything is sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llmkit import LLMKit
from llmkit.cli import main
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.probe import LocalServer
from llmkit.providers.provider import Provider, Route
from llmkit.providers.serving import Serving
from llmkit.testing import Answer, FakeProvider
from tests.faces import FACES, ask
from tests.rows import ROWS

PAINTER = Provider(
    name="painter",
    title="Painter",
    base_url="https://painter.example.com/v1",
    dialect="",
    env=("PAINTER_API_KEY",),
    docs="https://painter.example.com/docs",
    operations={
        "image": Serving(dialect="painter", path="/images"),
        "image_edit": Serving(dialect="painter", path="/edits"),
    },
)


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("dialect", [None, "openai_chat", ""], ids=["by itself", "by a dialect it lacks", "by no dialect"])
def test_a_question_is_refused_and_the_error_names_what_the_provider_serves(face: str, dialect: str | None) -> None:
    """Whoever confuses a painter with a talker learns it from the first call, not from a strange 404."""
    with FakeProvider("openai_chat") as fake:
        client = {"providers": [PAINTER.replace(base_url=fake.base_url)], "keys": {"painter": fake.key}}
        with pytest.raises(UnsupportedFeature) as caught:
            ask(face, client, "painter/brush-1", "Paint a fox.", **({} if dialect is None else {"dialect": dialect}))

    assert [] == fake.requests
    assert "Painter does not support conversations in a format known here. It serves: image, image edit." == str(caught.value)


def test_no_key_is_needed_to_learn_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing key is not the fault that helps: with a key it would not work either."""
    monkeypatch.delenv("PAINTER_API_KEY", raising=False)

    with LLMKit(providers=[PAINTER]) as kit, pytest.raises(UnsupportedFeature):
        kit.complete("painter/brush-1", "Paint a fox.")


def test_a_route_that_speaks_is_taken_and_named() -> None:
    """A row without a conversation of its own may still have one by another format."""
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="A fox."))
        row = PAINTER.replace(base_url=fake.base_url, routes=(Route(dialect="openai_chat"),))
        client = {"providers": [row], "keys": {"painter": fake.key}}

        assert "A fox." == ask("sync", client, "painter/brush-1", "Describe it.", dialect="openai_chat").text
        with pytest.raises(UnsupportedFeature, match=r"dialect= \(openai_chat\)"):
            ask("sync", client, "painter/brush-1", "Describe it.")
        with pytest.raises(UnsupportedFeature):
            ask("sync", client, "painter/brush-1", "Describe it.", dialect="anthropic")


def test_a_talker_that_lacks_a_dialect_still_says_what_it_speaks() -> None:
    row = PAINTER.replace(dialect="openai_chat")

    with LLMKit(providers=[row], keys={"painter": "k"}) as kit, pytest.raises(InvalidRequest, match="It speaks openai_chat"):
        kit.complete("painter/brush-1", "Hello", dialect="anthropic")


def test_its_key_is_found_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PAINTER_API_KEY", raising=False)
    with LLMKit(providers=[PAINTER]) as kit:
        before = kit.configured("painter")
        monkeypatch.setenv("PAINTER_API_KEY", "k")

        assert (False, True) == (before, kit.configured("painter"))


def test_behind_a_proxy_no_operation_goes_past_it() -> None:
    """The key of one who sets a proxy must reach nobody else, wherever the operation usually is."""
    queue = Serving(dialect="painter", path="/jobs", base_url="https://queue.example.com/v2")
    below = Serving(dialect="painter", path="/jobs", base_url="https://painter.example.com/v1/queue")
    row = PAINTER.replace(operations={**PAINTER.operations, "video": queue, "music": below})

    moved = row.at("https://proxy.example.com/painter/")

    assert "https://proxy.example.com/painter" == moved.base_url
    assert {
        "image": "",
        "image_edit": "",
        "video": "https://proxy.example.com/painter/v2",
        "music": "https://proxy.example.com/painter/queue",
    } == {name: way.base_url for name, way in moved.operations.items()}


def test_local_servers_are_asked_only_where_they_converse() -> None:
    """A search engine or an embedding server on this machine is no model server to talk to."""
    here = {row.name: "http://127.0.0.1:1/v1" for row in ROWS if row.local and row.engine == "http"}
    with FakeProvider("openai_chat", models=("qwen3",)) as fake:
        mute = PAINTER.replace(name="mute", base_url=fake.base_url + "/mute", local=True, aliases=())
        with LLMKit(providers=[mute], base_urls={**here, "ollama": fake.base_url}, keys={"ollama": fake.key}) as kit:
            found = kit.local_servers()

    assert (LocalServer(name="ollama", base_url=fake.base_url.removesuffix("/v1"), models=("qwen3",)),) == found


def test_the_commands_show_such_rows(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row without a format of its own is listed, shown and checked like any other."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    row = next(row for row in ROWS if not row.dialect and not row.local and not row.ended)
    told = {}
    for words in (
        ("providers", "--json"),
        ("providers", row.name, "--json"),
        ("doctor", "--json"),
        ("providers",),
        ("providers", row.name),
    ):
        assert main(list(words)) in (0, 1 if words[0] == "doctor" else 0)
        told[words] = capsys.readouterr().out

    assert row.name in {entry["name"] for entry in json.loads(told["providers", "--json"])}
    assert set(row.operations) == set(json.loads(told["providers", row.name, "--json"])["operations"])
    assert row.name in json.loads(told["doctor", "--json"])["keys"]
    assert row.name in told[("providers",)]
    assert row.title in told["providers", row.name]
