"""A person at a terminal: a real pseudo-terminal with the command line in a process behind it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from types import TracebackType
from typing import Self

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()][0-9A-B]|\x1b[=>78]|\r")
PATIENCE = 10.0


class Terminal:
    """Type with `type` and `press`, look with `see`; `raw` is all that came, `exit_code` waits for the end."""

    def __init__(self, *arguments: str, columns: int = 80, rows: int = 24) -> None:
        self.raw = b""
        self._seen = 0
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        # PROMPT_TOOLKIT_NO_CPR: nobody here answers the question where the cursor is.
        sized = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}  # the terminal tells its size
        environment = {**sized, "PROMPT_TOOLKIT_NO_CPR": "1", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        # In the child, so that Ctrl-C reaches it; nothing but one system call runs there.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "llmkit", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._master)

    @property
    def text(self) -> str:
        """Return what came, without the sequences that place and colour it."""
        return ESCAPES.sub("", self.raw.decode("utf-8", "replace"))

    def type(self, line: str) -> None:
        """Type a line and press Enter."""
        self.press(line + "\r")

    def press(self, keys: str) -> None:
        """Press keys."""
        os.write(self._master, keys.encode())

    def see(self, words: str) -> str:
        """Wait until `words` appear after what was seen last; return what came up to their end."""
        end = time.monotonic() + PATIENCE
        while (place := self.text.find(words, self._seen)) < 0:
            if not self._read(end):
                raise AssertionError(f"{words!r} did not appear in {self.text[self._seen :]!r}")
        shown = self.text[self._seen : place + len(words)]
        self._seen = place + len(words)
        return shown

    def exit_code(self) -> int:
        """Wait for the end of the process."""
        end = time.monotonic() + PATIENCE
        while self._read(end):
            pass
        return self._process.wait(timeout=PATIENCE)

    def _read(self, end: float) -> bool:
        if not select.select([self._master], [], [], max(0.0, end - time.monotonic()))[0]:
            return False
        try:
            data = os.read(self._master, 65_536)
        except OSError:  # Linux says EIO when the last process has closed its end.
            return False
        self.raw += data
        return bool(data)
