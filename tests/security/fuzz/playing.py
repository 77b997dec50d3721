"""Play inputs at one target until the time or the number is up, and gather what they found."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Hashable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.security.fuzz.judging import Find, judged
from tests.security.fuzz.minimising import smallest
from tests.security.fuzz.target import Target

MOST_WAYS = 20_000
_OFTEN = 64


@dataclass(kw_only=True)
class Result:
    """What came of it."""

    target: str
    engine: str
    inputs: int = 0
    seconds: float = 0.0
    new: int = 0
    """Ways, or edges where the code is watched, that no input of the corpus had taken."""
    finds: list[tuple[str, str, str]] = field(default_factory=list)
    """Name, kind, and the input as a text of bytes."""

    def write(self, file: Path) -> None:
        """Write it down, whole or not at all."""
        half = file.with_suffix(".half")
        half.write_text(json.dumps(asdict(self)), encoding="ascii")
        half.replace(file)


def read(file: Path) -> Result:
    """Return what another process wrote."""
    told = json.loads(file.read_text(encoding="ascii"))
    return Result(**{**told, "finds": [tuple(find) for find in told["finds"]]})


class Play:
    """Plays inputs; knows the ways that were taken, and each fault once."""

    def __init__(self, target: Target, engine: str, *, seconds: float, inputs: int = 0) -> None:
        self.target = target
        self.result = Result(target=target.name, engine=engine)
        self.fresh: list[bytes] = []
        self.finds: dict[str, Find] = {}
        self._ways: set[Hashable] = set()
        self._seconds = seconds
        self._most = inputs
        self.start()

    def start(self) -> None:
        """Begin to count the time: what was made ready before does not count."""
        self._begun = time.monotonic()
        self._end = self._begun + self._seconds

    @property
    def over(self) -> bool:
        """Tell whether time or number is up; the clock is looked at now and then."""
        played = self.result.inputs
        if self._most and played >= self._most:
            return True
        if played % _OFTEN:
            return False
        now = time.monotonic()
        self.result.seconds = now - self._begun
        return now >= self._end

    @property
    def left(self) -> int:
        """Return how many inputs may still be played; many, where there is no limit."""
        return max(1, self._most - self.result.inputs) if self._most else MOST_WAYS

    def known(self, data: bytes) -> None:
        """Play an input of the corpus: the ways it takes are not new."""
        self(data, count=False)

    def __call__(self, data: bytes, *, count: bool = True) -> bool:
        """Play one input; tell whether it took a new way."""
        way, find = judged(self.target, data)
        if count:
            self.result.inputs += 1
        if find is not None:
            self._found(find)
            return False
        if way in self._ways or len(self._ways) >= MOST_WAYS:
            return False
        self._ways.add(way)
        if count:
            self.result.new += 1
            self.fresh.append(data)
        return True

    def _found(self, find: Find) -> None:
        known = self.finds.get(find.kind)
        if known is None or len(find.data) < len(known.data):
            self.finds[find.kind] = find

    def ended(self) -> Result:
        """Return the result, the finds as small as they can be made."""
        self.result.seconds = time.monotonic() - self._begun
        for kind, find in self.finds.items():
            small = find.data if find.kind in ("slow", "hangs") else smallest(find.data, self._still(kind))
            self.result.finds.append((find.name, f"{kind}\n{find.told}", small.decode("latin-1")))
        return self.result

    def _still(self, kind: str) -> Callable[[bytes], bool]:
        def still(data: bytes) -> bool:
            find = judged(self.target, data)[1]
            return find is not None and find.kind == kind

        return still
