"""What is shown of a key that was copied badly, and so is refused or cannot be sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.security.canary.answers import good
from tests.security.canary.channel import Channels, Sink
from tests.security.canary.errors import told
from tests.security.canary.stage import FACES, Stage

BAD_KEYS = Channels("bad keys")
SPOILED: dict[str, Callable[[str], Any]] = {
    "a line feed behind it": lambda key: key + "\n",
    "CR LF and a header behind it": lambda key: f"{key}\r\nX-More: {key}",
    "a NUL": lambda key: key + "\0",
    "a zero-width space": lambda key: key + "\u200b",
    "a letter that Latin-1 has": lambda key: key + "é",
    "a typographic quote": lambda key: f"“{key}”",
    "a lone surrogate": lambda key: key + "\ud800",
    "a space before it": lambda key: " " + key,
    "quotes": lambda key: f'"{key}"',
    "`Bearer` before it": lambda key: f"Bearer {key}",
    "bytes": lambda key: key.encode(),
    "a list": lambda key: [key],
    "far too long": lambda key: key * 400,
}


def _add(name: str, spoil: Callable[[str], Any]) -> None:
    def read(stage: Stage) -> Iterator[Sink]:
        for face in FACES:
            act = stage.act(name, good, face, spoil(stage.key))
            if act.error is not None:
                yield from ((f"{face}: {way}", text) for way, text in told(act.error))
            yield from ((f"{face}: log", line) for line in (*act.heard.logged, *act.heard.records, *act.heard.warned))
            yield f"{face}: printed", act.heard.printed

    BAD_KEYS.add(name, read)


for _name, _spoil in SPOILED.items():
    _add(_name, _spoil)
