"""Write a user's configuration file that points providers at fakes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from llmkit.testing.fake import FakeProvider


def write_config(path: Path, fakes: Mapping[str, FakeProvider]) -> Path:
    """Write to `path` a configuration with each provider's base URL and key file; return `path`.

    The keys stand in files of their own beside it, readable by the user alone.
    """
    lines: list[str] = []
    for provider, fake in fakes.items():
        key_file = path.with_name(f"{provider}.key")
        # Created with its final mode: there is no moment in which others could read it.
        with open(os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(fake.key)
        lines += [f"[providers.{provider}]", f'base_url = "{fake.base_url}"', f"key_file = '{key_file}'", ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    path.chmod(0o600)
    return path
