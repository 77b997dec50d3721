"""Download the public files of the sources into a folder: bounded, over HTTPS, and only when asked."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from tools.registry.refresh import DATES_FILE
from tools.registry.sources import SOURCES, Source

LARGEST = 64 * 1024 * 1024
TIMEOUT = 60.0


def fetch(folder: Path, sources: Iterable[Source] = SOURCES) -> list[str]:
    """Write every source that has an address into `folder`, and return what went wrong with the others. Raises OSError if none came."""
    folder.mkdir(parents=True, exist_ok=True)
    dates_path = folder / DATES_FILE
    dates = json.loads(dates_path.read_text()) if dates_path.exists() else {}
    wrong: list[str] = []
    came = 0
    for source in sources:
        if not source.url:
            continue
        try:
            content = download(source.url)
            source.read(content)  # a page that says sorry is no price list
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            wrong.append(f"{source.name}: {source.url}: {error}")
            continue
        (folder / source.file).write_bytes(content)
        dates[source.name] = datetime.now(UTC).date().isoformat()
        came += 1
    if not came:
        raise OSError("No source could be downloaded (is there a network?):\n  " + "\n  ".join(wrong))
    dates_path.write_text(json.dumps(dates, indent=1, sort_keys=True) + "\n")
    return wrong


def download(url: str) -> bytes:
    """Return what an address answers. Raises OSError, and ValueError for an answer that is too large or no https address."""
    if not url.startswith("https://"):
        raise ValueError(f"{url} is no https address.")
    request = urllib.request.Request(url, headers={"User-Agent": "llmkit-registry", "Accept": "application/json"})  # noqa: S310 - https, see above
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 - https, see above
        content: bytes = answer.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ValueError(f"{url} answers more than {LARGEST} bytes.")
    return content
