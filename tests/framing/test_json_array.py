"""A JSON array that arrives piece by piece."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkit.errors import ProtocolError
from llmkit.framing.json_array import JsonArray


def elements(data: bytes, size: int) -> tuple[list[bytes], bool]:
    frames = JsonArray()
    found = [element for start in range(0, len(data), size) for element in frames.feed(data[start : start + size])]
    return found + frames.close(), frames.ended


values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
objects = st.dictionaries(st.text(), values, max_size=4)


@given(st.lists(objects, max_size=4), st.integers(1, 40), st.sampled_from([None, 1]), st.booleans())
def test_any_split_gives_the_elements(items: list[Any], size: int, indent: int | None, ascii_only: bool) -> None:
    data = json.dumps(items, indent=indent, ensure_ascii=ascii_only).encode()

    found, ended = elements(data, size)

    assert (items, True) == ([json.loads(element) for element in found], ended)


def test_bytes_of_an_element_come_as_they_are_and_what_follows_the_end_is_passed_over() -> None:
    frames = JsonArray()

    assert [b'{"a" : "]}\\""}', b"[1]"] == frames.feed(b' [{"a" : "]}\\""}\r\n,\r\n[1]] trailing {')
    assert (True, []) == (frames.ended, frames.feed(b"{}"))


@pytest.mark.parametrize("data", [b"{}", b"x", b"[3]", b'["a"]', b"[}", b'[{"a": "\xff"}]'])
def test_anything_but_an_array_of_objects_is_an_error(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        JsonArray().feed(data)


def test_an_element_past_the_limit_is_an_error_before_it_is_complete() -> None:
    frames = JsonArray(max_element=100)
    frames.feed(b'[{"a": "')

    with pytest.raises(ProtocolError):
        for _ in range(20):
            frames.feed(b"x" * 10)


def test_a_cut_array_has_not_ended() -> None:
    assert ([b"{}"], False) == elements(b'[{},{"a"', 3)
