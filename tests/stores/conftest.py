"""A real Redis server, where there is one."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAMS = ("redis-server", "valkey-server")


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a server of our own on a socket in a folder of our own, and stop it at the end."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name)) is not None), None)
    if program is None:
        pytest.skip(f"NOT TESTED: no {' or '.join(PROGRAMS)} on this machine (Debian: apt-get install redis-server)")
    pytest.importorskip("redis", reason="NOT TESTED: the package redis is not installed (the extra [redis])")
    folder = tmp_path_factory.mktemp("redis")
    path = folder / "socket"
    options = ["--port", "0", "--unixsocket", str(path), "--save", "", "--appendonly", "no", "--dir", str(folder)]
    server = subprocess.Popen([program, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        _wait_until_ready(server, path)
        yield f"unix://{path}"
    finally:
        server.kill()
        server.wait()


def _wait_until_ready(server: subprocess.Popen[str], path: Path) -> None:
    assert server.stdout is not None
    said = []
    for line in server.stdout:
        said.append(line)
        if "ready to accept connections" in line.lower():
            break
    else:
        raise AssertionError(f"the server did not start: {''.join(said)}")
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path))
