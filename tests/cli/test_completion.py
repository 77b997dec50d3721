"""A shell completes commands, models and options."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from llmkit.cli import main

from .conftest import Run


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_printed(run: Run, shell: str) -> None:
    outcome = run("completion", shell)

    assert outcome.code == 0
    assert f"_LLMKIT_COMPLETE={shell}_complete" in outcome.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_valid(run: Run, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed here")

    checked = subprocess.run([shell, "-n"], input=run("completion", shell).out, text=True, capture_output=True, check=False)

    assert (checked.returncode, checked.stderr) == (0, "")


def test_an_unknown_shell_is_wrong_usage(run: Run) -> None:
    assert run("completion", "tcsh").code == 2


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["llmkit", "do"], "doctor"),
        (["llmkit", "chat", "--sch"], "--schema"),
        (["llmkit", "chat", "-m", "anthr"], "anthropic/"),
        (["llmkit", "chat", "-o", "temp"], "temperature="),
        (["llmkit", "providers", "anth"], "anthropic"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_a_tab_offers(words: list[str], expected: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The script asks by these variables."""
    monkeypatch.setenv("_LLMKIT_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", " ".join(words))
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))

    with pytest.raises(SystemExit):
        main([])

    shown = capsys.readouterr()
    assert expected in shown.out
    assert shown.err == ""
