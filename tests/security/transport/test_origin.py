"""A key stays with its provider; `security check transport.origin` tries all parameters, variables, files, answers and pairs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.config import default_path
from tests.security.transport import overrides, surroundings
from tests.security.transport.overrides import CALLS, PARAMETERS, PLACES, overrides_found, servers, wrong
from tests.security.transport.pairs import pairs_found
from tests.security.transport.sayings import answers_found
from tests.security.transport.surroundings import FILES, VARIABLES, environment_found, folder_found


def test_no_parameter_of_another_library_moves_a_key() -> None:
    """One of the names, at every place and in every call."""
    number, found = overrides_found(["api_base"])

    assert (len(PLACES) + 2 * len(CALLS), []) == (number, found)


def test_the_tables_are_as_long_as_they_should_be() -> None:
    assert len(PARAMETERS) == len(set(PARAMETERS)) > 60
    assert len(FILES) > 30 < len(VARIABLES)


def test_no_variable_of_another_library_moves_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """One, and then all at once; a variable that names a customer's own host moves that row alone."""
    monkeypatch.setattr(surroundings, "MODELS", {name: surroundings.MODELS[name] for name in ("openai", "anthropic")})
    quick = {name: value for name, value in VARIABLES.items() if value != "FILE"}  # the others have the system's authorities read
    monkeypatch.setattr(surroundings, "VARIABLES", quick)
    monkeypatch.setattr(surroundings, "OWN", {"AZURE_OPENAI_ENDPOINT": surroundings.OWN["AZURE_OPENAI_ENDPOINT"]})

    assert [] == environment_found(["OPENAI_BASE_URL"])[1]


def test_no_file_of_the_working_directory_moves_a_key() -> None:
    """Some alone, and all together."""
    assert [] == folder_found([".env", ".llmkit/config.toml"])[1]


def test_no_answer_moves_a_key() -> None:
    number, found = answers_found(["Location", "X-Api-Base"], [200, 401, 503])

    assert (12, []) == (number, found)


def test_no_failover_shows_a_key_to_another_provider() -> None:
    assert (30, []) == pairs_found(30)


def test_a_client_that_can_be_moved_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else nobody would know whether the harness can see a key that went astray."""

    def moved(kit: LLMKit, more: dict[str, Any]) -> Any:
        with LLMKit(keys={"openai": overrides.KEY}, base_urls={"openai": more["api_base"]}, retries=0) as other:
            return other.complete("openai/gpt-4.1-mini", "hi")

    monkeypatch.setitem(CALLS, "complete", moved)
    with servers() as there:
        beyond, beside, _ = there.values()
        assert "asked for" in str(wrong(there, "complete", "an option", "api_base", beyond))
        assert "connections to the other server" in str(wrong(there, "complete", "an option", "api_base", beside))


def test_a_folder_that_moves_a_client_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("llmkit.config.default_path", lambda: Path("llmkit.toml"))

    _, found = folder_found(["llmkit.toml"])

    assert any("the folder changed the client" in fault or "called" in fault for fault in found)


def test_a_relative_place_of_the_users_files_is_not_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever enters a cloned folder would have its files for the user's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", ".")

    assert not default_path().is_relative_to(tmp_path)
    assert default_path().is_absolute()
