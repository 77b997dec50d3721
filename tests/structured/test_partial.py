"""Every prefix of a document gives what is there, and only that."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.structured.partial import MOST_DEPTH, NOTHING, PartialJson
from tests.structured.schemas import VALUES


def grown_from(earlier: Any, later: Any) -> bool:
    """Tell whether `later` can come from `earlier` by more text alone."""
    if earlier is NOTHING:
        return True
    if isinstance(earlier, str):
        return isinstance(later, str) and later.startswith(earlier)
    if isinstance(earlier, dict):
        pairs = zip(earlier.items(), later.items(), strict=False) if isinstance(later, dict) else ()
        return isinstance(later, dict) and len(earlier) <= len(later) and all(a[0] == b[0] and grown_from(a[1], b[1]) for a, b in pairs)
    if isinstance(earlier, list):
        pairs = zip(earlier, later, strict=False) if isinstance(later, list) else ()
        return isinstance(later, list) and len(earlier) <= len(later) and all(grown_from(a, b) for a, b in pairs)
    return (type(earlier), earlier) == (type(later), later)


@settings(max_examples=50, deadline=None)
@given(VALUES, st.booleans(), st.booleans(), st.data())
def test_every_prefix_grows_into_the_document(value: Any, ascii_only: bool, indented: bool, data: st.DataObject) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=1 if indented else None)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    reading, earlier = PartialJson(), NOTHING
    for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        grew = reading.feed(text[begin:end])
        now = reading.value

        assert not reading.broken
        assert grown_from(earlier, now)
        assert grew or begin == end or now is NOTHING or earlier == now
        earlier = now
    reading.close()

    assert (True, value) == (reading.done, reading.value)


@settings(max_examples=25, deadline=None)
@given(VALUES)
def test_a_prefix_says_the_same_however_it_was_cut(value: Any) -> None:
    text = json.dumps(value)
    slowly = PartialJson()
    for place, char in enumerate(text, 1):
        slowly.feed(char)
        at_once = PartialJson()
        at_once.feed(text[:place])

        assert (at_once.value, at_once.done) == (slowly.value, slowly.done)


STEPS: list[tuple[str, Any]] = [
    ("", NOTHING),
    ("  ", NOTHING),
    ("{", {}),
    ('{"na', {}),
    ('{"name"', {}),
    ('{"name":', {}),
    ('{"name": "', {"name": ""}),
    ('{"name": "A\\u00', {"name": "A"}),
    ('{"name": "\\ud83d', {"name": ""}),
    ('{"name": "\\ud83d\\ude00', {"name": "😀"}),
    ('{"name": "Ada", "born": 18', {"name": "Ada"}),
    ('{"name": "Ada", "born": 1815,', {"name": "Ada", "born": 1815}),
    ('{"a": [1, tru', {"a": [1]}),
    ('{"a": [1, true]', {"a": [1, True]}),
    ("[[], {", [[], {}]),
    ("12", NOTHING),
    ('"word', "word"),
]


@pytest.mark.parametrize(("text", "value"), STEPS)
def test_a_cut_document_shows_what_is_complete(text: str, value: Any) -> None:
    """Half a number is another number; half a string is a string in the making."""
    reading = PartialJson()
    reading.feed(text)

    assert value == reading.value


def test_what_was_handed_out_does_not_change_later() -> None:
    reading = PartialJson()
    reading.feed('{"a": [1')
    reading.feed(", 2")
    early = reading.value
    reading.feed(', 3], "b": 4}')

    assert {"a": [1]} == early
    assert {"a": [1, 2, 3], "b": 4} == reading.value


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}}',
        '{"a" 1',
        "[1 2]",
        "{]",
        "[}",
        "nul ",
        '{"a": "\\q',
        "[,",
        '{"a":1,}',
        "[1,]",
        '"\\ud83dx',
        '"\n',
        "[" * (MOST_DEPTH + 1),
    ],
)
def test_what_is_no_json_stops_growing(text: str) -> None:
    reading = PartialJson()
    reading.feed(text)
    before = reading.value
    reading.feed('"more": 1')

    assert reading.broken
    assert before == reading.value
