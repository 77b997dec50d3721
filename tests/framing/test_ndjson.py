"""Lines out of bytes, whatever the split."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.errors import ProtocolError
from llmkit.framing.ndjson import JsonLines
from tests.strategies import json_objects


def fed(data: bytes, size: int, limit: int = 1000) -> tuple[list[bytes], str]:
    """Return the lines found in pieces of `size`, and the failure."""
    lines, found = JsonLines(max_line=limit), []
    try:
        for start in range(0, len(data), size):
            found += lines.feed(data[start : start + size])
        found += lines.close()
    except ProtocolError as failure:
        return found, str(failure)
    return found, ""


@given(st.lists(json_objects, max_size=4), st.sampled_from([b"\n", b"\r\n", b"\n\n"]), st.integers(1, 40), st.booleans())
@settings(max_examples=25, deadline=None)
def test_lines_survive_any_split(values: list[object], end: bytes, size: int, marked: bool) -> None:
    data = (b"\xef\xbb\xbf" if marked else b"") + b"".join(json.dumps(value, ensure_ascii=False).encode() + end for value in values)

    found, failure = fed(data, size, limit=100_000)

    assert (values, "") == ([json.loads(line.decode()) for line in found], failure)


def test_a_last_line_needs_no_end_and_a_cut_character_is_dropped() -> None:
    assert ([b'{"a":1}', b'{"b":2}'], "") == fed(b'{"a":1}\n\n{"b":2}', 3)
    assert ([b'{"a":1}'], "") == fed('{"a":1}\n{"b":"ü'.encode()[:-1], 3)


@pytest.mark.parametrize("size", [1, 7, 64, 5000])
def test_a_line_past_the_limit_ends_the_stream_after_the_good_ones(size: int) -> None:
    for data in (b'{"a":1}\n' + b"x" * 2000, b'{"a":1}\n' + b"x" * 2000 + b"\n{}\n"):
        found, failure = fed(data, size)

        assert ([b'{"a":1}'], True) == (found, "limit" in failure)


@pytest.mark.parametrize("size", [1, 7, 5000])
def test_bytes_that_are_no_text_end_the_stream(size: int) -> None:
    found, failure = fed(b'{"a":1}\n{"b":"\xff"}\n{}\n', size)

    assert ([b'{"a":1}'], True) == (found, "UTF-8" in failure)


def test_after_a_failure_nothing_more_comes() -> None:
    lines = JsonLines(max_line=10)
    with pytest.raises(ProtocolError):
        lines.feed(b"x" * 50)

    for again in (lambda: lines.feed(b"{}\n"), lines.close):
        with pytest.raises(ProtocolError):
            again()
