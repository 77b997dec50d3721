"""Write a user's configuration file that points providers at fakes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from llmkit.testing.fake import FakeProvider
from llmkit.unfinished import UnfinishedFile


def write_config(path: Path, fakes: Mapping[str, FakeProvider]) -> Path:
    """Write to `path` a configuration with each provider's base URL and key file; return `path`.

    The keys stand in files of their own beside it, readable by the user alone.
    """
    lines: list[str] = []
    for provider, fake in fakes.items():
        key_file = path.with_name(f"{provider}.key")
        _write(key_file, fake.key)
        lines += [f"[providers.{provider}]", f'base_url = "{fake.base_url}"', f"key_file = '{key_file}'", ""]
    _write(path, "\n".join(lines))
    return path


def _write(path: Path, text: str) -> None:
    with UnfinishedFile(path) as file:
        file.write(text.encode())
        file.keep()
