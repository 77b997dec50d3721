"""The recorded addresses: what goes where, with which headers."""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from llmkit.errors import LLMKitError
from tests.contract.calls import ask, client, line
from tests.contract.stand import Stand
from tests.contract.ways import Way

ADDRESSES = Path(__file__).with_name("addresses.txt")


@cache
def kept() -> dict[str, list[str]]:
    """Return the recorded lines of each way."""
    lines: dict[str, list[str]] = defaultdict(list)
    for text in ADDRESSES.read_text(encoding="utf-8").splitlines():
        lines[text.partition(" = ")[0]].append(text)
    return lines


def recorded(way: Way, stand: Stand, folder: Path) -> list[str]:
    """Return what a call by `way` sends, in lines: the token where one is fetched, the call, the stream where it differs."""
    lines: list[str] = []
    for stream in (False, True):
        stand.set(way.route.dialect, "rate_limited")
        # It is refused on purpose: what was sent is all that counts.
        with client(way, stand, folder) as kit, contextlib.suppress(LLMKitError):
            ask(way, kit, stream=stream)
        lines += [_steady(f"{way.name} = {line(sent)}") for sent in (*stand.asked, *stand.sent)]
    return list(dict.fromkeys(lines))


def all_recorded(found: Iterable[Way], stand: Stand, folder: Path) -> str:
    """Return the whole file."""
    return "".join(f"{text}\n" for way in found for text in recorded(way, stand, folder))


def _steady(text: str) -> str:
    """Take out what differs from call to call: random ids, dates, signatures."""
    for pattern, name in _CHANGING:
        text = re.sub(pattern, name, text)
    return text


_CHANGING = (
    (r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID"),
    (r"\b\d{8}T\d{6}Z", "MOMENT"),
    (r"/20\d{6}/", "/DAY/"),
    (r"\b[0-9a-f]{64}\b", "DIGEST"),
)
