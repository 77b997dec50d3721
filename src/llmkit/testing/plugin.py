"""pytest fixtures: a fake provider per dialect, and a configuration that points LLMKit at them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# Imported inside the fixtures: pytest loads this plugin in every project that has LLMKit installed, used or not.
if TYPE_CHECKING:
    from llmkit.testing.fake import FakeProvider


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Keep pytest from rewriting LLMKit: it takes the whole package for a plugin, and parses each of its modules in every run."""
    hook = getattr(early_config.pluginmanager, "rewrite_hook", None)
    marked = getattr(hook, "_must_rewrite", None)  # there is no public way to take a mark off (pytest 9)
    if isinstance(marked, set):
        marked.discard("llmkit")


@pytest.fixture
def fake_openai() -> Iterator[FakeProvider]:
    """Return a running fake of the OpenAI API (Chat Completions)."""
    from llmkit.testing.fake import FakeProvider

    with FakeProvider("openai_chat", models=("gpt-5",)) as fake:
        yield fake


@pytest.fixture
def fake_anthropic() -> Iterator[FakeProvider]:
    """Return a running fake of the Anthropic API."""
    from llmkit.testing.fake import FakeProvider

    with FakeProvider("anthropic", models=("claude-sonnet-4-5",)) as fake:
        yield fake


@pytest.fixture
def fake_gemini() -> Iterator[FakeProvider]:
    """Return a running fake of the Gemini API."""
    from llmkit.testing.fake import FakeProvider

    with FakeProvider("gemini", models=("gemini-3-pro",)) as fake:
        yield fake


@pytest.fixture
def llmkit_config(fake_openai: FakeProvider, fake_anthropic: FakeProvider, fake_gemini: FakeProvider, tmp_path: Path) -> Path:
    """Return the path of a configuration file in which `openai`, `anthropic` and `google` are the fakes."""
    from llmkit.testing.config import write_config

    return write_config(tmp_path / "llmkit.toml", {"openai": fake_openai, "anthropic": fake_anthropic, "google": fake_gemini})
