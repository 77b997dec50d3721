"""A file of usage that somebody else has written into still tells what is right in it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from llmkit.metering.records import UsageRecord
from llmkit.metering.sqlite_sink import SQLiteSink


def test_what_is_no_record_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "usage.db"
    sink = SQLiteSink(path)
    sink.write([UsageRecord(id="a", at=1.0), UsageRecord(id="z", at=2.0)])
    sink.close()
    with sqlite3.connect(path) as connection:
        rows = [("b", 1.0, "", '{"id":"b"}'), ("c", 1.0, "", "{"), ("d", 1.0, "", b"\xff"), ("e", 1.0, "", "[" * 5000)]
        connection.executemany("INSERT INTO llmkit_usage_1 VALUES (?, ?, ?, ?)", rows)
    connection.close()

    found = SQLiteSink(path)

    assert ["a", "z"] == [record.id for record in found.records()]
    found.close()
