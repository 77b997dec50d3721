"""The entry point: what it costs, what it needs, how it ends."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from importlib.metadata import entry_points

import pytest

from llmkit.testing import Answer, FakeProvider

from .conftest import MODEL, Run

PATH = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, **PATH},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
        timeout=30,
    )


def test_python_m_llmkit_is_the_command_line(fake: FakeProvider) -> None:
    fake.add(Answer(text="Hello."))

    done = python("-m", "llmkit", "chat", "-m", MODEL, "Hi")

    assert (done.returncode, done.stdout, done.stderr) == (0, "Hello.\n", "")


@pytest.mark.parametrize("missing", ["click", "rich", "prompt_toolkit"])
def test_a_missing_package_is_one_clear_line(missing: str) -> None:
    code = f"""
import sys
from importlib.machinery import PathFinder
class Hidden:
    @staticmethod
    def find_spec(name, path=None, target=None):
        return None if name == {missing!r} else PathFinder.find_spec(name, path, target)
sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not PathFinder] + [Hidden]
from llmkit.cli import main
sys.exit(main(["--help"]))
"""
    done = python("-c", code)

    assert done.returncode == 2
    assert done.stderr == 'The command line needs three more packages: pip install "llmkit[cli]"\n'
    assert done.stdout == ""


def test_help_loads_neither_terminal_libraries_nor_clients() -> None:
    """A command pays for what it uses."""
    code = """
import sys
from llmkit.cli import main
main(["--help"])
heavy = {"rich", "prompt_toolkit", "msgspec", "ssl", "socket", "llmkit.client", "asyncio"}
sys.exit(",".join(sorted(heavy & set(sys.modules))) or 0)
"""
    done = python("-c", code)

    assert (done.returncode, done.stderr) == (0, "")


def test_a_piped_answer_loads_no_terminal_library(fake: FakeProvider) -> None:
    fake.add(Answer(text="ok"))
    code = f"""
import sys
from llmkit.cli import main
code = main(["chat", "-m", {MODEL!r}, "x"])
sys.exit(code or ",".join(sorted({{"rich", "prompt_toolkit", "asyncio"}} & set(sys.modules))) or 0)
"""
    done = python("-c", code)

    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_leaves_ends_it_quietly(fake: FakeProvider) -> None:
    """`llmkit chat ... | head -1`"""
    fake.add(Answer(text="line\n" * 20_000))
    with subprocess.Popen(
        [sys.executable, "-m", "llmkit", "chat", "-m", MODEL, "x"],
        env={**os.environ, **PATH},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        process.stdout.close()
        complaints = process.stderr.read()

    assert (first, complaints, process.returncode) == (b"line\n", b"", 141)


def test_closed_streams_are_no_trouble(fake: FakeProvider) -> None:
    """As under a supervisor or cron."""
    fake.add(Answer(text="ok"))
    command = f"{shlex.quote(sys.executable)} -m llmkit chat -m {MODEL} x <&- 2>&-"

    done = subprocess.run(command, shell=True, env={**os.environ, **PATH}, stdout=subprocess.PIPE, check=False, timeout=30)

    assert (done.returncode, done.stdout) == (0, b"ok\n")


def test_debug_shows_the_traceback(fake: FakeProvider) -> None:
    """After the command as well as before it."""
    plain = python("-m", "llmkit", "chat", "-m", "nowhere/x", "x")
    debug = python("-m", "llmkit", "chat", "--debug", "-m", "nowhere/x", "x")

    assert "Traceback" not in plain.stderr
    assert "Traceback" in debug.stderr
    assert "UnknownProvider" in debug.stderr


def test_debug_after_two_dashes_is_part_of_the_prompt(fake: FakeProvider, run: Run) -> None:
    fake.add(Answer(text="ok"))

    assert run("chat", "-m", MODEL, "--", "--debug").code == 0
    assert "--debug" in fake.requests[-1].body.decode()


def test_the_version_is_printed(run: Run) -> None:
    from llmkit import __version__

    assert run("--version") == (0, f"llmkit {__version__}\n", "")


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    outcome = run()

    assert outcome.code == 0
    assert all(name in outcome.out for name in ("chat", "providers", "doctor", "completion", "Examples"))


@pytest.mark.parametrize("command", ["chat", "providers", "doctor", "completion"])
def test_every_command_has_a_help_text(run: Run, command: str) -> None:
    outcome = run(command, "--help")

    assert outcome.code == 0
    assert outcome.out.startswith(f"Usage: llmkit {command}")


def test_an_unknown_command_names_the_nearest(run: Run) -> None:
    outcome = run("chatt")

    assert outcome.code == 2
    assert "Did you mean chat?" in outcome.err


def test_the_entry_point_leads_here() -> None:
    from llmkit.cli import main

    scripts = [entry for entry in entry_points(group="console_scripts") if entry.name == "llmkit"]
    if not scripts:
        pytest.skip("llmkit is not installed as a package here")

    assert scripts[0].load() is main
