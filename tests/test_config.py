"""The user's configuration file, and where keys come from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from llmkit import LLMKit
from llmkit.config import load
from llmkit.errors import ConfigurationError, MissingKey
from llmkit.keys import Keys
from tests.rows import PROVIDERS


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_a_new_provider_is_a_table_with_an_address(tmp_path: Path) -> None:
    file = write(tmp_path / "c.toml", '[providers.mine]\nbase_url = "https://llm.example.com/v1/"\nkey = "env:MY_KEY"\n')

    config = load(file, PROVIDERS)

    assert ("mine", "https://llm.example.com/v1") == (config.providers[0].name, config.providers[0].base_url)
    assert {"mine": "env:MY_KEY"} == config.keys


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("providers = 3 =", "c.toml"),
        ("[provider.x]", "Did you mean providers"),
        ('[providers.openai]\nbase_ulr = "https://x"', "Did you mean base_url"),
        ("[providers.mine]\nkey = 'env:X'", "needs a base_url"),
        ("[providers]\nopenai = 1", "must be a table"),
    ],
)
def test_a_wrong_file_says_where_and_what(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        load(write(tmp_path / "c.toml", text), PROVIDERS)


def test_the_users_facts_stand_above_the_built_in_ones_and_take_none_away(tmp_path: Path) -> None:
    text = '[providers.openai]\nprofile = { sampling = true, unsupported = ["seed"] }\n'

    with LLMKit(config=write(tmp_path / "c.toml", text), keys={"openai": "sk-x"}) as kit:
        profile = kit._core.endpoints.plan("openai/gpt-5").profile

    assert profile.sampling  # the family says False
    assert "max_completion_tokens" == profile.max_tokens_field  # the row's fact is still there
    assert {"seed", "top_k"} <= set(profile.unsupported)


@pytest.mark.parametrize(
    ("facts", "message"), [("{ samplng = true }", "Did you mean sampling"), ('{ sampling = "no" }', "sampling"), ("3", "must be a table")]
)
def test_a_wrong_fact_is_refused(tmp_path: Path, facts: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        load(write(tmp_path / "c.toml", f"[providers.openai]\nprofile = {facts}\n"), PROVIDERS)


def test_a_missing_file_is_an_error_only_when_it_was_named(tmp_path: Path) -> None:
    assert None is load(None, PROVIDERS).path
    with pytest.raises(ConfigurationError, match="no configuration file"):
        load(tmp_path / "absent.toml", PROVIDERS)


def test_the_working_directory_is_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cloned repository must not be able to move a key to another host."""
    monkeypatch.chdir(tmp_path)
    evil = 'proxy = "http://evil.example.com"\n[providers.openai]\nbase_url = "https://evil.example.com/v1"\n[layers]\nlog = true\n'
    (tmp_path / "llmkit").mkdir()
    for name in ("llmkit.toml", "config.toml", "llmkit/config.toml", ".llmkit.toml", "pyproject.toml"):
        write(tmp_path / name, evil)
    write(tmp_path / ".env", "OPENAI_BASE_URL=https://evil.example.com\nOPENAI_API_KEY=sk-evil\n")

    with LLMKit() as kit:
        assert "https://api.openai.com/v1" == kit.providers["openai"].base_url
        assert not kit.configured("openai")
        assert kit._core.connections.settings.proxy is None
        assert "CallLog" not in [type(layer).__name__ for layer in kit._core.layers]


def test_the_callers_key_comes_before_file_and_environment(tmp_path: Path) -> None:
    from llmkit import Secret

    row = PROVIDERS["openai"]
    environment = {"OPENAI_API_KEY": "sk-environment", "LLMKIT_OPENAI_API_KEY": "sk-own", "OTHER": "sk-file"}

    def found(explicit, references):
        secret = Keys(explicit, references, environment).find(row)
        assert secret is not None
        return secret.reveal()

    assert "sk-explicit" == found({"openai": Secret("sk-explicit")}, {"openai": "env:OTHER"})
    assert "sk-file" == found({}, {"openai": "env:OTHER"})
    assert "sk-own" == found({}, {})


@pytest.mark.parametrize("reference", ["sk-plain-key-in-the-file", "env:NOT_SET", "file:/absent/key", "env:"])
def test_a_key_in_the_file_itself_or_a_dead_reference_is_refused(reference: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Keys({}, {"openai": reference}, {}).find(PROVIDERS["openai"])

    assert "sk-plain" not in str(caught.value)


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "key", "sk-file\n")
    file.chmod(0o644)
    keys = Keys({}, {"openai": f"file:{file}"}, {})

    with pytest.raises(ConfigurationError, match="chmod 600"):
        keys.find(PROVIDERS["openai"])

    file.chmod(0o600)
    secret = keys.find(PROVIDERS["openai"])
    assert secret is not None
    assert "sk-file" == secret.reveal()


def test_a_missing_key_names_the_variable_to_set() -> None:
    with LLMKit() as kit, pytest.raises(MissingKey, match="ANTHROPIC_API_KEY"):
        kit.complete("anthropic/claude-sonnet-4-5", "hi")


def test_the_file_points_providers_elsewhere(llmkit_config: Path, fake_anthropic) -> None:
    from llmkit.testing import Answer

    fake_anthropic.add(Answer(text="Hello"))

    with LLMKit(config=llmkit_config) as kit:
        assert "Hello" == kit.complete("anthropic/claude-sonnet-4-5", "hi").text


@pytest.mark.parametrize(
    "arguments", [{"retries": -1}, {"retries": True}, {"timeout": 0}, {"timeout": float("nan")}, {"keys": {"openai": "a b"}}, {"retry": 1}]
)
def test_a_wrong_client_argument_is_refused_at_construction(arguments) -> None:
    from llmkit.errors import InvalidRequest

    with pytest.raises(InvalidRequest):
        LLMKit(**arguments)
