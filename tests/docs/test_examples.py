"""Every code block of the README and the docs runs, against fake providers."""

from __future__ import annotations

import base64
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from llmkit.cli import main
from llmkit.testing import Answer, FakeHost, FakeProvider
from llmkit.testing.config import write_config

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
SHELL = frozenset("|<>&;$*?~`\\")
"""Characters for which a command needs a shell."""
BLOCK = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.M | re.S)


PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(32)).decode()
BESIDE: dict[str, tuple[str, dict[str, Any]]] = {
    "cohere": ("/rerank", {"results": [{"index": 1, "relevance_score": 0.9}], "meta": {"billed_units": {"search_units": 1}}}),
    "together": ("/images/generations", {"data": [{"index": 0, "b64_json": PICTURE}]}),
    "groq": ("/audio/transcriptions", {"text": "Hello.", "segments": [{"id": 0, "start": 0.0, "end": 1.2, "text": "Hello."}]}),
}
"""Operations of the README: who is asked, where, and what it says."""


def answer(request) -> Answer:
    """Answer as a model would: call a tool that is offered, fill a schema that is asked for, else say something."""
    body = str(request.json)
    answered = "tool_result" in body or "functionResponse" in body or "'role': 'tool'" in body
    if "'tools'" in body and "get_weather" in body and not answered:
        return Answer(tool_calls=[("call_1", "get_weather", {"city": "Paris"})])
    if "json_schema" in body or "responseJsonSchema" in body:
        return Answer(text='{"name": "Ada", "born": 1815}')
    return Answer(text="Because blue light scatters most.", reasoning="Rayleigh." if "thinking" in body else None)


@pytest.fixture
def providers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Point the user's configuration at fakes, as if keys were set."""
    speaking = {"openai": "openai_chat", "anthropic": "anthropic", "google": "gemini", "xai": "openai_responses"}
    with ExitStack() as running:
        fakes: dict[str, Any] = {
            provider: running.enter_context(FakeProvider(dialect).always(answer)) for provider, dialect in speaking.items()
        }
        host = running.enter_context(FakeHost())
        for provider, (place, said) in BESIDE.items():
            host.on(f"POST /{provider}{place}", said)
            fakes[provider] = SimpleNamespace(base_url=f"{host.url}/{provider}", key="sk-example")
        config = write_config(tmp_path / "config.toml", fakes)
        monkeypatch.setenv("LLMKIT_CONFIG", str(config))
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("HOME", str(tmp_path))
        for folder in (".local/share/bash-completion/completions", ".zfunc", ".config/fish/completions"):
            (tmp_path / folder).mkdir(parents=True)
        (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(32))
        (tmp_path / "error.log").write_text("Traceback: ZeroDivisionError\n")
        (tmp_path / "answers.jsonl").write_text('{"model": "gpt-5", "usage": {"prompt_tokens": 1000, "completion_tokens": 50}}\n')
        (tmp_path / "person.json").write_text('{"type": "object", "properties": {"name": {"type": "string"}}}')
        (tmp_path / "talk.wav").write_bytes(b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(24))
        (tmp_path / "report.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
        yield


def blocks(*languages: str) -> list[tuple[str, list[str]]]:
    found = []
    for page in PAGES:
        texts = [body for name, body in BLOCK.findall(page.read_text(encoding="utf-8")) if name in languages]
        if texts:
            found.append((str(page.relative_to(ROOT)), texts))
    return found


@pytest.mark.parametrize(("page", "texts"), blocks("python"), ids=lambda value: value if isinstance(value, str) else "")
def test_the_python_blocks_of_a_page_run_in_order(page: str, texts: list[str], providers: None) -> None:
    namespace: dict[str, object] = {"__name__": "__example__"}
    for number, text in enumerate(texts, 1):
        code = compile(text, f"{page}, block {number}", "exec", dont_inherit=True)
        exec(code, namespace)


@pytest.mark.parametrize(
    ("page", "texts"), blocks("console", "sh", "bash", "shell"), ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_commands_of_a_page_work(
    page: str, texts: list[str], providers: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`make.py` itself is run by newcomers and CI; here its commands must exist."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
    commands = [line[2:] for line in "".join(texts).splitlines() if line.startswith("$ ")]
    assert commands, f"{page}: commands begin with '$ '"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for command in commands:
        if command.startswith("python3 make.py"):
            command = f"{sys.executable} {ROOT / 'make.py'} {command.split()[2]} --help"
        elif "llmkit" not in command:
            pytest.fail(f"{page}: cannot check {command!r}")
        elif command.startswith("llmkit ") and not SHELL.intersection(command):
            code = main(shlex.split(command, comments=True)[1:])  # what needs no shell needs no process
            told = capsys.readouterr()
            assert 0 == code, f"{command}\n{told.out}\n{told.err}"
            continue
        done = subprocess.run(
            ["sh", "-c", command],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PATH": path},
            timeout=60,
            check=False,
        )
        assert 0 == done.returncode, f"{command}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_that_is_named_exists(page: Path) -> None:
    for target in re.findall(r"`((?:tests|src|benchmarks|requirements|packages|docs|changes)/[^`*{ ]*)`", page.read_text(encoding="utf-8")):
        assert (ROOT / target.partition("::")[0]).exists(), target
