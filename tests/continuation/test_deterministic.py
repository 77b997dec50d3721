"""The same request gives the same bytes: the providers' prompt caches depend on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from llmkit.dialects import NAMES
from tests.continuation.wire_bytes import digests


def test_every_dialect_sends_the_same_bytes_whatever_the_hash_seed() -> None:
    root = Path(__file__).resolve().parents[2]
    paths = os.pathsep.join([str(root), *sys.path])

    runs = [
        subprocess.run(
            [sys.executable, "-m", "tests.continuation.wire_bytes"],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": paths, "PATH": os.environ["PATH"]},
            capture_output=True,
            check=True,
            cwd=root,
        ).stdout
        for seed in ("1", "4242")
    ]

    here = digests()
    assert set(NAMES) == set(here)
    assert [here, here] == [json.loads(run) for run in runs]
