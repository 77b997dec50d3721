"""A Redis server of our own, for tests that start, kill and start it again."""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path

import pytest

PROGRAMS = ("redis-server", "valkey-server")


class RedisServer:
    """On a socket in `folder`, empty whenever it starts."""

    def __init__(self, folder: Path) -> None:
        found = next((found for name in PROGRAMS if (found := shutil.which(name)) is not None), None)
        if found is None:
            pytest.skip(f"NOT TESTED: no {' or '.join(PROGRAMS)} on this machine (Debian: apt-get install redis-server)")
        pytest.importorskip("redis", reason="NOT TESTED: the package redis is not installed (the extra [redis])")
        self.folder, self.program, self.path = folder, found, folder / "socket"
        self.url = f"unix://{self.path}"
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = ["--port", "0", "--unixsocket", str(self.path), "--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        self._process = subprocess.Popen([self.program, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self._process.stdout is not None
        said = []
        for line in self._process.stdout:
            said.append(line)
            if "ready to accept connections" in line.lower():
                break
        else:
            raise AssertionError(f"the server did not start: {''.join(said)}")
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.path))

    def kill(self) -> None:
        """End it, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
        self._process = None
