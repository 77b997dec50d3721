"""The 64 faults, in order."""

from __future__ import annotations

from tests.faults import answers, calls, connections, elsewhere, streams
from tests.faults.row import Row, Way

ROWS: tuple[Row, ...] = tuple(
    sorted((*connections.ROWS, *answers.ROWS, *streams.ROWS, *calls.ROWS, *elsewhere.ROWS), key=lambda row: row.number)
)
WAYS: tuple[tuple[Row, Way], ...] = tuple((row, way) for row in ROWS for way in row.ways)
