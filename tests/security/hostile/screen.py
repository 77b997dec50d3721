"""Run commands behind a real terminal, and find what steers it."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.security.hostile.attacks import ALL, HARMLESS
from tests.security.hostile.commands import Command, write_files
from tests.security.hostile.evil import evil

PATIENCE = 20.0
_SEQUENCE = re.compile(
    "\x1b\\[[0-?]*[ -/]*[@-~]|\x1b[\\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x9c|\x1b\\\\)?|\x1b[ -/]*[0-~]?"
    "|[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_NUMBERS = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class Shown:
    """What one command did to the terminal: `own` with harmless words, `more` only with hostile ones."""

    command: Command
    own: frozenset[str]
    more: frozenset[str]
    letters: int
    """Of what it printed; none: it said nothing, and proves nothing."""


def shown(commands: Iterable[Command]) -> Iterator[Shown]:
    """Run each command with harmless words and with hostile ones."""
    for command in commands:
        own = run(command, HARMLESS)
        text = run(command, ALL)
        found = sequences(own)
        yield Shown(command, found, sequences(text) - found, len(text))


def sequences(text: str) -> frozenset[str]:
    """Return what steers a terminal in `text`; where the cursor goes, apart from how far."""
    return frozenset(one if one.endswith("m") else _NUMBERS.sub("#", one) for one in _SEQUENCE.findall(text.replace("\r\n", "\n")))


def run(command: Command, t: str) -> str:
    """Return all that a command writes to its terminal."""
    with tempfile.TemporaryDirectory() as home, evil(t, command.status) as server:
        folder = Path(home) / "files"
        write_files(folder, t)
        origin = f"http://127.0.0.1:{server.port}"
        _configure(Path(home), origin)
        words = [_filled(word, t, folder) for word in command.words]
        child, terminal = pty.fork()
        if child == 0:
            _become(words, home, {name: _filled(value, t, folder) for name, value in command.env})
        try:
            return _read(child, terminal)
        finally:
            os.close(terminal)


def _filled(word: str, t: str, folder: Path) -> str:
    t = t.replace("\x00", "") if "{folder}" not in word else t.replace("\x00", "").replace("/", "_")[:60]
    return word.replace("{t}", t).replace("{folder}", str(folder))


def _configure(home: Path, origin: str) -> None:
    file = home / ".config" / "llmkit" / "config.toml"
    file.parent.mkdir(parents=True)
    rows = ("openai", "tavily", "mistral", "cohere")
    file.write_text("".join(f'[providers.{row}]\nbase_url = "{origin}"\n' for row in rows), encoding="utf-8")
    file.chmod(0o600)


def _become(words: list[str], home: str, env: dict[str, str]) -> None:
    """Be the command, in a forked child: never returns."""
    code = 1
    try:
        for name in [name for name in os.environ if name.endswith(("_KEY", "_TOKEN")) or name.startswith(("XDG_", "LLMKIT_"))]:
            del os.environ[name]
        keys = dict.fromkeys(("OPENAI_API_KEY", "TAVILY_API_KEY", "MISTRAL_API_KEY", "COHERE_API_KEY", "CO_API_KEY"), "sk-0123456789abcdef")
        os.environ.update(keys, HOME=home, TERM="xterm-256color", COLUMNS="100", LINES="40", **env)
        os.chdir(home)
        sys.stdin, sys.stdout, sys.stderr = (open(number, mode, encoding="utf-8") for number, mode in ((0, "r"), (1, "w"), (2, "w")))  # noqa: SIM115 - for the life of the process
        from llmkit.cli import main

        sys.argv = ["llmkit", *words]
        code = main(words) or 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # as the interpreter would, which this never gives back to
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]  # there is one
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _read(child: int, terminal: int) -> str:
    said, end = b"", time.monotonic() + PATIENCE
    while select.select([terminal], [], [], max(0.0, end - time.monotonic()))[0]:
        try:
            data = os.read(terminal, 65_536)
        except OSError:  # Linux says EIO when the last process has closed its end
            break
        if not data:
            break
        said += data
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return said.decode("utf-8", "replace")
