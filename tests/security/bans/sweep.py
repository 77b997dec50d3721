"""Run a broad part of the suite, every public operation against servers on this machine, and hear what the interpreter is asked to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.security.bans.hearing import PLACE

ROOT = Path(__file__).resolve().parents[3]
BROAD = (
    "tests/test_client.py",
    "tests/operations",
    "tests/tools/test_mcp.py",
    "tests/cli/test_embed_command.py",
    "tests/cli/test_image_command.py",
    "tests/cli/test_config_command.py",
    "tests/cli/test_judging_commands.py",
    "tests/cli/test_realtime_command.py",
    "tests/cli/test_files_command.py",
)
"""Both clients, whole and streamed, every operation and format, tools of servers, and the command line in process."""
PERMITTED = {
    "subprocess.Popen by auth/aws_process.py:process_keys.work": "the program that the user's AWS profile names for keys",
    "subprocess.Popen by tools/mcp_targets.py:client_of": "a tool server that the program itself names",
    "subprocess.Popen by tools/mcp_targets.py:_streams": "a tool server that the program itself names",
}


def heard(*tests: str) -> dict[str, Any]:
    """Run tests in a process that listens; return what it heard, with the number of tests."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "heard.json"
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "tests.security.bans.hearing", "-p", "no:cacheprovider", *tests]
        subprocess.run(command, cwd=ROOT, env={**os.environ, PLACE: str(place)}, capture_output=True, check=False)
        found: dict[str, Any] = json.loads(place.read_text(encoding="utf-8")) if place.exists() else {}
    return found


def forbidden(found: dict[str, Any]) -> list[str]:
    """Return what our functions did and may not."""
    return [f"{what} ({times} times)" for what, times in found.get("banned", {}).items() if what not in PERMITTED]
